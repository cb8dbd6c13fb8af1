"""Check many certificates at once and say how each stands; shared by `registry certificate verify`
and the stand-alone verifier, so that both say the same words and end with the same status."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cryptography import x509

from registry.documents import log_reading, recompute, status_list, verification
from registry.documents.findings import Exit, Findings, StatusList
from registry.documents.proof_check import Known
from registry.words import Words

MARKS = {"holds": "✓", "fails": "✗", "open": "?"}
LARGEST_ENTRY = 64 * 1024 * 1024
# Of several files the gravest counts.
GRAVITY = (Exit.INTACT, Exit.UNTRUSTED, Exit.NOT_IN_FORCE, Exit.UNREADABLE, Exit.REFUSED)
MEANING = {
    Exit.INTACT: Words("完整，签发方可信", "intact and from the given issuer"),
    Exit.UNTRUSTED: Words("完整，签发方未获信任", "intact, issuer untrusted"),
    Exit.NOT_IN_FORCE: Words("完整，但不在效力期内", "intact, but not in force"),
    Exit.UNREADABLE: Words("不是证书", "no certificate"),
    Exit.REFUSED: Words("不予认可", "refused"),
}


class NotGiven(ValueError):
    """Something that was handed to the checker cannot be used: which option, and why."""

    def __init__(self, option: str, why: str) -> None:
        super().__init__(f"{option}: {why}")
        self.option, self.why = option, why


@dataclass(frozen=True)
class Given:
    """What the checker brings beside the files."""

    anchors: tuple[x509.Certificate, ...] = ()
    states: StatusList | None = None
    known: Known = Known()  # noqa: RUF009  (frozen)


def given(
    *,
    anchors: Iterable[Path] = (),
    listed: Path | None = None,
    openings: Path | None = None,
    heads: Iterable[Path] = (),
    log: str = "",
) -> Given:
    """Read everything that was handed over, or NotGiven with the option that is wrong."""
    trusted = tuple(one for path in anchors for one in _anchor(path))
    states = None
    if listed is not None:
        try:
            states = status_list.read(listed.read_bytes(), trusted)
        except status_list.StatusListRefused as refused:
            raise NotGiven("--status-list", f"{listed}: {refused}") from None
    opened = None
    if openings is not None:
        try:
            opened = recompute.read_openings(openings.read_bytes())
        except recompute.NotRecomputable as problem:
            raise NotGiven("--openings", f"{openings}: {problem}") from None
    try:
        fetch = log_reading.opened(log) if log else None
    except (OSError, ValueError, zipfile.BadZipFile) as problem:
        raise NotGiven("--log", f"{log}: {problem}") from None
    kept = tuple(path.read_bytes() for path in heads)
    return Given(trusted, states, Known(opened, kept, fetch))


def _anchor(path: Path) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except ValueError:
        raise NotGiven("--anchor", f"{path} is not a PEM certificate") from None


def documents(files: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    """Each PDF of the files, folders and ZIPs, with a name for it."""
    for path in files:
        if path.is_dir():
            for one in sorted(path.rglob("*.pdf")):
                yield str(one), one.read_bytes()
        elif path.suffix.lower() != ".pdf" and zipfile.is_zipfile(path):
            yield from _zipped(path)
        else:
            yield str(path), path.read_bytes()


def _zipped(path: Path) -> Iterator[tuple[str, bytes]]:
    """The PDFs of a ZIP; one that is too large or broken is no certificate, and said to be none."""
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            if not entry.filename.lower().endswith(".pdf"):
                continue
            name = f"{path}!{entry.filename}"
            if entry.file_size > LARGEST_ENTRY:
                yield name, b""
                continue
            try:
                yield name, archive.read(entry)
            except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError):
                yield name, b""


def check(files: Iterable[Path], brought: Given, *, on: date) -> Iterator[tuple[str, Findings]]:
    """Each document with its findings."""
    for name, data in documents(files):
        yield (
            name,
            verification.verify(data, brought.anchors, brought.states, on=on, known=brought.known),
        )


def graver(one: int, other: int) -> int:
    return max(one, other, key=GRAVITY.index)


def told(name: str, found: Findings, lang: str) -> str:
    """One document in words, several lines."""
    lines = [f"{name}  {found.number}".rstrip()]
    lines += [f"  {MARKS[one.outcome]} {getattr(one.words, lang)}" for one in found.items]
    return "\n".join([*lines, f"  {getattr(found.headline, lang)}"])


def as_json(name: str, found: Findings) -> str:
    return json.dumps({"file": name, **found.plain()}, ensure_ascii=False)


def summed(counts: dict[int, int], lang: str) -> str:
    """How many came out how, where there is more than one."""
    parts = [
        f"{counts[code]} {getattr(MEANING[code], lang)}" for code in GRAVITY if counts.get(code)
    ]
    return ("；" if lang == "zh" else "; ").join(parts)
