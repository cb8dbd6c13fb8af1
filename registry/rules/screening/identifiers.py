"""Identifiers of Chinese bodies: read leniently, checked, warned about and never refused.

GB 32100-2015 (unified social credit code), GB 11714-1997 (organisation code, inside it at positions
9 to 17), the 15-digit registration number from before 2015 and ISO 17442 (LEI). Real registers
hold real codes that fail a check, so a failed check is a warning with a reason.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from operator import mul

from registry.rules.screening.tables import divisions

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
VALUE = {char: value for value, char in enumerate(ALPHABET)}
WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
BASE36 = {char: value for value, char in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")}
INNER_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
# Registration authority and kind of body, GB 32100-2015 table 1 with the later additions.
AUTHORITY_LIST = (
    "11 12 13 19 21 29 31 32 33 34 35 39 41 49 51 52 53 54 59 61 62 69 71 72 79 81 89"
    " 91 92 93 A1 A9 N1 N2 N3 N9 Y1"
)
AUTHORITIES = frozenset(AUTHORITY_LIST.split())
NATIONAL = "10"
LOOKS_LIKE = str.maketrans("IOZSV", "1025U")
CONFUSED = ("0DOQ", "1L", "2Z", "5S", "8B", "6G", "UV", "9P", "MN", "4A", "7T")
NOISE = re.compile(r"[\s\-_.·:：/\\'\"]")
LEGACY = re.compile(r"[0-9]{15}")
ORGCODE = re.compile(r"[0-9A-Z]{8}[0-9X]")
LEI = re.compile(r"[0-9A-Z]{18}[0-9]{2}")


@dataclass(frozen=True, slots=True)
class UsccCheck:
    """What a code turned out to be. `None` for a check means that this kind has no such check."""

    normalised: str
    kind: str  # uscc18, legacy15, orgcode9, lei, unknown
    check_digit_ok: bool | None
    inner_check_ok: bool | None
    province_code: str  # two digits, 10 for bodies registered nationally, "" if unknown
    warnings: tuple[str, ...]
    suggestion: str

    @property
    def organisation_code(self) -> str:
        """The nine characters that outlive a change of registration number."""
        if self.kind == "uscc18":
            return self.normalised[8:17]
        return self.normalised if self.kind == "orgcode9" else ""

    @property
    def valid(self) -> bool:
        return self.kind != "unknown" and self.check_digit_ok is not False


@cache
def province_codes() -> frozenset[str]:
    lines = divisions.LINES.splitlines()
    return frozenset(line[:2] for line in lines if line[2] == " ") | {NATIONAL}


def normalise(text: str) -> str:
    """Full width, spaces, hyphens and zero-width characters out; capital letters."""
    if text.isascii() and text.isalnum():
        return text.upper()
    wide = unicodedata.normalize("NFKC", text)
    if not wide.isalnum():
        visible = "".join(c for c in wide if unicodedata.category(c) != "Cf")
        wide = NOISE.sub("", visible)
    return wide.upper()


def uscc_check_digit(first17: str) -> str | None:
    """The eighteenth character for the first seventeen; None if one is outside the alphabet."""
    try:
        total = sum(map(mul, map(VALUE.__getitem__, first17), WEIGHTS))
    except KeyError:
        return None
    return ALPHABET[(31 - total % 31) % 31]


def organisation_check_digit(first8: str) -> str | None:
    try:
        total = sum(map(mul, map(BASE36.__getitem__, first8), INNER_WEIGHTS))
    except KeyError:
        return None
    rest = 11 - total % 11
    return "X" if rest == 10 else "0" if rest == 11 else str(rest)


def legacy_check_digit(first14: str) -> str:
    """ISO 7064 MOD 11,10, as the 15-digit registration numbers used it."""
    product = 10
    for digit in first14:
        total = (product + int(digit)) % 10 or 10
        product = total * 2 % 11
    return str((11 - product) % 10)


def lei_ok(code: str) -> bool:
    return int("".join(str(BASE36[char]) for char in code)) % 97 == 1


def _uscc_passes(code: str) -> bool:
    return (
        uscc_check_digit(code[:17]) == code[17]
        and organisation_check_digit(code[8:16]) == code[16]
        and code[:2] in AUTHORITIES
    )


def _confusions(code: str) -> set[str]:
    """Codes one likely slip away: a look-alike character, or two neighbours exchanged."""
    found = set()
    for place, char in enumerate(code):
        for group in CONFUSED:
            if char in group:
                found |= {code[:place] + other + code[place + 1 :] for other in group}
        if place and code[place - 1] != char:
            found.add(code[: place - 1] + char + code[place - 1] + code[place + 1 :])
    return found - {code}


def suggest_uscc(code: str) -> str:
    """The one code that the writer probably meant, or nothing: a guess is shown, never used."""
    if len(code) != 18:
        return ""
    repaired = code.translate(LOOKS_LIKE)
    if repaired != code and _uscc_passes(repaired):
        return repaired
    passing = {other for other in _confusions(repaired) if _uscc_passes(other)}
    return passing.pop() if len(passing) == 1 else ""


def _check_uscc18(code: str) -> UsccCheck:
    warnings = []
    expected = uscc_check_digit(code[:17])
    legal = expected is not None and code[17] in VALUE
    outer = legal and expected == code[17]
    inner = organisation_check_digit(code[8:16]) == code[16]
    if not legal:
        warnings.append("illegal_character")
    elif not outer:
        warnings.append("check_digit")
    if not inner:
        warnings.append("inner_check")
    if code[:2] not in AUTHORITIES:
        warnings.append("unknown_authority")
    province = code[2:4] if code[2:4] in province_codes() else ""
    if not province:
        warnings.append("unknown_division")
    suggestion = "" if outer else suggest_uscc(code)
    return UsccCheck(code, "uscc18", outer, inner, province, tuple(warnings), suggestion)


def _check_legacy15(code: str) -> UsccCheck:
    ok = legacy_check_digit(code[:14]) == code[14]
    province = code[:2] if code[:2] in province_codes() else ""
    warnings = (() if ok else ("check_digit",)) + (() if province else ("unknown_division",))
    return UsccCheck(code, "legacy15", ok, None, province, ("legacy_number", *warnings), "")


def check_uscc(text: str) -> UsccCheck:
    """Say what a typed code is and what speaks against it. Takes every text."""
    code = normalise(text)
    if len(code) == 18 and code.isascii() and code.isalnum():
        return _check_uscc18(code)
    if LEGACY.fullmatch(code):
        return _check_legacy15(code)
    if LEI.fullmatch(code):
        ok = lei_ok(code)
        return UsccCheck(code, "lei", ok, None, "", () if ok else ("check_digit",), "")
    if ORGCODE.fullmatch(code):
        ok = organisation_check_digit(code[:8]) == code[8]
        return UsccCheck(code, "orgcode9", ok, None, "", () if ok else ("check_digit",), "")
    warning = "missing" if not code else "length"
    return UsccCheck(code, "unknown", None, None, "", (warning,), "")
