"""What must hold for any project: the same bytes, no point for a blank, no gate made up for."""

import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from registry.rules import canonical
from registry.rules.assessment import FAIL, GREEN, NOT_GREEN, PASS, Assessment
from tests.rules.generated import an_answer, any_answers
from tests.rules.projects import BOOK, FOUND, JUDGED, KILN, LIANGZHOU, TODAY, scored

KINDS = st.sampled_from([kind.id for kind in BOOK.kinds])
PROJECTS = KINDS.flatmap(lambda kind: st.tuples(any_answers(kind), st.just(kind)))
MANY = settings(max_examples=120, deadline=None)


def gates(result: Assessment) -> list[str]:
    return [rule.state for rule in result.rules if rule.kind != "score"]


def without_day(result: Assessment) -> Assessment:
    """The assessment but for the day itself, which decides the edition of the catalogue."""
    rules = tuple(
        rule._replace(used=tuple(used for used in rule.used if used.id != "edition_day"))
        for rule in result.rules
    )
    return result._replace(as_of=TODAY, rules=rules)


@MANY
@given(PROJECTS)
def test_points_add_up_and_the_record_is_whole(project):
    result = scored(*project)
    mine = [r for r in result.rules if r.kind == "score" and r.state != "not_applicable"]
    assert result.got_centipoints == sum(r.got_centipoints for r in mine)
    assert result.applicable_weight_bp == sum(r.possible_centipoints for r in mine)
    assert all(0 <= r.got_centipoints <= r.possible_centipoints for r in mine)
    assert 0 <= result.total_centipoints <= 10_000
    record = result.to_record()
    assert Assessment.from_record(record) == result
    assert canonical.dumps(record) == canonical.dumps(scored(*project).to_record())


@MANY
@given(PROJECTS)
def test_a_failed_gate_is_never_made_up_for(project):
    result = scored(*project)
    failed = FAIL in gates(result)
    assert (result.grade == "not_green") == failed
    if failed:
        assert (result.verdict, result.total_centipoints) == (NOT_GREEN, 0)
    if result.verdict == GREEN:
        assert set(gates(result)) <= {PASS, "conditional", "not_applicable"}
        assert not result.open_matters


@MANY
@given(PROJECTS, st.data())
def test_a_better_answer_never_lowers_the_score(project, data):
    answers, kind = project
    directed = [f for f in BOOK.inputs if f.better and f.id in answers and f.is_for(kind)]
    field = data.draw(st.sampled_from(directed))
    other = data.draw(an_answer(field))
    worse, better = sorted([answers[field.id], other], key=float, reverse=field.better == "lower")
    low = scored(answers | {field.id: worse}, kind)
    high = scored(answers | {field.id: better}, kind)
    assume(gates(low) == gates(high))
    assume(low.coverage_bp == high.coverage_bp)  # a zero can make a ratio undefined
    assert low.got_centipoints <= high.got_centipoints
    assert low.total_centipoints <= high.total_centipoints


@MANY
@given(PROJECTS, st.data())
def test_a_missing_answer_never_beats_a_bad_one(project, data):
    answers, kind = project
    asked = [f.id for f in BOOK.inputs if f.id in answers and f.set_by == "applicant"]
    gone = data.draw(st.sampled_from(asked))
    whole = scored(answers, kind)
    less = scored({k: v for k, v in answers.items() if k != gone}, kind)
    assert less.applicable_weight_bp >= whole.applicable_weight_bp
    if FAIL not in gates(whole):
        assert less.got_centipoints <= whole.got_centipoints
        assert less.total_centipoints <= whole.total_centipoints
    if whole.verdict != GREEN:
        assert less.verdict != GREEN


@MANY
@given(PROJECTS, st.integers(1, 20))
def test_moving_the_day_changes_only_what_dates_rule(project, days):
    """No row was published, no rule began, and no answer's date lies in these three weeks."""
    answers, kind = project
    start, later = date(2026, 7, 1), date(2026, 7, 1) + timedelta(days)
    dates = [answers[f.id] for f in BOOK.inputs if f.type == "date" and f.id in answers]
    edges = [f"{int(day[:4]) + n}{day[4:]}" for day in dates for n in (0, 3)]
    assume(not any("2026-06-30" <= edge <= "2026-07-22" for edge in edges))
    one, other = (without_day(scored(answers, kind, as_of=day)) for day in (start, later))
    assert one == other


@MANY
@given(PROJECTS)
def test_settling_never_turns_a_failure(project):
    answers, kind = project
    plain = scored(answers, kind)
    everything = {rule.id: PASS for rule in BOOK.rules}
    everything |= {matter.id: "accepted" for matter in plain.matters}
    settled = scored(answers, kind, settled=everything)
    for before, after in zip(plain.rules, settled.rules, strict=True):
        if before.state in (PASS, FAIL, "conditional", "missing", "not_applicable"):
            assert after.state == before.state


def test_the_same_bytes_in_another_process_with_another_hash_seed():
    code = (
        "from tests.rules.projects import *; from registry.rules import canonical;"
        "print(canonical.digest(scored(LIANGZHOU | FOUND | JUDGED).to_record()),"
        "canonical.digest(scored(KILN | FOUND, 'efficiency_retrofit').to_record()))"
    )
    here = Path(__file__).parents[2]
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": str(here)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed, zone in (("1", "UTC"), ("77", "Asia/Shanghai"))
    }
    here_too = canonical.digest(scored(LIANGZHOU | FOUND | JUDGED).to_record())
    kiln = canonical.digest(scored(KILN | FOUND, "efficiency_retrofit").to_record())
    assert outputs == {f"{here_too} {kiln}"}
