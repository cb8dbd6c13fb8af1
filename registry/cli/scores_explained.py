"""The table of docs/scores-explained.md: what some projects score and why, computed, never typed."""

from __future__ import annotations

import tomllib
from datetime import date
from typing import Any, NamedTuple

from registry.reference import tables
from registry.rules.answers import check
from registry.rules.assessment import UNKNOWN, Assessment, RuleResult
from registry.rules.rulebook import Rulebook
from registry.rules.score import assess

MOST_REASONS = 3
HEADS = {
    "zh": ("项目", "等级", "得分", "A", "B", "C", "D", "E", "万元投资年减排", "失分最多"),
    "en": ("project", "grade", "score", "A", "B", "C", "D", "E", "t a year per 10,000 yuan",
           "where most points are lost"),
}  # fmt: skip


class AnswersWrong(ValueError):
    """A project of the table that could not be submitted so."""


class Scored(NamedTuple):
    project: dict[str, Any]
    result: Assessment


def scored(text: str, book: Rulebook) -> list[Scored]:
    """Every project of the file, scored on its day with all open matters settled in its favour.

    Lists that are not loaded leave their gates unknown; a person would look them up. The table
    says what the score is once that has been done.
    """
    whole = tomllib.loads(text)
    day: date = whole["as_of"]
    found = []
    for project in whole["project"]:
        answers = {
            **whole["assumed"], **project.get("published", {}), **project.get("assumed", {})
        }  # fmt: skip
        kind = project["kind"]
        own = {k: v for k, v in answers.items() if book.input_by_id[k].set_by == "applicant"}
        problems = check(book, kind, own, complete=True, as_of=day)
        if problems:
            raise AnswersWrong(f"{project['id']}: {problems}")
        given: dict[str, Any] = {"kind": kind, "as_of": day, "reference": tables()}
        first = assess(book, answers, **given)
        settled = {
            matter.id: "pass" if matter.code == UNKNOWN else "accepted"
            for matter in first.open_matters
        }
        found.append(Scored(project, assess(book, answers, **given, settled=settled)))
    return found


def table(text: str, book: Rulebook, language: str) -> str:
    """The table as Markdown."""
    rows = [_row(one, book, language) for one in scored(text, book)]
    lines = [HEADS[language], tuple("---" for _ in HEADS[language]), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _row(one: Scored, book: Rulebook, language: str) -> tuple[str, ...]:
    result = one.result
    grade = book.grade_by_id.get(result.grade)
    name = getattr(grade.name, language) if grade is not None else "—"
    labels = [getattr(cap.label_name, language) for cap in book.caps if cap.label in result.labels]
    applies = [r for r in result.rules if r.kind == "score" and r.state != "not_applicable"]
    climate = next((r for r in applies if r.rule == "A1"), None)
    return (
        one.project[language],
        f"**{name}**" + (f" ({', '.join(labels)})" if labels else ""),
        f"{result.total_centipoints / 100:.2f}",
        *(_category(applies, letter) for letter in "ABCDE"),
        f"{float(climate.value):.2f}" if climate is not None and climate.value else "—",
        _losses(applies, book, language),
    )


def _category(applies: list[RuleResult], letter: str) -> str:
    mine = [rule for rule in applies if rule.category == letter]
    if not mine:
        return "—"
    got = sum(rule.got_centipoints for rule in mine)
    possible = sum(rule.possible_centipoints for rule in mine)
    return f"{got / 100:g}/{possible / 100:g}"


def _losses(applies: list[RuleResult], book: Rulebook, language: str) -> str:
    """The rules that took most points, in the rulebook's words."""
    lost = sorted(
        ((rule.possible_centipoints - rule.got_centipoints, rule.rule) for rule in applies),
        key=lambda pair: (-pair[0], pair[1]),
    )
    said = [
        f"{getattr(book.rule_by_id[rule].name, language)} −{points / 100:g}"
        for points, rule in lost[:MOST_REASONS]
        if points
    ]
    return ("；" if language == "zh" else "; ").join(said)
