"""What people say of a hit: four eyes, related parties, reach, clearances that end."""

from datetime import timedelta

import pytest
from sqlmodel import select

from registry.models import Clearance, Organisation, OrganisationGroup, ScreeningHit, ScreeningRun
from registry.operations import decision, reserve, screening
from registry.operations.restriction_move import write_keys
from registry.rules.lifecycle import MoveRefused
from tests.cases import SOLAR, Case, team
from tests.conftest import NOW
from tests.operations.test_screening import corrected, decide, hits, refused
from tests.web.reviewer.conftest import restricted


@pytest.fixture
def case(session, people):
    return Case(session, team(people), NOW)


def refuse(case: Case) -> None:
    decision.find_ineligible(
        case.session,
        application_id=case.id,
        reason_code="on_restricted_list",
        clause="GPR 4",
        reason="处于限制进入名单",
        by=case.actor(case.team.screener),
        now=case.at(),
    )


def confirm(case: Case, person) -> None:
    screening.confirm_hit(
        case.session, hit_id=hits(case)[-1].id, by=case.actor(person), now=case.at()
    )


def test_a_case_is_refused_for_a_hit_on_two_persons_word_only(case):
    restricted(case.session)
    case.draft().submit()
    assert refused(confirm, case, case.team.approver) == "no_such_move"
    decide(case, "true", code="same_body")
    assert refused(refuse, case) == "second_person_needed"
    assert refused(confirm, case, case.team.screener) == "second_person_is_the_first"
    assert refused(confirm, case, case.team.assessor) == "role_missing"
    confirm(case, case.team.approver)
    assert refused(confirm, case, case.team.approver_2) == "no_such_move"
    refuse(case)
    assert case.row.state == "INELIGIBLE"


def test_a_hit_on_a_parent_is_possible_and_stops_nothing(case):
    restricted(case.session, name="酒泉能源控股集团有限公司")
    case.draft({**SOLAR, "group_name": "酒泉能源控股集团有限公司"}).submit()
    (hit,) = [one for one in hits(case) if one.relation]
    assert (hit.relation, hit.band, hit.is_runner_up) == ("group", "POSSIBLE", False)
    assert hit.parts["subject"]["text"] == "酒泉能源控股集团有限公司" and hit.parts["parts"]
    decide(case, "true", hit, "same_body")
    assert case.accept().row.state == "IN_REVIEW"


def test_a_member_of_the_group_is_looked_at_by_its_code(case, people):
    group = OrganisationGroup(name="演练集团")
    case.session.add(group)
    case.session.flush()
    sister = people_of_group(case, group.id)
    restricted(case.session, name="名称已更换有限公司", uscc=sister)
    case.draft().submit()
    (hit,) = [one for one in hits(case) if one.relation]
    assert (hit.relation, hit.band) == ("group_member", "POSSIBLE")


def people_of_group(case: Case, group_id: int) -> str:
    owner = case.session.get_one(Organisation, case.team.owner.id)
    sister = Organisation(
        kind="applicant",
        name_zh="肃州演练热力有限公司",
        uscc="91620000MA7EXMPL0C",
        group_id=group_id,
        verification="verified",
        created_at=NOW,
    )
    owner.group_id = group_id
    case.session.add_all([owner, sister])
    case.session.flush()
    return "91620000MA7EXMPL0C"


@pytest.mark.parametrize("reach", [("zone", "HTZ999"), ("fund", "12"), ("industry", "07")])
def test_an_entry_that_does_not_reach_a_case_is_no_hit(case, reach):
    restricted(case.session, scope_kind=reach[0], scope_id=reach[1])
    case.draft().submit()
    assert hits(case) == []


def test_an_entry_for_a_fund_bars_that_funds_money_alone(case):
    case.listed()
    owner = case.session.get_one(Organisation, case.team.owner.id)
    owner.uscc = "91620000MA7EXMPL0C"
    restricted(case.session, uscc=owner.uscc, scope_kind="fund", scope_id=str(case.team.fund.id))

    def finance(fund_id: int) -> None:
        reserve.record_financing(
            case.session,
            application_id=case.id,
            organisation_id=fund_id,
            instrument="loan",
            amount_fen=1_000_000_00,
            signed_on=case.now.date(),
            by=case.actor(case.team.fund_manager),
            now=case.at(),
        )

    assert refused(finance, case.team.fund.id) == "restricted_on_that_day"
    other = Organisation(kind="fund", name_zh="另一基金", verification="verified", created_at=NOW)
    case.session.add(other)
    case.session.flush()
    finance(other.id)
    assert case.row.state == "FINANCED"


def test_a_clearance_ends_after_a_year_and_with_the_owners_name(case):
    restricted(case.session)
    case.draft().submit()
    decide(case, "false")
    clearance = case.session.exec(select(Clearance)).one()
    assert clearance.expires_at - clearance.made_at == timedelta(days=365)
    clearance.expires_at = case.now - timedelta(seconds=1)
    case.session.add(clearance)
    corrected(case, case.team.screener)
    assert [hit.decision for hit in hits(case)] == ["false", ""], "it is asked again"
    decide(case, "false")
    owner = case.session.get_one(Organisation, case.team.owner.id)
    owner.name_en = "Liangzhou Photovoltaic Power"
    case.session.add(owner)
    corrected(case, case.team.screener)
    assert hits(case)[-1].decision == "", "the owner is not called as it was"


def test_every_screening_leaves_the_proof_of_what_it_stood_on(case):
    entry = restricted(case.session, name="毫不相干矿业有限公司")
    write_keys(case.session, entry)
    case.draft().submit()
    corrected(case, case.team.screener)
    runs = case.session.exec(select(ScreeningRun).order_by(ScreeningRun.id)).all()
    assert [run.verdict for run in runs] == ["NONE", "NONE"]
    for run in runs:
        assert run.list_sha256 and run.policy_sha256 and run.policy_version and run.engine_version
        assert run.made_at and run.subject_fingerprint


def test_what_is_supervised_is_looked_at_and_stops_nothing(case):
    """Nine real bodies are green factories and supervised polluters at once."""
    restricted(case.session, ground="key_polluter", case_code="supervised")
    case.draft().submit()
    assert refused(case.accept) == "hit_undecided"
    decide(case, "true", code="same_body")
    assert case.accept().row.state == "IN_REVIEW"
    assert case.session.exec(select(ScreeningHit)).one().decision == "true"
    with pytest.raises(MoveRefused):
        decide(case, "false")
