"""Compared in the database, applications come out as where each is judged by both rulebooks in Python."""

from datetime import UTC, datetime
from functools import cache

import pytest
from sqlalchemy import inspect
from sqlmodel import select

from bench.scoring_data.applications import Register, read_alone, varied
from registry import rulebooks
from registry.models import Application, Organisation, ReserveEntry
from registry.operations import rulebook_impact
from registry.queries import rulebooks_apart
from registry.queries.listed_again import listed_again
from registry.queries.what_counts import what_counts
from registry.reference import tables
from registry.rules.flow.plan import Plan
from registry.rules.rulebook.load import parse
from registry.rules.score import assess
from tests.rulebooks import SHIPPED, edited, named, shipped, with_higher_bar, with_new_rule
from tests.rules.projects import ASSUMED, FOUND, JUDGED

COUNT = 300
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
BOOK = rulebooks.load(*SHIPPED)


def narrower(files):
    """Answers that were read before are refused, an eligibility gate is gone, less must be answered."""
    files = edited(files, "inputs.toml", r'(id = "capacity_mw".*?maximum = )\d+', r"\g<1>40")
    return edited(files, "rulebook.toml", r"(coverage_for_a_grade_percent = )\d+", r"\g<1>45")


TRIALS = {
    "higher_bar": lambda: with_higher_bar(shipped(), points=90),
    "new_rule": lambda: with_new_rule(shipped()),
    "narrower": lambda: narrower(shipped()),
}


@cache
def projects():
    return varied(Plan(BOOK, NOW.date(), tables()), ASSUMED | FOUND | JUDGED, each=9, seed=5)


@pytest.fixture
def register(database, people):
    owner, person = people.organisation(), people.person()
    with database.write() as session:
        drawn = Register(BOOK, tables(), projects(), seed=7)
        drawn.lay(session, COUNT, organisation_id=owner.id, person_id=person.id, now=NOW)


def test_what_counts_is_what_a_single_case_is_judged_by(register, database):
    with database.read() as session:
        found = what_counts(session, after=0, most=COUNT)
        cases = session.exec(select(Application).where(Application.version_no > 0)).all()
        assert [one.application_id for one in found] == sorted(case.id for case in cases)
        assert len(found) < COUNT  # drafts count for nothing
        by_id = {case.id: case for case in cases}
        for one in found:
            assert one == read_alone(session, by_id[one.application_id], BOOK)


def test_an_impact_in_place_is_the_impact_row_by_row(register, database, monkeypatch):
    with database.read() as session:
        cases = what_counts(session, after=0, most=COUNT)
    verdicts = set()
    for name, files in TRIALS.items():
        after = parse(named(files(), "2099.1"), released=True)
        trial = rulebook_impact._Trial(after, NOW.date(), tables(), 0)
        slowly = [_plain(rulebook_impact.judge_alone(case, BOOK, trial)) for case in cases]
        for few in (0, COUNT):  # told by SQL, and one by one because they are so few
            monkeypatch.setattr(rulebooks_apart, "FEW", few)
            tried = rulebook_impact.try_all(database, after, as_of=trial.as_of)
            assert [_plain(one) for one in tried] == slowly, (name, few)
        monkeypatch.setattr(rulebooks_apart, "FEW", 0)
        with database.scratch() as session:
            apart = rulebooks_apart.judged_otherwise(
                session.connection(), BOOK, after, cases, as_of=trial.as_of, reference=tables()
            )
        changed = {one["application_id"] for one in slowly if one["row"] is not None}
        assert (set(apart.told), apart.unknown) == (changed, frozenset()), name
        assert 5 < len(changed) < len(cases) - 5, name
        verdicts |= {one["row"]["after_verdict"] for one in slowly if one["row"]}
    assert verdicts == {"green", "not_green", "person_must_look"}


def test_the_list_scored_again_names_who_comes_out_otherwise(register, database, monkeypatch):
    with database.read() as session:
        cases = what_counts(session, after=0, most=COUNT)
    made = {
        case.application_id: assess(
            *(BOOK, case.answers),
            kind=case.kind,
            as_of=NOW.date(),
            reference=tables(),
            settled=case.settled,
        )
        for case in cases[::2]
    }
    moved = set(list(made)[::7])
    with database.write() as session:
        owner = session.exec(select(Organisation.id)).first()
        for id, one in made.items():
            session.add(listed(owner, id, one.grade, one.total_centipoints + (id in moved)))
    expected = [
        (
            str(id),
            one.grade,
            one.total_centipoints + 1,
            one.grade,
            one.verdict,
            one.total_centipoints,
        )
        for id, one in sorted(made.items())
        if id in moved
    ]
    with database.scratch() as session:
        assert [tuple(one) for one in listed_again(session, as_of=NOW.date())] == expected
        monkeypatch.setattr(rulebooks_apart, "can_be_put_over", lambda book: False)
        assert [tuple(one) for one in listed_again(session, as_of=NOW.date())] == expected


def listed(owner, id, grade, points):
    texts = ("title_zh", "title_en", "owner_zh", "owner_en", "kind", "zone_id")
    codes = ("province_code", "catalogue_code")
    return ReserveEntry(
        application_id=id,
        list_number=str(id),
        state="LISTED",
        organisation_id=owner,
        grade=grade,
        grade_rank=0,
        total_centipoints=points,
        investment_fen=0,
        listed_on=NOW.date(),
        valid_to=NOW.date(),
        **dict.fromkeys((*texts, *codes), ""),
    )


def test_nothing_of_a_comparison_stays_in_the_database(register, database):
    after = parse(named(TRIALS["higher_bar"](), "2099.1"), released=True)
    for _ in rulebook_impact.try_all(database, after, as_of=NOW.date()):
        pass
    with database.write() as session:
        names = set(inspect(session.connection()).get_temp_table_names())
        assert not {name for name in names if name.startswith(("before_", "after_", "accepted"))}


def _plain(tried):
    row = tried.row.model_dump() if tried.row is not None else None
    return {**tried._asdict(), "row": row}
