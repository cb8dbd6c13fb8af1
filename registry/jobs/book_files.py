"""A loan book from file to file, without a desk: what `registry screen-portfolio` does.

Results grow in a folder beside the target; how far they are is written down after every chunk, so
that a command that was killed goes on there and does no row twice.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final

from registry.bulk import ingest
from registry.bulk.ingest.rows import BookRow, CellProblem
from registry.bulk.portfolio import writing
from registry.bulk.portfolio.writing import WHOLE, Column
from registry.jobs.portfolios import Judging
from registry.operations.portfolio_run import loan_key

AMOUNTS: Final = ("balance_fen", "abatement_g", "attributed_g", "coal_g", "attributed_coal_g")
DIMENSIONS: Final = ("verdict", "grade", "zone_id", "catalogue_class", "kind")
COLUMNS: Final = (
    Column("row_no", "row", WHOLE), Column("loan_number", "loan"), Column("borrower", "borrower"),
    Column("uscc", "uscc"), Column("project", "project"), Column("kind", "kind"),
    Column("province_code", "province"), Column("zone_id", "zone"),
    Column("catalogue_class", "class"), Column("verdict", "verdict"),
    Column("rule_verdict", "verdict by the rules"), Column("grade", "grade"),
    Column("total_centipoints", "centipoints", WHOLE), Column("coverage_bp", "coverage, bp", WHOLE),
    Column("reasons", "reasons"), Column("clause", "clause"),
    Column("balance_fen", "balance, fen", WHOLE), Column("investment_fen", "investment, fen", WHOLE),
    Column("share_bp", "financed share, bp", WHOLE), Column("abatement_g", "abatement, g CO2e", WHOLE),
    Column("attributed_g", "loan's abatement, g CO2e", WHOLE), Column("coal_g", "coal, gce", WHOLE),
    Column("attributed_coal_g", "loan's coal, gce", WHOLE), Column("hit_band", "match"),
    Column("hit_entry_id", "restricted entry", WHOLE),
)  # fmt: skip
QUARANTINE: Final = (
    Column("row_no", "row", WHOLE), Column("cell", "cell"), Column("head", "column"),
    Column("field", "field"), Column("code", "code"), Column("detail", "detail"),
)  # fmt: skip


class OtherBook(Exception):
    """What lies beside the target was begun with another file, mapping or rulebook."""


@dataclass
class State:
    """How far it is. `sizes` are the octets of the two files that count; more is of a broken chunk."""

    pins: Mapping[str, Any]
    cursor: int = 0
    read: int = 0
    scored: int = 0
    bad: int = 0
    sizes: list[int] = field(default_factory=lambda: [0, 0])
    totals: dict[str, dict[str, list[int]]] = field(default_factory=dict)

    def add(self, rows: Sequence[Mapping[str, Any]]) -> None:
        for row in rows:
            amounts = [1, *(row[name] or 0 for name in AMOUNTS)]
            for dimension in ("all", *DIMENSIONS):
                value = str(row[dimension]) if dimension != "all" else ""
                held = self.totals.setdefault(dimension, {}).setdefault(value, [0] * len(amounts))
                for place, amount in enumerate(amounts):
                    held[place] += amount


class BookFile:
    """One book on its way; `told` is called after every chunk with the rows read so far."""

    def __init__(
        self,
        source: ingest.Source,
        mapping: ingest.Mapping,
        words: ingest.Vocabulary,
        judging: Judging,
        target: Path,
        pins: Mapping[str, Any],
    ) -> None:
        self.source, self.mapping, self.words, self.judging = source, mapping, words, judging
        self.target, self.folder = target, target.with_name(target.name + ".partial")
        self.files = (self.folder / "rows.csv", self.folder / "quarantine.csv")
        self.state = State(pins)

    @property
    def quarantine(self) -> Path:
        return self.target.with_name(f"{self.target.stem}-quarantine.csv")

    @property
    def pins(self) -> Path:
        return self.target.with_name(f"{self.target.stem}-pins.json")

    def take_up(self, *, resume: bool) -> None:
        """Begin anew, or go on behind the last chunk that was written down."""
        if resume and (self.folder / "state.json").is_file():
            told = json.loads((self.folder / "state.json").read_text(encoding="utf-8"))
            if told["pins"] != json.loads(json.dumps(self.state.pins)):
                raise OtherBook(str(self.folder))
            self.state = State(**told)
        else:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir(parents=True)
        for file, size in zip(self.files, self.state.sizes, strict=True):
            with file.open("ab") as out:
                out.truncate(size)
        self.keys = sqlite3.connect(self.folder / "loans.sqlite3", isolation_level=None)
        self.keys.execute("PRAGMA synchronous=OFF")
        self.keys.execute(
            "CREATE TABLE IF NOT EXISTS loan (key TEXT PRIMARY KEY, row_no INTEGER) WITHOUT ROWID"
        )

    def run(self, told: Callable[[State], None]) -> State:
        """Every row behind the cursor, then the target in its form."""
        with ingest.rows(self.source, self.mapping, self.words, after=self.state.cursor) as rows:
            while taken := list(islice(rows, self.judging.scorer.piece)):
                self._chunk(taken)
                told(self.state)
        self._finish()
        return self.state

    def _chunk(self, taken: Sequence[BookRow]) -> None:
        problems = {row.number: self.judging.problems(row) for row in taken}
        good = [row for row in taken if not problems[row.number]]
        twice = self._twice(good)
        for row in good:
            if row.number in twice:
                detail = {"found": str(twice[row.number])}
                problem = CellProblem(0, "", "", "loan_number", "loan_twice", detail)
                problems[row.number] = (problem,)
        rows = self.judging.judged([row for row in good if row.number not in twice])
        for row in rows:
            rule = self.judging.book.rule_by_id.get(row["rule_id"])
            row["clause"] = f"{rule.source.document} {rule.source.clause}".strip() if rule else ""
        named = [(no, one) for no, found in problems.items() for one in found]
        self.state.sizes = [
            _append(self.files[0], ([row[c.name] for c in COLUMNS] for row in rows)),
            _append(self.files[1], (_named(no, one) for no, one in named)),
        ]
        self.state.add(rows)
        self.state.cursor = taken[-1].number
        self.state.read += len(taken)
        self.state.scored += len(rows)
        self.state.bad += len(taken) - len(rows)
        self._write_down()

    def _twice(self, rows: Sequence[BookRow]) -> dict[int, int]:
        """Rows whose loan stands further up, with the row where it does."""
        found = {}
        self.keys.execute("BEGIN")
        for row in rows:
            key = loan_key(row.loan)
            self.keys.execute("INSERT OR IGNORE INTO loan VALUES (?, ?)", (key, row.number))
            (first,) = self.keys.execute("SELECT row_no FROM loan WHERE key = ?", (key,)).fetchone()
            if first != row.number:
                found[row.number] = first
        self.keys.execute("COMMIT")
        return found

    def _write_down(self) -> None:
        aside = self.folder / "state.json.part"
        with aside.open("w", encoding="utf-8") as out:
            json.dump(vars(self.state), out)
            out.flush()
            os.fsync(out.fileno())
        aside.replace(self.folder / "state.json")

    def _finish(self) -> None:
        """The whole in the form that the target's name says; then the folder goes."""
        self.keys.close()
        kept = (
            [_typed(c, cell) for c, cell in zip(COLUMNS, row, strict=True)]
            for row in _lines(self.files[0])
        )
        ending = self.target.suffix
        aside = self.target.with_name(f".{self.target.name}.part{ending}")
        facts = {key: str(value) for key, value in self.state.pins.items()}
        if ending == ".parquet":
            writing.write_parquet(aside, COLUMNS, kept, facts=facts)
        elif ending == ".xlsx":
            pins = (Column("what", "what"), Column("value", "value"))
            sheets = [("loans", COLUMNS, kept), ("source", pins, map(list, facts.items()))]
            writing.write_xlsx(aside, sheets)  # type: ignore[arg-type]
        else:
            _write_csv(aside, COLUMNS, kept)
            self._pin_beside(aside)
        aside.replace(self.target)
        if self.state.bad:
            _write_csv(self.quarantine, QUARANTINE, _lines(self.files[1]))
        shutil.rmtree(self.folder)

    def _pin_beside(self, made: Path) -> None:
        """What a CSV file has no room for: rulebook, reference data, list and engine, as JSON."""
        facts = {**self.state.pins, "result_sha256": sha256_of(made)}
        text = json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=True)
        self.pins.write_text(text + "\n", encoding="utf-8")


def sha256_of(file: Path) -> str:
    with file.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


def _append(file: Path, rows: Iterator[Sequence[Any]]) -> int:
    """The file's size after these rows are in it and on the disk."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    with file.open("ab") as out:
        out.write(text.getvalue().encode())
        out.flush()
        os.fsync(out.fileno())
        return out.tell()


def _named(row_no: int, one: CellProblem) -> list[Any]:
    return [
        row_no,
        one.cell,
        one.head,
        one.field,
        one.code,
        json.dumps(dict(one.detail), ensure_ascii=False),
    ]


def _lines(file: Path) -> Iterator[list[str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        yield from csv.reader(lines)


def _typed(column: Column, cell: str) -> Any:
    return (int(cell) if cell else None) if column.type == WHOLE else cell


def _write_csv(path: Path, columns: Sequence[Column], rows: Iterator[Sequence[Any]]) -> None:
    named = [Column(c.name, c.name, c.type) for c in columns]
    with path.open("w", encoding="utf-8", newline="") as out:
        out.writelines(writing.csv_lines(named, rows))
