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
    whole: str  # a second core, from before an uncertain region was taken off, else ""

    @property
    def core(self) -> str:
        """Brand and industry: what is left without region, form and branch."""
        joint = "" if self.script == "zh" else " "
        return joint.join((self.brand, *self.industry)) if self.industry else self.brand

    @property
    def compact(self) -> str:
        """The brand without spaces."""
        return self.brand.replace(" ", "")

    @property
    def provinces(self) -> tuple[str, ...]:
        """Two-digit codes of every province that the regions may lie in, sorted."""
        return tuple(sorted({code[:2] for place in self.regions for code in place.codes}))

    @property
    def brand_sounds(self) -> tuple[str, ...]:
        return sounds(self.compact) if self.script == "zh" else (self.compact,)


EMPTY = ParsedName("", "en", (), "", (), "", "", "", "")
