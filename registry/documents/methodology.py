"""The methodology, generated from a rulebook: one content for the page, the desk and the paper.

Nothing is written by hand here but headings: each weight, curve, formula, source and what is our
own design stands in the rulebook, so that page and paper cannot say anything else.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from registry.documents.content import Issuer
from registry.documents.paper import Block, Cell, Curve, Fact, Facts, Paper, Paragraphs, Table
from registry.rules.rulebook import Bilingual, Rulebook
from registry.rules.rulebook.declarations import Constant, Rule, Source
from registry.rules.rulebook.declarations import Curve as Declared
from registry.words import Words
from registry.words.rulebook import CONFIDENCE, FORMULAS, RULE_KINDS, SOURCES
from registry.words.scoring import BENEFIT_VERBS


def words(said: Bilingual) -> Words:
    return Words(said.zh, said.en)


def source_of(source: Source) -> dict[str, Any]:
    return {
        "document": source.document,
        "clause": source.clause,
        "date": source.published,
        "status": source.status,
        "status_words": SOURCES[source.status],
        "confidence": CONFIDENCE.get(source.confidence),
    }


def unit_words(book: Rulebook, unit: str) -> Words:
    name = book.unit_names.get(unit)
    return words(name) if name is not None else Words(unit, unit)


def curve_of(book: Rulebook, id: str) -> Declared | None:
    return next((each for each in book.curves if each.id == id), None)


def rule_content(book: Rulebook, rule: Rule) -> dict[str, Any]:
    """One rule with everything that counts in it."""
    curve = curve_of(book, rule.curve)
    kinds = {kind.id: words(kind.name) for kind in book.kinds}
    options = {option.id: words(option.name) for each in book.inputs for option in each.options}
    return {
        "id": rule.id,
        "name": words(rule.name),
        "why": words(rule.why),
        "kind": rule.kind,
        "kind_words": RULE_KINDS[rule.kind],
        "kinds": [kinds[kind] for kind in rule.kinds],
        "active": rule.active,
        "weight_bp": rule.weight_bp,
        "unit": unit_words(book, rule.unit) if rule.unit else None,
        "curve": [[float(x), float(y)] for x, y in curve.points] if curve else [],
        "curve_id": rule.curve,
        "curve_origin": words(curve.origin) if curve and curve.origin else None,
        "curve_source": source_of(curve.source) if curve else None,
        "choices": [(options.get(k, Words(k, k)), v) for k, v in rule.choices.items()],
        "formulas": [
            (said, getattr(rule, key)) for key, said in FORMULAS.items() if getattr(rule, key)
        ],
        "lists": rule.lists,
        "valid_from": rule.valid_from,
        "valid_until": rule.valid_until,
        "learned": rule.learned,
        "source": source_of(rule.source),
    }


def _categories(book: Rulebook) -> list[dict[str, Any]]:
    shown = []
    for category in book.categories:
        rules = [rule_content(book, rule) for rule in book.rules if rule.category == category.id]
        if rules:
            weight = sum(rule["weight_bp"] for rule in rules if rule["active"])
            shown.append(
                {
                    "id": category.id,
                    "name": words(category.name),
                    "weight_bp": weight,
                    "rules": rules,
                }
            )
    return shown


def _constant(book: Rulebook, constant: Constant) -> dict[str, Any]:
    return {
        "id": constant.id,
        "name": words(constant.name),
        "unit": unit_words(book, constant.unit),
        "periods": constant.periods,
        "source": source_of(constant.source),
    }


def _benefits(book: Rulebook) -> list[dict[str, Any]]:
    formulas = {value.id: value for value in book.values}
    shown = []
    for benefit in book.benefits:
        value = formulas.get(benefit.value)
        shown.append(
            {
                "name": words(benefit.name),
                "unit": unit_words(book, benefit.unit),
                "verb": BENEFIT_VERBS.get(benefit.words),
                "formula": value.formula if value else benefit.value,
                "method": value.method if value else "",
                "source": source_of(value.source) if value else None,
            }
        )
    return shown


def content(book: Rulebook) -> dict[str, Any]:
    """Everything that the methodology says, as plain values."""
    return {
        "book": book,
        "name": words(book.name),
        "note": words(book.note) if book.note else None,
        "categories": _categories(book),
        "grades": [
            {
                "code": grade.id,
                "name": words(grade.name),
                "from": grade.from_centipoints,
                "green": grade.green,
            }
            for grade in book.grades
        ],
        "caps": [words(cap.name) for cap in book.caps],
        "constants": [_constant(book, constant) for constant in book.constants],
        "values": [
            {
                "id": value.id,
                "name": words(value.name),
                "unit": unit_words(book, value.unit),
                "method": value.method,
                "formula": value.formula,
                "source": source_of(value.source) if value.source.document else None,
            }
            for value in book.values
        ],
        "benefits": _benefits(book),
        "counts": {
            status: sum(rule.source.status == status for rule in book.rules) for status in SOURCES
        },
        "source_words": SOURCES,
    }


# -- as a paper ------------------------------------------------------------------------------------

_INTRODUCTION = (
    Words(
        "本文件由规则文件自动生成：评分时用的就是这些规则。每条规则写明出处，以及是否已与原件核对；"
        "没有官方数值之处由本平台设计，并如实标明。",
        "This document is generated from the rulebook itself: scores are computed from exactly "
        "these rules. Each states its source and whether it was compared with the original; where "
        "no official figure exists the design is ours, and says so.",
    ),
    Words(
        "得分＝得到的分数÷适用权重。缺数据的规则得 0 分，仍计入适用权重；不适用的规则不计入。"
        "门槛未通过即停止计分，并说明理由。",
        "The score is the points earned divided by the weight that applies. A rule whose data are "
        "missing earns nothing and stays in the weight; one that does not apply leaves it. A gate "
        "that fails stops the score, with its reason.",
    ),
)


def methodology(
    book: Rulebook, *, issuer: Issuer, dated: date, test_key: bool, demo: bool
) -> Paper:
    """The methodology as a paper in both languages."""
    found = content(book)
    blocks: list[Block] = [
        _head(book, found),
        Paragraphs(heading=Words("怎样读本文件", "How to read this"), texts=_INTRODUCTION),
        *(_rules_table(category) for category in found["categories"]),
        _grades_table(found),
        *_caps(found),
        _benefits_table(found),
        _constants_table(found),
        _values_table(found),
    ]
    return Paper(
        kind="methodology",
        reference=f"{book.id} {book.version}",
        title=Words("评分方法", "Methodology"),
        issuer=issuer,
        dated=dated,
        blocks=tuple(blocks),
        test_key=test_key,
        demo=demo,
    )


def _both(text: str) -> Words:
    return Words(text, text)


def _percent(bp: int) -> str:
    return f"{bp / 100:g} %"


def _head(book: Rulebook, found: Mapping[str, Any]) -> Facts:
    counts = found["counts"]
    said = [(SOURCES[code], counts[code]) for code in SOURCES]
    return Facts(
        heading=found["name"],
        facts=(
            Fact(label=Words("规则", "Rulebook"), value=_both(f"{book.id} {book.version}")),
            Fact(label=Words("自何日起", "From"), value=_both(book.valid_from.isoformat())),
            Fact(label=Words("规则摘要", "SHA-256"), value=_both(book.sha256)),
            Fact(
                label=Words("定级所需的已答权重", "Weight to be answered for a grade"),
                value=_both(_percent(book.coverage_bp)),
            ),
            Fact(
                label=Words("规则的出处", "Where the rules come from"),
                value=Words(
                    "；".join(f"{one.zh} {n} 条" for one, n in said),
                    "; ".join(f"{one.en}: {n}" for one, n in said),
                ),
            ),
        ),
    )


def _source_cell(source: Mapping[str, Any] | None) -> Cell:
    if source is None:
        return Cell(words=_both("—"))
    where = " ".join(
        part for part in (source["document"], source["clause"], source["date"]) if part
    )
    status: Words = source["status_words"]
    return Cell(words=status, value=where)


def _rules_table(category: Mapping[str, Any]) -> Table:
    name: Words = category["name"]
    weight = _percent(category["weight_bp"])
    heading = Words(f"{name.zh} {weight}", f"{name.en} {weight}") if category["weight_bp"] else name
    return Table(
        heading=heading,
        columns=(
            Words("规则", "Rule"),
            Words("为什么", "Why"),
            Words("种类与权重", "Kind and weight"),
            Words("算法与曲线", "Formula and curve"),
            Words("依据与核对状态", "Source and status"),
        ),
        widths=(18, 24, 11, 27, 20),
        rows=tuple(_rule_row(rule) for rule in category["rules"]),
    )


def _rule_row(rule: Mapping[str, Any]) -> tuple[Cell, ...]:
    name: Words = rule["name"]
    kind: Words = rule["kind_words"]
    weight = f" {_percent(rule['weight_bp'])}" if rule["weight_bp"] else ""
    off = Words("（未启用）", " (switched off)") if not rule["active"] else Words("", "")
    return (
        Cell(words=Words(f"{rule['id']} {name.zh}", f"{rule['id']} {name.en}")),
        Cell(words=rule["why"]),
        Cell(words=Words(kind.zh + weight + off.zh, kind.en + weight + off.en)),
        Cell(value=_computed(rule), curve=_drawn(rule)),
        _source_cell(rule["source"]),
    )


def _computed(rule: Mapping[str, Any]) -> str:
    """Formulas as they stand in the rulebook, then the knees or the options with their points."""
    parts = [f"{said.zh} {said.en}: {formula}" for said, formula in rule["formulas"]]
    unit = f" {rule['unit'].zh}" if rule["unit"] else ""
    if rule["curve"]:
        parts.append("; ".join(f"{x:g}{unit} → {y:g}" for x, y in rule["curve"]))
    if rule["curve_source"]:
        parts.append(_line(rule["curve_source"]))
    if rule["choices"]:
        parts.append(
            "; ".join(f"{said.zh} {said.en} → {points}" for said, points in rule["choices"])
        )
    return " · ".join(parts)


def _line(source: Mapping[str, Any]) -> str:
    status: Words = source["status_words"]
    return f"{source['document']} ({status.zh} {status.en})"


def _drawn(rule: Mapping[str, Any]) -> Curve | None:
    if len(rule["curve"]) < 2:
        return None
    name: Words = rule["name"]
    knees = tuple((f"{x:g}", f"{y:g}") for x, y in rule["curve"])
    return Curve(knees=knees, mark=None, said=f"{name.zh} {name.en}")


def _grades_table(found: Mapping[str, Any]) -> Table:
    rows = tuple(
        (
            Cell(words=grade["name"]),
            Cell(value=f"{grade['from'] / 100:g}")
            if grade["from"] >= 0
            else Cell(words=Words("门槛未过", "a gate failed")),
            Cell(words=Words("是", "Yes") if grade["green"] else Words("否", "No")),
        )
        for grade in found["grades"]
    )
    columns = (
        Words("等级", "Grade"),
        Words("最低得分", "From points"),
        Words("可入储备库", "May be listed"),
    )
    return Table(heading=Words("等级", "Grades"), columns=columns, widths=(40, 30, 30), rows=rows)


def _caps(found: Mapping[str, Any]) -> tuple[Block, ...]:
    if not found["caps"]:
        return ()
    return (Paragraphs(heading=Words("等级上限", "What caps a grade"), texts=tuple(found["caps"])),)


def _benefits_table(found: Mapping[str, Any]) -> Table:
    rows = tuple(
        (
            Cell(words=benefit["name"]),
            Cell(words=benefit["unit"]),
            Cell(value=" ".join(part for part in (benefit["method"], benefit["formula"]) if part)),
            _source_cell(benefit["source"]),
        )
        for benefit in found["benefits"]
    )
    columns = (
        Words("效益", "Benefit"),
        Words("单位", "Unit"),
        Words("算法", "Formula"),
        Words("依据", "Source"),
    )
    heading = Words("效益的计算", "How benefits are computed")
    return Table(heading=heading, columns=columns, widths=(22, 14, 40, 24), rows=rows)


def _constants_table(found: Mapping[str, Any]) -> Table:
    rows = tuple(
        (
            Cell(words=constant["name"]),
            Cell(value="; ".join(_period(period) for period in constant["periods"])),
            Cell(words=constant["unit"]),
            _source_cell(constant["source"]),
        )
        for constant in found["constants"]
    )
    columns = (
        Words("常数", "Constant"),
        Words("数值", "Value"),
        Words("单位", "Unit"),
        Words("依据", "Source"),
    )
    heading = Words("常数", "Constants")
    return Table(heading=heading, columns=columns, widths=(30, 24, 14, 32), rows=rows)


def _period(period: Any) -> str:
    if period.from_ is None and period.until is None:
        return str(period.value)
    return f"{period.value} ({period.from_ or '…'} – {period.until or '…'})"


def _values_table(found: Mapping[str, Any]) -> Table:
    rows = tuple(
        (
            Cell(words=value["name"], value=value["id"]),
            Cell(value=" ".join(part for part in (value["method"], value["formula"]) if part)),
            Cell(words=value["unit"]),
        )
        for value in found["values"]
    )
    columns = (Words("数值", "Value"), Words("算法", "Formula"), Words("单位", "Unit"))
    heading = Words("全部中间值", "Every derived value")
    return Table(heading=heading, columns=columns, widths=(32, 52, 16), rows=rows)
