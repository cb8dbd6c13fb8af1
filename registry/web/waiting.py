"""What waits for this person, desk by desk: how much, and the most pressing clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from registry.queries import application, organisation, queue
from registry.rules.permissions import Role
from registry.web import edge
from registry.web.access import holds_one_of
from registry.words import Words

Counted = tuple[int, date | None]


@dataclass(frozen=True)
class Work:
    """One kind of work: whose it is, where it is done, and how to count it."""

    name: Words
    roles: frozenset[Role]
    endpoint: str
    view: str
    count: Callable[[], Counted]


@dataclass(frozen=True)
class Waiting:
    """`due_on` is a last day; `since`, for work without a term, the day from which it waits."""

    name: Words
    endpoint: str
    view: str
    how_many: int
    due_on: date | None = None
    since: date | None = None


def queued(view: str, *roles: Role) -> Counted:
    """Of one view of a reviewers' queue."""
    session, viewer = edge.reading(), edge.actor()
    return queue.waiting(session, view, viewer=viewer, roles=roles, on=edge.today())


def _queue(name: Words, role: Role, endpoint: str, view: str) -> Work:
    return Work(name, frozenset({role}), endpoint, view, lambda: queued(view, role))


def _own() -> Counted:
    return application.own_waiting(edge.reading(), viewer=edge.actor(), on=edge.today())


WORK: tuple[Work, ...] = (
    Work(
        Words("待我填报或补正的申请", "Applications to finish or to correct"),
        frozenset({Role.EDITOR, Role.SIGNATORY}),
        "applicant.applications",
        "",
        _own,
    ),
    _queue(Words("待受理", "To screen"), Role.SCREENER, "reviewer.screening_queue", "screening"),
    _queue(
        Words("指派给我评审的", "Assigned to me for assessment"),
        Role.ASSESSOR,
        "reviewer.assessment_queue",
        "mine",
    ),
    _queue(
        Words("待复核", "Awaiting approval"), Role.APPROVER, "reviewer.approval_queue", "approval"
    ),
    _queue(
        Words("待解除的拦截", "Stops to release"), Role.APPROVER, "reviewer.approval_queue", "stops"
    ),
    _queue(
        Words("待审理的复议", "Appeals to hear"),
        Role.APPEAL_PANEL,
        "reviewer.appeal_queue",
        "appeals",
    ),
    Work(
        Words("待核验的单位", "Organisations to verify"),
        frozenset({Role.ORG_VERIFIER}),
        "admin.organisations",
        "",
        lambda: organisation.unverified(edge.reading()),
    ),
)


def waiting_for_me() -> list[Waiting]:
    """Everything that this person's roles let them do, the oldest clock first, nothing to do last."""
    found = []
    for work in WORK:
        if not holds_one_of(work.roles):
            continue
        how_many, day = work.count()
        has_term = work.endpoint != "admin.organisations"
        found.append(
            Waiting(
                work.name,
                work.endpoint,
                work.view,
                how_many,
                due_on=day if has_term else None,
                since=None if has_term else day,
            )
        )
    return sorted(found, key=lambda one: (one.how_many == 0, one.due_on or date.max))
