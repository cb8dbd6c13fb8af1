"""Every kind of document keeps every rule; and every rule finds the document that breaks it."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

from registry.documents import certificate, conformance, signing
from registry.documents.content import Issuer, Offset, Unsettled
from registry.words import Words
from tests.documents.samples import NOW, liangzhou, with_evidence


def _logo(mode: str) -> bytes:
    """A picture with a see-through edge, as logos have."""
    drawn = io.BytesIO()
    image = Image.linear_gradient("L").resize((90, 30)).convert(mode)
    image.putalpha(Image.linear_gradient("L").resize((90, 30)))
    image.save(drawn, "PNG")
    return drawn.getvalue()


KINDS = {
    "published": {},
    "real": {"test_key": False, "demo": False, "demo_assumptions": ()},
    "zone": {"zone": Words("武威高新技术产业开发区", "Wuwei High-tech Zone")},
    "offset": {
        "abatement": None,
        "energy": None,
        "offset": Offset(
            value="11937",
            unit="tCO2e",
            credits=Words("林业", "forestry"),
            scopes=Words("一", "one"),
        ),
    },
    "many unknowns": {
        "unsettled": tuple(
            Unsettled(
                item=Words(f"第{n}项", f"item {n}"),
                status="unknown",
                settled_by=Words("受理人员", "screener"),
                settled_on=date(2026, 11, 20),
            )
            for n in range(6)
        )
    },
    "long": {
        "project": Words("绿色低碳" * 18, "A very long project name indeed " * 6),
        "owner": Words("绿色低碳" * 18, "A very long company name indeed " * 6),
    },
    "rare": {"owner": Words("堃喆璟镕", "Ōtsuka & Søn <b>")},
    "no seal": {"issuer": Issuer(name=Words("平台", "Registry"), accent="#7a1f3d")},
    "logo": {
        "issuer": Issuer(name=Words("平台", "Registry"), seal="登记", logo=_logo("RGBA")),
        "demo": False,
        "demo_assumptions": (),
    },
    "superseding": {"replaces": "GPR-2026-000041-12"},
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_certificate_keeps_every_rule(kind: str, signer: signing.Signer) -> None:
    content, evidence = with_evidence(
        liangzhou(signer_fingerprint=signer.fingerprint, **KINDS[kind])
    )
    made = certificate.render(content, evidence, now=NOW, signature_bytes=signer.signature_bytes)
    assert conformance.check(signing.sign(made, signer, now=NOW)) == []
    assert len(conformance.RULES) >= 25


def test_the_independent_checker_finds_nothing(signed: bytes, tmp_path: object) -> None:
    from pdfua import validate  # type: ignore[import-untyped]

    path = tmp_path / "signed.pdf"  # type: ignore[operator]
    path.write_bytes(signed)
    report = validate(path)
    assert [one for one in report.findings if one.severity.name in ("ERROR", "WARNING")] == []


def test_a_logo_is_drawn_as_it_was_given(signer: signing.Signer) -> None:
    for many in (True, False):
        content, evidence = with_evidence(liangzhou(**KINDS["logo"]))
        made = certificate.render(content, evidence, now=NOW, many=many)
        with pikepdf.open(io.BytesIO(made)) as pdf:
            objects = pdf.pages[0].Resources.XObject.values()
            (drawn,) = (one for one in objects if one.Subtype == "/Image")
            seen = pikepdf.PdfImage(drawn).as_pil_image().convert("L")
        assert seen.size == (90, 30)
        assert seen.tobytes() == Image.linear_gradient("L").resize((90, 30)).tobytes()


Break = Callable[[pikepdf.Pdf], None]


def _font(pdf: pikepdf.Pdf, subtype: str) -> Dictionary:
    return next(
        one for one in pdf.objects if isinstance(one, Dictionary) and one.get("/Subtype") == subtype
    )


def _element(pdf: pikepdf.Pdf, kind: str) -> Dictionary:
    return next(
        one
        for one in pdf.objects
        if isinstance(one, Dictionary) and one.get("/S") == kind and "/P" in one
    )


def _set(target: Callable[[pikepdf.Pdf], Dictionary], key: str, value: object) -> Break:
    def broken(pdf: pikepdf.Pdf) -> None:
        target(pdf)[key] = value

    return broken


def _drop(target: Callable[[pikepdf.Pdf], Dictionary], key: str) -> Break:
    def broken(pdf: pikepdf.Pdf) -> None:
        del target(pdf)[key]

    return broken


def _root(pdf: pikepdf.Pdf) -> Dictionary:
    return pdf.Root


def _metadata(old: bytes, new: bytes) -> Break:
    def broken(pdf: pikepdf.Pdf) -> None:
        data = pdf.Root.Metadata.read_bytes()
        assert old in data
        pdf.Root.Metadata.write(data.replace(old, new))

    return broken


def _content(addition: bytes) -> Break:
    def broken(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].contents_add(addition)

    return broken


def _widths(pdf: pikepdf.Pdf) -> None:
    font = _font(pdf, "/CIDFontType2")
    font.W = Array([font.W[0], Array([9999] * len(font.W[1])), *font.W[2:]])


def _claim(pdf: pikepdf.Pdf) -> None:
    numbers = pdf.Root.StructTreeRoot.ParentTree.Nums
    numbers[1].append(numbers[1][0])


def _hexadecimal(pdf: pikepdf.Pdf) -> None:
    content = pdf.pages[0].Contents
    content.write(content.read_bytes().hex().encode() + b">", filter=Name.ASCIIHexDecode)


def _twice(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AF.append(pdf.Root.AF[0])


def _unlisted(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AF = Array([pdf.Root.AF[0]])


def _chinese_as_english(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Lang = String("en")


BREAKS: list[tuple[str, Break]] = [
    ("output_intent", _drop(_root, "/OutputIntents")),
    ("output_intent", _set(lambda pdf: pdf.Root.OutputIntents[0].DestOutputProfile, "/N", 4)),
    ("blend_modes", _set(lambda pdf: _font(pdf, "/Type0"), "/BM", Name.Multiply)),
    ("fonts_embedded", _drop(lambda pdf: _font(pdf, "/CIDFontType2").FontDescriptor, "/FontFile2")),
    ("composite_fonts", _set(lambda pdf: _font(pdf, "/CIDFontType2"), "/CIDToGIDMap", Name.Other)),
    ("glyph_widths", _widths),
    ("fonts_map_to_unicode", _drop(lambda pdf: _font(pdf, "/Type0"), "/ToUnicode")),
    ("annotations_are_plain", _set(lambda pdf: pdf.pages[0].Annots[0], "/F", 2)),
    ("forms", _set(lambda pdf: pdf.Root.AcroForm, "/NeedAppearances", True)),
    ("no_actions", _set(_root, "/OpenAction", Dictionary(S=Name.JavaScript))),
    ("metadata", _metadata(b'conformance="A"', b'conformance="B"')),
    (
        "metadata_schemas",
        _metadata(b"<pdfaSchema:namespaceURI>https", b"<pdfaSchema:namespaceURI>http"),
    ),
    ("information", _set(lambda pdf: pdf.docinfo, "/Title", String("another"))),
    ("associated_files", _twice),
    ("associated_files", _unlisted),
    ("permissions", _set(lambda pdf: pdf.Root.Perms, "/Other", Dictionary())),
    ("signature", lambda pdf: None),
    ("streams", _hexadecimal),
    ("graphics", _set(lambda pdf: _font(pdf, "/Type0"), "/OPI", Dictionary())),
    ("calls_itself_accessible", _metadata(b"<pdfuaid:part>1", b"<pdfuaid:part>9")),
    ("marked", _drop(_root, "/MarkInfo")),
    ("title_is_shown", _drop(_root, "/ViewerPreferences")),
    ("all_content_is_tagged", _content(b"0 0 10 10 re f")),
    ("structure_and_content_agree", _claim),
    ("elements_are_linked", _drop(lambda pdf: _element(pdf, "/P"), "/P")),
    ("element_types_are_standard", _set(lambda pdf: _element(pdf, "/P"), "/S", Name.Paragraph)),
    ("language_of_the_document", _drop(_root, "/Lang")),
    ("language_of_every_part", _chinese_as_english),
    ("figures_have_words", _drop(lambda pdf: _element(pdf, "/Figure"), "/Alt")),
    ("headings_descend", _set(lambda pdf: _element(pdf, "/H1"), "/S", Name.H3)),
    ("tables_are_regular", _set(lambda pdf: _element(pdf, "/TR"), "/S", Name.Div)),
    ("cells_have_headers", _drop(lambda pdf: _element(pdf, "/TH").A, "/Scope")),
    ("lists_are_regular", _set(lambda pdf: _element(pdf, "/P"), "/S", Name.LI)),
    ("embedded_files_are_named", _drop(lambda pdf: pdf.Root.AF[0], "/UF")),
    ("annotations_are_tagged", _drop(lambda pdf: pdf.pages[0].Annots[0], "/StructParent")),
    ("annotations_are_tagged", _drop(lambda pdf: pdf.pages[0].obj, "/Tabs")),
]


@pytest.mark.parametrize(("rule", "broken"), BREAKS, ids=[name for name, _ in BREAKS])
def test_every_rule_finds_its_breach(rule: str, broken: Break, signed: bytes) -> None:
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        broken(pdf)
        pdf.save(made, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    assert rule in {one.rule for one in conformance.check(made.getvalue())}


def test_rules_on_the_bytes_find_theirs(signed: bytes) -> None:
    def broken(data: bytes) -> set[str]:
        return {one.rule for one in conformance.check(data)}

    assert "header" in broken(signed.replace(b"%\xf0\x9f\x96\xa4", b"% abcd", 1))
    assert "one_revision" in broken(signed + b"%%EOF\n")
    locked = io.BytesIO()
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        pdf.save(locked, encryption=pikepdf.Encryption(owner="", user=""))
    assert "trailer" in broken(locked.getvalue())


def test_every_rule_has_a_breach_here() -> None:
    tested = {name for name, _ in BREAKS} | {
        "header",
        "one_revision",
        "trailer",
        "no_missing_glyph",
    }
    assert {name for name, _, _ in conformance.RULES} == tested


def test_a_glyph_without_a_character_is_found(signed: bytes) -> None:
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        font = _font(pdf, "/Type0")
        data = font.ToUnicode.read_bytes()
        lines = [line for line in data.split(b"\n") if not line.startswith(b"<0")]
        font.ToUnicode.write(b"\n".join(lines))
        pdf.save(made)
    assert "no_missing_glyph" in {one.rule for one in conformance.check(made.getvalue())}
