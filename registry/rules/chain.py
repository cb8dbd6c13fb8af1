"""The audit log as a hash chain: what an event's bytes are, and how a log proves itself.

Record version 1 is decision 0003. An event's hash is the SHA-256 of its canonical bytes, and those
contain the hash of the event before, so that no event can be altered, slipped in, taken out or
moved without every later hash changing. Whoever rewrites the whole tail can only be caught by a
head that was noted elsewhere (printed on a certificate, exported): give those as `heads`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from . import canonical

VERSION = 1
GENESIS = "0" * 64  # what the first event names as the event before it
FIRST_SEQ = 1
_FIELDS = frozenset({"v", "seq", "at", "kind", "subject", "actor", "body", "prev"})
_MOST_FINDINGS = 200  # a ruined log has millions; the report names the first and counts the rest
_SHORTEST_SALT = 16


def moment(at: datetime) -> str:
    """The one way in which a moment is written in an event: UTC, six decimals, Z."""
    if at.tzinfo is None:
        raise ValueError("a moment in the log needs its time zone")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def event_bytes(
    *,
    seq: int,
    at: datetime,
    kind: str,
    subject: str,
    actor: str,
    body: Mapping[str, Any],
    prev: str,
) -> bytes:
    """The canonical bytes of an event; `actor` is a commitment or `service:<name>`."""
    record = {
        "v": VERSION,
        "seq": seq,
        "at": moment(at),
        "kind": kind,
        "subject": subject,
        "actor": actor,
        "body": dict(body),
        "prev": prev,
    }
    return canonical.dumps(record)


def event_hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def commitment(salt: bytes, value: str) -> str:
    """Stands for a person in the log. Once the salt is erased nobody can tell whom it names."""
    if len(salt) < _SHORTEST_SALT:
        raise ValueError(f"a salt has at least {_SHORTEST_SALT} bytes")
    return "commitment:" + hmac.new(salt, value.encode("utf-8"), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """A row of the log. `columns` holds what is stored beside the bytes for searching."""

    seq: int
    data: bytes
    hash: str
    columns: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Head:
    """The hash of event `seq`, as it was noted somewhere else at the time."""

    seq: int
    hash: str


class Fault(StrEnum):
    CHANGED = "changed"  # the bytes are not those of the stored hash
    REPLACED = "replaced"  # consistent in itself, but not what the next event was chained to
    MALFORMED = "malformed"  # not canonical, or not a record of a version that we know
    RENUMBERED = "renumbered"  # the number in the bytes is not the number of the row
    REPEATED = "repeated"  # the same number again, or a smaller one after a greater
    REMOVED = "removed"  # a number is missing
    COLUMN_DIFFERS = "column_differs"  # a column beside the bytes says something else
    NOT_AS_NOTED = "not_as_noted"  # an older head tells another hash: the chain was rewritten
    TAIL_CUT = "tail_cut"  # an older head lies beyond the end


@dataclass(frozen=True, slots=True)
class Finding:
    seq: int
    fault: Fault
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ChainReport:
    events: int
    head: Head
    findings: tuple[Finding, ...]
    faults: Mapping[Fault, int]  # how many of each, also those beyond the named ones
    heads_checked: int

    @property
    def intact(self) -> bool:
        return not self.faults


def verify(rows: Iterable[StoredEvent], heads: Iterable[Head] = ()) -> ChainReport:
    """Read the log once, in the order of `seq`, and name every event that is not as it was."""
    reading = Reading(heads)
    for row in rows:
        reading.take(row)
    return reading.report()


class Reading:
    """One pass over the log; holds one event at a time and the few noted heads."""

    def __init__(self, heads: Iterable[Head]) -> None:
        self._noted: dict[int, set[str]] = {}
        for head in heads:
            self._noted.setdefault(head.seq, set()).add(head.hash)
        self._heads_checked = 0
        self._findings: list[Finding] = []
        self._faults: Counter[Fault] = Counter()
        self._events = 0
        self._last_seq = FIRST_SEQ - 1
        self._last_hash = GENESIS
        self._last_stored = GENESIS
        self._last_sound = True

    def take(self, row: StoredEvent) -> None:
        self._events += 1
        computed = event_hash(row.data)
        sound = computed == row.hash
        if not sound:
            self._name(row.seq, Fault.CHANGED, f"bytes give {computed}, stored is {row.hash}")
        record = _record(row.data)
        if record is None:
            if sound:
                self._name(row.seq, Fault.MALFORMED)
        else:
            self._compare(row, record)
        follows = self._place(row)
        if follows and sound and record is not None:
            self._link(row.seq, str(record["prev"]))
        self._note(row.seq, computed)
        self._last_seq, self._last_hash = max(row.seq, self._last_seq), computed
        self._last_stored, self._last_sound = row.hash, sound

    def report(self) -> ChainReport:
        for seq, hashes in sorted(self._noted.items()):
            self._heads_checked += len(hashes)
            if seq > self._last_seq:
                self._name(seq, Fault.TAIL_CUT, f"the log ends at {self._last_seq}")
        return ChainReport(
            events=self._events,
            head=Head(self._last_seq, self._last_hash),
            findings=tuple(self._findings),
            faults=dict(self._faults),
            heads_checked=self._heads_checked,
        )

    def _compare(self, row: StoredEvent, record: dict[str, Any]) -> None:
        if record["seq"] != row.seq:
            self._name(row.seq, Fault.RENUMBERED, f"the bytes say {record['seq']}")
        for name, stored in row.columns.items():
            if record.get(name) != stored:
                self._name(row.seq, Fault.COLUMN_DIFFERS, name)

    def _place(self, row: StoredEvent) -> bool:
        """Name gaps and repetitions; whether this row stands right behind the one before."""
        if row.seq == self._last_seq + 1:
            return True
        if row.seq <= self._last_seq:
            self._name(row.seq, Fault.REPEATED, f"stands behind {self._last_seq}")
            return False
        last_missing = row.seq - 1
        span = f"{self._last_seq + 1}–{last_missing}"
        self._name(self._last_seq + 1, Fault.REMOVED, span, last_missing - self._last_seq)
        return False

    def _link(self, seq: int, prev: str) -> None:
        if prev in (self._last_hash, self._last_stored):
            return
        if seq == FIRST_SEQ:
            self._name(seq, Fault.REPLACED, "the first event names an event before it")
        elif self._last_sound:
            self._name(seq - 1, Fault.REPLACED, f"event {seq} was chained to {prev}")

    def _note(self, seq: int, computed: str) -> None:
        for noted in self._noted.pop(seq, ()):
            self._heads_checked += 1
            if noted != computed:
                self._name(seq, Fault.NOT_AS_NOTED, f"noted {noted}, now {computed}")

    def _name(self, seq: int, fault: Fault, detail: str = "", times: int = 1) -> None:
        self._faults[fault] += times
        if len(self._findings) < _MOST_FINDINGS:
            self._findings.append(Finding(seq, fault, detail))


def _record(data: bytes) -> dict[str, Any] | None:
    try:
        record = json.loads(data)
    except (ValueError, RecursionError):
        return None
    known = isinstance(record, dict) and record.keys() == _FIELDS and record["v"] == VERSION
    return record if known and canonical.is_canonical(data) else None


def to_line(event: StoredEvent) -> str:
    """One line of an export: the event as text, or in base64 where its bytes are no text any more."""
    line: dict[str, Any] = {"seq": event.seq, "sha256": event.hash}
    try:
        line["event"] = event.data.decode()
    except UnicodeDecodeError:
        line["event_base64"] = base64.b64encode(event.data).decode()
    return json.dumps(line, ensure_ascii=False) + "\n"


def from_line(line: str) -> StoredEvent:
    """The event of such a line; raises ValueError, KeyError or TypeError where it is none."""
    said = json.loads(line)
    raw = said["event"].encode() if "event" in said else base64.b64decode(said["event_base64"])
    if type(said["seq"]) is not int:
        raise TypeError("seq is no whole number")
    return StoredEvent(seq=said["seq"], data=raw, hash=str(said["sha256"]))
