"""Canonical JSON (RFC 8785) without floats: the bytes that are hashed, chained and signed."""

from __future__ import annotations

import hashlib
import json
from typing import Any

LARGEST_EXACT = 2**53 - 1  # the largest integer that every JSON reader holds exactly


class NotCanonical(ValueError):
    """A value that has no single canonical form here, with the place where it stands."""

    def __init__(self, place: str, why: str) -> None:
        super().__init__(f"{place}: {why}")
        self.place = place
        self.why = why


def dumps(obj: Any) -> bytes:
    """The one byte string that stands for `obj`; refuses what could be read in two ways."""
    if _is_plain(obj):
        try:
            return _encode(obj).encode("utf-8")
        except (UnicodeEncodeError, RecursionError):
            pass  # the slow way says where it stands
    _check(obj, "$")
    return _text(obj).encode("utf-8")


def digest(obj: Any) -> str:
    """SHA-256 of the canonical bytes, in hex."""
    return hashlib.sha256(dumps(obj)).hexdigest()


def is_canonical(data: bytes) -> bool:
    """Whether these bytes are exactly what `dumps` would write for what they say."""
    try:
        return dumps(json.loads(data)) == data
    except (ValueError, RecursionError):
        return False


def _is_plain(obj: Any) -> bool:
    """Whether the standard encoder writes `obj` canonically: exact built-in types, and keys whose
    order by code point is that by UTF-16 unit. Nearly everything is, and that way costs a tenth."""
    waiting = [obj]
    while waiting:
        for item in waiting.pop() if type(waiting[-1]) is list else (waiting.pop(),):
            kind = type(item)
            if kind is str or item is None or kind is bool:
                continue
            if kind is int:
                if not -LARGEST_EXACT <= item <= LARGEST_EXACT:
                    return False
            elif kind is list:
                waiting.append(item)
            elif kind is tuple:
                waiting.append(list(item))
            elif kind is dict:
                for key in item:
                    if type(key) is not str or not (key.isascii() or max(key) < "\ud800"):
                        return False
                waiting.append(list(item.values()))
            else:
                return False
    return True


_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def _text(obj: Any) -> str:
    if isinstance(obj, dict):
        keys = sorted(obj, key=_utf16)
        return "{" + ",".join(f"{_scalar(key)}:{_text(obj[key])}" for key in keys) + "}"
    if isinstance(obj, list | tuple):
        return "[" + ",".join(_text(item) for item in obj) + "]"
    return _scalar(obj)


def _scalar(obj: Any) -> str:
    # Python's encoder escapes exactly what RFC 8785 asks for: quote, backslash, the controls
    # below U+0020 (short forms where there are any, else lower-case \u00xx) and nothing more.
    if isinstance(obj, str):
        return json.dumps(str(obj), ensure_ascii=False)
    if isinstance(obj, bool) or obj is None:
        return json.dumps(obj)
    return str(int(obj))


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be")


def _check(obj: Any, place: str) -> None:
    if obj is None or isinstance(obj, bool):
        return
    if isinstance(obj, str):
        _check_text(obj, place)
    elif isinstance(obj, int):
        if abs(obj) > LARGEST_EXACT:
            raise NotCanonical(place, "integer beyond 2^53-1; write it as text")
    elif isinstance(obj, list | tuple):
        for index, item in enumerate(obj):
            _check(item, f"{place}[{index}]")
    elif isinstance(obj, dict):
        for key, item in obj.items():
            if not isinstance(key, str):
                raise NotCanonical(place, f"key {key!r} is not text")
            _check_text(key, place)
            _check(item, f"{place}.{key}")
    else:
        raise NotCanonical(place, f"{type(obj).__name__} has no canonical form here")


def _check_text(text: str, place: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise NotCanonical(place, "lone surrogate") from None
