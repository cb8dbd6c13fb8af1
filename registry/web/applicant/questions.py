"""The form as data: its steps and questions, taken from the rulebook, for every kind of project."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from registry.queries.answers import PARTICULARS, is_required, longest_of
from registry.rules.answers import Problem, applicable
from registry.rules.rulebook import Rulebook
from registry.rules.rulebook.declarations import Bilingual, Input
from registry.web.applicant.conditions import condition_of
from registry.words import Words
from registry.words import problems as words

FIRST_STEP = "particulars"
LONG = 200  # what may be longer is asked for in a box of several lines


@dataclass(frozen=True)
class Question:
    """One question as a page shows it; `when` says in words whether it is asked at all."""

    id: str
    type: str
    name: Words
    hint: Words | None = None
    unit: Words | None = None
    options: tuple[tuple[str, Words], ...] = ()
    table: str = ""
    longest: int = LONG
    optional: bool = False
    when: Words | None = None
    evidence: Words | None = None
    secret: bool = False


@dataclass(frozen=True)
class Step:
    id: str
    name: Words
    hint: Words | None
    questions: tuple[Question, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(question.id for question in self.questions)


def steps_of(book: Rulebook, kind: str) -> tuple[Step, ...]:
    """The pages of the form for this kind: what the project is called, then the rulebook's own."""
    asked = book.inputs_for(kind)
    found = [_first_step()]
    for step in book.steps:
        questions = tuple(_question(i, book) for i in asked if i.step == step.id)
        if questions:
            found.append(Step(step.id, _words(step.name), _words_or_none(step.hint), questions))
    return tuple(found)


def step_named(steps: tuple[Step, ...], id: str) -> Step | None:
    return next((step for step in steps if step.id == id), None)


def question_named(steps: tuple[Step, ...], field: str) -> Question | None:
    return next((q for step in steps for q in step.questions if q.id == field), None)


def step_asking(steps: tuple[Step, ...], field: str) -> Step | None:
    return next((step for step in steps if field in step.fields), None)


def asked_now(
    book: Rulebook, kind: str, answers: Mapping[str, str], *, as_of: date
) -> frozenset[str]:
    """The fields that stand, given these answers."""
    stands = {declared.id for declared in applicable(book, kind, answers, as_of=as_of)}
    return frozenset(stands | set(PARTICULARS))


def state_of(
    step: Step, asked: frozenset[str], answers: Mapping[str, str], problems: list[Problem]
) -> str:
    """How far a step is: problem, done, in_progress or not_started."""
    here = [problem for problem in problems if problem.field in step.fields]
    answered = any(answers.get(field, "").strip() for field in step.fields if field in asked)
    if any(problem.code != "required" for problem in here):
        return "problem"
    if not here and (answered or not asked.isdisjoint(step.fields)):
        return "done" if answered else "not_started"
    return "in_progress" if answered else "not_started"


def _first_step() -> Step:
    questions = tuple(
        Question(
            id=field,
            type="text",
            name=words.PARTICULARS[field],
            hint=words.PARTICULARS_HINTS[field],
            longest=longest_of(field),
            optional=not is_required(field),
        )
        for field in PARTICULARS
    )
    return Step(FIRST_STEP, words.PARTICULARS_STEP, words.PARTICULARS_STEP_HINT, questions)


def _question(declared: Input, book: Rulebook) -> Question:
    unit = book.unit_names.get(declared.unit)
    plain_unit = Words(declared.unit, declared.unit) if declared.unit else None
    return Question(
        id=declared.id,
        type=declared.type,
        name=_words(declared.name),
        hint=_words_or_none(declared.hint),
        unit=_words(unit) if unit is not None else plain_unit,
        options=tuple((option.id, _words(option.name)) for option in declared.options),
        table=declared.table,
        longest=declared.max_length,
        optional=not (declared.required or declared.required_when),
        when=condition_of(declared, book),
        evidence=_words_or_none(declared.evidence),
        secret=declared.trade_secret,
    )


def _words(said: Bilingual) -> Words:
    return Words(said.zh, said.en)


def _words_or_none(said: Bilingual) -> Words | None:
    return _words(said) if said else None
