"""A case on the applicant's desk: the list of tasks of a draft, later what became of it."""

from datetime import date
from typing import Any

from flask import Response, abort, current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from registry.models import AuditEvent, Certificate, Decision
from registry.operations.certificate_content import opened_by_holder
from registry.operations.evidence import path_of
from registry.queries import application as queries
from registry.queries import certificate as certificates
from registry.queries import reserve
from registry.queries.paper import paper_of, papers_of
from registry.rules.calendar import legal_date
from registry.rules.lifecycle.application import BEFORE_DECISION, State
from registry.web import edge, places
from registry.web.access import opens_to
from registry.web.applicant import blueprint
from registry.web.applicant.desk import OPENS_TO, Desk, open_desk
from registry.web.applicant.questions import question_named
from registry.web.letter import letter_of
from registry.web.papers import paper_sent
from registry.words import Words
from registry.words.papers import PAPERS
from registry.words.problems import BY_OWNER, NEXT, TOLD

CLONED_FROM = frozenset(
    {State.LAPSED, State.REJECTED, State.INELIGIBLE, State.WITHDRAWN, State.EXPIRED}
)
REFUSED = frozenset({State.REJECTED, State.INELIGIBLE, State.UNDER_APPEAL})


@blueprint.get("/<int:application_id>")
@opens_to(*OPENS_TO)
def application(application_id: int) -> ResponseReturnValue:
    """A draft opens on its tasks; what was sent opens on its state."""
    desk = open_desk(application_id)
    owner = queries.owners_of(edge.reading(), [desk.case])[desk.case.organisation_id]
    if desk.is_draft:
        groups = task_groups(desk)
        return render_template("applicant/tasks.html", desk=desk, owner=owner, groups=groups)
    session = edge.reading()
    refusal = queries.last_refusal(session, application_id)
    appeals = queries.appeals(session, application_id)
    certificate = certificates.newest_of(session, application_id)
    return render_template(
        "applicant/case.html",
        desk=desk,
        owner=owner,
        kind_name=places.kind_name(desk.case.kind),
        next=NEXT.get(desk.case.state),
        timeline=told(queries.history(session, application_id)),
        versions=queries.versions(session, application_id),
        findings=[_finding(desk, f) for f in queries.findings(session, application_id)],
        refusal=refusal if desk.case.state in REFUSED else None,
        appeals=appeals,
        may_appeal=may_appeal(desk, refusal, edge.today()),
        may_withdraw=State(desk.case.state) in BEFORE_DECISION,
        may_clone=State(desk.case.state) in CLONED_FROM,
        certificate=certificate_shown(certificate),
        papers_printed=papers_of(session, application_id),
        paper_words=PAPERS,
        interests=reserve.interests(session, application_id),
    )


def task_groups(desk: Desk) -> list[dict[str, Any]]:
    """The steps with how far each is, then the check; the last opens when the rest is done."""
    tasks = [
        {
            "label": step.name,
            "hint": step.hint,
            "href": desk.step_url(step),
            "state": desk.state_of(step),
        }
        for step in desk.steps
    ]
    check = {
        "label": Words("核对并提交", "Check your answers and send"),
        "href": url_for("applicant.check_answers", application_id=desk.case.id),
        "state": "in_progress" if not desk.problems else "not_started",
    }
    return [
        {"title": Words("填报内容", "What we ask"), "tasks": tasks},
        {"title": Words("提交", "Send"), "tasks": [check]},
    ]


def told(events: list[AuditEvent]) -> list[dict[str, Any]]:
    """The history as its owner is told it: no reviewer's name, no hit, no score on the way."""
    return [
        {
            "at": event.at,
            "what": TOLD[event.kind],
            "who": _who(event.kind),
        }
        for event in events
        if event.kind in TOLD
    ]


def _who(kind: str) -> Words:
    if kind in BY_OWNER:
        return Words("申请单位", "The applicant")
    return Words("登记平台", "The registry")


def _finding(desk: Desk, finding: Any) -> dict[str, Any]:
    question = question_named(desk.steps, finding.field)
    return {
        "round": finding.round_no,
        "kind": finding.kind,
        "label": question.name if question is not None else Words(finding.field, finding.field),
        "text": finding.text,
        "answer": finding.answer,
    }


def may_appeal(desk: Desk, refusal: Decision | None, today: date) -> bool:
    """Whether the page offers an appeal; the life cycle decides when it is filed."""
    refused = desk.case.state in (State.REJECTED, State.INELIGIBLE)
    if refusal is None or not refused or not desk.may_sign or refusal.appeal_until is None:
        return False
    filed = queries.appeals(edge.reading(), desk.case.id)
    spent = any(appeal.decision_id == refusal.id for appeal in filed)
    return today <= refusal.appeal_until and not spent


def certificate_shown(certificate: Certificate | None) -> dict[str, Any] | None:
    """Number, state and addresses; the pages of another desk only where this app has them."""
    if certificate is None:
        return None
    given: dict[str, Any] = {"number": certificate.number, "token": certificate.token}
    return {
        "number": certificate.number,
        "state": certificate.state,
        "valid_to": certificate.valid_to,
        "sha256": certificate.pdf_sha256,
        "status_url": _url_if_there("public.certificate_status", given),
        "pdf_url": _url_if_there("public.certificate_pdf", given)
        if certificate.pdf_sha256
        else None,
        "openings_url": url_for(
            "applicant.certificate_openings", application_id=certificate.application_id
        )
        if certificate.openings and certificate.pdf_sha256
        else None,
    }


@blueprint.get("/<int:application_id>/openings.json")
@opens_to(*OPENS_TO)
def certificate_openings(application_id: int) -> ResponseReturnValue:
    """What opens the sealed inputs of the case's certificate; the holder shows it to whom it wants."""
    desk = open_desk(application_id)
    session = edge.reading()
    found = certificates.newest_of(session, desk.case.id)
    if found is None or not found.pdf_sha256 or not found.openings:
        abort(404)
    evidence = path_of(edge.settings().documents_folder, found.evidence_sha256).read_bytes()
    answer = Response(
        opened_by_holder(session, found, evidence) or b"", mimetype="application/json"
    )
    name = f"{found.number}-openings.json"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _url_if_there(endpoint: str, given: dict[str, Any]) -> str | None:
    return url_for(endpoint, **given) if endpoint in current_app.view_functions else None


@blueprint.get("/<int:application_id>/letter")
@opens_to(*OPENS_TO)
def letter(application_id: int) -> ResponseReturnValue:
    """The letter of a refusal, with its reason and clause; no name of who decided."""
    desk = open_desk(application_id)
    session = edge.reading()
    refusal = queries.last_refusal(session, application_id)
    if refusal is None:
        abort(404)
    owner = queries.owners_of(session, [desk.case])[desk.case.organisation_id]
    return render_template(
        "applicant/letter.html",
        desk=desk,
        paper=letter_of(desk.case, owner, refusal, legal_date(refusal.decided_at)),
        may_appeal=may_appeal(desk, refusal, edge.today()),
    )


@blueprint.get("/<int:application_id>/papers/<int:paper_id>.pdf")
@opens_to(*OPENS_TO)
def case_paper(application_id: int, paper_id: int) -> ResponseReturnValue:
    """A signed receipt, letter or report, as it was printed."""
    open_desk(application_id)
    found = paper_of(edge.reading(), application_id, paper_id)
    return paper_sent(found) if found is not None else abort(404)
