"""Every other document that leaves the house: letter, receipt, report. Frozen blocks in, PDF out.

A paper is a head, facts, paragraphs in both languages side by side, words somebody wrote in one
language, and tables. It is archived, tagged and signed as a certificate is, and carries its own
record so that its text can be compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any, Literal

from markupsafe import Markup

from registry.documents import renderer
from registry.documents.certificate import SIGNATURE_BYTES, picture, template
from registry.documents.content import Issuer, plain
from registry.documents.days import day_en, day_zh
from registry.documents.renderer import Attached, Job
from registry.documents.text import admit
from registry.documents.wording import TEST
from registry.rules import canonical
from registry.words import Words

RECORD_NAME = "record.json"
MOST_PAGES = 60
LONGEST = 6000
REFERENCE = Words("文号", "Reference")
DATED = Words("日期", "Date")
TO = Words("致", "To")
DEMO = Words("演示文件 · 不具效力", "DEMONSTRATION · OF NO EFFECT")


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A name and a value in both languages; equal halves are printed once."""

    label: Words
    value: Words

    @property
    def shared(self) -> bool:
        return self.value.zh == self.value.en


@dataclass(frozen=True, kw_only=True)
class Facts:
    heading: Words
    facts: tuple[Fact, ...]


@dataclass(frozen=True, kw_only=True)
class Paragraphs:
    heading: Words
    texts: tuple[Words, ...]


@dataclass(frozen=True, kw_only=True)
class Written:
    """Words of a person, in the one language in which they were written."""

    heading: Words
    texts: tuple[str, ...]
    language: Literal["zh", "en"]


@dataclass(frozen=True, kw_only=True)
class Curve:
    """A rule's curve by its knees (input, points of 100) and the reader's own mark on it."""

    knees: tuple[tuple[str, str], ...]
    mark: str | None
    said: str


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One cell: words in both languages, a bare value, or a curve."""

    words: Words | None = None
    value: str = ""
    curve: Curve | None = None


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table whose first column names the row. Widths are in per cent."""

    heading: Words
    columns: tuple[Words, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[Cell, ...], ...]


Block = Facts | Paragraphs | Written | Table


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A whole document."""

    kind: str
    reference: str
    title: Words
    issuer: Issuer
    dated: date
    addressee: Words | None = None
    blocks: tuple[Block, ...] = ()
    test_key: bool
    demo: bool

    def record(self) -> Any:
        """The same as plain values, attached to the document."""
        return {"schema": SCHEMA, "paper": plain(self)}


SCHEMA = "https://w3id.org/green-project-registry/paper/1"


def render(
    paper: Paper,
    *,
    now: datetime,
    attachments: Sequence[Attached] = (),
    signature_bytes: int = SIGNATURE_BYTES,
) -> bytes:
    """The unsigned document. Refuses text that may not be printed, as certificates do."""
    admitted = admit(paper, longest=LONGEST)
    record = canonical.dumps(admitted.record())
    html = template("paper.html").render(
        paper=admitted,
        names={"reference": REFERENCE, "dated": DATED, "to": TO},
        warnings=((TEST,) if paper.test_key else ()) + ((DEMO,) if paper.demo else ()),
        dated=Words(day_zh(paper.dated), day_en(paper.dated)),
        created=now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        logo="asset:logo" if paper.issuer.logo else "",
        draw=lambda curve: draw(curve, paper.issuer.accent),
    )
    return renderer.render(
        Job(
            html=html,
            sheet="paper.css",
            now=now.astimezone(UTC),
            assets={"asset:logo": paper.issuer.logo} if paper.issuer.logo else {},
            attachments=(
                Attached(RECORD_NAME, record, "本文件的数据 Data of this document"),
                *attachments,
            ),
            mirrored={"Reference": admitted.reference, "Kind": admitted.kind},
            signature_bytes=signature_bytes,
            most_pages=MOST_PAGES,
        )
    )


def draw(curve: Curve, accent: str) -> Markup:
    """The curve as a line over the range of its knees, the mark as a dot with a drop line."""
    xs = [Decimal(x) for x, _ in curve.knees]
    low, high = min(xs), max(xs)
    span = (high - low) or Decimal(1)

    def at(x: Decimal, y: Decimal) -> str:
        inside = min(max(x, low), high)
        return f"{2 + 96 * float((inside - low) / span):.2f},{19 - 17 * float(y) / 100:.2f}"

    line = " ".join(at(Decimal(x), Decimal(y)) for x, y in curve.knees)
    parts = [
        '<path d="M2,19 H98" fill="none" stroke="#8d9a92" stroke-width="0.6"/>',
        f'<polyline points="{line}" fill="none" stroke="{accent}" stroke-width="1.1"/>',
    ]
    if curve.mark is not None:
        mark = Decimal(curve.mark)
        x, y = at(mark, _height(curve, mark)).split(",")
        parts.append(f'<path d="M{x},19 V{y}" fill="none" stroke="#17211b" stroke-width="0.6"/>')
        parts.append(f'<circle cx="{x}" cy="{y}" r="2" fill="#17211b"/>')
    return picture("curve", "0 0 100 21", curve.said, "".join(parts))


def _height(curve: Curve, mark: Decimal) -> Decimal:
    """Points at the mark, linear between knees and level beyond them."""
    knees = sorted((Decimal(x), Decimal(y)) for x, y in curve.knees)
    if mark <= knees[0][0]:
        return knees[0][1]
    for (x0, y0), (x1, y1) in pairwise(knees):
        if mark <= x1:
            return y0 + (y1 - y0) * (mark - x0) / ((x1 - x0) or Decimal(1))
    return knees[-1][1]


def texts(value: Any) -> Iterator[str]:
    """Every text of a paper, for those who search in it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from texts(one)
    elif is_dataclass(value):
        for field in fields(value):
            yield from texts(getattr(value, field.name))
