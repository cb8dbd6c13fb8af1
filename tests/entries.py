"""Restricted entries played through the operations, as far as a test needs them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from registry.models import Person, RestrictedEntry
from registry.operations import restriction, restriction_appeal
from registry.operations.restriction_draft import Proof
from registry.queries.account import actor_of
from registry.rules.calendar import legal_date
from registry.rules.permissions import Actor, Role
from registry.rules.restriction import GROUNDS, longest_term
from tests.people import People

BASE = "https://registry.example"
PROOF = Proof("ab" * 32, "decision.pdf")
# A valid code of nobody: the area, organisation code and check characters are made up.
USCC = "91620000MA7EXMPL0C"


@dataclass
class Desk:
    officer: Person
    approver: Person
    approver_2: Person
    panel: Person


def desk(people: People) -> Desk:
    return Desk(
        officer=people.person(Role.RESTRICT_OFFICER, name="经办甲"),
        approver=people.person(Role.RESTRICT_APPROVER, name="审定甲"),
        approver_2=people.person(Role.RESTRICT_APPROVER, name="审定乙"),
        panel=people.person(Role.APPEAL_PANEL, name="复议甲"),
    )


def company(**changes: Any) -> dict[str, Any]:
    return {
        "name_zh": "凉州光伏电力有限公司",
        "uscc": USCC,
        "ground": "false_statement",
        "case_code": "application",
        "decision_number": "示〔2026〕1号",
        "facts": "申请材料中的电量数据经核查为虚构。",
        "from_day": date(2026, 11, 22),
        "to_day": date(2027, 11, 22),
        **changes,
    }


class EntryPlay:
    """One entry in one session; every step takes a minute."""

    def __init__(self, session: Session, desk: Desk, now: datetime) -> None:
        self.session, self.desk, self.now = session, desk, now
        self.id = 0

    def at(self, **later: int) -> datetime:
        self.now += timedelta(**(later or {"minutes": 1}))
        return self.now

    def actor(self, person: Person) -> Actor:
        return actor_of(self.session, person.id, on=legal_date(self.now))

    @property
    def row(self) -> RestrictedEntry:
        return self.session.get_one(RestrictedEntry, self.id)

    def propose(self, by: Person | None = None, **changes: Any) -> "EntryPlay":
        review_on = changes.pop("review_on", None)
        made = restriction.propose(
            self.session,
            values=company(**changes),
            review_on=review_on,
            proof=PROOF,
            by=self.actor(by or self.desk.officer),
            now=self.at(),
        )
        self.id = made.id
        return self

    def notify(self) -> "EntryPlay":
        restriction.notify(
            self.session,
            entry_id=self.id,
            base_url=BASE,
            by=self.actor(self.desk.officer),
            now=self.at(),
        )
        return self

    def wait(self, days: int = 20) -> "EntryPlay":
        self.at(days=days)
        return self

    def enter(self, by: Person | None = None) -> "EntryPlay":
        row = self.row
        first = row.from_day if row.origin == "mirrored" else legal_date(self.now)
        longest = longest_term(GROUNDS[row.ground], row.case_code, first)
        restriction.enter(
            self.session,
            entry_id=self.id,
            to_day=longest.to_day,
            review_on=longest.review_on,
            reason="事实清楚，依据充分",
            by=self.actor(by or self.desk.approver),
            now=self.at(),
        )
        return self

    def in_force(self, **changes: Any) -> "EntryPlay":
        return self.propose(**changes).notify().wait().enter()

    def appeal(self, ground: str = "fact", by: Actor | None = None) -> "EntryPlay":
        from registry.rules.permissions import PUBLIC

        restriction_appeal.appeal(
            self.session,
            entry_id=self.id,
            ground=ground,
            text="并非我公司所为，附证明。",
            proof=None,
            by=by or PUBLIC,
            now=self.at(),
        )
        return self

    def annul(self) -> "EntryPlay":
        restriction_appeal.annul(
            self.session,
            entry_id=self.id,
            reason="主体认定错误",
            by=self.actor(self.desk.panel),
            now=self.at(),
        )
        return self
