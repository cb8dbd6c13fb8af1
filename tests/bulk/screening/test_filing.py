"""A file of names screened: every format in and out, taken up after a kill, never a formula."""

import csv
import io
import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest
import xlsxwriter
from python_calamine import load_workbook

from registry.bulk.ingest.reading import examine
from registry.bulk.screening import filing
from registry.bulk.screening.columns import Columns, ColumnUnknown, find_columns
from registry.bulk.screening.filing import FileScreening, NotTheSame, work_folder
from registry.bulk.screening.index import index_list
from registry.bulk.screening.listing import LoadedList, Pin
from registry.bulk.screening.verdicts import COLUMNS
from registry.reference.screening import screening_policy
from registry.rules.screening import Entry

POLICY = screening_policy()
CODE = "91110108101101716X"
OTHER_CODE = "91310115201101713H"
LISTED = [
    Entry(1, "北京华信科技有限公司", uscc=CODE),
    Entry(2, "银川受管热电有限公司", supervised_only=True),
]
ROWS = [
    ["借款人名称", "统一社会信用代码", "余额"],
    ["北京華信科技有限公司", "", "1"],
    ["=cmd|' /C calc'!A0", "", "2"],
    ["", "", "3"],
    ["甲乙丙能源有限公司", CODE, "4"],
    ["银川受管热电有限公司", "", "5"],
    ["北京华信科技有限公司", OTHER_CODE, "6"],
]


def listed(version: int = 7) -> LoadedList:
    pin = Pin(version, "ab" * 32, len(LISTED), "1", POLICY.version, POLICY.sha256)
    facts = {1: ("GPX-2026-000001", "false_statement"), 2: ("GPX-2026-000002", "key_polluter")}
    return LoadedList(index_list(LISTED), pin, facts)


def lines_of(rows: list[list[str]], encoding: str = "gb18030") -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(encoding)


def book_of(path: Path, rows: list[list[str]]) -> None:
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for line, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write_string(line, column, cell)


def parquet_of(path: Path, rows: list[list[str]]) -> None:
    kinds = ", ".join(f'"{name}" VARCHAR' for name in rows[0])
    with duckdb.connect() as engine:
        engine.execute(f"CREATE TABLE t ({kinds})")
        engine.executemany("INSERT INTO t VALUES (?, ?, ?)", rows[1:])
        engine.execute(f"COPY t TO '{path}' (FORMAT parquet)")


def job(path: Path, out: Path, known: LoadedList | None = None) -> FileScreening:
    source = examine(path)
    return FileScreening(source, find_columns(source), known or listed(), POLICY, out)


def cells_of(path: Path) -> Iterator[dict[str, str]]:
    """What another program reads out of a result."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from csv.DictReader(file)
    elif path.suffix == ".xlsx":
        grid = load_workbook(path).get_sheet_by_name("verdicts").to_python()
        for row in grid[1:]:
            yield dict(zip(map(str, grid[0]), map(str, row), strict=True))
    else:
        with duckdb.connect() as engine:
            found = engine.execute("SELECT * FROM read_parquet(?)", [str(path)])
            names = [column[0] for column in found.description]
            for row in found.fetchall():
                yield dict(zip(names, map(str, row), strict=True))


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_every_format_in_and_out(tmp_path: Path, ending: str) -> None:
    path, out = tmp_path / f"book.{ending}", tmp_path / f"said.{ending}"
    if ending == "csv":
        path.write_bytes(lines_of(ROWS))
    else:
        {"xlsx": book_of, "parquet": parquet_of}[ending](path, ROWS)
    proof = job(path, out).run()
    rows = list(cells_of(out))
    assert [row["verdict"] for row in rows] == [
        *("STRONG", "NONE", "UNREAD", "EXACT", "STRONG", "POSSIBLE"),
    ]
    assert [row["row"] for row in rows] == ["2", "3", "4", "5", "6", "7"]
    assert [row["stops"] for row in rows] == ["yes", "", "", "yes", "no", "no"]
    assert rows[5]["why"].startswith("Identifier: ") and "contradict" in rows[5]["why"]
    for row in rows:
        assert row["list"] == f"7:{'ab' * 32}" and row["engine"] == "1"
        assert row["policy"] == f"{POLICY.version}:{POLICY.sha256}" and row["screened_at"]
        if row["why"]:
            said = [float(part.rsplit(" ", 1)[1]) for part in row["why"].split("; ")]
            assert round(sum(said), 2) == float(row["score"])
            assert row["entry"] and row["listed_name"] and row["name_matched"] in row["name"]
    assert proof["output_sha256"] == sha256(out.read_bytes()).hexdigest()
    assert json.loads((tmp_path / f"said.{ending}.proof.json").read_text()) == proof
    assert (proof["rows"], proof["stops"], proof["verdicts"]["NONE"]) == (6, 2, 1)
    assert not work_folder(out).exists()


def test_nothing_in_the_table_is_run_by_a_spreadsheet(tmp_path: Path) -> None:
    path, out = tmp_path / "book.csv", tmp_path / "said.csv"
    path.write_bytes(lines_of(ROWS, "utf-8"))
    job(path, out).run()
    assert next(row for row in cells_of(out) if "calc" in row["name"])["name"].startswith("'=")


def test_a_killed_run_goes_on_and_says_what_a_whole_one_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "book.csv"
    path.write_bytes(lines_of([ROWS[0], *(ROWS[1:] * 5)]))
    monkeypatch.setattr(filing, "BATCH", 4)
    job(path, tmp_path / "whole.csv").run()
    killed, seen = job(path, tmp_path / "killed.csv"), []

    def kill(progress: filing.Progress) -> None:
        seen.append(progress.done)
        if progress.done >= 12:
            with (killed.folder / "rows.csv").open("a") as file:
                file.write("half a li")  # what a power cut leaves
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        killed.run(kill)
    assert seen == [0, 4, 8, 12] and not (tmp_path / "killed.csv").exists()
    again: list[int] = []
    killed.run(lambda progress: again.append(progress.done))
    assert again[0] == 12 and again[-1] == 30
    timeless = [
        [{**row, "screened_at": ""} for row in cells_of(tmp_path / f"{name}.csv")]
        for name in ("whole", "killed")
    ]
    assert timeless[0] == timeless[1] and len(timeless[0]) == 30


def test_a_run_on_another_list_is_not_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, out = tmp_path / "book.csv", tmp_path / "said.csv"
    path.write_bytes(lines_of(ROWS))
    monkeypatch.setattr(filing, "BATCH", 2)

    def kill(progress: filing.Progress) -> None:
        if progress.done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        job(path, out).run(kill)
    with pytest.raises(NotTheSame) as other:
        job(path, out, listed(version=8)).run()
    assert other.value.what == ["list_version"]
    proof = job(path, out, listed(version=8)).run(restart=True)
    assert proof["list_version"] == 8 and proof["rows"] == 6


@pytest.mark.parametrize(
    ("rows", "told", "expected"),
    [
        ([["放款明细"], ["客户名称", "信用代码"], ["甲", "1"]], {}, Columns(2, 1, 0, 2)),
        ([["甲能源有限公司"], ["乙能源有限公司"]], {}, Columns(0, 1)),
        ([["甲方", "乙方"], ["1", "2"]], {"name": "乙方"}, Columns(1, 2)),
        ([["Company name", "English name"], ["1", "2"]], {}, Columns(1, 1, 2)),
    ],
)
def test_columns_are_recognised_or_told(tmp_path: Path, rows, told, expected) -> None:
    path = tmp_path / "book.csv"
    path.write_bytes(lines_of(rows))
    assert find_columns(examine(path), **told) == expected


def test_an_unknown_column_is_named_with_those_there_are(tmp_path: Path) -> None:
    path = tmp_path / "book.csv"
    path.write_bytes(lines_of([["甲方", "乙方"], ["1", "2"]]))
    with pytest.raises(ColumnUnknown) as unknown:
        find_columns(examine(path))
    assert unknown.value.heads == ("甲方", "乙方")
    assert len(COLUMNS) == len(set(COLUMNS))
