"""A subject or an entry taken apart once: its names as they read, its codes, where it is registered."""

from __future__ import annotations

from functools import lru_cache

from registry.rules.screening.identifiers import UsccCheck
from registry.rules.screening.parsing import parse_folded
from registry.rules.screening.parts import ParsedName
from registry.rules.screening.subjects import (
    ALIAS,
    COMPANY,
    SHORT,
    Entry,
    Subject,
    codes_of,
    folded_names,
)

LEFT_OUT = frozenset({SHORT, ALIAS})


def province_of(codes: tuple[UsccCheck, ...]) -> str:
    return next((c.province_code for c in codes if c.province_code not in ("", "10")), "")


class Side:
    """One side of a comparison, taken apart once."""

    __slots__ = ("codes", "folded", "has_chinese", "kind", "names", "parsed", "province")

    def __init__(self, record: Subject | Entry) -> None:
        self.kind = record.kind
        named = folded_names(record.name, record.name_en, record.other_names)
        self.names = tuple(named.values())
        self.folded = tuple(named)
        self.codes = codes_of(record.uscc, record.codes)
        self.province = province_of(self.codes)
        self.parsed: tuple[ParsedName, ...] = ()
        if record.kind == COMPANY:
            self.parsed = tuple(map(parse_folded, self.folded))
        self.has_chinese = any(name.script == "zh" for name in self.parsed)

    def lender(self, at: int) -> ParsedName | None:
        """The full name that a short name may take missing parts from."""
        name, full = self.parsed[at], self.parsed[0]
        if self.names[at].role in LEFT_OUT and name.script == full.script:
            return full if name.brand == full.brand else None
        return None

    def completed(self, at: int, other: ParsedName) -> ParsedName:
        """A short name with the parts that it leaves out and `other` has, from the full name.

        台州阳林 stands for 台州阳林旅游有限公司: it is not just any 台州阳林.
        """
        name, full = self.parsed[at], self.lender(at)
        if full is None:
            return name
        regions = name.regions or (full.regions if other.regions else ())
        industry = name.industry or (full.industry if other.industry else ())
        return name._replace(regions=regions, industry=industry, second=())


@lru_cache(maxsize=8192)
def side_of(record: Subject | Entry) -> Side:
    return Side(record)
