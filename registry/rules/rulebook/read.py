"""TOML text to declarations: one small reader for each kind of table, every mistake kept.

What a single table can tell is refused here; what needs its neighbours is refused in `check`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any

from registry.rules.reference import COLUMNS, PURPOSES
from registry.rules.rulebook.declarations import (
    Benefit,
    Cap,
    Category,
    Check,
    Constant,
    Curve,
    Given,
    Grade,
    Group,
    Input,
    Kind,
    Lookup,
    Period,
    Rule,
    Scale,
    Step,
    Undertaking,
    UnitName,
    Value,
)
from registry.rules.rulebook.mistakes import Mistakes, Place
from registry.rules.rulebook.section import Section, mend_dates

INPUT_TYPES = ("number", "integer", "choice", "yes_no", "text", "date", "code")
RULE_KINDS = ("hard", "conditional", "gate", "score", "information")
VALUE_TYPES = ("number", "yes_no", "date", "text")
SETTERS = ("applicant", "assessor", "registry")
DIRECTIONS = ("", "higher", "lower")
METHODS = ("", *(f"F{n}" for n in range(1, 13)))
BENEFIT_WORDS = ("avoids", "displaces", "saves", "offsets", "declared")

Declared = dict[str, list[Any]]


def read_files(texts: Mapping[str, str], mistakes: Mistakes) -> tuple[Declared, dict[str, Any]]:
    """All tables of all files by section, and where each was declared (for later checks)."""
    declared: Declared = {section: [] for section in (*READERS, "rulebook", "example")}
    places: dict[str, Any] = {}
    for file, text in texts.items():
        try:
            content = tomllib.loads(mend_dates(text), parse_float=Decimal)
        except (tomllib.TOMLDecodeError, RecursionError) as why:
            mistakes.add(Place(file, ""), "not_toml", str(why))
            continue
        for header, table, place in _tables(file, content, mistakes):
            section = Section(table, place, mistakes)
            if header in ("rulebook", "example"):
                declared[header].append(section)
                continue
            record = READERS[header](section)
            section.close()
            declared[header].append(record)
            places.setdefault(f"{header} {record.id}", place)
    return declared, places


def _tables(
    file: str, content: Mapping[str, Any], mistakes: Mistakes
) -> Iterator[tuple[str, Mapping[str, Any], Place]]:
    for header, body in content.items():
        tables = [body] if header == "rulebook" else body
        if header not in READERS and header not in ("rulebook", "example"):
            mistakes.add(Place(file, header), "unknown_section", header)
            continue
        if not isinstance(tables, list):
            mistakes.add(Place(file, header), "wrong_type", f"[[{header}]]")
            continue
        for number, table in enumerate(tables):
            if not isinstance(table, dict):
                mistakes.add(Place(file, header), "wrong_type", f"[[{header}]]")
                continue
            yield header, table, Place(file, header, number, f"{header} {table.get('id', number)}")


def _kind(s: Section) -> Kind:
    return Kind(s.id(), s.names(), s.names("hint"))


def _step(s: Section) -> Step:
    return Step(s.id(), s.names(), s.names("hint"))


def _unit_name(s: Section) -> UnitName:
    return UnitName(s.unit("id"), s.names())


def _category(s: Section) -> Category:
    return Category(s.id(), s.names())


def _input(s: Section) -> Input:
    type_ = s.one_of("type", INPUT_TYPES)
    record = Input(
        id=s.id(),
        type=type_,
        step=s.text("step", True),
        name=s.names(),
        hint=s.names("hint"),
        unit=s.unit(),
        decimals=s.integer("decimals"),
        minimum=s.number("minimum", needed=type_ == "number"),
        maximum=s.number("maximum", needed=type_ == "number"),
        options=s.options(),
        table=s.text("table"),
        pattern=s.text("pattern", needed=type_ == "code"),
        max_length=s.integer("max_length", 200),
        kinds=s.texts("kinds"),
        when=s.text("when"),
        required=s.truth("required"),
        required_when=s.text("required_when"),
        set_by=s.one_of("set_by", SETTERS, "applicant"),
        evidence=s.names("evidence", needed=False),
        trade_secret=s.truth("trade_secret"),
        better=s.one_of("better", DIRECTIONS, "") if "better" in s.table else "",
    )
    if type_ == "choice" and not record.options:
        s.wrong("missing_key", "options")
    if not 0 <= record.decimals <= 9:
        s.wrong("not_one_of", f"decimals = {record.decimals}: 0 to 9", "decimals")
    if record.table and record.table not in COLUMNS:
        s.wrong("unknown_table", record.table, "table")
    return record


def _constant(s: Section) -> Constant:
    unit = s.unit()
    single = s.table.get("value")
    periods: tuple[Period, ...]
    if single is not None:
        number = s.text("value") if isinstance(single, str) else str(s.number("value") or 0)
        periods = (Period(None, None, number),)
    else:
        periods = _series(s)
    return Constant(s.id(), s.names(), unit, periods, s.source())


def _series(s: Section) -> tuple[Period, ...]:
    s.taken.add("series")
    rows = s.table.get("series")
    if not isinstance(rows, list) or not rows:
        s.wrong("missing_key", "value or series")
        return ()
    periods = []
    for row in rows:
        part = Section(row if isinstance(row, dict) else {}, s.place, s.mistakes)
        number = part.number("value", needed=True)
        periods.append(Period(part.day("from"), part.day("until"), str(number or 0)))
        part.close()
    for one, other in pairwise(periods):
        if one.until is None or other.from_ is None or one.until >= other.from_:
            s.wrong("overlapping_validity", f"{one.until} and {other.from_}", "series")
    return tuple(periods)


def _group(s: Section) -> Group:
    return Group(s.id(), s.names(), s.texts("prefixes"), s.source())


def _scale(s: Section) -> Scale:
    values = s.pairs("values", needed=True)
    return Scale(s.id(), s.names(), s.text("of", True), s.unit(), values, s.source())


def _lookup(s: Section) -> Lookup:
    table = s.text("table", True)
    if table and table not in COLUMNS:
        s.wrong("unknown_table", table, "table")
    purpose = s.text("purpose")
    if purpose and purpose not in PURPOSES:
        s.wrong("unknown_purpose", purpose, "purpose")
    gives = tuple(_given(s, name, part) for name, part in _dicts(s, "gives"))
    return Lookup(
        id=s.id(),
        name=s.names(),
        table=table,
        purpose=purpose,
        keys=s.pairs("keys"),
        pins=s.pairs("pins"),
        newest=s.text("newest"),
        during=_during(s),
        gives=gives,
    )


def _during(s: Section) -> tuple[str, ...]:
    columns = s.texts("during")
    if len(columns) not in (0, 2):
        s.wrong("wrong_type", "during: first and last day", "during")
    return columns


def _dicts(s: Section, key: str) -> Iterator[tuple[str, dict[str, Any]]]:
    s.taken.add(key)
    body = s.table.get(key)
    if not isinstance(body, dict):
        s.wrong("missing_key", key)
        return
    for name, part in body.items():
        yield name, part if isinstance(part, dict) else {}


def _given(s: Section, name: str, table: dict[str, Any]) -> Given:
    part = Section(table, s.place, s.mistakes)
    type_ = part.one_of("type", VALUE_TYPES, "number")
    given = Given(name, part.text("column", True), type_, part.unit())
    part.close()
    return given


def _value(s: Section) -> Value:
    return Value(
        id=s.id(),
        name=s.names(),
        type=s.one_of("type", VALUE_TYPES, "number"),
        unit=s.unit(),
        formula=s.text("formula", True),
        method=s.one_of("method", METHODS) if "method" in s.table else "",
        source=s.source(needed="method" in s.table),
        note=s.names("note", needed=False),
    )


def _curve(s: Section) -> Curve:
    better = s.one_of("better", DIRECTIONS[1:])
    curve = Curve(
        id=s.id(),
        unit=s.unit(),
        points=s.points("points"),
        better=better,
        origin=s.names("origin"),
        source=s.source(),
    )
    xs = [Decimal(x) for x, _ in curve.points]
    ys = [Decimal(y) for _, y in curve.points]
    rising = ys == sorted(ys, reverse=better == "lower")
    if len(xs) < 2 or any(a >= b for a, b in pairwise(xs)) or not rising:
        s.wrong("curve_not_monotone", " ".join(map(str, xs)), "points")
    if any(not 0 <= y <= 100 for y in ys):
        s.wrong("points_out_of_range", " ".join(map(str, ys)), "points")
    return curve


def _rule(s: Section) -> Rule:
    kind = s.one_of("kind", RULE_KINDS)
    weight = s.number("weight", needed=kind == "score") or Decimal(0)
    if weight * 100 != int(weight * 100) or (weight and kind != "score"):
        s.wrong("wrong_type", f"weight = {weight}", "weight")
    rule = Rule(
        id=s.id(),
        kind=kind,
        category=s.text("category", True),
        name=s.names(),
        why=s.names("why"),
        kinds=s.texts("kinds"),
        applies=s.text("applies"),
        active=s.truth("active", True),
        passes=s.text("passes", needed=kind in ("hard", "gate")),
        conditional=s.text("conditional"),
        value=s.text("value"),
        unit=s.unit(),
        decimals=s.integer("decimals", 2),
        threshold=s.text("threshold"),
        points=s.text("points"),
        curve=s.text("curve"),
        choices=s.pairs("choices"),
        weight_bp=int(weight * 100),
        lists=s.texts("lists"),
        undertaking=_undertaking(s),
        valid_from=s.day("valid_from"),
        valid_until=s.day("valid_until"),
        learned=s.day("learned"),
        source=s.source(),
    )
    _rule_shape(s, rule)
    return rule


def _rule_shape(s: Section, rule: Rule) -> None:
    ways = [bool(rule.points), bool(rule.curve), bool(rule.choices)]
    if rule.kind == "score" and sum(ways) != 1:
        s.wrong("one_scale_wanted", "points, curve or choices")
    if (rule.curve or rule.choices) and not rule.value:
        s.wrong("missing_key", "value")
    if rule.kind == "conditional" and not (rule.passes or rule.conditional):
        s.wrong("missing_key", "passes or conditional")
    if rule.conditional and rule.undertaking is None:
        s.wrong("missing_key", "undertaking")
    if rule.valid_from and rule.valid_until and rule.valid_until < rule.valid_from:
        s.wrong("bad_date", f"{rule.valid_from} to {rule.valid_until}", "valid_until")
    for name in rule.lists:
        if name not in COLUMNS:
            s.wrong("unknown_table", name, "lists")


def _undertaking(s: Section) -> Undertaking | None:
    s.taken.add("undertaking")
    table = s.table.get("undertaking")
    if not isinstance(table, dict):
        return None
    part = Section(table, s.place, s.mistakes)
    undertaking = Undertaking(part.names(), part.text("due", True))
    part.close()
    return undertaking


def _grade(s: Section) -> Grade:
    points = s.number("from_points")
    centipoints = -1 if points is None else int(points * 100)
    return Grade(s.id(), s.names(), centipoints, s.truth("green"), s.text("colour", True))


def _cap(s: Section) -> Cap:
    return Cap(
        id=s.id(),
        grade=s.text("grade", True),
        when=s.text("when"),
        unless=s.text("unless"),
        name=s.names(),
        label=s.text("label"),
        label_name=s.names("label", needed=False),
    )


def _benefit(s: Section) -> Benefit:
    return Benefit(
        id=s.id(),
        name=s.names(),
        value=s.text("value", True),
        unit=s.unit(),
        decimals=s.integer("decimals"),
        words=s.one_of("words", BENEFIT_WORDS),
        kinds=s.texts("kinds"),
        today=s.text("today"),
        low=s.text("low"),
        high=s.text("high"),
        share=s.text("share"),
    )


def _check(s: Section) -> Check:
    return Check(
        id=s.id(),
        field=s.text("field", True),
        holds=s.text("holds", True),
        limit=s.text("limit"),
        unit=s.unit(),
        name=s.names(),
        kinds=s.texts("kinds"),
    )


READERS: dict[str, Callable[[Section], Any]] = {
    "kind": _kind,
    "step": _step,
    "unit": _unit_name,
    "category": _category,
    "input": _input,
    "constant": _constant,
    "group": _group,
    "scale": _scale,
    "lookup": _lookup,
    "value": _value,
    "curve": _curve,
    "rule": _rule,
    "grade": _grade,
    "cap": _cap,
    "benefit": _benefit,
    "check": _check,
}
