"""A file of names against the list: row after row in batches, taken up where it was left.

What is done lies in a folder beside the output until the output is whole: rows in one file, and how far
they are good in another. A run that was killed goes on behind the last good row.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import file_digest
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import Any

from registry.bulk.ingest.reading import Source
from registry.bulk.screening import outputs
from registry.bulk.screening.columns import Columns
from registry.bulk.screening.listing import LoadedList
from registry.bulk.screening.portfolio import screen_portfolio
from registry.bulk.screening.verdicts import COLUMNS, Asked, verdict_cells
from registry.rules.screening import Policy

BATCH = 4096
FORMAT = 1
VERDICT = COLUMNS.index("verdict")
STOPS = COLUMNS.index("stops")
Told = Callable[["Progress"], None]


class NotTheSame(Exception):
    """What was begun had another file, list, policy or columns; `what` differs."""

    def __init__(self, what: list[str]) -> None:
        self.what = what
        super().__init__(", ".join(what))


@dataclass
class Progress:
    """How far a run is: rows written and their bytes, verdicts counted. `began` is its moment."""

    began: str
    done: int = 0
    size: int = 0
    verdicts: dict[str, int] = field(default_factory=dict)
    stops: int = 0


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def work_folder(out: Path) -> Path:
    return out.with_name(f"{out.name}.work")


@dataclass(frozen=True)
class FileScreening:
    """One file, one list, one policy, one output."""

    source: Source
    columns: Columns
    listed: LoadedList
    policy: Policy
    out: Path
    language: str = "en"

    @property
    def folder(self) -> Path:
        return work_folder(self.out)

    def job(self) -> dict[str, Any]:
        """What must be the same for a run to go on."""
        return {
            "format": FORMAT,
            "input_sha256": sha256_of(self.source.path),
            "sheet": self.source.sheet,
            "columns": self.columns.to_record(),
            "language": self.language,
            **self.listed.pin.to_record(),
        }

    def run(self, told: Told = lambda progress: None, *, restart: bool = False) -> dict[str, Any]:
        """Screen what is not done yet, write the output and its proof, and answer with the proof.

        Raises NotTheSame if something else was begun for this output, unless told to restart.
        """
        if restart:
            shutil.rmtree(self.folder, ignore_errors=True)
        job = self.job()
        progress = self._begun(job)
        told(progress)
        with self.source.read() as lines, self._rows_file(progress) as rows:
            asked = islice(self.columns.rows(lines), progress.done, None)
            while batch := list(islice(asked, BATCH)):
                self._write(batch, rows, progress)
                self._save(job, progress)
                told(progress)
        return self._finish(job, progress)

    # -- what is done --------------------------------------------------------------------------------

    def _begun(self, job: dict[str, Any]) -> Progress:
        state = self.folder / "state.json"
        if not state.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            return Progress(datetime.now(UTC).isoformat(timespec="seconds"))
        known = json.loads(state.read_text(encoding="utf-8"))
        other = sorted(name for name in job if known["job"].get(name) != job[name])
        if other:
            raise NotTheSame(other)
        return Progress(**known["progress"])

    def _save(self, job: dict[str, Any], progress: Progress) -> None:
        text = json.dumps({"job": job, "progress": vars(progress)}, ensure_ascii=False)
        fresh = self.folder / "state.new"
        with fresh.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.folder / "state.json")

    def _rows_file(self, progress: Progress) -> TextIOWrapper:
        """Open behind the last good row: what a killed run wrote beyond it is cut off."""
        path = self.folder / "rows.csv"
        path.touch()
        os.truncate(path, progress.size)
        return path.open("a", encoding="utf-8", newline="")

    # -- a batch -------------------------------------------------------------------------------------

    def _write(self, batch: list[Asked], rows: TextIOWrapper, progress: Progress) -> None:
        at = datetime.now(UTC).isoformat(timespec="seconds")
        lines = csv.writer(rows)
        counts = Counter(progress.verdicts)
        screened = screen_portfolio([one.subject for one in batch], self.listed.index, self.policy)
        for asked, (_, hits) in zip(batch, screened, strict=True):
            cells = verdict_cells(asked, hits, self.listed, at, self.language)
            counts[cells[VERDICT]] += 1
            progress.stops += cells[STOPS] == "yes"
            lines.writerow(cells)
        rows.flush()
        os.fsync(rows.fileno())
        progress.done += len(batch)
        progress.size = os.fstat(rows.fileno()).st_size
        progress.verdicts = dict(sorted(counts.items()))

    # -- the output ----------------------------------------------------------------------------------

    def _rows(self) -> Iterator[list[str]]:
        with (self.folder / "rows.csv").open(encoding="utf-8", newline="") as file:
            yield from csv.reader(file)

    def _finish(self, job: dict[str, Any], progress: Progress) -> dict[str, Any]:
        proof = {
            **job,
            "input": self.source.path.name,
            "rows": progress.done,
            "verdicts": progress.verdicts,
            "stops": progress.stops,
            "began_at": progress.began,
            "finished_at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        fresh = self.folder / f"out{self.out.suffix.lower()}"
        outputs.write(fresh, self._rows(), proof)
        proof |= {"output": self.out.name, "output_sha256": sha256_of(fresh)}
        beside = self.folder / "proof.json"
        text = json.dumps(proof, ensure_ascii=False, indent=1) + "\n"
        beside.write_text(text, encoding="utf-8")
        fresh.replace(self.out)
        beside.replace(self.out.with_name(f"{self.out.name}.proof.json"))
        shutil.rmtree(self.folder)
        return proof
