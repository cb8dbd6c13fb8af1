"""What a move is judged on, gathered by the operation beforehand.

Every default is the one that refuses: a fact that nobody looked up never lets a case through.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from ..permissions import Actor, Scope

NOWHERE = Scope()


class Part(StrEnum):
    """What a person did in a case; persons are compared on it, not only roles."""

    EDITED = "edited"
    SIGNED = "signed"
    SPOKE = "spoke"  # as a party or an objector: statement, appeal, repair, objection
    SCREENED = "screened"
    RELEASED_STOP = "released_stop"
    ASSESSED = "assessed"
    DECIDED = "decided"
    HEARD_APPEAL = "heard_appeal"
    SUSPENDED = "suspended"
    PROPOSED = "proposed"  # an entry, a delisting, a revocation, an amendment
    CALLED_EMERGENCY = "called_emergency"
    NOTIFIED = "notified"
    VERIFIED = "verified"


class Need(StrEnum):
    """What the form has to bring with a move."""

    REASON = "reason"
    CLAUSE = "clause"
    RATIONALE = "rationale"
    FINDINGS = "findings"
    DECLARATIONS = "declarations"
    GRADE = "grade"
    EVIDENCE = "evidence"
    GROUND = "ground"
    END_DATE = "end_date"
    PROOF = "proof"
    AMOUNT = "amount"
    INSTRUMENT = "instrument"
    DAY = "day"
    ASSIGNEE = "assignee"


@dataclass(frozen=True, slots=True)
class DeclaredConflict:
    """A person's declared conflict with an organisation or a group, from a day to a day."""

    person_id: int
    organisation_id: int | None = None
    group_id: int | None = None
    from_day: date = date.min
    to_day: date | None = None

    def holds_on(self, on: date) -> bool:
        return self.from_day <= on and (self.to_day is None or on <= self.to_day)


@dataclass(frozen=True, slots=True)
class Stop:
    """A hit that a person called true: it stands until two others release it, with reasons."""

    code: str
    decided_by: int | None = None
    released_by: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Facts:
    scope: Scope = NOWHERE
    group_id: int | None = None
    parts: Mapping[Part, frozenset[int]] = field(default_factory=dict)
    conflicts: tuple[DeclaredConflict, ...] = ()
    given: frozenset[Need] = frozenset()
    reason: str = ""  # the reason code that the form brought, one of `reasons_for(cycle, event)`
    came_from: str | None = None  # the state in which the case was interrupted
    # application
    organisation_known: bool = False  # verified, or pending verification
    organisation_verified: bool = False
    complete: bool = False
    files_digested: bool = False
    findings: int = 0  # typed findings of the request that is being made
    findings_open: int = 0  # asked and neither answered nor closed
    rounds: int = 0  # corrections already asked for
    most_rounds: int = 3
    due_day: date | None = None  # the last day of the term that a timer watches, grace included
    screened: bool = False  # the automatic screen has run on the submitted version
    undecided_hits: int = 0
    stops: tuple[Stop, ...] = ()
    unsettled_gates: tuple[str, ...] = ()
    assessor_ids: frozenset[int] = frozenset()
    lead_assessor_id: int | None = None
    scores_missing: int = 1
    verdict_is_green: bool = False
    notice_days: int = 0
    notice_end: date | None = None  # last day of the public notice
    objections_open: int = 0
    appeal_end: date | None = None  # last day on which an appeal may be filed
    appealed: bool = False  # this decision has been appealed already
    restricted: bool = True  # the owner is restricted on the day that counts
    share_after_bp: int = 10_001  # financed share after this loan, basis points
    suspension_grounds: tuple[str, ...] = ()  # what would suspend it today
    report_verified: bool = False
    verified_finally: bool = False
    valid_until: date | None = None  # last day of the listing or of the certificate
    assignee: Actor | None = None
    # restricted entry
    subject_identified: bool = False
    actor_is_subject: bool = False  # came by the link in the notice, or signs for the subject
    ground_known: bool = False
    ground_in_force: bool = False  # its legal basis has been entered
    end_within_ground: bool = False
    emergency: bool = False
    provisional: bool = False
    noticed: bool = False
    statement_end: date | None = None
    mirrored: bool = False  # a record of a court or an authority, appealed there
    repair_filed: bool = False
    minimum_until: date | None = None  # last day before which a repaired entry is not lifted
    # certificate
    decision_approved: bool = False
    # rulebook, reference data
    mistakes: int = 1
    impact_known: bool = False  # computed over all applications for these very bytes
    effective_on: date | None = None

    def who(self, *parts: Part) -> frozenset[int]:
        """Everybody who took one of these parts."""
        return frozenset().union(*(self.parts.get(part, frozenset()) for part in parts))
