"""Screening through the operations: alerts, what is remembered of them, stops and their release."""

import pytest
from sqlmodel import select

from registry.models import (
    Application,
    Clearance,
    RestrictedEntry,
    ScreeningHit,
    ScreeningRun,
    StopRelease,
)
from registry.operations import application as applications
from registry.operations import review, screening
from registry.operations.restriction_move import write_keys
from registry.queries.case import facts_of
from registry.queries.restricted import is_restricted
from registry.queries.review import moves_of
from registry.rules.calendar import legal_date
from registry.rules.lifecycle import MoveRefused
from tests.cases import DECLARED, SOLAR, Case, team
from tests.conftest import NOW
from tests.web.reviewer.conftest import restricted


@pytest.fixture
def case(session, people):
    return Case(session, team(people), NOW)


def hits(case: Case) -> list[ScreeningHit]:
    return list(
        case.session.exec(
            select(ScreeningHit)
            .where(ScreeningHit.application_id == case.id)
            .order_by(ScreeningHit.id)
        ).all()
    )


def decide(case: Case, decision: str, hit: ScreeningHit | None = None, code: str = "") -> None:
    screening.decide_hit(
        case.session,
        hit_id=(hit or hits(case)[-1]).id,
        decision=decision,
        reason="逐项核对后认定",
        reason_code=code,
        by=case.actor(case.team.screener),
        now=case.at(),
    )


def release(case: Case, person, hit: ScreeningHit | None = None) -> None:
    screening.release_stop(
        case.session,
        hit_id=(hit or hits(case)[-1]).id,
        reason="与本项目无关",
        by=case.actor(person),
        now=case.at(),
    )


def refused(call, *args, **kwargs) -> str:
    with pytest.raises(MoveRefused) as caught:
        call(*args, **kwargs)
    return str(caught.value.code)


def restricted_now(case: Case) -> bool:
    return is_restricted(case.session, case.row, on=legal_date(case.now))


def corrected(case: Case, by) -> None:
    """Returned with one finding, answered and sent again."""
    review.ask(
        case.session,
        application_id=case.id,
        findings=[review.NewFinding("site_address", "correct", "请写到村")],
        by=case.actor(by),
        now=case.at(),
    )
    applications.save_draft(
        case.session,
        application_id=case.id,
        changes={"site_address": "甘肃省武威市凉州区清源镇"},
        draft_version=case.row.draft_version,
        by=case.actor(case.team.editor),
        now=case.at(),
    )
    from registry.queries.application import open_findings

    for finding in open_findings(case.session, case.row):
        review.answer_finding(
            case.session,
            finding_id=finding.id,
            answer="已改",
            by=case.actor(case.team.signatory),
            now=case.at(),
        )
    applications.resubmit(
        case.session,
        application_id=case.id,
        declarations=DECLARED,
        by=case.actor(case.team.signatory),
        now=case.at(),
    )


def test_no_hit_is_kept_like_a_hit(case):
    case.draft().submit()
    run = case.session.exec(select(ScreeningRun)).one()
    assert (run.verdict, run.list_sha256 != "", run.policy_sha256 != "") == ("NONE", True, True)


def test_a_case_is_not_accepted_while_a_hit_is_open_or_unsure(case):
    restricted(case.session)
    case.draft().submit()
    assert refused(case.accept) == "hit_undecided"
    decide(case, "unsure")
    assert refused(case.accept) == "hit_undecided"
    decide(case, "false")
    assert case.accept().row.state == "IN_REVIEW"


def test_two_bodies_told_apart_are_not_shown_again_until_the_entry_changes(case):
    entry = restricted(case.session)
    case.draft().submit()
    decide(case, "false")
    assert case.session.exec(select(Clearance)).one().entry_id == entry.id
    corrected(case, case.team.screener)
    assert len(hits(case)) == 1, "the clearance holds"
    entry.name_en = "Liangzhou Solar Power"
    write_keys(case.session, entry)
    corrected(case, case.team.screener)
    assert len(hits(case)) == 2, "the entry says something else now"


def test_a_stop_takes_two_others(case):
    restricted(case.session)
    case.draft().submit()
    decide(case, "true", code="same_body")
    assert refused(case.accept) == "stop_not_released"
    assert refused(release, case, case.team.screener) == "stop_already_released_by_you"
    release(case, case.team.approver)
    assert refused(release, case, case.team.approver) == "stop_already_released_by_you"
    assert refused(case.accept) == "stop_needs_second_person"
    release(case, case.team.approver_2)
    assert case.accept().row.state == "IN_REVIEW"
    assert len(case.session.exec(select(StopRelease)).all()) == 2


def test_a_stop_is_never_decided_away(case):
    restricted(case.session)
    case.draft().submit()
    decide(case, "true")
    for decision in ("false", "unsure", "true"):
        assert refused(decide, case, decision) == "stop_stands"


def test_only_words_that_exist_on_hits_that_count(case):
    restricted(case.session)
    case.draft().submit()
    assert refused(decide, case, "maybe") == "no_such_move"
    assert refused(decide, case, "false", code="exclusion_hit") == "reason_unknown"
    old = hits(case)[0]
    corrected(case, case.team.screener)
    assert refused(decide, case, "false", old) == "no_such_move"
    assert refused(release, case, case.team.approver, old) == "stop_not_released"


def test_a_true_match_restricts_until_two_have_released_it(case):
    restricted(case.session)
    case.draft().submit()
    assert not restricted_now(case), "a likeness that nobody has decided restricts nobody"
    decide(case, "true")
    assert restricted_now(case)
    release(case, case.team.approver)
    assert restricted_now(case)
    release(case, case.team.approver_2)
    assert not restricted_now(case)


@pytest.mark.parametrize(
    ("changes", "bars"),
    [
        ({}, True),
        ({"ground": "key_polluter"}, False),
        ({"scope_kind": "industry", "scope_id": "44"}, True),
        ({"scope_kind": "industry", "scope_id": "30"}, False),
        ({"scope_kind": "zone", "scope_id": "another"}, False),
        ({"state": "PROPOSED"}, False),
    ],
)
def test_what_an_entry_bars_depends_on_its_ground_and_reach(case, changes, bars):
    restricted(case.session)
    case.draft().submit()
    decide(case, "true")
    entry = case.session.exec(select(RestrictedEntry)).one()
    for name, value in changes.items():
        setattr(entry, name, value)
    case.session.flush()
    assert restricted_now(case) is bars


def test_a_correction_in_review_is_screened_again_and_its_hit_decided_there(case):
    """The list grew in the meantime: nobody recommends past an alert that no one has looked at."""
    case.draft().submit().clear_hits().accept()
    restricted(case.session)
    corrected(case, case.team.assessor)
    assert case.row.state == "IN_REVIEW"
    case.score()
    case.settle_all()
    assert refused(case.recommend) == "hit_undecided"
    decide(case, "true")
    assert refused(case.recommend) == "stop_not_released"
    release(case, case.team.approver)
    release(case, case.team.approver_2)
    assert case.recommend().row.state == "PENDING_APPROVAL"


def test_a_second_claim_and_a_shared_file_are_found(case, session):
    case.draft().submit()
    other = Case(session, case.team, case.now)
    other.draft().submit()
    run = session.exec(select(ScreeningRun).where(ScreeningRun.application_id == other.id)).one()
    (found,) = run.duplicates["applications"]
    assert (found["application"], found["same"]) == (case.id, "claim")
    assert screening.found_by_registry(session, other.row)["identical_claim"] == "yes"


def test_the_same_method_document_makes_no_second_claim(case, session):
    """Hundreds of plants name the same version of a method; another name of it hides no claim."""
    case.draft().submit()
    other, again = (Case(session, case.team, case.now) for _ in range(2))
    other.draft(SOLAR | {"project_name_zh": "古浪五十兆瓦光伏发电项目"}).submit()
    assert screening.found_by_registry(session, other.row)["identical_claim"] == "no"
    again.draft(SOLAR | {"method_reference": "ACM0002 version 12"}).submit()
    assert screening.found_by_registry(session, again.row)["identical_claim"] == "yes"


def test_buttons_are_the_moves_that_the_operations_grant(case):
    restricted(case.session)
    case.draft().submit()
    row, by = case.row, case.actor(case.team.screener)

    def offered() -> dict[str, str]:
        moves = moves_of(case.session, row, viewer=by, now=case.now, notice_days=0)
        return {str(m.move.event): str(m.refused.code) if m.refused else "" for m in moves}

    before = offered()
    assert before["accept"] == "hit_undecided" and before["return"] == ""
    assert "approve" not in before
    decide(case, "false")
    assert offered()["accept"] == ""
    assert facts_of(case.session, row, by=by, now=case.now).undecided_hits == 0
    assert isinstance(row, Application)
