"""Problems, files' faults and answers in the reader's words."""

from registry.operations.evidence import FileFault, FileRefused
from registry.rules.answers import NO, YES, Problem
from registry.rules.rulebook import Rulebook
from registry.rules.rulebook.declarations import Check
from registry.rules.rulebook.expression import Compare
from registry.rules.rulebook.syntax import parse
from registry.web import places
from registry.web.applicant.codes import code_name
from registry.web.applicant.questions import Question
from registry.web.language import current_language, said, shown
from registry.words import Words, formats
from registry.words.problems import AT_LEAST, AT_MOST, FILE_FAULTS, PROBLEMS, UNNAMED


def problem_words(problem: Problem, book: Rulebook) -> str:
    """The sentence for a problem; a check of the rulebook speaks by its own name and limit."""
    check = next(
        (c for c in book.checks if c.id == problem.code and c.field == problem.field), None
    )
    if check is not None:
        return _check_words(check, problem, book)
    words = PROBLEMS.get(problem.code)
    if words is None:
        return said(UNNAMED, code=problem.code)
    detail = dict(problem.detail)
    if problem.code in ("below_minimum", "above_maximum"):
        detail["limit"] = _with_unit(detail["limit"], detail.get("unit", ""), book)
    return said(words, **detail) if detail else said(words).replace("%%", "%")


def _check_words(check: Check, problem: Problem, book: Rulebook) -> str:
    language = current_language()
    sentence = check.name.zh + "。" if language == "zh" else check.name.en + "."
    limit = problem.detail.get("limit")
    if limit is None:
        return sentence
    tree = parse(check.holds)
    upper = isinstance(tree, Compare) and tree.op in ("<", "<=")
    figure = _with_unit(limit, problem.detail.get("unit", ""), book)
    gap = "" if language == "zh" else " "
    return sentence + gap + said(AT_MOST if upper else AT_LEAST, limit=figure)


def _with_unit(number: str, unit: str, book: Rulebook) -> str:
    language = current_language()
    text = formats.number(number, None, language)
    name = book.unit_names.get(unit)
    word = (name.zh if language == "zh" else name.en) if name is not None else unit
    return formats.with_unit(text, word, language) if word else text


def file_words(refused: FileRefused) -> str:
    words = FILE_FAULTS[refused.code.value]
    language = current_language()
    if refused.code is FileFault.TOO_LARGE:
        limit = formats.file_size(int(str(refused.details["limit_bytes"])), language)
        return said(words, limit=limit)
    if refused.code is FileFault.TOO_MANY:
        return said(words, limit=refused.details["limit_files"])
    return said(words)


def answer_shown(question: Question, raw: str, edition: str = "") -> str:
    """A stored answer as a reader wants it; what is no option stays as it was typed."""
    if not raw:
        return ""
    option: Words | None = dict(question.options).get(raw)
    if option is not None:
        return said(option)
    if question.type == "yes_no" and raw in (YES, NO):
        return str(shown(raw == YES))
    if question.table == "zones":
        return places.zone_name(raw) or raw
    if question.table:
        name = code_name(question.table, raw, edition)
        return f"{raw} {name}".strip()
    if question.type == "number":
        return str(shown(raw, "unit"))
    return raw
