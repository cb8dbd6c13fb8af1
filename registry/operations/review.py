"""What screeners and assessors do: accept, assign, ask, score, settle, recommend."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col

from registry.db import lock
from registry.models import Application, Assessment, Assignment, Finding, Judgement, Person
from registry.operations.assessment import score_case
from registry.operations.case import move
from registry.operations.clock import restart, stop
from registry.operations.decision import keep_decision
from registry.operations.judgement import (
    NewJudgement,
    Proof,
    keep_judgements,
    must_be_assessors,
    must_be_open,
)
from registry.operations.screening import found_by_registry
from registry.operations.telling import applicants_of, tell
from registry.queries.assessment import ASSESSED, newest_assessment
from registry.queries.case import SETTLED, assignments_of
from registry.queries.review import field_words, grades_open_to
from registry.rules import canonical
from registry.rules.lifecycle import MoveRefused, Need, Refusal
from registry.rules.lifecycle.application import Event
from registry.rules.permissions import Actor
from registry.words import Words

FINDING_KINDS = ("correct", "clarify", "follow_up")


@dataclass(frozen=True)
class NewFinding:
    """A question on one field. kind: correct 整改, clarify 澄清, follow_up 后续."""

    field: str
    kind: str
    text: str


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
    if lead_id not in {assessor.person_id for assessor in assessors}:
        raise MoveRefused(Refusal.NEEDED, need=Need.ASSIGNEE, needs=(Need.ASSIGNEE,))
    application = lock(session, Application, application_id)
    _close_findings(session, application, now)
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
    for row in assignments_of(session, application.id):
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
    _tell_assessor(session, application, made, now)
    return made


def _tell_assessor(
    session: Session, application: Application, made: Assignment, now: datetime
) -> None:
    role = Words("主评审人", "lead assessor") if made.is_lead else Words("评审人", "assessor")
    tell(
        session,
        [session.get_one(Person, made.person_id)],
        application,
        subject=Words("请评审本申请", "an application for you to assess"),
        body=Words(
            f"您被指派为{role.zh}，请在 {application.due_on} 前完成。",
            f"You are its {role.en}; it is due on {application.due_on}.",
        ),
        now=now,
    )


def _close_findings(session: Session, application: Application, now: datetime) -> None:
    """What was asked in earlier rounds and answered is done with, and its fields close."""
    session.execute(
        update(Finding)
        .where(
            col(Finding.application_id) == application.id,
            col(Finding.answered_at).is_not(None),
            col(Finding.closed_at).is_(None),
        )
        .values(closed_at=now)
    )


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
    known = field_words(application)
    if any(
        f.field not in known or f.kind not in FINDING_KINDS or not f.text.strip() for f in findings
    ):
        raise MoveRefused(Refusal.NO_FINDING)
    round_no = application.rounds + 1
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
    )
    application.rounds = round_no
    _keep_findings(session, application, findings, by=by, now=now)
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


def _keep_findings(
    session: Session,
    application: Application,
    findings: Sequence[NewFinding],
    *,
    by: Actor,
    now: datetime,
) -> None:
    """Those of the round that begins; what was answered in earlier ones is done with."""
    _close_findings(session, application, now)
    for finding in findings:
        session.add(
            Finding(
                application_id=application.id,
                round_no=application.rounds,
                field=finding.field,
                kind=finding.kind,
                text=finding.text,
                raised_by_id=by.person_id or 0,
                raised_at=now,
                sent_at=now,
            )
        )


def _request(findings: Sequence[NewFinding], application: Application) -> Words:
    names = field_words(application)
    listed = Words(
        "\n".join(f"- {names[each.field].zh}：{each.text}" for each in findings),
        "\n".join(f"- {names[each.field].en}: {each.text}" for each in findings),
    )
    return Words(
        f"您的申请已退回补正，请在 {application.due_on} 前登录平台，仅修改下列内容后重新提交：\n{listed.zh}",
        "Your application was returned. Please sign in, change only what is listed below and send "
        f"it again by {application.due_on}:\n{listed.en}",
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
    proof: Proof | None = None,
) -> Judgement:
    """A named person's word, on evidence, on a matter that the registry cannot know. The
    certificate will say so. An unknown gate gets one of OUTCOMES, any other matter is ACCEPTED;
    what is no matter of the newest score is not settled."""
    application = lock(session, Application, application_id)
    must_be_open(session, application, rule_id, state)
    evidence = evidence.strip() or (proof.name if proof is not None else "")
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
            "evidence": proof.sha256 if proof is not None else canonical.digest(evidence),
        },
    )
    judgement = Judgement(
        application_id=application.id,
        rule_id=rule_id,
        kind=SETTLED,
        value=state,
        rationale=rationale,
        evidence=evidence,
        evidence_sha256=proof.sha256 if proof is not None else "",
        evidence_name=proof.name if proof is not None else "",
        evidence_type=proof.media_type if proof is not None else "",
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
    by: Actor,
    now: datetime,
) -> Assessment:
    """An assigned assessor's score: what is the assessor's to judge (evidence tier, technical
    conditions), each with its rationale, then the rules. Kept beside earlier ones."""
    application = lock(session, Application, application_id)
    must_be_assessors(application, judgements)
    keep_judgements(session, application, judgements, by=by, now=now)
    made = score_case(
        session,
        application,
        purpose=ASSESSED,
        found=found_by_registry(session, application),
        by=by,
        now=now,
        rationale=rationale,
    )
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
    """The lead assessor proposes a grade, the computed one or a lower one; an approver is next.

    The newest score counts, and it must be newer than every judgement on the case.
    """
    application = lock(session, Application, application_id)
    newest = newest_assessment(session, application, ASSESSED)
    if newest is not None and grade and grade not in grades_open_to(newest):
        raise MoveRefused(Refusal.GRADE_ABOVE_SCORE)
    application.proposed_grade = grade
    _close_findings(session, application, now)
    move(
        session,
        application,
        Event.RECOMMEND,
        by=by,
        now=now,
        given=_given({Need.GRADE: grade, Need.RATIONALE: rationale}),
        body={"grade": grade, "rationale_sha256": canonical.digest(rationale)},
    )
    keep_decision(session, application, Event.RECOMMEND, reason=rationale, by=by, now=now)
    restart(application, "approval", now)
    return application


def _given(words: dict[Need, str]) -> list[Need]:
    return [need for need, said in words.items() if said.strip()]
