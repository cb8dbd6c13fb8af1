"""Grounds, the ends that follow from them, and what an entry does on a day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.models.restriction import RestrictedEntryData
from registry.rules.restriction import (
    GROUNDS,
    Body,
    Consequence,
    GroundRefused,
    Reach,
    ReachKind,
    Status,
    SubjectKind,
    Term,
    TermRefusal,
    after_months,
    check_subject,
    check_term,
    in_effect,
    longest_term,
    minimum_until,
    provisional_term,
    shown_to_public,
    term_allowed,
)

DAY = date(2026, 11, 23)
days = st.dates(date(2015, 1, 1), date(2060, 12, 31))
limbs = st.sampled_from([(g, c.code) for g in GROUNDS.values() for c in g.cases])
DEBTOR = GROUNDS["dishonest_debtor"]


def refusal(ground, case, term, **more) -> str | None:
    try:
        check_term(ground, case, term, **more)
    except GroundRefused as refused:
        return str(refused.code)
    return None


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 11, 23), 24, date(2028, 11, 23)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 1, 31), 13, date(2028, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 5, 5), 0, date(2026, 5, 5)),
    ],
)
def test_months_end_with_the_corresponding_day(start, months, end):
    assert after_months(start, months) == end


@given(days, st.integers(0, 60), st.integers(1, 60))
def test_more_months_end_later(day, months, more):
    assert after_months(day, months) < after_months(day, months + more)


def test_a_debtor_who_evades_is_listed_for_two_years_and_one_to_three_more_where_grave():
    assert longest_term(DEBTOR, "evading", DAY) == Term(DAY, date(2028, 11, 23))
    grave = longest_term(DEBTOR, "evading", DAY, grave_months=36)
    assert grave.to_day == date(2031, 11, 23)
    for months in (1, 11, 37):
        with pytest.raises(GroundRefused):
            longest_term(DEBTOR, "evading", DAY, grave_months=months)


def test_a_debtor_who_can_but_will_not_is_listed_until_performed_with_a_review():
    term = longest_term(DEBTOR, "able_but_unwilling", DAY)
    assert term.until_performed
    assert term.review_on == date(2027, 11, 23)


def test_a_seriously_dishonest_entity_is_listed_for_three_years_and_repairs_after_one():
    ground = GROUNDS["dishonest"]
    assert longest_term(ground, "listed", DAY).to_day == date(2029, 11, 23)
    assert minimum_until(ground, "listed", DAY) == date(2027, 11, 23)


@pytest.mark.parametrize(
    ("case", "term", "code"),
    [
        ("evading", Term(DAY, date(2028, 11, 23)), None),
        ("evading", Term(DAY, DAY), None),
        ("evading", Term(DAY, date(2028, 11, 24)), "end_beyond_ground"),
        ("evading", Term(DAY, DAY - timedelta(days=1)), "end_before_start"),
        ("evading", Term(DAY, None), "end_missing"),
        ("evading", Term(DAY, None, date(2027, 1, 1)), "end_missing"),
        ("able_but_unwilling", Term(DAY, None, date(2027, 11, 23)), None),
        ("able_but_unwilling", Term(DAY, None), "review_missing"),
        ("able_but_unwilling", Term(DAY, None, date(2027, 11, 24)), "review_too_late"),
        ("able_but_unwilling", Term(DAY, None, date(2026, 11, 22)), "review_too_late"),
        ("able_but_unwilling", Term(DAY, date(2027, 1, 1)), "end_not_knowable"),
        ("no_such_limb", Term(DAY, DAY), "case_unknown"),
    ],
)
def test_a_term_is_one_that_the_ground_allows(case, term, code):
    assert refusal(DEBTOR, case, term) == code
    assert term_allowed(DEBTOR, case, term) is (code is None)


def test_gravity_lengthens_only_where_the_ground_says_so():
    fine = GROUNDS["environmental_penalty"]
    assert refusal(fine, "fine", Term(DAY, DAY), grave_months=12) == "grave_out_of_range"


@given(limbs, days)
def test_the_default_term_is_allowed_and_no_longer_one_is(limb, day):
    ground, case = limb
    term = longest_term(ground, case, day)
    assert term_allowed(ground, case, term)
    assert (term.to_day is None) is (term.review_on is not None)
    if term.to_day is not None:
        longer = Term(day, term.to_day + timedelta(days=1))
        assert refusal(ground, case, longer) == TermRefusal.END_BEYOND_GROUND


@given(limbs, days)
def test_repair_is_possible_before_the_end_or_never(limb, day):
    ground, case = limb
    earliest, term = minimum_until(ground, case, day), longest_term(ground, case, day)
    if earliest is not None and term.to_day is not None:
        assert earliest < term.to_day


@given(days)
def test_a_provisional_entry_ends_by_itself_in_thirty_days(day):
    term = provisional_term(day)
    assert term.to_day is not None
    assert (term.to_day - day).days == 30
    assert in_effect("IN_FORCE", term, term.to_day)
    assert not in_effect("IN_FORCE", term, term.to_day + timedelta(days=1))


@pytest.mark.parametrize(
    ("state", "on", "stayed", "restricts"),
    [
        ("IN_FORCE", DAY, False, True),
        ("IN_FORCE", DAY - timedelta(days=1), False, False),
        ("IN_FORCE", date(2027, 1, 1), False, True),
        ("IN_FORCE", date(2027, 1, 2), False, False),
        ("IN_FORCE", DAY, True, False),
        ("UNDER_APPEAL", DAY, False, True),
        ("UNDER_APPEAL", DAY, True, False),
        ("PROPOSED", DAY, False, False),
        ("NOTICED", DAY, False, False),
        ("ANNULLED", DAY, False, False),
        ("LIFTED", DAY, False, False),
        ("EXPIRED", DAY, False, False),
    ],
)
def test_an_entry_restricts_while_in_force_and_not_a_day_longer(state, on, stayed, restricts):
    term = Term(DAY, date(2027, 1, 1))
    assert in_effect(state, term, on, stayed=stayed) is restricts


def test_an_entry_until_performed_restricts_beyond_its_review():
    term = Term(DAY, None, date(2027, 11, 23))
    assert in_effect("IN_FORCE", term, date(2035, 1, 1))


def test_nothing_is_shown_until_its_legal_basis_was_entered_and_supervision_never():
    assert not any(shown_to_public(ground, ()) for ground in GROUNDS.values())
    shown = {code for code, ground in GROUNDS.items() if shown_to_public(ground, GROUNDS)}
    assert shown == set(GROUNDS) - {"key_polluter"}


def test_supervision_is_no_offence_and_stops_nothing():
    for ground in GROUNDS.values():
        assert ground.supervision is (ground.consequence is Consequence.WATCH)


def test_records_of_courts_and_authorities_are_appealed_there_and_our_own_here():
    assert all(GROUNDS[code].mirrored for code in ("dishonest_debtor", "dishonest"))
    own = [ground for ground in GROUNDS.values() if ground.body is Body.REGISTRY]
    assert own and not any(ground.mirrored for ground in own)


def test_every_ground_is_complete():
    for code, ground in GROUNDS.items():
        assert ground.code == code
        assert ground.cases and ground.subjects and ground.document
        assert len({case.code for case in ground.cases}) == len(ground.cases)
        assert ground.source_date or ground.status is Status.UNVERIFIED


def test_a_ground_takes_only_its_kinds_of_subject():
    check_subject(GROUNDS["eliminated_class"], "product")
    with pytest.raises(GroundRefused):
        check_subject(GROUNDS["dishonest_debtor"], "site")


@pytest.mark.parametrize("kind", SubjectKind)
def test_the_store_takes_every_kind_of_subject_and_reach(kind):
    for reach in ReachKind:
        RestrictedEntryData.model_validate(
            {
                "subject_kind": kind.value,
                "name_zh": "某公司",
                "ground": "dishonest",
                "facts": "事实说明",
                "scope_kind": reach.value,
                "from_day": DAY,
            }
        )


@pytest.mark.parametrize(
    ("reach", "covered"),
    [
        (Reach(), True),
        (Reach(ReachKind.ZONE, "142"), True),
        (Reach(ReachKind.ZONE, "14"), False),
        (Reach(ReachKind.INDUSTRY, "30"), True),
        (Reach(ReachKind.INDUSTRY, "3011"), True),
        (Reach(ReachKind.INDUSTRY, "31"), False),
        (Reach(ReachKind.FUND, "9"), True),
        (Reach(ReachKind.FUND, "8"), False),
        (Reach(ReachKind.ZONE, ""), False),
        (Reach(ReachKind.INDUSTRY, ""), False),
    ],
)
def test_an_entry_counts_where_it_reaches(reach, covered):
    assert reach.covers(zone_id="142", industry_code="3011", fund_id="9") is covered
    outside_any_zone = Reach(ReachKind.ZONE, "142").covers(industry_code="3011")
    assert not outside_any_zone
