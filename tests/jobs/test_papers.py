"""The papers of a case: printed by the worker, once, signed, and served to those whom they concern."""

import subprocess

import pytest
from sqlmodel import col, select

from registry.documents import conformance
from registry.jobs import papers as jobs
from registry.models import AuditEvent, CasePaper
from registry.operations.evidence import path_of
from registry.queries import paper as queries
from tests.cases import Case, team
from tests.conftest import NOW


@pytest.fixture
def everybody(people):
    return team(people)


@pytest.fixture
def rejected(database, everybody):
    with database.write() as session:
        case = Case(session, everybody, NOW).draft().submit().clear_hits().accept()
        case.score()
        case.settle_all().recommend().reject()
        return case.id


def text_of(settings, row: CasePaper) -> str:
    pdf = path_of(settings.documents_folder, row.sha256).read_bytes()
    assert conformance.check(pdf) == []
    found = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    )
    return found.stdout.decode()


def test_receipt_letter_and_report_are_printed_once_and_say_what_was_decided(
    database, settings, rejected
):
    while jobs.print_papers(database, settings, NOW):
        pass
    with database.read() as session:
        rows = {row.kind: row for row in queries.papers_of(session, rejected)}
        assert set(rows) == set(queries.KINDS)
        assert queries.wanted(session, limit=9) == []
        events = session.exec(
            select(AuditEvent)
            .where(AuditEvent.kind == "paper.printed")
            .order_by(col(AuditEvent.seq))
        ).all()
    assert [
        rows[kind].sha256.encode() in event.canonical
        for kind, event in zip(queries.KINDS, events, strict=True)
    ] == [True, True, True]
    assert "申报回执" in text_of(settings, rows["receipt"])
    letter = text_of(settings, rows["refusal"])
    assert "不予通过" in letter and "You may appeal until" in letter
    report = text_of(settings, rows["report"])
    for rule in ("A1", "E1", "G-ENV3Y"):
        assert rule in report
    assert jobs.print_papers(database, settings, NOW) == 0


def test_the_applicant_and_the_auditor_get_the_bytes_and_a_stranger_nothing(
    database, settings, people, everybody, rejected, app
):
    jobs.print_papers(database, settings, NOW)
    with database.read() as session:
        (first, *_) = queries.papers_of(session, rejected)
    owner, auditor = people.browser(everybody.editor), people.browser(people.person("auditor"))
    elsewhere = people.organisation("他处有限公司")
    stranger = people.browser(people.person("applicant.editor", organisation=elsewhere))
    path = f"/applications/{rejected}/papers/{first.id}.pdf"
    stored = path_of(settings.documents_folder, first.sha256).read_bytes()
    for reader, address in (
        (owner, path),
        (auditor, f"/audit/cases/{rejected}/papers/{first.id}.pdf"),
    ):
        with reader.get(address) as answer:
            assert answer.data == stored
    assert path in owner.get(f"/applications/{rejected}").text
    assert stranger.get(path).status_code == 404
    assert owner.get(f"/applications/{rejected}/papers/999.pdf").status_code == 404


def test_one_that_cannot_be_printed_keeps_none_of_the_others_from_it(
    database, settings, rejected, monkeypatch
):
    monkeypatch.setattr(jobs, "_failed", {})
    kept = jobs.operations.content_of

    def broken(session, wanted, **given):
        if wanted.kind == "receipt":
            raise ValueError("no such glyph")
        return kept(session, wanted, **given)

    monkeypatch.setattr(jobs.operations, "content_of", broken)
    while jobs.print_papers(database, settings, NOW):
        pass
    with database.read() as session:
        assert [row.kind for row in queries.papers_of(session, rejected)] == ["refusal", "report"]
        assert [one.kind for one in queries.wanted(session, limit=9)] == ["receipt"]
