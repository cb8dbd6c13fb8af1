"""Checking by number tells the state only; checking a file tells every finding and keeps nothing."""

import io

import pytest

from registry.models import Certificate


def upload(client, data: bytes, language="en"):
    """By hand, since the client spools larger bodies into a file that it leaves open."""
    disposition = 'Content-Disposition: form-data; name="file"; filename="certificate.pdf"'
    head = f"--b\r\n{disposition}\r\nContent-Type: application/pdf\r\n\r\n".encode()
    return client.post(
        "/check",
        input_stream=io.BytesIO(head + data + b"\r\n--b--\r\n"),
        content_length=len(head) + len(data) + 9,
        content_type="multipart/form-data; boundary=b",
        headers={"Accept-Language": language},
    )


def everything_in(folder):
    return sorted(str(path) for path in folder.rglob("*"))


def test_by_number_it_tells_the_state_and_no_more(client, issued):
    number = issued.certificate.number
    for written in (number, number.lower(), f"  {number} "):
        text = client.get("/check", query_string={"number": written}).text
        assert 'data-state="ISSUED"' in text
    assert issued.certificate.token not in text
    assert "凉州" not in text
    assert issued.certificate.pdf_sha256 not in text


def test_a_slip_and_an_unknown_number_are_told_apart(client, issued):
    slip = client.get("/check?number=GPC-2026-000001-08", headers={"Accept-Language": "en"}).text
    assert "check digits do not fit" in slip
    unknown = client.get("/check?number=GPC-2026-000002-06", headers={"Accept-Language": "en"})
    assert "never issued it" in unknown.text


def test_the_file_as_issued_holds(client, issued, settings):
    before = everything_in(settings.instance)
    text = upload(client, issued.pdf).text
    assert "as it was issued" in text
    assert 'data-state="fails"' not in text
    assert "signature intact" in text
    assert "status as of the list of" in text
    assert everything_in(settings.instance) == before, "an uploaded file was kept"


@pytest.mark.parametrize("place", [0.1, 0.5, 0.9])
def test_one_changed_byte_is_refused(client, issued, place):
    at = int(len(issued.pdf) * place)
    changed = issued.pdf[:at] + bytes([issued.pdf[at] ^ 1]) + issued.pdf[at + 1 :]
    text = upload(client, changed).text
    assert "as it was issued" not in text
    assert "Refused" in text or "Not the file" in text


def test_another_file_under_a_known_number_is_not_ours(client, database, issued):
    """As if somebody had signed a second file with the same key."""
    with database.write() as session:
        row = session.get_one(Certificate, issued.certificate.id)
        row.pdf_sha256 = "0" * 64
    text = upload(client, issued.pdf).text
    assert "Not the file that this registry issued" in text


def test_a_number_that_we_never_gave_is_refused(client, database, issued):
    with database.write() as session:
        row = session.get_one(Certificate, issued.certificate.id)
        row.number = "GPC-2026-000002-06"
    assert "does not know the number" in upload(client, issued.pdf).text


def test_an_intact_file_that_is_revoked_says_both(client, database, issued):
    with database.write() as session:
        row = session.get_one(Certificate, issued.certificate.id)
        row.state, row.end_reason_code = "REVOKED", "issued_in_error"
    text = upload(client, issued.pdf).text
    assert "intact, but the certificate is not in force" in text
    assert "Issued in error" in text


@pytest.mark.parametrize("data", [b"x", b"%PDF-1.7 broken", b"PK\x03\x04" + b"0" * 2000])
def test_what_is_no_certificate_is_told_so(client, data):
    answer = upload(client, data)
    assert answer.status_code == 200
    assert "Refused" in answer.text


def test_nothing_chosen_is_told_at_the_field(client):
    answer = client.post("/check", data={}, headers={"Accept-Language": "en"})
    assert answer.status_code == 422
    assert "Choose a file." in answer.text


def test_a_file_that_is_too_large_is_refused(client):
    answer = upload(client, b"%PDF" + b"0" * (6 * 1024 * 1024))
    assert answer.status_code == 422
    assert "Too large" in answer.text
