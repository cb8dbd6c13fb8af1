"""A case scored again by another version: both results stay and nothing is decided by the second."""

from datetime import UTC, datetime

import pytest
from sqlmodel import select

from registry.models import Application, Assessment
from registry.queries.assessment import ASSESSED, newest_assessment
from tests.cases import Case, team
from tests.rulebooks import named, shipped, with_examples_that_come_out, with_new_rule
from tests.web.rules.test_publishing import proposed, today


@pytest.fixture
def published(editor, publisher, database, settings):
    files = with_examples_that_come_out(with_new_rule(named(shipped(), "2099.1")))
    key = proposed(editor, database, settings, files)
    filled = {"effective_from": today().isoformat(), "rationale": "同意"}
    assert publisher.post(f"/rules/version/{key}/publish", data=filled).status_code == 303


def test_both_results_are_kept_and_shown(people, cases, editor, published, database):
    with database.write() as session:
        staff = team(people)
        case = Case(session, staff, datetime.now(UTC))
        case.id = cases[0]
        number, own = case.row.number, newest_assessment(session, case.row).id
    form = {"number": number, "version": "low-carbon@2099.1", "rationale": "看新规则的影响"}
    assert editor.post("/rules/rescore", data=form).status_code == 303
    page = editor.get(f"/rules/scores/{cases[0]}").text
    assert "2099.1" in page and "X1" in page and "没有该规则" in page
    with database.read() as session:
        row = session.get_one(Application, cases[0])
        kept = session.exec(
            select(Assessment).where(Assessment.application_id == row.id).order_by(Assessment.id)
        ).all()
        assert [one.purpose for one in kept][-1] == "rescored"
        assert newest_assessment(session, row).id == own, "the re-score decides nothing"
        assert newest_assessment(session, row, ASSESSED) is None
        assert row.rulebook_version != "2099.1"


@pytest.mark.parametrize(
    ("change", "said"),
    [({"number": "GPA-0000-000000-00"}, "没有这个编号"), ({"rationale": ""}, "")],
)
def test_strangers_and_blanks_are_refused(cases, editor, database, change, said):
    with database.read() as session:
        number = session.get_one(Application, cases[0]).number
    form = {"number": number, "version": "low-carbon@2026.1", "rationale": "x", **change}
    answer = editor.post("/rules/rescore", data=form)
    assert answer.status_code == 422 and said in answer.text
