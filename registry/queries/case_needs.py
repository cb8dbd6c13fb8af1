"""Which facts a move is judged on, so that only those are read: most moves need three of a dozen.

A guard that is not named here has everything read. A test compares this table with what the guards
really look at.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache

from registry.rules.lifecycle import APPLICATION
from registry.rules.lifecycle.application import Event


class Group(StrEnum):
    """Facts that are read together."""

    PEOPLE = "people"  # parts taken, declared conflicts
    SCREENING = "screening"  # newest run, hits, stops
    REVIEW = "review"  # assignments, scores, what is unsettled, verdict
    FINDINGS = "findings"
    OBJECTIONS = "objections"
    DECISION = "decision"  # the last decision and its appeal
    RESTRICTED = "restricted"


EVERYTHING = frozenset(Group)

# Facts that each group brings; what stands in no group is read from the case's own row.
BRINGS: dict[Group, frozenset[str]] = {
    Group.PEOPLE: frozenset({"parts", "who", "conflicts"}),
    Group.SCREENING: frozenset({"screened", "undecided_hits", "stops"}),
    Group.REVIEW: frozenset(
        {
            "assessor_ids",
            "lead_assessor_id",
            "scores_missing",
            "unsettled_gates",
            "verdict_is_green",
        }
    ),
    Group.FINDINGS: frozenset({"findings_open"}),
    Group.OBJECTIONS: frozenset({"objections_open"}),
    Group.DECISION: frozenset({"appeal_end", "appealed", "decision_approved"}),
    Group.RESTRICTED: frozenset({"restricted", "suspension_grounds"}),
}

_PEOPLE, _REVIEW = frozenset({Group.PEOPLE}), frozenset({Group.REVIEW})
_NOTHING: frozenset[Group] = frozenset()

NEEDS: dict[str, frozenset[Group]] = {
    "no_conflict": _PEOPLE,
    "assignee_without_conflict": _PEOPLE,
    "approver_took_no_other_part": _PEOPLE,
    "panel_untouched": _PEOPLE,
    "not_the_proposer": _PEOPLE,
    "another_than_who_suspended": _PEOPLE,
    "proposed_by_another": _PEOPLE,
    "is_assigned": _REVIEW,
    "is_lead_assessor": _REVIEW,
    "scores_in": _REVIEW,
    "gates_settled": _REVIEW,
    "verdict_green": _REVIEW,
    "nothing_open": _REVIEW | {Group.FINDINGS},
    "findings_answered": frozenset({Group.FINDINGS}),
    "screened": frozenset({Group.SCREENING}),
    "stops_released": frozenset({Group.SCREENING}),
    "may_release_a_stop": frozenset({Group.SCREENING}),
    "no_objection_open": frozenset({Group.OBJECTIONS}),
    "an_objection_open": frozenset({Group.OBJECTIONS}),
    "within_appeal_window": frozenset({Group.DECISION}),
    "not_appealed_yet": frozenset({Group.DECISION}),
    "decision_approved": frozenset({Group.DECISION}),
    "not_restricted": frozenset({Group.RESTRICTED}),
    "nothing_suspends": frozenset({Group.RESTRICTED}),
    "organisation_known": _NOTHING,
    "organisation_verified": _NOTHING,
    "complete": _NOTHING,
    "files_digested": _NOTHING,
    "has_a_finding": _NOTHING,
    "rounds_left": _NOTHING,
    "overdue": _NOTHING,
    "notice_running": _NOTHING,
    "notice_over": _NOTHING,
    "shares_within_whole": _NOTHING,
    "report_verified": _NOTHING,
    "verified_finally": _NOTHING,
    "validity_over": _NOTHING,
}


@cache
def needed(event: Event | None) -> frozenset[Group]:
    """What the rows of the table for this event look at; everything where no event is named."""
    if event is None:
        return EVERYTHING
    guards = {g.__name__ for move in APPLICATION.table if move.event is event for g in move.guards}
    return frozenset().union(*(NEEDS.get(name, EVERYTHING) for name in guards))
