"""What Spark hands to its nodes, rows or shares of files, run here as a node runs it."""

import builtins
import dis
import inspect
import sys

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.bulk.scoring import FULL, RowsRefused, score_file, score_rows
from registry.bulk.scoring.embedded import REFUSED, door
from registry.bulk.scoring.on_nodes import scoring_rows, scoring_shares
from registry.bulk.scoring.reading import groups_of, told_of
from registry.bulk.scoring.shares import FEW, MOST, files_of, shares_of, spans
from registry.bulk.scoring.spark import all_there
from registry.rules.flow.sql import query
from tests.bulk.scoring.pack import differences, plan, rows, write


def columns_of(used):
    return [(column.name, column.type) for column in used.outputs(FULL)]


def numbered(*numbers):
    return [pa.record_batch({"id": [number]}) for number in numbers]


def of_shares(used, source, workers=1):
    """The shares of a book and what a node runs of them."""
    with duckdb.connect() as connection:
        groups = groups_of(connection, used, source)
        shares = shares_of(files_of(connection, groups), workers)
    text = query(used, "duckdb", source="registry_book", size=FULL, parquet=True)
    let_in = door(used, told_of(groups))
    return shares, scoring_shares(text, columns_of(used), shares, let_in)


def cells(batches):
    made = pa.Table.from_batches(batches)
    return sorted(tuple(row.values()) for row in made.to_pylist())


def asked_outside(function):
    """The names of its module that a function, those inside it and those it closes over ask for."""
    codes = [function.__code__]
    for code in codes:  # grows
        codes += [inner for inner in code.co_consts if inspect.iscode(inner)]
    loaded = {
        step.argval
        for code in codes
        for step in dis.get_instructions(code)
        if "GLOBAL" in step.opname
    }
    closed = filter(inspect.isfunction, inspect.getclosurevars(function).nonlocals.values())
    return loaded.difference(dir(builtins)).union(*map(asked_outside, closed))


def test_rows_that_spark_hands_over(tmp_path):
    used = plan(is_verified=True)
    text = query(used, "duckdb", source="registry_book", size=FULL)
    share = scoring_rows(text, columns_of(used))
    assert asked_outside(share) == set()
    book = pq.read_table(write(tmp_path / "book.parquet", rows()))
    found = cells(share(book.to_batches(max_chunksize=50)))
    assert differences(used, FULL, found, sorted(score_rows(used, rows(), FULL))) == []
    assert list(share([])) == []


def test_shares_that_a_node_reads_itself(tmp_path):
    """Many row groups in few shares; a number twice, as after a failure, is the same rows again."""
    used = plan(is_verified=True)
    source = write(tmp_path / "it's a book.parquet", rows(), row_group_size=20)
    shares, run = of_shares(used, source, workers=3)
    assert asked_outside(run) == set()
    assert len(shares) == 3
    expected = sorted(score_rows(used, rows(), FULL))
    assert differences(used, FULL, cells(run(numbered(0, 1, 2))), expected) == []
    second = cells(run(numbered(1)))
    assert second == cells(run(numbered(1)))
    assert len(second) == shares[1].end - shares[1].first > 0
    assert list(run([])) == []


def test_a_folder_of_files_that_are_not_alike(tmp_path):
    """Each file is typed for itself: one lacks a column, one holds a number as text."""
    used = plan(is_verified=True)
    folder = tmp_path / "book"
    folder.mkdir()
    half = len(rows()) // 2
    first = pq.read_table(write(tmp_path / "first.parquet", rows()[:half]))
    bare = [dict(row) for row in rows()[:half]]
    for row in bare:
        row.pop("credential", None)
    pq.write_table(first.drop_columns(["credential"]), folder / "a.parquet")
    name = "total_investment_10k_yuan"
    second = pq.read_table(write(tmp_path / "second.parquet", rows()[half:]))
    texts = pa.array([None if v is None else repr(v) for v in second[name].to_pylist()])
    place = second.schema.get_field_index(name)
    pq.write_table(second.set_column(place, name, texts), folder / "b.parquet")
    (folder / "_SUCCESS").touch()
    shares, run = of_shares(used, folder)
    assert len(shares) == 2
    expected = sorted(score_rows(used, [*bare, *rows()[half:]], FULL))
    assert differences(used, FULL, cells(run(numbered(0, 1))), expected) == []


def test_names_are_taken_as_they_are(tmp_path):
    """No character of a path stands for others, and no folder's name is a column."""
    used = plan(is_verified=True)
    folder = tmp_path / "kind=hydro"
    folder.mkdir()
    half = len(rows()) // 2
    write(folder / "part1.parquet", rows()[:half])
    write(folder / "part[1].parquet", rows()[half:])
    _, run = of_shares(used, folder)
    expected = sorted(score_rows(used, rows(), FULL))
    assert differences(used, FULL, cells(run(numbered(0, 1))), expected) == []
    target = tmp_path / "scored.parquet"
    assert score_file(used, folder / "part[1].parquet", target, size=FULL) == len(rows()) - half
    kept = {row["row_id"] for row in rows()[half:]}
    found = cells(pq.read_table(target).to_batches())
    assert differences(used, FULL, found, [row for row in expected if row[0] in kept]) == []


def spark_reads(connection, source):
    return files_of(connection, groups_of(connection, plan(), source)) == []


def test_what_nodes_do_not_read_themselves(tmp_path):
    """What DuckDB would mistake is left to Spark's own reader."""
    with duckdb.connect() as connection:
        plain = write(tmp_path / "book.parquet", rows()[:5])
        assert not spark_reads(connection, plain)
        assert not spark_reads(connection, tmp_path)
        (tmp_path / "_SUCCESS").touch()
        (tmp_path / ".part.crc").touch()
        assert not spark_reads(connection, tmp_path)
        (tmp_path / "older").mkdir()
        write(tmp_path / "older" / "book.parquet", rows()[5:9])
        assert not spark_reads(connection, tmp_path)
        book = pq.read_table(plain)
        numbered_otherwise = tmp_path / "numbered.parquet"
        pq.write_table(book.append_column("File_Row_Number", book["row_id"]), numbered_otherwise)
        assert spark_reads(connection, numbered_otherwise)


def test_very_many_small_files_are_not_read_one_by_one(tmp_path):
    for n in range(FEW + 1):
        write(tmp_path / f"{n}.parquet", rows()[:1])
    with duckdb.connect() as connection:
        assert spark_reads(connection, tmp_path)
        (tmp_path / "0.parquet").unlink()
        assert not spark_reads(connection, tmp_path)


def test_a_result_with_fewer_rows_than_the_book_is_no_result(tmp_path):
    write(tmp_path / "part-0.parquet", rows()[:5])
    with duckdb.connect() as connection:
        all_there(connection, tmp_path, 5)
        with pytest.raises(RuntimeError, match="5 rows were written of a book of 6"):
            all_there(connection, tmp_path, 6)


@pytest.mark.parametrize(
    "change",
    [{"kind": "perpetual_motion"}, {"row_id": None}, {"financed_elsewhere_percent": float("nan")}],
)
def test_a_row_that_may_not_be_scored_ends_the_share(change, tmp_path):
    rest = rows()[1:40]
    source = write(tmp_path / "book.parquet", [rows()[0] | change, *rest], row_group_size=20)
    shares, run = of_shares(plan(), source, workers=2)
    with pytest.raises(duckdb.InvalidInputException, match=REFUSED):
        list(run(numbered(0)))
    assert len(cells(run(numbered(1)))) == 20
    assert len(shares) == 2


def test_a_node_that_does_not_see_the_book_says_so(tmp_path):
    source = write(tmp_path / "book.parquet", rows()[:5])
    _, run = of_shares(plan(), source)
    source.unlink()
    with pytest.raises(RuntimeError, match=r"book\.parquet.*each node must see the book"):
        list(run(numbered(0)))


def test_a_book_without_kinds_is_refused_before_anything_is_shared_out(tmp_path):
    source = tmp_path / "book.parquet"
    pq.write_table(pa.table({"row_id": [1]}), source)
    with duckdb.connect() as connection, pytest.raises(RowsRefused) as refused:
        groups_of(connection, plan(), source)
    assert (refused.value.code, refused.value.column) == ("no_column", "kind")


@pytest.mark.parametrize("what", ["rows", "shares"])
def test_a_node_without_duckdb_says_what_it_lacks(what, tmp_path, monkeypatch):
    source = write(tmp_path / "book.parquet", rows()[:5])
    _, run = of_shares(plan(), source)
    batches = numbered(0)
    if what == "rows":
        run = scoring_rows("SELECT 1", [("row_id", "integer")])
        batches = pq.read_table(source).to_batches()
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(RuntimeError, match=r"duckdb.*--engine spark-sql"):
        list(run(batches))


@given(st.lists(st.integers(0, 200), max_size=40), st.integers(0, 300))
def test_shares_hold_every_row_once_and_cut_no_row_group(sizes, aim):
    found = list(spans(sizes, aim))
    edges = {sum(sizes[:n]) for n in range(len(sizes) + 1)}
    assert all(first < end and {first, end} <= edges for first, end in found)
    bounds = [0, *(edge for span in found for edge in span), sum(sizes)]
    assert bounds[::2] == bounds[1::2]
    assert all(end - first <= aim + 2 * max(sizes) for first, end in found)


def test_a_share_of_a_large_book_has_no_more_rows_than_a_worker_does_in_seconds():
    found = list(spans([100_000] * 1000, MOST))
    assert {end - first for first, end in found} == {MOST}
