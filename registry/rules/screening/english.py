"""The parser for Latin-script company names. All texts here are folded."""

from __future__ import annotations

from collections import defaultdict
from functools import cache, lru_cache

from registry.rules.screening.chinese import industries
from registry.rules.screening.parts import ParsedName
from registry.rules.screening.places import COUNTRY, Place, english_places
from registry.rules.screening.slips import deletions, one_edit

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
MIN_GLUED = 5
TAILS = ("groupcoltd", "companylimited", "coltd", "limited", "company", "ltd", "corp", "inc", "llc")


@cache
def legal_words() -> dict[str, str]:
    from registry.rules.screening.tables.forms import ENGLISH

    words = ENGLISH.split()
    return dict(zip(words[::2], words[1::2], strict=True))


@cache
def trade_words() -> frozenset[str]:
    """Every English word that names an industry, in its long form."""
    words = {word for _, english in industries().values() for word in english}
    return frozenset(SHORT.get(word, word) for word in words) | frozenset(SHORT.values())


def _one_off(words: dict[str, str], shortest: int) -> dict[str, str]:
    """What each spelling means, also under its one-character deletions; unclear ones fall out."""
    table: dict[str, set[str]] = defaultdict(set)
    for word, meaning in words.items():
        if len(word) >= shortest:
            for shorter in deletions(word):
                table[shorter].add(meaning)
    found = {shorter: meant.pop() for shorter, meant in table.items() if len(meant) == 1}
    return found | words


@cache
def _trade_slips() -> dict[str, str]:
    spellings = {word: word for word in trade_words()}
    spellings |= {word: long for word, long in SHORT.items() if len(word) > 5}
    return _one_off({w: long for w, long in spellings.items() if len(w) >= MIN_FUZZY}, MIN_FUZZY)


@cache
def _place_slips() -> dict[str, str]:
    words = {w: w for w, codes in english_places().items() if any(len(c) < 6 for c in codes)}
    return _one_off({w: w for w in words if len(w) >= MIN_FUZZY_PLACE}, MIN_FUZZY_PLACE)


@cache
def _legal_slips() -> dict[str, str]:
    return _one_off({w: w for w in legal_words() if len(w) > 4}, 5)


def meant_word(token: str, table: dict[str, str], shortest: int) -> str:
    """The known word one slip away from a token, or nothing."""
    if len(token) < shortest:
        return ""
    if token in table:
        return table[token]
    for at in range(len(token)):
        found = table.get(token[:at] + token[at + 1 :])
        if found and (at < 2 or found[0] == token[0]):
            return found
    return ""


@lru_cache(maxsize=65536)
def trade_word(token: str) -> str:
    """The industry word that a token is or is meant to be, in its long form, or nothing."""
    word = SHORT.get(token, token)
    if word in trade_words():
        return word
    return meant_word(token, _trade_slips(), MIN_FUZZY)


@lru_cache(maxsize=65536)
def _unglued(token: str) -> tuple[str, ...]:
    """electronicsco → electronics co, huaxintechnology → huaxin technology."""
    if len(token) < MIN_GLUED + 2 or token in trade_words() or token in SHORT:
        return (token,)
    for end in ("co", "ltd"):
        if token.endswith(end) and trade_word(token[: -len(end)]):
            return token[: -len(end)], end
    for cut in range(2, len(token) - MIN_GLUED + 1):
        if token[cut:] in trade_words() or token[cut:] in SHORT:
            return token[:cut], token[cut:]
    return (token,)


def _is_trade(token: str) -> bool:
    return SHORT.get(token, token) in trade_words()


@lru_cache(maxsize=65536)
def _glued_place(token: str) -> tuple[str, ...]:
    """suzhouwenhe → suzhou wenhe, for a first word that is no place and begins with one."""
    known = english_places()
    if token in known:
        return (token,)
    for cut in range(min(len(token) - 4, 12), 4, -1):
        if any(len(code) < 6 for code in known.get(token[:cut], ())):
            return token[:cut], token[cut:]
    return (token,)


@cache
def _tails_of(length: int) -> tuple[str, ...]:
    return tuple(tail for tail in TAILS if abs(len(tail) - length) < 2)


@lru_cache(maxsize=65536)
def _is_tail(joined: str) -> bool:
    tails = _tails_of(len(joined))
    return joined in tails or any(one_edit(joined, tail) for tail in tails)


def _take_tail(tokens: list[str]) -> tuple[list[str], list[str]]:
    """(the rest, the legal words at the end), also where a slip split or joined them."""
    for size in (4, 3, 2, 1):
        joined = "".join(tokens[-size:])
        if len(tokens) > size and _is_tail(joined):
            if size == 1 and len(joined) > 3 and joined not in legal_words() and trade_word(joined):
                continue
            return tokens[:-size], tokens[-size:]
    return tokens, []


def _take_form(tokens: list[str]) -> tuple[list[str], str, str]:
    """Legal words out wherever they stand after the first token; the class of the last that has one."""
    words = legal_words()
    tokens, form = _take_tail(tokens)
    kind = "ltd" if form else ""
    kept = [] if tokens[0] == "the" and len(tokens) > 1 else tokens[:1]
    for token in tokens[1:]:
        meant = token if token in words else meant_word(token, _legal_slips(), 5)
        if meant:
            form.append(token)
        else:
            kept.append(token)
    for token in form:
        kind = words[token] if words.get(token, "-") != "-" else kind
    return kept or tokens[:1], " ".join(form), kind


def _place_at(tokens: list[str], i: int, fuzzy: bool) -> tuple[int, Place] | None:
    """(number of tokens, place): "hong kong" in two words, "shenzhen" in one."""
    known = english_places()
    for size in (2, 1):
        joined = "".join(tokens[i : i + size])
        if i + size <= len(tokens) and joined in known:
            codes = known[joined]
            certain = any(len(code) < 6 for code in codes)
            return size, Place(" ".join(tokens[i : i + size]), codes, certain)
    if fuzzy:
        meant = meant_word(tokens[i], _place_slips(), MIN_FUZZY_PLACE - 1)
        if meant:
            return 1, Place(tokens[i], known[meant], False)
    return None


def _whole_place(tokens: list[str], fuzzy: bool) -> Place | None:
    """The place that some tokens are as a whole: what stands in brackets, or at the end."""
    found = _place_at(tokens, 0, fuzzy) if tokens else None
    return found[1] if found and found[0] == len(tokens) else None


def _inside(low: Place, high: Place) -> tuple[str, ...]:
    return tuple(
        code
        for code in low.codes
        if any(code != h and (code.startswith(h) or h == COUNTRY) for h in high.codes)
    )


def _take_first_places(tokens: list[str]) -> tuple[list[str], Place | None]:
    """The place at the start, if a brand remains behind it; one inside it may follow."""
    found = _place_at(tokens, 0, fuzzy=len(tokens) > 2)
    if not found or len(tokens) <= found[0] or _is_trade(tokens[found[0]]):
        return tokens, None
    size, place = found
    inner = _place_at(tokens, size, fuzzy=False)
    if inner and len(tokens) > size + inner[0] and _inside(inner[1], place):
        text = f"{place.text} {inner[1].text}"
        place = Place(text, _inside(inner[1], place), True)
        size += inner[0]
    if tokens[size : size + 1] in (["city"], ["province"]) and len(tokens) > size + 1:
        size += 1
    return tokens[size:], place


def _take_places(tokens: list[str], bracketed: list[Place]) -> tuple[list[str], list[Place]]:
    """A place in brackets or at the end outweighs one at the start, which may be the brand then."""
    last = None
    if not bracketed and len(tokens) > 2:
        size = 2 if _whole_place(tokens[-2:], False) else 1
        last = _whole_place(tokens[-size:], fuzzy=False)
        if last and (last.certain or len(tokens) > 3) and not trade_word(tokens[-1]):
            tokens, bracketed = tokens[:-size], [last]
    rest, first = _take_first_places(tokens)
    if first is None:
        return _take_middle_place(tokens) if not bracketed else (tokens, bracketed)
    if not bracketed:
        return rest, [first]
    codes = _inside(bracketed[0], first)
    if codes:
        return rest, [Place(f"{first.text} {bracketed[0].text}", codes, True)]
    return tokens, bracketed


def _take_middle_place(tokens: list[str]) -> tuple[list[str], list[Place]]:
    """Furuida Heilongjiang Supply Chain: a place between the brand and the industry."""
    found = _place_at(tokens, 1, fuzzy=False) if len(tokens) > 2 else None
    if found and found[1].certain and _is_trade("".join(tokens[1 + found[0] : 2 + found[0]])):
        return [tokens[0], *tokens[1 + found[0] :]], [found[1]]
    return tokens, []


def _split_brackets(text: str) -> tuple[str, list[list[str]]]:
    """The text with its brackets' contents taken out, and these."""
    groups: list[list[str]] = []
    while "(" in text:
        before, _, rest = text.partition("(")
        inside, closed, after = rest.partition(")")
        if not closed:
            inside, after = "", rest
        if inside.strip():
            groups.append(inside.split())
        text = f"{before} {after}"
    return text.replace(")", " "), groups


def parse_english(text: str) -> ParsedName:
    outside, groups = _split_brackets(text)
    tokens = outside.split() or text.replace("(", " ").replace(")", " ").split() or [text]
    bracketed = []
    for group in groups:
        place = _whole_place(group, fuzzy=True) or _whole_place(group[:1], fuzzy=False)
        if place:
            bracketed.append(place)
        elif tokens != group:
            tokens = (
                tokens + group
                if legal_words().keys() >= set(group)
                else tokens[:1] + group + tokens[1:]
            )
    branch = ""
    if tokens[-1] in ("branch", "subsidiary", "office") and len(tokens) > 2:
        branch = " ".join(tokens[-2:])
        tokens = tokens[:-2]
    tokens, form, form_class = _take_form(tokens)
    tokens = [part for token in tokens for part in _unglued(token)]
    if not bracketed:
        tokens = [*_glued_place(tokens[0]), *tokens[1:]]
    while len(tokens) > 1 and tokens[-1] in legal_words():
        tokens, form = tokens[:-1], f"{tokens[-1]} {form}".strip()
    tokens, places = _take_places(tokens, bracketed[:1])
    trades = [trade_word(token) if i else "" for i, token in enumerate(tokens)]
    brand = [token for token, trade in zip(tokens, trades, strict=True) if not trade]
    industry = tuple(trade for trade in trades if trade)
    return ParsedName(
        text, "en", tuple(places), " ".join(brand), industry, form, form_class, branch
    )
