"""The storm of `bench.soak`: what each process does, and what must be true afterwards."""

import random
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import select

from registry.config import Settings
from registry.db import Database
from registry.jobs.demo.people import gather
from registry.jobs.demo.play import Player
from registry.jobs.demo.projects import PROJECTS, DemoProject
from registry.models import Application, AuditEvent, Certificate, Organisation
from registry.operations import application as applications
from registry.operations import decision
from registry.queries import audit
from registry.queries.account import actor_of
from registry.rules.calendar import legal_date
from registry.rules.lifecycle import APPLICATION, MoveRefused, fold
from registry.rules.permissions import Actor
from registry.words import Words

BEGIN = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
SHARED_DRAFTS = 6
PENDING = 60


@dataclass
class Storm:
    """The people and cases that all processes fight over."""

    people: dict[str, int]
    organisations: dict[str, int]
    drafts: list[int] = field(default_factory=list)
    pending: list[int] = field(default_factory=list)


class PendingPlayer(Player):
    """Stops before the decision: that is what the storm is about."""

    def play(self) -> int:
        self._draft()
        applications.submit(
            self.session,
            application_id=self.id,
            declarations=frozenset(applications.DECLARATIONS),
            by=self._as("applicant"),
            now=self._later(),
        )
        self._accept()
        self._assess()
        return self.id


def numbered(serial: int) -> DemoProject:
    """The same project under another name and document: the identical claim would be refused."""
    first = PROJECTS[0]
    name = Words(f"{first.name.zh} {serial} 号", f"{first.name.en} no. {serial}")
    reference = {"method_reference": f"ACM0002 v13, no. {serial}"}
    return replace(first, name=name, published={**first.published, **reference})


def list_projects(settings: Settings, database: Database, count: int) -> None:
    """Projects all the way onto the list, each with a certificate that waits for the worker."""
    with database.write() as session:
        cast = gather(session, settings, BEGIN)
    at = BEGIN
    for serial in range(count):
        with database.write() as session:
            Player(session, cast, numbered(serial), at).play()
        at += timedelta(minutes=1)


def prepare(settings: Settings, database: Database, actions: int) -> Storm:
    with database.write() as session:
        cast = gather(session, settings, BEGIN)
    plan = Storm(people=cast.people, organisations=cast.organisations)
    for serial in range(SHARED_DRAFTS):
        with database.write() as session:
            project = replace(numbered(serial), stage="draft")
            plan.drafts.append(Player(session, cast, project, BEGIN).play())
    for serial in range(min(PENDING, actions // 10)):
        with database.write() as session:
            player = PendingPlayer(session, cast, numbered(1000 + serial), BEGIN)
            plan.pending.append(player.play())
    return plan


def run_process(url: str, plan: Storm, seed: int, actions: int) -> Counter[str]:
    """One process: edits of shared drafts, decisions on shared cases, new cases of its own."""
    database = Database(url)
    chance = random.Random(seed)
    done: Counter[str] = Counter()
    for number in range(actions):
        kind = chance.choice(("edit", "edit", "decide", "start"))
        if kind == "edit":
            _edit(database, plan, chance, f"{seed}-{number}", done)
        elif kind == "decide":
            _decide(database, plan, chance, done)
        else:
            _start(database, plan, done)
    database.dispose()
    return done


def _now() -> datetime:
    return datetime.now(UTC)


def _actor(session: Any, plan: Storm, key: str) -> Actor:
    return actor_of(session, plan.people[key], on=legal_date(_now()))


def _edit(
    database: Database, plan: Storm, chance: random.Random, mark: str, done: Counter[str]
) -> None:
    """Read a draft, change it, save it; if somebody was faster, read again and save again."""
    draft = chance.choice(plan.drafts)
    while True:
        with database.read() as session:
            seen = session.get_one(Application, draft).draft_version
        try:
            with database.write() as session:
                applications.save_draft(
                    session,
                    application_id=draft,
                    changes={"site_address": f"甘肃省 {mark}"},
                    draft_version=seen,
                    by=_actor(session, plan, "editor"),
                    now=_now(),
                )
            done[f"saved:{draft}"] += 1
            return
        except applications.DraftStale:
            done["stale"] += 1


def _decide(database: Database, plan: Storm, chance: random.Random, done: Counter[str]) -> None:
    """Two approvers go for the same case; one of them wins and the other one is told."""
    case = chance.choice(plan.pending)
    approve = chance.random() < 0.7
    try:
        with database.write() as session:
            by = _actor(session, plan, chance.choice(("approver", "approver2")))
            if approve:
                decision.approve(
                    session, application_id=case, reason="同意", notice_days=0, by=by, now=_now()
                )
            else:
                decision.reject(
                    session,
                    application_id=case,
                    reason_code="evidence_insufficient",
                    reason="证据不足",
                    by=by,
                    now=_now(),
                )
        done["approved" if approve else "rejected"] += 1
    except MoveRefused:
        done["told_too_late"] += 1


def _start(database: Database, plan: Storm, done: Counter[str]) -> None:
    with database.write() as session:
        owner = session.get_one(Organisation, plan.organisations["liangzhou"])
        applications.start(
            session,
            organisation=owner,
            kind="renewable_power",
            by=_actor(session, plan, "editor"),
            now=_now(),
        )
    done["started"] += 1


def verdict(database: Database, plan: Storm, done: Counter[str]) -> dict[str, Any]:
    """Every success is there, every number is one of its kind, every history folds to its state."""
    with database.read() as session:
        for draft in plan.drafts:
            row = session.get_one(Application, draft)
            saved = done[f"saved:{draft}"]
            assert row.draft_version == 2 + saved, (row.draft_version, saved)
        cases = [session.get_one(Application, case) for case in plan.pending]
        states = Counter(case.state for case in cases)
        assert states["RESERVE"] == done["approved"], (states, done)
        assert states["REJECTED"] == done["rejected"], (states, done)
        numbers = session.exec(
            select(Application.list_number).where(Application.state == "RESERVE")
        ).all()
        certificates = session.exec(select(Certificate.number)).all()
        assert len(set(numbers)) == len(numbers) == len(set(certificates)) == len(certificates)
        serials = sorted(int(str(number).split("-")[2]) for number in numbers)
        assert serials == list(range(1, len(serials) + 1)), "a number was lost"
        for case in cases:
            kinds = session.exec(
                select(AuditEvent.kind)
                .where(AuditEvent.subject == f"application:{case.id}")
                .order_by(AuditEvent.seq)  # type: ignore[arg-type]
            ).all()
            moves = [kind for kind in kinds if kind.startswith("application.")]
            assert fold(APPLICATION, moves).state == case.state
        report = audit.verify(session, [])
        assert report.intact, report.findings
    return {
        "saved": sum(n for key, n in done.items() if key.startswith("saved:")),
        **{key: n for key, n in sorted(done.items()) if ":" not in key},
        "events": report.events,
        "lost": 0,
        "numbers_twice": 0,
        "chain": "intact",
    }
