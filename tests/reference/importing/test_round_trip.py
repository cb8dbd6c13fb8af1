"""What was exported comes back unchanged, from CSV and from XLSX, whatever the text holds."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.reference.importing import KINDS, export, parse_import, shipped_rows, template

SHIPPED = [kind for kind in KINDS if shipped_rows(kind)]
ORIGIN = {
    "source": "国家发展改革委",
    "document": "令第7号",
    "clause": "第二类",
    "published": "2023-12",
    "effective": "2024-02-01",
    "status": "unverified",
    "known_from": "second_hand",
    "note": "",
}


@pytest.mark.parametrize("format", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", SHIPPED)
def test_what_we_ship_comes_back_unchanged(kind, format):
    rows = shipped_rows(kind)
    content = export(kind, rows, format)
    preview = parse_import(kind, f"export.{format}", content)
    assert preview.problems == ()
    assert preview.ok
    assert preview.rows == rows
    assert (preview.added, preview.changed, preview.removed) == ((), (), ())
    assert preview.unchanged == len(rows)
    assert export(kind, preview.rows, format) == content


def test_both_formats_have_one_digest_of_rows():
    rows = shipped_rows("benchmarks")
    one = parse_import("benchmarks", "a.csv", export("benchmarks", rows, "csv"))
    other = parse_import("benchmarks", "b.xlsx", export("benchmarks", rows, "xlsx"))
    assert one.rows_sha256 == other.rows_sha256
    assert one.file_sha256 != other.file_sha256


def readable(text):
    """As the import keeps it: composed, single spaces, nothing that nobody sees."""
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    return text and not any(unicodedata.category(c)[0] == "C" for c in text)


texts = (
    st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=40)
    .map(lambda text: unicodedata.normalize("NFC", " ".join(text.split())))
    .filter(readable)
)
starts = st.sampled_from(["", "=", "+1", "-", "@", "'", "'=", '"', ";", ",", "\\", "_x0041_"])
entries = st.builds(lambda start, text: start + text, starts, texts)


@pytest.mark.parametrize("format", ["csv", "xlsx"])
@settings(max_examples=60, deadline=None)
@given(data=st.lists(st.tuples(entries, entries), min_size=1, max_size=5))
def test_any_text_comes_back_unchanged(format, data):
    rows = tuple(
        {
            "edition": "structure-2024",
            "cls": "restricted",
            "sector_no": "一",
            "no": str(number),
            "sector": sector,
            "text": text,
            **ORIGIN,
        }
        for number, (sector, text) in enumerate(data, 1)
    )
    content = export("industrial_structure", rows, format)
    preview = parse_import("industrial_structure", f"x.{format}", content)
    assert preview.problems == ()
    assert preview.rows == rows


def test_no_cell_of_a_csv_is_run_as_a_formula():
    row = {
        "edition": "structure-2024",
        "cls": "eliminated",
        "sector_no": "一",
        "no": "1",
        "sector": "=HYPERLINK(1)",
        "text": "@SUM(1)",
        **ORIGIN,
    }
    content = export("industrial_structure", [row], "csv").decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in content and "'@SUM(1)" in content


def test_a_negative_number_is_a_number_and_not_guarded():
    content = export("benchmarks", shipped_rows("benchmarks"), "csv").decode("utf-8-sig")
    assert ",-30,-10," in content


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_template_has_the_headings_and_no_rows(kind):
    preview = parse_import(kind, "template.xlsx", template(kind))
    assert [problem.code for problem in preview.problems] == ["no_rows"]
    assert not preview.ok
