"""The Merkle tree over the log (RFC 6962 hashing) and its proofs (RFC 9162, section 2.1).

A leaf is the canonical bytes of an event; event `seq` is leaf `seq - 1`. Whole subtrees are stored
once, as (level, index), when their last leaf comes in: `Frontier.append` names them. From those and
nothing else any proof between any two sizes is read, in a logarithmic number of steps.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

# (level, index) -> hash of the whole subtree of 2^level leaves that begins at index * 2^level
ReadNode = Callable[[int, int], bytes]


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Node:
    level: int
    index: int
    hash: bytes


class Frontier:
    """The right edge of a growing tree: one hash for each bit that is set in its size."""

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        if len(hashes) != size.bit_count() or any(len(one) != HASH_BYTES for one in hashes):
            raise ValueError("a frontier has one hash for each bit of its size")
        self._size = size
        self._hashes = list(hashes)  # from the largest subtree, at the left, to the smallest

    @property
    def size(self) -> int:
        return self._size

    @property
    def hashes(self) -> tuple[bytes, ...]:
        return tuple(self._hashes)

    def append(self, leaf: bytes) -> list[Node]:
        """Add a leaf's hash; the subtrees that are whole by it, the leaf itself first."""
        made = [Node(0, self._size, leaf)]
        level, rest = 0, self._size
        while rest & 1:
            joined = node_hash(self._hashes.pop(), made[-1].hash)
            level, rest = level + 1, rest >> 1
            made.append(Node(level, rest, joined))
        self._hashes.append(made[-1].hash)
        self._size += 1
        return made

    def root(self) -> bytes:
        if not self._hashes:
            return EMPTY_ROOT
        root = self._hashes[-1]
        for left in reversed(self._hashes[:-1]):
            root = node_hash(left, root)
        return root


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes, in one pass and logarithmic memory."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


def root_at(size: int, read: ReadNode) -> bytes:
    """The root that the tree had when it held `size` leaves."""
    return _range_root(0, size, read) if size else EMPTY_ROOT


def frontier_at(size: int, read: ReadNode) -> Frontier:
    """The right edge at a size, to go on appending from stored nodes."""
    hashes, start = [], 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            hashes.append(read(level, start >> level))
            start += 1 << level
    return Frontier(size, hashes)


def inclusion_proof(index: int, size: int, read: ReadNode) -> list[bytes]:
    """The hashes that lead from a leaf to the root of the tree of this size."""
    if not 0 <= index < size:
        raise ValueError("no such leaf in a tree of this size")
    proof: list[bytes] = []
    low, high = 0, size
    while high - low > 1:
        middle = low + _left_half(high - low)
        if index < middle:
            proof.append(_range_root(middle, high, read))
            high = middle
        else:
            proof.append(_range_root(low, middle, read))
            low = middle
    return proof[::-1]


def consistency_proof(old: int, new: int, read: ReadNode) -> list[bytes]:
    """The hashes that show that the tree of size `new` begins with the tree of size `old`."""
    if not 0 <= old <= new:
        raise ValueError("a tree does not shrink")
    if old in (0, new):
        return []
    proof: list[bytes] = []
    low, high = 0, new
    while old != high:
        middle = low + _left_half(high - low)
        if old <= middle:
            proof.append(_range_root(middle, high, read))
            high = middle
        else:
            proof.append(_range_root(low, middle, read))
            low = middle
    if low:  # a whole old tree is known to the verifier already
        proof.append(_range_root(low, high, read))
    return proof[::-1]


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """RFC 9162, section 2.1.3.2: whether the proof binds this leaf to this root."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(sibling, found)
            at, last = _climb_to_a_right_child(at, last)
        else:
            found = node_hash(found, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(
    old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """RFC 9162, section 2.1.4.2: whether nothing of the old tree was changed or dropped."""
    if not 0 <= old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    if not path:
        return False
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    found_old = found_new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            found_old = node_hash(sibling, found_old)
            found_new = node_hash(sibling, found_new)
            at, last = _climb_to_a_right_child(at, last)
        else:
            found_new = node_hash(found_new, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and found_old == old_root and found_new == new_root


def _climb_to_a_right_child(at: int, last: int) -> tuple[int, int]:
    """Skip the levels on which the right edge has no sibling."""
    while at and not at & 1:
        at, last = at >> 1, last >> 1
    return at, last


def _left_half(width: int) -> int:
    """The largest power of two below `width`: where RFC 6962 splits a tree."""
    return 1 << (width - 1).bit_length() - 1


def _range_root(low: int, high: int, read: ReadNode) -> bytes:
    width = high - low
    if width & (width - 1) == 0:
        level = width.bit_length() - 1
        return read(level, low >> level)
    middle = low + _left_half(width)
    return node_hash(_range_root(low, middle, read), _range_root(middle, high, read))
