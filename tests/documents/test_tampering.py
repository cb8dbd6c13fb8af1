"""A corpus of tampered files: every kind is caught offline, with the right words."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pikepdf
import pytest
from cryptography import x509
from pikepdf import Array, Dictionary, Name, String

from registry.documents import certificate, keys, signing, status_list
from registry.documents.content import CertificateContent
from registry.documents.findings import Exit, StatusEntry
from registry.documents.status_list import StatusListRefused
from registry.documents.verification import verify
from registry.rules import canonical
from registry.rules.certificate import CertificateState
from registry.words import Words
from tests.documents.samples import NOW, liangzhou, with_evidence


@dataclass
class Bench:
    """What a forger has at hand: a good file, and a key of his own."""

    signed: bytes
    signer: signing.Signer
    forger: signing.Signer

    def resign(self, pdf: bytes, by: signing.Signer | None = None) -> bytes:
        """Sign again: whoever re-writes a file must make a new place first."""
        return signing.sign(pdf, by or self.forger, now=NOW)

    def issue(
        self,
        content: CertificateContent,
        by: signing.Signer,
        evidence: bytes | None = None,
        **parts: object,
    ) -> bytes:
        closed, proof = with_evidence(replace(content, signer_fingerprint=by.fingerprint))
        made = certificate.render(
            closed, evidence or proof, now=NOW, signature_bytes=by.signature_bytes, **parts
        )
        return signing.sign(made, by, now=NOW)

    def saved(self, change: Callable[[pikepdf.Pdf], None]) -> bytes:
        made = io.BytesIO()
        with pikepdf.open(io.BytesIO(self.signed)) as pdf:
            change(pdf)
            pdf.save(made)
        return made.getvalue()

    def updated(self, change: bytes) -> bytes:
        """An incremental update: a second revision after the signature."""
        return self.signed + change


@pytest.fixture(scope="module")
def bench(signed: bytes, signer: signing.Signer, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    home = keys.ensure_test_key(tmp_path_factory.mktemp("forger"), now=NOW)
    return Bench(signed, signer, signing.signer_from(keys.read_test_key(home)))


def at(old: bytes, new: bytes) -> Callable[[Bench], bytes]:
    def tampered(bench: Bench) -> bytes:
        assert bench.signed.count(old) >= 1
        return bench.signed.replace(old, new, 1)

    return tampered


def saved(change: Callable[[pikepdf.Pdf], object]) -> Callable[[Bench], bytes]:
    return lambda bench: bench.saved(change)  # type: ignore[arg-type]


def _swap_evidence(pdf: pikepdf.Pdf) -> None:
    data = json.loads(pdf.attachments["evidence.json"].get_file().read_bytes())
    data["certificate"]["centipoints"] = 9900
    pdf.attachments["evidence.json"] = pikepdf.AttachedFileSpec(pdf, canonical.dumps(data))


def _no_evidence(pdf: pikepdf.Pdf) -> None:
    del pdf.attachments["evidence.json"]


def _another_log(pdf: pikepdf.Pdf) -> None:
    forged = canonical.dumps({"hash": "00" * 32, "seq": 1})
    pdf.attachments["log.json"] = pikepdf.AttachedFileSpec(pdf, forged)


def _draw_over(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].contents_add(b"1 1 1 rg 100 400 300 200 re f")


def _note(pdf: pikepdf.Pdf) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name.FreeText, Rect=[100, 600, 300, 700], F=4,
                      Contents=String("深绿 99.00"), DA=String("/Helv 12 Tf"))  # fmt: skip
    pdf.pages[0].Annots = Array([*pdf.pages[0].Annots, pdf.make_indirect(note)])


def _second_page(pdf: pikepdf.Pdf) -> None:
    pdf.add_blank_page()


def _script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def _drop_signature(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.AcroForm
    del pdf.Root.Perms
    del pdf.pages[0].Annots


def _drop_certification(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.Perms


def _other_title(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo["/Title"] = "another"


def _swap_signature(bench: Bench) -> bytes:
    """A true signature of the same signer, taken from another certificate."""
    other = bench.issue(liangzhou(centipoints=5000), bench.signer)
    first = bench.signed.index(b"/Contents <")
    second = other.index(b"/Contents <")
    length = bench.signed.index(b">", first + 11) - first
    return bench.signed[:first] + other[second : second + length] + bench.signed[first + length :]


def _shortened_range(bench: Bench) -> bytes:
    start = bench.signed.index(b"/ByteRange [0 ") + 36
    return bench.signed[:start] + b"0000000001" + bench.signed[start + 10 :]


def _hidden_in_the_room(bench: Bench) -> bytes:
    end = bench.signed.index(b"> /M (D:")
    return bench.signed[: end - 8] + b"deadbeef" + bench.signed[end:]


def _concatenated(bench: Bench) -> bytes:
    return bench.issue(liangzhou(centipoints=9900), bench.forger) + bench.signed


def _two_signatures(pdf: pikepdf.Pdf) -> None:
    field = pdf.Root.AcroForm.Fields[0]
    copy = pdf.make_indirect(Dictionary(FT=Name.Sig, T=String("Second"), V=field.V))
    pdf.Root.AcroForm.Fields.append(copy)


def _lying(change: Callable[[CertificateContent], CertificateContent]) -> Callable[[Bench], bytes]:
    """The true issuer signs a page that says something else than its evidence."""

    def tampered(bench: Bench) -> bytes:
        content, evidence = with_evidence(liangzhou(signer_fingerprint=bench.signer.fingerprint))
        compare, certificate._compare = certificate._compare, lambda *_: None
        try:
            made = certificate.render(
                change(content), evidence, now=NOW, signature_bytes=bench.signer.signature_bytes
            )
        finally:
            certificate._compare = compare
        return signing.sign(made, bench.signer, now=NOW)

    return tampered


def _better(content: CertificateContent) -> CertificateContent:
    assert content.abatement is not None
    figure = replace(content.abatement.figure, value="963831")
    return replace(content, abatement=replace(content.abatement, figure=figure))


OUTSIDE = "the signature does not cover the whole file"
CHANGED = "the file was changed after it was signed"
DIFFERS = "the page differs from its evidence"
SIGNATURE = "the file carries no signature, or more than one"

CORPUS: dict[str, tuple[Callable[[Bench], bytes], str]] = {
    "a bit of the header": (at(b"%PDF-1.7", b"%PDF-1.6"), CHANGED),
    "the signing time": (at(b"/M (D:2026", b"/M (D:2025"), CHANGED),
    "the permission": (at(b"/P 1 /V", b"/P 3 /V"), CHANGED),
    "bytes appended": (lambda bench: bench.signed + b"\n%%EOF\n", OUTSIDE),
    "an empty update": (lambda bench: bench.updated(b"\nxref\n0 0\ntrailer\n<<>>\n"), OUTSIDE),
    "the tail cut": (lambda bench: bench.signed[:-1], OUTSIDE),
    "a shorter range": (_shortened_range, OUTSIDE),
    "something in the signature's room": (_hidden_in_the_room, OUTSIDE),
    "another file's signature": (_swap_signature, CHANGED),
    "a file before the file": (_concatenated, OUTSIDE),
    "saved anew": (saved(lambda pdf: None), OUTSIDE),
    "evidence swapped": (saved(_swap_evidence), OUTSIDE),
    "evidence removed": (saved(_no_evidence), "embedded evidence is missing"),
    "log head swapped": (saved(_another_log), "the page differs from its evidence: log"),
    "a white box over the page": (saved(_draw_over), OUTSIDE),
    "a note over the page": (saved(_note), OUTSIDE),
    "a second page": (saved(_second_page), OUTSIDE),
    "a script": (saved(_script), "the file carries a script or an action"),
    "another title": (saved(_other_title), OUTSIDE),
    "signature removed": (saved(_drop_signature), SIGNATURE),
    "two signatures": (saved(_two_signatures), SIGNATURE),
    "certification removed": (saved(_drop_certification), "does not forbid changes"),
    "a better figure on the page": (_lying(_better), f"{DIFFERS}: abatement"),
    "a better score on the page": (
        _lying(lambda content: replace(content, centipoints=9900)),
        f"{DIFFERS}: score",
    ),
    "another owner on the page": (
        _lying(lambda content: replace(content, owner=Words("某公司", "Some Co."))),
        f"{DIFFERS}: owner",
    ),
    "another project on the page": (
        _lying(lambda content: replace(content, project=Words("某项目", "Some"))),
        f"{DIFFERS}: project",
    ),
    "a longer term on the page": (
        _lying(lambda content: replace(content, valid_to=date(2036, 1, 1))),
        f"{DIFFERS}: validity",
    ),
    "no TEST mark on the page": (
        _lying(lambda content: replace(content, test_key=False, demo=False)),
        f"{DIFFERS}: warnings",
    ),
    "doubts left out": (
        _lying(lambda content: replace(content, unsettled=())),
        f"{DIFFERS}: unsettled_0",
    ),
    "another status page": (
        _lying(lambda content: replace(content, status_url="https://evil.example/c/1")),
        f"{DIFFERS}: status_url",
    ),
    "another digest on the page": (
        _lying(lambda content: replace(content, evidence_sha256="00" * 32)),
        f"{DIFFERS}: evidence",
    ),
    "a wrong check digit": (
        lambda bench: bench.issue(liangzhou(number="GPR-2026-000042-10"), bench.signer),
        "the number's check digits are wrong",
    ),
    "another signer's fingerprint": (
        lambda bench: _by_another_key(bench),
        "the fingerprint on the page is not the signer's",
    ),
}


def _by_another_key(bench: Bench) -> bytes:
    content, evidence = with_evidence(liangzhou(signer_fingerprint=bench.signer.fingerprint))
    made = certificate.render(
        content, evidence, now=NOW, signature_bytes=bench.forger.signature_bytes
    )
    return signing.sign(made, bench.forger, now=NOW)


def test_the_corpus_is_wide_enough() -> None:
    assert len(CORPUS) >= 30


@pytest.mark.parametrize("kind", CORPUS)
def test_every_kind_of_tampering_is_refused(
    kind: str, bench: Bench, anchor: x509.Certificate
) -> None:
    tampered, words = CORPUS[kind]
    found = verify(tampered(bench), [anchor])
    assert found.exit_code == Exit.REFUSED, found.headline.en
    assert found.headline.en.startswith("refused: ")
    assert words in found.headline.en
    assert found.headline.zh.startswith("不予认可：")


def test_a_perfect_copy_by_another_key_is_untrusted(bench: Bench, anchor: x509.Certificate) -> None:
    found = verify(bench.issue(liangzhou(), bench.forger), [anchor])
    assert found.exit_code == Exit.UNTRUSTED
    assert "issuer untrusted unless its anchor was supplied" in found.headline.en


def test_a_signature_before_its_certificate_leads_nowhere(
    signed: bytes, bench: Bench, anchor: x509.Certificate
) -> None:
    content, evidence = with_evidence(liangzhou(signer_fingerprint=bench.signer.fingerprint))
    made = certificate.render(
        content, evidence, now=NOW, signature_bytes=bench.signer.signature_bytes
    )
    early = signing.sign(made, bench.signer, now=NOW - timedelta(days=400))
    assert verify(early, [anchor]).exit_code == Exit.UNTRUSTED


def test_the_signed_list_tells_the_state(
    signed: bytes, bench: Bench, anchor: x509.Certificate
) -> None:
    entry = StatusEntry(CertificateState.REVOKED, NOW.date(), Words("数据不实", "data not true"))
    data = status_list.write({liangzhou().number: entry}, as_of=NOW, signer=bench.signer)
    listed = status_list.read(data, [anchor])
    assert listed.entries[liangzhou().number] == entry
    found = verify(signed, [anchor], listed)
    assert found.exit_code == Exit.NOT_IN_FORCE
    assert "status as of the list of 23 November 2026: revoked" in found.headline.en


@pytest.mark.parametrize(
    "forge",
    [
        lambda data: data.replace(b"REVOKED", b"ISSUED"),
        lambda data: data.replace(b"2026-11-23T", b"2026-11-24T"),
        lambda data: data[:-20],
        lambda data: b"[]",
        lambda data: data.replace(b"status-list/1", b"status-list/9"),
    ],
)
def test_a_forged_list_is_refused(
    forge: Callable[[bytes], bytes], bench: Bench, anchor: x509.Certificate
) -> None:
    entry = StatusEntry(CertificateState.REVOKED, NOW.date())
    data = status_list.write({liangzhou().number: entry}, as_of=NOW, signer=bench.signer)
    with pytest.raises(StatusListRefused):
        status_list.read(forge(data), [anchor])


def test_a_list_by_another_key_is_refused(
    bench: Bench, anchor: x509.Certificate, tmp_path: Path
) -> None:
    data = status_list.write({}, as_of=NOW, signer=bench.forger)
    with pytest.raises(StatusListRefused, match="anchor"):
        status_list.read(data, [anchor])
