"""What only the whole rulebook can tell: names that meet, weights that sum, dates that do not overlap."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from registry.rules.rulebook.declarations import Input, Rule
from registry.rules.rulebook.expression import names
from registry.rules.rulebook.mistakes import Mistakes, Place
from registry.rules.units import unit

if TYPE_CHECKING:
    from registry.rules.rulebook import Rulebook

WHOLE_BP = 10_000


class Wrong(NamedTuple):
    """A finding of one check: which declaration, which key, what."""

    section: str
    id: str
    code: str
    found: str
    key: str = ""


def check_whole(book: Rulebook, places: Mapping[str, Place], mistakes: Mistakes) -> None:
    """Add every mistake of the whole; single tables were checked while they were read."""
    for checker in (
        _names,
        _inputs,
        _units,
        _rules,
        _weights,
        _validity,
        _grades,
        _benefits,
        _scales,
        _families,
    ):
        for wrong in checker(book):
            _add(wrong, places, mistakes)
    for refusal in book.program.refusals:
        wrong = Wrong(refusal.section, refusal.id, refusal.code, refusal.found, refusal.key)
        _add(wrong, places, mistakes)


def _add(wrong: Wrong, places: Mapping[str, Place], mistakes: Mistakes) -> None:
    label = f"{wrong.section} {wrong.id}".rstrip()
    place = places.get(label) or Place("rulebook.toml", wrong.section, 0, label)
    mistakes.add(place, wrong.code, wrong.found, wrong.key)


def _names(book: Rulebook) -> Iterator[Wrong]:
    """Everything that an expression can name is named once."""
    names = [("input", i.id) for i in book.inputs] + [("constant", c.id) for c in book.constants]
    names += [("value", v.id) for v in book.values]
    names += [("lookup", g.id) for lookup in book.lookups for g in lookup.gives]
    counted = Counter(name for _, name in names)
    for section, name in names:
        if counted[name] > 1 or name == "kind":
            yield Wrong(section, name, "duplicate_id", name, "id")
    others = ("kinds", "steps", "units", "categories", "groups", "scales", "lookups", "curves")
    for attribute in (*others, "grades", "caps", "checks"):
        ids = Counter(record.id for record in getattr(book, attribute))
        for id, count in ids.items():
            if count > 1:
                yield Wrong(_section(attribute), id, "duplicate_id", id, "id")


def _section(attribute: str) -> str:
    return "category" if attribute == "categories" else attribute.removesuffix("s")


def _inputs(book: Rulebook) -> Iterator[Wrong]:
    steps = {step.id for step in book.steps}
    for declared in book.inputs:
        if declared.step not in steps:
            yield Wrong("input", declared.id, "unknown_step", declared.step, "step")
        yield from _kinds(book, "input", declared.id, declared.kinds)
        yield from _unit_named(book, "input", declared)


def _kinds(book: Rulebook, section: str, id: str, kinds: tuple[str, ...]) -> Iterator[Wrong]:
    known = {kind.id for kind in book.kinds}
    for kind in kinds:
        if kind not in known:
            yield Wrong(section, id, "unknown_kind", kind, "kinds")


def _unit_named(book: Rulebook, section: str, record: Input | Rule) -> Iterator[Wrong]:
    if record.unit and record.unit not in book.unit_names:
        yield Wrong(section, record.id, "unit_without_name", record.unit, "unit")


def _units(book: Rulebook) -> Iterator[Wrong]:
    """Every unit that an explanation may print has a name in both languages."""
    used = [("value", v.id, v.unit) for v in book.values]
    used += [("constant", c.id, c.unit) for c in book.constants]
    used += [("lookup", each.id, g.unit) for each in book.lookups for g in each.gives]
    for section, id, name in used:
        if name and name not in book.unit_names:
            yield Wrong(section, id, "unit_without_name", name, "unit")


def _rules(book: Rulebook) -> Iterator[Wrong]:
    categories = {category.id for category in book.categories}
    curves = {curve.id for curve in book.curves}
    for rule in book.rules:
        if rule.category not in categories:
            yield Wrong("rule", rule.id, "unknown_category", rule.category, "category")
        if rule.curve and rule.curve not in curves:
            yield Wrong("rule", rule.id, "unknown_curve", rule.curve, "curve")
        yield from _kinds(book, "rule", rule.id, rule.kinds)
        yield from _unit_named(book, "rule", rule)
        yield from _undertaking(book, rule)
        yield from _choices(book, rule)


def _undertaking(book: Rulebook, rule: Rule) -> Iterator[Wrong]:
    if rule.undertaking is None:
        return
    due = book.input_by_id.get(rule.undertaking.due)
    if due is None or due.type != "date":
        yield Wrong("rule", rule.id, "unknown_name", rule.undertaking.due, "undertaking")


def _choices(book: Rulebook, rule: Rule) -> Iterator[Wrong]:
    """Every option has its points and every number is 0 to 100."""
    typed = book.program.scope.names.get(rule.value)
    if not rule.choices or typed is None:
        return
    if typed.options and set(typed.options) != set(rule.choices):
        odd = ", ".join(sorted(set(typed.options) ^ set(rule.choices)))
        yield Wrong("rule", rule.id, "unknown_option", odd, "choices")
    for option, points in rule.choices.items():
        if not _is_number(points) or not 0 <= float(points) <= 100:
            yield Wrong("rule", rule.id, "points_out_of_range", f"{option} = {points}", "choices")


def _is_number(text: str) -> bool:
    try:
        return float(text) == float(text)
    except ValueError:
        return False


def _weights(book: Rulebook) -> Iterator[Wrong]:
    """On every day on which a rule begins or ends, the weights in force sum to 100 %."""
    scored = [rule for rule in book.rules if rule.kind == "score" and rule.active]
    days = {book.valid_from}
    days |= {rule.valid_from for rule in scored if rule.valid_from}
    days |= {rule.valid_until + timedelta(1) for rule in scored if rule.valid_until}
    for day in sorted(day for day in days if day >= book.valid_from):
        total = sum(rule.weight_bp for rule in scored if rule.holds(day))
        if total != WHOLE_BP:
            yield Wrong("rulebook", "", "weights_do_not_sum", f"{total / 100:g} on {day}")


def _validity(book: Rulebook) -> Iterator[Wrong]:
    """A rule may stand several times, each for its own stretch of time."""
    by_id: dict[str, list[Rule]] = {}
    for rule in book.rules:
        by_id.setdefault(rule.id, []).append(rule)
    for id, rules in by_id.items():
        rules.sort(key=lambda rule: rule.valid_from or date.min)
        for n, rule in enumerate(rules[1:]):
            before = rules[n]
            if before.valid_until is None or (rule.valid_from or date.min) <= before.valid_until:
                found = f"{before.valid_until} and {rule.valid_from}"
                yield Wrong("rule", id, "overlapping_validity", found, "valid_from")


def _grades(book: Rulebook) -> Iterator[Wrong]:
    bands = [grade.from_centipoints for grade in book.grades]
    if len(bands) < 2 or bands[-1] != -1 or bands != sorted(bands, reverse=True):
        yield Wrong("grade", book.grades[0].id if book.grades else "", "grades_out_of_order", "")
    for cap in book.caps:
        if cap.grade not in book.grade_by_id:
            yield Wrong("cap", cap.id, "unknown_grade", cap.grade, "grade")
        if not (cap.when or cap.unless):
            yield Wrong("cap", cap.id, "missing_key", "when or unless")


def _same_benefit_twice(book: Rulebook) -> Iterator[Wrong]:
    """One benefit may be declared per kind in its own unit, but a kind has it once."""
    for kind in book.kinds:
        mine = Counter(b.id for b in book.benefits if not b.kinds or kind.id in b.kinds)
        for id, count in mine.items():
            if count > 1:
                yield Wrong("benefit", id, "duplicate_id", kind.id, "kinds")


def _benefits(book: Rulebook) -> Iterator[Wrong]:
    yield from _same_benefit_twice(book)
    names = book.program.scope.names
    for benefit in book.benefits:
        yield from _kinds(book, "benefit", benefit.id, benefit.kinds)
        if benefit.unit not in book.unit_names:
            yield Wrong("benefit", benefit.id, "unit_without_name", benefit.unit, "unit")
        for key in ("value", "today", "low", "high", "share"):
            name = getattr(benefit, key)
            if not name:
                continue
            if name not in names:
                yield Wrong("benefit", benefit.id, "unknown_name", name, key)
            elif names[name].unit.dimension != unit(benefit.unit).dimension:
                yield Wrong("benefit", benefit.id, "unit_mismatch", f"{name}: {benefit.unit}", key)
    for check in book.checks:
        yield from _kinds(book, "check", check.id, check.kinds)
        if check.field not in book.input_by_id:
            yield Wrong("check", check.id, "unknown_name", check.field, "field")


# Inventories count what was bought, by averages; the other methods count what is avoided, by margins.
_NOT_FOR = {
    **dict.fromkeys(("F7", "F9"), "avoided_emissions"),
    **dict.fromkeys(("F1", "F2", "F3", "F4", "F5"), "inventory"),
}


def _families(book: Rulebook) -> Iterator[Wrong]:
    """No method reads a factor of another family, directly or through other values."""
    program = book.program
    for value in book.values:
        barred = _NOT_FOR.get(value.method)
        if barred is None or value.id not in program.values:
            continue
        waiting = dict.fromkeys(names(program.values[value.id].tree))
        for name in (queue := list(waiting)):
            if name in program.values:
                queue += [n for n in names(program.values[name].tree) if n not in waiting]
                waiting |= dict.fromkeys(queue)
            elif name in program.givens:
                lookup = program.givens[name][0].lookup
                if lookup.purpose == barred:
                    yield Wrong("value", value.id, "families_mixed", f"{value.method}: {lookup.id}")


def _scales(book: Rulebook) -> Iterator[Wrong]:
    for scale in book.scales:
        declared = book.input_by_id.get(scale.of)
        if declared is None:
            yield Wrong("scale", scale.id, "unknown_name", scale.of, "of")
        elif extra := set(scale.values) - {option.id for option in declared.options}:
            yield Wrong("scale", scale.id, "unknown_option", ", ".join(sorted(extra)), "values")
        for option, number in scale.values.items():
            if not _is_number(number):
                yield Wrong("scale", scale.id, "wrong_type", f"{option} = {number}", "values")
