"""Plays one demonstration case as far as its stage, through the operations that people use."""

from datetime import datetime, timedelta

from sqlmodel import Session, select

from registry.jobs.demo.people import Cast
from registry.jobs.demo.projects import DemoProject
from registry.models import Application, Assessment, Organisation, ScreeningHit
from registry.operations import application as applications
from registry.operations import decision, reserve, review, screening
from registry.queries.assessment import newest_assessment
from registry.rules.calendar import legal_date
from registry.rules.permissions import Actor

JUDGED = {"evidence_tier": "T2", "catalogue_conditions": "confirmed", "ghg_contribution": "flagged"}
STAGES = ("draft", "screening", "in_review", "returned", "rejected", "listed", "financed")


class Player:
    """One case; every step takes an hour and a half, so that time lines look like work."""

    def __init__(self, session: Session, cast: Cast, project: DemoProject, now: datetime) -> None:
        self.session, self.cast, self.project, self.now = session, cast, project, now
        self.id = 0

    def play(self) -> int:
        """The application's id, once it has reached the project's stage."""
        self._draft()
        stage = self.project.stage
        if stage == "draft":
            return self.id
        applications.submit(
            self.session,
            application_id=self.id,
            declarations=frozenset((*applications.DECLARATIONS, *applications.CONSENTS)),
            by=self._as("applicant"),
            now=self._later(),
        )
        if stage == "screening":
            return self.id
        self._clear_hits()
        if stage == "returned":
            self._return()
            return self.id
        self._accept()
        if stage == "in_review":
            return self.id
        self._assess()
        if stage == "rejected":
            decision.reject(
                self.session,
                application_id=self.id,
                reason_code="evidence_insufficient",
                reason="风资源评估与并网批复未提供，电量数据无法核对。",
                by=self._as("approver"),
                now=self._later(),
            )
            return self.id
        decision.approve(
            self.session,
            application_id=self.id,
            reason="符合入库条件，未核对原件的数据已在证书上载明。",
            notice_days=0,
            by=self._as("approver"),
            now=self._later(),
        )
        if stage == "financed":
            self._finance()
        return self.id

    def _finance(self) -> None:
        """A fund asks, and lends two fifths of the investment."""
        fund = self.cast.organisations["fund"]
        reserve.express_interest(
            self.session,
            application_id=self.id,
            organisation_id=fund,
            note="拟提供项目贷款，请提供并网协议。",
            by=self._as("fund"),
            now=self._later(),
        )
        application = self.session.get_one(Application, self.id)
        now = self._later()
        reserve.record_financing(
            self.session,
            application_id=self.id,
            organisation_id=fund,
            instrument="loan",
            amount_fen=reserve.investment_fen(application) * 2 // 5,
            signed_on=legal_date(now),
            by=self._as("fund"),
            now=now,
        )

    def _later(self) -> datetime:
        self.now += timedelta(minutes=90)
        return self.now

    def _as(self, key: str) -> Actor:
        return self.cast.actor(self.session, key, self.now)

    def _draft(self) -> None:
        owner = self.session.get_one(Organisation, self.cast.organisations[self.project.owner])
        started = applications.start(
            self.session,
            organisation=owner,
            kind=self.project.kind,
            by=self._as("editor"),
            now=self._later(),
        )
        self.id = started.id
        started.assumed = {
            "fields": self.project.assumptions,
            "others": [{"zh": "业主单位", "en": "owner"}],
        }
        applications.save_draft(
            self.session,
            application_id=self.id,
            changes={key: value for key, value in self.project.answers.items() if value},
            draft_version=started.draft_version,
            by=self._as("editor"),
            now=self._later(),
        )

    def _clear_hits(self) -> None:
        hits = self.session.exec(
            select(ScreeningHit).where(
                ScreeningHit.application_id == self.id,
                ScreeningHit.decision == "",
                ScreeningHit.is_runner_up == False,  # noqa: E712 (a column, not a bool)
            )
        ).all()
        for hit in hits:
            screening.decide_hit(
                self.session,
                hit_id=hit.id,
                decision="false",
                reason="字号相同但行业与地区不同，经核对登记信息，不是同一主体。",
                by=self._as("screener"),
                now=self._later(),
            )

    def _return(self) -> None:
        review.ask(
            self.session,
            application_id=self.id,
            findings=[
                review.NewFinding(
                    "unit_energy_after", "clarify", "请说明改造后单位能耗的测算边界与计量依据。"
                ),
                review.NewFinding(
                    "total_investment_10k_yuan", "correct", "投资额与备案文件不一致，请更正。"
                ),
            ],
            by=self._as("screener"),
            now=self._later(),
        )

    def _accept(self) -> None:
        review.accept(
            self.session,
            application_id=self.id,
            assessors=[self._as("assessor")],
            lead_id=self.cast.people["assessor"],
            by=self._as("screener"),
            now=self._later(),
        )

    def _score(self, judged: dict[str, str]) -> Assessment:
        return review.score(
            self.session,
            application_id=self.id,
            judgements=[
                review.NewJudgement(key, value, "对照所附材料核定。")
                for key, value in judged.items()
            ],
            rationale="按规则逐项核对，依据见各项说明。",
            by=self._as("assessor"),
            now=self._later(),
        )

    def _assess(self) -> None:
        """Settle what the registry cannot know, score once, propose the grade that came out."""
        application = self.session.get_one(Application, self.id)
        first = newest_assessment(self.session, application)
        reasons = {rule["rule"]: rule["reason"] for rule in first.result["rules"]} if first else {}
        for matter in first.result["matters"] if first else []:
            if not matter["settled"] and reasons.get(matter["subject"]) != "awaits_assessor":
                self._settle(matter)
        self._recommend(self._score(JUDGED))

    def _settle(self, matter: dict[str, str]) -> None:
        unknown = matter["code"] == "unknown"
        review.settle_gate(
            self.session,
            application_id=self.id,
            rule_id=matter["id"],
            state="pass" if unknown else "accepted",
            rationale="已在主管部门公开渠道查询，未见记录。"
            if unknown
            else "数值与多份公开转载一致，原件未核对，证书上载明。",
            evidence="查询记录（演示）",
            by=self._as("assessor"),
            now=self._later(),
        )

    def _recommend(self, scored: Assessment) -> None:
        review.recommend(
            self.session,
            application_id=self.id,
            grade=scored.grade,
            rationale="得分与证据相符，建议按计算等级入库。",
            by=self._as("assessor"),
            now=self._later(),
        )
