"""What certificates are held against: other ways to make and to check an equal page."""

from __future__ import annotations

import asyncio
import io
import re
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from registry.documents import (
    certificate,
    embedding,
    evidence,
    fonts,
    qr,
    renderer,
    signing,
    wording,
)
from registry.documents.content import CertificateContent
from registry.documents.keys import KeyFiles
from registry.rules import canonical
from tests.documents.samples import LOG_HASH, NOW

Work = Callable[[], bytes]
TYPST = Path("build/bench-typst")
ROOT = Path(__file__).parents[1]


def own_signer(folder: Path) -> signing.Signer:
    """A P-256 signer of a registry in earnest: its certificate and its authority call nobody a TEST."""
    key = ec.generate_private_key(ec.SECP256R1())
    root, leaf = _certificates(key, key)
    return signing.signer_from(KeyFiles(key, leaf, (root,)))


def _certificates(leaf_key: Any, root_key: Any) -> tuple[x509.Certificate, x509.Certificate]:
    def name(common: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])

    def build(subject: str, public: Any, authority: bool) -> x509.Certificate:
        usage = x509.KeyUsage(
            not authority, not authority, False, False, False, authority, authority, False, False
        )
        return (
            x509.CertificateBuilder()
            .subject_name(name(subject))
            .issuer_name(name("Bench Authority"))
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
            .not_valid_after(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=3650))
            .add_extension(x509.BasicConstraints(authority, None), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()),
                critical=False,
            )
            .sign(root_key, hashes.SHA256())
        )

    root = build("Bench Authority", root_key.public_key(), authority=True)
    return root, build("Bench Signer", leaf_key.public_key(), authority=False)


@cache
def assessment() -> dict[str, Any]:
    """A real score, rule by rule, as the evidence carries it."""
    from tests.rules import projects

    found = projects.scored(projects.LIANGZHOU | projects.FOUND | projects.JUDGED)
    inputs = projects.LIANGZHOU | projects.JUDGED
    made: dict[str, Any] = canonical_plain({"inputs": inputs, "result": found.to_record()})
    return made


def canonical_plain(value: Any) -> Any:
    import json

    return json.loads(canonical.dumps(value))


def rulebook() -> float:
    """KiB that the newest rulebook takes as an attachment, packed."""
    from tests.rules import projects

    folder = ROOT / "registry" / "rulebooks" / projects.BOOK.id / projects.BOOK.version
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.name)
    return len(packed.getvalue()) / 1024


class Variants:
    """The peers, each made ready as its manual says."""

    def __init__(self, folder: Path, signer: signing.Signer) -> None:
        import weasyprint.pdf
        from weasyprint.pdf import fonts as original

        self._signer = signer
        self._weasyprint = weasyprint
        self._own = original.build_fonts_dictionary
        self._rsa = _pyhanko_signer(folder, rsa.generate_private_key(65537, 2048), "rsa")
        self._p256 = _pyhanko_signer(folder, ec.generate_private_key(ec.SECP256R1()), "p256")
        self._typst = _typst_compiler(folder)

    def named(self, case: tuple[CertificateContent, dict[str, Any]]) -> dict[str, Work]:
        content = closed(case)
        return {
            "naive": lambda: self._naive(content, ""),
            "naive, table fixed": lambda: self._naive(content, "table-layout: fixed;"),
            "bare": lambda: self._bare(content),
            "typst": lambda: self._by_typst(content, case),
        }

    def all(self, case: tuple[CertificateContent, dict[str, Any]]) -> list[Work]:
        return list(self.named(case).values())

    def _as_delivered(self, work: Work) -> bytes:
        """WeasyPrint with its own way to embed fonts, not ours."""
        pdf: Any = self._weasyprint.pdf
        pdf.build_fonts_dictionary = self._own
        try:
            return work()
        finally:
            embedding.install(self._weasyprint)

    def _naive(self, content: CertificateContent, table: str) -> bytes:
        string = self_contained(content, table)
        made = self._as_delivered(lambda: self._weasyprint.HTML(string=string).write_pdf())
        return _sign_with_pyhanko(made, self._rsa, tuned=False)

    def _bare(self, content: CertificateContent) -> bytes:
        html = certificate._html(content, wording.page(content), NOW, "roomy")
        with renderer.in_turn() as mine:
            fetcher = mine._fetcher_kind(mine._shared)
            sheet = mine._sheet("certificate.css", fetcher)

            def work() -> bytes:
                made: bytes = self._weasyprint.HTML(string=html, url_fetcher=fetcher).write_pdf(
                    font_config=mine._fonts, counter_style=mine._counters, stylesheets=[sheet],
                    cache={},
                )  # fmt: skip
                return made

            return self._as_delivered(work)

    def _by_typst(
        self, content: CertificateContent, case: tuple[CertificateContent, dict[str, Any]]
    ) -> bytes:
        proof = evidence.build(case[0], case[1])
        made = self._typst.compile(
            input=typst_page(content).encode(),
            format="pdf",
            pdf_standards=["a-3a"],
            sys_inputs={"evidence": proof.decode(), "qr": _svg(content.status_url)},
            timestamp=int(NOW.timestamp()),
        )
        assert isinstance(made, bytes)
        return _sign_with_pyhanko(made, self._p256)


def closed(case: tuple[CertificateContent, dict[str, Any]]) -> CertificateContent:
    content, assessed = case
    proof = evidence.build(content, assessed)
    return evidence.closed(content, proof, log_seq=1287, log_hash=LOG_HASH)


def self_contained(content: CertificateContent, table: str = "") -> str:
    """The page as one string that brings its sheet and names its font files, its table laid out by
    what stands in it unless `table` says otherwise: what everybody writes first."""
    sheet = (renderer.FOLDER / "certificate.css").read_text("utf-8")
    for name, path in (("asset:regular", fonts.REGULAR), ("asset:semibold", fonts.SEMIBOLD)):
        sheet = sheet.replace(name, path.as_uri())
    sheet = sheet.replace("table-layout: fixed;", table)
    html = certificate._html(content, wording.page(content), NOW, "roomy")
    return re.sub("</head>", lambda _: f"<style>{sheet}</style></head>", html, count=1)


def _pyhanko_signer(folder: Path, key: Any, name: str) -> Any:
    from pyhanko.sign import signers

    root, leaf = _certificates(key, ec.generate_private_key(ec.SECP256R1()))
    paths = [folder / f"{name}.{part}.pem" for part in ("key", "leaf", "root")]
    pem = serialization.Encoding.PEM
    paths[0].write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    paths[1].write_bytes(leaf.public_bytes(pem))
    paths[2].write_bytes(root.public_bytes(pem))
    made = signers.SimpleSigner.load(
        str(paths[0]), str(paths[1]), ca_chain_files=(str(paths[2]),), key_passphrase=None
    )
    assert made is not None
    return made


def _sign_with_pyhanko(made: bytes, signer: Any, *, tuned: bool = True) -> bytes:
    """Tuned: told how long the signature will be, it need not make one to find out."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers

    writer = IncrementalPdfFileWriter(io.BytesIO(made))
    metadata = signers.PdfSignatureMetadata(
        field_name="Signature",
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    out = signers.PdfSigner(metadata, signer=signer).sign_pdf(
        writer, bytes_reserved=8192 if tuned else None
    )
    return out.getvalue()


def pyhanko_says(data: bytes, anchor: x509.Certificate) -> bool:
    """pyHanko's own verdict: intact, valid, trusted by the anchor, nothing added."""
    from asn1crypto import x509 as asn1
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import async_validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    root = asn1.Certificate.load(anchor.public_bytes(serialization.Encoding.DER))
    try:
        reader = PdfFileReader(io.BytesIO(data))
        context = ValidationContext(trust_roots=[root], moment=NOW)
        status = asyncio.run(async_validate_pdf_signature(reader.embedded_signatures[0], context))
    except (PdfError, ValueError, IndexError, zlib.error):
        return False
    return bool(status.bottom_line)


def _svg(address: str) -> str:
    side = qr.side_of(address)
    path = "".join(f"M{x} {y}.5h{length}" for x, y, length in qr.runs(address))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
        f'<path d="{path}" fill="none" stroke="#000000"/></svg>'
    )


def _typst_compiler(folder: Path) -> Any:
    """typst from its own environment, made on first use; its package has no other dependency."""
    home = ROOT / TYPST
    if not any(home.glob("lib/python*/site-packages/typst")):
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
        pip = [str(home / "bin" / "python"), "-m", "pip", "install", "-q", "typst"]
        subprocess.run(pip, check=True)
    (packages,) = home.glob("lib/python*/site-packages")
    sys.path.append(str(packages))
    import typst

    faces = [str(fonts.FOLDER)]
    return typst.Compiler(root=str(folder), font_paths=faces, ignore_system_fonts=True)


def typst_page(content: CertificateContent) -> str:
    """An equal page: the same words in the same places, tagged, with the evidence attached."""
    page = wording.page(content)
    rows = []
    for section in page.sections:
        for line in section.lines:
            rows.append(_cells(line.label.zh, line.label.en))
            value = line.value
            rows.append(
                f"table.cell(colspan: 2)[{_t(value.zh)}]," if line.shared else _cells(*value)
            )
    notes = "\n".join(f"{_t(one.zh)} {_t(one.en)} \\" for one in page.careful)
    said = " ".join(f"{_t(one.zh)} {_t(one.en)}" for one in page.score_notes)
    return f"""
#set document(title: "{page.number} {page.title.zh}", author: "{page.issuer.en}")
#set page(paper: "a4", margin: 18mm)
#set text(font: "Noto Sans SC", size: 7.1pt, lang: "zh")
#pdf.attach("evidence.json", bytes(sys.inputs.evidence), relationship: "data",
  mime-type: "application/json", description: "Evidence")
#align(center)[{_t(page.issuer.zh)} {_t(page.issuer.en)}
#heading[{_t(page.title.zh)}] {_t(page.title.en)}]
#grid(columns: 3, [{_t(page.number)}], [{_t(page.grade.zh)} {_t(page.grade.en)}], [{page.score} / 100])
{said}
#table(columns: (23.5mm, 31.5mm, 54.5mm, 1fr), stroke: (bottom: 0.25pt), inset: (x: 0pt, y: 2.8pt),
{"".join(rows)})
{notes}
#image(bytes(sys.inputs.qr), format: "svg", width: 26mm, alt: "{page.status_url}")
{_t(page.status_url)}
"""


def _cells(*texts: str) -> str:
    return "".join(f"[{_t(text)}]," for text in texts)


def _t(text: str) -> str:
    return '#"' + text.replace("\\", "\\\\").replace('"', '\\"') + '";'
