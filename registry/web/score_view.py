"""An assessment as the explained score shows it: the same on the form, the desks and the lists."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from registry.models import Assessment as StoredAssessment
from registry.queries.rulebook import pinned
from registry.rules.assessment import (
    NO_GRADE,
    NOT_APPLICABLE,
    Assessment,
    RuleResult,
    UsedValue,
)
from registry.rules.rulebook import Bilingual, Rulebook
from registry.rules.rulebook.declarations import Constant, Rule
from registry.words import Words, formats
from registry.words.factors import factor_row_words
from registry.words.grades import VERDICTS
from registry.words.scoring import BENEFIT_VERBS, MATTERS, REASONS, SETTLED

MOST_BESIDE = 3  # answers that stand beside a rule
_VERDICT = {"green": "green", "not_green": "not_green", "person_must_look": "look"}
_TRUTHS = {"yes": Words("是", "Yes"), "no": Words("否", "No")}


def _words(said: Bilingual) -> Words:
    return Words(said.zh, said.en)


def score_view(
    stored: StoredAssessment, *, is_public: bool = False, raises: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    """A stored assessment. Public: what the rulebook marks as trade secret is left out."""
    book = pinned(stored)
    return live_view(
        Assessment.from_record(stored.result), book, is_public=is_public, raises=raises
    )


def live_view(
    found: Assessment,
    book: Rulebook,
    *,
    is_public: bool = False,
    raises: list[dict[str, Any]] | None = None,
    links: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """An assessment just made; `links` lead from an input to its field on the form."""
    named = _named(book)
    grade = None if found.grade == NO_GRADE else found.grade
    verdict = _VERDICT[found.verdict]
    return {
        "grade": grade,
        "no_grade": Words(
            "已答权重不足 70 %，有得分而不定级。",
            "Less than 70 % of the applicable weight is answered: a score, but no grade.",
        ),
        "verdict": {"code": verdict, "label": VERDICTS[verdict]},
        "centipoints": found.total_centipoints,
        "earned_centipoints": found.got_centipoints,
        "applicable_centipoints": found.applicable_weight_bp,
        "coverage_bp": found.coverage_bp,
        "unknown": _matters(found, book, links or {}),
        "raises": raises,
        "caps": [_words(cap.name) for cap in book.caps if cap.id in found.caps],
        "rulebook": {
            "name": _words(book.name),
            "version": book.version,
            "digest": book.sha256,
            "date": book.valid_from,
        },
        "categories": _categories(found, book, is_public),
        "skipped": [
            {"id": r.rule, "name": named.rules[r.rule]["name"], "reason": _reason(r)}
            for r in found.rules
            if r.state == NOT_APPLICABLE
        ],
    }


def matter_name(subject: str, book: Rulebook) -> Words:
    """A rule's name, or the row of reference data in words."""
    rule = book.rule_by_id.get(subject)
    return _words(rule.name) if rule is not None else factor_row_words(subject)


def _matters(found: Assessment, book: Rulebook, links: Mapping[str, str]) -> list[dict[str, Any]]:
    results = {result.rule: result for result in found.rules}
    shown = []
    for matter in found.open_matters:
        result = results.get(matter.subject)
        reason = REASONS.get(result.reason) if result is not None else None
        field = next((m for m in result.missing if m in links), "") if result is not None else ""
        shown.append(
            {
                "id": matter.id,
                "code": matter.code,
                "name": matter_name(matter.subject, book),
                "why": reason or MATTERS.get(matter.code),
                "href": links.get(field),
            }
        )
    return shown


def _categories(found: Assessment, book: Rulebook, is_public: bool) -> list[dict[str, Any]]:
    named, said = _named(book), dict[str, dict[str, Any]]()
    unverified = frozenset(found.unverified)
    by_category: dict[str, list[RuleResult]] = {}
    for result in found.rules:
        if result.state != NOT_APPLICABLE:
            by_category.setdefault(result.category, []).append(result)
    return [
        {
            "id": category,
            "name": name,
            "centipoints": sum(r.got_centipoints for r in results),
            "possible_centipoints": sum(r.possible_centipoints for r in results),
            "rules": [
                _rule(
                    result,
                    named,
                    said,
                    is_public,
                    _rows(result.rows, unverified) if result.rows else [],
                )
                for result in results
            ],
        }
        for category, name in named.categories.items()
        if (results := by_category.get(category))
    ]


class _Named:
    """What a rulebook says of its own names, in both languages; gathered once a rulebook."""

    def __init__(self, book: Rulebook) -> None:
        declared = (*book.values, *book.constants, *book.inputs)
        self.secrets = frozenset(i.id for i in book.inputs if i.trade_secret)
        self.units: dict[str, Words | str] = {u.id: _words(u.name) for u in book.units}
        self.inputs: dict[str, dict[str, Any]] = {
            one.id: {
                "name": _words(one.name),
                "unit": self.units.get(one.unit, one.unit),
                "source": one.source.document if isinstance(one, Constant) else None,
            }
            for one in declared
        }
        self.options = {
            i.id: {o.id: {**self.inputs[i.id], "value": _words(o.name)} for o in i.options}
            for i in book.inputs
            if i.options
        }
        self.categories = {category.id: _words(category.name) for category in book.categories}
        self.rules = {rule.id: _standing(rule, book) for rule in book.rules}


@lru_cache(maxsize=64)
def _named(book: Rulebook) -> _Named:
    return _Named(book)


def _standing(rule: Rule, book: Rulebook) -> dict[str, Any]:
    """What is said of a rule whatever the project."""
    curve = book.program.curves[rule.curve] if rule.curve else None
    return {
        "id": rule.id,
        "name": _words(rule.name),
        "kind": "score" if rule.kind == "score" else "gate",
        "decimals": rule.decimals,
        "curve": [[float(x), float(y)] for x, y in curve.points] if curve is not None else None,
        "formula": rule.value or rule.passes,
        "source": {
            "document": rule.source.document,
            "clause": rule.source.clause,
            "date": rule.source.published,
            "confidence": rule.source.confidence,
            "status": rule.source.status,
        },
    }


def _rule(
    result: RuleResult,
    named: _Named,
    said: dict[str, dict[str, Any]],
    is_public: bool,
    rows: list[dict[str, Any]],
) -> dict[str, Any]:
    standing = named.rules[result.rule]
    shown = result.used
    if is_public:
        shown = tuple(used for used in shown if used.id not in named.secrets)
    inputs, workings = _parted(shown, named, said)
    unit = named.units.get(result.unit, result.unit)
    return {
        **standing,
        "state": result.state,
        "inputs": inputs,
        "workings": workings,
        "value": _own_mark(
            result,
            has_curve=standing["curve"] is not None,
            is_whole=len(shown) == len(result.used),
        ),
        "unit": unit,
        "threshold": _threshold(result.threshold, unit) if result.threshold else None,
        "threshold_value": result.threshold if _is_number(result.threshold) else None,
        "centipoints": result.got_centipoints,
        "possible_centipoints": result.possible_centipoints,
        "reason": _reason(result),
        "rows": rows,
    }


def _parted(
    shown: tuple[UsedValue, ...], named: _Named, said: dict[str, dict[str, Any]]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What stands beside the rule, a few of the reader's own answers, and the rest, under "Why".

    `said` keeps each value as it is shown, for many rules stand on the same one.
    """
    main: list[dict[str, Any]] = []
    rest: list[dict[str, Any]] = []
    for used in shown:
        id = used.id
        found = said.get(id)
        if found is None:
            found = said[id] = _input(used, named)
        if used.origin == "input" and len(main) < MOST_BESIDE:
            main.append(found)
        else:
            rest.append(found)
    return (main, rest) if main else (rest[:MOST_BESIDE], rest[MOST_BESIDE:])


def _reason(result: RuleResult) -> Words | None:
    if result.settled:
        return SETTLED
    return REASONS[result.reason] if result.reason else None


def _input(used: UsedValue, named: _Named) -> dict[str, Any]:
    id, value = used.id, used.value
    options = named.options.get(id)
    if options is not None and value in options:
        return options[value]
    standing = named.inputs.get(id)
    if standing is None:  # a name of a looked-up row, which has none of its own
        unit = named.units.get(used.unit, used.unit)
        standing = {"name": Words(id, id), "unit": unit, "source": None}
        named.inputs[id] = standing
    return {**standing, "value": _TRUTHS.get(value, value)}


def _unit(unit: str, book: Rulebook) -> Words | str:
    return _named(book).units.get(unit, unit)


@lru_cache(maxsize=1024)
def _threshold(text: str, unit: Words | str) -> Words:
    """A number with its thousands apart and its unit; any other threshold as the rule has it."""
    zh, en = (unit.zh, unit.en) if isinstance(unit, Words) else (unit, unit)
    return Words(_figure(text, zh, "zh"), _figure(text, en, "en"))


def _own_mark(result: RuleResult, *, has_curve: bool, is_whole: bool) -> str | None:
    """The reader's place on the scale. Beside a bare threshold only where nothing was held back:
    the one number would give a trade secret away."""
    if not result.value or not _is_number(result.value):
        return None
    return result.value if has_curve or is_whole else None


def _figure(text: str, unit: str, language: str) -> str:
    shown = formats.number(text, None, language) if _is_number(text) else text
    return formats.with_unit(shown, unit, language) if unit else shown


def _is_number(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdigit()


def _rows(rows: tuple[str, ...], unverified: frozenset[str]) -> list[dict[str, Any]]:
    """Rows of reference data in words, and whether nobody has compared them with the original."""
    return [{"words": factor_row_words(row), "unverified": row in unverified} for row in rows]


def benefits_view(stored: StoredAssessment) -> list[dict[str, Any]]:
    """The quantified benefits with their careful words."""
    book = pinned(stored)
    return benefits_of(Assessment.from_record(stored.result), book)


def benefits_of(found: Assessment, book: Rulebook) -> list[dict[str, Any]]:
    """What could be computed; where nothing could, what is missing for it."""
    mine = [b for b in book.benefits if not b.kinds or found.kind in b.kinds]
    declared = {benefit.id: benefit for benefit in mine}
    computed = [figure for figure in found.benefits if figure.central] or found.benefits[:1]
    unverified = frozenset(found.unverified)
    return [
        {
            "id": figure.id,
            "name": _words(declared[figure.id].name),
            "verb": BENEFIT_VERBS.get(figure.words),
            "unit": _unit(figure.unit, book),
            "decimals": declared[figure.id].decimals,
            "central": figure.central,
            "low": figure.low,
            "high": figure.high,
            "share": figure.share,
            "today": figure.today if figure.today != figure.central else "",
            "rows": _rows(figure.rows, unverified),
            "missing": figure.missing,
        }
        for figure in computed
    ]
