"""Another organisation's case does not exist, whatever its address, method or role."""

import pytest
from flask import Flask

from registry.models import Application
from registry.rules.permissions import Role
from tests.cases import Case
from tests.conftest import NOW
from tests.web.applicant.test_evidence import PDF


def _addresses(app: Flask, case_id: int) -> list[tuple[str, str]]:
    found = []
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.startswith("applicant.") or "application_id" not in rule.arguments:
            continue
        given = {
            "application_id": case_id,
            "step_id": "project",
            "field": "industry_code",
            "file_id": 1,
            "no": 1,
        }
        path = rule.rule
        for name, value in given.items():
            path = path.replace(f"<int:{name}>", str(value)).replace(f"<{name}>", str(value))
        found += [(m, path) for m in sorted(rule.methods - {"HEAD", "OPTIONS"})]
    return found


@pytest.fixture
def cases(database, everybody, editor) -> list[int]:
    """A draft with a file, a sent case, a refused one."""
    draft = editor.start("renewable_power")
    editor.get(f"/applications/{draft}/form/project")
    editor.send(editor.form_with("version"), {"go": "upload"}, build_type=("甲.pdf", PDF))
    with database.write() as session:
        sent = Case(session, everybody, NOW).draft().submit().id
        refused = Case(session, everybody, NOW).draft().submit().clear_hits().accept()
        refused.score()
        refused.settle_all().recommend().reject()
        return [draft, sent, refused.id]


@pytest.mark.parametrize("scope_kind", ["organisation", "everywhere"])
def test_another_organisation_finds_nothing(app, people, browse, cases, database, scope_kind):
    other = people.organisation("别家有限公司", name_en="Other Ltd.")
    scope_id = str(other.id) if scope_kind == "organisation" else ""
    stranger = people.person(
        Role.EDITOR, Role.SIGNATORY, organisation=other, scope_kind=scope_kind, scope_id=scope_id
    )
    browser = browse(stranger)
    with database.read() as session:
        before = [session.get_one(Application, id).model_dump() for id in cases]
    for case_id in cases:
        for method, path in _addresses(app, case_id):
            answer = browser.client.open(path, method=method)
            assert answer.status_code == 404, (method, path)
            assert "凉州" not in answer.get_data(as_text=True)
    assert "凉州五十兆瓦" not in browser.get("/applications/").text
    with database.read() as session:
        assert [session.get_one(Application, id).model_dump() for id in cases] == before


def test_a_role_there_without_belonging_there_opens_nothing(people, browse, cases, everybody):
    outsider = people.person(
        Role.EDITOR, scope_kind="organisation", scope_id=str(everybody.owner.id)
    )
    for case_id in cases:
        assert browse(outsider).get(f"/applications/{case_id}").status == 404


def test_reviewers_do_not_open_the_applicants_desk(browse, cases, everybody):
    for person in (everybody.screener, everybody.approver, everybody.auditor, everybody.panel):
        assert browse(person).get(f"/applications/{cases[1]}").status == 403


def test_nobody_starts_for_an_organisation_that_is_not_theirs(browse, people, everybody, database):
    other = people.organisation("别家有限公司", name_en="Other Ltd.")
    browser = browse(everybody.editor)
    answer = browser.client.post(
        "/applications/start", data={"organisation_id": str(other.id), "kind": "renewable_power"}
    )
    assert answer.status_code == 422
    page = browser.client.post(
        "/applications/start", data={"organisation_id": str(everybody.owner.id), "kind": "coal"}
    )
    assert page.status_code == 422
