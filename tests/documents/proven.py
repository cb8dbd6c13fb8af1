"""Certificates with everything inside: a real score, its rulebook and factors, a log, a credential."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry import reference, rulebooks
from registry.documents import certificate, credential, evidence, signing
from registry.documents.attached import (
    CREDENTIAL_NAME,
    FACTORS_NAME,
    PROOF_NAME,
    RULEBOOK_NAME,
    pack_rulebook,
)
from registry.documents.content import CertificateContent, Grade, Rulebook
from registry.documents.ed25519 import NamedKey
from registry.documents.log_reading import Download
from registry.rules import canonical, chain, merkle, note, tlog
from registry.rules.answers import canonical as canonical_answers
from registry.rules.assessment import Assessment
from registry.rules.certificate import EVIDENCE_CLOSED
from registry.rules.consulted import Watch
from registry.rules.score import assess
from registry.words import Words
from tests.documents.samples import NOW, liangzhou
from tests.rules.projects import LIANGZHOU

ISSUER = "did:web:registry.example.org"
SETTLED = ("G-ELIM", "G-RESTR-NEW", "G-ENV3Y", "G-ENVPEN", "G-SXBZX", "G-YZSX")
JUDGED = {"evidence_tier": "T2", "catalogue_conditions": "confirmed", "ghg_contribution": "flagged"}


def key(seed: int, name: str) -> NamedKey:
    return NamedKey(name, Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32))


LOG = key(1, "registry.example.org/log")
CREDENTIALS = key(2, ISSUER)


@cache
def book() -> Any:
    return rulebooks.in_force(date(2026, 11, 23))


@cache
def packed_rulebook() -> bytes:
    return pack_rulebook(rulebooks.files(book().id, book().version))


@cache
def scored(generation: str = "72668") -> tuple[Assessment, dict[str, Any], bytes]:
    """A score of Liangzhou with some yield: what it says, what is told of it, what it looked up."""
    watch = Watch(reference.tables())
    said = canonical_answers(book(), {**LIANGZHOU, "generation_mwh_per_year": generation})
    inputs = {**said, **JUDGED}
    told: dict[str, Any] = {
        "kind": "renewable_power",
        "as_of": "2026-11-23",
        "inputs": inputs,
        "commitments": {},
        "settled": dict.fromkeys(SETTLED, "pass"),
        "found": {"identical_claim": "no"},
        "rulebook_sha256": book().sha256,
        "reference_sha256": reference.tables().sha256,
    }
    made = assess(
        book(),
        {**inputs, **told["found"]},
        kind=told["kind"],
        as_of=date(2026, 11, 23),
        reference=watch.tables(),
        settled=told["settled"],
    )
    factors = canonical.dumps(watch.record())
    record = made.to_record()
    told |= {
        "result": evidence.without_used(record),
        "result_sha256": canonical.digest(record),
        "factors_sha256": hashlib.sha256(factors).hexdigest(),
    }
    return made, told, factors


def content_of_score(
    made: Assessment, signer: signing.Signer, **changes: Any
) -> CertificateContent:
    """What a certificate over this score says."""
    base = liangzhou(signer_fingerprint=signer.fingerprint)
    grades = [grade.id for grade in book().grades]
    grade = book().grade_by_id[made.grade]
    abatement = made.benefit("abatement")
    assert base.abatement is not None
    assert abatement is not None
    figure = replace(base.abatement.figure, value=abatement.central.partition(".")[0])
    return replace(
        base,
        **{
            "centipoints": made.total_centipoints,
            "applicable_bp": made.applicable_weight_bp,
            "coverage_bp": made.coverage_bp,
            "grade": Grade(
                code=made.grade,
                name=Words(grade.name.zh, grade.name.en),
                rank=len(grades) - grades.index(made.grade),
                ranks=len(grades),
            ),
            "abatement": replace(base.abatement, figure=figure),
            "rulebook": Rulebook(
                id=book().id,
                title=Words(book().name.zh, book().name.en),
                version=book().version,
                sha256=book().sha256,
            ),
            **changes,
        },
    )


@dataclass
class Log:
    """A small log as an operator holds it; entries can be changed before it is read."""

    signer: NamedKey = LOG
    entries: list[bytes] = field(default_factory=list)

    def add(self, entry: bytes) -> int:
        self.entries.append(entry)
        return len(self.entries) - 1

    def tree(self) -> tuple[merkle.Frontier, Mapping[tuple[int, int], bytes]]:
        frontier, nodes = merkle.Frontier(), {}
        for entry in self.entries:
            for node in frontier.append(merkle.leaf_hash(entry)):
                nodes[node.level, node.index] = node.hash
        return frontier, nodes

    def head(self) -> bytes:
        frontier, _ = self.tree()
        text = tlog.Checkpoint(LOG.name, frontier.size, frontier.root()).text()
        return note.Note(text, (note.sign(text, self.signer.verifier, self.signer.sign),)).encode()

    def proof(self, index: int, extra: bytes) -> bytes:
        _, nodes = self.tree()
        hashes = merkle.inclusion_proof(index, len(self.entries), lambda *at: nodes[at])
        return tlog.Proof(index, tuple(hashes), self.head(), extra).encode()

    def download(self) -> Download:
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as archive:
            archive.writestr("checkpoint", self.head())
            for tile in tlog.tiles(len(self.entries)):
                if tile.level == 0:
                    first = tile.index * tlog.TILE_WIDTH
                    bundle = tlog.entry_bundle(self.entries[first : first + tile.width])
                    archive.writestr(tile.entries_path(), bundle)
        return Download(data=data.getvalue())


def log_with(count: int, signer: NamedKey = LOG) -> Log:
    return Log(signer, [hashlib.sha256(b"%d" % n).digest() for n in range(count)])


Change = Callable[[dict[str, bytes]], None]


def prove(
    content: CertificateContent,
    told: Mapping[str, Any],
    factors: bytes,
    *,
    log: Log | None = None,
    body: Mapping[str, Any] | None = None,
) -> tuple[CertificateContent, bytes, dict[str, bytes]]:
    """The content as printed, its evidence, and the other files inside."""
    trust = {
        "log_key": str(LOG.verifier),
        "credential_issuer": ISSUER,
        "credential_key": credential.multikey(CREDENTIALS.public),
    }
    proof = evidence.build(content, told, trust)
    log = log_with(5) if log is None else log
    index = len(log.entries)
    event = chain.event_bytes(
        seq=index + 1,
        at=NOW,
        kind=EVIDENCE_CLOSED,
        subject=f"certificate:{content.number}",
        actor="service:certificates",
        body=body or {"evidence_sha256": hashlib.sha256(proof).hexdigest()},
        prev="00" * 32,
    )
    salt, event_hash = b"salt" * 4, hashlib.sha256(event).hexdigest()
    log.add(tlog.public_entry(salt, event_hash))
    secured = credential.secure(
        credential.build(content, proof, ISSUER), CREDENTIALS, method=f"{ISSUER}#x", now=NOW
    )
    files = {
        PROOF_NAME: log.proof(index, tlog.opening(event, salt)),
        CREDENTIAL_NAME: secured,
        FACTORS_NAME: factors,
        RULEBOOK_NAME: packed_rulebook(),
    }
    closed = evidence.closed(content, proof, log_seq=index + 1, log_hash=event_hash)
    return closed, proof, files


def signed_file(
    closed: CertificateContent,
    proof: bytes,
    files: Mapping[str, bytes],
    signer: signing.Signer,
    *,
    many: bool = True,
) -> bytes:
    """Rendered and signed; one by one the full way, else from the compiled template."""
    attached = [certificate.attached(name, data) for name, data in files.items()]
    made = certificate.render(
        closed,
        proof,
        now=NOW,
        attachments=attached,
        signature_bytes=signer.signature_bytes,
        many=many,
    )
    return signing.sign(made, signer, now=NOW)


def good(signer: signing.Signer, *, log: Log | None = None, generation: str = "72668") -> bytes:
    """A certificate of which everything holds."""
    made, told, factors = scored(generation)
    content = content_of_score(made, signer)
    return signed_file(*prove(content, told, factors, log=log), signer)
