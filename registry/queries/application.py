"""Applications as their owners see them: told who asks, and silent about who reviewed and what hit."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func
from sqlmodel import Session, col, select

from registry.models import (
    Appeal,
    Application,
    ApplicationVersion,
    AuditEvent,
    Decision,
    EvidenceFile,
    Finding,
    Organisation,
)
from registry.queries.audit import events_of
from registry.rules.lifecycle.application import State
from registry.rules.permissions import Action, Actor, Role, Scope, holds, may

REFUSALS = ("ineligible", "reject")


def _may_read(viewer: Actor, organisation_id: int, on: date) -> bool:
    """Belonging there and a role there: neither alone opens a case."""
    scope = Scope(organisation_id=organisation_id)
    belongs = organisation_id in viewer.organisation_ids
    return belongs and may(viewer, Action.READ_OWN_CASE, scope, on)


def own_application(
    session: Session, application_id: int, *, viewer: Actor, on: date
) -> Application | None:
    """The case if it is one of the viewer's organisations', else None as if there were none."""
    found = session.get(Application, application_id)
    if found is None or not _may_read(viewer, found.organisation_id, on):
        return None
    return found


def own_applications(session: Session, *, viewer: Actor, on: date) -> Sequence[Application]:
    """All cases of the viewer's organisations, newest first."""
    mine = [id for id in sorted(viewer.organisation_ids) if _may_read(viewer, id, on)]
    statement = select(Application).where(col(Application.organisation_id).in_(mine))
    return session.exec(statement.order_by(col(Application.id).desc())).all()


def own_waiting(session: Session, *, viewer: Actor, on: date) -> tuple[int, date | None]:
    """How many own cases wait for the applicant, drafts and those returned, and the nearest day."""
    mine = [id for id in sorted(viewer.organisation_ids) if _may_read(viewer, id, on)]
    counted = select(func.count(col(Application.id)), func.min(col(Application.due_on))).where(
        col(Application.organisation_id).in_(mine),
        col(Application.state).in_((State.DRAFT.value, State.RETURNED.value)),
    )
    how_many, due_on = session.exec(counted).one()
    return how_many, due_on


def organisations_to_act_for(
    session: Session, *, viewer: Actor, on: date
) -> Sequence[Organisation]:
    """Where the viewer may start an application: pending or verified, and a role there."""
    mine = [id for id in sorted(viewer.organisation_ids) if _may_read(viewer, id, on)]
    statement = select(Organisation).where(
        col(Organisation.id).in_(mine),
        col(Organisation.verification).in_(("pending", "verified")),
    )
    return session.exec(statement.order_by(col(Organisation.id))).all()


def owners_of(session: Session, cases: Sequence[Application]) -> dict[int, Organisation]:
    ids = {case.organisation_id for case in cases}
    statement = select(Organisation).where(col(Organisation.id).in_(ids))
    rows = session.exec(statement.order_by(col(Organisation.id))).all()
    return {row.id: row for row in rows}


def may_sign(viewer: Actor, application: Application, on: date) -> bool:
    scope = Scope(organisation_id=application.organisation_id)
    return holds(viewer, (Role.SIGNATORY,), scope, on) is not None


def newest_version(session: Session, application_id: int) -> ApplicationVersion | None:
    return session.exec(
        select(ApplicationVersion)
        .where(ApplicationVersion.application_id == application_id)
        .order_by(col(ApplicationVersion.no).desc())
        .limit(1)
    ).one_or_none()


def versions(session: Session, application_id: int) -> Sequence[ApplicationVersion]:
    """What was sent, newest first."""
    return session.exec(
        select(ApplicationVersion)
        .where(ApplicationVersion.application_id == application_id)
        .order_by(col(ApplicationVersion.no).desc())
    ).all()


def version(session: Session, application_id: int, no: int) -> ApplicationVersion | None:
    return session.exec(
        select(ApplicationVersion).where(
            ApplicationVersion.application_id == application_id, ApplicationVersion.no == no
        )
    ).one_or_none()


def evidence_files(session: Session, application_id: int) -> Sequence[EvidenceFile]:
    """What is attached now; removed files stay with the versions that named them."""
    return session.exec(
        select(EvidenceFile)
        .where(
            EvidenceFile.application_id == application_id, col(EvidenceFile.removed_at).is_(None)
        )
        .order_by(col(EvidenceFile.id))
    ).all()


def evidence_file(session: Session, application_id: int, file_id: int) -> EvidenceFile | None:
    """A file of this case, also one that was removed but stands in a version."""
    found = session.get(EvidenceFile, file_id)
    return found if found is not None and found.application_id == application_id else None


def files_by_id(session: Session, ids: Sequence[int]) -> dict[int, EvidenceFile]:
    statement = select(EvidenceFile).where(col(EvidenceFile.id).in_(ids))
    return {row.id: row for row in session.exec(statement.order_by(col(EvidenceFile.id))).all()}


def findings(session: Session, application_id: int) -> Sequence[Finding]:
    """What was asked of the applicant, newest round first; only what was sent."""
    return session.exec(
        select(Finding)
        .where(Finding.application_id == application_id, col(Finding.sent_at).is_not(None))
        .order_by(col(Finding.round_no).desc(), col(Finding.id))
    ).all()


def open_findings(session: Session, application: Application) -> list[Finding]:
    """Those of the round that is running: an earlier round was answered and sent."""
    return [
        finding
        for finding in findings(session, application.id)
        if finding.closed_at is None and finding.round_no == application.rounds
    ]


def last_refusal(session: Session, application_id: int) -> Decision | None:
    """The newest refusal, whose letter the applicant reads."""
    return session.exec(
        select(Decision)
        .where(Decision.application_id == application_id, col(Decision.event).in_(REFUSALS))
        .order_by(col(Decision.id).desc())
        .limit(1)
    ).one_or_none()


def appeals(session: Session, application_id: int) -> Sequence[Appeal]:
    return session.exec(
        select(Appeal)
        .where(Appeal.application_id == application_id)
        .order_by(col(Appeal.id).desc())
    ).all()


def history(session: Session, application_id: int) -> list[AuditEvent]:
    """The case's events, newest first; the desk shows those that its owner is told."""
    return list(reversed(events_of(session, f"application:{application_id}")))
