"""What happened to a case, from the chain, with the words that were written at the time."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlmodel import Session

from registry.models import Application, AuditEvent, Certificate, Decision, Judgement
from registry.queries import audit, review
from registry.queries.case import newest_run
from registry.queries.hit import hits_of
from registry.web.language import said
from registry.words import Words
from registry.words.events import EVENTS
from registry.words.reasons import REASONS
from registry.words.roles import ROLES
from registry.words.states import STATES

_DECIDED_BY = {
    "application.recommended": "recommend",
    "application.found_ineligible": "ineligible",
    "application.rejected": "reject",
    "application.approved": "approve",
    "application.approved_and_entered": "approve",
    "application.sent_back": "send_back",
}


def time_line(
    session: Session,
    application: Application,
    certificate: Certificate | None,
    decisions: Sequence[Decision],
    judgements: Sequence[Judgement],
) -> list[dict[str, Any]]:
    """Newest first: what, when, by whom in which role, why, and the state that it led to."""
    events = audit.events_of(session, f"application:{application.id}")
    if certificate is not None:
        events += audit.events_of(session, f"certificate:{certificate.number}")
    people = review.who_acted(session, application)
    written = _Written(session, application, decisions, judgements)
    entries = [
        (event.seq, _entry(event, people, written)) for event in sorted(events, key=lambda e: e.seq)
    ]
    return [entry for _, entry in reversed(entries)]


class _Written:
    """The texts behind the digests in the events, handed out in the order of the events."""

    def __init__(
        self,
        session: Session,
        application: Application,
        decisions: Sequence[Decision],
        judgements: Sequence[Judgement],
    ) -> None:
        self._decisions: dict[str, Iterator[Decision]] = {}
        by_event: dict[str, list[Decision]] = defaultdict(list)
        for decision in reversed(decisions):
            by_event[decision.event].append(decision)
        self._decisions = {event: iter(rows) for event, rows in by_event.items()}
        self._settled = iter([j for j in reversed(judgements) if j.kind == "settled"])
        run = newest_run(session, application)
        hits = hits_of(session, run, application) if run is not None else []
        self._hits = {hit.row.id: hit.row.reason for hit in hits}
        self._scores = {
            row.id: row.rationale for row in review.assessments_of(session, application.id)
        }

    def of(self, kind: str, body: Mapping[str, Any]) -> str:
        if kind in _DECIDED_BY:
            decision = next(self._decisions.get(_DECIDED_BY[kind], iter(())), None)
            return _coded(decision.reason_code, decision.reason) if decision else ""
        if kind == "application.gate_settled":
            judgement = next(self._settled, None)
            return f"{judgement.rule_id}: {judgement.rationale}" if judgement else ""
        if kind == "application.scored":
            return self._scores.get(body.get("assessment", 0), "")
        if kind in ("application.hit_decided", "application.stopped"):
            return self._hits.get(body.get("hit", 0), "")
        return _coded(str(body.get("reason_code", "")), "")


def _coded(code: str, text: str) -> str:
    words = said(REASONS[code]) if code in REASONS else ""
    return " · ".join(part for part in (words, text) if part)


def _entry(event: AuditEvent, people: Mapping[str, str], written: _Written) -> dict[str, Any]:
    body = json.loads(event.canonical)["body"]
    cycle = event.kind.partition(".")[0]
    to = body.get("to", "") if body.get("to") != body.get("from") else ""
    role = body.get("role", "")
    return {
        "at": event.at,
        "what": EVENTS.get(event.kind, Words(event.kind, event.kind)),
        "who": _who(event.actor, people),
        "role": ROLES.get(role) if event.actor in people else None,
        "why": written.of(event.kind, body),
        "state": to,
        "state_label": STATES.get(cycle, {}).get(to),
        "digest": body.get("answers_sha256", ""),
    }


def _who(actor: str, people: Mapping[str, str]) -> str | Words:
    if actor in people:
        return people[actor]
    if actor == "service:public":
        return Words("公众", "A member of the public")
    if actor.startswith("service:"):
        return Words("系统", "The registry")
    return Words("某人（个人信息已删除或未参与本案）", "Somebody (erased, or no part in the case)")
