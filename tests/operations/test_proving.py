"""An issued certificate proves itself: logged, credential, score, all from the file alone."""

import hashlib
import io
import json

import jsonschema_rs
import pikepdf
import pytest
import rfc8785

from registry.documents import evidence, recompute
from registry.documents.findings import Exit, Outcome
from registry.documents.proof_check import Known
from registry.documents.verification import verify
from registry.jobs.certificates import issue_waiting
from registry.models import Certificate
from registry.operations.certificate_content import opened_by_holder
from registry.operations.evidence import path_of
from tests.cases import DECLARED, Case, team
from tests.conftest import NOW

SECRET = ("attributes_details", "controller_name")
LOAN = {"loan_balance_10k_yuan": "8000", "loan_rate_percent": "3.85"}


@pytest.fixture(scope="module")
def validator():
    return jsonschema_rs.Draft202012Validator(json.loads(evidence.schema()), validate_formats=True)


def issued(database, settings, people, monkeypatch, *, consents=True):
    """A certificate with trade secrets in its application, with or without consent."""
    from tests import cases

    declared = DECLARED | ({"discloses_trade_secrets"} if consents else set())
    monkeypatch.setattr(cases, "DECLARED", frozenset(declared))
    with database.write() as session:
        case = Case(session, team(people), NOW).listed({**cases.SOLAR, **LOAN})
        certificate_id = case.certificate.id
    assert issue_waiting(database, settings, case.now) == 1
    with database.read() as session:
        made = session.get_one(Certificate, certificate_id)
    return made, path_of(settings.documents_folder, made.pdf_sha256).read_bytes()


def files_in(pdf):
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return {
            name: opened.attachments[name].get_file().read_bytes() for name in opened.attachments
        }


def test_everything_holds_from_the_file_alone(database, settings, people, monkeypatch, validator):
    made, pdf = issued(database, settings, people, monkeypatch)
    found = verify(pdf)
    outcomes = {one.code: one.outcome for one in found.items}
    assert (found.failed, found.exit_code) == ((), Exit.UNTRUSTED)
    assert [outcomes[code] for code in ("log", "credential", "score")] == [Outcome.HOLDS] * 3
    (score,) = (one for one in found.items if one.code == "score")
    assert "re-computed by the attached rulebook: 8" in score.words.en
    files = files_in(pdf)
    assert set(files) == {
        *("evidence.json", "log.proof", "credential.json", "factors.json", "rulebook.zip"),
    }
    for name, digest in (made.attached or {}).items():
        assert hashlib.sha256(files[name]).hexdigest() == digest
    said = json.loads(files["evidence.json"])
    validator.validate(said)
    assert rfc8785.dumps(said) == files["evidence.json"]
    assert rfc8785.dumps(json.loads(files["credential.json"])) == files["credential.json"]
    light = len(pdf) - len(files["rulebook.zip"])
    print(len(pdf), light)


def test_trade_secrets_without_consent_are_sealed_and_the_holder_opens_them(
    database, settings, people, monkeypatch, validator
):
    made, pdf = issued(database, settings, people, monkeypatch, consents=False)
    files = files_in(pdf)
    said = json.loads(files["evidence.json"])
    validator.validate(said)
    assert set(said["assessment"]["commitments"]) == {*LOAN, *SECRET}
    for value in ("8000", "3.85"):
        assert f'"{value}"'.encode() not in b"".join(files.values())
    (score,) = (one for one in verify(pdf).items if one.code == "score")
    assert (score.outcome, "4 inputs are sealed" in score.words.en) == (Outcome.OPEN, True)
    with database.read() as session:
        opened = opened_by_holder(
            session, session.get_one(Certificate, made.id), files["evidence.json"]
        )
    openings = recompute.read_openings(opened)
    found = verify(pdf, known=Known(openings=openings))
    assert found.outcome("score") is Outcome.HOLDS
    lied = {**openings, "loan_rate_percent": {**openings["loan_rate_percent"], "value": "3.95"}}
    found = verify(pdf, known=Known(openings=lied))
    assert "loan_rate_percent was not sealed with this value" in found.headline.en
