"""A run as its own fund or bank sees it, and the words that its pages share."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import abort

from registry.models import LoanBook, LoanProblem, LoanRow, LoanRun
from registry.queries import portfolio
from registry.queries.rulebook import load
from registry.rules.rulebook import Rulebook
from registry.web import edge, places
from registry.web.language import said, t
from registry.web.score_view import matter_name
from registry.words import Words
from registry.words.grades import VERDICTS
from registry.words.portfolio import CELLS, REASONS

VERDICT_WORDS = {
    "green": VERDICTS["green"],
    "not_green": VERDICTS["not_green"],
    "person_must_look": VERDICTS["look"],
}
VERDICT_TONES = {"green": "good", "not_green": "quiet", "person_must_look": "wait"}


def own_run(run_id: int) -> tuple[LoanRun, LoanBook]:
    """The run, or "not found": also for a run of somebody else's."""
    found = portfolio.run_of(edge.reading(), run_id, viewer=edge.actor(), on=edge.today())
    return found if found is not None else abort(404)


def rulebook_of(run: LoanRun) -> Rulebook:
    return load(edge.reading(), run.rulebook_id, run.rulebook_version)


def field_name(id: str, fields: Mapping[str, Any]) -> str:
    known = fields.get(id)
    return t(known.name.zh, known.name.en) if known is not None else id


def problem_words(code: str, detail: Mapping[str, str]) -> str:
    """What is wrong with one cell, in the reader's language."""
    words = CELLS.get(code)
    return said(words, **detail) if words is not None else code


def problem_text(one: LoanProblem) -> str:
    return problem_words(one.code, one.detail)


def reason_words(text: str, book: Rulebook) -> str:
    """One reason of a loan: what was found, and the rule that it is about."""
    code, _, subject = text.partition(":")
    words = REASONS.get(code)
    first = said(words) if words is not None else code
    if not subject:
        return first
    return first + t("：", ": ") + subject_name(subject, book)


def subject_name(subject: str, book: Rulebook) -> str:
    """A rule, or a cross-check, by its name."""
    check = next((one for one in book.checks if one.id == subject), None)
    if check is not None:
        return t(check.name.zh, check.name.en)
    name = said(matter_name(subject, book))
    return f"{subject} {name}" if subject in book.rule_by_id else name


def clause_of(subject: str, book: Rulebook) -> str:
    rule = book.rule_by_id.get(subject)
    if rule is None:
        return ""
    return " ".join(part for part in (rule.source.document, rule.source.clause) if part)


def hits_of(rows: Sequence[LoanRow]) -> dict[int, Any]:
    """The restricted entries that these rows hit, by id."""
    ids = sorted({row.hit_entry_id for row in rows if row.hit_entry_id})
    return dict(portfolio.entries_with(edge.reading(), ids)) if ids else {}


def value_name(dimension: str, value: str, book: Rulebook) -> str:
    """What a total is of, in words."""
    if dimension == "verdict":
        return said(VERDICT_WORDS[value])
    if dimension == "zone":
        return places.zone_name(value) or t("未填", "Not given")
    if dimension == "province":
        return places.province_name(value) or t("未填", "Not given")
    if dimension == "kind":
        return places.kind_name(value)
    if dimension == "class":
        edition, _, code = value.partition("/")
        if not code:
            return t("未填", "Not given")
        return f"{places.class_name(edition, code)} ({edition}/{code})"
    return value


def words_of(pair: Words) -> str:
    return said(pair)
