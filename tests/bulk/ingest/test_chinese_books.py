"""Books as Chinese banks keep them: each cell is read right or named, none is guessed."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from registry.bulk import ingest
from registry.bulk.ingest.fields import KIND
from registry.bulk.ingest.heads import head_at
from registry.rulebooks import in_force

HEADS = (
    "借据号", "借款人名称", "统一社会信用代码", "项目类型", "发电技术", "总投资（万元）", "贷款余额（元）",
    "贷款利率(%)", "装机容量(MW)", "年净上网电量（万千瓦时）", "省份", "投产日期", "国家高新区",
)  # fmt: skip
ROW = (
    "L001", "凉州光伏电力有限公司", "91620602MA7XYZ1234", "可再生能源发电", "光伏", "25,000", "120,000,000.55",
    "3.85%", "50", "7266.8", "甘肃省", "2014/6/30", "区外",
)  # fmt: skip
READ = {
    "total_investment_10k_yuan": "25000",
    "loan_balance_10k_yuan": "12000.0001",
    "loan_rate_percent": "3.85",
    "capacity_mw": "50",
    "generation_mwh_per_year": "72668",
    "province": "620000",
    "commissioned_on": "2014-06-30",
    "technology": "solar_pv",
    "zone": "outside",
}


@pytest.fixture(scope="module")
def words():
    return ingest.vocabulary(in_force(date(2026, 11, 22)))


def written(path: Path, rows, *, encoding="utf-8", joint=",") -> Path:
    text = "\r\n".join(joint.join(_quoted(str(cell), joint) for cell in row) for row in rows)
    path.write_bytes((text + "\r\n").encode(encoding))
    return path


def _quoted(cell: str, joint: str) -> str:
    return f'"{cell}"' if joint in cell else cell


def read(path: Path, words, **changed):
    source = ingest.examine(path)
    mapping = replace(ingest.propose(source, words), **changed)
    assert ingest.check(mapping, words) == []
    with ingest.rows(source, mapping, words) as rows:
        return list(rows)


def one_cell(tmp_path, words, head, cell, **changed):
    """What becomes of one cell under its head: its answer, or the code that names it."""
    place = HEADS.index(head)
    row = [*ROW[:place], cell, *ROW[place + 1 :]]
    found = read(written(tmp_path / "one.csv", [HEADS, row]), words, **changed)[0]
    named = [(p.cell, p.code) for p in found.problems]
    return found, named


@pytest.mark.parametrize(
    ("encoding", "joint"),
    [("utf-8", ","), ("utf-8-sig", ","), ("gb18030", ","), ("gbk", "\t"), ("utf-16", ";")],
)
def test_encodings_and_separators_are_found(tmp_path, words, encoding, joint):
    (row,) = read(
        written(tmp_path / "book.csv", [HEADS, ROW], encoding=encoding, joint=joint), words
    )
    assert row.problems == ()
    assert row.answers == READ
    assert row.own == {
        "loan_number": "L001",
        "borrower_name": "凉州光伏电力有限公司",
        "uscc": "91620602MA7XYZ1234",
    }
    assert row.kind == "renewable_power"
    assert (row.balance_fen, row.investment_fen) == (12_000_000_055, 25_000_000_000)


def test_what_is_no_text_in_any_encoding_is_refused(tmp_path):
    path = tmp_path / "odd.csv"
    path.write_bytes(b"a,b\n\xff\xfe\x81,1\n\x80")
    with pytest.raises(ingest.FileRefused, match="encoding_unknown"):
        ingest.examine(path)


@pytest.mark.parametrize(
    ("head", "cell", "field", "value"),
    [
        ("总投资（万元）", "２５，０００", "total_investment_10k_yuan", "25000"),
        ("总投资（万元）", "1,234.5", "total_investment_10k_yuan", "1234.5"),
        ("总投资（万元）", "2.5亿元", "total_investment_10k_yuan", "25000"),
        ("总投资（万元）", "250000000元", "total_investment_10k_yuan", "25000"),
        ("贷款余额（元）", "1.2 亿元", "loan_balance_10k_yuan", "12000"),
        ("贷款利率(%)", "12%", "loan_rate_percent", "12"),
        ("贷款利率(%)", "３．８５％", "loan_rate_percent", "3.85"),
        ("贷款利率(%)", "38.5‰", "loan_rate_percent", "3.85"),
        ("装机容量(MW)", "5万千瓦", "capacity_mw", "50"),
        ("投产日期", "2025/1/3", "commissioned_on", "2025-01-03"),
        ("投产日期", "２０２５年１月３日", "commissioned_on", "2025-01-03"),
        ("投产日期", "20250103", "commissioned_on", "2025-01-03"),
        ("投产日期", "2025/1/3 0:00", "commissioned_on", "2025-01-03"),
        ("省份", "内蒙古自治区", "province", "150000"),
        ("国家高新区", "兰州高新区", "zone", None),
        ("总投资（万元）", "N/A", "total_investment_10k_yuan", ""),
        ("总投资（万元）", "—", "total_investment_10k_yuan", ""),
        ("投产日期", "——", "commissioned_on", ""),
        ("国家高新区", "－", "zone", ""),
    ],
)
def test_read_right(tmp_path, words, head, cell, field, value):
    row, named = one_cell(tmp_path, words, head, cell)
    assert named == []
    found = row.answers.get(field, "")
    assert found.startswith("HTZ") if value is None else found == value


@pytest.mark.parametrize(
    ("head", "cell", "code"),
    [
        ("总投资（万元）", "1.234,5", "ambiguous_separator"),
        ("总投资（万元）", "1,23", "ambiguous_separator"),
        ("总投资（万元）", "12%", "percent_sign"),
        ("总投资（万元）", "约2.5亿", "not_a_number"),
        ("总投资（万元）", "100美元", "unit_in_cell"),
        ("总投资（万元）", "#DIV/0!", "formula_error"),
        ("总投资（万元）", "=1+1", "not_a_number"),
        ("装机容量(MW)", "50MWp", "unit_in_cell"),
        ("装机容量(MW)", "0", "below_minimum"),
        ("装机容量(MW)", "1.2345", "too_many_decimals"),
        ("投产日期", "3/1/2025", "not_a_date"),
        ("投产日期", "2025/2/30", "not_a_date"),
        ("投产日期", "45660", "not_a_date"),
        ("发电技术", "风光互补", "not_an_option"),
        ("国家高新区", "不存在的高新区", "not_a_code"),
        ("借据号", "", "required"),
    ],
)
def test_or_named_by_cell(tmp_path, words, head, cell, code):
    _, named = one_cell(tmp_path, words, head, cell)
    assert named == [(f"{chr(65 + HEADS.index(head))}2", code)]


def test_a_person_says_what_a_books_own_word_means(tmp_path, words):
    path = written(tmp_path / "own.csv", [HEADS, [*ROW[:4], "PV-G", *ROW[5:]]])
    source = ingest.examine(path)
    mapping = ingest.propose(source, words)
    taught = tuple(
        replace(one, values={"pvg": "solar_pv"}) if one.field == "technology" else one
        for one in mapping.columns
    )
    again = ingest.Mapping.from_record(replace(mapping, columns=taught).to_record())
    with ingest.rows(source, again, words) as rows:
        assert next(rows).answers["technology"] == "solar_pv"
    other = written(tmp_path / "next.csv", [HEADS[::-1], ROW[::-1]])
    remembered = ingest.propose(ingest.examine(other), words, remembered=[again])
    assert next(c for c in remembered.columns if c.field == "technology").values == {
        "pvg": "solar_pv"
    }


def test_a_head_without_a_unit_has_to_be_asked_about(tmp_path, words):
    heads = ["总投资" if head.startswith("总投资") else head for head in HEADS]
    mapping = ingest.propose(ingest.examine(written(tmp_path / "b.csv", [heads, ROW])), words)
    assert [(p.place, p.code) for p in ingest.check(mapping, words)] == [
        ("column:6", "unit_needed")
    ]


def test_a_book_without_loan_or_kind_is_not_used(tmp_path, words):
    mapping = ingest.propose(
        ingest.examine(written(tmp_path / "b.csv", [["余额（元）"], ["1"]])), words
    )
    assert {p.code for p in ingest.check(mapping, words)} == {"column_needed", "kind_needed"}
    said = replace(mapping, same={KIND: "hydropower"})
    assert {p.place for p in ingest.check(said, words)} == {"loan_number", "borrower_name"}


def test_totals_and_stray_cells_are_named(tmp_path, words):
    rows = [HEADS, ROW, ["合计", "", "", "", "", "25,000"], [], [*ROW, "", "备注"]]
    found = read(written(tmp_path / "book.csv", rows), words)
    assert [(row.number, [p.code for p in row.problems]) for row in found] == [
        (2, []),
        (3, ["total_row"]),
        (5, ["beyond_head"]),
    ]


# -- workbooks -------------------------------------------------------------------------------------


def workbook(path: Path, fill) -> Path:
    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False})
    fill(book, book.add_worksheet("台账"))
    book.close()
    return path


def grouped(book, sheet) -> None:
    """A title over all, groups over two rows, single heads over both, and a row of units."""
    percent = book.add_format({"num_format": "0.00%"})
    day = book.add_format({"num_format": "yyyy/m/d"})
    sheet.merge_range("A1:I1", "某银行绿色贷款台账")
    for column, text in enumerate(("借据号", "借款人名称", "项目类型")):
        sheet.merge_range(1, column, 3, column, text)
    sheet.merge_range("D2:F2", "贷款信息")
    sheet.merge_range("G2:I2", "项目信息")
    for column, text in enumerate(
        ("贷款余额", "利率", "总投资", "装机容量", "上网电量", "投产日期"), 3
    ):
        sheet.write(2, column, text)
    for column, text in ((3, "万元"), (4, "%"), (5, "亿元"), (6, "万千瓦"), (7, "MWh")):
        sheet.write(3, column, text)
    for row, loan in enumerate(("L1", "L2"), 4):
        sheet.write(row, 0, loan)
        sheet.write(row, 1, "凉州光伏电力有限公司")
        sheet.write(row, 2, "renewable_power")
        sheet.write(row, 3, 12000.5)
        sheet.write(row, 4, 0.0385, percent)
        sheet.write(row, 5, 2.5)
        sheet.write(row, 6, 5)
        sheet.write(row, 7, "72,668")
        sheet.write_datetime(row, 8, datetime(2014, 6, 30), day)  # noqa: DTZ001


def test_merged_heads_over_several_rows(tmp_path, words):
    source = ingest.examine(workbook(tmp_path / "book.xlsx", grouped))
    mapping = ingest.propose(source, words)
    assert (mapping.first, mapping.last, mapping.sheet) == (2, 4, "台账")
    assert [(c.field, c.unit) for c in mapping.columns] == [
        ("loan_number", ""),
        ("borrower_name", ""),
        ("kind", ""),
        ("loan_balance_10k_yuan", "万元"),
        ("loan_rate_percent", "%"),
        ("total_investment_10k_yuan", "亿元"),
        ("capacity_mw", "万千瓦"),
        ("generation_mwh_per_year", "MWh"),
        ("commissioned_on", ""),
    ]
    rows = read(source.path, words)
    assert [row.number for row in rows] == [5, 6]
    assert rows[0].problems == ()
    assert rows[0].answers == {
        "loan_balance_10k_yuan": "12000.5",
        "loan_rate_percent": "3.85",  # shown as 3.85%, kept as 0.0385
        "total_investment_10k_yuan": "25000",
        "capacity_mw": "50",
        "generation_mwh_per_year": "72668",
        "commissioned_on": "2014-06-30",
    }
    assert head_at(source, 3, 4).names[3] == "贷款余额 / (万元)"


def test_what_a_spreadsheet_may_have_spoilt_is_named(tmp_path, words):
    def spoilt(book, sheet) -> None:
        sheet.write_row(0, 0, [*HEADS, "目录代码"])
        sheet.write_row(1, 0, [*ROW, 3.1])
        sheet.write_number(1, 2, 911101080000123456)
        sheet.write_number(1, 11, 45660)
        sheet.write_row(2, 0, [*ROW, "3.10"])
        sheet.merge_range(3, 5, 4, 5, 25000)
        for row in (3, 4):
            sheet.write_row(row, 0, ROW[:5])
            sheet.write_row(row, 6, [*ROW[6:], "3.10"])

    rows = read(workbook(tmp_path / "book.xlsx", spoilt), words)
    assert [[(p.cell, p.code) for p in row.problems] for row in rows] == [
        [("C2", "code_is_a_number"), ("L2", "date_is_a_number"), ("N2", "code_is_a_number")],
        [],
        [],
        [("F5", "merged_cell")],
    ]


def test_parquet_is_read_by_its_columns(tmp_path, words):
    import duckdb

    path = tmp_path / "book.parquet"
    with duckdb.connect() as engine:
        engine.execute(
            "COPY (SELECT 'L1' AS loan_number, '凉州光伏' AS borrower_name, 'hydropower' AS kind,"
            " 50.5 AS capacity_mw, DATE '2014-06-30' AS commissioned_on,"
            " CAST(12000 AS DOUBLE) AS loan_balance_10k_yuan) TO '" + str(path) + "'"
        )
    source = ingest.examine(path)
    mapping = ingest.propose(source, words)
    said = tuple(
        replace(c, unit={"capacity_mw": "MW", "loan_balance_10k_yuan": "万元"}.get(c.field, c.unit))
        for c in mapping.columns
    )
    with ingest.rows(source, replace(mapping, columns=said), words) as rows:
        (row,) = list(rows)
    assert row.problems == ()
    assert row.answers == {
        "capacity_mw": "50.5",
        "commissioned_on": "2014-06-30",
        "loan_balance_10k_yuan": "12000",
    }
    assert row.balance_fen == 12_000_000_000


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "file_empty"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file_is_xls"), (b"PK\x03\x04 no", "file_broken"), (b"a,b\n\0\0", "file_not_text")],
)  # fmt: skip
def test_files_that_are_none(tmp_path, content, code):
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    with pytest.raises(ingest.FileRefused) as refused:
        ingest.examine(path)
    assert refused.value.code == code


def test_every_code_of_a_cell_has_words():
    import ast

    from registry.words import portfolio

    said = set()
    for name in ("cells", "rows"):
        text = Path(ingest.__file__).with_name(f"{name}.py").read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "attr", getattr(node.func, "id", "")) == "CellWrong"
            ):
                said |= {a.value for a in node.args if isinstance(a, ast.Constant)}
    assert said - set(portfolio.CELLS) == set()
    assert "merged_cell" in said
