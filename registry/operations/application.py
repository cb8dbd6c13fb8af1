"""What an applicant does: start, save, submit, answer findings, withdraw, clone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from registry.db import lock
from registry.models import Application, ApplicationVersion, EvidenceFile, Organisation
from registry.operations import clock, screening
from registry.operations.audit import record
from registry.operations.case import move, subject_of, take_part
from registry.operations.numbering import take_number
from registry.operations.telling import applicants_of, tell
from registry.queries.answers import newly_asked, problems_of, what_counts
from registry.queries.application import newest_version, open_findings
from registry.queries.case import parts_of
from registry.queries.duplicates import claim_key
from registry.queries.rulebook import in_force, load
from registry.rules import canonical
from registry.rules.answers import Problem
from registry.rules.calendar import legal_date
from registry.rules.lifecycle import APPLICATION, Facts, Need, Part, step
from registry.rules.lifecycle.application import EDITABLE, Event, State
from registry.rules.permissions import Actor, Scope, service
from registry.rules.rulebook import Rulebook
from registry.words import Words

NUMBER_PREFIX = "GPA"  # Green Project Application
DECLARATIONS = ("true_and_complete", "no_double_claim", "agrees_to_publication")
CONSENTS = ("discloses_trade_secrets",)  # each may be left out


class DraftStale(Exception):
    """Somebody else saved in the meantime: nothing was overwritten; `theirs` is what they saved,
    `fields` those on which both differ."""

    def __init__(
        self, theirs: Mapping[str, Any], draft_version: int, fields: frozenset[str] = frozenset()
    ) -> None:
        super().__init__("draft changed meanwhile")
        self.theirs = theirs
        self.draft_version = draft_version
        self.fields = fields


class AnswersRefused(Exception):
    """The answers cannot be submitted so; each problem names its field."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


class FieldsClosed(Exception):
    """Only fields with an open finding may change in a returned application."""

    def __init__(self, fields: frozenset[str]) -> None:
        super().__init__(", ".join(sorted(fields)))
        self.fields = fields


def rulebook_of(session: Session, application: Application, *, now: datetime) -> Rulebook:
    """The pinned rulebook of a submitted case; of a draft, the one in force today."""
    if application.rulebook_id:
        return load(session, application.rulebook_id, application.rulebook_version)
    return in_force(session, legal_date(now))


def start(
    session: Session, *, organisation: Organisation, kind: str, by: Actor, now: datetime
) -> Application:
    """Open a draft for an organisation that is verified or waits for it; event, editor's part."""
    facts = Facts(
        scope=Scope(organisation_id=organisation.id),
        organisation_known=organisation.verification in ("pending", "verified"),
    )
    made = step(APPLICATION, None, Event.START, by, now, facts)
    application = Application(
        organisation_id=organisation.id,
        kind=kind,
        state=str(made.to),
        answers={},
        created_by_id=by.person_id or 0,
        created_at=now,
        changed_at=now,
        draft_saved_at=now,
    )
    session.add(application)
    session.flush()
    take_part(session, application, Part.EDITED, by=by, now=now)
    record(
        session,
        kind=made.event_kind,
        subject=subject_of(application),
        body={"kind": kind, "organisation": organisation.id, "to": application.state},
        by=by,
        now=now,
    )
    return application


def open_fields(
    session: Session, application: Application, *, now: datetime, answers: Mapping[str, str]
) -> frozenset[str] | None:
    """The fields that may change: all of a draft (None); when returned those with findings, and
    the questions that `answers` bring up which were not asked of what had been sent."""
    if application.state == State.DRAFT:
        return None
    asked = frozenset(finding.field for finding in open_findings(session, application))
    sent = newest_version(session, application.id)
    rulebook = rulebook_of(session, application, now=now)
    before = sent.answers if sent is not None else {}
    brought_up = newly_asked(rulebook, application.kind, before, answers, as_of=legal_date(now))
    return asked | brought_up


def save_draft(
    session: Session,
    *,
    application_id: int,
    changes: Mapping[str, str],
    draft_version: int,
    by: Actor,
    now: datetime,
    seen: Mapping[str, str] | None = None,
) -> Application:
    """Keep what was typed, right or wrong; impossible answers are only refused at submission.

    Steps: lock; refuse where the state or another's newer save forbids (`DraftStale`); refuse
    closed fields; keep; note the editor's part once. No event: drafts are not decisions.
    `seen` is what stood in the fields when they were shown: where another saved meanwhile, only
    fields on which both changed something stand against each other.
    """
    application = lock(session, Application, application_id)
    if State(application.state) not in EDITABLE:
        step(APPLICATION, State(application.state), Event.EDIT, by, now, Facts())
    _check_may_edit(application, by, now)
    current: Mapping[str, str] = application.answers
    written = {field: text.replace("\x00", "") for field, text in changes.items()}
    changed = {k: v for k, v in written.items() if current.get(k, "") != v}
    if application.draft_version != draft_version:
        changed = _without_untouched(application, changed, seen)
    wanted = {**current, **changed}
    allowed = open_fields(session, application, now=now, answers=wanted)
    if allowed is not None and not allowed >= changed.keys():
        raise FieldsClosed(frozenset(changed) - allowed)
    if changed:
        application.answers = wanted
        application.assumed = {k: v for k, v in application.assumed.items() if k not in changed}
        application.draft_version += 1
        _repeat_for_lists(application)
    application.draft_saved_at = now
    session.add(application)
    if by.person_id not in parts_of(session, application.id).get(Part.EDITED, frozenset()):
        take_part(session, application, Part.EDITED, by=by, now=now)
    return application


def _without_untouched(
    application: Application, changed: Mapping[str, str], seen: Mapping[str, str] | None
) -> dict[str, str]:
    """Another saved since. What this writer left as shown stays as the other saved it; what both
    changed raises DraftStale; without knowing what was shown, every difference does."""
    if seen is None:
        mine = dict(changed)
        both = frozenset(changed)
    else:
        mine = {k: v for k, v in changed.items() if seen.get(k, "") != v}
        both = frozenset(k for k in mine if application.answers.get(k, "") != seen.get(k, ""))
    if both:
        raise DraftStale(application.answers, application.draft_version, both)
    return mine


def _check_may_edit(application: Application, by: Actor, now: datetime) -> None:
    facts = Facts(
        scope=Scope(
            organisation_id=application.organisation_id, zone_id=application.zone_id or None
        )
    )
    step(APPLICATION, State(application.state), Event.EDIT, by, now, facts)


def _repeat_for_lists(application: Application) -> None:
    """Lists show these without opening the answers."""
    answers = application.answers
    application.title_zh = answers.get("project_name_zh", "")[:200]
    application.title_en = answers.get("project_name_en", "")[:200]
    application.zone_id = answers.get("zone", "")
    application.province_code = answers.get("province", "")
    application.catalogue_edition = answers.get("catalogue_edition", "")
    application.catalogue_code = answers.get("catalogue_code", "")


def submit(
    session: Session,
    *,
    application_id: int,
    declarations: frozenset[str],
    by: Actor,
    now: datetime,
) -> ApplicationVersion:
    """Send a draft: check every answer, freeze a version with the digests of its files, pin the
    rulebook in force, give the number, start the clock, log it, screen it. Raises AnswersRefused
    with every problem at its field; the draft is kept."""
    return _send(session, application_id, Event.SUBMIT, declarations, by, now)


def resubmit(
    session: Session,
    *,
    application_id: int,
    declarations: frozenset[str],
    by: Actor,
    now: datetime,
) -> ApplicationVersion:
    """Send the answers to all findings: a new frozen version; the case returns where it came from
    and its clock goes on."""
    return _send(session, application_id, Event.RESUBMIT, declarations, by, now)


def _send(
    session: Session,
    application_id: int,
    event: Event,
    declarations: frozenset[str],
    by: Actor,
    now: datetime,
) -> ApplicationVersion:
    application = lock(session, Application, application_id)
    today = legal_date(now)
    rulebook = (
        in_force(session, today)
        if event is Event.SUBMIT
        else rulebook_of(session, application, now=now)
    )
    kind, said = application.kind, application.answers
    problems = problems_of(rulebook, kind, said, complete=True, as_of=today)
    if problems:
        raise AnswersRefused(tuple(problems))
    application.answers = what_counts(rulebook, kind, said, as_of=today)
    _repeat_for_lists(application)
    application.version_no += 1
    application.claim_key = claim_key(application)
    version = _freeze(session, application, declarations, by, now)
    if event is Event.SUBMIT:
        application.number = take_number(session, NUMBER_PREFIX, now=now)
        application.submitted_at = now
        application.rulebook_id = rulebook.id
        application.rulebook_version = rulebook.version
        application.rulebook_sha256 = rulebook.sha256
    _run_clock(application, event, now)
    move(
        session,
        application,
        event,
        by=by,
        now=now,
        given=[Need.DECLARATIONS] if declarations >= set(DECLARATIONS) else [],
        body={
            "number": application.number,
            "answers_sha256": version.digest,
            "rulebook": f"{rulebook.id}/{rulebook.version}",
            "rulebook_sha256": rulebook.sha256,
        },
        complete=True,
        files_digested=True,
    )
    screening.screen_case(
        session, application_id=application.id, now=now, move_on=event is Event.SUBMIT
    )
    return version


def _run_clock(application: Application, event: Event, now: datetime) -> None:
    """A first submission starts the screening term; an answer to findings resumes what was left."""
    if event is Event.SUBMIT:
        clock.restart(application, "screening", now)
    else:
        clock.resume(
            application, "review" if application.came_from == "IN_REVIEW" else "screening", now
        )


def _freeze(
    session: Session,
    application: Application,
    declarations: frozenset[str],
    by: Actor,
    now: datetime,
) -> ApplicationVersion:
    files = session.exec(
        select(EvidenceFile)
        .where(
            EvidenceFile.application_id == application.id, col(EvidenceFile.removed_at).is_(None)
        )
        .order_by(col(EvidenceFile.id))
    ).all()
    digests = {
        str(file.id): {"criterion": file.criterion, "sha256": file.sha256, "bytes": file.size_bytes}
        for file in files
    }
    declared = {name: name in declarations for name in (*DECLARATIONS, *CONSENTS)}
    content = {"answers": application.answers, "files": digests, "declarations": declared}
    version = ApplicationVersion(
        application_id=application.id,
        no=application.version_no,
        answers=dict(application.answers),
        files=digests,
        declarations=declared,
        digest=canonical.digest(content),
        submitted_by_id=by.person_id or 0,
        submitted_at=now,
    )
    session.add(version)
    session.flush()
    return version


def withdraw(session: Session, *, application_id: int, by: Actor, now: datetime) -> Application:
    """Take an application back before a decision; the record is kept."""
    application = lock(session, Application, application_id)
    clock.end(application)
    move(session, application, Event.WITHDRAW, by=by, now=now)
    return application


def lapse(session: Session, *, application_id: int, now: datetime) -> Application:
    """Nothing came back in time: the case ends, may be cloned, and the applicant is told."""
    application = lock(session, Application, application_id)
    move(session, application, Event.LAPSE, by=service("timer"), now=now)
    clock.end(application)
    tell(
        session,
        applicants_of(session, application),
        application,
        subject=Words("申请已失效", "your application has lapsed"),
        body=Words(
            "补正期限已过，申请失效。您可以复制原申请内容，重新提交。",
            "The term for corrections has passed. You can copy it into a new draft and send it again.",
        ),
        now=now,
    )
    return application


def clone(session: Session, *, application_id: int, by: Actor, now: datetime) -> Application:
    """A new draft with the answers of an old case of the same organisation."""
    old = session.get_one(Application, application_id)
    organisation = session.get_one(Organisation, old.organisation_id)
    fresh = start(session, organisation=organisation, kind=old.kind, by=by, now=now)
    fresh.answers = dict(old.answers)
    fresh.assumed = dict(old.assumed)
    _repeat_for_lists(fresh)
    session.add(fresh)
    return fresh
