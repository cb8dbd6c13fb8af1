"""The rules for reading without seeing: PDF/UA-1 (ISO 14289-1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary

from registry.documents import pagetext
from registry.documents.conformance_document import (
    STANDARD,
    Document,
    language_is_well_formed,
    rule,
)

_SHOWING = {"Tj", "TJ", "'", '"', "Do", "S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh",
            "INLINE IMAGE"}  # fmt: skip
_HAN = re.compile(r"[\u3400-\u9fff]")
_ENGLISH = re.compile(r"[A-Za-z]{3,}( [a-z]{2,})+")


@rule("ISO 14289-1 5")
def calls_itself_accessible(document: Document) -> Iterator[str]:
    if document.xmp_value("pdfuaid:part") != "1":
        yield "does not call itself PDF/UA-1"


@rule("ISO 14289-1 7.1")
def marked(document: Document) -> Iterator[str]:
    info = document.root.MarkInfo
    if not info.get("/Marked", False) or info.get("/Suspects", False):
        yield "not marked, or suspects"


@rule("ISO 14289-1 7.1")
def title_is_shown(document: Document) -> Iterator[str]:
    if not document.xmp_value("dc:title"):
        yield "no title"
    if not document.root.ViewerPreferences.get("/DisplayDocTitle", False):
        yield "the title is not shown"


@rule("ISO 14289-1 7.1")
def all_content_is_tagged(document: Document) -> Iterator[str]:
    for page in document.pdf.pages:
        stack: list[bool] = []
        for instruction in pikepdf.parse_content_stream(page):
            name = str(instruction.operator)
            if name in ("BDC", "BMC"):
                operands = list(instruction.operands)
                properties = operands[1] if len(operands) > 1 else Dictionary()
                artifact = str(operands[0]) == "/Artifact"
                if artifact and any(stack):
                    yield "an artifact inside tagged content"
                stack.append(artifact or "/MCID" in properties)
            elif name == "EMC":
                stack.pop()
            elif name in _SHOWING and not any(stack):
                yield f"{name} outside tags and artifacts"


@rule("ISO 14289-1 7.1")
def structure_and_content_agree(document: Document) -> Iterator[str]:
    numbers = _number_tree(document.root.StructTreeRoot.ParentTree)
    claimed = _claimed(document)
    for page in document.pdf.pages:
        parents = numbers[int(page.obj.StructParents)]
        for at, parent in enumerate(parents):
            if parent is None:
                continue
            if (page.obj.objgen, at) not in claimed:
                yield f"marked content {at} has no element"
            elif claimed[page.obj.objgen, at] != parent.objgen:
                yield f"marked content {at} has two parents"
        marks = [key for key in claimed if key[0] == page.obj.objgen]
        listed = sum(parent is not None for parent in parents)
        if len(marks) != listed:
            yield f"{len(marks)} marks claimed, {listed} listed"


def _number_tree(root: Any) -> dict[int, Any]:
    found = {}
    if "/Nums" in root:
        items = list(root.Nums)
        found.update({int(key): value for key, value in zip(items[::2], items[1::2], strict=True)})
    for kid in root.get("/Kids", ()):
        found.update(_number_tree(kid))
    return found


def _claimed(document: Document) -> dict[tuple[Any, int], Any]:
    found: dict[tuple[Any, int], Any] = {}
    for one in document.elements:
        kids = one.get("/K", Array())
        for kid in kids if isinstance(kids, Array) else [kids]:
            if isinstance(kid, int):
                found[one.Pg.objgen, kid] = one.objgen
    return found


@rule("ISO 14289-1 7.1")
def elements_are_linked(document: Document) -> Iterator[str]:
    for one in document.elements:
        if "/P" not in one:
            yield f"{one.S} {one.objgen} has no parent"


@rule("ISO 14289-1 7.1")
def element_types_are_standard(document: Document) -> Iterator[str]:
    for one in document.elements:
        if str(one.S).lstrip("/") not in STANDARD:
            yield f"{one.S} is no standard type"


@rule("ISO 14289-1 7.2")
def language_of_the_document(document: Document) -> Iterator[str]:
    if not language_is_well_formed(str(document.root.get("/Lang", ""))):
        yield "no language"


@rule("ISO 14289-1 7.2")
def language_of_every_part(document: Document) -> Iterator[str]:
    texts = pagetext.texts_by_element(document.pdf)
    for element, language, text in texts:
        if not language_is_well_formed(language):
            yield f"{element}: language {language!r}"
        if language.startswith("en") and _HAN.search(text):
            yield f"{element}: Chinese called English: {text[:30]}"
        if not language.startswith("en") and not _HAN.search(text) and _ENGLISH.search(text):
            yield f"{element}: English called {language}: {text[:30]}"


@rule("ISO 14289-1 7.3")
def figures_have_words(document: Document) -> Iterator[str]:
    for one in document.elements:
        if one.S == "/Figure":
            if not str(one.get("/Alt", "")).strip():
                yield "a figure without words"
            if "/BBox" not in one.get("/A", Dictionary()):
                yield "a figure without a box"


@rule("ISO 14289-1 7.4")
def headings_descend(document: Document) -> Iterator[str]:
    levels = [
        int(str(one.S)[2]) for one in document.elements if re.fullmatch(r"/H[1-6]", str(one.S))
    ]
    if not levels or levels[0] != 1:
        yield "does not begin with a first heading"
    for before, after in pairwise(levels):
        if after > before + 1:
            yield f"heading {after} after {before}"


@rule("ISO 14289-1 7.5")
def tables_are_regular(document: Document) -> Iterator[str]:
    parents = {
        "/TR": ("/Table", "/THead", "/TBody", "/TFoot"),
        "/TH": ("/TR",),
        "/TD": ("/TR",),
        "/TBody": ("/Table",),
        "/THead": ("/Table",),
    }
    for one in document.elements:
        above = parents.get(str(one.S))
        if above and str(one.P.S) not in above:
            yield f"{one.S} inside {one.P.S}"


@rule("ISO 14289-1 7.5")
def cells_have_headers(document: Document) -> Iterator[str]:
    known = {bytes(one.ID) for one in document.elements if "/ID" in one}
    for one in document.elements:
        attributes = one.get("/A", Dictionary())
        if one.S == "/TH" and "/Scope" not in attributes:
            yield "a header without scope"
        if one.S == "/TD":
            named = {bytes(header) for header in attributes.get("/Headers", ())}
            if not named <= known or not (named or _row_is_named(one.P)):
                yield "a cell without headers"


def _row_is_named(row: Any) -> bool:
    """Whether the row begins with a header that is one for the row."""
    first = row.K[0]
    return bool(first.S == "/TH" and first.get("/A", Dictionary()).get("/Scope") == "/Row")


@rule("ISO 14289-1 7.6")
def lists_are_regular(document: Document) -> Iterator[str]:
    for one in document.elements:
        if one.S == "/LI" and one.P.S != "/L":
            yield f"LI inside {one.P.S}"
        if one.S in ("/Lbl", "/LBody") and one.P.S != "/LI":
            yield f"{one.S} inside {one.P.S}"


@rule("ISO 14289-1 7.11")
def embedded_files_are_named(document: Document) -> Iterator[str]:
    for one in document.of_type("/Filespec"):
        if not str(one.get("/F", "")) or not str(one.get("/UF", "")):
            yield "an embedded file without a name"


@rule("ISO 14289-1 7.18")
def annotations_are_tagged(document: Document) -> Iterator[str]:
    numbers = _number_tree(document.root.StructTreeRoot.ParentTree)
    for page in document.pdf.pages:
        listed = page.obj.get("/Annots", ())
        if len(listed) and page.obj.get("/Tabs") != "/S":
            yield "tab order does not follow the structure"
        for one in listed:
            parent = numbers.get(int(one.get("/StructParent", -1)), Dictionary())
            wanted = "/Form" if one.Subtype == "/Widget" else "/Link"
            if parent.get("/S") != wanted:
                yield f"{one.Subtype} is not inside {wanted}"
            if not str(one.get("/TU", one.get("/Contents", ""))):
                yield f"{one.Subtype} has no words"


@rule("ISO 14289-1 7.21")
def no_missing_glyph(document: Document) -> Iterator[str]:
    if "\ufffd" in pagetext.read(document.pdf).text:
        yield "a glyph without a character"
