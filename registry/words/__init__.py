"""Every code of the rules in words: two equal languages, side by side, no logic."""

from typing import Literal, NamedTuple

Language = Literal["zh", "en"]


class Words(NamedTuple):
    """One thing said in both languages."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """What a reader of this language sees; `language` may be a locale such as zh_Hans_CN."""
        return self.en if language.lower().startswith("en") else self.zh
