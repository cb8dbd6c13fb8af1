"""How states and grades look: one table, so that a state looks alike in lists, heads and time lines.

Tones: quiet (nothing to do), move (in somebody's hands), wait (somebody must act), good, stop.
"""

from typing import Final

from registry.words import Words
from registry.words.grades import GRADES

STATE_TONES: Final = {
    "DRAFT": "quiet", "SUBMITTED": "move", "SCREENING": "move", "RETURNED": "wait", "IN_REVIEW": "move",
    "PENDING_APPROVAL": "wait", "NOTICE": "move", "RESERVE": "good", "FINANCED": "good", "MONITORED": "good",
    "COMPLETED": "quiet", "INELIGIBLE": "stop", "REJECTED": "stop", "UNDER_APPEAL": "wait", "SUSPENDED": "stop",
    "EXPIRED": "quiet", "LAPSED": "quiet", "DELISTED": "stop", "WITHDRAWN": "quiet",
    "PROPOSED": "wait", "NOTICED": "wait", "IN_FORCE": "stop", "DISMISSED": "quiet", "ANNULLED": "quiet",
    "LIFTED": "quiet", "ISSUED": "good", "RENEWED": "quiet", "REVOKED": "stop",
    "ALLOTTED": "move", "SUPERSEDED": "quiet", "VOID": "quiet",
    "PENDING": "wait", "VERIFIED": "good", "REFUSED": "stop", "CLOSED": "quiet",
    "UPLOADED": "wait", "WAITING": "move", "RUNNING": "move", "PAUSED": "wait", "CANCELLED": "quiet",
    "DONE": "good", "FAILED": "stop", "green": "good", "not_green": "quiet", "person_must_look": "wait",
    "CHECKED": "move", "PUBLISHED": "good", "IMPORTED": "wait",
    "pass": "good", "fail": "stop", "conditional": "wait", "missing": "wait", "unknown": "wait",
    "not_applicable": "quiet", "done": "good", "in_progress": "move", "not_started": "quiet",
    "problem": "stop", "cannot_start": "quiet",
}  # fmt: skip

GRADE_NAMES: Final = GRADES
NO_GRADE: Final = Words("未定级", "No grade")
