"""`registry certificate verify` on what the registry issued, and on the same with one byte changed."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from registry.cli import main
from registry.jobs.certificates import issue_waiting
from registry.models import Certificate
from registry.operations.evidence import path_of
from tests.cases import Case, team


@pytest.fixture
def issued(database, people, settings, tmp_path):
    """The file of a certificate that was issued a moment ago, and the issuer's anchor."""
    with database.write() as session:
        case = Case(session, team(people), datetime.now(UTC) - timedelta(minutes=20)).listed()
        certificate_id = case.certificate.id
    issue_waiting(database, settings, case.now)
    with database.read() as session:
        made = session.get_one(Certificate, certificate_id)
        data = path_of(settings.documents_folder, made.pdf_sha256).read_bytes()
        number = made.number
    path = tmp_path / "certificate.pdf"
    path.write_bytes(data)
    return path, number, settings.keys_folder / "test" / "anchor.pem"


def run(*arguments: object):
    return CliRunner().invoke(main, ["certificate", "verify", *map(str, arguments)])


def test_without_an_anchor_the_issuer_is_untrusted(issued):
    path, number, _ = issued
    answer = run(path)
    assert answer.exit_code == 3
    assert number in answer.output
    assert "signature intact; issuer untrusted unless its anchor was supplied" in answer.output
    assert "status unknown offline" in answer.output
    assert "TEST key" in answer.output


def test_with_the_anchor_it_is_intact(issued):
    path, _, anchor = issued
    answer = run(path, "--anchor", anchor)
    assert answer.exit_code == 0, answer.output
    assert "✗" not in answer.output


def test_in_chinese_and_for_machines(issued):
    path, number, anchor = issued
    assert "签名完整" in run(path, "--lang", "zh").output
    said = json.loads(run(path, "--json", "--anchor", anchor).output)
    assert (said["number"], said["exit_code"]) == (number, 0)


@pytest.mark.parametrize("share", [0.001, 0.2, 0.4, 0.6, 0.8, 0.999])
def test_one_changed_byte_is_refused(issued, share):
    path, _, anchor = issued
    data = path.read_bytes()
    at = int(len(data) * share)
    path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
    answer = run(path, "--anchor", anchor)
    assert answer.exit_code in (1, 4), answer.output


def test_of_several_files_the_gravest_counts(issued, tmp_path):
    path, _, anchor = issued
    data = path.read_bytes()
    (tmp_path / "other.pdf").write_bytes(data[:5000] + b"\x00" + data[5001:])
    answer = run(tmp_path, "--anchor", anchor)
    assert answer.exit_code in (1, 4)
    assert answer.output.count("certificate.pdf") == 1
