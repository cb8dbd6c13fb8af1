"""Evidence through the form: checked by content, listed, removed, read back by its owner only."""

import pytest

from registry.queries import application as queries

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


@pytest.fixture
def case_id(editor) -> int:
    return editor.start("renewable_power")


def _files(database, case_id: int):
    with database.read() as session:
        return list(queries.evidence_files(session, case_id))


def _upload(browser, case_id: int, name: str, content: bytes, **more: str):
    browser.get(f"/applications/{case_id}/form/project")
    form = browser.form_with("version")
    values = {"build_type": "new", "go": "upload", **more}
    return browser.send(form, values, build_type=(name, content))


def test_a_file_is_taken_listed_read_back_and_removed(editor, database, case_id):
    _upload(editor, case_id, "核准文件.pdf", PDF, **{"secret-build_type": "y"})
    assert editor.status == 200
    assert "核准文件.pdf" in editor.text
    (file,) = _files(database, case_id)
    assert (file.criterion, file.is_confidential) == ("build_type", True)
    with editor.client.get(f"/applications/{case_id}/files/{file.id}") as answer:
        assert answer.data == PDF
        assert answer.headers["Content-Disposition"].startswith("attachment")
    editor.get(f"/applications/{case_id}/form/project")
    editor.send(editor.form_with("version"), {"remove": str(file.id), "go": ""})
    assert _files(database, case_id) == []
    assert "核准文件.pdf" not in editor.get(f"/applications/{case_id}/form/project").text


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.pdf", b"", "The file is empty."),
        ("a.pdf", b"MZ\x90\x00" + bytes(100), "Files of this kind are not taken."),
        ("a.png", PDF, "does not match the ending"),
        ("a.exe", PDF, "does not match the ending"),
        ("a.html.pdf", b"<html><script>\x00", "Files of this kind are not taken."),
    ],
)
def test_what_is_no_evidence_is_refused_at_its_field_and_the_rest_is_kept(
    editor, database, case_id, name, content, said
):
    _upload(editor, case_id, name, content)
    assert editor.status == 422
    assert said in editor.text
    assert _files(database, case_id) == []
    page = editor.get(f"/applications/{case_id}/form/project")
    assert page.form_with("version")["fields"]["build_type"] == "new"


@pytest.mark.parametrize("name", ["../../etc/passwd.pdf", "C:\\x\\y.pdf", "a\u202e.pdf", "<b>.pdf"])
def test_a_hostile_name_is_cleaned(editor, database, case_id, name):
    _upload(editor, case_id, name, PDF)
    (file,) = _files(database, case_id)
    assert not set(file.file_name) & set('/\\<>\u202e"')
    assert file.file_name.endswith(".pdf")


def test_a_file_of_another_case_is_not_removed_here(editor, database, case_id):
    _upload(editor, case_id, "甲.pdf", PDF)
    (file,) = _files(database, case_id)
    other = editor.start("renewable_power")
    editor.get(f"/applications/{other}/form/project")
    editor.send(editor.form_with("version"), {"remove": str(file.id)})
    assert editor.status == 404
    assert len(_files(database, case_id)) == 1
    assert editor.client.get(f"/applications/{other}/files/{file.id}").status_code == 404
