"""The answers of a case: its particulars by their data model, the rest by the rulebook, as one.

Forms, submissions and lists of problems ask here, so that a limit is never written twice.
"""

from collections.abc import Mapping
from datetime import date

from pydantic import ValidationError

from registry.models import Particulars
from registry.rules.answers import Problem, Refused, applicable, canonical, check, parse
from registry.rules.rulebook import Rulebook
from registry.rules.rulebook.declarations import Bilingual, Input

PARTICULARS = tuple(Particulars.model_fields)
_CODES = {"string_too_short": "too_short", "string_too_long": "too_long"}


def problems_of(
    rulebook: Rulebook,
    kind: str,
    answers: Mapping[str, str],
    *,
    complete: bool,
    as_of: date,
) -> list[Problem]:
    """Everything that is wrong, each at its field. What is not asked of this case is not looked at:
    a text left behind a condition that no longer holds must not stop anybody."""
    said = _asked_or_anothers(rulebook, kind, answers, as_of)
    return [
        *_of_particulars(answers, complete=complete),
        *check(rulebook, kind, said, complete=complete, as_of=as_of),
    ]


def what_counts(
    rulebook: Rulebook, kind: str, answers: Mapping[str, str], *, as_of: date
) -> dict[str, str]:
    """The answers as they are sent: one text for one meaning, and only what was asked."""
    said = _asked_or_anothers(rulebook, kind, answers, as_of)
    particulars = {field: _clean(answers.get(field, "")) for field in PARTICULARS}
    return {f: text for f, text in particulars.items() if text} | canonical(rulebook, said)


def newly_asked(
    rulebook: Rulebook,
    kind: str,
    before: Mapping[str, str],
    answers: Mapping[str, str],
    *,
    as_of: date,
) -> frozenset[str]:
    """Questions that a corrected answer brought up: they open with it."""
    then = {declared.id for declared in applicable(rulebook, kind, before, as_of=as_of)}
    now = applicable(rulebook, kind, answers, as_of=as_of)
    return frozenset(d.id for d in now if d.set_by == "applicant" and d.id not in then)


def _asked_or_anothers(
    rulebook: Rulebook, kind: str, answers: Mapping[str, str], as_of: date
) -> dict[str, str]:
    """What this case is asked now, and what only others may set (which the check then refuses)."""
    asked = {declared.id for declared in applicable(rulebook, kind, answers, as_of=as_of)}
    others = {declared.id for declared in rulebook.inputs if declared.set_by != "applicant"}
    return {field: raw for field, raw in answers.items() if field in asked | others}


def _clean(raw: str) -> str:
    try:
        return str(parse(_as_question("", longest=10_000), raw) or "")
    except Refused:
        return ""


def _as_question(field: str, longest: int) -> Input:
    """A particular is read like any text of the rulebook: the same signs are forbidden in both."""
    return Input(id=field, type="text", step="", name=Bilingual(), max_length=longest)


def longest_of(field: str) -> int:
    metadata = Particulars.model_fields[field].metadata
    return int(next(rule.max_length for rule in metadata if hasattr(rule, "max_length")))


def is_required(field: str) -> bool:
    return Particulars.model_fields[field].is_required()


def _of_particulars(answers: Mapping[str, str], *, complete: bool) -> list[Problem]:
    found: dict[str, Problem] = {}
    clean: dict[str, str] = {}
    for field in PARTICULARS:
        try:
            text = parse(_as_question(field, longest_of(field)), answers.get(field, ""))
        except Refused as why:
            found[field] = Problem(field, why.code, why.detail)
            continue
        if text is not None:
            clean[field] = str(text)
    for problem in _limits_broken(clean):
        if problem.field not in found and (complete or problem.code != "required"):
            found[problem.field] = problem
    return [found[field] for field in PARTICULARS if field in found]


def _limits_broken(clean: Mapping[str, str]) -> list[Problem]:
    try:
        Particulars.model_validate(clean)
    except ValidationError as error:
        return [
            _problem(fault["loc"][0], fault["type"], fault.get("ctx")) for fault in error.errors()
        ]
    return []


def _problem(field: object, kind: str, limits: Mapping[str, object] | None) -> Problem:
    if kind == "missing":
        return Problem(str(field), "required")
    values = list((limits or {}).values())
    return Problem(str(field), _CODES[kind], {"limit": str(values[0])} if values else {})
