"""Files as they come: encodings, spreadsheets with typed cells, broken and hostile ones."""

import datetime
import io
import re
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

import registry.reference.importing
from registry.reference.importing import export, parse_import, shipped_rows
from registry.reference.importing.reading import MOST_ROWS
from registry.words.importing import PROBLEMS

FORM = {"source": "部门", "document": "文件 1号", "published": "2025-06-27"}
TEXT = "代码,级次,门类,上级代码,中文名称\nA,1,A,,农、林、牧、渔业\n01,2,A,A,农业\n"


def codes(preview):
    return [problem.code for problem in preview.problems]


def workbook(*lines):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet()
    for place, line in enumerate(lines):
        sheet.write_row(place, 0, line)
    book.close()
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters(encoding, delimiter):
    content = TEXT.replace(",", delimiter).replace("\n", "\r\n").encode(encoding)
    preview = parse_import("industries", "i.csv", content, current=(), defaults=FORM)
    assert preview.ok, preview.problems
    assert preview.rows[1]["name_zh"] == "农业"


def test_empty_lines_do_not_move_row_numbers():
    content = ("\n\n" + TEXT + "\n,,,,\n99,2,B,A,错\n98,9,B,A,错\n").encode()
    preview = parse_import("industries", "i.csv", content, current=(), defaults=FORM)
    assert [(problem.row, problem.column) for problem in preview.problems] == [(9, "level")]


def test_a_spreadsheet_with_typed_cells():
    content = workbook(
        [
            "product",
            "edition",
            "product_zh",
            "product_en",
            "unit",
            "benchmark",
            "baseline",
            "改造期限",
        ],
        ["a", "2023", "甲", "A", "kgce/t", 100, 117.5, datetime.date(2025, 12, 31)],
        ["b", 2023, "乙", "B", "kgce/t", -30.0, "-10", "2025年12月31日"],
        ["c", "2023", "丙", "C", "kgce/t", 1, 2, "2025/1/3"],
    )
    preview = parse_import("benchmarks", "b.xlsx", content, current=(), defaults=FORM)
    assert preview.ok, preview.problems
    assert [(row["benchmark"], row["baseline"], row["deadline"]) for row in preview.rows] == [
        ("100", "117.5", "2025-12-31"),
        ("-30", "-10", "2025-12-31"),
        ("1", "2", "2025-01-03"),
    ]


def test_codes_that_a_spreadsheet_made_numbers_of_are_refused():
    content = workbook(
        ["code", "level", "section", "parent", "name_zh"],
        [111, 4, "A", "011", "稻谷种植"],
        [4415, 4, "D", "441", "风力发电"],
    )
    preview = parse_import("industries", "i.xlsx", content, current=(), defaults=FORM)
    assert ("code_is_a_number", 2) in [(p.code, p.row) for p in preview.problems]
    assert not [p for p in preview.problems if p.row == 3 and p.column == "code"]
    content = workbook(
        ["edition", "code", "name_zh"],
        ["2025", 3.1, "某项"],
        ["2025", datetime.date(2025, 3, 1), "某"],
    )
    preview = parse_import("catalogue_items", "c.xlsx", content, current=(), defaults=FORM)
    assert [(p.row, p.column, p.code) for p in preview.problems if p.column == "code"] == [
        (2, "code", "code_is_a_number"),
        (3, "code", "unexpected_day"),
    ]


def packed(**parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def bomb():
    return packed(**{"xl__workbook.xml": "x", "xl__big.xml": b"0" * 160_000_000})


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", b"", "file_empty"),
        ("a.csv", b"x" * 10_000_001, "file_too_big"),
        ("a.xlsx", TEXT.encode(), "file_type"),
        ("a.xls", b"\xd0\xcf\x11\xe0", "file_type"),
        ("a.csv", export("benchmarks", (), "xlsx"), "file_type"),
        ("a.csv", b"a\0b,c", "file_not_text"),
        ("a.csv", b"\x81\xff\xff", "encoding_unknown"),
        ("a.csv", b"\xff\xfea", "encoding_unknown"),
        ("a.csv", "甲,乙\n1,2\n".encode(), "no_header"),
        ("a.csv", b"\n \n", "no_rows"),
        ("a.csv", "代码\n".encode(), "no_rows"),
        ("a.csv", ("代码\n" + "\n" * (MOST_ROWS + 5)).encode(), "too_many_rows"),
        ("a.csv", ("代码" + "," * 70 + "\nA\n").encode(), "too_many_columns"),
        ("a.csv", b'code\n"' + b"x" * 200_000, "file_broken"),
        ("a.xlsx", b"PK\x03\x04 broken", "file_broken"),
        ("a.xlsx", packed(**{"word__document.xml": "x"}), "file_type"),
        ("a.xlsx", packed(**{"xl__workbook.xml": "<broken"}), "file_broken"),
        (
            "a.xlsx",
            packed(**{"xl__workbook.xml": "x", "xl__vbaProject.bin": "x"}),
            "file_has_macros",
        ),
    ],
)
def test_files_that_cannot_be_read_are_refused(name, content, code):
    preview = parse_import("industries", name, content, current=(), defaults=FORM)
    assert codes(preview) == [code]
    assert not preview.ok
    assert preview.rows == ()
    assert (preview.removed, preview.added) == ((), ())


def test_a_file_that_unpacks_without_end_is_refused():
    assert codes(parse_import("industries", "a.xlsx", bomb(), current=())) == ["file_too_big"]


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["a.csv", "a.xlsx"]))
def test_no_bytes_make_it_stumble(content, name):
    preview = parse_import("benchmarks", name, content, current=())
    assert not preview.ok or preview.rows


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_damaged_spreadsheet_is_refused_or_read(data):
    content = bytearray(export("benchmarks", shipped_rows("benchmarks"), "xlsx"))
    for _ in range(data.draw(st.integers(1, 20))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    preview = parse_import("benchmarks", "a.xlsx", bytes(content))
    assert {problem.code for problem in preview.problems} <= set(PROBLEMS)


def test_every_code_of_a_mistake_has_words():
    folder = Path(registry.reference.importing.__file__).parent
    source = "\n".join(path.read_text("utf-8") for path in folder.glob("*.py"))
    source += (folder.parent / "provenance.py").read_text("utf-8")
    patterns = (
        r'(?:CellWrong|FileRefused)\(\s*"(\w+)"',
        r'yield "\w+", "(\w+)"',
        r'yield name, "(\w+)"',
        r'yield number, \("\w+", "(\w+)"',
        r'ImportProblem\([^"()]*(?:"\w*", |str\(cell\), |column\.name, |name, |kind\.keys\[0\], )"(\w+)"',
        r'return "\w+", "(\w+)"',
        r'return column, "(\w+)"',
    )
    written = {code for pattern in patterns for code in re.findall(pattern, source)}
    assert len(written) > 30
    assert written <= set(PROBLEMS) and set(PROBLEMS) <= written
