"""A subject or an entry taken apart once: its names as they read, its codes, where it is registered."""

from __future__ import annotations

from functools import lru_cache

from registry.rules.screening.folding import is_chinese
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
    """One side of a comparison, taken apart once; each name is parsed when it is first asked for."""

    __slots__ = (
        "_parsed",
        "chinese",
        "codes",
        "folded",
        "has_chinese",
        "kind",
        "names",
        "province",
    )

    def __init__(self, record: Subject | Entry) -> None:
        self.kind = record.kind
        named = folded_names(record.name, record.name_en, record.other_names)
        self.names = tuple(named.values())
        self.folded = tuple(named)
        self.codes = codes_of(record.uscc, record.codes)
        self.province = province_of(self.codes)
        self.chinese: tuple[
            bool, ...
        ] = ()  # of a company's names, which are the ones that are read
        if record.kind == COMPANY:
            self.chinese = tuple(map(is_chinese, self.folded))
        self._parsed: list[ParsedName | None] = [None] * len(self.chinese)
        self.has_chinese = True in self.chinese

    def read(self, at: int) -> ParsedName:
        """A company's name, taken apart."""
        parsed = self._parsed[at]
        if parsed is None:
            parsed = self._parsed[at] = parse_folded(self.folded[at])
        return parsed

    @property
    def parsed(self) -> tuple[ParsedName, ...]:
        return tuple(map(self.read, range(len(self.chinese))))

    def lender(self, at: int) -> ParsedName | None:
        """The full name that a short name may take missing parts from."""
        if self.names[at].role not in LEFT_OUT or self.chinese[at] != self.chinese[0]:
            return None
        full = self.read(0)
        return full if self.read(at).brand == full.brand else None

    def completed(self, at: int, other: ParsedName) -> ParsedName:
        """A short name with the parts that it leaves out and `other` has, from the full name.

        台州阳林 stands for 台州阳林旅游有限公司: it is not just any 台州阳林.
        """
        name, full = self.read(at), self.lender(at)
        if full is None:
            return name
        regions = name.regions or (full.regions if other.regions else ())
        industry = name.industry or (full.industry if other.industry else ())
        return name._replace(regions=regions, industry=industry, second=())


@lru_cache(maxsize=8192)
def side_of(record: Subject | Entry) -> Side:
    return Side(record)
