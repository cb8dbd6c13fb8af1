"""The interface for programs keeps to its own document, whatever is sent, and stores nothing."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance
from sqlalchemy import text

from registry.models import SQLModel
from registry.rules.assessment import Assessment
from registry.web.api.document import openapi
from tests.rules.projects import LIANGZHOU

PATHS = sorted(openapi("http://localhost", ["renewable_power"])["paths"])


@pytest.fixture
def listed(issued):
    return issued.list_number, issued.certificate.number


def rows(database) -> int:
    with database.read() as session:
        return sum(
            session.execute(text(f"SELECT count(*) FROM {table.name}")).scalar_one()
            for table in SQLModel.metadata.sorted_tables
        )


@pytest.mark.parametrize("path", PATHS)
def test_any_request_is_answered_as_the_document_says(app, database, listed, path):
    """Generated requests, right ones and wrong ones, against the document."""
    before = rows(database)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app).include(path=path)
    (operation,) = [found.ok() for found in schema.get_all_operations()]

    @settings(
        max_examples=40,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def answers(case):
        # Whether answers make sense together is the rules' to say, and no schema's.
        beyond_a_schema = [positive_data_acceptance] if path == "/score" else []
        case.call_and_validate(excluded_checks=beyond_a_schema)

    answers()
    assert rows(database) == before


def test_a_project_a_certificate_and_the_zones(client, listed):
    list_number, number = listed
    page = client.get("/api/v1/projects?q=凉州").json
    assert [item["list_number"] for item in page["items"]] == [list_number]
    one = client.get(f"/api/v1/projects/{list_number}").json
    assert one == page["items"][0]
    assert one["abatement_t_per_year"].startswith("63831")
    status = client.get(f"/api/v1/certificates/{number}").json
    assert (status["state"], status["label"]["en"]) == ("ISSUED", "In force")
    assert "token" not in status
    zones = client.get("/api/v1/zones").json["items"]
    assert len(zones) == 178


def test_money_and_secrets_are_not_public(client, listed):
    said = client.get("/api/v1/projects").text
    assert "investment" not in said
    assert "amount" not in said


@pytest.mark.parametrize("query", ["grade=purple", "sort=amount", "unknown=1", "q=" + "x" * 101])
def test_an_unknown_filter_is_refused_not_ignored(client, query):
    answer = client.get(f"/api/v1/projects?{query}")
    assert answer.status_code == 400
    assert answer.json["detail"]


def test_a_score_is_the_one_that_the_rules_give(client):
    answer = client.post("/api/v1/score", json={"kind": "renewable_power", "answers": LIANGZHOU})
    assert answer.status_code == 200, answer.text
    found = Assessment.from_record(answer.json["assessment"])
    assert found.benefit("abatement").central == "63831"
    assert "no registration" in answer.json["careful"]["en"]


def test_impossible_answers_are_refused_at_their_field(client):
    answers = {**LIANGZHOU, "generation_mwh_per_year": "1400000"}
    answer = client.post("/api/v1/score", json={"kind": "renewable_power", "answers": answers})
    assert answer.status_code == 422
    (problem,) = answer.json["problems"]
    assert (problem["field"], problem["code"]) == (
        "generation_mwh_per_year",
        "exceeds_physical_limit",
    )


def test_what_an_assessor_sets_is_nobody_elses(client):
    answers = {**LIANGZHOU, "evidence_tier": "T3"}
    answer = client.post("/api/v1/score", json={"kind": "renewable_power", "answers": answers})
    assert answer.status_code == 422
    assert answer.json["problems"][0]["code"] == "not_yours_to_set"


def test_the_questions_are_those_that_a_score_takes(client):
    asked = {q["id"] for q in client.get("/api/v1/questions/renewable_power").json["items"]}
    assert set(LIANGZHOU) <= asked


def test_no_form_token_is_asked_for_where_nothing_is_changed(app):
    app.config["WTF_CSRF_ENABLED"] = True
    client = app.test_client()
    answer = client.post("/api/v1/score", json={"kind": "renewable_power", "answers": {}})
    assert answer.status_code == 200
    assert client.post("/check", data={}).status_code == 400


def test_a_wrong_address_is_answered_in_json(client):
    answer = client.get("/api/v1/nothing")
    assert answer.status_code == 404
    assert answer.json["error"] == "Not Found"


def test_a_day_before_any_rulebook_is_refused_in_words(client):
    body = {"kind": "renewable_power", "answers": {}, "as_of": "2020-01-01"}
    answer = client.post("/api/v1/score", json=body)
    assert answer.status_code == 400
    assert "no rulebook was in force" in answer.json["detail"]
