"""Who is screened and whom against: values without behaviour of a database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from registry.rules.screening.folding import fold
from registry.rules.screening.identifiers import UsccCheck, check_uscc

COMPANY, PERSON, SITE, TECHNOLOGY, PRODUCT = "company", "person", "site", "technology", "product"
KINDS = (COMPANY, PERSON, SITE, TECHNOLOGY, PRODUCT)
REGISTERED, ENGLISH, FORMER, SHORT, ALIAS = "registered", "english", "former", "short", "alias"
ROLES = (REGISTERED, ENGLISH, FORMER, SHORT, ALIAS)
OWN_NAMES = frozenset({REGISTERED, ENGLISH})


class Name(NamedTuple):
    """One name of a body and what it is to it: one of ROLES."""

    text: str
    role: str


def folded_names(name: str, name_en: str, other_names: tuple[Name, ...]) -> dict[str, Name]:
    """Every name once under its folded text, the registered one first."""
    found: dict[str, Name] = {}
    for one in (Name(name, REGISTERED), Name(name_en, ENGLISH), *other_names):
        folded = fold(one.text) if one.text else ""
        if folded and folded not in found:
            found[folded] = one
    return found


def codes_of(uscc: str, other_codes: tuple[str, ...]) -> tuple[UsccCheck, ...]:
    checks = (check_uscc(code) for code in (uscc, *other_codes) if code)
    return tuple(check for check in checks if check.kind != "unknown")


@dataclass(frozen=True, slots=True)
class Subject:
    """A body that applies or stands in a portfolio.

    `codes` are further identifiers (LEI, organisation code, legacy number); `person_id` is the salted
    hash of a person's identity number, never the number.
    """

    name: str
    kind: str = COMPANY
    name_en: str = ""
    uscc: str = ""
    other_names: tuple[Name, ...] = ()
    codes: tuple[str, ...] = ()
    person_id: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the restricted list, as far as screening must know it.

    `supervised_only`: every ground of the entry says "under supervision", which is no offence.
    """

    reference: int
    name: str
    kind: str = COMPANY
    name_en: str = ""
    uscc: str = ""
    other_names: tuple[Name, ...] = ()
    codes: tuple[str, ...] = ()
    person_id: str = ""
    supervised_only: bool = False
