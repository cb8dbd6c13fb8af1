"""A draft in several browsers: kept by button and timer, never overwritten, whatever is typed."""

from datetime import date

import pytest

from registry.models import Application, GroundBasis, RestrictedEntry
from registry.operations import application as operations
from registry.operations.restriction_move import write_keys
from registry.rules.lifecycle import MoveRefused
from tests.cases import SOLAR, Case
from tests.conftest import NOW

HOSTILE = [
    "<script>alert(1)</script>",
    "{{ 7*7 }}{% raw %}",
    "' OR 1=1 --",
    '" autofocus onfocus="alert(1)',
    "=HYPERLINK(1)",
    "凉州\u202egnp.exe",
    "\u0000零",
    "😀" * 30,
    "%(name)s %s %d",
]


def _answers(database, case_id: int) -> dict[str, str]:
    with database.read() as session:
        return dict(session.get_one(Application, case_id).answers)


def test_the_list_is_empty_then_holds_the_draft(editor):
    assert "No application yet" in editor.get("/applications/").text
    case_id = editor.start("renewable_power")
    assert f"/applications/{case_id}" in editor.get("/applications/").text


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_kept_shown_harmless_and_said_at_its_field(editor, database, text):
    case_id = editor.start("renewable_power")
    editor.get(f"/applications/{case_id}/form/particulars")
    editor.fill({"project_name_zh": text, "project_name_en": text})
    assert editor.status in (200, 422)
    assert _answers(database, case_id)["project_name_zh"] == text.replace("\x00", "")
    for page in ("form/particulars", "check", "form/integrity", ""):
        shown = editor.get(f"/applications/{case_id}/{page}".rstrip("/")).text
        assert "<script>alert" not in shown
        assert 'onfocus="alert' not in shown
        assert ">49<" not in shown


@pytest.mark.parametrize("typed", ["abc", "1e999", "٣٤", "12%", "1,2,3", "9" * 60])
def test_what_is_no_number_is_kept_and_said(editor, database, typed):
    case_id = editor.start("renewable_power")
    editor.get(f"/applications/{case_id}/form/technology").fill({"capacity_mw": typed})
    assert editor.status == 422
    assert 'href="#capacity_mw"' in editor.text
    assert _answers(database, case_id)["capacity_mw"] == typed


def test_every_step_opens_for_every_kind(editor):
    for kind in ("renewable_power", "efficiency_retrofit"):
        case_id = editor.start(kind)
        tasks = editor.get(f"/applications/{case_id}").text
        assert tasks.count('data-state="not_started"') >= 6
        assert editor.get(f"/applications/{case_id}/form/project").text.count("HTZ") >= 178


def test_a_conditional_question_says_its_condition_and_is_ignored_where_it_does_not_hold(
    editor, signatory, database
):
    case_id = editor.start("renewable_power")
    page = editor.get(f"/applications/{case_id}/form/technology").text
    assert "Only if “Method document” is one of" in page
    editor.fill_everything(case_id, SOLAR | {"phase_out_on": "no day at all"})
    assert editor.path.endswith("/check"), editor.text
    sent = signatory.get(f"/applications/{case_id}/check")
    declared = dict.fromkeys(operations.DECLARATIONS, "y")
    sent.send(sent.form_with("true_and_complete"), declared)
    assert sent.path.endswith("/receipt")
    assert "phase_out_on" not in _answers(database, case_id)


def test_two_browsers_on_different_fields_both_keep_theirs(editor, signatory, database):
    case_id = editor.start("renewable_power")
    step = f"/applications/{case_id}/form/particulars"
    editor.get(step)
    signatory.get(step)
    editor.fill({"project_name_zh": "编辑的名称"})
    signatory.fill({"site_address": "签章人的地址"})
    kept = _answers(database, case_id)
    assert (kept["project_name_zh"], kept["site_address"]) == ("编辑的名称", "签章人的地址")


def test_two_browsers_on_one_field_see_both_and_nothing_is_overwritten(editor, signatory, database):
    case_id = editor.start("renewable_power")
    step = f"/applications/{case_id}/form/particulars"
    editor.get(step)
    signatory.get(step)
    editor.fill({"project_name_zh": "第一个人的名称", "site_address": "第一个人的地址"})
    signatory.fill({"project_name_zh": "第二个人的名称"})
    assert signatory.status == 409
    assert "Somebody else changed it to “第一个人的名称”" in signatory.text
    shown = signatory.form_with("version")["fields"]
    assert shown["project_name_zh"] == "第二个人的名称"
    assert shown["site_address"] == "第一个人的地址"
    assert _answers(database, case_id)["project_name_zh"] == "第一个人的名称"
    signatory.fill({})
    kept = _answers(database, case_id)
    assert kept["project_name_zh"] == "第二个人的名称"
    assert kept["site_address"] == "第一个人的地址"


def _autosave(browser, case_id: int, values: dict[str, str]):
    form = browser.get(f"/applications/{case_id}/form/particulars").form_with("version")
    return browser.client.post(
        f"/applications/{case_id}/form/particulars/autosave",
        data={**form["fields"], **values},
        headers=browser.headers,
    )


def test_the_timer_saves_and_tells_when(editor, database):
    case_id = editor.start("renewable_power")
    answer = _autosave(editor, case_id, {"project_name_zh": "自动保存的名称"})
    assert answer.status_code == 200
    assert answer.json["message"].startswith("Draft saved: ")
    assert answer.json["version"] == 2
    assert _answers(database, case_id)["project_name_zh"] == "自动保存的名称"


def test_the_timer_never_overwrites_what_another_saved(editor, database):
    case_id = editor.start("renewable_power")
    _autosave(editor, case_id, {"project_name_zh": "先保存"})
    stale = {"project_name_zh": "后保存", "version": "1", "seen": "{}"}
    answer = _autosave(editor, case_id, stale)
    assert answer.status_code == 409
    assert "Name of the project" in answer.json["message"]
    assert _answers(database, case_id)["project_name_zh"] == "先保存"


@pytest.mark.parametrize("seen", ["", "[]", "{", '{"a": 1}', "null", "x" * 9000])
def test_a_mangled_memory_of_the_page_does_no_harm(editor, database, seen):
    case_id = editor.start("renewable_power")
    answer = _autosave(editor, case_id, {"seen": seen, "version": "-1", "site_address": "某地某处"})
    assert answer.status_code == 200
    assert _answers(database, case_id)["site_address"] == "某地某处"


def test_the_live_score_follows_and_keeps_nothing(editor, database):
    case_id = editor.start("renewable_power")
    before = _answers(database, case_id)
    answer = editor.client.post(
        f"/applications/{case_id}/form/technology/score",
        data={"fossil_use": "phase_out", "method_document": "none"},
        headers=editor.headers,
    )
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    asked = text.split('data-asked="')[1].split('"')[0].split()
    assert "phase_out_on" in asked
    assert "method_vintage" not in asked
    assert _answers(database, case_id) == before


def test_nobody_sets_what_is_the_assessors(editor, database):
    case_id = editor.start("renewable_power")
    _autosave(editor, case_id, {"evidence_tier": "T3", "identical_claim": "no", "state": "RESERVE"})
    assert _answers(database, case_id) == {}


def test_codes_are_found_and_chosen_without_script(editor, database):
    case_id = editor.start("renewable_power")
    editor.get(f"/applications/{case_id}/form/project")
    editor.fill({"build_type": "new"}, press="look_up.industry_code")
    assert editor.path == f"/applications/{case_id}/codes/industry_code"
    editor.get(f"/applications/{case_id}/codes/industry_code?q=太阳能发电")
    editor.send(editor.form_with("code"), {})
    kept = _answers(database, case_id)
    assert kept["build_type"] == "new"
    assert kept["industry_code"]
    assert f"/applications/{case_id}/form/project" == editor.path
    found = editor.client.get(f"/applications/{case_id}/codes/industry_code.json?q=4416").json
    assert found[0]["code"] == "4416"
    assert editor.get(f"/applications/{case_id}/codes/capacity_mw").status == 404


def test_the_grid_of_the_province_is_offered(editor):
    case_id = editor.start("renewable_power")
    _save(editor, case_id, "project", {"province": "620000"})
    page = editor.get(f"/applications/{case_id}/form/technology")
    assert "For the province given: Northwest China grid" in page.text
    assert page.form_with("version")["fields"]["grid_region"] == "northwest"


def _save(browser, case_id: int, step: str, values: dict[str, str]) -> None:
    browser.get(f"/applications/{case_id}/form/{step}").fill(values, press="later")


def test_only_the_signatory_sends_even_by_a_made_up_post(editor, database):
    case_id = editor.start("renewable_power")
    editor.fill_everything(case_id, SOLAR)
    declared = dict.fromkeys(operations.DECLARATIONS, "y")
    answer = editor.client.post(f"/applications/{case_id}/submit", data=declared)
    assert answer.status_code == 422
    with database.read() as session:
        assert session.get_one(Application, case_id).state == "DRAFT"


def test_sending_needs_every_declaration(editor, signatory, database):
    case_id = editor.start("renewable_power")
    editor.fill_everything(case_id, SOLAR)
    signatory.get(f"/applications/{case_id}/check")
    signatory.send(signatory.form_with("true_and_complete"), {"true_and_complete": "y"})
    assert signatory.status == 422
    assert signatory.text.count("Declare this before you send.") >= 2
    with database.read() as session:
        assert session.get_one(Application, case_id).state == "DRAFT"


def test_an_empty_draft_is_told_everything_that_is_missing(signatory):
    case_id = signatory.start("renewable_power")
    signatory.get(f"/applications/{case_id}/check")
    declared = dict.fromkeys(operations.DECLARATIONS, "y")
    signatory.send(signatory.form_with("true_and_complete"), declared)
    assert signatory.status == 422
    assert signatory.text.count("Answer this question.") > 20


def test_assumed_answers_are_marked_until_they_are_changed(editor, database):
    case_id = editor.start("renewable_power")
    with database.write() as session:
        case = session.get_one(Application, case_id)
        case.answers, case.assumed = {"lifetime_years": "25"}, {"lifetime_years": True}
        session.add(case)
    assert "Demo assumption" in editor.get(f"/applications/{case_id}/form/project").text
    editor.fill({"lifetime_years": "30"})
    with database.read() as session:
        assert session.get_one(Application, case_id).assumed == {}


def test_withdrawn_with_a_question_and_copied_again(editor, database):
    case_id = editor.start("renewable_power")
    _save(editor, case_id, "particulars", {"project_name_zh": "要撤回的项目"})
    editor.get(f"/applications/{case_id}/withdraw")
    assert "What will happen" in editor.text
    editor.client.post(f"/applications/{case_id}/withdraw")
    page = editor.get(f"/applications/{case_id}")
    assert 'data-state="WITHDRAWN"' in page.text
    assert editor.get(f"/applications/{case_id}/form/project").status == 409
    copied = editor.client.post(f"/applications/{case_id}/clone", follow_redirects=True)
    new_id = int(copied.request.path.rsplit("/", 1)[1])
    assert new_id != case_id
    assert _answers(database, new_id)["project_name_zh"] == "要撤回的项目"


def test_the_operation_refuses_a_draft_of_a_decided_case(database, everybody):
    with database.write() as session:
        case = Case(session, everybody, NOW).draft().submit()
        with pytest.raises(MoveRefused):
            operations.save_draft(
                session,
                application_id=case.id,
                changes={"site_address": "别处"},
                draft_version=case.row.draft_version,
                by=case.actor(everybody.editor),
                now=case.at(),
            )


def test_the_form_tells_of_the_public_list_and_of_nothing_else(editor, database):
    """A listed technology on a ground with a public basis is told while one types; a company on the
    list, and a technology whose ground nobody may show, are not."""
    grounds = {"eliminated_class": "立窑水泥生产线", "restricted_class": "土法炼焦工艺"}
    with database.write() as session:
        for ground, name in grounds.items():
            _listed(session, "technology", name, ground)
        _listed(session, "company", "甘肃演练能源有限公司", "eliminated_class")
        session.add(
            GroundBasis(
                ground="eliminated_class",
                basis="产业结构调整指导目录（2024年本）",
                proposed_at=NOW,
                confirmed_at=NOW,
            )
        )
    case_id = editor.start("renewable_power")
    editor.get(f"/applications/{case_id}/form/particulars")
    typed = "甘肃演练能源有限公司立窑水泥生产线改造，替代土法炼焦工艺"
    editor.fill({"project_name_zh": typed, "project_name_en": "A kiln"})
    page = editor.get(f"/applications/{case_id}/form/particulars").text
    notice = page.split("The public list has this technology or product")[1].split("</ul>")[0]
    assert "立窑水泥生产线" in notice
    assert "土法炼焦工艺" not in notice and "演练能源" not in notice


def _listed(session, kind: str, name: str, ground: str) -> None:
    row = RestrictedEntry(
        subject_kind=kind,
        name_zh=name,
        ground=ground,
        facts="见目录",
        from_day=date(2024, 2, 1),
        state="IN_FORCE",
        proposed_at=NOW,
        changed_at=NOW,
    )
    session.add(row)
    session.flush()
    write_keys(session, row)
