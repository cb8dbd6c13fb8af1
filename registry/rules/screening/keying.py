"""Keys: numbers that the list stores for an entry and a query asks for, so that candidates are an
indexed equi-join: the same in SQLite, PostgreSQL and memory.

`keys` is what is stored with an entry, `probes` what a subject asks for. They differ so that the list
stays small: an inserted character, say, is found by the query's deletions alone.

Spaces (the first character of what is hashed):
U O L R H  USCC, organisation code, LEI, legacy number, salted hash of a person's number
A  short name (brand + two characters of the industry)
C  core (brand + industry); with the branch where the name is a branch's
G  the last characters of a long branch's name, should a slip hide where it begins
E  core less one character; scoped by province where the core is short, for 华科技 is half the list
Y  core as it sounds; S  brand as it sounds, for English queries
B  brand; scoped by province where it has two characters
T  sorted words of an English name; J  its brand in one word; F  that less one character
X  any other name whole (persons, sites, technologies, products); P  as it sounds
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from hashlib import blake2b
from struct import Struct

from registry.rules.screening.folding import sounds
from registry.rules.screening.identifiers import UsccCheck
from registry.rules.screening.parts import ParsedName
from registry.rules.screening.sides import Side, side_of
from registry.rules.screening.slips import deletions
from registry.rules.screening.subjects import COMPANY, Entry, Name, Subject

SCOPED_CORE = 5
SCOPED_BRAND = 2
MIN_DELETED_CORE = 3
MIN_DELETED_BRAND = 5
LONG_BRANCH = 7
ANYWHERE = "?"
EMPTY_DIGEST, NUMBER = blake2b(digest_size=8), Struct(">q")
CODE_SPACE = {"uscc18": "U", "orgcode9": "O", "lei": "L", "legacy15": "R"}


def digest(text: str) -> int:
    """A signed 64-bit number that is the same on every machine and in every year."""
    state = EMPTY_DIGEST.copy()  # half the work of a new one
    state.update(text.encode())
    (number,) = NUMBER.unpack(state.digest())
    return int(number)


@cache
def mark(space: str, scope: str = "") -> int:
    """What is mixed into a text's number so that equal texts differ from space to space."""
    return digest(f"{space}|{scope}")


def key(space: str, text: str, scope: str = "") -> int:
    """The key of a text in a space: one hash a text, however many spaces ask for it."""
    return digest(text) ^ mark(space, scope)


def code_keys(codes: Iterable[UsccCheck]) -> set[int]:
    found = set()
    for code in codes:
        found.add(key(CODE_SPACE[code.kind], code.normalised))
        if code.organisation_code:
            found.add(key("O", code.organisation_code))
    return found


def scopes(parsed: ParsedName, registered_in: str) -> tuple[str, ...]:
    """The provinces a name may belong to; its registration speaks where the name is silent."""
    return parsed.provinces or ((registered_in, ANYWHERE) if registered_in else (ANYWHERE,))


def core_of(parsed: ParsedName) -> str:
    """A branch is keyed by its parent's core and its own name, or a bank would be one heap."""
    return f"{parsed.core}#{parsed.branch}" if parsed.branch else parsed.core


def _brand_keys(parsed: ParsedName, where: tuple[str, ...]) -> set[int]:
    if parsed.branch or len(parsed.brand) < SCOPED_BRAND:
        return set()
    number = digest(parsed.brand)
    if len(parsed.brand) > SCOPED_BRAND:
        return {number ^ mark("B")}
    return {number ^ mark("B", place) for place in where}


def _short_names(parsed: ParsedName) -> tuple[str, ...]:
    """宝隆能源 for 宝隆能源科技: brand and two characters of the industry; for an industry that no
    table knows, the brand without its last two characters."""
    industry = "".join(parsed.industry)
    if parsed.branch or len(industry) == 2:
        return ()
    if industry:
        return (parsed.brand + industry[:2],)
    return (parsed.brand[:-2],) if len(parsed.brand) > SCOPED_CORE - 1 else ()


def _chinese_keys(parsed: ParsedName, where: tuple[str, ...]) -> set[int]:
    found = _brand_keys(parsed, where)
    core = core_of(parsed)
    found.add(digest(core) ^ mark("C"))
    if len(core) >= MIN_DELETED_CORE:
        numbers = map(digest, deletions(core))
        if short(core):
            marks = [mark("E", place) for place in where]
            found.update([number ^ each for number in numbers for each in marks])
        else:
            anywhere = mark("E")
            found.update([number ^ anywhere for number in numbers])
    found.update([key("Y", sound) for sound in sounds(core)])
    found.update([key("A", text) for text in _short_names(parsed)])
    if not parsed.branch:
        found.update([key("S", sound) for sound in parsed.brand_sounds])
    elif len(parsed.branch) >= LONG_BRANCH:
        found.add(key("G", parsed.text[-LONG_BRANCH:]))
    return found


def short(core: str) -> bool:
    return len(core) <= SCOPED_CORE


def _english_keys(parsed: ParsedName) -> set[int]:
    brand = parsed.compact
    found = {key("T", sorted_words(parsed)), key("J", brand)}
    if len(brand) >= MIN_DELETED_BRAND:
        missing = mark("F")
        found.update([number ^ missing for number in map(digest, deletions(brand))])
    return found


def sorted_words(parsed: ParsedName) -> str:
    places = (place.text for place in parsed.regions)
    words = {*parsed.brand.split(), *parsed.industry, *" ".join(places).split()}
    return " ".join(sorted(words))


def _chinese_probes(parsed: ParsedName, where: tuple[str, ...]) -> set[int]:
    where = tuple(dict.fromkeys((*where, ANYWHERE)))
    found = _brand_keys(parsed, where)
    scoped = [mark("E", place) for place in where]
    core = core_of(parsed)
    number = digest(core)
    found |= {number ^ mark("C"), number ^ mark("A")}
    found.update(key("Y", sound) for sound in sounds(core))
    if len(core) >= MIN_DELETED_CORE:
        numbers = [number, *map(digest, deletions(core))]
        found.update(each ^ mark("C") for each in numbers)
        # an entry's core is one longer, equal or one shorter than what it lost a character to
        if len(core) >= SCOPED_CORE:
            found.update(each ^ mark("E") for each in numbers)
        if len(core) <= SCOPED_CORE + 1:
            found.update(each ^ place for each in numbers for place in scoped)
    else:
        found.update(number ^ place for place in scoped)
    if not parsed.regions or len(parsed.brand) > SCOPED_CORE - 2:  # one may be misspelt there
        found.update(key("C", core[size:]) for size in (2, 3, 4) if len(core) > size + 1)
    if len(parsed.text) > 2 * LONG_BRANCH:
        found.add(key("G", parsed.text[-LONG_BRANCH:]))
    if parsed.branch:
        found.add(key("C", parsed.core))
    else:
        found.update(key("J", sound) for sound in parsed.brand_sounds)
    return found


def _english_probes(parsed: ParsedName) -> set[int]:
    brand, words = parsed.compact, parsed.brand.split()
    texts = {brand} | (deletions(brand) if len(brand) >= MIN_DELETED_BRAND else set())
    spaces = (mark("J"), mark("F"), mark("S"))
    if len(words) > 1:  # one of them may be a word of the industry or the form with a slip in it
        texts |= {"".join(words[:i] + words[i + 1 :]) for i in range(len(words))}
    numbers = [digest(text) for text in texts]
    return {number ^ space for number in numbers for space in spaces} | {
        key("T", sorted_words(parsed))
    }


def _other_keys(folded: str) -> set[int]:
    return {key("X", folded)} | {key("P", sound) for sound in sounds(folded)}


@lru_cache(maxsize=8192)
def identifier_keys(codes: tuple[UsccCheck, ...], person_id: str) -> frozenset[int]:
    """The keys that make a hit by themselves, whatever the names."""
    return frozenset(code_keys(codes) | ({key("H", person_id)} if person_id else set()))


def _name_keys(parsed: ParsedName, registered_in: str) -> set[int]:
    if parsed.script == "zh":
        ways = (_chinese_keys(way, scopes(way, registered_in)) for way in parsed.ways)
        return set().union(*ways)
    return _english_keys(parsed) if parsed.brand else set()


def _name_probes(parsed: ParsedName, registered_in: str) -> set[int]:
    if parsed.script == "zh":
        ways = (_chinese_probes(way, scopes(way, registered_in)) for way in parsed.ways)
        return set().union(*ways)
    return _english_probes(parsed) if parsed.brand else set()


def stored_for(side: Side, sure: frozenset[int]) -> set[int]:
    """`entry_keys` of an entry taken apart; `sure` are its `identifier_keys`."""
    found = set(sure)
    for parsed in side.parsed:
        found |= _name_keys(parsed, side.province)
    return found.union(*map(_other_keys, side.folded)) if side.kind != COMPANY else found


def asked_by(side: Side, sure: frozenset[int]) -> set[int]:
    """`probes` of a subject taken apart; `sure` are its `identifier_keys`."""
    found = set(sure)
    for parsed in side.parsed:
        found |= _name_probes(parsed, side.province)
    return found.union(*map(_other_keys, side.folded)) if side.kind != COMPANY else found


def entry_keys(entry: Entry) -> frozenset[int]:
    """What the list stores for an entry: one row (key, entry) each."""
    side = side_of(entry)
    return frozenset(stored_for(side, identifier_keys(side.codes, entry.person_id)))


def probes(subject: Subject) -> frozenset[int]:
    """What a subject asks the list for: its candidates are the entries with one of these keys."""
    side = side_of(subject)
    return frozenset(asked_by(side, identifier_keys(side.codes, subject.person_id)))


def keys(
    name: str,
    name_en: str = "",
    uscc: str = "",
    other_names: tuple[Name, ...] = (),
    codes: tuple[str, ...] = (),
    *,
    kind: str = COMPANY,
    person_id: str = "",
) -> frozenset[int]:
    """`entry_keys` of an entry given by its parts."""
    return entry_keys(
        Entry(
            reference=0,
            name=name,
            kind=kind,
            name_en=name_en,
            uscc=uscc,
            other_names=other_names,
            codes=codes,
            person_id=person_id,
        )
    )
