"""A case's whole record for the auditor: every row that anybody left in it, oldest first."""

from dataclasses import dataclass
from typing import TypeVar

from sqlmodel import Session, SQLModel, col, select

from registry.models import (
    Appeal,
    Application,
    ApplicationVersion,
    Assessment,
    CasePart,
    Certificate,
    Decision,
    EvidenceFile,
    Finding,
    Judgement,
    Objection,
    Organisation,
    Person,
    ScreeningHit,
    ScreeningRun,
    StopRelease,
)

Row = TypeVar("Row", bound=SQLModel)


@dataclass(frozen=True)
class CaseRecord:
    """What a case consists of; events and annotations come by its subjects."""

    application: Application
    owner: Organisation
    versions: list[ApplicationVersion]
    files: list[EvidenceFile]
    runs: list[ScreeningRun]
    hits: list[ScreeningHit]
    releases: list[StopRelease]
    assessments: list[Assessment]
    judgements: list[Judgement]
    findings: list[Finding]
    decisions: list[Decision]
    appeals: list[Appeal]
    objections: list[Objection]
    parts: list[CasePart]
    certificates: list[Certificate]
    names: dict[int, str]

    @property
    def subjects(self) -> tuple[str, ...]:
        """What the log calls this case and its certificates."""
        numbers = (f"certificate:{one.number}" for one in self.certificates)
        return (f"application:{self.application.id}", *numbers)

    def who(self, person_id: int | None) -> str:
        """The name behind an id; empty for a service and for somebody who was erased."""
        return self.names.get(person_id or 0, "")


def _rows(session: Session, model: type[Row], application_id: int) -> list[Row]:
    statement = select(model).where(model.application_id == application_id)  # type: ignore[attr-defined]
    return list(session.exec(statement.order_by(col(model.id))).all())  # type: ignore[attr-defined]


def case_record(session: Session, application_id: int) -> CaseRecord | None:
    application = session.get(Application, application_id)
    if application is None:
        return None
    parts = _rows(session, CasePart, application_id)
    judgements = _rows(session, Judgement, application_id)
    decisions = _rows(session, Decision, application_id)
    releases = _rows(session, StopRelease, application_id)
    people = {row.person_id for row in parts} | {row.person_id for row in judgements}
    people |= {row.person_id for row in releases} | {row.decided_by_id for row in decisions}
    return CaseRecord(
        application=application,
        owner=session.get_one(Organisation, application.organisation_id),
        versions=_rows(session, ApplicationVersion, application_id),
        files=_rows(session, EvidenceFile, application_id),
        runs=_rows(session, ScreeningRun, application_id),
        hits=_rows(session, ScreeningHit, application_id),
        releases=releases,
        assessments=_rows(session, Assessment, application_id),
        judgements=judgements,
        findings=_rows(session, Finding, application_id),
        decisions=decisions,
        appeals=_rows(session, Appeal, application_id),
        objections=_rows(session, Objection, application_id),
        parts=parts,
        certificates=_rows(session, Certificate, application_id),
        names=_names(session, people),
    )


def _names(session: Session, people: set[int]) -> dict[int, str]:
    rows = session.exec(
        select(Person).where(col(Person.id).in_(people)).order_by(col(Person.id))
    ).all()
    return {row.id: row.name for row in rows}


def evidence_file(session: Session, file_id: int) -> EvidenceFile | None:
    return session.get(EvidenceFile, file_id)
