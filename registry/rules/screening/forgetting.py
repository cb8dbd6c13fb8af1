"""Letting go of names that were read: who works through a long file meets each of them once, and keeps
nothing of it."""

from __future__ import annotations

from registry.rules.screening import folding, keying, parsing, places, sides

_KEPT = (
    folding.sounds,
    keying.identifier_keys,
    parsing.parse_folded,
    places.read_whole,
    sides.side_of,
)


def forget_names() -> None:
    """Empty what is kept by name; the tables themselves stay."""
    for kept in _KEPT:
        kept.cache_clear()
