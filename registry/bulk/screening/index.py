"""Records of one side in memory: their keys as sorted arrays, their names packed, their features."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterable
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from registry.bulk.screening.features import FeatureRows, Features
from registry.rules.screening.keying import asked_by, identifier_keys, stored_for
from registry.rules.screening.sides import Side, side_of
from registry.rules.screening.subjects import COMPANY, Entry, Name, Subject

KeyOf = Callable[[Side, frozenset[int]], Collection[int]]
Record = TypeVar("Record", Subject, Entry)
FIELD, PART = "\x1e", "\x1f"
ENCODING = "gb18030"  # two bytes a Chinese character
NO_KEYS: frozenset[int] = frozenset()
HIGH, LOW = 32, 16  # bits of a key that are kept: 48 of 64


def _split(numbers: NDArray[np.int64]) -> tuple[NDArray[np.uint32], NDArray[np.uint16]]:
    unsigned = numbers.view(np.uint64)
    high = (unsigned >> np.uint64(64 - HIGH)).astype(np.uint32)
    low = (unsigned >> np.uint64(64 - HIGH - LOW)).astype(np.uint16)
    return high, low


class PackedRecords(Generic[Record]):
    """Subjects or entries as bytes one after another, unpacked one at a time when needed."""

    def __init__(self, kind: type[Record]) -> None:
        self.kind = kind
        self.data = bytearray()
        self.ends = array("I")
        self.references: list[str] | array[int] = [] if kind is Subject else array("q")

    def add(self, record: Record) -> None:
        others = PART.join(f"{name.role}{PART}{name.text}" for name in record.other_names)
        fields = [
            record.name,
            record.name_en,
            record.uscc,
            "" if record.kind == "company" else record.kind,
            others,
            PART.join(record.codes),
            record.person_id,
        ]
        if isinstance(record, Entry) and record.supervised_only:
            fields.append("1")
        text = FIELD.join(fields).rstrip(FIELD)
        self.data += text.encode(ENCODING, "replace")
        self.ends.append(len(self.data))
        self.references.append(record.reference)  # type: ignore[arg-type]

    def __len__(self) -> int:
        return len(self.ends)

    def __getitem__(self, at: int) -> Record:
        start = self.ends[at - 1] if at else 0
        fields = bytes(self.data[start : self.ends[at]]).decode(ENCODING).split(FIELD)
        fields += [""] * (8 - len(fields))
        pairs = fields[4].split(PART) if fields[4] else []
        values: dict[str, Any] = {
            "name": fields[0],
            "name_en": fields[1],
            "uscc": fields[2],
            "kind": fields[3] or "company",
            "other_names": tuple(map(Name, pairs[1::2], pairs[::2])),
            "codes": tuple(fields[5].split(PART)) if fields[5] else (),
            "person_id": fields[6],
            "reference": self.references[at],
        }
        if self.kind is Entry:
            values["supervised_only"] = fields[7] == "1"
        return self.kind(**values)

    @property
    def nbytes(self) -> int:
        held = len(self.references) * 8
        return len(self.data) + len(self.ends) * self.ends.itemsize + held


class ArrayIndex(Generic[Record]):
    """One side of screening: the restricted list, or a portfolio."""

    def __init__(
        self,
        records: PackedRecords[Record],
        keys: NDArray[np.int64],
        owners: NDArray[np.uint32],
        features: Features,
    ) -> None:
        order = np.argsort(keys.view(np.uint64), kind="stable")
        self.high, self.low = _split(keys[order])
        self.owners = owners[order]
        self.records = records
        self.features = features

    def __len__(self) -> int:
        return len(self.records)

    @property
    def nbytes(self) -> int:
        arrays = (self.high, self.low, self.owners)
        held = sum(one.nbytes for one in arrays)
        return held + self.records.nbytes + self.features.nbytes

    def join(
        self, keys: NDArray[np.int64], askers: NDArray[np.uint32]
    ) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
        """(asker, record) for every key that both have; a pair may come several times."""
        order = np.argsort(keys.view(np.uint64))
        high, low = _split(keys[order])
        first = np.searchsorted(self.high, high, "left")
        held = np.flatnonzero(first < len(self.high))
        held = held[self.high[first[held]] == high[held]]
        first = first[held]
        count = np.searchsorted(self.high, high[held], "right") - first
        at = np.repeat(first - (np.cumsum(count) - count), count)
        at += np.arange(len(at))
        same = self.low[at] == np.repeat(low[held], count)
        return np.repeat(askers[order[held]], count)[same], self.owners[at[same]]


class Keyed(Generic[Record]):
    """Records with their keys: numbers beside the record that each belongs to, and features."""

    def __init__(self, key_of: KeyOf) -> None:
        self.key_of = key_of
        self.count = 0
        self.numbers, self.owners = array("q"), array("I")
        self.sure_numbers, self.sure_owners = array("q"), array("I")
        self.unread: list[int] = []  # no companies: compared as wholes, without features
        self.rows = FeatureRows()

    def add(self, record: Record) -> None:
        side = side_of(record)
        sure = NO_KEYS
        if side.codes or record.person_id:
            sure = identifier_keys(side.codes, record.person_id)
            self.sure_numbers.extend(sure)
            self.sure_owners.extend([self.count] * len(sure))
        found = self.key_of(side, sure)
        self.numbers.extend(found)
        self.owners.extend([self.count] * len(found))
        if record.kind != COMPANY:
            self.unread.append(self.count)
        self.rows.add(side)
        self.count += 1


def _index(records: Iterable[Record], kind: type[Record], key_of: KeyOf) -> ArrayIndex[Record]:
    packed, keyed = PackedRecords(kind), Keyed(key_of)
    for record in records:
        packed.add(record)
        keyed.add(record)
    return ArrayIndex(
        packed,
        np.array(keyed.numbers, np.int64),
        np.array(keyed.owners, np.uint32),
        keyed.rows.arrays(),
    )


def index_list(entries: Iterable[Entry]) -> ArrayIndex[Entry]:
    """The restricted list, ready to be asked by subjects."""
    return _index(entries, Entry, stored_for)


def index_portfolio(subjects: Iterable[Subject]) -> ArrayIndex[Subject]:
    """A portfolio, ready to be told of changed entries."""
    return _index(subjects, Subject, asked_by)
