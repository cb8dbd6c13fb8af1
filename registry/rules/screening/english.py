"""The parser for Latin-script company names. All texts here are folded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cache

from registry.rules.screening.parts import ParsedName
from registry.rules.screening.places import COUNTRY, Place, english_places

SHORT = {
    "tech": "technology", "technol": "technology", "technologies": "technology", "sci": "science",
    "mfg": "manufacturing", "manuf": "manufacturing", "manufacture": "manufacturing",
    "manufacturers": "manufacturing", "comm": "communication", "commun": "communication",
    "srvces": "services", "svc": "services", "svcs": "services", "service": "services",
    "intl": "international", "int": "international", "dev": "development", "devt": "development",
    "eng": "engineering", "engrg": "engineering", "elec": "electric", "electron": "electronics",
    "electronic": "electronics", "equip": "equipment", "equipments": "equipment",
    "ind": "industry", "inds": "industry", "industrial": "industry", "industries": "industry",
    "invest": "investment", "inv": "investment", "investments": "investment", "mgmt": "management",
    "mgt": "management", "env": "environmental", "envir": "environmental",
    "environment": "environmental", "constr": "construction", "const": "construction",
    "chem": "chemical", "chemicals": "chemical", "pharm": "pharmaceutical",
    "pharma": "pharmaceutical", "pharmaceuticals": "pharmaceutical", "mach": "machinery",
    "mat": "materials", "mats": "materials", "material": "materials", "trans": "transport",
    "transportation": "transport", "imp": "import", "exp": "export", "trade": "trading",
    "info": "information", "auto": "automobile", "automotive": "automobile", "res": "resources",
    "resource": "resources", "agri": "agricultural", "agriculture": "agricultural",
    "bio": "biotechnology", "biotech": "biotechnology", "biological": "biotechnology",
    "electrical": "electric", "parts": "parts", "part": "parts", "metals": "metal",
    "plastics": "plastic", "foods": "food", "systems": "system", "instruments": "instrument",
    "textiles": "textile", "ceramics": "ceramic", "optoelectronic": "optoelectronics",
    "photoelectric": "optoelectronics", "aluminium": "aluminum", "tyre": "tire",
    "fibre": "fiber", "labour": "labor", "cultural": "culture", "ecological": "ecology",
    "consultancy": "consulting", "consultants": "consulting", "holdings": "holding",
    "communications": "communication", "devices": "device", "tools": "tool", "motors": "motor",
    "logistic": "logistics", "mould": "mold", "energies": "energy", "financial": "finance",
    "pv": "photovoltaic", "packing": "packaging", "clothing": "garment", "apparel": "garment",
    "mineral": "mining", "real": "estate", "hi": "hitech", "pwr": "power",
}  # fmt: skip
LIGHT = frozenset(
    {"development", "industry", "management", "services", "international", "enterprise", "group"}
)
MIN_FUZZY = 5
MIN_FUZZY_PLACE = 6


@cache
def legal_words() -> dict[str, str]:
    from registry.rules.screening.tables.forms import ENGLISH

    words = ENGLISH.split()
    return dict(zip(words[::2], words[1::2], strict=True))


@cache
def trade_words() -> frozenset[str]:
    """Every English word that names an industry, in its long form."""
    from registry.rules.screening.chinese import industries

    words = {word for _, english in industries().values() for word in english}
    return frozenset(SHORT.get(word, word) for word in words) | frozenset(SHORT.values())


def deletions(word: str) -> set[str]:
    return {word[:i] + word[i + 1 :] for i in range(len(word))}


def _one_off(words: Iterable[str], shortest: int) -> dict[str, str]:
    """Each word under itself and under its one-character deletions; ambiguous deletions fall out."""
    table: dict[str, set[str]] = defaultdict(set)
    for word in words:
        if len(word) >= shortest:
            for shorter in deletions(word):
                table[shorter].add(word)
            table[word].add(word)
    return {shorter: found.pop() for shorter, found in table.items() if len(found) == 1}


@cache
def _trade_slips() -> dict[str, str]:
    return _one_off([*trade_words(), *(w for w in SHORT if len(w) > 6)], MIN_FUZZY)


@cache
def _place_slips() -> dict[str, str]:
    return _one_off(english_places(), MIN_FUZZY_PLACE)


@cache
def _legal_slips() -> dict[str, str]:
    return _one_off((w for w in legal_words() if len(w) > 4), MIN_FUZZY)


def meant_word(token: str, table: dict[str, str], shortest: int) -> str:
    """The known word one slip away from a token, or nothing."""
    if len(token) < shortest:
        return ""
    if token in table:
        return table[token]
    for shorter in deletions(token):
        found = table.get(shorter)
        if found and (found[0] == token[0] or found[1:2] == token[:1] or found[:1] == token[1:2]):
            return found
    return ""


def trade_word(token: str) -> str:
    """The industry word that a token is or is meant to be, in its long form, or nothing."""
    word = SHORT.get(token, token)
    if word in trade_words():
        return word
    slip = meant_word(token, _trade_slips(), MIN_FUZZY)
    return SHORT.get(slip, slip)


def _take_form(tokens: list[str]) -> tuple[list[str], str, str]:
    """Legal words out wherever they stand after the first token; the class of the last that has one."""
    words, kept, form, kind = legal_words(), tokens[:1], [], ""
    if tokens[0] in ("the",) and len(tokens) > 1:
        kept = []
    for token in tokens[1:]:
        meant = token if token in words else meant_word(token, _legal_slips(), MIN_FUZZY)
        if meant:
            form.append(token)
            kind = words[meant] if words[meant] != "-" else kind
        else:
            kept.append(token)
    return kept or tokens[:1], " ".join(form), kind


def _place_at(tokens: list[str], i: int, fuzzy: bool) -> tuple[int, Place] | None:
    """(number of tokens, place): "hong kong" in two words, "shenzhen" in one."""
    known = english_places()
    for size in (2, 1):
        joined = "".join(tokens[i : i + size])
        if i + size <= len(tokens) and joined in known:
            return size, Place(" ".join(tokens[i : i + size]), known[joined], True)
    if fuzzy:
        meant = meant_word(tokens[i], _place_slips(), MIN_FUZZY_PLACE)
        if meant:
            return 1, Place(tokens[i], known[meant], False)
    return None


def _take_places(tokens: list[str]) -> tuple[list[str], list[Place]]:
    places: list[Place] = []
    kept: list[str] = []
    i = 0
    while i < len(tokens):
        edge = i == 0 or i >= len(tokens) - 2
        found = _place_at(tokens, i, fuzzy=edge and len(tokens) > 2)
        left = len(kept) + len(tokens) - i
        if found and left > found[0]:
            i += found[0]
            places.append(found[1])
            if tokens[i : i + 1] in (["city"], ["province"]):
                i += 1
        else:
            kept.append(tokens[i])
            i += 1
    return kept, _narrowed(places)


def _narrowed(places: list[Place]) -> list[Place]:
    """Guangdong + Shenzhen is one place; China beside a place inside it says nothing."""
    inner = [p for p in places if p.codes != (COUNTRY,)] or places
    if len(inner) == 2:
        for high, low in (inner, inner[::-1]):
            codes = tuple(c for c in low.codes if any(c.startswith(h) for h in high.codes))
            if codes and codes != high.codes:
                return [Place(f"{high.text} {low.text}", codes, True)]
    return inner


def parse_english(text: str) -> ParsedName:
    tokens = text.replace("(", " ").replace(")", " ").split()
    if not tokens:
        tokens = [text]
    branch = ""
    if tokens[-1] in ("branch", "subsidiary", "office") and len(tokens) > 2:
        branch = " ".join(tokens[-2:])
        tokens = tokens[:-2]
    tokens, form, form_class = _take_form(tokens)
    tokens, places = _take_places(tokens)
    trades = [trade_word(token) if i else "" for i, token in enumerate(tokens)]
    brand = [token for token, trade in zip(tokens, trades, strict=True) if not trade]
    industry = tuple(trade for trade in trades if trade)
    return ParsedName(
        text, "en", tuple(places), " ".join(brand), industry, form, form_class, branch, ""
    )
