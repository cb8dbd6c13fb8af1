"""What WeasyPrint leaves to do: identification, languages, attachments, a place for the signature."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from registry.documents import tidying, writing
from registry.documents.signature_place import reserve

# Blocks whose boxes and structure elements correspond one to one, so that /Lang can be set on them.
_BLOCKS = frozenset({"p", "h1", "h2", "h3", "td", "th"})
NAMESPACE = "https://w3id.org/green-project-registry/document#"

_UA = (
    '<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">'
    "<pdfuaid:part>1</pdfuaid:part></rdf:Description>"
)
_SCHEMA = (
    '<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>{schema}</pdfaSchema:schema>'
    "<pdfaSchema:namespaceURI>{uri}</pdfaSchema:namespaceURI>"
    "<pdfaSchema:prefix>{prefix}</pdfaSchema:prefix>"
    "<pdfaSchema:property><rdf:Seq>{properties}</rdf:Seq></pdfaSchema:property></rdf:li>"
)
_PROPERTY = (
    '<rdf:li rdf:parseType="Resource"><pdfaProperty:name>{name}</pdfaProperty:name>'
    "<pdfaProperty:valueType>{kind}</pdfaProperty:valueType>"
    "<pdfaProperty:category>{category}</pdfaProperty:category>"
    "<pdfaProperty:description>{said}</pdfaProperty:description></rdf:li>"
)


def extend_metadata(metadata: Any, mirrored: Mapping[str, str]) -> None:
    """Say PDF/UA-1 too, and mirror the values a machine looks for first, with their schemas."""
    original = metadata.generate_rdf_metadata

    def extended(variant: str, version: int, conformance: str) -> bytes:
        rdf = original(variant, version, conformance).decode("utf-8")
        body, end, rest = rdf.rpartition("</rdf:RDF>")
        made: str = body + _UA + _own(mirrored) + _schemas(mirrored) + end + rest
        return made.encode("utf-8")

    metadata.generate_rdf_metadata = extended


def _own(mirrored: Mapping[str, str]) -> str:
    if not mirrored:
        return ""
    values = "".join(f"<gpr:{key}>{escape(text)}</gpr:{key}>" for key, text in mirrored.items())
    return f'<rdf:Description rdf:about="" xmlns:gpr="{NAMESPACE}">{values}</rdf:Description>'


def _schemas(mirrored: Mapping[str, str]) -> str:
    part = _PROPERTY.format(
        name="part", kind="Integer", category="internal", said="Part of ISO 14289"
    )
    schemas = _SCHEMA.format(
        schema="PDF/UA Universal Accessibility",
        uri="http://www.aiim.org/pdfua/ns/id/",
        prefix="pdfuaid",
        properties=part,
    )
    if mirrored:
        own = "".join(
            _PROPERTY.format(name=key, kind="Text", category="external", said=f"Registry {key}")
            for key in mirrored
        )
        schemas += _SCHEMA.format(
            schema="Green Project Registry document",
            uri=NAMESPACE,
            prefix="gpr",
            properties=own,
        )
    return (
        '<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"'
        ' xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"'
        ' xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">'
        f"<pdfaExtension:schemas><rdf:Bag>{schemas}</rdf:Bag></pdfaExtension:schemas>"
        "</rdf:Description>"
    )


class Finisher:
    """Runs on the finished object tree, just before it is written."""

    def __init__(self, now: datetime, signature_bytes: int) -> None:
        self._now = now
        self._signature_bytes = signature_bytes
        self.parts: writing.Parts | None = None
        self.drawn: dict[str, Any] = {}

    def __call__(self, document: Any, pdf: Any) -> None:
        _list_attachments_once(pdf)
        _describe_blocks(document, pdf)
        _set_pagination_apart(document, pdf)
        tidying.draw_pictures_plainly(pdf)
        tidying.date_attachments_once(pdf)
        tidying.place_figures(document, pdf)
        tidying.name_rows_by_scope(pdf)
        dropped = tidying.join_spans(pdf)
        for reference in pdf.page_references:
            stream = _object(pdf, _object(pdf, reference)["Contents"])
            stream.stream[:] = [tidying.content(stream.stream)]
        if self._signature_bytes:
            reserve(pdf, self._signature_bytes)
        self.parts, self.drawn = writing.take(pdf, dropped), pdf.drawn
        pdf.write = self._write

    def _write(self, output: Any, *_: Any, **__: Any) -> None:
        """In place of pydyf's own writer."""
        assert self.parts is not None
        output.write(writing.write(self.parts))


def _list_attachments_once(pdf: Any) -> None:
    """Once in the catalogue, and by name in the order that a name tree must have."""
    if "AF" in pdf.catalog:
        unique = dict.fromkeys(pdf.catalog["AF"])
        pdf.catalog["AF"][:] = list(unique)
        names = _object(pdf, pdf.catalog["Names"]["EmbeddedFiles"])["Names"]
        pairs = sorted(zip(names[::2], names[1::2], strict=True), key=lambda pair: pair[0].data)
        names[:] = [item for pair in pairs for item in pair]


def _describe_blocks(document: Any, pdf: Any) -> None:
    """Give every block in another language than the document's its /Lang, every header its /Scope.

    WeasyPrint writes the language of the whole document and the headers of each cell only. Blocks in the page and structure
    elements of the same name come in the same order, page by page; a difference in number would
    mean that a new version tags otherwise, and is an error.
    """
    import pydyf

    elements = _elements_by_page(pdf)
    for at, page in enumerate(document.pages):
        boxes = _blocks(page._page_box, None)
        found = elements[bytes(pdf.page_references[at])]
        if [name for name, _, _ in boxes] != [name for name, _ in found]:
            raise AssertionError("structure and layout differ: cannot place languages")
        for (name, language, scope), (_, element) in zip(boxes, found, strict=True):
            if name == "TH":
                element["A"]["Scope"] = "/Row" if scope == "row" else "/Column"
            if language and language != document.metadata.lang:
                element["Lang"] = pydyf.String(language)


def _set_pagination_apart(document: Any, pdf: Any) -> None:
    """Page numbers are tagged but belong to no element: make them artifacts, as PDF/UA asks."""
    import pydyf

    root = _object(pdf, pdf.catalog["StructTreeRoot"])
    known = {bytes(one.reference) for one in _walk(pdf, root)}
    numbers = _object(pdf, root["ParentTree"])["Nums"]
    for at in range(len(document.pages)):
        parents = numbers[2 * at + 1]
        lost = [key for key, parent in enumerate(parents) if bytes(parent) not in known]
        if not lost:
            continue
        page = _object(pdf, pdf.page_references[at])
        content = _object(pdf, page["Contents"]).stream
        for position, item in enumerate(content):
            if isinstance(item, dict) and item.get("MCID") in lost:
                parents[item["MCID"]] = "null"
                content[position - 1 : position + 1] = [
                    "/Artifact",
                    pydyf.Dictionary({"Type": "/Pagination"}),
                ]


def _blocks(box: Any, parent: Any) -> list[tuple[str, str, str]]:
    from weasyprint.layout.absolute import AbsolutePlaceholder

    if isinstance(box, AbsolutePlaceholder):
        box = box._box
    found = []
    tag = box.element_tag if getattr(box, "element", None) is not None else None
    cell_again = tag in ("td", "th") and parent in ("td", "th")
    if tag in _BLOCKS and not cell_again and not _is_line(box):
        scope = box.element.attrib.get("scope", "")
        found.append((tag.upper(), str(box.style["lang"] or ""), scope))
    inside = tag if tag in ("td", "th") else parent
    for child in getattr(box, "children", ()):
        found.extend(_blocks(child, inside))
    return found


def _is_line(box: Any) -> bool:
    from weasyprint.formatting_structure import boxes

    return isinstance(box, boxes.LineBox | boxes.TextBox)


def _elements_by_page(pdf: Any) -> dict[bytes, list[tuple[str, Any]]]:
    found: dict[bytes, list[tuple[str, Any]]] = defaultdict(list)
    names = {name.upper() for name in _BLOCKS}
    for element in _walk(pdf, _object(pdf, pdf.catalog["StructTreeRoot"])):
        name = str(element.get("S", "")).lstrip("/")
        if name in names:
            found[bytes(element["Pg"])].append((name, element))
    return found


def _walk(pdf: Any, element: Any) -> Iterator[Any]:
    yield element
    for kid in element.get("K", ()):
        if isinstance(kid, bytes):
            child = _object(pdf, kid)
            if isinstance(child, dict) and child.get("Type") == "/StructElem":
                yield from _walk(pdf, child)


def _object(pdf: Any, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]
