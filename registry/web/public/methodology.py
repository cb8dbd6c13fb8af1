"""The methodology, generated from a rulebook: what is demanded, how it counts, where it is written."""

from collections.abc import Mapping
from typing import Any

from flask import Response, abort, render_template, url_for
from flask.typing import ResponseReturnValue

from registry import rulebooks
from registry.rules.rulebook import Bilingual, Rulebook
from registry.rules.rulebook.declarations import Constant, Rule, Source
from registry.web import edge
from registry.web.access import opens_to_everyone
from registry.web.public import blueprint
from registry.words import Words
from registry.words.scoring import BENEFIT_VERBS

RULE_KINDS = {
    "hard": Words("硬性门槛", "Hard gate"),
    "conditional": Words("附条件门槛", "Conditional gate"),
    "gate": Words("目录符合性", "Eligibility gate"),
    "score": Words("计分", "Scored"),
    "information": Words("仅供参考", "Information"),
}
SOURCES = {
    "verified": Words("已核对原件", "Checked against the original"),
    "unverified": Words("未核对原件", "Not checked against the original"),
    "design": Words("本平台设计", "Our own design"),
}
CONFIDENCE = {
    "P": Words("原件", "official text"),
    "S": Words("二手来源", "second-hand"),
    "C": Words("计算得出", "computed"),
    "M": Words("凭记忆，待核", "from memory, to be checked"),
    "design": Words("本平台设计", "our design"),
}


def _words(said: Bilingual) -> Words:
    return Words(said.zh, said.en)


def _source(source: Source) -> dict[str, Any]:
    return {
        "document": source.document,
        "clause": source.clause,
        "date": source.published,
        "status": source.status,
        "status_words": SOURCES[source.status],
        "confidence": CONFIDENCE.get(source.confidence),
    }


def _unit(book: Rulebook, unit: str) -> Words:
    name = book.unit_names.get(unit)
    return _words(name) if name is not None else Words(unit, unit)


def _option_names(book: Rulebook) -> Mapping[str, Words]:
    return {option.id: _words(option.name) for each in book.inputs for option in each.options}


def _rule(book: Rulebook, rule: Rule) -> dict[str, Any]:
    curve = next((each for each in book.curves if each.id == rule.curve), None)
    kinds = {kind.id: _words(kind.name) for kind in book.kinds}
    options = _option_names(book)
    return {
        "id": rule.id,
        "name": _words(rule.name),
        "why": _words(rule.why),
        "kind": rule.kind,
        "kind_words": RULE_KINDS[rule.kind],
        "kinds": [kinds[kind] for kind in rule.kinds],
        "active": rule.active,
        "weight_bp": rule.weight_bp,
        "unit": _unit(book, rule.unit) if rule.unit else None,
        "curve": [[float(x), float(y)] for x, y in curve.points] if curve else [],
        "curve_origin": _words(curve.origin) if curve and curve.origin else None,
        "curve_source": _source(curve.source) if curve else None,
        "choices": [(options.get(k, Words(k, k)), v) for k, v in rule.choices.items()],
        "formulas": [
            (words, text)
            for words, text in (
                (Words("适用条件", "Applies if"), rule.applies),
                (Words("数值", "Value"), rule.value),
                (Words("通过条件", "Passes if"), rule.passes),
                (Words("附条件通过", "Passes on condition if"), rule.conditional),
                (Words("阈值", "Threshold"), rule.threshold),
                (Words("得分", "Points"), rule.points),
            )
            if text
        ],
        "lists": rule.lists,
        "valid_from": rule.valid_from,
        "valid_until": rule.valid_until,
        "source": _source(rule.source),
    }


def _categories(book: Rulebook) -> list[dict[str, Any]]:
    shown = []
    for category in book.categories:
        rules = [_rule(book, rule) for rule in book.rules if rule.category == category.id]
        if rules:
            weight = sum(rule["weight_bp"] for rule in rules)
            shown.append(
                {
                    "id": category.id,
                    "name": _words(category.name),
                    "weight_bp": weight,
                    "rules": rules,
                }
            )
    return shown


def _constant(book: Rulebook, constant: Constant) -> dict[str, Any]:
    return {
        "id": constant.id,
        "name": _words(constant.name),
        "unit": _unit(book, constant.unit),
        "periods": constant.periods,
        "source": _source(constant.source),
    }


def _benefits(book: Rulebook) -> list[dict[str, Any]]:
    formulas = {value.id: value for value in book.values}
    shown = []
    for benefit in book.benefits:
        value = formulas.get(benefit.value)
        shown.append(
            {
                "name": _words(benefit.name),
                "unit": _unit(book, benefit.unit),
                "verb": BENEFIT_VERBS.get(benefit.words),
                "formula": value.formula if value else benefit.value,
                "method": value.method if value else "",
                "source": _source(value.source) if value else None,
            }
        )
    return shown


def _values(book: Rulebook) -> list[dict[str, Any]]:
    return [
        {
            "id": value.id,
            "name": _words(value.name),
            "unit": _unit(book, value.unit),
            "method": value.method,
            "formula": value.formula,
        }
        for value in book.values
    ]


@blueprint.get("/methodology")
@opens_to_everyone
def methodology() -> ResponseReturnValue:
    """The rulebook that is in force today."""
    return _page(rulebooks.in_force(edge.today()))


@blueprint.get("/methodology/<book_id>/<version>")
@opens_to_everyone
def methodology_version(book_id: str, version: str) -> ResponseReturnValue:
    """Any released version, for as long as certificates name it."""
    return _page(_released(book_id, version))


def _released(book_id: str, version: str) -> Rulebook:
    if (book_id, version) not in rulebooks.released():
        abort(404)
    return rulebooks.load(book_id, version)


def _page(book: Rulebook) -> str:
    in_force = rulebooks.in_force(edge.today())
    return render_template(
        "public/methodology.html",
        book=book,
        name=_words(book.name),
        note=_words(book.note) if book.note else None,
        is_in_force=book == in_force,
        categories=_categories(book),
        grades=[
            {
                "code": grade.id,
                "name": _words(grade.name),
                "from": grade.from_centipoints,
                "green": grade.green,
            }
            for grade in book.grades
        ],
        caps=[_words(cap.name) for cap in book.caps],
        constants=[_constant(book, constant) for constant in book.constants],
        values=_values(book),
        benefits=_benefits(book),
        counts={
            status: sum(rule.source.status == status for rule in book.rules) for status in SOURCES
        },
        source_words=SOURCES,
        versions=[
            {
                "id": each.id,
                "version": each.version,
                "from": rulebooks.load(*each).valid_from,
                "sha256": rulebooks.load(*each).sha256,
                "href": url_for(
                    "public.methodology_version", book_id=each.id, version=each.version
                ),
            }
            for each in reversed(rulebooks.released())
        ],
        files=[
            (
                name,
                url_for("public.rulebook_file", book_id=book.id, version=book.version, name=name),
            )
            for name in rulebooks.files(book.id, book.version)
        ],
    )


@blueprint.get("/methodology/<book_id>/<version>/<name>")
@opens_to_everyone
def rulebook_file(book_id: str, version: str, name: str) -> ResponseReturnValue:
    """A file of the rulebook as it is hashed, so that anybody can compute a score again."""
    _released(book_id, version)
    content = rulebooks.files(book_id, version).get(name)
    if content is None:
        abort(404)
    return Response(content, mimetype="text/plain; charset=utf-8")
