"""One screening, three ways: pure rules over a dictionary, arrays over a portfolio, and the delta."""

from collections import defaultdict
from collections.abc import Iterable

import pytest

from bench.screening_data.bed import entry_of, row_of
from bench.screening_data.companies import draw_companies
from bench.screening_data.queries import query_sets
from registry.bulk.screening.index import index_list, index_portfolio
from registry.bulk.screening.portfolio import screen_changes, screen_portfolio
from registry.reference.screening import screening_policy
from registry.rules.screening import (
    PERSON,
    TECHNOLOGY,
    Entry,
    Match,
    Subject,
    entry_keys,
    match,
    probes,
    screen,
)

POLICY = screening_policy()
COMPANIES = draw_companies(7, 1500)
USCC = "91110108101101716X"
OTHERS = [
    Entry(9001, "王小明", kind=PERSON, person_id="salted"),
    Entry(9002, "单机容量10万千瓦以下燃煤机组", kind=TECHNOLOGY),
    Entry(9003, "某某厂", uscc=USCC, supervised_only=True),
    Entry(9004, "中国某某银行股份有限公司桂平支行"),
    Entry(9005, "中国某某银行股份有限公司", codes=("10110171-6",)),
]
ENTRIES = [entry_of(company) for company in COMPANIES] + OTHERS


def subjects() -> list[Subject]:
    sets = query_sets(COMPANIES, 8)
    texts = [query.text for queries in sets.values() for query in queries[::5]]
    found = [Subject(text, reference=str(i)) for i, text in enumerate(texts)]
    found += [row_of(company) for company in draw_companies(9, 400)]
    found += [Subject("王晓明", kind=PERSON), Subject("甲", kind=PERSON, person_id="salted")]
    found += [Subject("单机容量 10 万千瓦以下燃煤机组", kind=TECHNOLOGY), Subject("乙", uscc=USCC)]
    found += [
        Subject("中国某某银行股份有限公司桂平支行"),
        Subject("中国某某银行股份有限公司南宁支行"),
    ]
    return [*found, Subject("", name_en="Huaxin Technology Ltd"), Subject("")]


SUBJECTS = subjects()


def pure_hits(some: Iterable[Subject], entries: list[Entry]) -> list[tuple[Match, ...]]:
    stored = defaultdict(set)
    for at, entry in enumerate(entries):
        for number in entry_keys(entry):
            stored[number].add(at)
    found = []
    for subject in some:
        candidates = {at for number in probes(subject) for at in stored.get(number, ())}
        ranked = screen(subject, [entries[at] for at in candidates], POLICY, top=0)
        found.append(tuple(one for one in ranked if one.is_hit))
    return found


@pytest.fixture(scope="module")
def expected() -> list[tuple[Match, ...]]:
    return pure_hits(SUBJECTS, ENTRIES)


def test_arrays_find_what_the_rules_find(expected: list[tuple[Match, ...]]) -> None:
    found = list(screen_portfolio(SUBJECTS, index_list(ENTRIES), POLICY))
    assert [subject for subject, _ in found] == SUBJECTS
    assert [hits for _, hits in found] == expected
    assert sum(map(len, expected)) > 400


def test_every_hit_adds_up_and_names_its_strings(expected: list[tuple[Match, ...]]) -> None:
    for subject, hits in zip(SUBJECTS, expected, strict=True):
        for hit in hits:
            assert hit.score == sum(part.points for part in hit.parts)
            names = {subject.name, subject.name_en, *(n.text for n in subject.other_names)}
            assert hit.subject_text in names
            entry = next(one for one in ENTRIES if one.reference == hit.entry)
            listed = {entry.name, entry.name_en, *(name.text for name in entry.other_names)}
            assert hit.entry_text in listed


def test_a_delta_is_a_full_screening_of_the_changed_entries() -> None:
    changed = ENTRIES[::7] + OTHERS
    portfolio = index_portfolio(SUBJECTS)
    delta = [(s.reference, s.name, one) for s, one in screen_changes(changed, portfolio, POLICY)]
    full = [
        (subject.reference, subject.name, hit)
        for subject, hits in screen_portfolio(SUBJECTS, index_list(changed), POLICY)
        for hit in hits
    ]
    assert delta == full
    assert len(delta) > 50


def test_records_come_back_as_they_went_in() -> None:
    index = index_list(ENTRIES)
    assert [index.records[at] for at in range(len(index))] == ENTRIES
    portfolio = index_portfolio(SUBJECTS)
    assert [portfolio.records[at] for at in range(len(portfolio))] == SUBJECTS


def test_what_is_put_aside_could_not_have_matched() -> None:
    """The bound of `pruning` against the score itself, over pairs that share no key as well."""
    some = SUBJECTS[::9]
    one = ENTRIES[5]
    alike = [entry for entry in ENTRIES if entry.name[:2] == one.name[:2]][:40] + ENTRIES[:40]
    hits = {
        (subject.reference, subject.name, entry.reference)
        for subject in some
        for entry in alike
        if match(subject, entry, POLICY).is_hit
    }
    index = index_list(alike)
    found = {
        (subject.reference, subject.name, hit.entry)
        for subject, matches in screen_portfolio(some, index, POLICY)
        for hit in matches
    }
    shared = {
        (subject.reference, subject.name, entry.reference)
        for subject in some
        for entry in alike
        if not entry_keys(entry).isdisjoint(probes(subject))
    }
    assert found == hits & shared
