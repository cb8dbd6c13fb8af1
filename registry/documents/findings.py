"""What a check of a document found, in careful words: never a bare "valid"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from registry.rules.certificate import CertificateState
from registry.words import Words

NOTHING = Words("", "")


class Outcome(StrEnum):
    HOLDS = "holds"
    FAILS = "fails"
    OPEN = "open"


class Exit:
    """Exit codes of the command; 2 is a wrong call."""

    INTACT = 0
    REFUSED = 1
    UNTRUSTED = 3
    UNREADABLE = 4
    NOT_IN_FORCE = 5


@dataclass(frozen=True)
class Finding:
    """One checked point: a stable code, how it came out, and the words for it."""

    code: str
    outcome: Outcome
    words: Words


@dataclass(frozen=True)
class StatusEntry:
    """What a status list says of one number."""

    state: CertificateState
    since: date
    reason: Words = NOTHING


@dataclass(frozen=True)
class StatusList:
    """States as of one moment; numbers that are not in it are unknown to it."""

    as_of: datetime
    entries: Mapping[str, StatusEntry]


@dataclass(frozen=True)
class Findings:
    """All points of one document, worst first in `exit_code`."""

    items: tuple[Finding, ...]
    number: str = ""
    content: Any = field(default=None, compare=False)
    exit_code: int = Exit.UNREADABLE
    headline: Words = NOTHING

    @property
    def failed(self) -> tuple[Finding, ...]:
        return tuple(one for one in self.items if one.outcome is Outcome.FAILS)

    def outcome(self, code: str) -> Outcome | None:
        """How one point came out; None where it was not reached."""
        return next((one.outcome for one in self.items if one.code == code), None)

    def plain(self) -> dict[str, Any]:
        """For machines."""
        return {
            "number": self.number,
            "exit_code": self.exit_code,
            "headline": self.headline._asdict(),
            "findings": [
                {"code": one.code, "outcome": one.outcome.value, "words": one.words._asdict()}
                for one in self.items
            ],
        }


STATES = {
    CertificateState.ISSUED: Words("有效", "in force"),
    CertificateState.SUSPENDED: Words("暂停", "suspended"),
    CertificateState.RENEWED: Words("已续期", "renewed by a later certificate"),
    CertificateState.REVOKED: Words("已撤销", "revoked"),
    CertificateState.EXPIRED: Words("已到期", "expired"),
    CertificateState.SUPERSEDED: Words("已被替代", "superseded"),
}

HOLDS_OR_FAILS: Mapping[str, tuple[Words, Words]] = {
    "one_signature": (
        Words("文件有且只有一个签名", "the file carries exactly one signature"),
        Words("文件没有签名，或签名多于一个", "the file carries no signature, or more than one"),
    ),
    "covers_file": (
        Words("签名覆盖整个文件", "the signature covers the whole file"),
        Words(
            "签名未覆盖整个文件：签名之后有改动或追加",
            "the signature does not cover the whole file: something was changed or added after it",
        ),
    ),
    "digest": (
        Words("文件摘要与签名一致", "the file's digest is the signed one"),
        Words("文件内容在签名后被改动", "the file was changed after it was signed"),
    ),
    "signature": (
        Words("签名与签名证书相符", "the signature was made with the certificate's key"),
        Words("签名与签名证书不符", "the signature was not made with the certificate's key"),
    ),
    "certified": (
        Words("签名不允许任何改动", "the signature allows no change"),
        Words("签名没有禁止改动", "the signature does not forbid changes"),
    ),
    "evidence": (
        Words("内嵌证据可读且为规范格式", "the embedded evidence is readable and canonical"),
        Words("内嵌证据缺失或不可读", "the embedded evidence is missing or not readable"),
    ),
    "number": (
        Words("证书编号校验位正确", "the number's check digits are right"),
        Words("证书编号校验位错误", "the number's check digits are wrong"),
    ),
    "named_signer": (
        Words("页面所印指纹即签名证书", "the fingerprint on the page is the signer's"),
        Words("页面所印指纹不是签名证书", "the fingerprint on the page is not the signer's"),
    ),
    "metadata": (
        Words("元数据与证据一致", "the metadata agree with the evidence"),
        Words("元数据与证据不一致", "the metadata differ from the evidence"),
    ),
    "passive": (
        Words("文件不含脚本或动作", "the file carries no script or action"),
        Words("文件含有脚本或动作", "the file carries a script or an action"),
    ),
}


def point(code: str, holds: bool) -> Finding:
    """A point that either holds or fails."""
    good, bad = HOLDS_OR_FAILS[code]
    return Finding(code, Outcome.HOLDS if holds else Outcome.FAILS, good if holds else bad)
