"""The same verdicts from the database that the tests run on (SQLite or PostgreSQL), from the rules
alone, and from the arrays of a portfolio: match for match, points and all."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlmodel import Session

from bench.screening_data.bed import entry_of
from bench.screening_data.changes import KINDS
from bench.screening_data.companies import Draw, draw_companies
from registry.bulk.screening.index import index_list
from registry.bulk.screening.portfolio import screen_portfolio
from registry.models import RestrictedEntry
from registry.operations.restriction_move import write_keys
from registry.queries import restriction as stored
from registry.reference.screening import labelled_pairs, screening_policy
from registry.rules.screening import PERSON, Entry, Match, Subject, entry_keys, probes, screen
from tests.conftest import NOW, ON_POSTGRESQL

POLICY = screening_policy()
LISTED = draw_companies(41, 90)
USCC = "91110108101101716X"


def entries() -> list[Entry]:
    found = [entry_of(company) for company in LISTED]
    found += [pair.listed for pair in labelled_pairs()[::4]]
    found += [Entry(0, "王小明", kind=PERSON, person_id="salted"), Entry(0, "某某厂", uscc=USCC)]
    return found


def subjects() -> list[Subject]:
    draw, changes = Draw(42), list(KINDS.values())
    changed = (changes[at % len(changes)](draw, one) for at, one in enumerate(LISTED))
    found = [Subject(text or one.name) for text, one in zip(changed, LISTED, strict=True)]
    found += [pair.asked for pair in labelled_pairs()[::4]]
    found += [Subject("王晓明", kind=PERSON), Subject("乙", uscc=USCC), Subject("")]
    return found


def listed(session: Session) -> list[RestrictedEntry]:
    rows = []
    for entry in entries():
        row = RestrictedEntry(
            state="IN_FORCE",
            subject_kind=entry.kind,
            name_zh=entry.name,
            name_en=entry.name_en,
            uscc=entry.uscc,
            aliases={
                "names": [{"text": one.text, "role": one.role} for one in entry.other_names],
                "codes": list(entry.codes),
            },
            person_commitment=entry.person_id,
            ground="false_statement",
            facts="见决定书",
            from_day=date(2026, 1, 1),
            proposed_at=NOW,
            changed_at=NOW,
        )
        rows.append(row)
    session.add_all(rows)
    session.flush()
    for row in rows:
        write_keys(session, row)
    session.flush()
    return rows


@pytest.fixture
def rows(session: Session) -> list[RestrictedEntry]:
    return listed(session)


def hits(found: tuple[Match, ...]) -> tuple[Match, ...]:
    return tuple(one for one in found if one.is_hit)


def test_database_rules_and_arrays_say_the_same(
    session: Session, rows: list[RestrictedEntry]
) -> None:
    every = [stored.as_entry(row, supervised_only=False) for row in rows]
    keyed = [(entry_keys(entry), entry) for entry in every]
    asked = subjects()
    from_arrays = [found for _, found in screen_portfolio(asked, index_list(every), POLICY)]
    count = 0
    for subject, arrays in zip(asked, from_arrays, strict=True):
        database = hits(tuple(one for one, _ in stored.matches_of(session, subject, POLICY)))
        wanted = probes(subject)
        alone = screen(subject, [e for keys, e in keyed if not wanted.isdisjoint(keys)], POLICY)
        assert database == arrays == hits(alone), subject.name
        count += len(database)
        for one in database:
            assert one.score == sum(part.points for part in one.parts)
            assert one.subject_text == subject.name
            assert one.entry_text in {
                name for entry in every if entry.reference == one.entry for name in _names(entry)
            }
    assert count > 60


def _names(entry: Entry) -> set[str]:
    return {entry.name, entry.name_en, *(name.text for name in entry.other_names)}


def test_candidates_come_by_the_index_on_keys(session: Session, rows) -> None:
    """No scan of the list: what a database does with a hundred thousand entries shows in its plan."""
    if ON_POSTGRESQL:
        session.execute(text("SET LOCAL enable_seqscan = off"))
    plan = "EXPLAIN" if ON_POSTGRESQL else "EXPLAIN QUERY PLAN"
    asked = text(f"{plan} SELECT entry_id FROM restricted_key WHERE key IN (1, 2, 3)")
    said = " ".join(str(row) for row in session.execute(asked).all())
    assert ("Index Cond: (key = ANY" if ON_POSTGRESQL else "USING COVERING INDEX") in said
