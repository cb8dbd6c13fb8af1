"""The page that shows how typical projects score says what the rulebook says today."""

import re
from pathlib import Path

import pytest

from registry.rules.answers import check
from registry.rules.assessment import Assessment
from tests.rules.projects import BOOK, FOUND, JUDGED, TODAY, scored
from tests.rules.worked import PROJECTS

PAGE = Path(__file__).parents[2] / "docs" / "how-projects-score.md"
GREEN = [grade.id for grade in BOOK.grades]


def row(name: str, result: Assessment) -> str:
    """One line of the table: figures, grade, and where the most points were lost."""
    points = [r for r in result.rules if r.kind == "score" and r.possible_centipoints]
    lost = sorted(points, key=lambda r: r.got_centipoints - r.possible_centipoints)
    why = ", ".join(
        f"{r.rule} −{(r.possible_centipoints - r.got_centipoints) / 100:g}"
        for r in lost[:3]
        if r.got_centipoints < r.possible_centipoints
    )
    caps = " ".join(result.caps) or "–"
    grade = BOOK.grade_by_id[result.grade].name
    cells = (
        name,
        f"{float(result.rule('A1').value):.2f}",
        f"{result.got_centipoints / 100:g} / {result.applicable_weight_bp / 100:g}",
        f"{result.total_centipoints / 100:.2f}",
        f"{grade.zh} {grade.en}",
        caps,
        why,
    )
    return f"| {' | '.join(cells)} |"


def test_the_table_is_what_the_rulebook_gives():
    said = [line for line in PAGE.read_text("utf-8").split("\n") if re.match(r"\| \D+,", line)]
    assert said == [row(name, scored(*project)) for name, project in PROJECTS.items()]


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
