"""An auditor's note on a case, and a suspicion referred to those who may act on it."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from registry.models import Annotation, Application
from registry.operations import audit
from registry.operations.case import subject_of
from registry.operations.telling import staff_with, tell
from registry.rules.calendar import legal_date
from registry.rules.permissions import Action, Actor, Role, Scope, may
from registry.words import Words

LONGEST = 4000


class NoteFault(StrEnum):
    NOT_ALLOWED = "note_not_allowed"
    EMPTY = "note_empty"
    TOO_LONG = "note_too_long"


class NoteRefused(Exception):
    """The note is not taken; `code` says why."""

    def __init__(self, code: NoteFault) -> None:
        super().__init__(code.value)
        self.code = code


def annotate_case(
    session: Session,
    *,
    application_id: int,
    text: str,
    refers_suspicion: bool,
    by: Actor,
    now: datetime,
) -> Annotation:
    """The only writing of an auditor.

    Steps: refuse who may not and what says nothing; store the note and chain its digest; a suspicion
    is told to the approvers of the case's zone, without its words, which stay on the desks.
    """
    application = session.get_one(Application, application_id)
    scope = Scope(organisation_id=application.organisation_id, zone_id=application.zone_id or None)
    wanted = Action.REFER_SUSPICION if refers_suspicion else Action.ANNOTATE
    if not may(by, wanted, scope, legal_date(now)):
        raise NoteRefused(NoteFault.NOT_ALLOWED)
    if not text.strip():
        raise NoteRefused(NoteFault.EMPTY)
    if len(text) > LONGEST:
        raise NoteRefused(NoteFault.TOO_LONG)
    note = audit.annotate(
        session,
        subject=subject_of(application),
        text=text.strip(),
        refers_suspicion=refers_suspicion,
        by=by,
        now=now,
    )
    if refers_suspicion:
        tell(
            session,
            staff_with(session, (Role.APPROVER,), application, now=now),
            application,
            subject=Words("审计移送的疑点", "a suspicion referred by the auditor"),
            body=Words(
                f"审计人员就案件 {application.number or application.id} 移送疑点（批注 {note.id}），请登录处理。",
                f"An auditor referred a suspicion on case {application.number or application.id} "
                f"(note {note.id}): sign in to see to it.",
            ),
            now=now,
        )
    return note
