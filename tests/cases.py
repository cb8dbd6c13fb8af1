"""Cases played through the operations, as far as a test needs them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from registry.models import (
    Application,
    Assessment,
    Certificate,
    Organisation,
    Person,
    ScreeningHit,
)
from registry.operations import application as applications
from registry.operations import decision, review, screening
from registry.queries.account import actor_of
from registry.queries.case import newest_run
from registry.rules.calendar import legal_date
from registry.rules.permissions import Actor, Role
from tests.people import People
from tests.rules.projects import LIANGZHOU

PARTICULARS = {
    "project_name_zh": "凉州五十兆瓦光伏发电项目",
    "project_name_en": "Liangzhou 50 MWp solar",
    "summary_zh": "位于甘肃省武威市凉州区的并网光伏电站。",
    "summary_en": "A grid-connected solar plant in Liangzhou, Gansu.",
    "site_address": "甘肃省武威市凉州区",
}
SOLAR = {**PARTICULARS, **LIANGZHOU, "total_investment_10k_yuan": "25000"}
DECLARED = frozenset(applications.DECLARATIONS)
JUDGED = {"evidence_tier": "T2", "catalogue_conditions": "confirmed", "ghg_contribution": "flagged"}


@dataclass
class Team:
    """One person a role, and the organisation that applies."""

    owner: Organisation
    editor: Person
    signatory: Person
    screener: Person
    assessor: Person
    approver: Person
    approver_2: Person
    fund: Organisation
    fund_manager: Person
    auditor: Person
    panel: Person


def team(people: People) -> Team:
    owner = people.organisation()
    fund = people.organisation("甘肃绿色发展基金", name_en="Gansu Green Fund", kind="fund")
    return Team(
        owner=owner,
        editor=people.person(Role.EDITOR, organisation=owner, name="经办甲"),
        signatory=people.person(Role.EDITOR, Role.SIGNATORY, organisation=owner, name="签章乙"),
        screener=people.person(Role.SCREENER, name="受理丙"),
        assessor=people.person(Role.ASSESSOR, name="评审丁"),
        approver=people.person(Role.APPROVER, name="审定戊"),
        approver_2=people.person(Role.APPROVER, name="审定己"),
        fund=fund,
        fund_manager=people.person(Role.FUND_MANAGER, organisation=fund, name="基金庚"),
        auditor=people.person(Role.AUDITOR, name="审计辛"),
        panel=people.person(Role.APPEAL_PANEL, name="复议壬"),
    )


class Case:
    """One case in one session; every step takes a minute, so that time lines have an order."""

    def __init__(self, session: Session, team: Team, now: datetime) -> None:
        self.session, self.team, self.now = session, team, now
        self.id = 0

    def at(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now

    def actor(self, person: Person) -> Actor:
        return actor_of(self.session, person.id, on=legal_date(self.now))

    @property
    def row(self) -> Application:
        return self.session.get_one(Application, self.id)

    def draft(self, answers: dict[str, str] | None = None, kind: str = "renewable_power") -> "Case":
        owner = self.session.get_one(Organisation, self.team.owner.id)
        editor = self.actor(self.team.editor)
        started = applications.start(
            self.session, organisation=owner, kind=kind, by=editor, now=self.at()
        )
        self.id = started.id
        applications.save_draft(
            self.session,
            application_id=self.id,
            changes=answers or SOLAR,
            draft_version=started.draft_version,
            by=editor,
            now=self.at(),
        )
        return self

    def submit(self) -> "Case":
        applications.submit(
            self.session,
            application_id=self.id,
            declarations=DECLARED,
            by=self.actor(self.team.signatory),
            now=self.at(),
        )
        return self

    def clear_hits(self, decision_: str = "false") -> "Case":
        """Decide every open hit of the newest screening."""
        run = newest_run(self.session, self.row)
        open_hits = self.session.exec(
            select(ScreeningHit).where(
                ScreeningHit.run_id == run.id,
                col(ScreeningHit.is_runner_up).is_(False),
                ScreeningHit.decision == "",
            )
        ).all()
        for hit in open_hits:
            screening.decide_hit(
                self.session,
                hit_id=hit.id,
                decision=decision_,
                reason="两家不同的公司",
                by=self.actor(self.team.screener),
                now=self.at(),
            )
        return self

    def accept(self) -> "Case":
        review.accept(
            self.session,
            application_id=self.id,
            assessors=[self.actor(self.team.assessor)],
            lead_id=self.team.assessor.id,
            by=self.actor(self.team.screener),
            now=self.at(),
        )
        return self

    def score(self, judged: dict[str, str] | None = None) -> Assessment:
        return review.score(
            self.session,
            application_id=self.id,
            judgements=[
                review.NewJudgement(key, value, "见证据")
                for key, value in (JUDGED if judged is None else judged).items()
            ],
            rationale="逐项核对",
            by=self.actor(self.team.assessor),
            now=self.at(),
        )

    def settle_all(self) -> "Case":
        """A named person settles every open matter on evidence, then scores again."""
        for _ in range(3):
            made = self.score({})
            open_matters = [m for m in made.result["matters"] if not m["settled"]]
            if not open_matters:
                break
            for matter in open_matters:
                review.settle_gate(
                    self.session,
                    application_id=self.id,
                    rule_id=matter["id"],
                    state="pass" if matter["code"] == "unknown" else "accepted",
                    rationale="已在官方网站逐项查询",
                    evidence="查询截图",
                    by=self.actor(self.team.assessor),
                    now=self.at(),
                )
        return self

    def recommend(self) -> "Case":
        newest = self.score({})
        review.recommend(
            self.session,
            application_id=self.id,
            grade=newest.grade,
            rationale="同意",
            by=self.actor(self.team.assessor),
            now=self.at(),
        )
        return self

    def approve(self, notice_days: int = 0) -> "Case":
        decision.approve(
            self.session,
            application_id=self.id,
            reason="符合条件",
            notice_days=notice_days,
            by=self.actor(self.team.approver),
            now=self.at(),
        )
        return self

    def reject(self) -> "Case":
        decision.reject(
            self.session,
            application_id=self.id,
            reason_code="below_green",
            reason="得分不足",
            by=self.actor(self.team.approver),
            now=self.at(),
        )
        return self

    def listed(self, answers: dict[str, str] | None = None) -> "Case":
        """All the way from a draft to the reserve list."""
        self.draft(answers).submit().clear_hits().accept()
        self.score()
        return self.settle_all().recommend().approve()

    @property
    def certificate(self) -> Certificate:
        return self.session.exec(
            select(Certificate).where(Certificate.application_id == self.id)
        ).one()
