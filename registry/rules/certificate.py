"""A certificate's number with its check digits, and what a certificate's state is on a day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

EVIDENCE_CLOSED = "certificate.evidence_closed"  # the event that carries an evidence's digest

_NUMBER = re.compile(r"([A-Z]{2,8})-(\d{4})-(\d{6,9})-(\d{2})", re.ASCII)
_PREFIX = re.compile(r"[A-Z]{2,8}", re.ASCII)


def number(prefix: str, year: int, serial: int) -> str:
    """`GPR-2026-000042-09`: the last two are ISO 7064 MOD 97-10 over the letters and digits before.

    Digits rather than a letter, so that nobody has to tell O from 0; MOD 97-10 finds every single
    wrong character and every two that changed places. For that the prefix has no digits: a letter
    counts as two of them, and 1B and B1 would both be 111.
    """
    if not _PREFIX.fullmatch(prefix):
        raise ValueError(f"prefix {prefix!r}: two to eight capital letters")
    if not 1000 <= year <= 9999 or not 1 <= serial <= 999_999_999:
        raise ValueError(f"no number for year {year}, serial {serial}")
    body = f"{prefix}-{year:04d}-{serial:06d}"
    return f"{body}-{98 - _remainder(body + '00'):02d}"


def check(text: str) -> bool:
    """Whether the check digits belong to the rest."""
    return _NUMBER.fullmatch(text) is not None and _remainder(text) == 1


def _remainder(text: str) -> int:
    digits = "".join(str(int(sign, 36)) for sign in text if sign != "-")
    return int(digits) % 97


class CertificateState(StrEnum):
    """What a certificate can be; only the first says that it stands."""

    ISSUED = "ISSUED"
    SUSPENDED = "SUSPENDED"
    RENEWED = "RENEWED"
    REVOKED = "REVOKED"
    EXPIRED = "EXPIRED"
    SUPERSEDED = "SUPERSEDED"


@dataclass(frozen=True)
class Suspension:
    """From a day until the day of reinstatement, which no longer counts; open where none is set."""

    since: date
    until: date | None = None

    def holds(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on < self.until)


@dataclass(frozen=True)
class CertificateLife:
    """The dated facts from which the state on any day follows."""

    valid_from: date
    valid_to: date
    suspensions: tuple[Suspension, ...] = ()
    revoked_on: date | None = None
    superseded_on: date | None = None
    renewed_on: date | None = None


def state(life: CertificateLife, on: date) -> CertificateState:
    """The gravest fact wins: revoked, superseded, renewed, expired, suspended, else in force.

    The last day of validity still counts. Expiry comes before suspension, because reinstating
    could no longer bring an expired certificate back.
    """
    ended = (
        (life.revoked_on, CertificateState.REVOKED),
        (life.superseded_on, CertificateState.SUPERSEDED),
        (life.renewed_on, CertificateState.RENEWED),
    )
    for day, what in ended:
        if day is not None and day <= on:
            return what
    if on > life.valid_to:
        return CertificateState.EXPIRED
    if any(suspension.holds(on) for suspension in life.suspensions):
        return CertificateState.SUSPENDED
    return CertificateState.ISSUED
