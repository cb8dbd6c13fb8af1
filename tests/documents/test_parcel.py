"""A parcel says first what is in it, streams, and is believed only whole."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509

from registry.documents import parcel, signing
from registry.documents.parcel import Entry
from tests.documents.samples import NOW


def entry(name: str, data: bytes) -> Entry:
    return Entry(name, hashlib.sha256(data).hexdigest(), len(data), data)


@pytest.fixture
def packed(signed: bytes, signer: signing.Signer, tmp_path: Path) -> Path:
    (tmp_path / "one").write_bytes(signed)
    digest = hashlib.sha256(signed).hexdigest()
    entries = [
        entry("README.txt", b"read me"),
        *(Entry(f"certificates/{n}.pdf", digest, len(signed), tmp_path / "one") for n in range(3)),
    ]
    said = parcel.manifest(
        entries, selection={"state": "ISSUED"}, sample={"seed": "s", "numbers": ["1"]},
        signer=signer, now=NOW,
    )  # fmt: skip
    path = tmp_path / "parcel.zip"
    path.write_bytes(b"".join(parcel.stream(said, entries)))
    return path


def test_a_whole_parcel_holds(packed: Path, anchor: x509.Certificate) -> None:
    found = parcel.verify(packed, [anchor])
    assert (found.faults, found.certificates, found.trusted) == ((), 3, 3)
    assert found.opened.anchor == anchor
    assert found.opened.sample == {"seed": "s", "numbers": ["1"]}
    with zipfile.ZipFile(packed) as archive:
        assert archive.namelist()[0] == parcel.MANIFEST
        assert all(one.compress_type == zipfile.ZIP_STORED for one in archive.infolist())
    assert parcel.verify(packed).trusted == 0


def _rewritten(packed: Path, change: Callable[[str, bytes], tuple[str, bytes] | None]) -> Path:
    path = packed.with_name("changed.zip")
    with zipfile.ZipFile(packed) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            made = change(name, old.read(name))
            if made is not None:
                new.writestr(*made)
    return path


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda n, d: None if n.endswith("1.pdf") else (n, d), "1.pdf: missing"),
        (lambda n, d: (n, d + b"!") if n.endswith("1.pdf") else (n, d), "not the file"),
        (lambda n, d: (n, d[:-1] + b"?") if n == "README.txt" else (n, d), "not the file"),
        (lambda n, d: ("else.txt", d) if n == "README.txt" else (n, d), "else.txt: not listed"),
    ],
)
def test_what_was_changed_is_told(
    change: Callable[[str, bytes], tuple[str, bytes] | None], fault: str, packed: Path
) -> None:
    assert any(fault in one for one in parcel.verify(_rewritten(packed, change)).faults)


def test_a_changed_list_is_refused(packed: Path) -> None:
    changed = _rewritten(
        packed, lambda n, d: (n, d.replace(b"ISSUED", b"REVOKE") if n == parcel.MANIFEST else d)
    )
    with pytest.raises(parcel.ParcelRefused, match="does not hold"):
        parcel.verify(changed)
    for broken in (b"", packed.read_bytes()[:-100]):
        changed.write_bytes(broken)
        with pytest.raises(parcel.ParcelRefused, match="not a ZIP"):
            parcel.verify(changed)


def test_a_file_that_changed_since_it_was_listed_breaks_the_stream(
    signer: signing.Signer,
) -> None:
    entries = [Entry("a.txt", "0" * 64, 3, b"abc")]
    said = parcel.manifest(entries, selection={}, sample={}, signer=signer, now=NOW)
    with pytest.raises(parcel.ParcelRefused, match=r"a\.txt"):
        list(parcel.stream(said, entries))


def test_a_sample_can_be_drawn_again() -> None:
    numbers = [f"GPC-2026-{n:06d}-00" for n in range(500)]
    first = parcel.drawn("seed", numbers, 20)
    assert first == parcel.drawn("seed", reversed(numbers), 20)
    assert parcel.drawn("seed", numbers, 10) == first[:10]
    assert set(first) != set(parcel.drawn("other", numbers, 20))
    assert len(set(first)) == 20
