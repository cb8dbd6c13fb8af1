"""Puts a parcel together: which files, in which order, and the signed list that goes first."""

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from registry.config import Settings
from registry.documents import parcel
from registry.documents.parcel import Entry
from registry.operations.certificate import signer_of
from registry.operations.evidence import path_of
from registry.queries import parcel as queries
from registry.queries.certificate import Filters

README = """\
manifest.json    every file of this parcel with its SHA-256, signed by the registry
certificates/    the certificates, each signed by itself
sample/NUMBER/   the case behind a certificate of the sample: record, evidence, files handed in

Check it offline:  registry parcel verify THIS.zip --anchor ISSUER.pem
Draw the sample again: the numbers whose SHA-256 of "SEED:NUMBER" comes first.
"""


@dataclass(frozen=True)
class Parcel:
    """The list and the entries behind it; reading them needs no session."""

    manifest: bytes
    entries: tuple[Entry, ...]

    def stream(self) -> Iterator[bytes]:
        return parcel.stream(self.manifest, self.entries)


def gather(
    session: Session,
    settings: Settings,
    *,
    filters: Filters,
    sample_size: int,
    seed: str,
    now: datetime,
) -> Parcel:
    """Every certificate of the selection, and a reproducible sample of them with its evidence."""
    found = queries.issued_files(session, filters)
    folder = settings.documents_folder
    entries = [_bytes("README.txt", README.encode())]
    entries += [
        Entry(f"certificates/{one.number}.pdf", one.sha256, one.size, path_of(folder, one.sha256))
        for one in found
    ]
    by_number = {one.number: one for one in found}
    sampled = parcel.drawn(seed, by_number, min(sample_size, queries.MOST_SAMPLED))
    for one, pack in queries.packs(session, [by_number[number] for number in sampled]):
        entries += _pack(f"sample/{one.number}", pack, settings)
    selection = {name: str(value) for name, value in asdict(filters).items() if value}
    sample: dict[str, Any] = {"seed": seed, "numbers": sampled}
    manifest = parcel.manifest(
        entries, selection=selection, sample=sample, signer=signer_of(settings), now=now
    )
    return Parcel(manifest, tuple(entries))


def _pack(name: str, pack: queries.Pack, settings: Settings) -> Iterator[Entry]:
    yield _bytes(f"{name}/case.json", pack.record)
    evidence = path_of(settings.documents_folder, pack.evidence_sha256)
    if evidence.is_file():
        yield Entry(
            f"{name}/evidence.json", pack.evidence_sha256, evidence.stat().st_size, evidence
        )
    for file, sha256, size in pack.files:
        yield Entry(f"{name}/files/{file}", sha256, size, path_of(settings.evidence_folder, sha256))


def _bytes(name: str, data: bytes) -> Entry:
    return Entry(name, hashlib.sha256(data).hexdigest(), len(data), data)
