"""The parts of a company name."""

from __future__ import annotations

from typing import NamedTuple

from registry.rules.screening.folding import sounds
from registry.rules.screening.places import Place


class ParsedName(NamedTuple):
    """A folded name and its parts. Parts that are not there are empty."""

    text: str
    script: str  # zh or en
    regions: tuple[Place, ...]
    brand: str
    industry: tuple[str, ...]
    form: str
    form_class: str
    branch: str
    doubtful: bool = False  # a second way to read a name
    second: tuple[ParsedName, ...] = ()  # other ways to read it, where a region is doubtful

    @property
    def core(self) -> str:
        """Brand and industry: what is left without region, form and branch."""
        joint = "" if self.script == "zh" else " "
        return joint.join((self.brand, *self.industry)) if self.industry else self.brand

    @property
    def compact(self) -> str:
        """The brand without spaces; ü is written v, yu or u in pinyin."""
        brand = self.brand.replace(" ", "")
        return brand.replace("lv", "lu").replace("nv", "nu") if self.script == "en" else brand

    @property
    def provinces(self) -> tuple[str, ...]:
        """Two-digit codes of every province that the regions may lie in, sorted."""
        return tuple(sorted({code[:2] for place in self.regions for code in place.codes}))

    @property
    def brand_sounds(self) -> tuple[str, ...]:
        return sounds(self.compact) if self.script == "zh" else (self.compact,)

    @property
    def ways(self) -> tuple[ParsedName, ...]:
        """Every way to read the name, the likeliest first."""
        return (self, *self.second) if self.second else (self,)


EMPTY = ParsedName("", "en", (), "", (), "", "", "")
