"""One case on the applicant's desk: opened for its own people only, with the form that fits it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from flask import abort, url_for

from registry.models import Application, EvidenceFile
from registry.operations.application import rulebook_of
from registry.queries import application as queries
from registry.queries.answers import problems_of
from registry.rules.answers import Problem
from registry.rules.lifecycle.application import EDITABLE, State
from registry.rules.permissions import Role
from registry.rules.rulebook import Rulebook
from registry.web import edge
from registry.web.applicant.questions import Step, asked_now, state_of, step_asking, steps_of
from registry.web.language import t

OPENS_TO = (Role.EDITOR, Role.SIGNATORY)


@dataclass
class Desk:
    """A case with its rulebook; what is computed from the answers is computed once."""

    case: Application
    book: Rulebook
    steps: tuple[Step, ...]

    @property
    def answers(self) -> Mapping[str, str]:
        return self.case.answers

    @property
    def is_editable(self) -> bool:
        return State(self.case.state) in EDITABLE

    @property
    def is_draft(self) -> bool:
        return self.case.state == State.DRAFT

    @cached_property
    def may_sign(self) -> bool:
        return queries.may_sign(edge.actor(), self.case, edge.today())

    @cached_property
    def asked(self) -> frozenset[str]:
        return asked_now(self.book, self.case.kind, self.answers, as_of=edge.today())

    @cached_property
    def problems(self) -> list[Problem]:
        return problems_of(
            self.book, self.case.kind, self.answers, complete=True, as_of=edge.today()
        )

    @cached_property
    def files(self) -> list[EvidenceFile]:
        return list(queries.evidence_files(edge.reading(), self.case.id))

    @property
    def title(self) -> str:
        untitled = t("未命名项目", "Untitled project")
        return t(self.case.title_zh, self.case.title_en) or self.case.title_zh or untitled

    def state_of(self, step: Step) -> str:
        return state_of(step, self.asked, self.answers, self.problems)

    def problem_at(self, field: str) -> Problem | None:
        return next((problem for problem in self.problems if problem.field == field), None)

    def step_url(self, step: Step, field: str = "", **more: str) -> str:
        page = url_for("applicant.step", application_id=self.case.id, step_id=step.id, **more)
        return page + (f"#{field}" if field else "")

    def field_url(self, field: str) -> str | None:
        """Where an answer can be changed now; none where it cannot."""
        step = step_asking(self.steps, field)
        if step is None or not self.is_editable:
            return None
        if not self.is_draft:
            page = url_for("applicant.corrections", application_id=self.case.id)
            return f"{page}#{field}"
        return self.step_url(step, field, check="1")


def open_desk(application_id: int) -> Desk:
    """The case if it belongs to one of the reader's organisations; else there is nothing here."""
    found = queries.own_application(
        edge.reading(), application_id, viewer=edge.actor(), on=edge.today()
    )
    if found is None:
        abort(404)
    book = rulebook_of(edge.reading(), found, now=edge.now())
    return Desk(found, book, steps_of(book, found.kind))


def open_draft(application_id: int) -> Desk:
    """A case whose form is open; what was sent is no longer changed here."""
    desk = open_desk(application_id)
    if not desk.is_draft:
        abort(409)
    return desk
