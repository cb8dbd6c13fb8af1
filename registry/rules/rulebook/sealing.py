"""A rulebook as JSON, so that a process which only scores need not read TOML: ten times faster.

A seal is never the law: it names the checksums of the files that it was made from, and whoever
loads it compares them first and reads the files themselves if a single byte differs.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from zlib import crc32

from registry.rules.rulebook import Rulebook, declarations

FORMAT = 1
TAG = "_"
_SKIPPED = ("read_texts",)
_DECLARED = vars(declarations)


def checksums(files: Mapping[str, bytes]) -> dict[str, int]:
    """One number a file: enough to tell that a file was edited since it was sealed."""
    return {name: crc32(content) for name, content in sorted(files.items())}


def seal(book: Rulebook, files: Mapping[str, bytes]) -> str:
    """The rulebook as one JSON text."""
    fields = {key: value for key, value in book._asdict().items() if key not in _SKIPPED}
    whole = {"format": FORMAT, "files": checksums(files), "book": _plain(fields)}
    return json.dumps(whole, ensure_ascii=False, indent=None, separators=(",", ":")) + "\n"


def unseal(
    text: str, files: Mapping[str, bytes], read_texts: Callable[[], Mapping[str, str]]
) -> Rulebook | None:
    """The sealed rulebook, or None if the seal is not of these files."""
    whole = _read(text)
    if whole.get("format") != FORMAT or whole.get("files") != checksums(files):
        return None
    fields = {key: _tupled(value) for key, value in whole["book"].items()}
    return Rulebook(**fields, read_texts=read_texts)


def _read(text: str) -> dict[str, Any]:
    """The collector waits: thousands of objects are made here, and none of them is rubbish."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        found: dict[str, Any] = json.loads(text, object_hook=_back)
        return found
    finally:
        if was_on:
            gc.enable()


def _plain(value: Any) -> Any:
    match value:
        case Decimal():
            return {TAG: "Decimal", "v": str(value)}
        case date():
            return {TAG: "date", "v": value.isoformat()}
        case tuple() if hasattr(value, "_fields"):
            return {TAG: type(value).__name__} | _fields(value)
        case tuple() | list():
            return [_plain(part) for part in value]
        case dict():
            return {key: _plain(part) for key, part in value.items()}
        case _:
            return value


def _fields(record: Any) -> dict[str, Any]:
    """What differs from the defaults."""
    defaults = record._field_defaults
    return {
        key: _plain(value)
        for key, value in record._asdict().items()
        if key not in defaults or value != defaults[key]
    }


def _back(plain: dict[str, Any]) -> Any:
    name = plain.pop(TAG, None)
    if name is None:
        return plain
    if name == "Decimal":
        return Decimal(plain["v"])
    if name == "date":
        return date.fromisoformat(plain["v"])
    for key, value in plain.items():
        if type(value) is list:
            plain[key] = tuple(map(_tupled, value))
    return _DECLARED[name](**plain)


def _tupled(value: Any) -> Any:
    return tuple(map(_tupled, value)) if type(value) is list else value
