"""Reads one TOML table key by key: what is missing, mistyped or unknown is a mistake with its line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from registry.rules.rulebook.declarations import Bilingual, Option, Source
from registry.rules.rulebook.mistakes import Mistakes, Place
from registry.rules.units import UnknownUnit, unit

CONFIDENCES = ("P", "S", "C", "M", "design")
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,79}")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")
_DAY = re.compile(r"(?<=[=,:\[{ ])(\d{4})-(\d{2})-(\d{2})(?=[\s,}\]]|$)")


def mend_dates(text: str) -> str:
    """A day that does not exist becomes text, so that it is one mistake and not the whole file's."""

    def quoted(found: re.Match[str]) -> str:
        try:
            date(*map(int, found.groups()))
        except ValueError:
            return f'"{found[0]}"'
        return found[0]

    return "\n".join(
        line if line.count('"') or line.lstrip().startswith("#") else _DAY.sub(quoted, line)
        for line in text.split("\n")
    )


class Section:
    """One table with the keys taken from it so far; `close` refuses the rest."""

    def __init__(self, table: Mapping[str, Any], place: Place, mistakes: Mistakes) -> None:
        self.table = table
        self.place = place
        self.mistakes = mistakes
        self.taken: set[str] = set()

    def wrong(self, code: str, found: object = "", key: str = "") -> None:
        self.mistakes.add(self.place, code, str(found), key)

    def _take(self, key: str, type_: type | tuple[type, ...], needed: bool) -> Any:
        self.taken.add(key)
        value = self.table.get(key)
        if value is None:
            if needed:
                self.wrong("missing_key", key)
            return None
        wanted_truth = type_ is bool
        if not isinstance(value, type_) or (isinstance(value, bool) and not wanted_truth):
            self.wrong("bad_date" if type_ is date else "wrong_type", f"{key} = {value!r}", key)
            return None
        return value

    def text(self, key: str, needed: bool = False) -> str:
        return self._take(key, str, needed) or ""

    def id(self, key: str = "id") -> str:
        """A name for expressions, rules and tables: letters, digits, _ and -."""
        value = self.text(key, needed=True)
        if value and not _ID.fullmatch(value):
            self.wrong("bad_id", value, key)
        return value

    def one_of(self, key: str, allowed: tuple[str, ...], default: str = "") -> str:
        value = self.text(key, needed=not default) or default
        if value and value not in allowed:
            self.wrong("not_one_of", f"{key} = {value}: {', '.join(allowed)}", key)
        return value

    def truth(self, key: str, default: bool = False) -> bool:
        value = self._take(key, bool, False)
        return default if value is None else value

    def number(self, key: str, needed: bool = False) -> Decimal | None:
        value = self._take(key, (int, Decimal), needed)
        return None if value is None else self._finite(key, Decimal(value))

    def _finite(self, key: str, value: Decimal) -> Decimal | None:
        if value.is_finite() and abs(value) < Decimal(10) ** 15:
            return value
        self.wrong("not_finite", f"{key} = {value}", key)
        return None

    def integer(self, key: str, default: int = 0) -> int:
        value = self._take(key, int, False)
        return default if value is None else value

    def day(self, key: str, needed: bool = False) -> date | None:
        value: date | None = self._take(key, date, needed)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._take(key, list, False) or []
        if not all(isinstance(part, str) for part in value):
            self.wrong("wrong_type", key, key)
            return ()
        return tuple(value)

    def pairs(self, key: str, needed: bool = False) -> dict[str, str]:
        """A table of names to texts or numbers; numbers become decimal text."""
        value = self._take(key, dict, needed) or {}
        return {name: str(part) for name, part in value.items()}

    def unit(self, key: str = "unit") -> str:
        text = self.text(key)
        try:
            unit(text)
        except UnknownUnit as why:
            self.wrong("unknown_unit", f"{text}: {why.symbol}", key)
            return ""
        return text

    def names(self, prefix: str = "", needed: bool = True) -> Bilingual:
        """`zh` and `en` side by side, or with a prefix (`hint_zh`, `hint_en`): both or neither."""
        zh_key, en_key = (f"{prefix}_zh", f"{prefix}_en") if prefix else ("zh", "en")
        both = Bilingual(self.text(zh_key, needed), self.text(en_key, needed))
        if bool(both.zh) != bool(both.en):
            self.wrong("missing_language", zh_key if both.en else en_key, en_key)
        if both.zh and not _HAN.search(both.zh) and _LATIN.search(both.zh):
            self.wrong("wrong_language", f"{zh_key} = {both.zh}", zh_key)
        if len(_HAN.findall(both.en)) > len(_LATIN.findall(both.en)):
            self.wrong("wrong_language", f"{en_key} = {both.en}", en_key)
        return both

    def options(self) -> tuple[Option, ...]:
        """`[["id", "中文", "English"], …]`."""
        found = []
        for row in self._take("options", list, False) or []:
            if not (
                isinstance(row, list) and len(row) == 3 and all(isinstance(x, str) for x in row)
            ):
                self.wrong("wrong_type", f"options: {row!r}", "options")
                continue
            found.append(Option(row[0], Bilingual(row[1], row[2])))
        if len({option.id for option in found}) != len(found):
            self.wrong("duplicate_id", "options", "options")
        return tuple(found)

    def source(self, needed: bool = True) -> Source:
        table = self._take("source", dict, False)
        if table is None:
            if needed:
                self.wrong("missing_source", key="id")
            return Source()
        part = Section(table, self.place, self.mistakes)
        published = table.get("date", "")
        part.taken.add("date")
        confidence = part.one_of("confidence", CONFIDENCES)
        document = part.text("document", needed=True)
        if needed and not document:
            self.wrong("missing_source", key="source")
        source = Source(document, part.text("clause"), str(published), confidence)
        part.close()
        return source

    def points(self, key: str) -> tuple[tuple[str, str], ...]:
        found = []
        for row in self._take(key, list, True) or []:
            good = isinstance(row, list) and len(row) == 2
            if not good or not all(isinstance(x, int | Decimal) for x in row):
                self.wrong("wrong_type", f"{key}: {row!r}", key)
                continue
            found.append((str(row[0]), str(row[1])))
        return tuple(found)

    def close(self) -> None:
        for key in self.table:
            if key not in self.taken:
                self.wrong("unknown_key", key, key)
