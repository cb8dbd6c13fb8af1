"""Names screened on demand, and kept: an auditor needs the proof of a negative."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from registry.models import LookUp, RestrictedEntry
from registry.operations.audit import record
from registry.operations.screening import match_record
from registry.queries import restriction as entries
from registry.queries.policy import policy_in_force
from registry.rules import canonical
from registry.rules.calendar import legal_date
from registry.rules.lifecycle import MoveRefused, Refusal
from registry.rules.permissions import Action, Actor, Scope, may
from registry.rules.screening import ENGINE_VERSION, NONE, Match, Subject, check_uscc

MOST_NAMES = 500
MOST_RUNNERS_UP = 3


def look_up(session: Session, subjects: Sequence[Subject], *, by: Actor, now: datetime) -> LookUp:
    """Each name beside the list in force: verdict, both strings and the parts for every hit.

    Kept with the versions of list, engine and policy, and chained by the digest of what was said.
    """
    if not may(by, Action.SCREEN_NAMES, Scope(), legal_date(now)):
        raise MoveRefused(Refusal.ROLE_MISSING)
    policy = policy_in_force(session)
    said = [_verdict(session, subject) for subject in subjects[:MOST_NAMES]]
    version, sha256 = entries.newest_list(session)
    result = {"rows": said}
    made = LookUp(
        asked_by_id=by.person_id or 0,
        names=len(said),
        hits=sum(row["band"] != NONE for row in said),
        list_version=version,
        list_sha256=sha256,
        engine_version=ENGINE_VERSION,
        policy_version=policy.version,
        policy_sha256=policy.sha256,
        result=result,
        result_sha256=canonical.digest(result),
        made_at=now,
    )
    session.add(made)
    session.flush()
    record(
        session,
        kind="screening.looked_up",
        subject=f"look_up:{made.id}",
        body={
            "names": made.names,
            "hits": made.hits,
            "list_version": version,
            "list_sha256": sha256,
            "engine": ENGINE_VERSION,
            "policy_sha256": policy.sha256,
            "result_sha256": made.result_sha256,
        },
        by=by,
        now=now,
    )
    return made


def _verdict(session: Session, subject: Subject) -> dict[str, Any]:
    """Hits with their parts, what came nearest below the threshold, and what speaks against the code.

    An identifier that contradicts is a part of its own in a hit or a runner-up, never left out.
    """
    found = entries.matches_of(session, subject, policy_in_force(session))
    hits = [_pair(one, row) for one, row in found if one.is_hit]
    checked = check_uscc(subject.uscc) if subject.uscc else None
    return {
        "name": subject.name,
        "kind": subject.kind,
        "uscc": subject.uscc,
        "code_warnings": list(checked.warnings) if checked else [],
        "code_suggestion": checked.suggestion if checked else "",
        "band": hits[0]["band"] if hits else NONE,
        "stops": any(hit["match"]["stops"] for hit in hits),
        "hits": hits,
        "runners_up": [_pair(one, row) for one, row in found if one.score > 0 and not one.is_hit][
            :MOST_RUNNERS_UP
        ],
    }


def _pair(one: Match, row: RestrictedEntry) -> dict[str, Any]:
    return {
        "entry": row.id,
        "number": row.number or "",
        "ground": row.ground,
        "band": one.band,
        "score": one.score,
        "match": match_record(one),
    }
