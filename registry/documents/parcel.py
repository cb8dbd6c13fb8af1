"""Many certificates in one ZIP: a signed list of all that is inside comes first, then the files.

Entries are stored, not deflated, since certificates are packed already; nothing is held in memory
but the list, so that ten thousand cost as much as ten. The list (`manifest.json`) is canonical JSON
with every name, size and SHA-256 and says how the selection and the sample were made.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from registry.documents import glance
from registry.documents.signature_check import SignatureFacts, anchor_of
from registry.documents.signing import Signer
from registry.rules import canonical

SCHEMA = "https://w3id.org/green-project-registry/parcel/1"
MANIFEST = "manifest.json"
CHUNK = 256 * 1024
LARGEST_MANIFEST = 64 * 1024 * 1024


class ParcelRefused(ValueError):
    """A ZIP that is not one of ours, or not what its list says."""


@dataclass(frozen=True)
class Entry:
    """One file: where it lies, or its bytes; its digest is known before it is read."""

    name: str
    sha256: str
    size: int
    source: Path | bytes


def drawn(seed: str, numbers: Iterable[str], count: int) -> list[str]:
    """A sample that anybody can draw again: the `count` numbers whose SHA-256 behind the seed comes
    first. Their order is that of the draw."""
    keyed = ((hashlib.sha256(f"{seed}:{number}".encode()).digest(), number) for number in numbers)
    return [number for _, number in sorted(keyed)[:count]]


def manifest(
    entries: Sequence[Entry],
    *,
    selection: Mapping[str, str],
    sample: Mapping[str, Any],
    signer: Signer,
    now: datetime,
) -> bytes:
    """The signed list."""
    listed = {
        "schema": SCHEMA,
        "made_at": now.astimezone(UTC).isoformat(timespec="seconds"),
        "selection": dict(selection),
        "sample": dict(sample),
        "entries": [{"name": e.name, "sha256": e.sha256, "bytes": e.size} for e in entries],
    }
    der = serialization.Encoding.DER
    chain = [one.public_bytes(der) for one in (signer.certificate, *signer.chain)]
    return canonical.dumps(
        {
            "list": listed,
            "certificates": [base64.b64encode(one).decode() for one in chain],
            "signature": base64.b64encode(signer.holder.sign(canonical.dumps(listed))).decode(),
        }
    )


def stream(said: bytes, entries: Iterable[Entry]) -> Iterator[bytes]:
    """The ZIP's bytes as they are made. A file that is gone, or is no longer what was listed, ends
    the stream with an error: a parcel that is cut off cannot be opened and so not be believed."""
    from zipstream import ZIP_STORED, ZipStream

    archive = ZipStream(compress_type=ZIP_STORED)
    archive.add(said, MANIFEST)
    yield from archive.all_files()
    for entry in entries:
        archive.add(_checked(entry), entry.name)
        yield from archive.all_files()
    yield from archive.finalize()


def _checked(entry: Entry) -> Iterator[bytes]:
    digest = hashlib.sha256()
    if isinstance(entry.source, bytes):
        digest.update(entry.source)
        yield entry.source
    else:
        with entry.source.open("rb") as file:
            while piece := file.read(CHUNK):
                digest.update(piece)
                yield piece
    if digest.hexdigest() != entry.sha256:
        raise ParcelRefused(f"{entry.name} is not what was listed")


@dataclass(frozen=True)
class Opened:
    """What a parcel's list says once its signature was found to hold."""

    made_at: datetime
    selection: Mapping[str, str]
    sample: Mapping[str, Any]
    entries: Mapping[str, Entry]
    anchor: x509.Certificate | None
    fingerprint: str


@dataclass(frozen=True)
class Verdict:
    """The outcome over all files: faults by name; how many certificates were found intact."""

    opened: Opened
    faults: tuple[str, ...]
    certificates: int
    trusted: int


def verify(path: Path, anchors: Iterable[x509.Certificate] = ()) -> Verdict:
    """Check a whole parcel offline: list, digests, nothing missing or added, each signature."""
    trusted = tuple(anchors)
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as problem:
        raise ParcelRefused(f"not a ZIP: {problem}") from None
    with archive:
        names = archive.namelist()
        if not names or names[0] != MANIFEST:
            raise ParcelRefused(f"does not begin with {MANIFEST}")
        if archive.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
            raise ParcelRefused("the list is too large")
        opened = read_manifest(archive.read(MANIFEST), trusted)
        faults = [*_differences(names[1:], opened.entries)]
        intact = known = 0
        for name in dict.fromkeys(names[1:]):
            entry = opened.entries.get(name)
            if entry is None:
                continue
            data = _read(archive, name, entry)
            if data is None:
                faults.append(f"{name}: not the file that was listed")
            elif name.endswith(".pdf") and name.startswith("certificates/"):
                seen = glance.look(data, trusted)
                intact += seen.intact
                known += seen.anchor is not None
                if not seen.intact:
                    faults.append(f"{name}: its signature does not hold")
    return Verdict(opened, tuple(faults), intact, known)


def _differences(names: Sequence[str], entries: Mapping[str, Entry]) -> Iterator[str]:
    yield from (f"{name}: missing" for name in entries if name not in set(names))
    yield from (f"{name}: not listed" for name in names if name not in entries)
    if len(names) != len(set(names)):
        yield "a name stands twice"


def _read(archive: zipfile.ZipFile, name: str, entry: Entry) -> bytes | None:
    if archive.getinfo(name).file_size != entry.size:
        return None
    try:
        data = archive.read(name)
    except zipfile.BadZipFile:
        return None
    return data if hashlib.sha256(data).hexdigest() == entry.sha256 else None


def read_manifest(data: bytes, anchors: Sequence[x509.Certificate] = ()) -> Opened:
    """The list, if its signature holds; whether its signer is known is told, not required."""
    try:
        signed: Any = json.loads(data)
        listed = signed["list"]
        chain = [
            x509.load_der_x509_certificate(base64.b64decode(one, validate=True))
            for one in signed["certificates"]
        ]
        signature = base64.b64decode(signed["signature"], validate=True)
        made_at = datetime.fromisoformat(listed["made_at"])
        entries = {
            str(one["name"]): Entry(str(one["name"]), str(one["sha256"]), int(one["bytes"]), b"")
            for one in listed["entries"]
        }
        leaf = chain[0]
    except (KeyError, IndexError, TypeError, ValueError, RecursionError) as problem:
        raise ParcelRefused(f"not a list of a parcel: {problem}") from None
    if listed.get("schema") != SCHEMA or made_at.tzinfo is None:
        raise ParcelRefused("not a list of this kind")
    if not _holds(leaf, signature, canonical.dumps(listed)):
        raise ParcelRefused("the signature of the list does not hold")
    facts = SignatureFacts(certificate=leaf, others=tuple(chain[1:]), signed_at=made_at)
    return Opened(
        made_at, dict(listed["selection"]), dict(listed["sample"]), entries,
        anchor_of(facts, anchors), leaf.fingerprint(hashes.SHA256()).hex(),
    )  # fmt: skip


def _holds(leaf: x509.Certificate, signature: bytes, signed: bytes) -> bool:
    key = leaf.public_key()
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, signed, ec.ECDSA(hashes.SHA256()))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
        else:
            return False
    except InvalidSignature:
        return False
    return True
