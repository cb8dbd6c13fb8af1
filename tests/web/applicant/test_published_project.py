"""Published projects through the form, as a browser without script sends it."""

from registry.models import Application
from registry.queries import application as queries
from registry.queries.assessment import newest_assessment
from tests.cases import SOLAR
from tests.rules.projects import KILN

DECLARED = {"true_and_complete": "y", "no_double_claim": "y", "agrees_to_publication": "y"}


def test_g01_liangzhou_is_filled_in_checked_sent_and_receipted(editor, signatory, database):
    case_id = editor.start("renewable_power")
    editor.fill_everything(case_id, SOLAR)
    assert editor.path == f"/applications/{case_id}/check"
    assert "Ask the signatory" in editor.text
    assert "签章乙" in editor.text
    signatory.get(f"/applications/{case_id}/check")
    signatory.send(signatory.form_with("true_and_complete"), DECLARED)
    assert signatory.path == f"/applications/{case_id}/receipt"
    with database.read() as session:
        case = session.get_one(Application, case_id)
        version = queries.newest_version(session, case_id)
        assessment = newest_assessment(session, case)
        assert case.state == "SCREENING"
        assert case.number in signatory.text
        assert version.digest[:4] in signatory.text
        abatement = next(b for b in assessment.result["benefits"] if b["id"] == "abatement")
        assert abatement["central"] == "63831"
        assert version.answers["generation_mwh_per_year"] == "72668"
        assert "evidence_tier" not in version.answers


def test_g13_impossible_electricity_stops_at_its_field_and_keeps_the_draft(
    editor, signatory, database
):
    case_id = editor.start("renewable_power")
    impossible = SOLAR | {
        "technology": "wind_onshore",
        "capacity_mw": "48",
        "generation_mwh_per_year": "1,400,000",
    }
    editor.fill_everything(case_id, impossible)
    assert editor.status == 422
    assert editor.path.endswith("/form/technology")
    assert "420,480" in editor.text
    assert 'href="#generation_mwh_per_year"' in editor.text
    for step in ("environment", "integrity", "evidence"):
        editor.get(f"/applications/{case_id}/form/{step}").fill(impossible)
    signatory.get(f"/applications/{case_id}/check")
    signatory.send(signatory.form_with("true_and_complete"), DECLARED)
    assert signatory.status == 422
    assert "420,480" in signatory.text
    assert "form/technology?check=1#generation_mwh_per_year" in signatory.text
    with database.read() as session:
        case = session.get_one(Application, case_id)
        assert (case.state, case.number) == ("DRAFT", None)
        assert case.answers["generation_mwh_per_year"] == "1,400,000"


def test_a_retrofit_goes_through_the_same_form(editor, signatory, database):
    case_id = editor.start("efficiency_retrofit")
    answers = {**SOLAR, **KILN}
    editor.fill_everything(case_id, answers)
    assert editor.path.endswith("/check"), editor.text
    signatory.get(f"/applications/{case_id}/check")
    signatory.send(signatory.form_with("true_and_complete"), DECLARED)
    assert signatory.path.endswith("/receipt"), signatory.text
    with database.read() as session:
        sent = session.get_one(Application, case_id)
        assert "capacity_mw" not in sent.answers
        assert (sent.version_no, sent.kind) == (1, "efficiency_retrofit")
