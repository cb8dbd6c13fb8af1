"""The pages about reference data and about words say what the code says."""

import re
from pathlib import Path

from registry.reference.shelf import manifest
from registry.words.grades import GRADES
from registry.words.roles import ROLES
from registry.words.states import STATES

DOCS = Path(__file__).parents[2] / "docs"


def rows_of(page):
    lines = (DOCS / page).read_text("utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if "|" in line]


def test_the_page_names_every_table_with_its_rows():
    described = {
        re.sub("`", "", row[0]): int(row[1])
        for row in rows_of("reference-data.md")
        if len(row) == 4 and row[1].isdigit()
    }
    assert described == {name: entry["rows"] for name, entry in manifest().items()}


def test_the_glossary_has_every_role_state_and_grade_as_people_read_them():
    rows = {tuple(row[:3]) for row in rows_of("glossary.md")}
    words = [*ROLES.items(), *GRADES.items()]
    for states in STATES.values():
        words += states.items()
    missing = [
        (code, said.zh, said.en)
        for code, said in words
        if (said.zh, said.en, f"`{code}`") not in rows and code != "not_green"
    ]
    assert missing == []


def test_the_glossary_has_one_row_a_concept():
    for row in rows_of("glossary.md"):
        assert len(row) == 4
        assert row[0] and row[1] and row[3]
