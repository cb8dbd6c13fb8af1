"""A book that is a folder of Parquet files: the same rows, blanks and columns for every engine."""

import os

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from registry.bulk.scoring import FULL, RowsRefused, score_file, score_rows
from registry.bulk.scoring.parts import TABLES, parts_of
from registry.bulk.scoring.reading import groups_of
from tests.bulk.scoring.pack import differences, plan, rows, write, write_folder, write_without

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


@ENGINES
def test_names_of_folders_inside_are_columns_those_above_are_none(engine, tmp_path):
    used = plan(is_verified=True)
    book, target = tmp_path / "kind=nonsense" / "book", tmp_path / "scored.parquet"
    kinds = sorted({row["kind"] for row in rows()})
    for kind in kinds:
        (book / f"kind={kind}").mkdir(parents=True)
        mine = [row for row in rows() if row["kind"] == kind]
        write_without(["kind"], book / f"kind={kind}" / "part.parquet", mine)
    assert score_file(used, book, target, engine=engine, size=FULL) == len(rows())
    expected = sorted(score_rows(used, rows(), FULL))
    assert differences(used, FULL, cells(target), expected) == []
    with pytest.raises(RowsRefused, match="no_column"):
        score_file(used, book / f"kind={kinds[0]}", target, engine=engine)
    write(book / "more.parquet", rows()[:3])
    with pytest.raises(ValueError, match="say of some files only"):
        score_file(used, book, target, engine=engine)


@pytest.mark.parametrize(
    ("folder", "value"),
    [
        ("industry_code=0610", "0610"),
        ("industry_code=a%3Db", "a=b"),
        ("industry_code=__HIVE_DEFAULT_PARTITION__", None),
        ("industry_code=%E3%80%80", None),
        ("_x=1/industry_code=2%20", "2 "),
    ],
)
def test_what_the_name_of_a_folder_says(folder, value, tmp_path):
    """A text as it stands, as a person may have to be told of it later; no type is guessed."""
    made = tmp_path / "book" / folder
    made.mkdir(parents=True)
    write_without(["industry_code"], made / "a.parquet", rows()[:3])
    with duckdb.connect() as connection:
        (group,) = groups_of(connection, plan(), tmp_path / "book")
        found = connection.execute(f"SELECT industry_code FROM ({group.select()})").fetchall()
    assert found == [(value,)] * 3
    assert not group.plain


@ENGINES
@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("adds_capacity", lambda cells: pc.cast(cells, pa.string())),
        ("row_id", lambda cells: pc.cast(cells, pa.int32())),
        ("province", lambda cells: pa.nulls(len(cells))),
        ("total_investment_10k_yuan", lambda cells: pc.cast(cells, pa.string())),
        ("industry_code", lambda cells: cells.dictionary_encode()),
        ("kind", lambda cells: pc.cast(cells, pa.large_string())),
    ],
)
def test_a_column_of_another_type_is_cast_alike(engine, name, make, folder, tmp_path):
    """Also where only one of the files has it so."""
    used, half = plan(is_verified=True), len(rows()) // 2
    table = pq.read_table(write(folder / "a.parquet", rows()[:half]))
    place = table.schema.get_field_index(name)
    pq.write_table(table.set_column(place, name, make(table[name])), folder / "a.parquet")
    write(folder / "b.parquet", rows()[half:])
    meant = [row | ({name: None} if name == "province" else {}) for row in rows()[:half]]
    target = tmp_path / "scored.parquet"
    assert score_file(used, folder, target, engine=engine, size=FULL) == len(rows())
    expected = sorted(score_rows(used, [*meant, *rows()[half:]], FULL))
    assert differences(used, FULL, cells(target), expected) == []


@ENGINES
def test_columns_that_are_taken_for_others_are_refused(engine, folder, tmp_path):
    def refused(words):
        with pytest.raises(ValueError, match=words):
            score_file(plan(), folder, tmp_path / "scored.parquet", engine=engine)

    table = pq.read_table(write(folder / "a.parquet", rows()[:3]))
    names = [name.replace("credential", "Credential", 1) for name in table.column_names]
    pq.write_table(table.rename_columns(names), folder / "b.parquet")
    refused("the column Credential is called credential here")
    (folder / "b.parquet").unlink()
    place = table.schema.get_field_index("row_id")
    halves = table.set_column(place, "row_id", pa.array([1.0, 1.5, 2.0]))
    pq.write_table(halves, folder / "b.parquet")
    refused("row_id is DOUBLE, and no whole number")
    (folder / "b.parquet").unlink()
    (folder / "kind=hydro").mkdir()
    (folder / "a.parquet").rename(folder / "kind=hydro" / "a.parquet")
    refused("kind is a column, and the name of a folder says it too")


@ENGINES
def test_a_folder_with_anything_else_is_refused(engine, folder, tmp_path):
    def refused(error, words):
        with pytest.raises(error, match=words):
            score_file(plan(), folder, tmp_path / "scored.parquet", engine=engine)
        assert [path.name for path in tmp_path.iterdir()] == [folder.name]

    refused(FileNotFoundError, "there is no Parquet file in ")
    write(folder / "a.parquet", rows()[:3])
    older = folder / "older"
    older.mkdir()
    for name in ("v1.metadata.json", "half.parquet", "a.parquet._COPYING_"):
        (older / name).touch()
        refused(ValueError, f"{name} is no Parquet file")
        (older / name).unlink()
    os.mkfifo(older / "pipe")
    refused(ValueError, "pipe is no Parquet file")
    (older / "pipe").unlink()
    (older / "again").symlink_to(folder)
    refused(ValueError, "again is a link to a folder")
    (older / "again").unlink()
    for table in TABLES:
        (older / table).mkdir()
        refused(ValueError, "older is a table with a log")
        (older / table).rmdir()


@ENGINES
def test_a_book_that_is_not_there_and_rows_without_numbers(engine, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no .*none\.parquet"):
        score_file(plan(), tmp_path / "none.parquet", tmp_path / "scored.parquet", engine=engine)
    source = write(tmp_path / "book.parquet", [rows()[0] | {"row_id": None}, rows()[1]])
    with pytest.raises(RowsRefused) as why:
        score_file(plan(), source, tmp_path / "scored.parquet", engine=engine)
    assert (why.value.code, why.value.count) == ("no_row_id", 1)
