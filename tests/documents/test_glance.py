"""The quick look gives the verdicts of the long one, on good files and on every kind of damage."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from cryptography import x509

from registry.documents import glance, keys, signing
from tests.documents.samples import NOW


def damaged(signed: bytes) -> dict[str, bytes]:
    contents = re.search(rb"/Contents <([0-9a-f]+)>", signed)
    assert contents is not None
    start, end = contents.span(1)
    return {
        "a byte of the page": signed[:3000] + bytes([signed[3000] ^ 1]) + signed[3001:],
        "the digest's digits": signed.replace(contents[1][600:640], contents[1][640:680], 1),
        "the signature's last digit": signed[: end - 30] + b"ff" + signed[end - 28 :],
        "bytes behind the end": signed + b"\n% more\n%%EOF\n",
        "room filled": signed[: end - 2] + b"41" + signed[end:],
        "cut off": signed[:-40],
        "digits of another case": signed[:start] + contents[1].upper() + signed[end:],
        "no signature": signed.replace(b"/ByteRange", b"/ByteRanGe"),
        "not a PDF": b"no PDF at all",
        "empty": b"",
        "CMS cut": signed[: start + 8] + b"00" + signed[start + 10 :],
    }


def test_good_one(signed: bytes, anchor: x509.Certificate, signer: signing.Signer) -> None:
    found = glance.look(signed, [anchor])
    assert (found.intact, found.fingerprint, found.signed_at) == (True, signer.fingerprint, NOW)
    assert found.anchor == anchor
    assert glance.look(signed).anchor is None


def test_every_damage_is_seen(signed: bytes, anchor: x509.Certificate) -> None:
    for name, data in damaged(signed).items():
        found = glance.look(data, [anchor])
        assert found == glance._slowly(data, (anchor,)) or not found.intact, name
        # Digits in capitals are the same signature, and a different file only to the eye.
        assert found.intact is (name == "digits of another case"), name


@pytest.mark.parametrize("year", [2020, 2060])
def test_a_signer_outside_its_days_leads_to_no_anchor(
    year: int, signer: signing.Signer, anchor: x509.Certificate, signed: bytes
) -> None:
    from registry.documents import certificate
    from tests.documents.samples import liangzhou, with_evidence

    moment = datetime(year, 1, 1, tzinfo=UTC)
    content, evidence = with_evidence(liangzhou(signer_fingerprint=signer.fingerprint))
    made = certificate.render(
        content, evidence, now=NOW, signature_bytes=signer.signature_bytes, many=True
    )
    found = glance.look(signing.sign(made, signer, now=moment), [anchor])
    assert found.intact and found.anchor is None
    assert glance.look(signed, [anchor]).anchor == anchor


def test_another_authority_of_the_same_name_is_no_anchor(
    signed: bytes, anchor: x509.Certificate, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = keys.ensure_test_key(tmp_path_factory.mktemp("other"), now=NOW)
    stranger = x509.load_pem_x509_certificate((home / keys.ANCHOR).read_bytes())
    found = glance.look(signed, [stranger])
    assert found.intact and found.anchor is None
