"""What Spark sends to its nodes: DuckDB over a share of a book, as Arrow batches.

The nodes' Python needs duckdb, pyarrow and pandas, and nothing of ours: each function stands inside the
one that makes it and names nothing outside it, so that no module of ours is looked for there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from registry.bulk.scoring.shares import Share

if TYPE_CHECKING:
    import pyarrow as pa

    OnBatches = Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]


def _scoring(text: str, columns: Iterable[tuple[str, str]]) -> Callable[..., Any]:
    """Runs DuckDB's query after `prepare(engine, …)` and gives its result with the types of `columns`."""
    wanted = tuple(columns)

    def run(prepare: Callable[..., None], *given: Any) -> Iterator[pa.RecordBatch]:
        try:
            import duckdb
            import pyarrow as pa
        except ImportError as why:
            raise RuntimeError(
                f"{why}: each node's Python needs it (pip install 'duckdb>=1.4,<3' pyarrow pandas); "
                "without, let Spark itself run the query: --engine spark-sql"
            ) from why
        held = {"number": pa.float64(), "integer": pa.int64(), "truth": pa.bool_()}
        schema = pa.schema([(name, held.get(type, pa.string())) for name, type in wanted])
        with duckdb.connect(config={"threads": 1, "memory_limit": "256MiB"}) as engine:
            engine.execute("SET preserve_insertion_order = false")
            prepare(engine, *given)
            found = engine.sql(text)  # a relation's rows stream, a statement's are gathered first
            read = getattr(found, "to_arrow_reader", None) or found.fetch_record_batch
            for batch in read(50_000):
                yield batch.cast(schema)

    return run


def scoring_rows(text: str, columns: Iterable[tuple[str, str]]) -> OnBatches:
    """For rows that Spark hands over: the batches of one share of a book to those of its result.

    `text` is DuckDB's query over `registry_book`, `columns` are the result's names and types.
    """
    run = _scoring(text, columns)

    def score_share(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        waiting = iter(batches)
        first = next(waiting, None)
        if first is None:
            return

        def prepare(engine: Any) -> None:
            from itertools import chain

            import pyarrow as pa

            book = pa.RecordBatchReader.from_batches(first.schema, chain([first], waiting))
            engine.register("registry_book", book)

        yield from run(prepare)

    return score_share


def scoring_shares(
    text: str, columns: Iterable[tuple[str, str]], shares: Sequence[Share], door: str
) -> OnBatches:
    """For rows that a node reads itself: batches of numbers of `shares` (a column `id`) to results.

    A row that the SQL truth `door` does not let in ends the run. See `scoring_rows` for the rest.
    """
    run, by_number = _scoring(text, columns), tuple(map(tuple, shares))

    def prepare(engine: Any, select: str, first: int, end: int) -> None:
        import duckdb

        # A file's statistics know nothing of NaN: no comparison may be answered from them.
        engine.execute("SET disabled_optimizers = 'statistics_propagation'")
        try:
            engine.execute(
                f"CREATE VIEW registry_book AS SELECT * FROM ({select}"
                f" WHERE file_row_number >= {first} AND file_row_number < {end}) WHERE {door}"
            )
        except duckdb.IOException as why:
            said = str(why).partition("\n")[0]
            raise RuntimeError(
                f"{said}: each node must see the book by this very path, and may read it"
            ) from why

    def score_shares(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for number in (id for batch in batches for id in batch["id"].to_pylist()):
            yield from run(prepare, *by_number[number])

    return score_shares
