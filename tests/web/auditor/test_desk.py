"""The auditor reads everything and writes nothing but notes; nobody else gets in."""

import hashlib
import json

import pytest
from sqlalchemy import text

from registry.models import SQLModel
from registry.queries import audit
from registry.rules import chain
from registry.rules.permissions import Role

READS = (
    "/audit/",
    "/audit/cases/{case}",
    "/audit/log",
    "/audit/log/1",
    "/audit/verify",
    "/audit/verify?start=1",
    "/audit/log.jsonl",
    "/audit/head.txt",
    "/audit/numbers",
    "/audit/numbers/GPC/2026",
    "/audit/numbers/GPL/2026",
    "/audit/certificates/{number}/certificate.pdf",
    "/audit/certificates/{number}/evidence.json",
)


@pytest.fixture
def issued(issued):
    return issued.team, issued.case_id, issued.certificate


def rows(database) -> dict[str, int]:
    with database.read() as session:
        return {
            table.name: session.execute(text(f"SELECT count(*) FROM {table.name}")).scalar_one()
            for table in SQLModel.metadata.sorted_tables
        }


def test_reading_writes_nothing(database, people, issued):
    everybody, case, made = issued
    browser = people.browser(everybody.auditor)
    before = rows(database)
    for address in READS:
        answer = browser.get(address.format(case=case, number=made.number))
        assert answer.status_code == 200, address
        assert answer.get_data()
    assert rows(database) == before


@pytest.mark.parametrize(
    "role", [r for r in Role if r not in (Role.AUDITOR, Role.PUBLIC, Role.SERVICE)]
)
def test_nobody_else_gets_in(people, issued, role):
    _, case, made = issued
    browser = people.browser(people.person(role))
    for address in READS:
        assert browser.get(address.format(case=case, number=made.number)).status_code == 403


def test_a_stranger_is_asked_to_sign_in(client, issued):
    assert client.get("/audit/").status_code == 302


def test_a_case_shows_proofs_people_and_bytes(database, people, issued):
    everybody, case, made = issued
    page = people.browser(everybody.auditor).get(f"/audit/cases/{case}").text
    assert "评审丁" in page
    assert "审定戊" in page
    assert "当时未载入名单" in page, "nothing compared is no “no match”"
    with database.read() as session:
        events = audit.events_of(session, f"application:{case}", f"certificate:{made.number}")
    for event in events:
        assert f'id="event-{event.seq}"' in page
        assert event.sha256 in page
    assert "字节与摘要不符" not in page


def test_a_changed_event_shows_on_the_case_and_on_the_page_of_verification(
    database, people, issued
):
    everybody, case, _ = issued
    with database.write() as session:
        seq = audit.events_of(session, f"application:{case}")[2].seq
        session.execute(
            text("UPDATE audit_event SET sha256 = :h WHERE seq = :s"), {"h": "0" * 64, "s": seq}
        )
    browser = people.browser(everybody.auditor)
    assert "字节与摘要不符" in browser.get(f"/audit/cases/{case}").text
    page = browser.get("/audit/verify?start=1").text
    assert "日志不完整" in page
    assert f"/audit/log/{seq}" in page


def test_verifying_takes_older_heads(database, people, issued):
    everybody, _, made = issued
    browser = people.browser(everybody.auditor)
    good = f"{made.log_seq}:{made.log_hash}"
    assert "日志完整" in browser.get("/audit/verify", query_string={"start": 1, "head": good}).text
    bad = f"{made.log_seq}:{'0' * 64}"
    page = browser.get("/audit/verify", query_string={"start": 1, "head": f"{good}\n{bad}"}).text
    assert "与先前留存的日志头不符" in page
    page = browser.get("/audit/verify", query_string={"start": 1, "head": "nonsense"}).text
    assert "不是日志头" in page
    assert "日志完整" not in page


def test_the_export_verifies_elsewhere(people, issued):
    everybody, _, _ = issued
    browser = people.browser(everybody.auditor)
    lines = browser.get("/audit/log.jsonl").text.splitlines()
    seq, digest = browser.get("/audit/head.txt").text.splitlines()[0].split(":")
    report = chain.verify(map(chain.from_line, lines), [chain.Head(int(seq), digest)])
    assert report.intact
    assert report.events == len(lines) == int(seq)


def test_downloads_are_the_stored_bytes_and_run_nowhere(people, issued):
    everybody, _, made = issued
    browser = people.browser(everybody.auditor)
    for name, digest in (
        ("certificate.pdf", made.pdf_sha256),
        ("evidence.json", made.evidence_sha256),
    ):
        answer = browser.get(f"/audit/certificates/{made.number}/{name}")
        assert hashlib.sha256(answer.data).hexdigest() == digest
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert json.loads(answer.data)["certificate"]["number"] == made.number


def test_a_note_is_kept_and_chained_and_told(database, people, issued):
    everybody, case, _ = issued
    browser = people.browser(everybody.auditor)
    empty = browser.post(f"/audit/cases/{case}", data={"text": ""})
    assert "请写明批注内容" in empty.text
    before = rows(database)
    answer = browser.post(
        f"/audit/cases/{case}", data={"text": "两份合同日期不符", "refers_suspicion": "y"}
    )
    assert answer.status_code == 302
    changed = {k: v - before[k] for k, v in rows(database).items() if v != before[k]}
    # The salt is that of the auditor's own commitment, made with a person's first event.
    assert changed == {"annotation": 1, "audit_event": 1, "outbox_message": 2, "person_salt": 1}
    assert "两份合同日期不符" in browser.get(f"/audit/cases/{case}").text
    assert "两份合同日期不符" in browser.get("/audit/").text
    assert people.browser(everybody.approver).post(f"/audit/cases/{case}").status_code == 403


def test_certificates_are_filtered(people, issued):
    everybody, _, made = issued
    browser = people.browser(everybody.auditor)
    for found in ("", "?state=ISSUED", f"?q={made.number[:12].lower()}", "?issued_from=2026-01-01"):
        assert made.number in browser.get(f"/audit/{found}").text, found
    for none in ("?state=REVOKED", "?q=GPC-1999", "?issued_from=2027-01-01", "?q=%25"):
        assert made.number not in browser.get(f"/audit/{none}").text, none


@pytest.mark.parametrize(
    "address",
    [
        "/audit/cases/999",
        "/audit/log/999",
        "/audit/files/999",
        "/audit/numbers/XX/2026",
        "/audit/certificates/GPC-2026-000009-30/certificate.pdf",
        "/audit/certificates/GPC-2026-000009-30/evidence.json",
    ],
)
def test_what_is_not_there_is_not_found(people, address):
    browser = people.browser(people.person(Role.AUDITOR))
    assert browser.get(address).status_code == 404


@pytest.mark.parametrize("wrong", ["²", "9" * 30, "-1", "x"])
def test_a_place_that_is_none_counts_as_not_given(people, issued, wrong):
    browser = people.browser(issued[0].auditor)
    for address in ("/audit/", "/audit/log"):
        assert browser.get(address, query_string={"before": wrong}).status_code == 200
    page = browser.get("/audit/numbers/GPC/2026", query_string={"from": wrong})
    assert issued[2].number in page.text
