"""Answers as "check your answers" and the copies of what was sent show them."""

from collections.abc import Collection, Mapping
from typing import Any

from registry.web.applicant.questions import Question, Step
from registry.web.applicant.wording import answer_shown

EDITION = "catalogue_edition"


def answer_of(question: Question, answers: Mapping[str, str]) -> dict[str, Any]:
    raw = answers.get(question.id, "")
    is_number = question.type in ("number", "integer")
    return {
        "label": question.name,
        "value": answer_shown(question, raw, answers.get(EDITION, "")),
        "unit": question.unit if is_number and raw else None,
        "secret": question.secret,
    }


def answer_groups(
    steps: tuple[Step, ...],
    answers: Mapping[str, str],
    asked: Collection[str],
    assumed: Collection[str],
) -> list[dict[str, Any]]:
    """Every question that stands, step by step, read-only."""
    groups = []
    for step in steps:
        shown = [
            answer_of(q, answers) | {"assumed": q.id in assumed, "field": q.id}
            for q in step.questions
            if q.id in asked
        ]
        if shown:
            groups.append({"title": step.name, "answers": shown, "step": step})
    return groups


def changes_between(
    steps: tuple[Step, ...],
    before: Mapping[str, str],
    after: Mapping[str, str],
    findings: Mapping[str, str],
) -> list[dict[str, Any]]:
    """What differs between two versions, in the order of the form; `findings` say why."""
    changed = []
    for question in (q for step in steps for q in step.questions):
        if before.get(question.id, "") == after.get(question.id, ""):
            continue
        old, new = answer_of(question, before), answer_of(question, after)
        changed.append(
            {
                "label": question.name,
                "before": old["value"],
                "after": new["value"],
                "unit": question.unit,
                "finding": findings.get(question.id),
            }
        )
    return changed
