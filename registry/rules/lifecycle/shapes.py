"""What a life cycle is made of: moves between states, and how a move is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final

from ..permissions import Actor, Role
from .facts import Facts, Need, Part


class Refusal(StrEnum):
    """Why a move is not made. Words for each: `registry.words.refusals`."""

    NO_SUCH_MOVE = "no_such_move"
    ROLE_MISSING = "role_missing"
    ADMIN_DECIDES_NOTHING = "admin_decides_nothing"
    AUDITOR_ONLY_ANNOTATES = "auditor_only_annotates"
    NEEDED = "needed"
    REASON_UNKNOWN = "reason_unknown"
    CHANGED_MEANWHILE = "changed_meanwhile"
    # people
    OWN_CASE = "own_case"
    CONFLICT_SAME_ORGANISATION = "conflict_same_organisation"
    CONFLICT_SAME_GROUP = "conflict_same_group"
    CONFLICT_DECLARED = "conflict_declared"
    APPROVER_EDITED = "approver_edited"
    APPROVER_SCREENED = "approver_screened"
    APPROVER_ASSESSED = "approver_assessed"
    APPROVER_HEARD_APPEAL = "approver_heard_appeal"
    PANEL_TOUCHED_THE_CASE = "panel_touched_the_case"
    PROPOSER_APPROVES = "proposer_approves"
    PROPOSER_LIFTS = "proposer_lifts"
    SAME_PERSON_SUSPENDED = "same_person_suspended"
    SECOND_PERSON_NEEDED = "second_person_needed"
    SECOND_PERSON_IS_THE_FIRST = "second_person_is_the_first"
    NOT_LEAD_ASSESSOR = "not_lead_assessor"
    NOT_ASSIGNED = "not_assigned"
    NOT_THE_SUBJECT = "not_the_subject"
    ASSIGNEE_ROLE_MISSING = "assignee_role_missing"
    # the case
    ORGANISATION_NOT_KNOWN = "organisation_not_known"
    ORGANISATION_NOT_VERIFIED = "organisation_not_verified"
    INCOMPLETE = "incomplete"
    FILES_NOT_DIGESTED = "files_not_digested"
    NO_FINDING = "no_finding"
    TOO_MANY_ROUNDS = "too_many_rounds"
    FINDINGS_UNANSWERED = "findings_unanswered"
    NOT_YET_DUE = "not_yet_due"
    NOT_SCREENED = "not_screened"
    STOP_NOT_RELEASED = "stop_not_released"
    STOP_NEEDS_SECOND_PERSON = "stop_needs_second_person"
    STOP_ALREADY_RELEASED_BY_YOU = "stop_already_released_by_you"
    STOP_STANDS = "stop_stands"
    HIT_UNDECIDED = "hit_undecided"
    SCORES_MISSING = "scores_missing"
    GATES_UNSETTLED = "gates_unsettled"
    FINDINGS_OPEN = "findings_open"
    NOT_GREEN = "not_green"
    GRADE_ABOVE_SCORE = "grade_above_score"
    OBJECTION_OPEN = "objection_open"
    NO_OBJECTION_OPEN = "no_objection_open"
    NOTICE_RUNNING = "notice_running"
    NOTICE_OVER = "notice_over"
    APPEAL_TOO_LATE = "appeal_too_late"
    APPEAL_SPENT = "appeal_spent"
    RESTRICTED_ON_THAT_DAY = "restricted_on_that_day"
    SHARES_BEYOND_WHOLE = "shares_beyond_whole"
    STILL_SUSPENDED = "still_suspended"
    NOT_VERIFIED_FINALLY = "not_verified_finally"
    REPORT_NOT_VERIFIED = "report_not_verified"
    # restricted entries
    SUBJECT_NOT_IDENTIFIED = "subject_not_identified"
    GROUND_UNKNOWN = "ground_unknown"
    END_BEYOND_GROUND = "end_beyond_ground"
    STATEMENT_PERIOD_RUNNING = "statement_period_running"
    STATEMENT_PERIOD_OVER = "statement_period_over"
    NO_EMERGENCY = "no_emergency"
    NOT_PROVISIONAL = "not_provisional"
    NOT_NOTICED = "not_noticed"
    APPEAL_WHERE_LISTED = "appeal_where_listed"
    REPAIR_NOT_FILED = "repair_not_filed"
    MINIMUM_TIME_RUNNING = "minimum_time_running"
    # certificates
    DECISION_NOT_APPROVED = "decision_not_approved"
    # rulebooks and reference data
    HAS_MISTAKES = "has_mistakes"
    IMPACT_UNKNOWN = "impact_unknown"
    EFFECT_IN_THE_PAST = "effect_in_the_past"
    VERSION_TAKEN = "version_taken"
    PUBLISHER_EDITED = "publisher_edited"
    SIGNATURE_BROKEN = "signature_broken"


class MoveRefused(Exception):
    """The life cycle says no: a code for people, and what the words for it need."""

    def __init__(self, code: Refusal, **details: Any) -> None:
        super().__init__(str(code))
        self.code = code
        self.details = details


class Effect(StrEnum):
    """What an operation must see to, in the same transaction, when a move is made."""

    OPEN_DRAFT = "open_draft"
    FREEZE_VERSION = "freeze_version"
    ISSUE_RECEIPT = "issue_receipt"
    START_CLOCK = "start_clock"
    STOP_CLOCK = "stop_clock"
    RESUME_CLOCK = "resume_clock"
    END_CLOCK = "end_clock"
    SCREEN_EXCLUSIONS = "screen_exclusions"
    SCREEN_RESTRICTIONS = "screen_restrictions"
    SCREEN_DUPLICATES = "screen_duplicates"
    PIN_RULEBOOK = "pin_rulebook"
    SEND_LETTER = "send_letter"
    OPEN_APPEAL_WINDOW = "open_appeal_window"
    REQUEST_CORRECTION = "request_correction"
    OPEN_QUESTIONED_FIELDS = "open_questioned_fields"
    SHOW_DIFFERENCE = "show_difference"
    ALLOW_CLONE = "allow_clone"
    ASSIGN_ASSESSORS = "assign_assessors"
    CHECK_CONFLICTS = "check_conflicts"
    KEEP_SCORE = "keep_score"
    PROPOSE_GRADE = "propose_grade"
    PUBLISH_NOTICE = "publish_notice"
    WITHDRAW_NOTICE = "withdraw_notice"
    GIVE_LIST_NUMBER = "give_list_number"
    ISSUE_CERTIFICATE = "issue_certificate"
    RENEW_CERTIFICATE = "renew_certificate"
    SUSPEND_CERTIFICATE = "suspend_certificate"
    REINSTATE_CERTIFICATE = "reinstate_certificate"
    EXPIRE_CERTIFICATE = "expire_certificate"
    REVOKE_CERTIFICATE = "revoke_certificate"
    PUBLISH_TO_FEED = "publish_to_feed"
    TELL_APPLICANT = "tell_applicant"
    TELL_HOLDERS = "tell_holders"
    TELL_FUND_MANAGERS = "tell_fund_managers"
    TELL_PANEL = "tell_panel"
    TELL_SUBJECT = "tell_subject"
    TELL_STAFF = "tell_staff"
    ATTRIBUTE_SHARE = "attribute_share"
    DISCLOSE_LOAN = "disclose_loan"
    RECOMPUTE_BENEFITS = "recompute_benefits"
    FLAG_OPEN_APPLICATIONS = "flag_open_applications"
    UNFLAG_OPEN_APPLICATIONS = "unflag_open_applications"
    START_STATEMENT_PERIOD = "start_statement_period"
    PUBLISH_ENTRY = "publish_entry"
    WITHDRAW_ENTRY = "withdraw_entry"
    STOP_OPEN_APPLICATIONS = "stop_open_applications"
    RELEASE_OPEN_APPLICATIONS = "release_open_applications"
    SUSPEND_LISTED_PROJECTS = "suspend_listed_projects"
    RECHECK_SUSPENDED_PROJECTS = "recheck_suspended_projects"
    STAY_IF_IDENTITY = "stay_if_identity"
    END_STAY = "end_stay"
    SET_END_IN_30_DAYS = "set_end_in_30_days"
    SET_END_OF_GROUND = "set_end_of_ground"
    RESCREEN = "rescreen"
    RECORD_GAP = "record_gap"
    UPDATE_STATUS_PAGE = "update_status_page"
    STORE_BYTES = "store_bytes"
    ALLOT_NUMBER = "allot_number"


class Back(StrEnum):
    """The target of a move that returns a case to the state it was interrupted in."""

    BACK = "where it came from"


class Stay(StrEnum):
    """The target of a move that is recorded but changes no state."""

    STAY = "stays"


BACK: Final = Back.BACK
STAY: Final = Stay.STAY

Guard = Callable[[Actor, Facts, date], "MoveRefused | None"]
Condition = Callable[[Facts], bool]


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table. `kind` is the event of the log and tells the target by itself."""

    event: StrEnum
    from_states: tuple[StrEnum | None, ...]
    to: StrEnum | Back | Stay
    kind: str
    roles: tuple[Role, ...]
    guards: tuple[Guard, ...] = ()
    needs: tuple[Need, ...] = ()
    effects: tuple[Effect, ...] = ()
    part: Part | None = None  # which part the actor takes in the case by making it
    clears: tuple[Part, ...] = ()  # parts of an earlier round that no longer count
    when: Condition | None = None  # picks among rows of the same event

    @property
    def reason_required(self) -> bool:
        return Need.REASON in self.needs

    def may_start_in(self, state: str | None, facts: Facts) -> bool:
        return state in self.from_states and (self.when is None or self.when(facts))


@dataclass(frozen=True, slots=True)
class Cycle:
    """A life cycle: its states, its table, what the public is told, where cases rest or end."""

    name: str
    states: type[StrEnum]
    events: type[StrEnum]
    table: tuple[Move, ...]
    public: Mapping[str, str | None]  # state -> public label code; None: the public sees nothing
    interrupting: frozenset[str] = field(default_factory=frozenset)  # states with a way BACK

    def public_label(self, state: str) -> str | None:
        return self.public[state]

    def moves_from(self, state: str | None) -> tuple[Move, ...]:
        return tuple(move for move in self.table if state in move.from_states)

    def is_final(self, state: str) -> bool:
        return all(move.to is STAY for move in self.moves_from(state))


@dataclass(frozen=True, slots=True)
class Step:
    """A move that was granted: what to store, what to log, what to see to."""

    to: str
    event_kind: str
    effects: tuple[Effect, ...]
    part: Part | None
    clears: tuple[Part, ...]
    role: Role  # the role in which the actor made it
    came_from: str | None  # to be stored while the case is interrupted
    move: Move
