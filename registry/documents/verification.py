"""Checking a certificate from the file alone: no network, no account, no trust in what it says.

The order is: the file and its signature, the chain to an anchor that the checker brings, the
evidence inside, the visible page against the evidence field by field, what the other files inside
prove (log, credential, score), and the state by a status list if one is given. Nothing is ever called valid without saying what was not checked.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import pikepdf
from cryptography import x509

from registry.documents import pagetext, proof_check, signature_check, wording
from registry.documents.attached import EVIDENCE_NAME, LOG_NAME, PROOF_NAME
from registry.documents.content import CertificateContent, content_of, mirrored
from registry.documents.days import day_en, day_zh
from registry.documents.evidence import closed, edition_of
from registry.documents.findings import (
    STATES,
    Exit,
    Finding,
    Findings,
    Outcome,
    StatusList,
    point,
)
from registry.documents.proof_check import Known, Subject
from registry.documents.signature_check import SignatureFacts
from registry.rules import canonical
from registry.rules import certificate as rule
from registry.rules.certificate import CertificateState
from registry.words import Words

LARGEST_FILE = 64 * 1024 * 1024
LARGEST_EVIDENCE = 8 * 1024 * 1024
_SPACE = re.compile(r"\s+")
_ACTIVE = ("/OpenAction", "/AA", "/JavaScript", "/JS", "/XFA")


def verify(
    pdf: bytes,
    anchors: Iterable[x509.Certificate] = (),
    status_list: StatusList | None = None,
    *,
    on: date | None = None,
    known: Known = Known(),  # noqa: B008  (frozen)
) -> Findings:
    """All findings on one file. `on` lets the printed term count where no status list is given;
    `known` is what else the checker brings: openings, kept heads, the log."""
    if len(pdf) > LARGEST_FILE:
        return _unreadable(Words("文件过大", "the file is too large"))
    try:
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            return _verify(pdf, opened, tuple(anchors), status_list, on, known)
    except (pikepdf.PdfError, pikepdf.PasswordError, AttributeError, TypeError, ValueError):
        return _unreadable(Words("不是可读的证书文件", "not a readable certificate file"))


def _verify(
    data: bytes,
    pdf: pikepdf.Pdf,
    anchors: tuple[x509.Certificate, ...],
    status_list: StatusList | None,
    on: date | None,
    known: Known,
) -> Findings:
    facts = signature_check.examine(data, pdf)
    if facts.count == 0 and EVIDENCE_NAME not in pdf.attachments:
        return _unreadable(Words("不是本平台证书", "not a certificate of such a registry"))
    anchor = signature_check.anchor_of(facts, anchors) if facts.intact else None
    items = [
        *_signature_points(facts),
        _issuer(facts, anchor),
        point("passive", _held(lambda: _passive(pdf))),
    ]
    if not facts.intact or (anchor is None and anchors):
        known = replace(known, may_compute=False)  # rules out of a stranger's file are not run
    content, found = _evidence_points(pdf, facts, known)
    items += found
    if content is not None:
        items.append(_status(content, status_list, on))
    return _sum_up(tuple(items), content, facts, anchor)


def _signature_points(facts: SignatureFacts) -> list[Finding]:
    if facts.count != 1:
        return [point("one_signature", False)]
    return [
        point("one_signature", True),
        point("covers_file", facts.covers_file),
        point("digest", facts.digest_matches),
        point("signature", facts.signature_holds and facts.binds_certificate),
        point("certified", facts.certifies),
    ]


def _issuer(facts: SignatureFacts, anchor: x509.Certificate | None) -> Finding:
    if anchor is None:
        return Finding(
            "issuer",
            Outcome.OPEN,
            Words(
                "签发方未获信任：除非提供其信任锚",
                "issuer untrusted unless its anchor was supplied",
            ),
        )
    name = anchor.subject.rfc4514_string()
    return Finding(
        "issuer",
        Outcome.HOLDS,
        Words(f"签发方证书链接到所给的锚：{name}", f"issuer leads to the supplied anchor: {name}"),
    )


def _passive(pdf: pikepdf.Pdf) -> bool:
    """No script, no automatic action, anywhere: a certificate only lies there to be read."""
    for one in pdf.objects:
        if isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
            if any(name in one for name in _ACTIVE):
                return False
            if one.get("/S") in ("/JavaScript", "/Launch", "/URI", "/SubmitForm", "/GoToR"):
                return False
    return True


def _evidence_points(
    pdf: pikepdf.Pdf, facts: SignatureFacts, known: Known
) -> tuple[CertificateContent | None, list[Finding]]:
    try:
        evidence = _attached(pdf, EVIDENCE_NAME)
        said: Any = json.loads(evidence)
        content = closed(content_of(said["certificate"]), evidence, **_log_head(pdf))
        edition = edition_of(said)
        if not canonical.is_canonical(evidence):
            return None, [point("evidence", False)]
    except Exception:  # as for _held
        return None, [point("evidence", False)]
    files = frozenset(pdf.attachments)
    subject = Subject(content, evidence, said, files, lambda name: _attached(pdf, name))
    return content, [
        point("evidence", True),
        point("number", rule.check(content.number)),
        point("named_signer", content.signer_fingerprint == facts.fingerprint),
        point("metadata", _held(lambda: _metadata_agree(pdf, content))),
        _page(pdf, content, edition),
        *proof_check.points(subject, known),
    ]


def _held(question: Callable[[], bool]) -> bool:
    """A broken file may make any step of reading fail in any way: then the point does not hold."""
    try:
        return question()
    except Exception:
        return False


def _attached(pdf: pikepdf.Pdf, name: str) -> bytes:
    data = pdf.attachments[name].get_file().read_bytes()
    if len(data) > LARGEST_EVIDENCE:
        raise ValueError("attachment too large")
    return data


def _log_head(pdf: pikepdf.Pdf) -> dict[str, Any]:
    if PROOF_NAME in pdf.attachments:
        seq, sha256 = proof_check.head_in(_attached(pdf, PROOF_NAME))
        return {"log_seq": seq, "log_hash": sha256}
    if LOG_NAME not in pdf.attachments:
        return {}
    head: Any = json.loads(_attached(pdf, LOG_NAME))
    return {"log_seq": int(head["seq"]), "log_hash": str(head["hash"])}


def _metadata_agree(pdf: pikepdf.Pdf, content: CertificateContent) -> bool:
    metadata = pdf.Root.get("/Metadata")
    if metadata is None:
        return False
    text = metadata.read_bytes().decode("utf-8", "replace")
    return all(f"<gpr:{key}>{said}</gpr:{key}>" in text for key, said in mirrored(content).items())


def _page(pdf: pikepdf.Pdf, content: CertificateContent, edition: int) -> Finding:
    """The visible text, exactly: nothing missing, nothing changed, nothing added."""
    page = wording.page(content, edition)
    try:
        seen = pagetext.read(pdf)
    except Exception:  # as for _held
        seen = pagetext.PageText(outside="unreadable")
    key = _first_difference(page, _SPACE.sub("", seen.text))
    if not key and (seen.outside.strip() or len(pdf.pages) != 1):
        key = "outside"
    expected = page.figures()
    if not key and tuple(seen.figures[-len(expected) :]) != expected:
        key = "figures"
    if key:
        return Finding(
            "page",
            Outcome.FAILS,
            Words(f"页面与证据不一致：{key}", f"the page differs from its evidence: {key}"),
        )
    return Finding(
        "page",
        Outcome.HOLDS,
        Words(
            "页面文字与内嵌证据逐项一致",
            "the page agrees with the embedded evidence, field by field",
        ),
    )


def _first_difference(page: wording.Page, seen: str) -> str:
    """The key of the first field whose words are not next on the page; "" if all are."""
    at = 0
    for key, text in page.parts():
        wanted = _SPACE.sub("", text)
        if not seen.startswith(wanted, at):
            return key
        at += len(wanted)
    return "added_text" if at != len(seen) else ""


def _status(
    content: CertificateContent, status_list: StatusList | None, on: date | None
) -> Finding:
    if status_list is None:
        if on is not None and on > content.valid_to:
            return _state_finding(
                CertificateState.EXPIRED, Words("所印有效期已过", "its printed term is over")
            )
        return Finding(
            "status",
            Outcome.OPEN,
            Words(
                "离线状态未知：未提供状态清单", "status unknown offline: no status list was given"
            ),
        )
    day = day_zh(status_list.as_of), day_en(status_list.as_of)
    entry = status_list.entries.get(content.number)
    if entry is None:
        return Finding(
            "status",
            Outcome.FAILS,
            Words(
                f"{day[0]} 的状态清单中没有此编号",
                f"the list of {day[1]} does not know this number",
            ),
        )
    words = Words(f"依 {day[0]} 的状态清单", f"status as of the list of {day[1]}")
    found = _state_finding(entry.state, words)
    if found.outcome is Outcome.HOLDS:
        return found
    since = day_zh(entry.since), day_en(entry.since)
    zh, en = (
        (f"，理由：{entry.reason.zh}", f", reason: {entry.reason.en}")
        if entry.reason.zh
        else ("", "")
    )
    more = Words(f"（自 {since[0]}{zh}）", f" (since {since[1]}{en})")
    return replace(found, words=Words(found.words.zh + more.zh, found.words.en + more.en))


def _state_finding(state: CertificateState, words: Words) -> Finding:
    said = STATES[state]
    outcome = Outcome.HOLDS if state is CertificateState.ISSUED else Outcome.FAILS
    return Finding("status", outcome, Words(f"{words.zh}：{said.zh}", f"{words.en}: {said.en}"))


def _sum_up(
    items: tuple[Finding, ...],
    content: CertificateContent | None,
    facts: SignatureFacts,
    anchor: x509.Certificate | None,
) -> Findings:
    by_code = {one.code: one for one in items}
    broken = [one for one in items if one.outcome is Outcome.FAILS and one.code != "status"]
    if broken:
        zh = "；".join(one.words.zh for one in broken)
        en = "; ".join(one.words.en for one in broken)
        code, headline = Exit.REFUSED, Words(f"不予认可：{zh}", f"refused: {en}")
    else:
        said = (by_code["issuer"].words, by_code["status"].words)
        headline = Words(
            "；".join(("签名完整", *(one.zh for one in said))),
            "; ".join(("signature intact", *(one.en for one in said))),
        )
        code = _exit_code(by_code["status"], anchor)
        headline = _tell_test(headline, content, facts)
    number = content.number if content else ""
    return Findings(items, number, content, code, headline)


def _exit_code(status: Finding, anchor: x509.Certificate | None) -> int:
    if status.outcome is Outcome.FAILS:
        return Exit.NOT_IN_FORCE
    return Exit.INTACT if anchor is not None else Exit.UNTRUSTED


def _tell_test(headline: Words, content: CertificateContent | None, facts: SignatureFacts) -> Words:
    names = [one.subject.rfc4514_string() for one in (facts.certificate, *facts.others) if one]
    if (content is not None and content.test_key) or any("TEST" in name for name in names):
        return Words(f"{headline.zh}；测试密钥，不具效力", f"{headline.en}; TEST key, of no effect")
    return headline


def _unreadable(words: Words) -> Findings:
    return Findings((Finding("readable", Outcome.FAILS, words),), headline=words)
