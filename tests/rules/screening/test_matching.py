"""What a match says, which band it takes, and that its points always add up."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from registry.reference.screening import screening_policy
from registry.rules.screening import (
    ALIAS,
    EXACT,
    FORMER,
    NONE,
    PERSON,
    POSSIBLE,
    STRONG,
    TECHNOLOGY,
    Entry,
    Match,
    Name,
    Subject,
    entry_keys,
    match,
    probes,
    screen,
)

POLICY = screening_policy()
HUAXIN = Entry(1, "北京华信科技有限公司", name_en="Beijing Huaxin Technology Co., Ltd.")
CODE = "91110108101101716X"
OTHER_CODE = "91310115201101713H"
BRAND = st.text("华信达新科源鑫恒", min_size=2, max_size=3)
REGION = st.sampled_from(["", "北京", "北京市", "上海市", "江苏南京", "深圳"])
TRADE = st.sampled_from(["科技", "电子", "新能源科技", "贸易", "商贸", "", "电子科技"])
FORM = st.sampled_from(["有限公司", "股份有限公司", "有限责任公司", "", "集团有限公司"])
NAMES = st.builds(lambda r, b, t, f: r + b + t + f, REGION, BRAND, TRADE, FORM)


def found(name: str, entry: Entry = HUAXIN) -> Match:
    return match(Subject(name), entry, POLICY)


def is_candidate(name: str, entry: Entry = HUAXIN) -> bool:
    return not entry_keys(entry).isdisjoint(probes(Subject(name)))


@pytest.mark.parametrize(
    "name",
    [
        "北京华信科技有限公司",
        "北京華信科技有限公司",
        "北京市華信科技有限責任公司",
        "北京 华信 科技 有限公司",
        "华信科技（北京）有限公司",
        "北京市海淀区华信科技有限公司",
    ],
)
def test_the_same_name_and_region_is_strong(name: str) -> None:
    assert found(name).band == STRONG
    assert found(name).stops
    assert is_candidate(name)


@pytest.mark.parametrize(
    ("name", "part", "kind"),
    [
        ("华信科技有限公司", "region", "unknown"),
        ("北京华鑫科技有限公司", "brand", "sound_2"),
        ("北京华信科计有限公司", "industry", "slip"),
        ("比京华信科技有限公司", "region", "slip"),
        ("北京华信科技发展有限公司", "industry", "part"),
        ("Beijing Huaxin Tecnology Co Ltd", "brand", "equal"),
        ("Huaxin Technology (Beijing) Ltd", "region", "equal"),
    ],
)
def test_likeness_is_possible_and_stops_nothing(name: str, part: str, kind: str) -> None:
    one = found(name)
    assert one.band == POSSIBLE
    assert not one.stops
    assert kind in {p.kind for p in one.parts if p.part == part}
    assert is_candidate(name)


@pytest.mark.parametrize(
    "name",
    [
        "上海华信科技有限公司",
        "北京华达科技有限公司",
        "北京华信餐饮有限公司",
        "Shanghai Huaxin Technology Co Ltd",
        "Beijing Huaxin Catering Co Ltd",
        "",
    ],
)
def test_another_company_is_no_hit(name: str) -> None:
    assert found(name).band == NONE


@given(NAMES, NAMES)
def test_points_add_up_and_both_strings_are_shown(left: str, right: str) -> None:
    entry = Entry(7, right, name_en="Huaxin Technology Co Ltd", uscc=CODE)
    for uscc in ("", CODE, OTHER_CODE):
        one = match(Subject(left, uscc=uscc), entry, POLICY)
        assert one.score == sum(part.points for part in one.parts)
        assert 0 <= one.score <= 10_000
        assert one.subject_text == left
        assert one.entry_text in (right, entry.name_en)
        assert one.policy_sha256 == POLICY.sha256


@given(NAMES, NAMES)
@example("北京信信科技有限公司", "北京市信信股份有限公司")
def test_likeness_has_a_direction_only_where_words_are_left_out(left: str, right: str) -> None:
    there, back = found(left, Entry(1, right)), found(right, Entry(1, left))
    kinds = {part.kind for part in (*there.parts, *back.parts)}
    if kinds.isdisjoint({"added", "unsaid", "narrowed"}):
        assert (there.band, there.score) == (back.band, back.score)


@pytest.mark.parametrize(
    ("asked", "listed", "kind"),
    [
        ("宝隆石膏（辽宁）有限公司", "宝隆石膏有限公司", "added"),
        ("无锡宝隆石膏有限公司", "宝隆石膏股份有限公司", "added"),
        ("宝隆科技有限公司", "江苏宝隆科技有限公司", "unsaid"),
        ("咸宁宝隆节能玻璃有限公司", "咸宁宝隆玻璃有限公司", "narrowed"),
    ],
)
def test_a_member_of_the_group_is_a_runner_up(asked: str, listed: str, kind: str) -> None:
    """Words of a registered name are left out, not added; a poor rest identifies nobody."""
    one = found(asked, Entry(1, listed))
    assert one.band == NONE and kind in {part.kind for part in one.parts}
    older = match(Subject(asked), Entry(1, listed), screening_policy("2026-1"))
    assert older.band == POSSIBLE  # a policy decides as it did when it was written
    for same in ("北京宝隆石膏有限公司", "江苏宝隆石膏科技有限公司", "江苏宝隆石膏股份有限公司"):
        rest = same[2:]
        assert found(rest, Entry(1, same)).band == POSSIBLE


def test_an_identifier_makes_a_member_of_the_group_a_hit() -> None:
    listed = Entry(1, "宝隆石膏有限公司", uscc=CODE)
    assert match(Subject("宝隆石膏（辽宁）有限公司", uscc=CODE), listed, POLICY).band == EXACT


@given(NAMES)
def test_a_name_is_itself(name: str) -> None:
    assert found(name, Entry(1, name)).score >= 9_600
    assert is_candidate(name, Entry(1, name))


def test_an_equal_identifier_is_exact_whatever_the_names() -> None:
    one = match(Subject("上海甲乙有限公司", uscc=CODE), Entry(3, "某某厂", uscc=CODE), POLICY)
    assert (one.band, one.score, one.stops) == (EXACT, 10_000, True)
    assert one.parts[0].kind == "uscc18"


def test_the_organisation_code_links_an_old_number() -> None:
    entry = Entry(3, "某某厂", codes=(CODE[8:17],))
    one = match(Subject("上海甲乙有限公司", uscc=CODE), entry, POLICY)
    assert (one.band, one.parts[0].kind) == (EXACT, "organisation_code")
    assert not entry_keys(entry).isdisjoint(probes(Subject("x", uscc=CODE)))


def test_two_valid_different_codes_contradict_a_name() -> None:
    entry = Entry(3, HUAXIN.name, uscc=CODE)
    one = match(Subject(HUAXIN.name, uscc=OTHER_CODE), entry, POLICY)
    assert one.parts[0].kind == "contradicts"
    assert one.parts[0].points < 0
    assert one.band in (POSSIBLE, NONE)
    assert not one.stops


def test_supervision_alone_stops_nothing() -> None:
    entry = Entry(3, HUAXIN.name, uscc=CODE, supervised_only=True)
    for subject in (Subject(HUAXIN.name), Subject(HUAXIN.name, uscc=CODE)):
        one = match(subject, entry, POLICY)
        assert one.band in (EXACT, STRONG)
        assert not one.stops


def test_an_alias_is_possible_and_named() -> None:
    former = Name("北京旧名科技有限公司", FORMER)
    entry = Entry(3, "北京新名科技有限公司", other_names=(former, Name("旧名", ALIAS)))
    one = found("北京旧名科技有限公司", entry)
    assert (one.band, one.entry_role, one.entry_text) == (POSSIBLE, FORMER, former.text)


def test_a_person_is_never_stopped_and_a_name_alone_is_possible_at_most() -> None:
    entry = Entry(3, "王小明", kind=PERSON, person_id="salted")
    by_name = match(Subject("王小明", kind=PERSON), entry, POLICY)
    assert (by_name.band, by_name.stops) == (POSSIBLE, False)
    by_sound = match(Subject("王晓明", kind=PERSON), entry, POLICY)
    assert by_sound.band == POSSIBLE
    by_number = match(Subject("王小明", kind=PERSON, person_id="salted"), entry, POLICY)
    assert (by_number.band, by_number.stops) == (EXACT, False)
    assert match(Subject("王小明"), entry, POLICY).band == NONE


def test_a_technology_is_matched_whole() -> None:
    entry = Entry(3, "单机容量 10 万千瓦以下常规燃煤机组", kind=TECHNOLOGY)
    one = match(Subject("单机容量10万千瓦以下常规燃煤机组", kind=TECHNOLOGY), entry, POLICY)
    assert (one.band, one.stops) == (POSSIBLE, False)


def test_a_branch_points_to_its_parent_but_not_to_its_siblings() -> None:
    branch = Entry(3, "中国某某银行股份有限公司桂平支行")
    parent = found("中国某某银行股份有限公司桂平支行", Entry(4, "中国某某银行股份有限公司"))
    assert parent.band == POSSIBLE
    assert found("中国某某银行股份有限公司南宁支行", branch).band == NONE
    assert found("中国某某银行股份有限公司桂平支行", branch).band == STRONG


def test_a_branch_is_not_led_to_whoever_bears_its_parents_name() -> None:
    elsewhere = Entry(5, "青禾纸业（沈阳）有限公司")
    assert found("青禾纸业集团有限公司福州分公司", elsewhere).band == NONE
    assert found("青禾纸业（沈阳）有限公司", elsewhere).band == STRONG


@pytest.mark.parametrize(
    ("name", "listed", "band"),
    [
        ("中原第二建筑工程有限公司", "中原第一建筑工程有限公司", NONE),
        ("唐山滦阳五号矿业有限公司", "唐山滦阳三号矿业有限公司", NONE),
        ("牧云乳业（察北）有限公司", "牧云乳业（磴口巴彦高勒）有限责任公司", NONE),
        (
            "陇塬农村商业银行股份有限公司静宁县支行",
            "陇塬农村商业银行股份有限公司静宁支行",
            POSSIBLE,
        ),
    ],
)
def test_what_tells_bodies_apart_and_what_does_not(name: str, listed: str, band: str) -> None:
    assert found(name, Entry(6, listed)).band == band
    assert found(listed, Entry(6, name)).band == band


def test_runners_up_fill_the_list_and_hits_are_never_cut() -> None:
    entries = [Entry(i, HUAXIN.name) for i in range(4)] + [Entry(9, "上海华信科技有限公司")]
    shown = screen(Subject(HUAXIN.name), entries, POLICY, top=2)
    assert [one.entry for one in shown] == [0, 1, 2, 3]
    shown = screen(Subject(HUAXIN.name), entries, POLICY, top=5)
    assert [one.band for one in shown] == [STRONG] * 4 + [NONE]


def test_a_clearance_takes_its_entry_out_before_the_cut() -> None:
    entries = [Entry(i, "上海华信科技有限公司") for i in range(3)]
    shown = screen(Subject(HUAXIN.name), entries, POLICY, top=2, cleared=frozenset({0}))
    assert [one.entry for one in shown] == [1, 2]
