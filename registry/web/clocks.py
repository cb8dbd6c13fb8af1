"""How long a case still has, in working days."""

from datetime import date
from typing import Any

from registry.reference import calendar
from registry.rules.calendar import working_days_between
from registry.web import edge
from registry.web.language import t

SOON = 2  # working days from which a term is pressing


def clock_of(due_on: date | None) -> dict[str, Any] | None:
    """The last day, how much is left in words, and how pressing it is."""
    if due_on is None:
        return None
    left = working_days_between(edge.today(), due_on, calendar())
    if left < 0:
        words = t("已超期 %(n)s 个工作日", "%(n)s working days over", n=-left)
    elif left == 0:
        words = t("今天到期", "due today")
    else:
        words = t("还剩 %(n)s 个工作日", "%(n)s working days left", n=left)
    tone = "stop" if left < 0 else "wait" if left <= SOON else "quiet"
    return {"day": due_on, "left": left, "words": words, "tone": tone}
