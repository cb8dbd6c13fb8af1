"""What the numbers of a name may and may not rule out."""

import numpy as np
import pytest

from bench.screening_data.companies import draw_companies
from registry.bulk.screening import features, pruning
from registry.bulk.screening.features import ANY_PLACE, SEVERAL, FeatureRows, clashes
from registry.bulk.screening.index import index_list
from registry.bulk.screening.portfolio import screen_portfolio
from registry.reference.screening import screening_policy
from registry.rules.screening import Entry, Subject, match
from registry.rules.screening.comparing import region_kind
from registry.rules.screening.matching import hit
from registry.rules.screening.parsing import parse_company
from registry.rules.screening.places import english_places, province_sets
from registry.rules.screening.sides import Side

POLICY = screening_policy()


def place_of(name: str) -> int:
    rows = FeatureRows()
    rows.add(Side(Subject(name)))
    return int(rows.arrays().columns["place"][0])


def clash(one: str, other: str) -> bool:
    return bool(clashes()[place_of(one) << 8 | place_of(other)])


def test_a_name_that_may_lie_in_several_provinces_is_told_from_a_third() -> None:
    taizhou = "Taizhou Huaxin Trading Co., Ltd."  # in 江苏 or 浙江
    assert SEVERAL <= place_of(taizhou) < ANY_PLACE
    assert clash(taizhou, "Beijing Huaxin Trading Co., Ltd.")
    assert not clash(taizhou, "Hangzhou Huaxin Trading Co., Ltd.")
    assert not clash(taizhou, taizhou)
    assert not clash(taizhou, "Huaxin Trading Co., Ltd.")


def test_every_set_of_provinces_has_a_number() -> None:
    assert len(province_sets()) < ANY_PLACE - SEVERAL
    table = clashes().reshape(256, 256)
    assert (table == table.T).all()
    assert not table[ANY_PLACE].any()
    assert not table[0].any()


def test_places_clash_only_where_the_rules_see_a_conflict() -> None:
    words = [word for word in english_places() if len(word) > 5][::9]
    names = [parse_company(f"{word.title()} Huaxin Trading Co., Ltd.") for word in words]
    rows = FeatureRows()
    for word in words:
        rows.add(Side(Subject(f"{word.title()} Huaxin Trading Co., Ltd.")))
    places = rows.arrays().columns["place"].astype(np.uint16)
    seen = 0
    for i, one in enumerate(names):
        for j, other in enumerate(names[::5]):
            if clashes()[places[i] << 8 | places[5 * j]]:
                assert region_kind(one, other, "", "") == "conflict"
                seen += 1
    assert seen > 1000


def test_the_order_of_english_words_rules_nothing_out() -> None:
    entry = Entry(1, "", name_en="Huaxin Investment Trading Co., Ltd.")
    subject = Subject("Huaxin Trading Investment Co., Ltd.")
    assert match(subject, entry, POLICY).is_hit
    ((_, found),) = screen_portfolio([subject], index_list([entry]), POLICY)
    assert [one.entry for one in found] == [1]


def test_a_hit_is_the_match_and_nothing_else_is_one() -> None:
    companies = draw_companies(5, 60)
    subjects = [Subject(one.name) for one in companies] + [Subject("甲", uscc=companies[3].uscc)]
    entries = [Entry(at, one.name, uscc=one.uscc) for at, one in enumerate(companies)]
    for subject in subjects:
        for entry in entries:
            whole = match(subject, entry, POLICY)
            assert hit(subject, entry, POLICY) == (whole if whole.is_hit else None)


def test_industries_that_are_not_known_here_rule_nothing_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An index that another process made: its numbers stand, the words behind them may be missing."""
    companies = draw_companies(6, 80)
    index = index_list(Entry(at, one.name) for at, one in enumerate(companies))
    subjects = [Subject(one.name) for one in companies]
    known = list(screen_portfolio(subjects, index, POLICY))
    monkeypatch.setattr(features, "TRADES", {})
    monkeypatch.setattr(pruning, "TRADES", {})
    pruning._kinds_of_trade.cache_clear()
    try:
        assert list(screen_portfolio(subjects, index, POLICY)) == known
    finally:
        pruning._kinds_of_trade.cache_clear()
