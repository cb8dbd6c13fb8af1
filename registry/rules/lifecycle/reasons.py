"""Closed lists of reasons, per move that needs one. Words and clauses: `registry.words.reasons`."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    # ineligible: each names its clause
    ELIMINATED_CLASS = "eliminated_class"
    RESTRICTED_NEW_BUILD = "restricted_new_build"
    BELOW_BENCHMARK_NEW = "below_benchmark_new"
    TWO_HIGH_PRECONDITION = "two_high_precondition"
    MAJOR_ACCIDENT = "major_accident"
    MAJOR_PENALTY = "major_penalty"
    JUDGMENT_DEFAULTER = "judgment_defaulter"
    SERIOUSLY_DISHONEST = "seriously_dishonest"
    ON_RESTRICTED_LIST = "on_restricted_list"
    OUTSIDE_CATALOGUE = "outside_catalogue"
    NOT_A_PROJECT = "not_a_project"
    DUPLICATE = "duplicate"
    NOT_ENTITLED = "not_entitled"
    # reject
    GATE_FAILED = "gate_failed"
    BELOW_GREEN = "below_green"
    CONDITIONS_UNCONFIRMED = "conditions_unconfirmed"
    EVIDENCE_INSUFFICIENT = "evidence_insufficient"
    DATA_IMPLAUSIBLE = "data_implausible"
    DOUBLE_CLAIM = "double_claim"
    FALSE_STATEMENT = "false_statement"
    # send back
    SCORE_UNEXPLAINED = "score_unexplained"
    EVIDENCE_UNCHECKED = "evidence_unchecked"
    CONDITION_UNCLEAR = "condition_unclear"
    CONFLICT_FOUND = "conflict_found"
    NEW_FACTS = "new_facts"
    # suspend
    DATA_OVERDUE = "data_overdue"
    PERMIT_LAPSED = "permit_lapsed"
    RESTRICTED_ENTRY = "restricted_entry"
    UNDER_INVESTIGATION = "under_investigation"
    # delist, revoke
    NO_LONGER_GREEN = "no_longer_green"
    PROJECT_ABANDONED = "project_abandoned"
    OWNER_CHANGED = "owner_changed"
    AT_OWNERS_REQUEST = "at_owners_request"
    ISSUED_IN_ERROR = "issued_in_error"
    DECISION_OVERTURNED = "decision_overturned"
    KEY_COMPROMISED = "key_compromised"
    DELISTED = "delisted"
    # amend, void
    CORRECTION = "correction"
    NAME_CHANGED = "name_changed"
    MAKING_FAILED = "making_failed"
    DECISION_WITHDRAWN = "decision_withdrawn"
    # screening
    SAME_BODY = "same_body"
    DIFFERENT_BODY = "different_body"
    IDENTIFIERS_CONTRADICT = "identifiers_contradict"
    NOT_ENOUGH_TO_TELL = "not_enough_to_tell"
    EXCLUSION_HIT = "exclusion_hit"
    # organisation
    CODE_NOT_FOUND = "code_not_found"
    NAME_DIFFERS = "name_differs"
    NO_AUTHORITY_TO_SIGN = "no_authority_to_sign"
    DOCUMENTS_ILLEGIBLE = "documents_illegible"
    DISSOLVED = "dissolved"
    OTHER = "other"


_R = Reason
_LEAVING = (
    _R.NO_LONGER_GREEN,
    _R.FALSE_STATEMENT,
    _R.PROJECT_ABANDONED,
    _R.OWNER_CHANGED,
    _R.AT_OWNERS_REQUEST,
    _R.RESTRICTED_ENTRY,
    _R.DOUBLE_CLAIM,
    _R.ISSUED_IN_ERROR,
    _R.OTHER,
)
_REVOKING = (
    _R.DELISTED,
    _R.FALSE_STATEMENT,
    _R.DOUBLE_CLAIM,
    _R.ISSUED_IN_ERROR,
    _R.DECISION_OVERTURNED,
    _R.NO_LONGER_GREEN,
    _R.RESTRICTED_ENTRY,
    _R.KEY_COMPROMISED,
    _R.OTHER,
)
_SUSPENDING = (
    _R.DATA_OVERDUE,
    _R.PERMIT_LAPSED,
    _R.RESTRICTED_ENTRY,
    _R.UNDER_INVESTIGATION,
    _R.OTHER,
)
_AMENDING = (_R.CORRECTION, _R.NAME_CHANGED, _R.OWNER_CHANGED, _R.OTHER)

REASONS: dict[tuple[str, str], tuple[Reason, ...]] = {
    ("application", "decide_hit"): (
        _R.SAME_BODY,
        _R.DIFFERENT_BODY,
        _R.IDENTIFIERS_CONTRADICT,
        _R.NOT_ENOUGH_TO_TELL,
        _R.OTHER,
    ),
    ("application", "stop"): (
        _R.SAME_BODY,
        _R.EXCLUSION_HIT,
        _R.DUPLICATE,
        _R.ON_RESTRICTED_LIST,
        _R.OTHER,
    ),
    ("application", "ineligible"): (
        _R.ELIMINATED_CLASS,
        _R.RESTRICTED_NEW_BUILD,
        _R.BELOW_BENCHMARK_NEW,
        _R.TWO_HIGH_PRECONDITION,
        _R.MAJOR_ACCIDENT,
        _R.MAJOR_PENALTY,
        _R.JUDGMENT_DEFAULTER,
        _R.SERIOUSLY_DISHONEST,
        _R.ON_RESTRICTED_LIST,
        _R.OUTSIDE_CATALOGUE,
        _R.NOT_A_PROJECT,
        _R.DUPLICATE,
        _R.NOT_ENTITLED,
        _R.OTHER,
    ),
    ("application", "send_back"): (
        _R.SCORE_UNEXPLAINED,
        _R.EVIDENCE_UNCHECKED,
        _R.CONDITION_UNCLEAR,
        _R.CONFLICT_FOUND,
        _R.NEW_FACTS,
        _R.OTHER,
    ),
    ("application", "reject"): (
        _R.GATE_FAILED,
        _R.BELOW_GREEN,
        _R.CONDITIONS_UNCONFIRMED,
        _R.EVIDENCE_INSUFFICIENT,
        _R.DATA_IMPLAUSIBLE,
        _R.DOUBLE_CLAIM,
        _R.FALSE_STATEMENT,
        _R.ON_RESTRICTED_LIST,
        _R.OTHER,
    ),
    ("application", "suspend"): _SUSPENDING,
    ("application", "propose_delisting"): _LEAVING,
    ("application", "delist"): _LEAVING,
    ("certificate", "void"): (_R.MAKING_FAILED, _R.DECISION_WITHDRAWN, _R.OTHER),
    ("certificate", "suspend"): _SUSPENDING,
    ("certificate", "propose_amendment"): _AMENDING,
    ("certificate", "amend"): _AMENDING,
    ("certificate", "propose_revocation"): _REVOKING,
    ("certificate", "revoke"): _REVOKING,
    ("organisation", "refuse"): (
        _R.CODE_NOT_FOUND,
        _R.NAME_DIFFERS,
        _R.NO_AUTHORITY_TO_SIGN,
        _R.DOCUMENTS_ILLEGIBLE,
        _R.OTHER,
    ),
    ("organisation", "close"): (_R.DISSOLVED, _R.AT_OWNERS_REQUEST, _R.DUPLICATE, _R.OTHER),
}


def reasons_for(cycle: str, event: str) -> tuple[Reason, ...]:
    """The reasons that may be given for this move; none where the move needs none."""
    return REASONS.get((cycle, str(event)), ())
