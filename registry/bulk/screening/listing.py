"""The restricted list of a registry in memory, and what every verdict on it is pinned to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from sqlmodel import Session

from registry.bulk.screening.index import ArrayIndex, index_list
from registry.queries import restriction as stored
from registry.rules.screening import ENGINE_VERSION, Entry, Policy

TRIES = 5


class ListMoves(Exception):
    """The list changed each time while it was read."""


@dataclass(frozen=True)
class Pin:
    """The list, engine and policy that a verdict stands on; also the proof of a negative."""

    list_version: int
    list_sha256: str
    entries: int
    engine: str
    policy: str
    policy_sha256: str

    def to_record(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True)
class LoadedList:
    """The index, the pin, and by the id of an entry its number and ground."""

    index: ArrayIndex[Entry]
    pin: Pin
    facts: dict[int, tuple[str, str]]


def load_list(session: Session, policy: Policy) -> LoadedList:
    """Read the list as it stands in force: one version of it, or again. Raises ListMoves."""
    for _ in range(TRIES):
        before, _ = stored.newest_list(session)
        facts: dict[int, tuple[str, str]] = {}
        read: list[tuple[int, int, str]] = []
        index = index_list(_entries(session, facts, read))
        after, _ = stored.newest_list(session)
        if before == after:
            digest = stored.digest_of(read)
            pin = Pin(after, digest, len(read), ENGINE_VERSION, policy.version, policy.sha256)
            return LoadedList(index, pin, facts)
    raise ListMoves


def _entries(
    session: Session, facts: dict[int, tuple[str, str]], read: list[tuple[int, int, str]]
) -> Iterator[Entry]:
    for row in stored.screened_rows(session):
        facts[row.id] = row.number or "", row.ground
        read.append((row.id, row.version, row.fingerprint))
        yield stored.as_entry(row, supervised_only=stored.is_supervision(row))
