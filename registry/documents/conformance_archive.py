"""The rules for keeping: PDF/A-3a (ISO 19005-3) and our own signature profile."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

import pikepdf
from pikepdf import Dictionary, Stream

from registry.documents import fonts, signature_check
from registry.documents.conformance_document import (
    NAMESPACES,
    PREDEFINED,
    Document,
    rule,
)

_FILTERS = {"/FlateDecode", "/DCTDecode"}
_ACTIONS = {"/JavaScript", "/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/Hide",
            "/SetOCGState", "/Rendition", "/Trans", "/GoTo3DView", "/SubmitForm"}  # fmt: skip


@rule("ISO 19005-3 6.1.2")
def header(document: Document) -> Iterator[str]:
    first, second = document.data[:64].split(b"\n")[:2]
    if not re.fullmatch(rb"%PDF-1\.[0-7]", first):
        yield f"header {first!r}"
    if second[:1] != b"%" or len(second) < 5 or any(byte < 128 for byte in second[1:5]):
        yield "no binary comment in the second line"


@rule("ISO 19005-3 6.1.3")
def trailer(document: Document) -> Iterator[str]:
    if document.pdf.is_encrypted:
        yield "encrypted"
    if len(document.pdf.trailer.get("/ID", [])) != 2:
        yield "no file identifier"


@rule("ours: one revision")
def one_revision(document: Document) -> Iterator[str]:
    ends = document.data.count(b"%%EOF")
    if ends != 1 or not document.data.rstrip().endswith(b"%%EOF"):
        yield f"{ends} ends of file"


@rule("ISO 19005-3 6.1.7")
def streams(document: Document) -> Iterator[str]:
    for one in document.objects:
        if isinstance(one, Stream):
            if {"/F", "/FFilter", "/FDecodeParms"} & set(one.keys()):
                yield f"{one.objgen} refers to another file"
            for name in _filters(one):
                if name not in _FILTERS:
                    yield f"{one.objgen} has filter {name}"


def _filters(stream: Stream) -> list[str]:
    named = stream.get("/Filter", pikepdf.Array())
    return [str(one) for one in named] if isinstance(named, pikepdf.Array) else [str(named)]


@rule("ISO 19005-3 6.2.3")
def output_intent(document: Document) -> Iterator[str]:
    intents = [one for one in document.root.OutputIntents if one.S == "/GTS_PDFA1"]
    if len(intents) != 1:
        yield f"{len(intents)} output intents"
    for one in intents:
        profile = one.DestOutputProfile
        if profile.N != 3 or profile.read_bytes()[36:40] != b"acsp":
            yield "the output intent is no RGB profile"
        if "/OutputConditionIdentifier" not in one:
            yield "the output intent has no name"


@rule("ISO 19005-3 6.2.8")
def graphics(document: Document) -> Iterator[str]:
    for one in document.objects:
        if one.get("/Subtype") == "/Image" and one.get("/Interpolate", False):
            yield f"{one.objgen} interpolates"
        if one.get("/Subtype") == "/PS" or "/Alternates" in one or "/OPI" in one:
            yield f"{one.objgen} is not allowed"
        if one.get("/Type") == "/ExtGState" and {"/TR", "/HTP"} & set(one.keys()):
            yield f"{one.objgen} has a transfer function"


@rule("ISO 19005-3 6.2.10")
def blend_modes(document: Document) -> Iterator[str]:
    for one in document.objects:
        if "/BM" in one and str(one.BM) not in ("/Normal", "/Compatible"):
            yield f"blend mode {one.BM}"


@rule("ISO 19005-3 6.2.11.4")
def fonts_embedded(document: Document) -> Iterator[str]:
    if not document.fonts:
        yield "no font at all"
    for one in document.fonts:
        if one.Subtype == "/Type0":
            continue
        descriptor = one.get("/FontDescriptor", Dictionary())
        if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor.keys()):
            yield f"{one.get('/BaseFont')} is not embedded"


@rule("ISO 19005-3 6.2.11.3")
def composite_fonts(document: Document) -> Iterator[str]:
    for one in document.fonts:
        if one.Subtype == "/Type0" and one.Encoding != "/Identity-H":
            yield f"{one.BaseFont} is encoded by {one.Encoding}"
        if one.Subtype == "/CIDFontType2" and one.get("/CIDToGIDMap") != "/Identity":
            yield f"{one.BaseFont} has no identity map"
        if one.Subtype not in ("/Type0", "/CIDFontType2"):
            yield f"{one.get('/BaseFont')} is a {one.Subtype}"


@rule("ISO 19005-3 6.2.11.5")
def glyph_widths(document: Document) -> Iterator[str]:
    for one in document.fonts:
        if one.Subtype != "/CIDFontType2":
            continue
        real_width = fonts.widths(one.FontDescriptor.FontFile2.read_bytes())
        for code, width in _widths(one.W):
            real = real_width(code)
            if abs(real - width) > 1:
                yield f"{one.BaseFont} glyph {code}: {width} written, {real:.0f} in the font"


def _widths(listed: pikepdf.Array) -> Iterator[tuple[int, float]]:
    items = list(listed)
    for at in range(0, len(items) - 1, 2):
        for offset, width in enumerate(items[at + 1]):
            yield int(items[at]) + offset, float(width)


@rule("ISO 19005-3 6.2.11.7")
def fonts_map_to_unicode(document: Document) -> Iterator[str]:
    for one in document.fonts:
        if one.Subtype == "/Type0":
            if "/ToUnicode" not in one:
                yield f"{one.BaseFont} has no ToUnicode"
            elif re.search(rb"<[0-9a-fA-F]+>\s*<(0000|feff|fffe)>", one.ToUnicode.read_bytes()):
                yield f"{one.BaseFont} maps to no character"


@rule("ISO 19005-3 6.3.1")
def annotations_are_plain(document: Document) -> Iterator[str]:
    for page in document.pdf.pages:
        for one in page.obj.get("/Annots", ()):
            flags = int(one.get("/F", 0))
            if not flags & 4 or flags & (1 | 2 | 32 | 256):
                yield f"{one.Subtype} has flags {flags}"
            empty = one.Rect[0] == one.Rect[2] and one.Rect[1] == one.Rect[3]
            if one.Subtype not in ("/Popup", "/Link") and not empty and "/AP" not in one:
                yield f"{one.Subtype} has no appearance"


@rule("ISO 19005-3 6.4")
def forms(document: Document) -> Iterator[str]:
    form = document.root.get("/AcroForm", Dictionary())
    if form.get("/NeedAppearances", False) or "/XFA" in form or "/NeedsRendering" in document.root:
        yield "a form that must be computed"


@rule("ISO 19005-3 6.5")
def no_actions(document: Document) -> Iterator[str]:
    for one in document.objects:
        if {"/AA", "/JS", "/OpenAction"} & set(one.keys()) or str(one.get("/S")) in _ACTIONS:
            yield f"{one.objgen} acts"


@rule("ISO 19005-3 6.6.2")
def metadata(document: Document) -> Iterator[str]:
    stream = document.root.Metadata
    if stream.Type != "/Metadata" or stream.Subtype != "/XML":
        yield "metadata are no XML"
    if document.xmp_value("pdfaid:part") != "3" or document.xmp_value("pdfaid:conformance") != "A":
        yield "does not call itself PDF/A-3a"


@rule("ISO 19005-3 6.6.2.3")
def metadata_schemas(document: Document) -> Iterator[str]:
    described = {
        "".join(one.itertext())
        for one in document.xmp.iter(f"{{{NAMESPACES['pdfaSchema']}}}namespaceURI")
    }
    names = [key for one in document.xmp.iter() for key in (one.tag, *one.attrib)]
    used = {name[1:].split("}")[0] for name in names if name.startswith("{")}
    for uri in sorted(used - PREDEFINED - described):
        yield f"{uri} is used without a description"


@rule("ISO 19005-3 6.6.3")
def information(document: Document) -> Iterator[str]:
    info = document.pdf.trailer.get("/Info", Dictionary())
    pairs = {"/Title": "dc:title", "/Author": "dc:creator", "/Producer": "pdf:Producer"}
    for key, name in pairs.items():
        if str(info.get(key, "")) != (document.xmp_value(name) or ""):
            yield f"{key} differs from {name}"
    for key, name in {"/CreationDate": "xmp:CreateDate", "/ModDate": "xmp:ModifyDate"}.items():
        said = re.sub(r"\D", "", str(info.get(key, "")))[:14]
        if said != re.sub(r"\D", "", document.xmp_value(name) or "")[:14]:
            yield f"{key} differs from {name}"


@rule("ISO 19005-3 6.8")
def associated_files(document: Document) -> Iterator[str]:
    listed = [one.objgen for one in document.root.get("/AF", ())]
    if len(listed) != len(set(listed)):
        yield "a file is listed twice"
    for one in document.of_type("/Filespec"):
        if one.objgen not in listed:
            yield f"{one.get('/UF')} is not associated"
        if not {"/F", "/UF", "/Desc", "/AFRelationship"} <= set(one.keys()):
            yield f"{one.get('/UF')} is not described"
        stream = one.EF.F
        if "/Subtype" not in stream or "/ModDate" not in stream.Params:
            yield f"{one.UF} has no type or date"
        digest = hashlib.md5(stream.read_bytes(), usedforsecurity=False).digest()
        if bytes(stream.Params.CheckSum) != digest:
            yield f"{one.UF} has another checksum"


@rule("ISO 19005-3 6.1.12")
def permissions(document: Document) -> Iterator[str]:
    if set(document.root.get("/Perms", Dictionary()).keys()) - {"/UR3", "/DocMDP"}:
        yield "unknown permissions"


@rule("ours: the signature covers the file and allows no change")
def signature(document: Document) -> Iterator[str]:
    if "/AcroForm" not in document.root:
        return
    facts = signature_check.examine(document.data, document.pdf)
    if not facts.covers_file:
        yield "the byte range is not the whole file"
    if not facts.certifies:
        yield "changes are not forbidden"
