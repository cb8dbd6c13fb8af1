"""Makes WeasyPrint's pages and structure small without changing what is seen or read."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from typing import Any

from registry.documents.embedding import thousandths

# Elements that may hold text themselves; a Div or a Document may not.
_HOLDERS = frozenset({"/P", "/H1", "/H2", "/H3", "/TH", "/TD"})
# Lines of coordinates and colours. Not `cm`: a rounded matrix would move what it multiplies.
_NUMBERS = re.compile(rb"^[-0-9. ]+\.\d{4}[-0-9. ]* (?:re|[mlcvyw]|Tm|rg|RG)$", re.MULTILINE)
_LONG = re.compile(rb"-?\d+\.\d{4,}")
_BORDER = (
    rb"/Artifact\nBMC\nq\nq\n%s\n(?:[-0-9.]+ [-0-9.]+ m\n[-0-9.]+ [-0-9.]+ l\n)+S\nQ\nQ\nEMC\n"
)
_STYLE = rb"(?P<style>/\S+ gs\n[0-9. ]+ RG\n[0-9.]+ w)"
_BORDERS = re.compile(_BORDER % _STYLE + rb"(?:" + _BORDER % rb"(?P=style)" + rb")+")
# A QR code: dark runs of modules, row by row, at the middle of each row.
_RUNS = re.compile(rb"(?<=4 M\n)(?:0 0 m\n)?(?:\d+ \d+\.5 m\n\d+ \d+\.5 l\n)+S\n")
_RUN = re.compile(rb"(\d+) (\d+)\.5 m\n(\d+) ")
_SEGMENT = re.compile(rb"([-0-9.]+) ([-0-9.]+) m\n([-0-9.]+) ([-0-9.]+) l\n")


def content(stream: list[Any]) -> bytes:
    """A page's content with thousandths of a pixel, and neighbouring border lines drawn as one."""
    import pydyf

    joined = b"\n".join(pydyf._to_bytes(item) for item in stream)
    rounded = _NUMBERS.sub(lambda line: _LONG.sub(_round, line[0]), joined)
    return _RUNS.sub(_dashed, _BORDERS.sub(_one_border, rounded))


def _dashed(found: re.Match[bytes]) -> bytes:
    runs = ((int(x), int(y), int(end) - int(x)) for x, y, end in _RUN.findall(found[0]))
    return dashed(runs)


def dashed(runs: Iterable[tuple[int, int, int]]) -> bytes:
    """Dark runs (x, row, length) as one dashed line a row: a third of the bytes of a line a run."""
    rows: dict[int, list[tuple[int, int]]] = {}
    for x, y, length in runs:
        rows.setdefault(y, []).append((x, x + length))
    made = []
    for y, row in rows.items():
        edges = [edge for run in row for edge in run]
        steps = b" ".join(b"%d" % (b - a) for a, b in itertools.pairwise(edges))
        made.append(b"[%s] 0 d\n%d %d.5 m\n%d %d.5 l\nS\n" % (steps, edges[0], y, edges[-1], y))
    return b"".join(made)


def _round(found: re.Match[bytes]) -> bytes:
    return thousandths(float(found[0]))


def _one_border(found: re.Match[bytes]) -> bytes:
    lines: list[list[bytes]] = []
    for x0, y0, x1, y1 in _SEGMENT.findall(found[0]):
        if lines and lines[-1][2:] == [x0, y0] and y0 == y1 == lines[-1][1]:
            lines[-1][2] = x1
        else:
            lines.append([x0, y0, x1, y1])
    drawn = b"".join(b"%s %s m\n%s %s l\n" % tuple(line) for line in lines)
    return b"/Artifact\nBMC\nq\n%s\n%sS\nQ\nEMC\n" % (found["style"], drawn)


def join_spans(pdf: Any) -> frozenset[int]:
    """Let blocks hold their lines themselves instead of through a Span each; the numbers of the
    elements that are gone. A line of text is no unit that a reader should meet."""
    gone: dict[bytes, bytes] = {}
    root = _object(pdf, pdf.catalog["StructTreeRoot"])
    for element in _walk(pdf, root):
        kids = element.get("K")
        if not isinstance(kids, list) or element.get("S") not in _HOLDERS:
            continue
        joined: list[Any] = []
        for kid in kids:
            span = _plain_span(pdf, kid)
            if span is None or span["Pg"] != element.setdefault("Pg", span["Pg"]):
                joined.append(kid)
                continue
            joined.extend(span["K"])
            gone[bytes(kid)] = element.reference
        kids[:] = joined
    numbers = _object(pdf, root["ParentTree"])["Nums"]
    for entry in numbers:
        parents = _object(pdf, entry) if isinstance(entry, bytes) else entry
        if isinstance(parents, list):
            parents[:] = [gone.get(bytes(one), one) if one != "null" else one for one in parents]
    return frozenset(int(one.split()[0]) for one in gone)


def _plain_span(pdf: Any, kid: Any) -> Any:
    if not isinstance(kid, bytes):
        return None
    span = _object(pdf, kid)
    if not isinstance(span, dict) or span.get("S") != "/Span" or "Pg" not in span:
        return None
    plain = set(span) <= {"Type", "S", "P", "Pg", "K"}
    return span if plain and all(isinstance(one, int) for one in span["K"]) else None


def _walk(pdf: Any, element: Any) -> Iterator[Any]:
    yield element
    for kid in list(element.get("K", ())):
        if isinstance(kid, bytes):
            child = _object(pdf, kid)
            if isinstance(child, dict) and child.get("Type") == "/StructElem":
                yield from _walk(pdf, child)


def _object(pdf: Any, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]


def name_rows_by_scope(pdf: Any) -> None:
    """Where every header of a table names its row, the scope says all: the lists of headers that
    each cell repeats, and the names that they need, go."""
    for table in _walk(pdf, _object(pdf, pdf.catalog["StructTreeRoot"])):
        if table.get("S") != "/Table":
            continue
        cells = [one for one in _walk(pdf, table) if one.get("S") in ("/TH", "/TD")]
        headers = [one for one in cells if one["S"] == "/TH"]
        if not headers or any(one["A"].get("Scope") != "/Row" for one in headers):
            continue
        for one in cells:
            one.pop("ID", None)
            attributes = one.get("A", {})
            attributes.pop("Headers", None)
            if one["S"] == "/TD" and set(attributes) <= {"O"}:
                one.pop("A", None)


def place_figures(document: Any, pdf: Any) -> None:
    """WeasyPrint gives the box of a figure in pixels from the top; a reader wants points from the
    bottom."""
    heights = {
        bytes(reference): page.height * 0.75
        for reference, page in zip(pdf.page_references, document.pages, strict=True)
    }
    for element in _walk(pdf, _object(pdf, pdf.catalog["StructTreeRoot"])):
        if element.get("S") == "/Figure" and "BBox" in element.get("A", {}):
            height = heights[bytes(element["Pg"])]
            left, top, right, bottom = (float(side) * 0.75 for side in element["A"]["BBox"])
            box = (left, height - bottom, right, height - top)
            element["A"]["BBox"][:] = [thousandths(side) for side in box]


def draw_pictures_plainly(pdf: Any) -> None:
    """No smoothing of pictures, which an archived file may not ask for."""
    import pydyf

    for one in pdf.objects:
        if isinstance(one, pydyf.Stream):
            one.extra.pop("Interpolate", None)


def date_attachments_once(pdf: Any) -> None:
    """What is attached was never changed since it was made: one date says both."""
    import pydyf

    for one in pdf.objects:
        if isinstance(one, pydyf.Stream) and one.extra.get("Type") == "/EmbeddedFile":
            one.extra["Params"].pop("CreationDate", None)
