"""The public status page: every state in words, nothing to a wrong token, the bytes unchanged."""

import hashlib
from datetime import timedelta

import pytest
from cryptography import x509

from registry.models import Certificate
from registry.operations import certificate as operations
from tests.conftest import NOW


def change(database, certificate_id, **values):
    with database.write() as session:
        row = session.get_one(Certificate, certificate_id)
        for name, value in values.items():
            setattr(row, name, value)
        session.add(row)


def page(client, address, language="zh"):
    return client.get(address, headers={"Accept-Language": language})


def test_it_says_what_is_certified_and_how_carefully(client, issued):
    text = page(client, issued.address).text
    assert "凉州五十兆瓦光伏发电项目" in text
    assert "63,831" in text
    assert "事前估算，非实测" in text
    assert "不作为碳信用" in text
    assert "https://registry.example" in text
    assert issued.certificate.pdf_sha256 in text
    english = page(client, issued.address, "en").text
    assert "In force" in english
    assert "ex-ante estimate, not measured" in english
    assert "Not a carbon credit" in english
    assert "审定戊" not in text + english


@pytest.mark.parametrize(
    "address",
    [
        "/c/{number}/wrong",
        "/c/{number}/{token}x",
        "/c/GPC-2026-000002-06/{token}",
        "/c/{number}/wrong/certificate.pdf",
    ],
)
def test_a_wrong_token_finds_nothing(client, issued, address):
    made = issued.certificate
    asked = address.format(number=made.number, token=made.token)
    assert client.get(asked).status_code == 404


def test_the_bytes_are_those_that_were_signed(client, issued):
    answer = client.get(issued.address + "/certificate.pdf")
    assert hashlib.sha256(answer.data).hexdigest() == issued.certificate.pdf_sha256
    assert answer.data == issued.pdf
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_one_that_is_being_made_is_known_to_nobody(client, database, issued):
    change(database, issued.certificate.id, state="ALLOTTED")
    assert client.get(issued.address).status_code == 404


def test_suspended_and_revoked_tell_reason_and_day(client, database, people, issued):
    first, second = (people.actor(p) for p in (issued.team.approver, issued.team.approver_2))
    at = NOW + timedelta(hours=2)
    which = issued.certificate.id
    with database.write() as session:
        operations.suspend(
            session,
            certificate_id=which,
            reason_code="under_investigation",
            reason="内部说明甲",
            by=first,
            now=at,
        )
    text = page(client, issued.address).text
    assert 'data-state="SUSPENDED"' in text
    assert "正在调查" in text
    assert "内部说明甲" not in text
    with database.write() as session:
        operations.propose_revocation(
            session,
            certificate_id=which,
            reason_code="false_statement",
            reason="内部说明乙",
            by=first,
            now=at,
        )
    assert 'data-state="SUSPENDED"' in page(client, issued.address).text
    with database.write() as session:
        operations.revoke(session, certificate_id=which, reason="内部说明丙", by=second, now=at)
    text = page(client, issued.address, "en").text
    assert 'data-state="REVOKED"' in text
    assert "False statement" in text
    assert "22 November 2026" in text
    assert "内部说明" not in text
    assert client.get(issued.address + "/certificate.pdf").data == issued.pdf


@pytest.mark.parametrize("state", ["RENEWED", "SUPERSEDED"])
def test_one_that_was_followed_names_its_successor(client, database, issued, state):
    made = issued.certificate
    change(database, made.id, state=state, ended_at=NOW)
    with database.write() as session:
        follower = Certificate(
            **made.model_dump(exclude={"id", "number", "token", "sequence"}),
            number="GPC-2026-000002-06",
            token="another-token",
            sequence=2,
        )
        session.add(follower)
    text = page(client, issued.address).text
    assert f'data-state="{state}"' in text
    assert "/c/GPC-2026-000002-06/another-token" in text


def test_a_term_that_is_over_is_expired_before_the_timer_says_so(client, database, issued):
    change(database, issued.certificate.id, valid_to=NOW.date() - timedelta(days=1))
    assert 'data-state="EXPIRED"' in page(client, issued.address).text


def test_the_anchor_is_the_root_above_the_signer(client, issued, settings):
    answer = client.get("/issuer/anchor.pem")
    root = x509.load_pem_x509_certificate(answer.data)
    signer = operations.signer_of(settings)
    assert root.subject == signer.certificate.issuer
    signer.certificate.verify_directly_issued_by(root)
