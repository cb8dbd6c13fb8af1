"""The conditions of the tables, each with its name. A guard answers a refusal, or nothing.

First those on persons (four eyes, conflicts), then those on the case.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from ..permissions import Actor, Role, holds
from .facts import Facts, Part
from .shapes import Guard, MoveRefused, Refusal

# ---- persons ----


def conflict(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    """A party to the case, same organisation, same group, or a declared conflict current that day."""
    if actor.person_id is None:
        return None
    if actor.person_id in facts.who(Part.EDITED, Part.SIGNED, Part.SPOKE):
        return MoveRefused(Refusal.OWN_CASE)
    if facts.scope.organisation_id in actor.organisation_ids:
        return MoveRefused(Refusal.CONFLICT_SAME_ORGANISATION)
    if facts.group_id is not None and facts.group_id in actor.group_ids:
        return MoveRefused(Refusal.CONFLICT_SAME_GROUP)
    for declared in facts.conflicts:
        if declared.person_id == actor.person_id and declared.holds_on(on):
            same = (declared.organisation_id, facts.scope.organisation_id)
            group = (declared.group_id, facts.group_id)
            if _equal(*same) or _equal(*group):
                return MoveRefused(Refusal.CONFLICT_DECLARED)
    return None


def _equal(one: int | None, other: int | None) -> bool:
    return one is not None and one == other


def no_conflict(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    return conflict(actor, facts, on)


def assignee_without_conflict(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    """The same test at assignment, on the person who is to be assigned."""
    if facts.assignee is None:
        return MoveRefused(Refusal.ASSIGNEE_ROLE_MISSING)
    if holds(facts.assignee, (Role.ASSESSOR,), facts.scope, on) is None:
        return MoveRefused(Refusal.ASSIGNEE_ROLE_MISSING)
    return conflict(facts.assignee, facts, on)


def approver_took_no_other_part(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    """The approver is no editor, screener or assessor of that case, nor heard its appeal."""
    for parts, code in (
        ((Part.EDITED, Part.SIGNED), Refusal.APPROVER_EDITED),
        ((Part.SCREENED, Part.RELEASED_STOP), Refusal.APPROVER_SCREENED),
        ((Part.ASSESSED,), Refusal.APPROVER_ASSESSED),
        ((Part.HEARD_APPEAL,), Refusal.APPROVER_HEARD_APPEAL),
    ):
        if actor.person_id in facts.who(*parts):
            return MoveRefused(code)
    return None


def panel_untouched(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    """Nobody on an appeal touched the decision: no part at all in the case."""
    if actor.person_id in facts.who(*Part):
        return MoveRefused(Refusal.PANEL_TOUCHED_THE_CASE)
    return None


def not_the_proposer(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    if actor.person_id in facts.who(Part.PROPOSED):
        return MoveRefused(Refusal.PROPOSER_APPROVES)
    return None


def lifter_is_not_the_proposer(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    if actor.person_id in facts.who(Part.PROPOSED):
        return MoveRefused(Refusal.PROPOSER_LIFTS)
    return None


def another_than_who_suspended(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    if actor.person_id in facts.who(Part.SUSPENDED):
        return MoveRefused(Refusal.SAME_PERSON_SUSPENDED)
    return None


def proposed_by_another(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    """Two persons: one has proposed it, another does it."""
    return _second(actor, facts.who(Part.PROPOSED))


def publisher_edited_nothing(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    """Four eyes on the law itself: whoever wrote a version does not publish it."""
    edited = actor.person_id in facts.who(Part.EDITED)
    return MoveRefused(Refusal.PUBLISHER_EDITED) if edited else None


def without_mistakes(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    return MoveRefused(Refusal.HAS_MISTAKES) if facts.mistakes else None


def impact_known(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    """Nobody decides on a change without seeing whom it touches."""
    return None if facts.impact_known else MoveRefused(Refusal.IMPACT_UNKNOWN)


def effect_lies_ahead(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    """Rules do not reach back: they take effect today at the earliest."""
    if facts.effective_on is None or facts.effective_on < on:
        return MoveRefused(Refusal.EFFECT_IN_THE_PAST)
    return None


def called_by_another(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    """A provisional entry takes two approvers: one has called the emergency."""
    return _second(actor, facts.who(Part.CALLED_EMERGENCY))


def _second(actor: Actor, first: frozenset[int]) -> MoveRefused | None:
    if not first:
        return MoveRefused(Refusal.SECOND_PERSON_NEEDED)
    if actor.person_id in first:
        return MoveRefused(Refusal.SECOND_PERSON_IS_THE_FIRST)
    return None


def is_assigned(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    if actor.person_id not in facts.assessor_ids:
        return MoveRefused(Refusal.NOT_ASSIGNED)
    return None


def is_lead_assessor(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    if actor.person_id is None or actor.person_id != facts.lead_assessor_id:
        return MoveRefused(Refusal.NOT_LEAD_ASSESSOR)
    return None


def by_the_subject(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    return _unless(facts.actor_is_subject, Refusal.NOT_THE_SUBJECT)


# ---- the case ----


def _unless(met: bool, code: Refusal) -> MoveRefused | None:
    return None if met else MoveRefused(code)


def organisation_known(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    return _unless(facts.organisation_known, Refusal.ORGANISATION_NOT_KNOWN)


def organisation_verified(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    return _unless(facts.organisation_verified, Refusal.ORGANISATION_NOT_VERIFIED)


def complete(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    return _unless(facts.complete, Refusal.INCOMPLETE)


def files_digested(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    return _unless(facts.files_digested, Refusal.FILES_NOT_DIGESTED)


def has_a_finding(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    return _unless(facts.findings > 0, Refusal.NO_FINDING)


def rounds_left(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    if facts.rounds >= facts.most_rounds:
        return MoveRefused(Refusal.TOO_MANY_ROUNDS, most=facts.most_rounds)
    return None


def findings_answered(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    if facts.findings_open:
        return MoveRefused(Refusal.FINDINGS_UNANSWERED, open=facts.findings_open)
    return None


def overdue(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    """The term and its grace have passed: the last day itself still belongs to the term."""
    return _unless(facts.due_day is not None and on > facts.due_day, Refusal.NOT_YET_DUE)


def screened(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    if not facts.screened:
        return MoveRefused(Refusal.NOT_SCREENED)
    if facts.undecided_hits:
        return MoveRefused(Refusal.HIT_UNDECIDED, hits=facts.undecided_hits)
    return None


def stops_released(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    """A stop is one person's word; lifting it takes two others."""
    for stop in facts.stops:
        releasers = stop.released_by - {stop.decided_by}
        if not releasers:
            return MoveRefused(Refusal.STOP_NOT_RELEASED, stop=stop.code)
        if len(releasers) < 2:
            return MoveRefused(Refusal.STOP_NEEDS_SECOND_PERSON, stop=stop.code)
    return None


def may_release_a_stop(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    """Somebody who has neither called any open stop nor released all of them already."""
    if not facts.stops:
        return MoveRefused(Refusal.STOP_NOT_RELEASED)
    open_to_me = (
        stop
        for stop in facts.stops
        if actor.person_id != stop.decided_by and actor.person_id not in stop.released_by
    )
    return _unless(any(open_to_me), Refusal.STOP_ALREADY_RELEASED_BY_YOU)


def scores_in(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    if facts.scores_missing:
        return MoveRefused(Refusal.SCORES_MISSING, missing=facts.scores_missing)
    return None


def nothing_open(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    if facts.findings_open:
        return MoveRefused(Refusal.FINDINGS_OPEN, open=facts.findings_open)
    return gates_settled(actor, facts, on)


def gates_settled(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    """An unknown gate is never passed: a named person has settled it on evidence."""
    if facts.unsettled_gates:
        return MoveRefused(Refusal.GATES_UNSETTLED, gates=facts.unsettled_gates)
    return None


def verdict_green(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    return _unless(facts.verdict_is_green, Refusal.NOT_GREEN)


def notice_running(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    running = facts.notice_end is not None and on <= facts.notice_end
    return _unless(running, Refusal.NOTICE_OVER)


def notice_over(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    over = facts.notice_end is not None and on > facts.notice_end
    return _unless(over, Refusal.NOTICE_RUNNING)


def no_objection_open(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    if facts.objections_open:
        return MoveRefused(Refusal.OBJECTION_OPEN, open=facts.objections_open)
    return None


def an_objection_open(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    return _unless(facts.objections_open > 0, Refusal.NO_OBJECTION_OPEN)


def within_appeal_window(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    open_still = facts.appeal_end is not None and on <= facts.appeal_end
    return _unless(open_still, Refusal.APPEAL_TOO_LATE)


def not_appealed_yet(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    return _unless(not facts.appealed, Refusal.APPEAL_SPENT)


def not_restricted(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    return _unless(not facts.restricted, Refusal.RESTRICTED_ON_THAT_DAY)


def shares_within_whole(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    return _unless(facts.share_after_bp <= 10_000, Refusal.SHARES_BEYOND_WHOLE)


def nothing_suspends(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    if facts.suspension_grounds:
        return MoveRefused(Refusal.STILL_SUSPENDED, grounds=facts.suspension_grounds)
    return None


def report_verified(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    return _unless(facts.report_verified, Refusal.REPORT_NOT_VERIFIED)


def verified_finally(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    return _unless(facts.verified_finally, Refusal.NOT_VERIFIED_FINALLY)


def validity_over(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    over = facts.valid_until is not None and on > facts.valid_until
    return _unless(over, Refusal.NOT_YET_DUE)


# ---- restricted entries ----


def subject_identified(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    return _unless(facts.subject_identified, Refusal.SUBJECT_NOT_IDENTIFIED)


def ground_known(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    return _unless(facts.ground_known, Refusal.GROUND_UNKNOWN)


def end_within_ground(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    return _unless(facts.end_within_ground, Refusal.END_BEYOND_GROUND)


def statement_period_over(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    over = facts.statement_end is not None and on > facts.statement_end
    return _unless(over, Refusal.STATEMENT_PERIOD_RUNNING)


def statement_period_running(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    running = facts.statement_end is not None and on <= facts.statement_end
    return _unless(running, Refusal.STATEMENT_PERIOD_OVER)


def emergency(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    return _unless(facts.emergency, Refusal.NO_EMERGENCY)


def is_provisional(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    return _unless(facts.provisional, Refusal.NOT_PROVISIONAL)


def is_noticed(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    return _unless(facts.noticed, Refusal.NOT_NOTICED)


def own_entry(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    """A mirrored record of a court or an authority is appealed where it was made."""
    return _unless(not facts.mirrored, Refusal.APPEAL_WHERE_LISTED)


def repair_filed(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    return _unless(facts.repair_filed, Refusal.REPAIR_NOT_FILED)


def minimum_time_served(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    served = facts.minimum_until is not None and on > facts.minimum_until
    return _unless(served, Refusal.MINIMUM_TIME_RUNNING)


# ---- certificates ----


def decision_approved(actor: Actor, facts: Facts, on: date) -> MoveRefused | None:
    """A certificate needs an approved decision, whoever asks for it."""
    return _unless(facts.decision_approved, Refusal.DECISION_NOT_APPROVED)


def first_refusal(
    guards: Iterable[Guard], actor: Actor, facts: Facts, on: date
) -> MoveRefused | None:
    for guard in guards:
        refused = guard(actor, facts, on)
        if refused is not None:
            return refused
    return None
