"""A book that is a folder of Parquet files: the same rows, blanks and columns for every engine."""

import pyarrow.parquet as pq
import pytest

from registry.bulk.scoring import FULL, RowsRefused, score_file, score_rows
from registry.bulk.scoring.parts import by_columns, file, parts_of
from tests.bulk.scoring.pack import differences, plan, rows, write, write_folder

ENGINES = pytest.mark.parametrize("engine", ["duckdb", "python"])


def cells(path):
    return sorted(tuple(row.values()) for row in pq.read_table(path).to_pylist())


def names(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in parts_of(folder)}


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "book [new]"
    made.mkdir()
    return made


@ENGINES
def test_blanks_and_columns_of_some_files_only(engine, folder, tmp_path):
    used = plan(is_verified=True)
    meant = write_folder(folder)
    (folder / "_SUCCESS").touch()
    (folder / ".a.parquet.crc").touch()
    before = names(folder)
    assert sorted(before) == ["000000_0", "a.parquet", "older/b[1].parquet"]
    target = tmp_path / "scored.parquet"
    assert score_file(used, folder, target, engine=engine, size=FULL) == len(rows())
    expected = sorted(score_rows(used, meant, FULL))
    assert differences(used, FULL, cells(target), expected) == []
    assert names(folder) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == [folder.name, target.name]


def test_names_of_folders_inside_are_columns_that_of_its_own_is_none(tmp_path):
    used = plan(is_verified=True)
    book, target = tmp_path / "region=x", tmp_path / "scored.parquet"
    kinds = sorted({row["kind"] for row in rows()})
    for kind in kinds:
        (book / f"kind={kind}").mkdir(parents=True)
        mine = [row for row in rows() if row["kind"] == kind]
        made = pq.read_table(write(tmp_path / "some.parquet", mine))
        pq.write_table(made.drop_columns(["kind"]), book / f"kind={kind}" / "part.parquet")
    assert by_columns(book)
    assert "hive_partitioning = true" in file(book)
    assert score_file(used, book, target, size=FULL) == len(rows())
    expected = sorted(score_rows(used, rows(), FULL))
    assert differences(used, FULL, cells(target), expected) == []
    with pytest.raises(ValueError, match="columns for duckdb and spark only"):
        score_file(used, book, target, engine="python")
    inside = book / f"kind={kinds[0]}"
    assert not by_columns(inside)
    with pytest.raises(RowsRefused, match="no_column"):
        score_file(used, inside, target)


@ENGINES
def test_a_folder_with_anything_else_is_refused(engine, folder, tmp_path):
    def refused(error, words):
        with pytest.raises(error, match=words):
            score_file(plan(), folder, tmp_path / "scored.parquet", engine=engine)
        assert [path.name for path in tmp_path.iterdir()] == [folder.name]

    refused(FileNotFoundError, "there is no Parquet file in ")
    write(folder / "a.parquet", rows()[:3])
    (folder / "older").mkdir()
    (folder / "older" / "v1.metadata.json").write_text("{}")
    refused(ValueError, "v1.metadata.json is no Parquet file")
    (folder / "older" / "v1.metadata.json").unlink()
    (folder / "half.parquet").touch()
    refused(ValueError, "half.parquet is no Parquet file")
    (folder / "half.parquet").unlink()
    (folder / "_delta_log").mkdir()
    refused(ValueError, "is a table of Delta Lake")


@ENGINES
def test_a_book_that_is_not_there_and_rows_without_numbers(engine, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no .*none\.parquet"):
        score_file(plan(), tmp_path / "none.parquet", tmp_path / "scored.parquet", engine=engine)
    source = write(tmp_path / "book.parquet", [rows()[0] | {"row_id": None}, rows()[1]])
    with pytest.raises(RowsRefused) as why:
        score_file(plan(), source, tmp_path / "scored.parquet", engine=engine)
    assert (why.value.code, why.value.count) == ("no_row_id", 1)
