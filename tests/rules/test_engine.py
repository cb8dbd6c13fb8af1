"""The generated function and the plain walk over the trees say the same, cell by cell."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.reference import tables
from registry.rules.answers import cells
from registry.rules.rulebook import arithmetic
from registry.rules.rulebook.engine import engine_of
from registry.rules.rulebook.environment import Environment
from registry.rules.rulebook.python_code import RULE_COLUMNS
from registry.rules.score import Case
from tests.rules.generated import any_answers
from tests.rules.projects import BOOK, KILN, LIANGZHOU, TODAY

KINDS = [kind.id for kind in BOOK.kinds]


def same_as_walked(answers, kind):
    values = cells(BOOK, answers)
    reference = tables()
    case = Case(BOOK, values, kind=kind, as_of=TODAY, reference=reference)
    env = Environment(BOOK, values, kind=kind, as_of=TODAY, reference=reference)
    for name in [i.id for i in BOOK.inputs] + [v.id for v in BOOK.values]:
        assert case.cell(name) == env.read(name), name
    for n, trees in enumerate(BOOK.program.rules):
        for key in RULE_COLUMNS:
            tree = getattr(trees, key)
            if tree is not None:
                assert case.cell(f"{n}:{key}") == env.evaluate(tree), (trees.rule.id, key)


@pytest.mark.parametrize("answers", [LIANGZHOU, KILN, {}])
@pytest.mark.parametrize("kind", KINDS)
def test_known_projects(answers, kind):
    same_as_walked(answers, kind)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(KINDS).flatmap(lambda kind: st.tuples(any_answers(kind), st.just(kind))))
def test_any_project(both):
    same_as_walked(*both)


def test_a_points_of_every_curve_are_met_exactly():
    for curve in BOOK.curves:
        points = engine_of(BOOK).curve_points(curve.id)
        for x, y in points:
            assert arithmetic.on_curve(points, x) == y
        assert arithmetic.on_curve(points, points[0][0] - 1) == points[0][1]
        assert arithmetic.on_curve(points, points[-1][0] + 1) == points[-1][1]


def test_exact_cuts_hold_in_doubles():
    """A cut of exactly 4 % must reach 4 % whatever the base is: plain doubles fail on many."""
    failed_plain = 0
    for base in range(1, 2000):
        cut = (1 - (base * 0.96) / base) * 100
        failed_plain += cut < 4.0
        assert arithmetic.compare(">=", cut, 4.0)
    assert failed_plain > 100


@given(st.integers(0, 10**12), st.integers(0, 20000))
def test_floor_product_is_exact(eg_thousandths, margin):
    exact = eg_thousandths * margin // 10**7
    assert arithmetic.floor_product(eg_thousandths / 1000, 3, margin / 10000, 4) == exact


@given(st.integers(0, 10**7), st.integers(0, 4))
def test_halves_round_up(tens, decimals):
    x = (tens * 10 + 5) / 10 ** (decimals + 1)
    assert arithmetic.round_half_up(x, decimals) == (tens + 1) / 10**decimals
