"""`./run bench parcel`: a ZIP of ten thousand certificates, streamed, and checked offline.

Makes `--distinct` certificates from templates, lists each as often as it takes to come to
`--certificates`, streams the ZIP to a file and measures by how much this process grew; then opens
the ZIP with nothing but the issuer's root and checks the list, every digest and every signature.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import json
import resource
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bench import certificate_peers as peers
from bench.certificates import _case, _issue
from registry.documents import parcel
from registry.documents.parcel import Entry
from registry.rules.certificate import number


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--certificates", type=int, default=10_000)
    parser.add_argument("--distinct", type=int, default=250)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measure(Path(folder), asked.certificates, asked.distinct)))


def measure(folder: Path, certificates: int, distinct: int) -> dict[str, float]:
    signer = peers.own_signer(folder)
    files = []
    for seed in range(min(distinct, certificates)):
        data = _issue(_case(seed, signer), signer, many=True)
        path = folder / f"{seed}.pdf"
        path.write_bytes(data)
        files.append((path, hashlib.sha256(data).hexdigest(), len(data)))
    entries = [
        Entry(f"certificates/{number('GPC', 2026, n + 1)}.pdf", digest, size, path)
        for n, (path, digest, size) in ((n, files[n % len(files)]) for n in range(certificates))
    ]
    said = parcel.manifest(
        entries, selection={}, sample={"seed": "bench", "numbers": []}, signer=signer,
        now=datetime(2026, 11, 23, tzinfo=UTC),
    )  # fmt: skip
    for _ in parcel.stream(said, entries[:50]):
        pass  # what is imported and kept once does not count
    gc.collect()
    before, begun, most = _held_mib(), time.process_time(), 0.0
    with (folder / "parcel.zip").open("wb") as out:
        for at, piece in enumerate(parcel.stream(said, entries)):
            out.write(piece)
            if at % 100 == 0:
                most = max(most, _held_mib())
    grown, streamed = max(most, _held_mib()) - before, time.process_time() - begun
    begun = time.process_time()
    found = parcel.verify(folder / "parcel.zip", [signer.chain[0]])
    checked = time.process_time() - begun
    size = (folder / "parcel.zip").stat().st_size
    print(f"{certificates} certificates, {len(files)} distinct, {size / 1e6:.0f} MB")
    print(f"streamed in {streamed:.1f} s of CPU, checked in {checked:.1f} s")
    if found.faults or found.trusted != certificates:
        raise AssertionError(found.faults[:5])
    return {
        "grown_mib": round(grown, 1),
        "intact": found.certificates,
        "zip_mb": round(size / 1e6, 1),
    }


def _held_mib() -> float:
    """The memory that this process holds at this moment."""
    resident = int(Path("/proc/self/statm").read_text().split()[1])
    return resident * resource.getpagesize() / 1024 / 1024


if __name__ == "__main__":
    main()
