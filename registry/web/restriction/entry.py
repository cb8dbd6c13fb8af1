"""An entry's page: what it says, what happened, what may be done; its notice; its files."""

import json
from typing import Any

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue

from registry.models import AuditEvent, RestrictedEntry
from registry.operations.restriction import subject_link
from registry.queries import audit
from registry.queries import restriction_list as lists
from registry.queries.restriction_facts import DECISION, facts_of, said_by_subject, statements_of
from registry.rules.lifecycle import RESTRICTION
from registry.rules.lifecycle.stepping import offered_moves
from registry.rules.permissions import Role
from registry.rules.restriction import GROUNDS, minimum_until
from registry.web import edge
from registry.web.access import holds_one_of, opens_to
from registry.web.language import said, t
from registry.web.pinning import words_of
from registry.web.restriction import blueprint
from registry.web.restriction.acting import ACTS
from registry.web.restriction.reading import (
    FULL,
    ORIGINS,
    READERS,
    clause_of,
    due_of,
    found,
    ground_name,
    masked,
    name_of,
    narrowed,
    sent,
    status_of_source,
)
from registry.words import grounds
from registry.words.events import EVENTS, MOVES
from registry.words.grounds import BODIES, CONSEQUENCES, REACHES, SUBJECTS
from registry.words.restriction import APPEAL_GROUNDS, OUTCOMES, STATEMENTS
from registry.words.roles import ROLES
from registry.words.states import STATES

OUTCOME_EVENTS = {"refused": "repair_refused"}


@blueprint.get("/<int:entry_id>")
@opens_to(*READERS)
def entry(entry_id: int) -> ResponseReturnValue:
    row = found(entry_id)
    session = edge.reading()
    ground = GROUNDS.get(row.ground)
    sees_all = narrowed() is None
    return render_template(
        "restriction/entry.html",
        entry=row,
        title=name_of(row),
        kind=said(SUBJECTS[row.subject_kind]),
        ground=ground_name(row.ground),
        clause=clause_of(row),
        source=status_of_source(row),
        body=said(BODIES[ground.body.value]) if ground else "",
        consequence=said(CONSEQUENCES[ground.consequence.value]) if ground else "",
        reach=said(REACHES[row.scope_kind]),
        origin=said(ORIGINS.get(row.origin, (row.origin, row.origin))),
        due=due_of(row),
        today=edge.today(),
        lift_after=minimum_until(ground, row.case_code, row.from_day) if ground else None,
        moves=_moves(row),
        statements=said_by_subject(session, row.id) if sees_all else [],
        statement_words=STATEMENTS,
        outcome_words=OUTCOMES,
        appeal_words=APPEAL_GROUNDS,
        touched=lists.held_by(session, row.id) if sees_all else [],
        timeline=time_line(row) if sees_all else [],
        other_names=_other_names(row),
        sees_all=sees_all,
        may_print=row.token is not None and holds_one_of(frozenset({Role.RESTRICT_OFFICER})),
    )


def _other_names(row: RestrictedEntry) -> str:
    names = [one["text"] for one in (row.aliases or {}).get("names", [])]
    shown = [masked(one) for one in names] if row.subject_kind == "person" else names
    return t("、", ", ").join(shown)


def _moves(row: RestrictedEntry) -> list[dict[str, Any]]:
    """The buttons of this person, the closed ones with their reason; the subject speaks on pages of its
    own, and only a file amends a proposal."""
    by, now = edge.actor(), edge.now()
    facts = facts_of(edge.reading(), row, by=by, now=now)
    words = MOVES["restriction"]
    return [
        {
            "label": words[str(one.move.event)],
            "href": url_for("restriction.act", entry_id=row.id, move=str(one.move.event)),
            "why_not": words_of(one.refused) if one.refused is not None else "",
        }
        for one in offered_moves(RESTRICTION, row.state, by, now, facts)
        if str(one.move.event) in ACTS
    ]


def time_line(row: RestrictedEntry) -> list[dict[str, Any]]:
    """Newest first, from the chain: what, when, who in which role, and the state it led to."""
    session = edge.reading()
    events = audit.events_of(session, f"restricted:{row.id}")
    names = {
        commitment: person.name
        for commitment, person in audit.names_behind(session, {e.actor for e in events}).items()
    }
    reasons = _reasons(row)
    return [_event(event, names, reasons) for event in reversed(events)]


def _reasons(row: RestrictedEntry) -> dict[str, str]:
    """What was written with each act, by the kind of its event; the event has its digest only."""
    kinds = {str(move.event): move.kind for move in RESTRICTION.table}
    found = {}
    for one in statements_of(edge.reading(), row.id):
        if one.kind == DECISION:
            found[kinds[one.ground]] = one.text
        elif one.outcome:
            found[f"restriction.{OUTCOME_EVENTS.get(one.outcome, one.outcome)}"] = one.reason
    return found


def _event(event: AuditEvent, names: dict[str, str], reasons: dict[str, str]) -> dict[str, Any]:
    body = json.loads(event.canonical)["body"]
    who = names.get(event.actor, "")
    if not who and event.actor == "service:public":
        who = t("被列入方", "The subject")
    elif not who and event.actor.startswith("service:"):
        who = t("平台自动办理", "The registry itself")
    role = ROLES.get(str(body.get("role", "")))
    changed = body.get("to") and body.get("to") != body.get("from")
    return {
        "at": event.at,
        "what": EVENTS.get(event.kind, (event.kind, event.kind)),
        "who": who,
        "role": said(role) if role is not None and who in names.values() else "",
        "state": body["to"] if changed else None,
        "state_label": _state_words(body["to"]) if changed else None,
        "why": reasons.get(event.kind, ""),
    }


def _state_words(state: str) -> Any:
    return STATES["restriction"].get(state)


@blueprint.get("/<int:entry_id>/notice")
@opens_to(Role.RESTRICT_OFFICER)
def notice(entry_id: int) -> ResponseReturnValue:
    """The letter to the subject, to be printed and sent: ground, clause, days, and the link."""
    row = found(entry_id)
    if row.token is None:
        abort(404)
    return render_template(
        "restriction/notice.html",
        entry=row,
        ground=grounds.GROUNDS[row.ground],
        document=grounds.DOCUMENTS[row.clause],
        limb=grounds.CASES[row.case_code],
        link=subject_link(edge.settings().base_url, row),
        issuer=t(edge.settings().issuer_name_zh, edge.settings().issuer_name_en),
    )


@blueprint.get("/<int:entry_id>/evidence")
@opens_to(*READERS)
def evidence(entry_id: int) -> ResponseReturnValue:
    row = found(entry_id)
    if not row.evidence_sha256 or (narrowed() is not None and row.proposed_by_id != narrowed()):
        abort(404)
    return sent(row.evidence_sha256, row.evidence_name or "evidence")


@blueprint.get("/<int:entry_id>/statements/<int:statement_id>/file")
@opens_to(*FULL)
def statement_file(entry_id: int, statement_id: int) -> ResponseReturnValue:
    rows = {one.id: one for one in statements_of(edge.reading(), found(entry_id).id)}
    one = rows.get(statement_id)
    if one is None or not one.evidence_sha256:
        abort(404)
    return sent(one.evidence_sha256, one.evidence_name or "file")
