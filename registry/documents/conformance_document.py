"""A finished document opened for the rules of conformance, and the list that the rules enter."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pikepdf
from pikepdf import Array, Dictionary, Stream

NAMESPACES = {
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "pdfaSchema": "http://www.aiim.org/pdfa/ns/schema#",
}
PREDEFINED = {
    "http://www.aiim.org/pdfa/ns/id/", "http://purl.org/dc/elements/1.1/",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://ns.adobe.com/pdf/1.3/",
    "http://ns.adobe.com/xap/1.0/", "http://www.aiim.org/pdfa/ns/extension/",
    "http://www.aiim.org/pdfa/ns/schema#", "http://www.aiim.org/pdfa/ns/property#", "adobe:ns:meta/",
    "http://www.w3.org/XML/1998/namespace",
}  # fmt: skip
STANDARD = frozenset(
    [
        "Document",
        "Part",
        "Art",
        "Sect",
        "Div",
        "BlockQuote",
        "Caption",
        "TOC",
        "TOCI",
        "Index",
        "NonStruct",
        "Private",
        "P",
        "H",
        "H1",
        "H2",
        "H3",
        "H4",
        "H5",
        "H6",
        "L",
        "LI",
        "Lbl",
        "LBody",
        "Table",
        "TR",
        "TH",
        "TD",
        "THead",
        "TBody",
        "TFoot",
        "Span",
        "Quote",
        "Note",
        "Reference",
        "BibEntry",
        "Code",
        "Link",
        "Annot",
        "Ruby",
        "RB",
        "RT",
        "RP",
        "Warichu",
        "WT",
        "WP",
        "Figure",
        "Formula",
        "Form",
    ]
)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class Document:
    """A file opened once for all rules."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.pdf = pikepdf.open(io.BytesIO(data))
        self.root = self.pdf.Root

    @cached_property
    def objects(self) -> list[Any]:
        return [one for one in self.pdf.objects if isinstance(one, Dictionary | Stream)]

    def of_type(self, name: str) -> list[Any]:
        return [one for one in self.objects if one.get("/Type") == name]

    @cached_property
    def xmp(self) -> Element:
        return fromstring(self.root.Metadata.read_bytes())  # noqa: S314 - what we wrote ourselves

    def xmp_value(self, name: str) -> str | None:
        """A simple property, written as an attribute or as an element."""
        prefix, local = name.split(":")
        key = f"{{{NAMESPACES[prefix]}}}{local}"
        for one in self.xmp.iter(f"{{{NAMESPACES['rdf']}}}Description"):
            if key in one.attrib:
                return one.attrib[key]
            found = one.find(key)
            if found is not None:
                return "".join(found.itertext()).strip()
        return None

    @cached_property
    def elements(self) -> list[Any]:
        """Structure elements in reading order."""
        return list(_elements(self.root.StructTreeRoot))

    @cached_property
    def fonts(self) -> list[Any]:
        return self.of_type("/Font")


def _elements(node: Any) -> Iterator[Any]:
    kids = node.get("/K", Array())
    for kid in kids if isinstance(kids, Array) else [kids]:
        if isinstance(kid, Dictionary) and "/S" in kid:
            yield kid
            yield from _elements(kid)


Rule = Callable[[Document], Iterator[str]]
RULES: list[tuple[str, str, Rule]] = []


def rule(clause: str) -> Callable[[Rule], Rule]:
    """Enter a rule under its function's name."""

    def enter(function: Rule) -> Rule:
        RULES.append((function.__name__, clause, function))
        return function

    return enter


def language_is_well_formed(text: str) -> bool:
    return _LANGUAGE.fullmatch(text) is not None
