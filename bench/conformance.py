"""`./run bench conformance`: a hundred documents of every kind through every checker that runs here.

Certificates laid out and stamped, signed B-B and B-T, and receipt, refusal and report: our own rules
for PDF/A-3a and PDF/UA-1, `pdfua`, `qpdf --check`, `pdfsig`, and pyHanko's validation against the
issuer's root. Every complaint is printed; the last line counts them.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from registry.documents import conformance, keys, paper, signing
from registry.documents.verification import verify
from tests.documents.samples import NOW
from tests.documents.test_letters import PAPERS
from tests.documents.test_timestamps import _authority

CHECKERS = ("rules", "pdfua", "qpdf", "pdfsig", "pyhanko", "verifier")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=100)
    asked = parser.parse_args()
    faults: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for kind, data, signer in documents(Path(folder), asked.documents):
            kinds[kind] += 1
            path = Path(folder) / "document.pdf"
            path.write_bytes(data)
            for checker, said in complaints(path, data, signer, kind.startswith("certificate")):
                faults[checker] += 1
                print(f"{kind} {kinds[kind]}: {checker}: {said}")
    print(dict(kinds))
    print(json.dumps({"documents": sum(kinds.values()), **{c: faults[c] for c in CHECKERS}}))


def documents(folder: Path, count: int) -> Iterator[tuple[str, bytes, signing.Signer]]:
    """Signed documents of each kind in turn."""
    from bench.certificates import _case, _issue

    plain = signing.signer_from(keys.read_test_key(keys.ensure_test_key(folder, now=NOW)))
    stamping = signing.Signer(
        plain.holder, plain.certificate, plain.chain, timestamper=_authority()
    )
    papers = list(PAPERS.items())
    for at in range(count):
        signer = stamping if at % 3 == 0 else plain
        grade = "B-T" if signer is stamping else "B-B"
        if at % 10 == 9:
            name, made = papers[at // 10 % len(papers)]
            unsigned = paper.render(made(), now=NOW, signature_bytes=signer.signature_bytes)
            yield f"{name} {grade}", signing.sign(unsigned, signer, now=NOW), signer
        else:
            many = at % 2 == 0
            data = _issue(_case(at, signer), signer, many=many)
            yield f"certificate {'stamped' if many else 'laid out'} {grade}", data, signer


def complaints(
    path: Path, data: bytes, signer: signing.Signer, is_certificate: bool
) -> Iterator[tuple[str, str]]:
    from pdfua import validate

    yield from (("rules", str(one)) for one in conformance.check(data))
    report = validate(path)
    said = [one for one in report.findings if one.severity.name in ("ERROR", "WARNING")]
    yield from (("pdfua", str(one)) for one in said)
    told = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
    if told.returncode:
        yield "qpdf", told.stderr or told.stdout
    seen = subprocess.run(["pdfsig", path], capture_output=True, text=True, check=False).stdout
    if "Signature is Valid" not in seen or "Total document signed" not in seen:
        yield "pdfsig", seen
    if not pyhanko_is_content(data, signer):
        yield "pyhanko", "not valid, or not trusted"
    if is_certificate and (found := verify(data, [signer.chain[0]])).exit_code:
        yield "verifier", found.headline.en


def pyhanko_is_content(data: bytes, signer: signing.Signer) -> bool:
    """Intact, valid, trusted, whole file covered, and the time-stamp sound where there is one."""
    from asn1crypto import x509 as asn1
    from cryptography.hazmat.primitives.serialization import Encoding
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import async_validate_pdf_signature
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    roots = [asn1.Certificate.load(signer.chain[0].public_bytes(Encoding.DER))]
    embedded = PdfFileReader(io.BytesIO(data)).embedded_signatures[0]
    if signer._timestamper is not None:
        roots.append(signer._timestamper.tsa_cert)
    context = ValidationContext(trust_roots=roots, moment=NOW)
    status = asyncio.run(async_validate_pdf_signature(embedded, context))
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    stamped = status.timestamp_validity is not None
    return bool(status.bottom_line and whole and stamped == (signer._timestamper is not None))


if __name__ == "__main__":
    main()
