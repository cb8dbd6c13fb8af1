"""SQLite and PostgreSQL, where the data lies, give every cell that the generated Python gives."""

import pytest
from sqlalchemy import create_engine

from registry.bulk.scoring import COMPACT, FULL, RowsRefused, score_rows
from registry.queries.in_place import columns_sql, score_in_place
from tests.bulk.scoring.pack import differences, plan, rows


@pytest.fixture(params=["sqlite", "postgresql"])
def connection(request):
    url = "sqlite://" if request.param == "sqlite" else request.getfixturevalue("postgresql_url")
    engine = create_engine(url)
    with engine.connect() as opened:
        yield opened
        opened.rollback()
    engine.dispose()


def lay(connection, used, given):
    """The rows as a table of this transaction."""
    dialect = connection.dialect.name
    connection.exec_driver_sql(f"CREATE TEMPORARY TABLE book ({columns_sql(used.inputs, dialect)})")
    mark = "?" if dialect == "sqlite" else "%s"
    names = [column.name for column in used.inputs]
    values = [tuple(row.get(name) for name in names) for row in given]
    marks = ", ".join([mark] * len(names))
    connection.exec_driver_sql(f"INSERT INTO book VALUES ({marks})", values)


@pytest.mark.parametrize("is_verified", [False, True])
def test_every_cell_is_the_same(connection, is_verified):
    used = plan(is_verified)
    lay(connection, used, rows())
    size = FULL if is_verified else COMPACT
    truths = [n for n, column in enumerate(used.outputs(size)) if column.type == "truth"]
    made = sorted(
        _with_truths(row, truths) for row in score_in_place(connection, used, "book", size=size)
    )
    assert differences(used, size, made, sorted(score_rows(used, rows(), size))) == []


def _with_truths(row, truths):
    """SQLite keeps truths as 0 and 1."""
    cells = list(row)
    for n in truths:
        cells[n] = None if cells[n] is None else bool(cells[n])
    return tuple(cells)


def test_the_result_may_stay_where_it_is(connection):
    used = plan()
    lay(connection, used, rows()[:40])
    outputs = columns_sql(used.outputs(), connection.dialect.name)
    connection.exec_driver_sql(f"CREATE TEMPORARY TABLE scored ({outputs})")
    assert list(score_in_place(connection, used, "book", into="scored")) == []
    counted = connection.exec_driver_sql(
        "SELECT COUNT(*), SUM(total_centipoints) FROM scored"
    ).one()
    expected = [row[3] for row in score_rows(used, rows()[:40])]
    assert tuple(counted) == (40, sum(expected))


@pytest.mark.parametrize(
    "change", [{"kind": "perpetual_motion"}, {"financed_elsewhere_percent": -0.01}]
)
def test_what_no_engine_may_score_is_refused(connection, change):
    lay(connection, plan(), [*rows()[:5], rows()[5] | change])
    with pytest.raises(RowsRefused) as refused:
        score_in_place(connection, plan(), "book")
    assert refused.value.column == next(iter(change))
