"""Answers as people write them become values of the rules; what cannot be is a problem at its field.

The limits of every question live in the rulebook, once: the form, the interface for machines and the
bulk reader all ask here. A problem is a code with its figures; words are put to it elsewhere.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import partial
from math import isfinite
from typing import Any, NamedTuple

from registry.rules.rulebook import Rulebook
from registry.rules.rulebook.declarations import Check, Input
from registry.rules.rulebook.environment import Environment
from registry.rules.rulebook.evaluate import Cell
from registry.rules.snapping import decimal_text

YES, NO = "yes", "no"
LARGEST = Decimal(10) ** 15

_GROUPED = r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?"  # compiled when first met: most answers need neither
_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")
_DAY = r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"


class Problem(NamedTuple):
    """What is wrong with one answer: the field, a code, and the figures that belong to it."""

    field: str
    code: str
    detail: dict[str, str] = {}  # noqa: RUF012  (never changed: problems are values)


class Refused(ValueError):
    """Text that is no answer of the wanted type."""

    def __init__(self, code: str, **detail: str) -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


# -- reading one answer ----------------------------------------------------------------------------


def parse(declared: Input, raw: object) -> Cell | Decimal:
    """One answer as a value (numbers as Decimal), None if it is blank, else `Refused`."""
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    match declared.type:
        case "number" | "integer":
            return _number(declared, raw)
        case "yes_no":
            return _yes_no(raw)
        case "date":
            return _day(raw).isoformat()
        case "choice":
            return _choice(declared, _text(raw, declared.max_length))
        case "code":
            return _code(declared, _text(raw, declared.max_length))
        case _:
            return _text(raw, declared.max_length)


def _number(declared: Input, raw: object) -> Decimal:
    number = parse_number(raw)
    places = decimal_places(number)
    if declared.type == "integer" and places > 0:
        raise Refused("not_an_integer")
    if places > declared.decimals and declared.type == "number":
        raise Refused("too_many_decimals", decimals=str(declared.decimals))
    unit = {"unit": declared.unit} if declared.unit else {}
    if declared.minimum is not None and number < declared.minimum:
        raise Refused("below_minimum", limit=f"{declared.minimum:f}", **unit)
    if declared.maximum is not None and number > declared.maximum:
        raise Refused("above_maximum", limit=f"{declared.maximum:f}", **unit)
    return number


def decimal_places(number: Decimal) -> int:
    """How many decimals it really has: "1.50" has one."""
    return len(f"{number:f}".partition(".")[2].rstrip("0"))


def parse_number(raw: object) -> Decimal:
    """ "72,668", "７２６６８" and 72668 are numbers; "72 668", "1e3", "12%", "N/A", NaN are not."""
    if isinstance(raw, bool):
        raise Refused("not_a_number", found=str(raw))
    if isinstance(raw, int | float | Decimal):
        number = Decimal(repr(raw)) if isinstance(raw, float) else Decimal(raw)
        if not number.is_finite() or abs(number) >= LARGEST:
            raise Refused("not_finite")
        return number
    text = str(raw).strip()
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).strip().replace("−", "-")
    if "," in text and not re.fullmatch(_GROUPED, text):
        raise Refused("ambiguous_separator", found=text[:40])
    plain = text.replace(",", "")
    if not (plain.isascii() and _PLAIN.fullmatch(plain)) or len(plain) > 40:
        raise Refused("percent_sign" if plain.endswith("%") else "not_a_number", found=text[:40])
    try:
        number = Decimal(plain)
    except InvalidOperation:
        raise Refused("not_a_number", found=text[:40]) from None
    if abs(number) >= LARGEST:
        raise Refused("not_finite")
    return number


def _yes_no(raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    if raw in (YES, NO):
        return raw == YES
    raise Refused("not_an_option", found=str(raw)[:40])


def _day(raw: object) -> date:
    if isinstance(raw, date):
        return date(raw.year, raw.month, raw.day)
    found = re.fullmatch(_DAY, unicodedata.normalize("NFKC", str(raw)).strip())
    try:
        if found is None:
            raise ValueError
        day = date(*map(int, found.groups()))
    except ValueError:
        raise Refused("not_a_date", found=str(raw)[:40]) from None
    if not 1900 <= day.year <= 2200:
        raise Refused("date_out_of_range", found=day.isoformat())
    return day


def _text(raw: object, longest: int) -> str:
    """NFC, without anything that changes how a line reads: controls, formats, unassigned."""
    text = str(raw).strip()
    if not (text.isascii() and text.isprintable()):
        text = unicodedata.normalize("NFC", text)
        _refuse_invisible(text, longest)
    if len(text) > longest:
        raise Refused("too_long", limit=str(longest))
    return text


def _refuse_invisible(text: str, longest: int) -> None:
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"):
            if character in "\n\r\t" and longest > 200:
                continue
            raise Refused("forbidden_character", found=f"U+{ord(character):04X}")


def _choice(declared: Input, text: str) -> str:
    if any(option.id == text for option in declared.options):
        return text
    raise Refused("not_an_option", found=text[:40])


def _code(declared: Input, text: str) -> str:
    text = unicodedata.normalize("NFKC", text)
    if declared.pattern and not re.fullmatch(declared.pattern, text):
        raise Refused("not_a_code", found=text[:40])
    return text


# -- many answers ----------------------------------------------------------------------------------


def cells(rulebook: Rulebook, answers: Mapping[str, object]) -> dict[str, Cell]:
    """What the engine computes with: doubles, texts, truths; what cannot be read is missing."""
    found: dict[str, Cell] = {}
    readers = _readers_of(rulebook)
    for id, raw in answers.items():
        read = readers.get(id)
        if read is None or raw is None:
            continue
        value = read(raw)
        if value is not None:
            found[id] = value
    return found


# One text is one answer of one question in every project: what is plainly written is read in one
# step, anything else by `parse`, and both agree.
_Reader = Callable[[object], Cell]
_readers: dict[str, dict[str, _Reader]] = {}
_ISO_DAY = re.compile(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])")
_SHORT = re.compile(r"-?\d{1,9}(?:\.(\d{1,6}))?")  # so few digits that doubles tell them apart


def _readers_of(book: Rulebook) -> dict[str, _Reader]:
    known = _readers.get(book.sha256)
    if known is None:
        known = _readers[book.sha256] = {i.id: _reader(i) for i in book.inputs}
    return known


def reads_alike(one: Rulebook, other: Rulebook) -> bool:
    """Whether both read every answer as the same value: equal questions with equal limits."""
    return _reading(one) == _reading(other)


def _reading(book: Rulebook) -> list[tuple[object, ...]]:
    return [
        (
            *(i.id, i.type, i.decimals, i.minimum, i.maximum, i.max_length, i.pattern),
            tuple(option.id for option in i.options),
        )
        for i in book.inputs
    ]


def _slowly(declared: Input, raw: object) -> Cell:
    try:
        value = parse(declared, raw)
    except Refused:
        return None
    return float(value) if isinstance(value, Decimal) else value


def _reader(declared: Input) -> _Reader:
    match declared.type:
        case "number":
            return _number_reader(declared, declared.decimals)
        case "integer":
            return _number_reader(declared, 0)
        case "choice":
            return _plain_reader(declared, {o.id: o.id for o in declared.options})
        case "yes_no":
            return _plain_reader(declared, {YES: True, NO: False})
        case "code" if declared.pattern:
            return _code_reader(declared)
        case "date":
            return _date_reader(declared)
        case _:
            return partial(_slowly, declared)


def _plain_reader(declared: Input, plain: Mapping[str, Cell]) -> _Reader:
    def read(raw: object) -> Cell:
        if isinstance(raw, str) and raw in plain and len(raw) <= declared.max_length:
            return plain[raw]
        return _slowly(declared, raw)

    return read


def _code_reader(declared: Input) -> _Reader:
    fits = re.compile(declared.pattern).fullmatch

    def read(raw: object) -> Cell:
        if isinstance(raw, str) and raw.isalnum() and raw.isascii() and fits(raw):
            return raw if len(raw) <= declared.max_length else None
        return _slowly(declared, raw)

    return read


def _date_reader(declared: Input) -> _Reader:
    def read(raw: object) -> Cell:
        if isinstance(raw, str) and raw.isascii() and _ISO_DAY.fullmatch(raw):
            return raw
        return _slowly(declared, raw)

    return read


def _number_reader(declared: Input, decimals: int) -> _Reader:
    least = float("-inf") if declared.minimum is None else float(declared.minimum)
    most = float("inf") if declared.maximum is None else float(declared.maximum)

    def read(raw: object) -> Cell:
        if isinstance(raw, str):
            short = _SHORT.fullmatch(raw)
            if short is not None and raw.isascii() and len(short[1] or "") <= decimals:
                value = float(raw)
                return value if least <= value <= most else None
        return _slowly(declared, raw)

    return read


def canonical(rulebook: Rulebook, answers: Mapping[str, object]) -> dict[str, str]:
    """Answers as they are stored and hashed: one text for one meaning; blanks are left out."""
    found: dict[str, str] = {}
    for id, declared in rulebook.input_by_id.items():
        try:
            value = parse(declared, answers.get(id))
        except Refused:
            continue
        if value is not None:
            found[id] = _stored(value)
    return found


def _stored(value: Cell | Decimal) -> str:
    match value:
        case bool():
            return YES if value else NO
        case Decimal():
            text = f"{value:f}"
            return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
        case _:
            return str(value)


def applicable(
    rulebook: Rulebook, kind: str, answers: Mapping[str, object], *, as_of: date
) -> tuple[Input, ...]:
    """The questions that stand, given the answers so far; one whose condition is open stands not."""
    env = Environment(rulebook, cells(rulebook, answers), kind=kind, as_of=as_of)
    return tuple(declared for declared in rulebook.inputs if env.applies(declared))


def check(
    rulebook: Rulebook,
    kind: str,
    answers: Mapping[str, object],
    *,
    complete: bool,
    as_of: date,
    set_by: str = "applicant",
) -> list[Problem]:
    """Every problem of these answers; with `complete`, also what is required and blank.

    Unknown fields and fields that are somebody else's to set are refused too.
    """
    problems: list[Problem] = list(_strangers(rulebook, answers, set_by))
    values: dict[str, Cell] = {}
    for declared in rulebook.inputs_for(kind, set_by):
        try:
            value = parse(declared, answers.get(declared.id))
        except Refused as why:
            problems.append(Problem(declared.id, why.code, why.detail))
            continue
        if value is not None:
            values[declared.id] = float(value) if isinstance(value, Decimal) else value
    env = Environment(rulebook, values, kind=kind, as_of=as_of)
    refused = {problem.field for problem in problems}
    if complete:
        asked = (declared for declared in rulebook.inputs_for(kind, set_by))
        problems += [
            Problem(declared.id, "required")
            for declared in asked
            if declared.id not in refused and env.demands(declared) and declared.id not in values
        ]
    problems += _impossible(rulebook, env, kind, refused)
    return problems


def _strangers(rulebook: Rulebook, answers: Mapping[str, object], set_by: str) -> Iterator[Problem]:
    for field in answers:
        declared = rulebook.input_by_id.get(field)
        if declared is None:
            yield Problem(field, "unknown_field")
        elif declared.set_by != set_by and answers[field] not in (None, ""):
            yield Problem(field, "not_yours_to_set", {"set_by": declared.set_by})


def _impossible(
    rulebook: Rulebook, env: Environment, kind: str, refused: set[str]
) -> Iterator[Problem]:
    """Cross-checks, one finding a field: the hardest limit is declared first."""
    said = set(refused)
    for each, holds, limit in rulebook.program.checks:
        if each.field in said or (each.kinds and kind not in each.kinds) or holds is None:
            continue
        if env.evaluate(holds) is False:
            said.add(each.field)
            value = env.evaluate(limit) if limit is not None else None
            yield Problem(each.field, each.id, _figures(each, value))


def _figures(each: Check, limit: Cell) -> dict[str, str]:
    if not isinstance(limit, float) or not isfinite(limit):
        return {}
    detail: dict[str, Any] = {"limit": decimal_text(limit)}
    return detail | ({"unit": each.unit} if each.unit else {})
