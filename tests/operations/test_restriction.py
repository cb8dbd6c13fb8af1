"""An entry's life through the operations: who may, when, and what is written."""

from datetime import date, timedelta

import pytest
from sqlmodel import Session, col, select

from registry.models import (
    AuditEvent,
    ListChange,
    ListVersion,
    OutboxMessage,
    RestrictedKey,
)
from registry.operations import restriction, restriction_appeal, restriction_provisional
from registry.operations.account import DataRefused
from registry.queries import audit
from registry.queries.restriction import list_digest
from registry.rules.lifecycle import RESTRICTION, MoveRefused, fold
from registry.rules.permissions import PUBLIC, Role
from tests.conftest import NOW
from tests.entries import BASE, PROOF, Desk, EntryPlay, company, desk
from tests.people import People


@pytest.fixture
def staff(people: People) -> Desk:
    return desk(people)


@pytest.fixture
def play(session: Session, staff: Desk) -> EntryPlay:
    return EntryPlay(session, staff, NOW)


def refused(code: str):  # type: ignore[no-untyped-def]
    return pytest.raises(MoveRefused, match=f"^{code}$")


def test_an_entry_goes_from_a_proposal_into_force(session: Session, play: EntryPlay) -> None:
    play.propose()
    row = play.row
    assert row.state == "PROPOSED" and row.number is None
    assert row.external_key == f"GPR-{row.id}"
    assert session.exec(select(RestrictedKey).where(RestrictedKey.entry_id == row.id)).all()
    play.notify()
    assert row.state == "NOTICED" and row.token and row.statement_until > date(2026, 12, 1)
    with refused("statement_period_running"):
        play.enter()
    play.wait().enter()
    assert row.state == "IN_FORCE" and row.number.startswith("GPX-")
    assert row.from_day == date(2026, 12, 12) and row.to_day == date(2028, 12, 12)
    kinds = [e.kind for e in audit.events_of(session, f"restricted:{row.id}")]
    assert fold(RESTRICTION, kinds).state == row.state


def test_every_change_in_force_gives_the_list_a_version_with_its_hash(
    session: Session, play: EntryPlay
) -> None:
    play.in_force()
    first = session.exec(select(ListVersion)).one()
    assert (first.sha256, first.entries) == list_digest(session) and first.entries == 1
    play.wait(800)
    restriction.expire(session, entry_id=play.id, now=play.at())
    versions = session.exec(select(ListVersion).order_by(col(ListVersion.version))).all()
    assert [v.entries for v in versions] == [1, 0] and versions[1].sha256 != first.sha256
    changes = session.exec(select(ListChange).order_by(col(ListChange.id))).all()
    assert [(c.kind, c.in_effect) for c in changes] == [("entered", True), ("expired", False)]
    anchored = session.exec(
        select(AuditEvent).where(AuditEvent.kind == "restricted_list.changed")
    ).all()
    assert versions[1].sha256.encode() in bytes(anchored[-1].canonical)


def test_the_proposer_never_approves(play: EntryPlay, people: People, session: Session) -> None:
    both = people.person(Role.RESTRICT_OFFICER, Role.RESTRICT_APPROVER)
    play.propose(by=both).notify().wait()
    with refused("proposer_approves"):
        play.enter(by=both)
    with refused("proposer_approves"):
        restriction.dismiss(
            session, entry_id=play.id, reason="无", by=play.actor(both), now=play.at()
        )


@pytest.mark.parametrize("role", [Role.SCREENER, Role.APPROVER, Role.ADMIN, Role.AUDITOR])
def test_other_roles_propose_nothing(play: EntryPlay, people: People, role: Role) -> None:
    with pytest.raises(MoveRefused):
        play.propose(by=people.person(role))


def test_a_fund_manager_may_propose_and_not_decide(play: EntryPlay, people: People) -> None:
    manager = people.person(Role.FUND_MANAGER)
    play.propose(by=manager).notify().wait()
    with refused("role_missing"):
        play.enter(by=manager)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ground": "disliked"}, "ground_unknown"),
        ({"case_code": "report_card"}, "ground_unknown"),
        ({"uscc": ""}, "subject_not_identified"),
        ({"to_day": date(2029, 1, 1)}, "end_beyond_ground"),
        ({"to_day": None}, "needed"),
        ({"ground": "eliminated_class", "case_code": "listed_item"}, "ground_unknown"),
    ],
)
def test_a_proposal_stands_on_a_ground_and_a_term(
    play: EntryPlay, changes: dict[str, object], code: str
) -> None:
    with refused(code):
        play.propose(**changes)


def test_a_proposal_needs_evidence_and_good_data(session: Session, play: EntryPlay) -> None:
    by = play.actor(play.desk.officer)
    with refused("needed"):
        restriction.propose(session, values=company(), proof=None, by=by, now=play.at())
    with pytest.raises(DataRefused):
        restriction.propose(
            session, values=company(name_zh="某"), proof=PROOF, by=by, now=play.at()
        )


def test_provisional_takes_two_approvers_and_ends_by_itself(
    session: Session, play: EntryPlay, staff: Desk
) -> None:
    play.propose()
    call = {"entry_id": play.id, "reason": "资金正在被转移"}
    with refused("no_emergency"):
        restriction_provisional.enter_provisionally(
            session, **call, by=play.actor(staff.approver), now=play.at()
        )
    restriction_provisional.call_emergency(
        session, **call, by=play.actor(staff.approver), now=play.at()
    )
    with refused("second_person_is_the_first"):
        restriction_provisional.enter_provisionally(
            session, **call, by=play.actor(staff.approver), now=play.at()
        )
    restriction_provisional.enter_provisionally(
        session, **call, by=play.actor(staff.approver_2), now=play.at()
    )
    row = play.row
    assert row.state == "IN_FORCE" and row.is_provisional
    assert row.to_day == row.from_day + timedelta(days=30)
    assert restriction.over(session, now=play.now, limit=10) == []
    play.wait(32)
    assert restriction.over(session, now=play.now, limit=10) == [row.id]
    restriction.expire(session, entry_id=row.id, now=play.at())
    assert row.state == "EXPIRED"


def test_a_provisional_entry_is_confirmed_after_the_subject_was_heard(
    session: Session, play: EntryPlay, staff: Desk
) -> None:
    play.propose()
    call = {"entry_id": play.id, "reason": "资金正在被转移"}
    restriction_provisional.call_emergency(
        session, **call, by=play.actor(staff.approver), now=play.at()
    )
    restriction_provisional.enter_provisionally(
        session, **call, by=play.actor(staff.approver_2), now=play.at()
    )
    word = {"entry_id": play.id, "to_day": date(2027, 11, 1), "review_on": None}
    with refused("not_noticed"):
        restriction_provisional.confirm(
            session, **word, by=play.actor(staff.approver), now=play.at()
        )
    play.notify()
    restriction.answer(
        session, entry_id=play.id, text="情况说明", proof=None, by=PUBLIC, now=play.at()
    )
    play.wait(17)
    restriction_provisional.confirm(session, **word, by=play.actor(staff.approver), now=play.at())
    assert not play.row.is_provisional and play.row.to_day == date(2027, 11, 1)


def test_only_an_appeal_within_the_window_and_only_one(session: Session, play: EntryPlay) -> None:
    play.in_force().appeal()
    assert play.row.state == "UNDER_APPEAL" and not play.row.is_stayed
    restriction_appeal.uphold(
        session,
        entry_id=play.id,
        reason="事实清楚",
        by=play.actor(play.desk.panel),
        now=play.at(),
    )
    assert play.row.state == "IN_FORCE"
    with refused("appeal_spent"):
        play.appeal()


def test_an_appeal_comes_too_late_after_sixty_days(play: EntryPlay) -> None:
    play.in_force().wait(61)
    with refused("appeal_too_late"):
        play.appeal()


def test_the_panel_has_had_no_part(session: Session, play: EntryPlay, people: People) -> None:
    everything = people.person(Role.RESTRICT_OFFICER, Role.APPEAL_PANEL)
    play.propose(by=everything).notify().wait().enter().appeal()
    with refused("panel_touched_the_case"):
        restriction_appeal.annul(
            session, entry_id=play.id, reason="否", by=play.actor(everything), now=play.at()
        )


def test_an_appeal_on_identity_stays_the_effect_and_upholding_ends_the_stay(
    session: Session, play: EntryPlay
) -> None:
    play.in_force().appeal("identity")
    assert play.row.is_stayed and list_digest(session)[1] == 0
    restriction_appeal.uphold(
        session, entry_id=play.id, reason="同一主体", by=play.actor(play.desk.panel), now=play.at()
    )
    assert not play.row.is_stayed and list_digest(session)[1] == 1


def test_a_varied_entry_keeps_within_its_ground(session: Session, play: EntryPlay) -> None:
    play.in_force().appeal("disproportionate")
    word = {"entry_id": play.id, "review_on": None, "reason": "情节较轻"}
    by = play.actor(play.desk.panel)
    with refused("end_beyond_ground"):
        restriction_appeal.vary(session, to_day=date(2030, 1, 1), **word, by=by, now=play.at())
    restriction_appeal.vary(session, to_day=date(2027, 3, 1), **word, by=by, now=play.at())
    assert play.row.state == "IN_FORCE" and play.row.to_day == date(2027, 3, 1)


def test_repair_leads_to_lifting_after_the_least_time(session: Session, play: EntryPlay) -> None:
    play.in_force()
    lift = {"entry_id": play.id, "reason": "已整改"}
    approver = play.desk.approver_2
    with refused("repair_not_filed"):
        restriction_appeal.lift(session, **lift, by=play.actor(approver), now=play.at())
    repair = {"entry_id": play.id, "text": "已更正并培训"}
    with refused("needed"):
        restriction_appeal.file_repair(session, **repair, proof=None, by=PUBLIC, now=play.at())
    restriction_appeal.file_repair(session, **repair, proof=PROOF, by=PUBLIC, now=play.at())
    with refused("minimum_time_running"):
        restriction_appeal.lift(session, **lift, by=play.actor(approver), now=play.at())
    play.wait(200)
    restriction_appeal.lift(session, **lift, by=play.actor(approver), now=play.at())
    assert play.row.state == "LIFTED"


def test_a_mirrored_record_is_appealed_where_it_was_made(play: EntryPlay) -> None:
    play.in_force(
        ground="dishonest",
        case_code="listed",
        from_day=date(2026, 1, 5),
        to_day=date(2029, 1, 5),
    )
    assert play.row.origin == "mirrored" and play.row.from_day == date(2026, 1, 5)
    with refused("appeal_where_listed"):
        play.appeal()


def test_the_notice_reaches_the_signatory_with_its_link(
    session: Session, play: EntryPlay, people: People
) -> None:
    owner = people.organisation(uscc=company()["uscc"])
    signatory = people.person(
        Role.SIGNATORY, organisation=owner, scope_kind="organisation", scope_id=str(owner.id)
    )
    play.propose().notify()
    mail = session.exec(
        select(OutboxMessage).where(OutboxMessage.to_person_id == signatory.id)
    ).one()
    assert f"{BASE}/restriction/subject/{play.row.token}" in mail.body and mail.is_secret


def test_nobody_decides_on_a_page_that_is_out_of_date(session: Session, play: EntryPlay) -> None:
    play.propose()
    seen = play.row.version
    play.notify()
    with refused("changed_meanwhile"):
        restriction.dismiss(
            session,
            entry_id=play.id,
            reason="证据不足",
            by=play.actor(play.desk.approver),
            now=play.at(),
            seen=seen,
        )
