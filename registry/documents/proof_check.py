"""What a certificate's attachments prove: that it was logged, that its credential is the issuer's,
that its score comes out of the rulebook that it names."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from registry.documents import credential, log_reading, recompute
from registry.documents.attached import (
    CREDENTIAL_NAME,
    FACTORS_NAME,
    PROOF_NAME,
    RULEBOOK_NAME,
)
from registry.documents.content import CertificateContent
from registry.documents.credential import CredentialRefused
from registry.documents.ed25519 import check
from registry.documents.findings import Finding, Outcome
from registry.documents.log_reading import Fetch
from registry.documents.recompute import NotRecomputable
from registry.rules import canonical, merkle, note, tlog
from registry.rules.certificate import EVIDENCE_CLOSED
from registry.rules.note import NoteInvalid, VerifierKey
from registry.rules.tlog import LogInvalid
from registry.words import Words

Read = Callable[[str], bytes]


@dataclass(frozen=True)
class Known:
    """What the checker brings beside the file: openings of sealed inputs, heads of the log that
    were kept, the log itself, and whether rules out of the file may be run here."""

    openings: Mapping[str, Mapping[str, str]] | None = None
    heads: Sequence[bytes] = ()
    log: Fetch | None = None
    may_compute: bool = True


@dataclass(frozen=True)
class Subject:
    """What is checked: the evidence as bytes and as read, and the names of the files inside."""

    content: CertificateContent
    evidence: bytes
    said: Mapping[str, Any]
    names: frozenset[str]
    read: Read


def points(subject: Subject, known: Known) -> list[Finding]:
    """The findings on the attachments, in the order: log, credential, score."""
    trust = subject.said.get("trust", {})
    found = [*_log(subject, trust.get("log_key", ""), known)]
    found.append(_guarded(lambda: _credential(subject, trust), "credential", _BROKEN_CREDENTIAL))
    found.append(_guarded(lambda: _score(subject, known), "score", _NO_SCORE))
    return found


_BROKEN_CREDENTIAL = Words("内嵌凭证不可信", "the embedded credential is not to be trusted")
_NO_SCORE = Words("得分无法重算", "the score cannot be re-computed")
_BROKEN_PROOF = Words(
    "公开日志的收录证明不成立", "the proof of inclusion in the public log is false"
)


def _guarded(question: Callable[[], Finding], code: str, words: Words) -> Finding:
    """Whatever a hostile file makes fail, the point does not hold."""
    try:
        return question()
    except (CredentialRefused, NotRecomputable) as problem:
        return _fails(code, words, str(problem))
    except Exception as problem:
        return _fails(code, words, type(problem).__name__)


def _fails(code: str, words: Words, why: str) -> Finding:
    said = Words(f"{words.zh}：{why}", f"{words.en}: {why}")
    return Finding(code, Outcome.FAILS, said)


# ---- the log


def head_in(data: bytes) -> tuple[int, str]:
    """The event that a proof opens: its number and its hash, as the page prints them."""
    event, _ = tlog.opened(tlog.parse_proof(data).extra or b"")
    return int(json.loads(event)["seq"]), hashlib.sha256(event).hexdigest()


def _log(subject: Subject, key_text: str, known: Known) -> list[Finding]:
    if PROOF_NAME not in subject.names:
        if key_text:
            return [_fails("log", _BROKEN_PROOF, "none is attached")]
        words = Words(
            "文件未附公开日志的收录证明", "no proof of inclusion in a public log is attached"
        )
        return [Finding("log", Outcome.OPEN, words)]
    try:
        key = note.parse_key(key_text)
        proof = tlog.parse_proof(subject.read(PROOF_NAME))
        leaf = _leaf(subject, proof)
        proven = tlog.verify_proof(
            proof, leaf, origin=key.name, log_keys=[key], check=check
        ).checkpoint
    except (NoteInvalid, LogInvalid) as problem:
        return [_fails("log", _BROKEN_PROOF, str(problem))]
    except Exception as problem:  # hostile bytes fail in many ways
        return [_fails("log", _BROKEN_PROOF, type(problem).__name__)]
    words = Words(
        f"证据已收录于公开日志 {key.name}：第 {proof.index + 1} 条，日志头共 {proven.size} 条",
        f"the evidence stands in the public log {key.name}: entry {proof.index + 1} under a signed "
        f"head of {proven.size}",
    )
    found = [Finding("log", Outcome.HOLDS, words)]
    try:
        return found + _held_to_others(proof, leaf, proven, key, known)
    except (NoteInvalid, LogInvalid, OSError, KeyError, ValueError) as problem:
        words = Words("所给的日志或日志头不可用", "the log or head that was given cannot be used")
        return [*found, _fails("log_kept", words, str(problem))]


def _leaf(subject: Subject, proof: tlog.Proof) -> bytes:
    """The entry's hash, after what it opens to is seen to be this evidence's event."""
    event, salt = tlog.opened(proof.extra or b"")
    record: Any = json.loads(event)
    if not canonical.is_canonical(event):
        raise LogInvalid("the opened event is not canonical")
    wanted = {
        "kind": EVIDENCE_CLOSED,
        "subject": f"certificate:{subject.content.number}",
        "body": {"evidence_sha256": hashlib.sha256(subject.evidence).hexdigest()},
    }
    if any(record.get(name) != value for name, value in wanted.items()):
        raise LogInvalid("the entry is of something else than this evidence")
    if record.get("seq") != proof.index + 1:
        raise LogInvalid("the entry stands at another place than the event says")
    return merkle.leaf_hash(tlog.public_entry(salt, hashlib.sha256(event).hexdigest()))


def _held_to_others(
    proof: tlog.Proof, leaf: bytes, proven: tlog.Checkpoint, key: VerifierKey, known: Known
) -> list[Finding]:
    """The proof against heads that were kept elsewhere and against the log as it is now."""
    found = []
    for kept in known.heads:
        head = log_reading.head_of(kept, key)
        if head.size == proven.size and head.root != proven.root:
            found.append(_fails("log_kept", _TWO_STORIES, f"{head.size}"))
        elif known.log is not None:
            held = log_reading.compare(kept, key, known.log)
            outcome = Outcome.HOLDS if held.holds else Outcome.FAILS
            found.append(Finding("log_kept", outcome, held.words))
        elif head.size == proven.size:
            found.append(Finding("log_kept", Outcome.HOLDS, _SAME_HEAD))
        else:
            found.append(Finding("log_kept", Outcome.OPEN, _NEEDS_LOG))
    if known.log is not None:
        found.append(_stands_in(proof, leaf, key, known.log))
    return found


_TWO_STORIES = Words(
    "同一大小的两个日志头不同：日志对不同的人讲了不同的话",
    "two heads of one size differ: the log told two stories",
)
_SAME_HEAD = Words("收录证明的日志头即所存日志头", "the proof's head is the one that was kept")
_NEEDS_LOG = Words(
    "所存日志头与收录证明大小不同：还需提供日志本身",
    "the kept head has another size than the proof's: the log itself is needed to compare them",
)


def _stands_in(proof: tlog.Proof, leaf: bytes, key: VerifierKey, log: Fetch) -> Finding:
    """Whether the log as it is now holds the entry at its place, and begins as the proof's head."""
    if isinstance(log, log_reading.Download):
        now = log_reading.head_of(log("checkpoint"), key)
        if proof.index >= now.size:
            return _fails("log_now", _GONE, f"{now.size} < {proof.index + 1}")
        if log.leaf(proof.index, now) != leaf:
            return _fails("log_now", _GONE, f"{proof.index + 1}")
    held = log_reading.compare(proof.checkpoint, key, log)
    return Finding("log_now", Outcome.HOLDS if held.holds else Outcome.FAILS, held.words)


_GONE = Words(
    "现在的日志中没有这一条：日志被截断或改写",
    "the log does not hold this entry any more: it was truncated or rewritten",
)


# ---- the credential


def _credential(subject: Subject, trust: Mapping[str, str]) -> Finding:
    named = trust.get("credential_key", "")
    if CREDENTIAL_NAME not in subject.names:
        if named:
            return _fails("credential", _BROKEN_CREDENTIAL, "none is attached")
        words = Words("文件未附可验证凭证", "no verifiable credential is attached")
        return Finding("credential", Outcome.OPEN, words)
    issuer = trust["credential_issuer"]
    said = credential.verify(subject.read(CREDENTIAL_NAME), credential.key_of(named))
    if said != credential.build(subject.content, subject.evidence, issuer):
        raise CredentialRefused("it says something else than the certificate")
    words = Words(
        f"可验证凭证由 {issuer} 签署，内容与证书一致",
        f"the verifiable credential is signed by {issuer} and says the same as the certificate",
    )
    return Finding("credential", Outcome.HOLDS, words)


# ---- the score


def _score(subject: Subject, known: Known) -> Finding:
    assessment = subject.said["assessment"]
    if "factors_sha256" not in assessment:
        words = Words(
            "文件未附规则与因子，得分未重算", "no rulebook and factors are attached to compute with"
        )
        return Finding("score", Outcome.OPEN, words)
    if not {FACTORS_NAME, RULEBOOK_NAME} <= subject.names:
        raise NotRecomputable("the rulebook or the factors are not attached")
    if not known.may_compute:
        words = Words(
            "签发方未获信任，未运行文件中的规则",
            "the issuer is not trusted, so the rules in the file were not run",
        )
        return Finding("score", Outcome.OPEN, words)
    hidden = recompute.sealed(assessment)
    if hidden and known.openings is None:
        words = Words(
            f"有 {len(hidden)} 项填报值被持有人封存；提供其开启文件即可重算得分",
            f"{len(hidden)} inputs are sealed by the holder; with the opening file the score can be "
            "re-computed",
        )
        return Finding("score", Outcome.OPEN, words)
    made = recompute.recompute(
        subject.content,
        assessment,
        rulebook=subject.read(RULEBOOK_NAME),
        factors=subject.read(FACTORS_NAME),
        openings=known.openings,
    )
    if made.differs:
        words = Words("重算的得分与证书不符", "the re-computed score is another")
        return _fails("score", words, ", ".join(made.differs))
    points = f"{made.assessment.total_centipoints / 100:.2f}"
    words = Words(
        f"用所附规则重算，得分 {points}、等级 {made.assessment.grade}，与证书一致",
        f"re-computed by the attached rulebook: {points} points, grade {made.assessment.grade}, "
        "as the certificate says",
    )
    return Finding("score", Outcome.HOLDS, words)
