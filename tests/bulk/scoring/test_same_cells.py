"""Every engine gives every cell that the explained path gives."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from registry.bulk.scoring import (
    COMPACT,
    FULL,
    LEAN,
    RowsRefused,
    explain_row,
    rules_in,
    score_file,
    score_rows,
    states_of,
)
from registry.bulk.scoring.embedded import connect
from registry.bulk.scoring.files import put
from registry.bulk.scoring.footer import read_footers
from registry.bulk.scoring.reading import groups_of
from tests.bulk.scoring.pack import as_tuples, differences, plan, rows, write


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    return write(tmp_path_factory.mktemp("book") / "book.parquet", rows())


def read(path):
    return sorted(tuple(row.values()) for row in pq.read_table(path).to_pylist())


def test_the_pack_stands_on_many_edges():
    results = list(score_rows(plan(is_verified=True), rows(), LEAN))
    assert {result[1] for result in results} == {"green", "not_green", "person_must_look"}
    assert {result[2] for result in results} >= {"dark", "medium", "none", "not_green"}


@pytest.mark.parametrize("is_verified", [False, True])
def test_generated_python_says_what_assess_says(is_verified):
    used = plan(is_verified)
    made = list(score_rows(used, rows(), FULL))
    assert differences(used, FULL, made, as_tuples(used)) == []


@pytest.mark.parametrize("engine", ["duckdb", "python"])
def test_a_file_through_an_engine(engine, book, tmp_path):
    told = []
    target = tmp_path / "scored.parquet"
    used = plan(is_verified=True)
    assert score_file(used, book, target, engine=engine, progress=told.append) == len(rows())
    expected = sorted(score_rows(used, rows(), COMPACT))
    assert differences(used, COMPACT, read(target), expected) == []
    assert told[-1] == 1.0
    assert [path.name for path in tmp_path.iterdir()] == ["scored.parquet"]


@pytest.mark.parametrize("engine", ["duckdb", "python"])
@pytest.mark.parametrize(
    ("change", "code", "column"),
    [
        ({"kind": "perpetual_motion"}, "unknown_kind", "kind"),
        (
            {"total_investment_10k_yuan": float("nan")},
            "outside_its_limits",
            "total_investment_10k_yuan",
        ),
        (
            {"total_investment_10k_yuan": float("inf")},
            "outside_its_limits",
            "total_investment_10k_yuan",
        ),
        ({"financed_elsewhere_percent": -0.01}, "outside_its_limits", "financed_elsewhere_percent"),
    ],
)
def test_what_no_engine_may_score_is_refused(engine, change, code, column, tmp_path):
    given = [*rows()[:20], rows()[20] | change]
    target = tmp_path / "scored.parquet"
    with pytest.raises(RowsRefused) as refused:
        score_file(plan(), write(tmp_path / "in.parquet", given), target, engine=engine)
    assert (refused.value.code, refused.value.column) == (code, column)
    assert refused.value.row_ids == (given[20]["row_id"],)
    assert [path.name for path in tmp_path.iterdir()] == ["in.parquet"]


@pytest.mark.parametrize("statistics", [True, False])
@pytest.mark.parametrize("wrong", [-0.01, float("nan"), 1e300])
def test_one_row_in_the_last_group_is_found_with_and_without_statistics(
    statistics, wrong, tmp_path
):
    given = [*rows()[:60], rows()[60] | {"financed_elsewhere_percent": wrong}]
    source = write(tmp_path / "in.parquet", given, row_group_size=20, write_statistics=statistics)
    with pytest.raises(RowsRefused) as refused:
        score_file(plan(), source, tmp_path / "scored.parquet")
    assert (refused.value.column, refused.value.row_ids) == (
        "financed_elsewhere_percent",
        (given[60]["row_id"],),
    )


@pytest.mark.parametrize("engine", ["duckdb", "python"])
@pytest.mark.parametrize("statistics", [True, False])
def test_a_blank_text_is_a_missing_answer(engine, statistics, tmp_path):
    used = plan(is_verified=True)
    texts = [column.name for column in used.inputs[2:] if column.type == "text"]
    some = rows()[:30]
    gone = [row | dict.fromkeys(texts[n::3]) for n, row in enumerate(some)]
    blanks = ("", " ", "\t", "\u3000", "\xa0\u2003 ", "\x1f")
    blank = [
        row | dict.fromkeys(texts[n::3], blanks[n % len(blanks)]) for n, row in enumerate(some)
    ]
    assert list(score_rows(used, gone)) != list(score_rows(used, some))
    source = write(tmp_path / "in.parquet", blank, write_statistics=statistics)
    before = source.read_bytes()
    score_file(used, source, tmp_path / "scored.parquet", engine=engine)
    assert read(tmp_path / "scored.parquet") == sorted(score_rows(used, gone))
    assert source.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.parquet", "scored.parquet"]


def test_a_file_without_blanks_is_read_as_it_is(tmp_path):
    source = write(tmp_path / "in.parquet", rows()[:30])
    with connect(256, 1, tmp_path) as connection:
        (group,) = groups_of(connection, plan(), source)
    assert group.plain
    assert "CASE" not in group.select()
    assert group.told["kind"].type == "BYTE_ARRAY"


def test_a_footer_is_believed_of_numbers_only_and_only_where_it_tells_all(tmp_path):
    nan = float("nan")
    columns = {
        "number": [1.0, 2.0, 9.0, nan],
        "whole": [1, 2, 3, None],
        "text": ["1", "500", "7", "8"],
        "empty": pa.array([None] * 4, pa.float64()),
        "single": pa.array([1, 2, 3, 4], pa.float32()),
    }
    with connect(256, 1, tmp_path) as connection:
        told = {}
        for statistics in (True, False):
            path = tmp_path / f"{statistics}.parquet"
            options = {"row_group_size": 2, "write_statistics": statistics}
            pq.write_table(pa.table(columns), path, **options)
            told[statistics] = read_footers(connection, [path])
    within = {name: column.surely_within(1, 9) for name, column in told[True].items()}
    assert within == {"number": True, "whole": True, "text": False, "empty": True, "single": False}
    assert not told[True]["number"].surely_within(1, 8)
    assert not any(column.surely_within(0, 9) for column in told[False].values())


def test_a_number_that_a_file_holds_as_text_is_held_to_its_limits(tmp_path):
    given = [row | {"financed_elsewhere_percent": 1.0} for row in rows()[:3]]
    table = pq.read_table(write(tmp_path / "in.parquet", given))
    place = table.schema.get_field_index("financed_elsewhere_percent")
    texts = pa.array(["1", "500", "7"])
    changed = table.set_column(place, "financed_elsewhere_percent", texts)
    pq.write_table(changed, tmp_path / "in.parquet")
    with pytest.raises(RowsRefused) as refused:
        score_file(plan(), tmp_path / "in.parquet", tmp_path / "scored.parquet")
    assert refused.value.column == "financed_elsewhere_percent"


def test_a_result_leads_back_to_its_rules_and_to_the_whole_explanation():
    used = plan()
    names = [column.name for column in used.outputs()]
    for row, result in zip(rows(), score_rows(used, rows()), strict=True):
        named = dict(zip(names, result, strict=True))
        whole = explain_row(used, row)
        assert states_of(used, named) == {rule.rule: rule.state for rule in whole.rules}
        failed = [
            r.rule
            for r in whole.rules
            if r.state == "fail" and r.kind not in ("score", "information")
        ]
        if failed:
            assert [rule.id for rule in rules_in(used, named)] == failed


@pytest.mark.parametrize("before", ["nothing", "file", "folder"])
@pytest.mark.parametrize("made", ["file", "folder"])
def test_a_result_takes_the_place_of_the_one_before(before, made, tmp_path):
    """Spark writes a folder, the others a file; a second run replaces either."""
    target, partial = tmp_path / "scored", tmp_path / "scored.partial"
    for path, what, text in ((target, before, "old"), (partial, made, "new")):
        if what == "file":
            path.write_text(text)
        elif what == "folder":
            path.mkdir()
            (path / "part-0").write_text(text)
    put(partial, target)
    assert [path.name for path in tmp_path.iterdir()] == ["scored"]
    found = target if made == "file" else target / "part-0"
    assert found.read_text() == "new"
