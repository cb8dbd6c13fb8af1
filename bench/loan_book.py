"""A loan book of 100,000 rows with 1 % bad ones on the web, a worker killed on the way, and the next
quarter's book beside it; every result counted again without our code.

    ./run bench loan_book [--rows 100000] [--folder DIR]

Ends with one line of JSON. Exits with 1 where anything was lost, done twice, or counted wrongly.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from bench.browsing import Browser, free_port
from registry.jobs.demo import books

BAD_EVERY = 100
DANGEROUS = ('=HYPERLINK("http://x","y")', "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "＝1+1")
LEFT, ENTERED, CHANGED = 500, 700, 300  # at 100,000 rows; fewer in proportion


def quarters(rows: int) -> tuple[list[list[str]], list[list[str]], dict[str, int]]:
    """Two books and how they differ: known because it is made so."""
    part = max(rows // 100_000 * 1 or 1, 1) if rows >= 100_000 else 1
    left, entered, changed = (max(n * rows // 100_000, 3) * part for n in (LEFT, ENTERED, CHANGED))
    old = list(books.book(rows, seed=11, bad_every=BAD_EVERY))
    for at, text in enumerate(DANGEROUS):
        old[at * 7 + 1][1] = text
    more = list(books.book(rows + entered, seed=12))[rows:]
    new = [list(row) for row in old[left:]] + more
    good = [n for n, row in enumerate(new[: rows - left]) if not _is_bad(row)]
    for at in good[5 : 5 + changed * 3 : 3]:
        new[at][books.HEADS.index("装机容量(MW)")] = "9"
    gone = sum(not _is_bad(row) for row in old[:left])
    return old, new, {"entered": entered, "left": gone, "data_changed": changed}


def _is_bad(row: list[str]) -> bool:
    return any(row[books.HEADS.index(head)] == cell for head, cell, _ in books.FAULTS)


class Registry:
    """A fresh installation with its web server and worker, as `registry serve` starts them."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        kept = {k: v for k, v in os.environ.items() if not k.startswith("REGISTRY_")}
        self.environment = kept | {
            "REGISTRY_INSTANCE": str(folder / "instance"),
            "REGISTRY_BASE_URL": f"http://127.0.0.1:{self.port}",
            "REGISTRY_RATE_LIMITS": "0",
            "REGISTRY_ARGON2_TIME_COST": "1",
            "REGISTRY_ARGON2_MEMORY_KIB": "8",
        }
        self.database = folder / "instance" / "registry.sqlite3"

    def __enter__(self) -> Registry:
        command = [sys.executable, "-m", "registry.cli"]
        for step in (["init"], ["migrate"], ["demo", "load"]):
            subprocess.run([*command, *step], env=self.environment, check=True, capture_output=True)
        self.server = subprocess.Popen(
            [*command, "serve", "--port", str(self.port)],
            env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        return self

    def __exit__(self, *_: object) -> None:
        self.server.terminate()
        self.server.wait(timeout=60)

    def kill_worker(self) -> int:
        """SIGKILL to the worker that this server started; the server starts another."""
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                said = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if parent == self.server.pid and b"\0worker" in said:
                os.kill(int(entry.name), signal.SIGKILL)
                return int(entry.name)
        raise RuntimeError("no worker found")

    def ask(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """The database itself, past all of our code."""
        import sqlite3

        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True) as connection:
            return connection.execute(statement, values).fetchall()


class Trial:
    """What a fund manager does, timed, and what came of it."""

    def __init__(self, registry: Registry, browser: Browser, folder: Path) -> None:
        self.registry, self.browser, self.folder = registry, browser, folder
        self.faults: list[str] = []
        self.figures: dict[str, Any] = {}

    def expect(self, what: str, found: object, wanted: object) -> None:
        if found != wanted:
            self.faults.append(f"{what}: {found!r}, not {wanted!r}")
            print("WRONG", self.faults[-1], flush=True)

    def screen(self, rows: list[list[str]], day: str, *, kill: bool) -> int:
        """Bring, match, start, watch, and the run's id."""
        path = books.write(self.folder / f"{day}.csv", rows)
        began = time.monotonic()
        page = self.browser.send(
            "/portfolios/new", {"name": "十万笔台账", "as_of": day}, files={"file": path}
        )
        run_id = int(page.address.split("/")[-2])
        same = {f"same-{id}": value for id, value in books.SAME.items()}
        page = self.browser.send(page.address, {**page.fields, **same, "do": "confirm"})
        settled = {name: "1" for name in page.names if name.startswith("settle-")}
        self.browser.send(
            page.address, {**settled, "basis": "试验：各名单已查询", "engine": "python"}
        )
        started = time.monotonic()
        self.figures.setdefault("bring_and_match_s", round(started - began, 1))
        self.watch(run_id, len(rows), started, kill=kill)
        return run_id

    def watch(self, run_id: int, size: int, started: float, *, kill: bool) -> None:
        first, killed, shown = 0.0, False, 0
        while True:
            page = self.browser.get(f"/portfolios/{run_id}")
            if 'data-state="DONE"' in page.text:
                break
            if 'data-state="FAILED"' in page.text:
                raise RuntimeError("the run broke off")
            done = _progress(page.text)
            if done and not first:
                first = time.monotonic() - started
                self.figures.setdefault("first_progress_s", round(first, 1))
            if done >= shown + size // 10:
                shown = done
                print(f"  {done:,} of {size:,}, {time.monotonic() - started:.0f} s", flush=True)
            if kill and not killed and done > size * 0.3:
                print(f"  killed worker {self.registry.kill_worker()} at {done:,}", flush=True)
                killed = True
            time.sleep(0.3)
        self.figures.setdefault("screened_s", round(time.monotonic() - started, 1))
        self.figures.setdefault("killed", killed)

    def count(self, run_id: int, rows: list[list[str]]) -> None:
        """The run against the rows as they were made."""
        bad = {n for n, row in enumerate(rows, 2) if _is_bad(row)}
        ((read, scored, wrong, worked),) = self.registry.ask(
            "SELECT read, scored, bad, worked_ms FROM loan_run WHERE id = ?", run_id
        )
        self.expect("rows", (read, scored, wrong), (len(rows), len(rows) - len(bad), len(bad)))
        self.figures.setdefault("worker_s", worked / 1000)
        numbers = [
            n
            for (n,) in self.registry.ask(
                "SELECT row_no FROM loan_row WHERE run_id = ? ORDER BY row_no", run_id
            )
        ]
        self.expect(
            "each good row once", numbers, [n for n in range(2, len(rows) + 2) if n not in bad]
        )
        named = self.registry.ask(
            "SELECT DISTINCT row_no FROM loan_problem WHERE run_id = ?", run_id
        )
        self.expect("bad rows named", {n for (n,) in named}, bad)
        fen = sum(
            int(Decimal(row[7].replace(",", "")) * 100)
            for n, row in enumerate(rows, 2)
            if n not in bad
        )
        ((told, loans),) = self.registry.ask(
            "SELECT balance_fen, loans FROM loan_total WHERE run_id = ? AND dimension = 'all'",
            run_id,
        )
        self.expect("balance in fen", (told, loans), (fen, len(rows) - len(bad)))
        for dimension in ("verdict", "grade", "zone", "class", "reason"):
            ((total,),) = self.registry.ask(
                "SELECT sum(balance_fen) FROM loan_total WHERE run_id = ? AND dimension = ?",
                run_id,
                dimension,
            )
            self.expect(f"balance by {dimension}", total, fen)
        self.figures["rows"], self.figures["bad_rows"] = len(rows), len(bad)

    def downloads(self, run_id: int, loans: int) -> dict[str, dict[str, str]]:
        """CSV, XLSX and Parquet hold every loan, and nothing that a spreadsheet runs."""
        text = self.browser.fetch(f"/portfolios/{run_id}/loans.csv").decode("utf-8-sig")
        table = {row["Loan number"]: row for row in csv.DictReader(io.StringIO(text))}
        self.expect("loans in CSV", len(table), loans)
        starts = tuple("=+-@\t\r＝＋－＠")
        loose = [
            cell
            for row in csv.reader(io.StringIO(text))
            for cell in row
            if cell.startswith(starts) and not _is_number(cell)
        ]
        self.expect("cells that a spreadsheet would run", loose, [])
        guarded = [row["Borrower"] for row in table.values() if row["Borrower"].startswith("'")]
        self.expect("guarded borrowers", sorted(guarded), sorted("'" + text for text in DANGEROUS))
        whole = self.browser.fetch(f"/portfolios/{run_id}/loans.xlsx")
        with zipfile.ZipFile(io.BytesIO(whole)) as book:
            self.expect(
                "formulas in XLSX",
                [
                    n
                    for n in book.namelist()
                    if n.startswith("xl/worksheets/") and b"<f>" in book.read(n)
                ],
                [],
            )
        import duckdb

        parquet = self.folder / "loans.parquet"
        parquet.write_bytes(self.browser.fetch(f"/portfolios/{run_id}/loans.parquet"))
        with duckdb.connect() as engine:
            ((count, fen),) = engine.execute(
                "SELECT count(*), sum(CAST(balance_yuan * 100 AS BIGINT)) FROM read_parquet(?)",
                [str(parquet)],
            ).fetchall()
        ((told,),) = self.registry.ask(
            "SELECT balance_fen FROM loan_total WHERE run_id = ? AND dimension = 'all'", run_id
        )
        self.expect("loans and fen in Parquet", (count, int(fen)), (loans, told))
        marked = self.browser.fetch(f"/portfolios/{run_id}/marked.xlsx")
        self.figures["downloaded_bytes"] = (
            len(text) + len(whole) + parquet.stat().st_size + len(marked)
        )
        return table

    def difference(
        self,
        run_id: int,
        old: list[list[str]],
        new: list[list[str]],
        tables: Any,
        known: dict[str, int],
    ) -> None:
        """What entered, left and changed, counted from the two downloads and the two books."""
        text = self.browser.fetch(f"/portfolios/{run_id}/difference.csv").decode("utf-8-sig")
        told = Counter(row["Part"] for row in csv.DictReader(io.StringIO(text)))
        before, after = tables
        data = [{row[0]: row[1:] for row in rows if not _is_bad(row)} for rows in (old, new)]
        results = ("Verdict", "Grade", "Points", "Balance (CNY)", "Match")
        changed = {
            loan
            for loan in before.keys() & after.keys()
            if any(before[loan][name] != after[loan][name] for name in results)
            or data[0][loan] != data[1][loan]
        }
        mine = {
            "Entered": len(after.keys() - before.keys()),
            "Left": len(before.keys() - after.keys()),
            "Changed": len(changed),
        }
        self.expect("difference", dict(told), mine)
        self.expect(
            "as it was made", (mine["Entered"], mine["Left"]), (known["entered"], known["left"])
        )
        self.expect("changed data", mine["Changed"] >= known["data_changed"], True)
        self.figures["difference"] = mine


def _progress(text: str) -> int:
    """Rows done, from the progress bar of the page."""
    _, _, rest = text.partition("<progress")
    return int(rest.partition('value="')[2].partition('"')[0] or 0) if rest else 0


def _is_number(cell: str) -> bool:
    return cell.lstrip("-").replace(".", "", 1).isdigit()


def _folder(asked: str) -> Iterator[Path]:
    if asked:
        Path(asked).mkdir(parents=True, exist_ok=True)
        yield Path(asked)
        return
    with tempfile.TemporaryDirectory() as made:
        yield Path(made)


def main() -> int:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--rows", type=int, default=100_000)
    reader.add_argument("--folder", default="")
    asked = reader.parse_args()
    old, new, known = quarters(asked.rows)
    for folder in _folder(asked.folder):
        with Registry(folder) as registry:
            browser = Browser(f"http://127.0.0.1:{registry.port}", language="en")
            browser.sign_in("fund@demo.example")
            trial = Trial(registry, browser, folder)
            print(f"first book, {len(old):,} rows", flush=True)
            first = trial.screen(old, "2026-03-31", kill=True)
            trial.count(first, old)
            loans = len(old) - sum(map(_is_bad, old))
            before = trial.downloads(first, loans)
            print(f"second book, {len(new):,} rows", flush=True)
            second = trial.screen(new, "2026-06-30", kill=False)
            trial.count(second, new)
            text = browser.fetch(f"/portfolios/{second}/loans.csv").decode("utf-8-sig")
            after = {row["Loan number"]: row for row in csv.DictReader(io.StringIO(text))}
            trial.difference(second, old, new, (before, after), known)
    trial.figures["wrong"] = len(trial.faults)
    print(json.dumps(trial.figures))
    return 1 if trial.faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
