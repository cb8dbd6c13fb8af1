"""An auditor takes certificates along: one ZIP that can be checked anywhere, and nobody else can."""

import io
import json
import zipfile

from cryptography import x509

from registry.documents import keys, parcel
from tests.web.auditor.test_desk import issued, rows

__all__ = ["issued"]


def test_a_parcel_is_whole_and_can_be_drawn_again(database, people, issued, settings, tmp_path):
    everybody, _, made = issued
    browser = people.browser(everybody.auditor)
    before = rows(database)
    asked = browser.get("/audit/parcel?sample=1&seed=paper-7").text
    assert "1 份" in asked or "1 certificates" in asked
    assert "field-error" not in asked
    address = "/audit/parcel.zip?sample=1&seed=paper-7"
    answer = browser.get(address)
    path = tmp_path / "parcel.zip"
    path.write_bytes(answer.data)
    root = settings.keys_folder / "test" / keys.ANCHOR
    found = parcel.verify(path, [x509.load_pem_x509_certificate(root.read_bytes())])
    assert (found.faults, found.certificates, found.trusted) == ((), 1, 1)
    assert found.opened.sample == {"numbers": [made.number], "seed": "paper-7"}
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        names = archive.namelist()
        record = json.loads(archive.read(f"sample/{made.number}/case.json"))
    assert f"sample/{made.number}/evidence.json" in names
    assert {"versions", "assessments", "decisions", "judgements", "events"} <= record.keys()
    assert record["assessments"] and record["decisions"] and record["events"]
    assert all("openings" not in one for one in record["certificates"])
    again = io.BytesIO(browser.get(address).data)
    with zipfile.ZipFile(again) as archive:
        assert archive.namelist() == names
    assert rows(database) == before


def test_filters_select_and_odd_samples_are_refused(people, issued):
    everybody, _, _ = issued
    browser = people.browser(everybody.auditor)
    answer = browser.get("/audit/parcel.zip?state=REVOKED&sample=0")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.namelist() == ["manifest.json", "README.txt"]
    for odd in ("sample=5000", "sample=-1", "seed=a%20b", "seed=" + "x" * 65):
        assert browser.get(f"/audit/parcel.zip?{odd}").status_code == 400


def test_only_auditors_pack(people, issued):
    everybody, _, _ = issued
    for person in (everybody.editor, everybody.approver):
        for address in ("/audit/parcel", "/audit/parcel.zip"):
            assert people.browser(person).get(address).status_code in (403, 404)
