"""A small registry with one case in each state that a page needs, and a person for every role: what
the walk over all addresses walks in. Built through the operations that people use."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlmodel import Session, col, select

from registry.config import Settings
from registry.db import Database
from registry.jobs.certificates import issue_waiting
from registry.models import (
    Application,
    ApplicationVersion,
    Certificate,
    ConflictOfInterest,
    Decision,
    EvidenceFile,
    Judgement,
    Membership,
    Objection,
    Organisation,
    OutboxMessage,
    Person,
    Reissue,
    RoleGrant,
    ScreeningHit,
    SignInSession,
)
from registry.operations import (
    appeal,
    decision,
    evidence,
    grant,
    invitation,
    paper,
    restriction_draft,
    review,
)
from registry.operations import restriction as restrictions
from registry.operations.certificate import signer_of
from registry.operations.judgement import keep_proof
from registry.queries.account import actor_of
from registry.queries.assessment import newest_assessment
from registry.queries.paper import Wanted
from registry.rules.calendar import legal_date
from registry.rules.permissions import Role, ScopeKind
from tests.cases import SOLAR, Case, Team, team
from tests.people import People
from tests.web.portfolio.walked import build_portfolios
from tests.web.restriction.walked import build_restriction
from tests.web.rules.walked import build_rules

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
NAMESAKE = "凉州光伏电力有限公司"
DAY = timedelta(days=1)


@dataclass
class World:
    """Who walks, and the ids that addresses are made of."""

    people: dict[str, Person]
    owner: Organisation
    foreign: Organisation
    ids: dict[str, int]
    texts: dict[str, str]


class OwnClaim(Case):
    """Each case claims something else, or the registry would take them for duplicates."""

    def __init__(self, session: Session, everybody: Team, now: datetime, claim: str) -> None:
        super().__init__(session, everybody, now)
        self.claim = claim

    def draft(self, answers: dict[str, str] | None = None, kind: str = "renewable_power") -> Case:
        own = {"project_name_zh": f"凉州五十兆瓦光伏发电项目 {self.claim}"}
        return super().draft({**(answers or SOLAR), **own}, kind)


class Builder:
    """Plays the cases one after another, beginning a few days ago, so that no window has closed."""

    def __init__(self, database: Database, settings: Settings, people: People) -> None:
        self.database, self.settings, self.people = database, settings, people
        self.now = datetime.now(UTC) - 3 * DAY
        self.ids: dict[str, int] = {}
        self.texts: dict[str, str] = {}

    def build(self) -> World:
        everybody = team(self.people)
        walkers = self._walkers(everybody)
        foreign = self.people.organisation("别家光伏有限公司", name_en="Another Solar Ltd.")
        stranger = self.people.person(
            Role.EDITOR, Role.SIGNATORY, organisation=foreign, name="别家人", language="en"
        )
        walkers["stranger"] = stranger
        with self.database.write() as session:
            self._restrict(session, walkers)
        for name, play in self._plays().items():
            with self.database.write() as session:
                case = OwnClaim(session, everybody, self.now, name)
                play(case)
                self.ids[name], self.now = case.id, case.now + timedelta(hours=1)
        while issue_waiting(self.database, self.settings, datetime.now(UTC)):
            pass
        self._print_a_receipt()
        with self.database.write() as session:
            self._accounts(session, everybody, walkers)
        build_rules(self.database, self.settings, walkers, self.ids)
        build_restriction(self.database, self.settings, walkers, self.ids)
        build_portfolios(self.database, self.settings, everybody, self.ids)
        with self.database.write() as session:
            self._collect(session)
        return World(walkers, everybody.owner, foreign, self.ids, self.texts)

    def _walkers(self, everybody: Team) -> dict[str, Person]:
        """For each role one person who holds nothing else, and one who holds no role."""
        known = {
            Role.EDITOR: everybody.editor,
            Role.SCREENER: everybody.screener,
            Role.ASSESSOR: everybody.assessor,
            Role.APPROVER: everybody.approver_2,
            Role.FUND_MANAGER: everybody.fund_manager,
            Role.AUDITOR: everybody.auditor,
            Role.APPEAL_PANEL: everybody.panel,
        }
        signatory = self.people.person(Role.SIGNATORY, organisation=everybody.owner, name="印章")
        known[Role.SIGNATORY] = signatory
        made = {}
        for role in Role:
            if role in (Role.SERVICE, Role.PUBLIC):
                continue  # a key and nobody: neither signs in
            made[str(role)] = known.get(role) or self.people.person(role, name=f"只{role}")
        made["signed in"] = self.people.person(name="无职")
        return made

    def _plays(self) -> dict[str, object]:
        return {
            "draft": self._draft,
            "screening": self._screening,
            "returned": self._returned,
            "in_review": self._in_review,
            "pending": lambda case: _assessed(case).recommend(),
            "notice": self._on_notice,
            "ineligible": self._ineligible,
            "rejected": self._rejected,
            "appealed": self._appealed,
            "listed": lambda case: case.listed(),
        }

    def _rejected(self, case: Case) -> None:
        """Refused long ago, as everything here is, but the days to appeal still run."""
        _assessed(case).recommend().reject()
        refusals = select(Decision).where(Decision.application_id == case.id)
        for refusal in case.session.exec(refusals).all():
            refusal.appeal_until = (datetime.now(UTC) + 7 * DAY).date()
            case.session.add(refusal)

    def _draft(self, case: Case) -> None:
        case.draft()
        self._attach(case)

    def _screening(self, case: Case) -> None:
        case.draft()
        self._attach(case)
        case.submit()

    def _attach(self, case: Case) -> None:
        evidence.attach(
            case.session,
            application_id=case.id,
            criterion="build_type",
            file_name="批复.pdf",
            data=PDF + f"%{case.id}".encode(),
            is_confidential=False,
            folder=self.settings.evidence_folder,
            limit_bytes=self.settings.upload_limit_bytes,
            limit_files=9,
            by=case.actor(case.team.editor),
            now=case.at(),
        )

    def _returned(self, case: Case) -> None:
        case.draft().submit()
        review.ask(
            case.session,
            application_id=case.id,
            findings=[review.NewFinding("capacity_mw", "correct", "装机容量与批复不一致。")],
            by=case.actor(case.team.screener),
            now=case.at(),
        )

    def _in_review(self, case: Case) -> None:
        case.draft().submit().clear_hits().accept()
        case.score()
        newest = newest_assessment(case.session, case.row)
        assert newest is not None
        unknown = next(m for m in newest.result["matters"] if m["code"] == "unknown")
        review.settle_gate(
            case.session,
            application_id=case.id,
            rule_id=unknown["id"],
            state="pass",
            rationale="已查询，未见记录",
            evidence="查询截图",
            proof=keep_proof(self.settings.evidence_folder, "截图.pdf", PDF, limit_bytes=10_000),
            by=case.actor(case.team.assessor),
            now=case.at(),
        )

    def _on_notice(self, case: Case) -> None:
        _assessed(case).recommend().approve(notice_days=200)
        decision.object_to(
            case.session,
            application_id=case.id,
            text="公示的装机容量与现场不符。",
            contact="",
            now=case.at(),
        )

    def _ineligible(self, case: Case) -> None:
        case.draft().submit().clear_hits()
        decision.find_ineligible(
            case.session,
            application_id=case.id,
            reason_code="outside_catalogue",
            clause="第一条",
            reason="属于排除类。",
            by=case.actor(case.team.screener),
            now=case.at(),
        )

    def _appealed(self, case: Case) -> None:
        _assessed(case).recommend().reject()
        appeal.file_appeal(
            case.session,
            application_id=case.id,
            grounds="评分有误。",
            by=case.actor(case.team.signatory),
            now=case.at(),
        )

    def _restrict(self, session: Session, walkers: dict[str, Person]) -> None:
        """A namesake of the owner on the restricted list, so that screening has something to show."""
        begun = self.now - 60 * DAY
        officer = actor_of(session, walkers[Role.RESTRICT_OFFICER].id, on=legal_date(begun))
        approver = actor_of(session, walkers[Role.RESTRICT_APPROVER].id, on=legal_date(begun))
        today = legal_date(begun)
        entry = restrictions.propose(
            session,
            values={
                "name_zh": NAMESAKE,
                "uscc": "91620600MA71234561",
                "province_code": "620000",
                "ground": "dishonest",
                "case_code": "listed",
                "issuing_body": "演练机关",
                "decision_number": "演练〔2026〕1号",
                "facts": "演练用的事实说明。",
                "from_day": today,
                "to_day": date(today.year + 1, today.month, 1),
            },
            proof=restriction_draft.keep_proof(
                self.settings.evidence_folder, "决定书.pdf", PDF, limit_bytes=10_000
            ),
            by=officer,
            now=begun,
        )
        restrictions.notify(
            session, entry_id=entry.id, base_url=self.settings.base_url, by=officer, now=begun
        )
        restrictions.enter(
            session,
            entry_id=entry.id,
            to_day=entry.to_day,
            review_on=None,
            reason="告知期满，事实清楚。",
            by=approver,
            now=begun + 45 * DAY,
        )
        self.ids["entry"] = entry.id
        self.texts["entry_number"] = entry.number or ""
        self.texts["entry_token"] = entry.token or ""

    def _print_a_receipt(self) -> None:
        signer, now = signer_of(self.settings), datetime.now(UTC)
        with self.database.write() as session:
            sent = session.exec(
                select(ApplicationVersion.id).where(
                    ApplicationVersion.application_id == self.ids["listed"]
                )
            ).one()
            wanted = Wanted("receipt", sent)
            case, content = paper.content_of(session, wanted, settings=self.settings, signer=signer)
            pdf = paper.printed(content, signer=signer, now=now)
            kept = paper.keep(
                session, wanted, application_id=case, pdf=pdf,
                folder=self.settings.documents_folder, signer=signer, now=now,
            )  # fmt: skip
            assert kept is not None
            self.ids["paper"] = kept.id

    def _accounts(self, session: Session, everybody: Team, walkers: dict[str, Person]) -> None:
        now = datetime.now(UTC)
        admin = actor_of(session, walkers[Role.ADMIN].id, on=legal_date(now))
        someone = walkers["signed in"]
        grant.declare_conflict(
            session,
            person_id=someone.id,
            organisation=everybody.owner.name_zh,
            reason="曾任职于该单位",
            from_day=legal_date(now),
            to_day=None,
            by=admin,
            now=now,
        )
        grant.grant_role(
            session,
            person_id=someone.id,
            role=Role.VERIFIER,
            scope_kind=ScopeKind.ZONE,
            scope="HTZ001",
            from_day=legal_date(now) + 30 * DAY,
            to_day=None,
            by=admin,
            now=now,
        )
        self.ids["person"] = someone.id
        invitation.request_reset(
            session, email=someone.email, base_url=self.settings.base_url, now=now
        )
        self.texts["link"] = _link_mailed(session)
        self.ids["owner"] = everybody.owner.id

    def _collect(self, session: Session) -> None:
        """The ids of what the operations made on the way."""

        def newest(model: type, **where: object) -> int:
            found = select(model).filter_by(**where).order_by(col(model.id).desc())
            return session.exec(found).first().id

        ids = self.ids
        certificate = session.exec(
            select(Certificate).where(Certificate.application_id == ids["listed"])
        ).one()
        self.texts |= {
            "certificate": certificate.number,
            "token": certificate.token,
            "list_number": session.get_one(Application, ids["listed"]).list_number or "",
            "noticed": session.get_one(Application, ids["notice"]).number or "",
        }
        ids["file"] = newest(EvidenceFile, application_id=ids["draft"])
        ids["sent_file"] = newest(EvidenceFile, application_id=ids["screening"])
        ids["hit"] = newest(ScreeningHit, application_id=ids["screening"], is_runner_up=False)
        ids["judgement"] = (
            session.exec(select(Judgement).where(Judgement.evidence_sha256 != "")).one().id
        )
        ids["objection"] = newest(Objection)
        ids["decision"] = newest(Decision, application_id=ids["rejected"])
        ids["membership"] = newest(Membership, organisation_id=ids["owner"])
        ids["grant"] = newest(RoleGrant, person_id=ids["person"])
        ids["conflict"] = newest(ConflictOfInterest)
        reissue = Reissue(
            reason_code="correction",
            reason="模板中的单位有误",
            upto=certificate.id,
            total=1,
            problems=[{"certificate": certificate.id, "code": "amendment_waits"}],
            proposed_by_id=ids["person"],
            proposed_at=certificate.reserved_at,
        )
        session.add(reissue)
        session.flush()
        ids["reissue"] = reissue.id
        ids["session"] = 0
        ids["year"] = certificate.reserved_at.year
        ids["member"] = session.get_one(Membership, ids["membership"]).person_id


def _link_mailed(session: Session) -> str:
    """The token in the newest mail's link."""
    newest = session.exec(select(OutboxMessage).order_by(col(OutboxMessage.id).desc())).first()
    assert newest is not None
    return re.search(r"/account/link/([\w-]+)", newest.body).group(1)


def _assessed(case: Case) -> Case:
    case.draft().submit().clear_hits().accept()
    case.score()
    return case.settle_all()


def session_of(database: Database, person: Person) -> int:
    """The newest sign-in of a person."""
    with database.read() as session:
        rows = select(SignInSession).where(SignInSession.person_id == person.id)
        return session.exec(rows.order_by(col(SignInSession.id).desc())).first().id  # type: ignore[union-attr]
