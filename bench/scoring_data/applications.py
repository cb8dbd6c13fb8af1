"""Applications of a registry, drawn from rows of projects: sent, judged, settled, and left in drafts.

Some answers are missing, some cannot be read, some versions are older, some words were taken back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, select

from bench.scoring_data.edges import fields_of
from registry.db import columns_of
from registry.models import Application, ApplicationVersion, Assessment, Judgement
from registry.operations.assessment import judged
from registry.queries.assessment import ASSESSED, RESCORED, newest_assessment
from registry.queries.case import SETTLED
from registry.queries.what_counts import INPUT, WhatCounts
from registry.rules.answers import canonical, cells
from registry.rules.flow.plan import LEAN, Plan
from registry.rules.flow.python_rows import score_rows
from registry.rules.grading import GATES
from registry.rules.reference import ReferenceTables
from registry.rules.rulebook import Rulebook
from registry.rules.score import SETTLEABLE, assess

Row = Mapping[str, Any]


def read_alone(session: Session, case: Application, book: Rulebook) -> WhatCounts:
    """What counts of one application, by statements of its own: what a single case is judged by."""
    version = session.exec(
        select(ApplicationVersion).where(
            ApplicationVersion.application_id == case.id,
            ApplicationVersion.no == case.version_no,
        )
    ).one()
    inputs, settled = judged(session, case)
    newest = newest_assessment(session, case)
    answers = {**version.answers, **inputs, **(newest.found if newest else {})}
    assert case.id is not None
    return WhatCounts(case.id, case.kind, book.id, book.version, answers, settled)


OF_MANY = 12
UNREADABLE = ("abc", "-1", "9" * 20, "1.123456789", "", "  ", "１２", "12%", "yes", "2026-13-01")


def varied(plan: Plan, good: Mapping[str, str], each: int, seed: int) -> list[dict[str, Any]]:
    """`each` projects a kind: the `good` answers with those of the kind's worked examples, all other
    questions drawn; the better ones of many, since drawn projects mostly earn nothing."""
    random, made = Random(seed), []
    known = cells(plan.book, good)
    for kind in plan.kinds:
        fields = fields_of(plan, kind)
        mine = {field.id: known[field.id] for field in fields if field.id in known}
        for example in plan.book.examples:
            if example.kind == kind:
                mine |= cells(plan.book, example.given)
        drawn = []
        for row_id in range(each * OF_MANY):
            rest = {field.id: field.draw(random) for field in fields if field.id not in mine}
            anew = {field.id: field.draw(random) for field in random.sample(fields, 1)}
            drawn.append({"row_id": row_id, "kind": kind, **rest, **mine, **anew})
        totals = {row_id: total for row_id, _, _, total in score_rows(plan, drawn, LEAN)}
        made += sorted(drawn, key=lambda row: -totals[row["row_id"]])[:each]
    return made


class Register:
    """Draws applications and inserts them; `rows` are projects as `score_rows` takes them."""

    def __init__(
        self, book: Rulebook, reference: ReferenceTables, rows: Sequence[Row], seed: int
    ) -> None:
        self.book, self.reference, self.rows, self.random = book, reference, rows, Random(seed)
        self._matters: dict[int, list[str]] = {}

    def lay(
        self, session: Session, count: int, *, organisation_id: int, person_id: int, now: datetime
    ) -> None:
        """`count` applications with ids from 1, of which one in ten is a draft."""
        self.person_id, self.now = person_id, now
        made: dict[type, list[dict[str, Any]]] = {
            model: [] for model in (Application, ApplicationVersion, Judgement, Assessment)
        }
        for id in range(1, count + 1):
            place = self.random.randrange(len(self.rows))
            sent = self.random.random() > 0.1
            made[Application].append(self._application(id, place, organisation_id, sent))
            if sent:
                self._send(id, place, made)
        for model, values in made.items():
            if values:
                session.connection().execute(insert(columns_of(model).id.table), values)

    def _application(self, id: int, place: int, organisation_id: int, sent: bool) -> dict[str, Any]:
        return {
            "id": id,
            "organisation_id": organisation_id,
            "kind": self.rows[place]["kind"],
            "state": "ASSESSING" if sent else "DRAFT",
            "version_no": 1 if sent else 0,
            "answers": {"project_name_zh": "草稿"},
            "assumed": {},
            "created_by_id": self.person_id,
            "created_at": self.now,
            "changed_at": self.now,
            "rulebook_id": self.book.id if sent else "",
            "rulebook_version": self.book.version if sent else "",
            "rulebook_sha256": self.book.sha256 if sent else "",
        }

    def _send(self, id: int, place: int, made: dict[type, list[dict[str, Any]]]) -> None:
        answers = self._answers(place)
        by = {"applicant": {}, "assessor": {}, "registry": {}}  # type: dict[str, dict[str, str]]
        for name, value in answers.items():
            by[self.book.input_by_id[name].set_by][name] = value
        again = self.random.random() < 0.2
        if again:
            made[Application][-1]["version_no"] = 2
            made[ApplicationVersion].append(self._version(id, 1, self._answers(place)))
            made[Assessment].append(self._score(id, 1, ASSESSED, self._answers(place)))
        no = 2 if again else 1
        made[ApplicationVersion].append(self._version(id, no, by["applicant"]))
        if self.random.random() < 0.8:
            made[Assessment].append(self._score(id, no, ASSESSED, by["registry"]))
            if self.random.random() < 0.2:
                made[Assessment].append(self._score(id, no, RESCORED, self._answers(place)))
        for minute, (kind, subject, value) in enumerate(self._said(place, by["assessor"])):
            made[Judgement].append(self._judgement(id, kind, subject, value, minute))

    def _answers(self, place: int) -> dict[str, str]:
        """Half of the projects lack some answers, a quarter has one that cannot be read."""
        answers = canonical(self.book, self.rows[place])
        draw = self.random
        if answers and draw.random() < 0.5:
            for name in draw.sample(sorted(answers), min(len(answers), draw.randint(1, 6))):
                del answers[name]
        if answers and draw.random() < 0.25:
            answers[draw.choice(sorted(answers))] = draw.choice(UNREADABLE)
        return answers

    def _said(self, place: int, inputs: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
        """What persons judged and settled, some of it twice: the later word counts."""
        draw = self.random
        for name, value in inputs.items():
            if draw.random() < 0.2:
                yield INPUT, name, draw.choice(UNREADABLE)
            yield INPUT, name, value
        if draw.random() < 0.4:
            return
        outcomes = (*SETTLEABLE, "accepted")
        for gate in (rule.id for rule in self.book.rules if rule.kind in GATES):
            if draw.random() < 0.15:
                yield SETTLED, gate, draw.choice(outcomes)
        matters = self._matters_of(place)
        share = draw.choice((0.5, 1.0, 1.0))
        left = draw.choice(matters) if matters and share == 1.0 and draw.random() < 0.5 else ""
        for matter in matters:  # half of them, all of them, or all but one
            if matter != left and draw.random() < share:
                if draw.random() < 0.1:
                    yield SETTLED, matter, "fail"
                yield SETTLED, matter, "accepted" if ":" in matter else "pass"

    def _matters_of(self, place: int) -> list[str]:
        if place not in self._matters:
            row = self.rows[place]
            made = assess(
                self.book,
                canonical(self.book, row),
                kind=row["kind"],
                as_of=self.now.date(),
                reference=self.reference,
            )
            self._matters[place] = [matter.id for matter in made.matters]
        return self._matters[place]

    def _version(self, id: int, no: int, answers: Mapping[str, str]) -> dict[str, Any]:
        return {
            "application_id": id,
            "no": no,
            "answers": {**answers, "project_name_zh": "项目"},
            "files": {},
            "declarations": {},
            "digest": "",
            "submitted_by_id": self.person_id,
            "submitted_at": self.now,
        }

    def _score(self, id: int, no: int, purpose: str, found: Mapping[str, str]) -> dict[str, Any]:
        texts = ("rulebook_sha256", "reference_sha256", "answers_sha256", "result_sha256")
        return {
            "application_id": id,
            "version_no": no,
            "purpose": purpose,
            "as_of": self.now.date(),
            "rulebook_id": self.book.id,
            "rulebook_version": self.book.version,
            **dict.fromkeys((*texts, "grade", "verdict"), ""),
            "found": dict(found),
            "result": {},
            "matters": {},
            "total_centipoints": 0,
            "coverage_bp": 0,
            "made_by_id": self.person_id,
            "made_at": self.now,
        }

    def _judgement(
        self, id: int, kind: str, subject: str, value: str, minute: int
    ) -> dict[str, Any]:
        return {
            "application_id": id,
            "kind": kind,
            "rule_id": subject,
            "value": value,
            "rationale": "",
            "person_id": self.person_id,
            "role": "assessor",
            "made_at": self.now + timedelta(minutes=minute),
        }
