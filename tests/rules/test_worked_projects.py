"""Typical projects can be submitted, and score in the order that an expert would expect."""

import pytest

from registry.rules.answers import check
from tests.rules.projects import BOOK, FOUND, JUDGED, TODAY, scored
from tests.rules.worked import PROJECTS

GREEN = [grade.id for grade in BOOK.grades]


@pytest.mark.parametrize("name", PROJECTS)
def test_each_could_be_submitted(name):
    answers, kind = PROJECTS[name]
    own = {k: v for k, v in answers.items() if k not in FOUND and k not in JUDGED}
    assert check(BOOK, kind, own, complete=True, as_of=TODAY) == []


def test_the_order_is_one_that_an_expert_would_expect():
    results = {name.split(" ")[-1]: scored(*project) for name, project in PROJECTS.items()}
    wind = [results[f"风电·{grid}"].total_centipoints for grid in ("华北", "西北", "华东", "南方")]
    assert wind == sorted(wind, reverse=True)  # dirtier grids, more avoided for the same money
    steel = results["转炉改造"]
    assert GREEN.index(steel.grade) >= GREEN.index("light")  # coal without an end: light at best
    assert "fossil_no_end" in steel.caps or steel.total_centipoints < 6500
    assert results["数据中心"].applicable_weight_bp == 5500  # no industrial energy user
