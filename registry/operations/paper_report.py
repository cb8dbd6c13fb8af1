"""The rules of an assessment as rows of its report: every one with input, threshold and points."""

from registry.documents.letters import RuleGroup, RuleRow
from registry.documents.paper import Curve
from registry.rules.assessment import NOT_APPLICABLE, Assessment, RuleResult
from registry.rules.rulebook import Rulebook
from registry.rules.rulebook.declarations import Rule
from registry.words import Words, formats
from registry.words.factors import factor_row_words
from registry.words.rulebook import RULE_STATES

MOST_RAISES = 3


def groups_of(found: Assessment, book: Rulebook) -> tuple[RuleGroup, ...]:
    """Category by category, in the order of the rulebook; what does not apply is left out."""
    groups = []
    for category in book.categories:
        rows = tuple(
            _row(result, book)
            for result in found.rules
            if result.category == category.id and result.state != NOT_APPLICABLE
        )
        if rows:
            groups.append(RuleGroup(name=Words(category.name.zh, category.name.en), rows=rows))
    return tuple(groups)


def _row(result: RuleResult, book: Rulebook) -> RuleRow:
    rule = book.rule_by_id[result.rule]
    unit = book.unit_names.get(result.unit)
    units = (unit.zh, unit.en) if unit is not None else (result.unit, result.unit)
    threshold = Words(
        _with_unit(result.threshold, units[0], "zh"), _with_unit(result.threshold, units[1], "en")
    )
    state = RULE_STATES[result.state]
    outcome = Words(f"{state.zh}（人工认定）", f"{state.en} (settled)") if result.settled else state
    source = " ".join(part for part in (rule.source.document, rule.source.clause) if part)
    return RuleRow(
        name=Words(f"{rule.id} {rule.name.zh}", f"{rule.id} {rule.name.en}"),
        clause=Words(source or "—", source or "—"),
        input=_input(result, units, book),
        threshold=threshold,
        outcome=outcome,
        points=_points(result.got_centipoints),
        possible=_points(result.possible_centipoints),
        curve=_curve(rule, result, book),
    )


def _input(result: RuleResult, units: tuple[str, str], book: Rulebook) -> Words | str:
    """What the rule looked at: its value, or what it was answered."""
    if result.value:
        zh, en = (
            _with_unit(result.value, unit, code)
            for unit, code in zip(units, ("zh", "en"), strict=True)
        )
        return zh if zh == en else Words(zh, en)
    answered = next((used for used in result.used if used.origin == "input"), None)
    if answered is None:
        return "—"
    if answered.value in ("yes", "no"):
        return Words("是", "yes") if answered.value == "yes" else Words("否", "no")
    declared = book.input_by_id.get(answered.id)
    for option in declared.options if declared is not None else ():
        if option.id == answered.value:
            return Words(option.name.zh, option.name.en)
    return answered.value or "—"


def _with_unit(text: str, unit: str, language: str) -> str:
    if not text:
        return "—"
    is_number = text.lstrip("-").replace(".", "", 1).isdigit()
    shown = formats.number(text, None, language) if is_number else text
    return formats.with_unit(shown, unit, language) if unit else shown


def _points(centipoints: int) -> str:
    return f"{centipoints / 100:.2f}"


def _curve(rule: Rule, result: RuleResult, book: Rulebook) -> Curve | None:
    if not rule.curve:
        return None
    points = book.program.curves[rule.curve].points
    knees = tuple((f"{float(x):g}", f"{float(y):g}") for x, y in points)
    mark = result.value if result.value.lstrip("-").replace(".", "", 1).isdigit() else None
    said = ", ".join(f"{x} → {y}" for x, y in knees)
    return Curve(knees=knees, mark=mark, said=said)


def unknown_of(found: Assessment, book: Rulebook) -> tuple[Words, ...]:
    """Gates that nobody could know, and factors that nobody has compared with the original."""
    told = []
    for matter in found.matters:
        rule = book.rule_by_id.get(matter.subject)
        name = Words(rule.name.zh, rule.name.en) if rule is not None else _of_a_row(matter.subject)
        done = (
            Words("，已由评审人认定", ", settled by an assessor")
            if matter.settled
            else Words("", "")
        )
        code = {
            "unknown": Words("未知", "unknown"),
            "unverified": Words("未核对原件", "not compared with the original"),
            "missing": Words("缺数据", "data missing"),
            "condition": Words("附条件", "conditional"),
        }.get(matter.code, Words(matter.code, matter.code))
        told.append(Words(f"{name.zh}：{code.zh}{done.zh}", f"{name.en}: {code.en}{done.en}"))
    return tuple(told)


def _of_a_row(subject: str) -> Words:
    return factor_row_words(subject)


def raises_of(found: Assessment, book: Rulebook) -> tuple[Words, ...]:
    """The scored rules that left most points, most first."""
    left = sorted(
        (one for one in found.rules if one.possible_centipoints > one.got_centipoints),
        key=lambda one: one.got_centipoints - one.possible_centipoints,
    )
    told = []
    for one in left[:MOST_RAISES]:
        name = book.rule_by_id[one.rule].name
        points = _points(one.possible_centipoints - one.got_centipoints)
        told.append(
            Words(
                f"{one.rule} {name.zh}：尚可得 {points} 分",
                f"{one.rule} {name.en}: {points} more points to be had",
            )
        )
    return tuple(told)
