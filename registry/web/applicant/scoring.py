"""The score that a draft would get, and what would raise it most, in words."""

from collections.abc import Mapping
from typing import Any

from registry.queries.reference import tables
from registry.rules.explain import Counterfactual, raises
from registry.rules.rulebook import Rulebook
from registry.rules.score import assess
from registry.web import edge
from registry.web.applicant.desk import Desk
from registry.web.language import current_language
from registry.web.score_view import live_view
from registry.words import Words, formats

MOST_RAISES = 5


def live_score(desk: Desk, answers: Mapping[str, str]) -> dict[str, Any]:
    """The explained score of these answers today; nothing is stored."""
    context: dict[str, Any] = {
        "kind": desk.case.kind,
        "as_of": edge.today(),
        "reference": tables(edge.reading()),
    }
    found = assess(desk.book, answers, **context)
    links = {
        field: url
        for step in desk.steps
        for field in step.fields
        if (url := desk.field_url(field)) is not None
    }
    changes = _one_a_rule(raises(desk.book, answers, **context))
    shown = [_raise(change, desk.book, links) for change in changes[:MOST_RAISES]]
    return live_view(found, desk.book, raises=shown, links=links)


def _one_a_rule(changes: list[Counterfactual]) -> list[Counterfactual]:
    """The best change of each rule; an answer to change says more than the rule's own value."""
    best: dict[str, Counterfactual] = {}
    for change in changes:
        there = best.setdefault(change.rule, change)
        if change.field and not there.field and change.gain_centipoints >= there.gain_centipoints:
            best[change.rule] = change
    return list(best.values())


def _raise(change: Counterfactual, book: Rulebook, links: Mapping[str, str]) -> dict[str, Any]:
    return {
        "text": _words(change, book),
        "gain_centipoints": change.gain_centipoints,
        "to_grade": change.grade if change.grade in {grade.id for grade in book.grades} else None,
        "href": links.get(change.field),
    }


def _words(change: Counterfactual, book: Rulebook) -> Words:
    declared = book.input_by_id.get(change.field)
    named = declared.name if declared is not None else book.rule_by_id[change.rule].name
    now, then = _value(change, change.now, book), _value(change, change.then, book)
    if declared is not None and declared.set_by != "applicant":
        by_zh, by_en = "（由评审人员认定）", " (set by the assessor)"
    else:
        by_zh, by_en = "", ""
    if not change.now:
        return Words(f"{named.zh}：{then.zh}{by_zh}", f"{named.en}: {then.en}{by_en}")
    return Words(
        f"{named.zh}：由 {now.zh} 变为 {then.zh}{by_zh}",
        f"{named.en}: from {now.en} to {then.en}{by_en}",
    )


def _value(change: Counterfactual, raw: str, book: Rulebook) -> Words:
    """An option by its name, yes and no as words, a quantity with its unit."""
    declared = book.input_by_id.get(change.field)
    if declared is not None and declared.options:
        option = next((o.name for o in declared.options if o.id == raw), None)
        return Words(option.zh, option.en) if option is not None else Words(raw, raw)
    if raw in ("yes", "no"):
        return Words("是", "Yes") if raw == "yes" else Words("否", "No")
    if not change.unit:
        return Words(raw, raw)
    unit = book.unit_names.get(change.unit)
    zh, en = (unit.zh, unit.en) if unit is not None else (change.unit, change.unit)
    number = formats.number(raw, _decimals(raw), current_language())
    return Words(formats.with_unit(number, zh, "zh"), formats.with_unit(number, en, "en"))


def _decimals(raw: str) -> int:
    """At most four: what the rule needs to the last digit is in its row."""
    return min(len(raw.partition(".")[2]), 4)
