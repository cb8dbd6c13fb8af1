"""Cells that a spreadsheet does not run: formula injection ends here."""

from decimal import Decimal

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def inert(value: object) -> str:
    """Text as it is shown; what a spreadsheet would take for a formula gets an apostrophe before it.

    Numbers of ours stay numbers: only text comes from people.
    """
    if isinstance(value, int | Decimal):
        return str(value)
    text = "" if value is None else str(value)
    return "'" + text if text.lstrip(" ").startswith(_STARTS) else text
