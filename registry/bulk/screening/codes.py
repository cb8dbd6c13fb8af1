"""Unified social credit codes of a whole column at once.

The plain ones, 18 characters as they should be, are checked by arithmetic on one array; every other
text goes through `rules.screening.check_uscc`, which also finds the words for what is wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from registry.rules.screening.identifiers import (
    AUTHORITIES,
    BASE36,
    INNER_WEIGHTS,
    VALUE,
    WEIGHTS,
    check_uscc,
)

LENGTH = 18
ILLEGAL = 255


@dataclass(frozen=True)
class CheckedCodes:
    """One element a code: whether it is an 18-character code, and which checks it passes."""

    is_uscc: NDArray[np.bool_]
    check_digit_ok: NDArray[np.bool_]
    inner_check_ok: NDArray[np.bool_]
    authority_known: NDArray[np.bool_]

    @property
    def doubtful(self) -> NDArray[np.int64]:
        """Places of the codes to look at one by one: a warning each, never a refusal."""
        fine = self.is_uscc & self.check_digit_ok & self.inner_check_ok & self.authority_known
        return np.flatnonzero(~fine)


@cache
def _tables() -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.bool_]]:
    """Value in the alphabet and in base 36 by byte, and which two first bytes are an authority."""
    outer, inner = np.full(256, ILLEGAL, np.uint8), np.full(256, ILLEGAL, np.uint8)
    for char, value in VALUE.items():
        outer[ord(char)] = value
    for char, value in BASE36.items():
        inner[ord(char)] = value
    known = np.zeros(1 << 16, bool)
    for code in AUTHORITIES:
        known[ord(code[0]) << 8 | ord(code[1])] = True
    return outer, inner, known


def check_many(codes: Sequence[str]) -> CheckedCodes:
    """Check a column of codes."""
    lengths = np.fromiter(map(len, codes), np.int64, len(codes))
    joined = "".join(codes)
    plain = np.flatnonzero(lengths == LENGTH)
    if len(plain) < len(codes):
        joined = "".join([codes[at] for at in plain.tolist()])
    raw = np.frombuffer(joined.encode("ascii", "replace"), np.uint8).reshape(-1, LENGTH)
    found = {name: np.zeros(len(codes), bool) for name in CheckedCodes.__dataclass_fields__}
    outer, inner, known = _tables()
    values = outer[raw]
    legal = (values != ILLEGAL).all(axis=1)
    total = values[:, :17].astype(np.int32) @ np.array(WEIGHTS, np.int32)
    found["is_uscc"][plain] = legal
    found["check_digit_ok"][plain] = legal & ((31 - total % 31) % 31 == values[:, 17])
    inside = inner[raw[:, 8:16]].astype(np.int32) @ np.array(INNER_WEIGHTS, np.int32)
    rest = (11 - inside % 11) % 11  # 11 is written 0, 10 is written X
    written = np.where(raw[:, 16] == ord("X"), 10, inner[raw[:, 16]].astype(np.int32))
    found["inner_check_ok"][plain] = legal & (rest == written)
    pairs = raw[:, 0].astype(np.int32) << 8 | raw[:, 1]
    found["authority_known"][plain] = legal & known[pairs]
    for at in np.flatnonzero(~found["is_uscc"]).tolist():
        one = check_uscc(codes[at])
        if one.kind == "uscc18":
            found["is_uscc"][at] = True
            found["check_digit_ok"][at] = one.check_digit_ok is True
            found["inner_check_ok"][at] = one.inner_check_ok is True
            found["authority_known"][at] = "unknown_authority" not in one.warnings
    return CheckedCodes(**found)
