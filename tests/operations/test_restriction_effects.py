"""What an entry in force does to cases and certificates, and how it comes back."""

from datetime import date

import pytest
from sqlmodel import Session, select

from registry.models import ListedMatch, OutboxMessage, ScreeningHit
from registry.operations import reserve, restriction_appeal, screening
from registry.operations import restriction as operations
from registry.operations.restriction_effects import index_organisations
from registry.queries.case import facts_of, is_restricted
from registry.queries.reserve import row_of
from registry.queries.restriction import flags_of
from registry.reference.screening import screening_policy
from registry.rules.calendar import legal_date
from registry.rules.lifecycle import MoveRefused
from tests.cases import Case, Team, team
from tests.conftest import NOW
from tests.entries import USCC, EntryPlay, desk
from tests.people import People


@pytest.fixture
def cast(people: People) -> Team:
    return team(people)


@pytest.fixture
def play(session: Session, people: People) -> EntryPlay:
    return EntryPlay(session, desk(people), NOW)


@pytest.fixture
def case(session: Session, cast: Team) -> Case:
    return Case(session, cast, NOW)


def identify(session: Session, cast: Team) -> None:
    """Give the owner the code of the entry."""
    from registry.models import Organisation

    owner = session.get_one(Organisation, cast.owner.id)
    owner.uscc = USCC
    session.add(owner)
    session.flush()


def hits_of(session: Session, case: Case) -> list[ScreeningHit]:
    return list(
        session.exec(select(ScreeningHit).where(ScreeningHit.application_id == case.id)).all()
    )


def test_a_proposal_is_a_soft_flag_that_stops_nothing(
    session: Session, play: EntryPlay, case: Case
) -> None:
    case.draft().submit()
    play.propose()
    from registry.models import Organisation

    owner = session.get_one(Organisation, case.team.owner.id)
    flags = flags_of(session, owner, screening_policy())
    assert [row.id for _, row in flags] == [play.id]
    assert hits_of(session, case) == []
    case.accept()
    assert case.row.state == "IN_REVIEW"


def test_entry_into_force_stops_an_open_application_and_annulment_releases_it(
    session: Session, play: EntryPlay, case: Case
) -> None:
    identify(session, case.team)
    case.draft().submit()
    play.in_force()
    case.now = play.now
    (hit,) = hits_of(session, case)
    assert (hit.entry_id, hit.band, hit.decision) == (play.id, "EXACT", "")
    with pytest.raises(MoveRefused, match="hit_undecided"):
        case.accept()
    screening.decide_hit(
        session,
        hit_id=hit.id,
        decision="true",
        reason="统一社会信用代码一致",
        by=case.actor(case.team.screener),
        now=case.at(),
    )
    with pytest.raises(MoveRefused, match="stop_not_released"):
        case.accept()
    play.now = case.now
    play.appeal().annul()
    case.now = play.now
    case.accept()
    assert case.row.state == "IN_REVIEW"


def test_a_hit_is_added_once(session: Session, play: EntryPlay, case: Case) -> None:
    case.draft().submit()
    play.in_force().appeal("identity")
    restriction_appeal.uphold(
        session,
        entry_id=play.id,
        reason="同一主体",
        by=play.actor(play.desk.panel),
        now=play.at(),
    )
    assert len(hits_of(session, case)) == 1


def test_a_case_under_review_is_not_approved(session: Session, play: EntryPlay, case: Case) -> None:
    identify(session, case.team)
    case.draft().submit().accept()
    case.score()
    case.settle_all().recommend()
    play.in_force()
    case.now = play.now
    with pytest.raises(MoveRefused, match="restricted_on_that_day"):
        case.approve()


def issued(session: Session, case: Case) -> Case:
    """A listed project whose certificate counts; its PDF is of no matter here."""
    from registry.operations.certificate import ISSUER, move
    from registry.rules.lifecycle import Facts
    from registry.rules.lifecycle.certificate import Event

    case.listed()
    move(
        session,
        case.certificate,
        Event.ISSUE,
        by=ISSUER,
        now=case.at(),
        facts=Facts(decision_approved=True),
        body={},
    )
    return case


def test_a_listed_project_and_its_certificate_are_suspended_and_come_back(
    session: Session, play: EntryPlay, case: Case
) -> None:
    identify(session, case.team)
    issued(session, case)
    reserve.express_interest(
        session,
        application_id=case.id,
        organisation_id=case.team.fund.id,
        note="",
        by=case.actor(case.team.fund_manager),
        now=case.at(),
    )
    play.now = case.now
    play.in_force()
    assert case.row.state == "SUSPENDED" and case.certificate.state == "SUSPENDED"
    assert row_of(session, case.id).state == "SUSPENDED"
    told = session.exec(
        select(OutboxMessage.to_person_id).where(OutboxMessage.subject.contains("已暂停"))
    ).all()
    assert {case.team.fund_manager.id, case.team.signatory.id} <= set(told)
    play.appeal().annul()
    assert case.row.state == "RESERVE" and case.certificate.state == "ISSUED"
    assert row_of(session, case.id).state == "RESERVE"


@pytest.mark.parametrize("end", ["expire", "lift", "stay"])
def test_every_end_of_an_entry_gives_the_project_back(
    session: Session, play: EntryPlay, case: Case, end: str
) -> None:
    identify(session, case.team)
    issued(session, case)
    play.now = case.now
    play.in_force(ground="obstruction", case_code="verification_refused", to_day=date(2027, 5, 1))
    assert case.row.state == "SUSPENDED"
    if end == "expire":
        play.wait(370)
        operations.expire(session, entry_id=play.id, now=play.at())
    elif end == "lift":
        from registry.rules.permissions import PUBLIC
        from tests.entries import PROOF

        restriction_appeal.file_repair(
            session, entry_id=play.id, text="已配合", proof=PROOF, by=PUBLIC, now=play.at()
        )
        play.wait(1)
        restriction_appeal.lift(
            session,
            entry_id=play.id,
            reason="已配合核查",
            by=play.actor(play.desk.approver_2),
            now=play.at(),
        )
    else:
        play.appeal("identity")
    assert case.row.state == "RESERVE"


def test_a_project_stays_suspended_while_another_entry_holds_it(
    session: Session, play: EntryPlay, case: Case
) -> None:
    identify(session, case.team)
    issued(session, case)
    play.now = case.now
    play.in_force()
    second = EntryPlay(session, play.desk, play.now)
    second.in_force(ground="misused_funds", case_code="diverted")
    play.now = second.now
    play.appeal().annul()
    assert case.row.state == "SUSPENDED"
    second.now = play.now
    second.appeal().annul()
    assert case.row.state == "RESERVE"


def test_a_likeness_goes_to_two_persons(
    session: Session, play: EntryPlay, case: Case, people: People
) -> None:
    from registry.operations import restriction_match

    issued(session, case)
    play.now = case.now
    play.in_force()
    assert case.row.state == "RESERVE"
    row = session.exec(select(ListedMatch)).one()
    assert row.band == "STRONG" and row.decision == ""
    officer = play.actor(play.desk.officer)
    restriction_match.decide(
        session,
        match_id=row.id,
        decision="true",
        reason="地址与法人一致",
        by=officer,
        now=play.at(),
    )
    assert case.row.state == "RESERVE"
    with pytest.raises(MoveRefused, match="second_person_is_the_first"):
        restriction_match.confirm(session, match_id=row.id, by=officer, now=play.at())
    restriction_match.confirm(
        session, match_id=row.id, by=play.actor(play.desk.approver), now=play.at()
    )
    assert case.row.state == "SUSPENDED" and case.certificate.state == "SUSPENDED"
    assert is_restricted(session, case.row, on=legal_date(play.now))


def test_a_likeness_told_apart_restricts_nobody(
    session: Session, play: EntryPlay, case: Case
) -> None:
    from registry.operations import restriction_match

    issued(session, case)
    play.now = case.now
    play.in_force()
    row = session.exec(select(ListedMatch)).one()
    restriction_match.decide(
        session,
        match_id=row.id,
        decision="false",
        reason="两家不同公司",
        by=play.actor(play.desk.officer),
        now=play.at(),
    )
    assert case.row.state == "RESERVE"
    assert not is_restricted(session, case.row, on=legal_date(play.now))


def test_supervision_suspends_nothing(session: Session, play: EntryPlay, case: Case) -> None:
    identify(session, case.team)
    issued(session, case)
    play.now = case.now
    play.in_force(ground="key_polluter", case_code="supervised", from_day=date(2026, 12, 1))
    assert case.row.state == "RESERVE" and not session.exec(select(ListedMatch)).all()
    assert not facts_of(
        session, case.row, by=case.actor(case.team.approver), now=play.now
    ).restricted


def test_an_entry_for_another_zone_touches_nothing(
    session: Session, play: EntryPlay, case: Case
) -> None:
    identify(session, case.team)
    issued(session, case)
    play.now = case.now
    play.in_force(scope_kind="zone", scope_id="HTZ999")
    assert case.row.state == "RESERVE"


def test_the_organisations_index_follows_a_change_of_name(
    session: Session, play: EntryPlay, case: Case
) -> None:
    from registry.models import Organisation

    case.draft().submit()
    assert index_organisations(session) >= 1
    assert index_organisations(session) == 0
    owner = session.get_one(Organisation, case.team.owner.id)
    owner.name_zh = "肃州风电有限公司"
    session.add(owner)
    session.flush()
    assert index_organisations(session) == 1
    play.in_force()
    assert hits_of(session, case) == []
