"""The four queues, and every case that this person may read."""

from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.queries.hit import certificates_to_see_to
from registry.queries.queue import queue_page, waiting
from registry.queries.review import STAFF
from registry.rules.lifecycle import APPLICATION
from registry.rules.permissions import Role
from registry.web import edge, places
from registry.web.access import opens_to
from registry.web.clocks import clock_of
from registry.web.reviewer import blueprint
from registry.words import Words
from registry.words.states import STATES

READERS = (*STAFF, Role.AUDITOR, Role.VERIFIER)
MOST_TRIES = 5


@dataclass(frozen=True)
class Tab:
    """One view of a desk: its address, and what it says when there is nothing."""

    view: str
    label: Words
    empty: Words


@dataclass(frozen=True)
class Desk:
    endpoint: str
    title: Words
    roles: tuple[Role, ...]
    tabs: tuple[Tab, ...]


SCREENING = Desk(
    "reviewer.screening_queue",
    Words("受理", "Screening"),
    (Role.SCREENER,),
    (
        Tab(
            "screening",
            Words("待受理", "To screen"),
            Words("新提交的申请会显示在这里。", "Applications appear here once they are sent."),
        ),
        Tab(
            "returned",
            Words("补正中", "With the applicant"),
            Words("退回补正的申请会显示在这里。", "Cases returned for correction appear here."),
        ),
    ),
)
ASSESSMENT = Desk(
    "reviewer.assessment_queue",
    Words("评审", "Assessment"),
    (Role.ASSESSOR,),
    (
        Tab(
            "mine",
            Words("指派给我的", "Assigned to me"),
            Words(
                "受理人指派给您的申请会显示在这里。", "Cases that you are assigned to appear here."
            ),
        ),
        Tab(
            "in_review",
            Words("全部评审中", "All in review"),
            Words("已受理的申请会显示在这里。", "Accepted cases appear here."),
        ),
    ),
)
APPROVAL = Desk(
    "reviewer.approval_queue",
    Words("审定", "Approval"),
    (Role.APPROVER,),
    (
        Tab(
            "approval",
            Words("待复核", "Awaiting approval"),
            Words("主评审人提出意见后，申请会显示在这里。", "Cases appear here once recommended."),
        ),
        Tab(
            "stops",
            Words("待解除的拦截", "Stops to release"),
            Words("被拦截的申请会显示在这里；解除须两人。", "Stopped cases; a release takes two."),
        ),
        Tab(
            "notice",
            Words("公示中", "On public notice"),
            Words("公示中的申请和异议会显示在这里。", "Cases on notice and their objections."),
        ),
    ),
)
APPEALS = Desk(
    "reviewer.appeal_queue",
    Words("复议", "Appeals"),
    (Role.APPEAL_PANEL,),
    (
        Tab(
            "appeals",
            Words("待审理", "To hear"),
            Words("申请人提出的复议会显示在这里。", "Appeals appear here once they are filed."),
        ),
        Tab(
            "appealed",
            Words("已决定", "Decided"),
            Words("已决定的复议会显示在这里。", "Decided appeals appear here."),
        ),
    ),
)
EVERYTHING = Desk(
    "reviewer.cases",
    Words("全部案件", "All cases"),
    READERS,
    (
        Tab(
            "all",
            Words("全部案件", "All cases"),
            Words("没有符合条件的案件。", "No case matches."),
        ),
    ),
)


def _queue(desk: Desk, **more: Any) -> str:
    tab = next((one for one in desk.tabs if one.view == request.args.get("view")), desk.tabs[0])
    q, state = request.args.get("q", "")[:100], request.args.get("state", "")
    page = queue_page(
        edge.reading(),
        tab.view,
        viewer=edge.actor(),
        roles=desk.roles,
        on=edge.today(),
        key=request.args.get("key", ""),
        q=q,
        state=state if state in STATES["application"] else "",
    )
    kept = {k: v for k, v in request.args.items() if k in ("view", "q", "state") and v}
    return render_template(
        "reviewer/queue.html",
        desk=desk,
        tab=tab,
        page=page,
        q=q,
        state=state,
        states=places.state_choices(*(s.value for s in APPLICATION.states)),
        clock_of=clock_of,
        counts={} if len(desk.tabs) == 1 else _counts(desk),
        zone_name=places.zone_name,
        kind_names=dict(places.kind_choices()),
        first=url_for(desk.endpoint, **kept) if request.args.get("key") else None,
        next=url_for(desk.endpoint, **kept, key=page.next_key) if page.next_key else None,
        **more,
    )


def _counts(desk: Desk) -> dict[str, int]:
    """How many cases stand under each tab."""
    session, viewer, on = edge.reading(), edge.actor(), edge.today()
    return {
        tab.view: waiting(session, tab.view, viewer=viewer, roles=desk.roles, on=on)[0]
        for tab in desk.tabs
    }


@blueprint.get("/screening")
@opens_to(Role.SCREENER)
def screening_queue() -> ResponseReturnValue:
    return _queue(SCREENING)


@blueprint.get("/assessment")
@opens_to(Role.ASSESSOR)
def assessment_queue() -> ResponseReturnValue:
    return _queue(ASSESSMENT)


@blueprint.get("/approval")
@opens_to(Role.APPROVER)
def approval_queue() -> ResponseReturnValue:
    waiting = certificates_to_see_to(
        edge.reading(), most_tries=MOST_TRIES, viewer=edge.actor(), on=edge.today()
    )
    return _queue(APPROVAL, certificates=waiting)


@blueprint.get("/appeals")
@opens_to(Role.APPEAL_PANEL)
def appeal_queue() -> ResponseReturnValue:
    return _queue(APPEALS)


@blueprint.get("/cases")
@opens_to(*READERS)
def cases() -> ResponseReturnValue:
    return _queue(EVERYTHING)
