"""Counterfactuals are computed: what they promise must come true."""

import pytest

from registry.reference import tables
from registry.rules.explain import COSTS, FAILS, margins, raises
from tests.rules.projects import BOOK, FOUND, JUDGED, KILN, LIANGZHOU, TODAY, scored

ORDER = [grade.id for grade in BOOK.grades]
SMALL = LIANGZHOU | FOUND | JUDGED | {"total_investment_10k_yuan": "60000", "evidence_tier": "T1"}
RETROFIT = KILN | FOUND | JUDGED
PROJECTS = [(SMALL, "renewable_power"), (RETROFIT, "efficiency_retrofit")]


def asked(function, answers, kind):
    return function(BOOK, answers, kind=kind, as_of=TODAY, reference=tables())


@pytest.mark.parametrize(("answers", "kind"), PROJECTS)
def test_every_promised_answer_does_what_it_says(answers, kind):
    before = scored(answers, kind)
    promised = [c for c in asked(raises, answers, kind) if c.field]
    assert promised
    for each in promised:
        after = scored(answers | {each.field: each.then}, kind)
        better = ORDER.index(after.grade) < ORDER.index(before.grade)
        assert better or after.total_centipoints > before.total_centipoints, each
        assert after.grade == each.grade, each


def test_third_party_verification_would_raise_it():
    best = asked(raises, LIANGZHOU | FOUND | JUDGED | {"evidence_tier": "T1"}, "renewable_power")
    assert (best[0].field, best[0].then, best[0].grade) == ("evidence_tier", "T3", "dark")


def test_a_number_is_just_enough():
    found = [c for c in asked(raises, SMALL, "renewable_power") if c.rule == "A1" and c.field]
    by_field = {each.field: each for each in found}
    cheaper = by_field["total_investment_10k_yuan"]
    now = scored(SMALL)
    assert cheaper.grade != now.grade
    assert scored(SMALL | {cheaper.field: cheaper.then}).grade == cheaper.grade
    a_little_less = str(float(cheaper.then) + 0.01)
    assert scored(SMALL | {cheaper.field: a_little_less}).grade == now.grade
    assert "generation_mwh_per_year" in by_field


def test_what_would_cost_a_grade_is_told_to_the_value():
    kind = "efficiency_retrofit"
    close = RETROFIT | {"evidence_tier": "T0", "disclosure": "none", "ghg_contribution": "listed"}
    before = scored(close, kind)
    (b1,) = (c for c in asked(margins, close, kind) if c.effect == COSTS and c.rule == "B1")
    energy = float(b1.then) * 420_000
    over = scored(
        close
        | {
            "energy_use_tce_per_year": f"{energy + 1:.3f}",
            "clean_energy_tce_per_year": f"{(energy + 1) / 5:.3f}",
        },
        kind,
    )
    assert ORDER.index(over.grade) > ORDER.index(before.grade)


def test_gates_tell_how_far_they_are_from_failing():
    found = {c.rule: c for c in asked(margins, SMALL, "renewable_power") if c.effect == FAILS}
    assert found["G-PLAUS"].difference == "7306.64"
    assert found["G-ENVPEN"].then == "500000"


def test_a_stopped_project_is_raised_by_nothing():
    listed = SMALL | {"debtor_listed": "yes"}
    assert asked(raises, listed, "renewable_power") == []


def test_nothing_to_raise_at_the_top():
    best = LIANGZHOU | FOUND | JUDGED | {
        "total_investment_10k_yuan": "10000", "credential": "national", "credential_number": "1",
        "evidence_tier": "T3",
    }  # fmt: skip
    assert scored(best).total_centipoints == 10_000
    assert asked(raises, best, "renewable_power") == []
