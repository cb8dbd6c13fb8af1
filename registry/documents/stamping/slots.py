"""Which texts of a certificate's page vary from one to the next, in the order of the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from registry.documents import wording
from registry.documents.wording import Page


class Place(Enum):
    """Where a text that varies begins: at a fixed place, behind the texts before it on its line, or
    so that it ends at a fixed place. STILL ones do not vary within a shape."""

    STILL = "still"
    LEFT = "left"
    BEHIND = "behind"
    RIGHT = "right"


@dataclass(frozen=True)
class Slot:
    key: str
    text: str
    place: Place


def slots(page: Page) -> Iterator[Slot]:
    """One for each of `page.parts()`, with the same texts."""
    yield from (Slot("warnings", text, Place.STILL) for words in page.warnings for text in words)
    if page.watermark:
        yield Slot("warnings", page.watermark, Place.STILL)
    yield from (Slot("issuer", text, Place.STILL) for text in page.issuer)
    yield from (Slot("title", text, Place.STILL) for text in page.title)
    yield from (Slot("number", text, Place.STILL) for text in wording.NUMBER)
    yield Slot("number", page.number, Place.LEFT)
    yield from (Slot("grade", text, Place.STILL) for text in (*wording.GRADE, *page.grade))
    yield from (Slot("score", text, Place.STILL) for text in wording.SCORE)
    yield Slot("score", page.score, Place.LEFT)
    yield Slot("score", "/ 100", Place.BEHIND)
    yield from (
        Slot("score_notes", text, Place.BEHIND) for words in page.score_notes for text in words
    )
    for section in page.sections:
        for line in section.lines:
            yield from (Slot(line.key, text, Place.STILL) for text in line.label)
            values = [line.value.zh] if line.shared else list(line.value)
            yield from (Slot(line.key, text, Place.LEFT) for text in values)
    yield from _careful(wording.CAREFUL.zh, [one.zh for one in page.careful])
    yield from _careful(wording.CAREFUL.en, [one.en for one in page.careful])
    if page.seal:
        yield Slot("seal", page.seal, Place.STILL)
    yield from (Slot("status_url", text, Place.STILL) for text in page.check)
    yield Slot("status_url", page.status_url, Place.RIGHT)


def _careful(head: str, notes: list[str]) -> Iterator[Slot]:
    yield Slot("careful", head, Place.STILL)
    for at, note in enumerate(notes):
        varies = at >= len(wording.DISCLAIMERS)
        yield Slot("careful", note, Place.LEFT if varies else Place.STILL)
