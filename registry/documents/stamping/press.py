"""Templates by the shape of a page, learned as certificates come.

A shape is what a layout depends on: the words that stay, and into how many lines each of the others
breaks. The first certificate of a shape is laid out by WeasyPrint; it and all that follow are
stamped, so that a certificate's bytes do not depend on which one came first.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from registry.documents.renderer import Rendered
from registry.documents.stamping import capture, shaping
from registry.documents.stamping.capture import Unfit
from registry.documents.stamping.shaping import Shaped
from registry.documents.stamping.slots import Place, Slot
from registry.documents.stamping.template import Template, Values

MOST_FAMILIES = 32
MOST_TEMPLATES = 128  # of a family; each holds about 150 KiB
_NEAR = 0.05  # px: a line this near to its room is broken by WeasyPrint itself


class _Style:
    """A style of WeasyPrint, which is a mapping that cannot be hashed, as a key by itself."""

    def __init__(self, style: Any) -> None:
        self.style = style


@dataclass(frozen=True)
class Type:
    """How the text of one slot is set, and how wide a line may be."""

    room: float
    style: _Style
    language: str
    scale: int
    semibold: bool


class Family:
    """Pages with the same words that stay, and a template for each way in which the others break."""

    def __init__(self, rendered: Rendered, slots: Sequence[Slot], qr_mark: int) -> None:
        texts = capture.matched(
            slots, capture.blocks(rendered.layout), capture.marks_of_texts(rendered.data)
        )
        numbers = [mark for slot, _, own in texts if slot.place is not Place.STILL for mark in own]
        page = capture.take_apart(capture.content_of(rendered.parts), frozenset(numbers), qr_mark)
        self._types: list[Type | None] = []
        for slot, block, own in texts:
            if slot.place is Place.STILL:
                self._types.append(None)
                continue
            mark = page.marks[own[0]]
            semibold = rendered.drawn[mark.font].semibold
            self._types.append(
                Type(block.room, _Style(block.style), block.language, mark.scale, semibold)
            )
        self._notes_room = _room_of_notes(texts, self._types)
        self.templates: OrderedDict[tuple[int, ...], Template | None] = OrderedDict()

    def lines(self, slots: Sequence[Slot]) -> tuple[tuple[int, ...], list[Shaped]] | None:
        """Into how many lines each text breaks, and all lines; None if one is not ours to set."""
        counts, made, notes = [], [], 0.0
        for slot, kind in zip(slots, self._types, strict=True):
            if kind is None:
                continue
            found = _set(slot, kind)
            if found is None:
                return None
            counts.append(len(found))
            made += found
            if slot.key == "score_notes":
                notes += found[0].width
        return (tuple(counts), made) if notes <= self._notes_room else None


def _set(slot: Slot, kind: Type) -> list[Shaped] | None:
    if "  " in slot.text:
        return None  # a page would show one space
    whole = shaping.shape(slot.text, kind.semibold, kind.scale, kind.language)
    if whole is None:
        return None
    if slot.place is Place.BEHIND or slot.key == "score" or whole.width < kind.room - _NEAR:
        return [whole]
    if slot.place is Place.RIGHT or slot.key == "number":
        return None
    lines = shaping.lines_of(slot.text, kind.style, kind.room)
    shaped = [shaping.shape(one, kind.semibold, kind.scale, kind.language) for one in lines]
    return [one for one in shaped if one is not None] if all(shaped) else None


def _room_of_notes(texts: Sequence[Any], types: Sequence[Type | None]) -> float:
    """How wide the notes may be together: the page's width without the gaps between them."""
    notes = [
        (block, kind)
        for (slot, block, _), kind in zip(texts, types, strict=True)
        if slot.key == "score_notes" and kind is not None
    ]
    widths = []
    for block, kind in notes:
        shaped = shaping.shape(block.lines[0], kind.semibold, kind.scale, kind.language)
        if shaped is None:
            raise Unfit("a note cannot be shaped here")
        widths.append(shaped.width)
    gaps = notes[-1][0].lefts[0] - notes[0][0].lefts[0] - sum(widths[:-1])
    page: float = texts[-1][1].room  # the address may take the whole width
    left: float = page - gaps - _NEAR
    return left


_families: OrderedDict[Any, Family | None] = OrderedDict()


def stamp(
    key: tuple[Any, ...], slots: Sequence[Slot], values: Values, render: Callable[[], Rendered]
) -> bytes | None:
    """The certificate from a template, made now if its shape is new; None where the page must be
    laid out as a whole. `key` is what the layout depends on beside the words. One call at a time."""
    still = tuple((s.key, s.text if s.place is Place.STILL else s.place.value) for s in slots)
    whole_key = (os.getpid(), key, still)
    rendered = None
    if whole_key not in _families:
        rendered = render()
        _keep(_families, whole_key, _family(rendered, slots, values), MOST_FAMILIES)
    family = _families[whole_key]
    _families.move_to_end(whole_key)
    found = family.lines(slots) if family is not None else None
    if family is None or found is None:
        return None
    counts, lines = found
    if counts not in family.templates:
        made = _template(rendered or render(), slots, values)
        _keep(family.templates, counts, made, MOST_TEMPLATES)
    template = family.templates[counts]
    family.templates.move_to_end(counts)
    return template.stamp(lines, values) if template is not None else None


def _keep(where: OrderedDict[Any, Any], key: Any, value: Any, most: int) -> None:
    where[key] = value
    while len(where) > most:
        where.popitem(last=False)


def _family(rendered: Rendered, slots: Sequence[Slot], values: Values) -> Family | None:
    try:
        return Family(rendered, slots, capture.mark_of_figure(rendered.parts, values.figure))
    except Unfit:
        return None


def _template(rendered: Rendered, slots: Sequence[Slot], values: Values) -> Template | None:
    try:
        return Template(rendered, slots, values)
    except Unfit:
        return None


def clear() -> None:
    """Forget everything learned."""
    _families.clear()
