"""The case file: everything on one case, and what this person may do with it."""

from typing import Any

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue

from registry.models import Judgement, Organisation
from registry.operations.succession import is_renewable
from registry.queries import application as applications
from registry.queries import certificate as certificates
from registry.queries import review
from registry.queries.assessment import newest_assessment
from registry.queries.case import assignments_of, is_outdated, newest_run
from registry.queries.hit import hits_of, numbers_of
from registry.rules.calendar import legal_date
from registry.web import edge, places
from registry.web.access import opens_to
from registry.web.clocks import clock_of
from registry.web.letter import letter_of
from registry.web.refusal import refusal_words
from registry.web.reviewer import blueprint
from registry.web.reviewer.acting import Opened, opened
from registry.web.reviewer.answers import answer_groups, book_of, changes
from registry.web.reviewer.certificates import certificate_acts
from registry.web.reviewer.history import time_line
from registry.web.reviewer.queues import READERS
from registry.web.reviewer.returning import KINDS
from registry.web.score_view import benefits_view, matter_name, score_view
from registry.words import Words, screening
from registry.words.events import MOVES
from registry.words.grounds import GROUNDS
from registry.words.reasons import REASONS
from registry.words.roles import ROLES
from registry.words.scoring import MATTERS

# Which page each move of the file leads to. Those on a hit or an objection have their own buttons.
PAGES = {
    "accept": "reviewer.accept",
    "assign": "reviewer.assign",
    "return": "reviewer.send_for_correction",
    "ineligible": "reviewer.find_ineligible",
    "settle_gate": "reviewer.settle",
    "score": "reviewer.score",
    "recommend": "reviewer.recommend",
    "approve": "reviewer.approve",
    "send_back": "reviewer.send_back",
    "reject": "reviewer.reject",
    "let_stand": "reviewer.decide_appeal",
    "overturn": "reviewer.decide_appeal",
    "renew": "reviewer.renew",
}
OUTCOMES = {
    "pass": Words("通过", "passes"),
    "fail": Words("不通过", "fails"),
    "not_applicable": Words("不适用", "does not apply"),
    "accepted": Words("接受", "accepted"),
    "yes": Words("是", "yes"),
    "no": Words("否", "no"),
}
APPEAL_OUTCOMES = {
    "": Words("待审理", "To be heard"),
    "stands": Words("维持原决定", "The refusal stands"),
    "overturned": Words("撤销原决定", "Overturned"),
}
OBJECTION_OUTCOMES = {
    "": Words("待处理", "Open"),
    "dismissed": Words("已驳回", "Dismissed"),
    "upheld": Words("已采纳", "Upheld"),
}
MAIN = ("accept", "recommend", "score", "approve", "let_stand")  # the most wanted first


@blueprint.get("/case/<int:application_id>")
@opens_to(*READERS)
def case(application_id: int) -> ResponseReturnValue:
    found = opened(application_id)
    session, application = edge.reading(), found.application
    owner = session.get_one(Organisation, application.organisation_id)
    head = {
        "case": application,
        "opened": found,
        "owner": owner,
        "clock": clock_of(application.due_on),
        "zone_name": places.zone_name(application.zone_id),
        "kind_name": places.kind_name(application.kind),
    }
    if found.closed is not None:
        return render_template("reviewer/closed.html", **head, why=refusal_words(found.closed))
    return render_template(
        "reviewer/case.html",
        **head,
        **_acts(found),
        **_answers(found),
        **_score(found),
        **_screening(found),
        **_record(found),
        **_words(found),
    )


def _words(found: Opened) -> dict[str, Any]:
    """The tables of words that the file speaks with."""
    book = book_of(found.application)
    names = {i.id: Words(i.name.zh, i.name.en) for i in book.inputs}
    options = {i.id: {o.id: Words(o.name.zh, o.name.en) for o in i.options} for i in book.inputs}

    def judged_name(rule_id: str) -> Words:
        return names.get(rule_id) or matter_name(rule_id.partition(":")[2] or rule_id, book)

    def judged_value(row: Judgement) -> Words:
        known = options.get(row.rule_id, {}).get(row.value) or OUTCOMES.get(row.value)
        return known or Words(row.value, row.value)

    return {
        "judged_name": judged_name,
        "judged_value": judged_value,
        "bands": screening.BANDS,
        "hit_decisions": screening.DECISIONS,
        "grounds": GROUNDS,
        "matter_words": MATTERS,
        "roles": ROLES,
        "reasons": REASONS,
        "moves": MOVES["application"],
        "finding_kinds": KINDS,
        "appeal_outcomes": APPEAL_OUTCOMES,
        "objection_outcomes": OBJECTION_OUTCOMES,
    }


def _acts(found: Opened) -> dict[str, Any]:
    """Buttons for what is open; what is shut for the present, with the reason in words."""
    acts: dict[str, dict[str, Any]] = {}
    shut = []
    for offered in found.moves:
        event = str(offered.move.event)
        page = PAGES.get(event)
        if page is None or (event == "renew" and not is_renewable(found.application, edge.today())):
            continue
        label = MOVES["application"][event]
        if offered.refused is not None:
            shut.append({"label": label, "why": refusal_words(offered.refused)})
            continue
        acts.setdefault(
            page,
            {
                "label": label,
                "href": url_for(page, application_id=found.application.id),
                "event": event,
            },
        )
    main = next((a for event in MAIN for a in acts.values() if a["event"] == event), None)
    others = [act for act in acts.values() if act is not main]
    return {"main_act": main, "acts": others, "shut": shut}


def _is_open(found: Opened, event: str) -> bool:
    offered = found.offers(event)
    return offered is not None and offered.refused is None


def _answers(found: Opened) -> dict[str, Any]:
    session, application = edge.reading(), found.application
    versions = list(applications.versions(session, application.id))
    findings = applications.findings(session, application.id)
    newest = versions[0]
    ids = [int(id) for version in versions for id in version.files]
    by_id = applications.files_by_id(session, ids)
    may_ask = _is_open(found, "return")
    names = {id: file.file_name for id, file in by_id.items()}
    return {
        "newest": newest,
        "groups": answer_groups(
            application,
            newest,
            [by_id[int(id)] for id in newest.files if int(id) in by_id],
            finding_address=(
                url_for("reviewer.send_for_correction", application_id=application.id)
                if may_ask
                else None
            ),
        ),
        "files_open": review.may_open_files(edge.actor(), application, edge.today()),
        "versions": [
            {
                "row": after,
                "changes": changes(
                    application,
                    before,
                    after,
                    [f for f in findings if f.round_no == before.no],
                    names,
                )
                if before is not None
                else None,
            }
            for after, before in zip(versions, [*versions[1:], None], strict=True)
        ],
        "findings": findings,
        "field_words": review.field_words(application),
    }


def _score(found: Opened) -> dict[str, Any]:
    session, application = edge.reading(), found.application
    newest = newest_assessment(session, application)
    if newest is None:
        return {"score": None, "benefits": [], "assessments": [], "outdated": False, "matters": []}
    book = book_of(application)
    return {
        "score": score_view(newest),
        "benefits": benefits_view(newest),
        "assessments": review.assessments_of(session, application.id),
        "outdated": is_outdated(session, newest),
        "matters": [
            {**matter, "name": matter_name(matter["subject"], book)}
            for matter in newest.result.get("matters", [])
        ],
    }


def _screening(found: Opened) -> dict[str, Any]:
    session, application = edge.reading(), found.application
    run = newest_run(session, application)
    if run is None:
        return {"run": None, "hits": [], "same": []}
    duplicates = run.duplicates.get("applications", [])
    cases = numbers_of(session, [each["application"] for each in duplicates])
    return {
        "run": run,
        "hits": hits_of(session, run, application),
        "same": [
            {"row": cases[each["application"]], "same": each["same"]}
            for each in duplicates
            if each["application"] in cases
        ],
    }


def _record(found: Opened) -> dict[str, Any]:
    session, application = edge.reading(), found.application
    decisions = review.decisions_of(session, application.id)
    judgements = review.judgements_of(session, application.id)
    assigned = assignments_of(session, application.id)
    certificate = certificates.newest_of(session, application.id)
    return {
        "decisions": decisions,
        "judgements": judgements,
        "assigned": assigned,
        "names": review.names_of(
            session,
            [
                *(row.person_id for row in assigned),
                *(row.person_id for row in judgements),
                *(row.decided_by_id for row in decisions),
                *(row.raised_by_id for row in applications.findings(session, application.id)),
            ],
        ),
        "appeals": applications.appeals(session, application.id),
        "may_decide_objections": _is_open(found, "dismiss_objection"),
        "objections": review.objections_of(session, application.id),
        "certificate": certificate,
        "certificate_acts": certificate_acts(certificate, found) if certificate else [],
        "time_line": time_line(session, application, certificate, decisions, judgements),
    }


@blueprint.get("/case/<int:application_id>/letter/<int:decision_id>")
@opens_to(*READERS)
def letter(application_id: int, decision_id: int) -> ResponseReturnValue:
    """The letter of a refusal, to read and to print."""
    found = opened(application_id)
    decisions = review.decisions_of(edge.reading(), application_id)
    decision = next((d for d in decisions if d.id == decision_id), None)
    if found.closed is not None or decision is None or decision.event not in applications.REFUSALS:
        abort(404)
    owner = edge.reading().get_one(Organisation, found.application.organisation_id)
    return render_template(
        "reviewer/letter.html",
        opened=found,
        paper=letter_of(found.application, owner, decision, legal_date(decision.decided_at)),
    )
