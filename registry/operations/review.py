"""What screeners and assessors do: accept, assign, ask, score, settle, recommend."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from registry.db import lock
from registry.models import Application, Assessment, Assignment, Finding, Judgement
from registry.operations.assessment import INPUT, score_case
from registry.operations.case import move
from registry.operations.clock import restart, stop
from registry.operations.telling import applicants_of, tell
from registry.queries.case import ASSESSED, SETTLED
from registry.rules import canonical
from registry.rules.lifecycle import Need
from registry.rules.lifecycle.application import Event
from registry.rules.permissions import Actor
from registry.words import Words


@dataclass(frozen=True)
class NewFinding:
    """A question on one field. kind: correct 整改, clarify 澄清, follow_up 后续."""

    field: str
    kind: str
    text: str


@dataclass(frozen=True)
class NewJudgement:
    """An assessor's word on an input that is the assessor's to set, with its rationale."""

    input_id: str
    value: str
    rationale: str


def accept(
    session: Session,
    *,
    application_id: int,
    assessors: Sequence[Actor],
    lead_id: int,
    by: Actor,
    now: datetime,
) -> Application:
    """Take a screened case into review and put assessors on it, one of them in the lead.

    Refused while a hit is undecided, a stop stands, or an assessor has a conflict.
    """
    application = lock(session, Application, application_id)
    move(session, application, Event.ACCEPT, by=by, now=now)
    restart(application, "review", now)
    for assessor in assessors:
        _assign(session, application, assessor, assessor.person_id == lead_id, by=by, now=now)
    return application


def assign(
    session: Session,
    *,
    application_id: int,
    assessor: Actor,
    is_lead: bool,
    by: Actor,
    now: datetime,
) -> Assignment:
    """Put one more assessor on a case in review; a new lead replaces the old one."""
    application = lock(session, Application, application_id)
    return _assign(session, application, assessor, is_lead, by=by, now=now)


def _assign(
    session: Session,
    application: Application,
    assessor: Actor,
    is_lead: bool,
    *,
    by: Actor,
    now: datetime,
) -> Assignment:
    person_id = assessor.person_id or 0
    current = session.exec(
        select(Assignment).where(
            Assignment.application_id == application.id, col(Assignment.removed_at).is_(None)
        )
    ).all()
    for row in current:
        if row.person_id == person_id:
            row.removed_at = now
        elif is_lead:
            row.is_lead = False
        session.add(row)
    made = Assignment(
        application_id=application.id,
        person_id=person_id,
        is_lead=is_lead,
        assigned_by_id=by.person_id or 0,
        assigned_at=now,
    )
    move(
        session,
        application,
        Event.ASSIGN,
        by=by,
        now=now,
        given=[Need.ASSIGNEE],
        body={"is_lead": is_lead},
        also=frozenset({person_id}),
        assignee=assessor,
    )
    session.add(made)
    session.flush()
    return made


def ask(
    session: Session,
    *,
    application_id: int,
    findings: Sequence[NewFinding],
    by: Actor,
    now: datetime,
) -> Application:
    """Return a case for correction: one consolidated request, only the questioned fields open
    again, the clock stopped, the applicant told by mail."""
    application = lock(session, Application, application_id)
    round_no = application.rounds + 1
    for finding in findings:
        session.add(
            Finding(
                application_id=application.id,
                round_no=round_no,
                field=finding.field,
                kind=finding.kind,
                text=finding.text,
                raised_by_id=by.person_id or 0,
                raised_at=now,
                sent_at=now,
            )
        )
    move(
        session,
        application,
        Event.RETURN,
        by=by,
        now=now,
        given=[Need.FINDINGS] if findings else [],
        body={
            "round": round_no,
            "findings": [
                {"field": f.field, "kind": f.kind, "text_sha256": canonical.digest(f.text)}
                for f in findings
            ],
        },
        findings=len(findings),
        findings_open=0,
    )
    application.rounds = round_no
    stop(application, now)
    restart(application, "correction", now)
    tell(
        session,
        applicants_of(session, application),
        application,
        subject=Words("请补正申请材料", "please correct your application"),
        body=_request(findings, application),
        now=now,
    )
    return application


def _request(findings: Sequence[NewFinding], application: Application) -> Words:
    listed = "\n".join(f"- {finding.field}: {finding.text}" for finding in findings)
    return Words(
        f"您的申请已退回补正，请在 {application.due_on} 前登录平台，仅修改下列内容后重新提交：\n{listed}",
        "Your application was returned. Please sign in, change only what is listed below and send "
        f"it again by {application.due_on}:\n{listed}",
    )


def answer_finding(
    session: Session, *, finding_id: int, answer: str, by: Actor, now: datetime
) -> Finding:
    """An applicant's words on a finding; may be changed until the case is sent again."""
    finding = session.get_one(Finding, finding_id)
    application = lock(session, Application, finding.application_id)
    move(
        session,
        application,
        Event.EDIT,
        by=by,
        now=now,
        body={"finding": finding.id, "answer_sha256": canonical.digest(answer)},
    )
    finding.answer = answer
    finding.answered_at = now if answer.strip() else None
    session.add(finding)
    return finding


def settle_gate(
    session: Session,
    *,
    application_id: int,
    rule_id: str,
    state: str,
    rationale: str,
    evidence: str,
    by: Actor,
    now: datetime,
) -> Judgement:
    """A named person's word, on evidence, on a gate that the registry cannot know. The certificate
    will say so. `state` is pass or fail."""
    application = lock(session, Application, application_id)
    made = move(
        session,
        application,
        Event.SETTLE_GATE,
        by=by,
        now=now,
        given=_given({Need.RATIONALE: rationale, Need.EVIDENCE: evidence}),
        body={
            "rule": rule_id,
            "state": state,
            "rationale_sha256": canonical.digest(rationale),
            "evidence": evidence,
        },
    )
    judgement = Judgement(
        application_id=application.id,
        rule_id=rule_id,
        kind=SETTLED,
        value=state,
        rationale=f"{rationale}\n[{evidence}]",
        person_id=by.person_id or 0,
        role=str(made.role),
        made_at=now,
    )
    session.add(judgement)
    session.flush()
    return judgement


def score(
    session: Session,
    *,
    application_id: int,
    judgements: Sequence[NewJudgement],
    rationale: str,
    found: dict[str, str],
    by: Actor,
    now: datetime,
) -> Assessment:
    """An assigned assessor's score: what is the assessor's to judge (evidence tier, technical
    conditions), each with its rationale, then the rules. Kept beside earlier ones."""
    application = lock(session, Application, application_id)
    for judgement in judgements:
        session.add(
            Judgement(
                application_id=application.id,
                rule_id=judgement.input_id,
                kind=INPUT,
                value=judgement.value,
                rationale=judgement.rationale,
                person_id=by.person_id or 0,
                role="assessor",
                made_at=now,
            )
        )
    session.flush()
    made = score_case(session, application, purpose=ASSESSED, found=found, by=by, now=now)
    move(
        session,
        application,
        Event.SCORE,
        by=by,
        now=now,
        given=_given({Need.RATIONALE: rationale}),
        body={
            "assessment": made.id,
            "result_sha256": made.result_sha256,
            "grade": made.grade,
            "centipoints": made.total_centipoints,
            "rationale_sha256": canonical.digest(rationale),
        },
    )
    return made


def recommend(
    session: Session,
    *,
    application_id: int,
    grade: str,
    rationale: str,
    by: Actor,
    now: datetime,
) -> Application:
    """The lead assessor proposes a grade; the case goes to an approver."""
    application = lock(session, Application, application_id)
    application.proposed_grade = grade
    move(
        session,
        application,
        Event.RECOMMEND,
        by=by,
        now=now,
        given=_given({Need.GRADE: grade, Need.RATIONALE: rationale}),
        body={"grade": grade, "rationale_sha256": canonical.digest(rationale)},
    )
    restart(application, "approval", now)
    return application


def _given(words: dict[Need, str]) -> list[Need]:
    return [need for need, said in words.items() if said.strip()]
