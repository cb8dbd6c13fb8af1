"""`./run bench both_lists GREEN.csv SUPERVISED.csv`: bodies that stand on both lists end with a person's
decision on each.

GREEN: a list of green factories with columns name and uscc. SUPERVISED: a list of supervised polluters
with columns name, uscc and permit. The second is imported, noticed and put in force through the desk's
own operations; each body on both applies, is screened, and a screener decides its hit and takes the
case into review in the web desk. Ends with one line of JSON: bodies on both lists, hits by code,
decided by a person, cases that supervision stopped (0), and cases in review.
"""

import argparse
import csv
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlmodel import col, select

from bench.soak import registry_on
from registry.app import create_app
from registry.config import Settings
from registry.db import Database
from registry.jobs.demo.people import Cast, gather
from registry.jobs.demo.play import Player
from registry.jobs.demo.projects import PROJECTS
from registry.jobs.restricted_bulk import carry_out_bulk
from registry.jobs.restricted_imports import take_imports
from registry.models import Application, Organisation, ScreeningHit
from registry.operations import application as applications
from registry.operations import restriction_bulk, restriction_import
from registry.operations.evidence import store
from registry.operations.restriction_draft import Proof
from registry.queries.account import DEMO_DOMAIN, DEMO_PASSWORD, actor_of
from registry.rules.calendar import legal_date
from registry.words import Words

HEAD = ("name_zh", "uscc", "ground", "case_code", "decision_number", "facts", "from_day")


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def on_both(green: Path, supervised: Path) -> list[dict[str, str]]:
    """Each body once, by its code, or by its name where the first list has no code for it."""
    listed = rows_of(green)
    codes = {row["uscc"] for row in listed if row["uscc"]}
    names = {row["name"] for row in listed}
    seen: dict[str, dict[str, str]] = {}
    for row in rows_of(supervised):
        if row["uscc"] in codes or row["name"] in names:
            seen.setdefault(row["uscc"], row)
    return list(seen.values())


def list_supervised(
    database: Database, settings: Settings, cast: Cast, supervised: Path, now: datetime
) -> None:
    """The whole list, by the desk's own way: file, notice to all, days for a statement, into force."""
    path = settings.instance / "supervised.csv"
    day = (now.date() - timedelta(days=60)).isoformat()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEAD)
        for row in rows_of(supervised):
            facts = "列入重点排污单位名录，受监督管理。"
            permit = row.get("permit", "")
            writer.writerow(
                [row["name"], row["uscc"], "key_polluter", "supervised", permit, facts, day]
            )
    began = now - timedelta(days=40)
    proof = Proof(store(settings.evidence_folder, path.read_bytes()), path.name)
    with database.write() as session:
        officer = actor_of(session, cast.people["officer"], on=legal_date(now))
        made = restriction_import.bring(session, proof=proof, defaults={}, by=officer, now=began)
        import_id = made.id
    _work(take_imports, database, settings, began)
    with database.write() as session:
        restriction_import.steer(session, import_id=import_id, act="start", by=officer, now=began)
    _work(take_imports, database, settings, began)
    for act, who, at in (("notify", "officer", began), ("enter", "restrictor", now)):
        with database.write() as session:
            by = actor_of(session, cast.people[who], on=legal_date(now))
            restriction_bulk.begin(
                session, import_id=import_id, act=act, reason="主管部门公布的名录", by=by, now=at
            )
        _work(carry_out_bulk, database, settings, at)


def _work(duty: Any, database: Database, settings: Settings, now: datetime) -> None:
    while duty(database, settings, now):
        pass


class Applying(Player):
    """Stops once the case has been screened."""

    def play(self) -> int:
        self._draft()
        applications.submit(
            self.session,
            application_id=self.id,
            declarations=frozenset(applications.DECLARATIONS),
            by=self._as("applicant"),
            now=self._later(),
        )
        return self.id


def apply_for(
    database: Database, cast: Cast, body: dict[str, str], number: int, now: datetime
) -> int:
    """The body as the owner of a project of its own, sent in."""
    from dataclasses import replace

    first = PROJECTS[0]
    name = Words(f"{body['name']}节能改造", f"Upgrade no. {number}")
    published = {**first.published, "method_reference": f"ACM0002 v13, no. {number}"}
    with database.write() as session:
        owner = session.get_one(Organisation, cast.organisations[first.owner])
        owner.name_zh, owner.name_en, owner.uscc = body["name"], "", body["uscc"]
        session.add(owner)
        session.flush()
        return Applying(session, cast, replace(first, name=name, published=published), now).play()


class Screener:
    """A person at the desk, in the web application itself."""

    def __init__(self, settings: Settings, who: str) -> None:
        self.browser: FlaskClient = create_app(settings).test_client()
        self._post("/account/sign-in", email=f"{who}{DEMO_DOMAIN}", password=DEMO_PASSWORD)

    def _post(self, path: str, **fields: Any) -> int:
        page = self.browser.get(path).text
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        seen = re.search(r'name="seen"[^>]*value="([^"]*)"', page)
        fields["csrf_token"] = found.group(1) if found else ""
        if seen:
            fields["seen"] = seen.group(1)
        return self.browser.post(path, data=fields).status_code

    def decide(self, case: int, hit: int, *, is_same: bool) -> int:
        reason = "代码一致，为同一主体；受监督管理不等于违法，不影响受理。"
        return self._post(
            f"/review/case/{case}/hits/{hit}",
            decision="true" if is_same else "false",
            reason_code="same_body" if is_same else "different_body",
            reason=reason if is_same else "名称相近，代码不同，不是同一主体。",
        )

    def accept(self, case: int, assessor: int) -> int:
        return self._post(f"/review/case/{case}/accept", assessors=[assessor], lead=assessor)


def ended(
    database: Database, screener: Screener, cast: Cast, case: int, name: str
) -> dict[str, Any]:
    with database.read() as session:
        hits = session.exec(
            select(ScreeningHit).where(
                ScreeningHit.application_id == case,
                col(ScreeningHit.is_runner_up).is_(False),
            )
        ).all()
    before = screener.accept(case, cast.people["assessor"])
    with database.read() as session:
        waited = session.get_one(Application, case).state == "SCREENING"
    for hit in hits:
        screener.decide(case, hit.id, is_same=hit.band == "EXACT")
    screener.accept(case, cast.people["assessor"])
    with database.read() as session:
        state = session.get_one(Application, case).state
        words = [session.get_one(ScreeningHit, hit.id).decision for hit in hits]
    bands = [hit.band for hit in hits]
    print(f"{name}: hits {bands}, waited for a person: {waited} ({before}),", end=" ")
    print(f"decisions {words}, now {state}", flush=True)
    return {
        "hit": "EXACT" in bands,
        "decided": waited and bool(words) and all(words),
        "state": state,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("green", type=Path)
    parser.add_argument("supervised", type=Path)
    asked = parser.parse_args()
    bodies = on_both(asked.green, asked.supervised)
    now = datetime.now(UTC)
    with registry_on("sqlite") as settings:
        database = Database(settings.database_url)
        with database.write() as session:
            cast = gather(session, settings, now - timedelta(days=90))
        list_supervised(database, settings, cast, asked.supervised, now - timedelta(hours=3))
        screener = Screener(settings, "screener")
        found = [
            ended(
                database,
                screener,
                cast,
                apply_for(database, cast, body, number, now - timedelta(hours=2)),
                body["name"],
            )
            for number, body in enumerate(bodies, 1)
        ]
        database.dispose()
    said = {
        "both": len(bodies),
        "hits_by_code": sum(one["hit"] for one in found),
        "decided": sum(one["decided"] for one in found),
        "stopped": sum(one["state"] == "SCREENING" for one in found),
        "in_review": sum(one["state"] == "IN_REVIEW" for one in found),
    }
    print(json.dumps(said))


if __name__ == "__main__":
    main()
