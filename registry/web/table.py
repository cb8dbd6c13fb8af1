"""The body of a list as one string: the same marks as the macros, at a tenth of their time.

A list of 25 rows calls a macro per cell hundreds of times; here a column is made ready once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from markupsafe import Markup, escape

from registry.web.tones import GRADE_NAMES, NO_GRADE, STATE_TONES
from registry.words import formats

Show = Callable[[Any, Any], str]
Say = Callable[[Any], str]
NUMERIC: Final = frozenset({"number", "points", "yuan", "percent"})
MISSING: Final = f'<span class="missing">{formats.MISSING}</span>'


def _field(row: Any, key: str) -> Any:
    return row[key] if isinstance(row, Mapping) else getattr(row, key)


def _plain(value: Any) -> str:
    return str(escape(value))


def _grade(code: str | None, say: Say) -> str:
    tone = code if code in GRADE_NAMES else "none"
    words = say(GRADE_NAMES.get(code or "", NO_GRADE))
    return f'<span class="grade grade-{tone} grade-size-small">{_plain(words)}</span>'


def _state(code: str, label: Any, say: Say) -> str:
    words = say(label) if label else code
    tone = STATE_TONES.get(str(code), "quiet")
    return f'<span class="chip chip-{tone}" data-state="{_plain(code)}">{_plain(words)}</span>'


def _time(value: date | datetime, language: str) -> str:
    if not isinstance(value, datetime):
        return f'<time datetime="{value.isoformat()}">{formats.day(value, language)}</time>'
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    machine = aware.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return f'<time datetime="{machine}">{formats.moment(aware, language)}</time>'


def _day(value: date, language: str) -> str:
    return f'<time datetime="{formats.day_short(value)}">{formats.day(value, language)}</time>'


def _by_kind(column: Mapping[str, Any], language: str, say: Say) -> Show:
    """How this column's values are shown; the second argument is the row."""
    decimals = column.get("decimals")
    labels: Mapping[str, Any] = column.get("labels") or {}
    label_key = column.get("label_key")
    drawn: dict[str, str] = {}  # a column has few states and grades, and many rows

    def state(code: Any, row: Any) -> str:
        if label_key:
            return _state(str(code), _field(row, label_key), say)
        code = str(code)
        if code not in drawn:
            drawn[code] = _state(code, labels.get(code), say)
        return drawn[code]

    def grade(code: Any, _row: Any) -> str:
        if code not in drawn:
            drawn[code] = _grade(code, say)
        return drawn[code]

    kinds: dict[str, Show] = {
        "text": lambda value, _row: _plain(say(value)),
        "number": lambda value, _row: formats.number(value, decimals, language),
        "points": lambda value, _row: formats.points(value),
        "yuan": lambda value, _row: formats.yuan(value, language),
        "percent": lambda value, _row: formats.percent(value),
        "day": lambda value, _row: _day(value, language),
        "moment": lambda value, _row: _time(value, language),
        "grade": grade,
        "state": state,
    }
    return kinds[column.get("kind", "text")]


def cell_shower(column: Mapping[str, Any], language: str, say: Say) -> Callable[[Any], str]:
    """From a row to the inside of its cell. `href_key` names the row's field with an address,
    `note_key` the one with a second, quieter line."""
    key, show, href_key = column["key"], _by_kind(column, language, say), column.get("href_key")
    note_key = column.get("note_key")
    graded = column.get("kind") == "grade"

    def cell(row: Any) -> str:
        value = _field(row, key)
        if (value is None and not graded) or value == "":
            return MISSING
        text = value if isinstance(value, Markup) else show(value, row)
        href = _field(row, href_key) if href_key else None
        text = f'<a href="{_plain(href)}">{text}</a>' if href else text
        note = _field(row, note_key) if note_key else None
        return f'{text}<div class="field-hint">{_plain(note)}</div>' if note else text

    return cell


def table_body(
    columns: Sequence[Mapping[str, Any]], rows: Iterable[Any], language: str, say: Say
) -> Markup:
    """All rows; each cell carries its column's label, which heads it where rows are cards."""
    openings = []
    for index, column in enumerate(columns):
        unit = column.get("unit")
        label = say(column["label"]) + (f" ({say(unit)})" if unit else "")
        css = " ".join(
            (["num"] if column.get("kind") in NUMERIC else [])
            + (["card-title"] if index == 0 else [])
        )
        openings.append(
            f'<td role="cell" class="{css}" data-label="{_plain(label)}"><div class="cell">'
        )
    cells = [cell_shower(column, language, say) for column in columns]
    parts = []
    for row in rows:
        parts.append('<tr role="row">')
        parts.extend(
            f"{opening}{cell(row)}</div></td>"
            for opening, cell in zip(openings, cells, strict=True)
        )
        parts.append("</tr>\n")
    return Markup("".join(parts))  # noqa: S704  every piece above is escaped or our own
