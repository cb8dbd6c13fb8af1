"""Choices of place, class, kind and grade for forms and filters, in the reader's language."""

from collections.abc import Mapping

from registry import reference
from registry.queries import codes
from registry.queries.reference import zone_with, zones_now
from registry.queries.rulebook import in_force
from registry.rules.calendar import legal_date
from registry.web import edge
from registry.web.language import current_language, t
from registry.words import Words
from registry.words.grades import GRADES
from registry.words.states import STATES

Choice = tuple[str, str]
OUTSIDE = "outside"


def _named(row: object) -> str:
    return str(getattr(row, "name_en" if current_language() == "en" else "name_zh"))


def _in_language(row: Mapping[str, str]) -> str:
    return (row["name_en"] if current_language() == "en" else "") or row["name_zh"]


def zone_choices() -> list[Choice]:
    """Every zone in the reader's language, and none at all first."""
    zones = zones_now(edge.reading())
    found = [(zone_id, _in_language(zone)) for zone_id, zone in zones.items()]
    return [(OUTSIDE, t("区外（不在国家高新区内）", "Outside any zone")), *found]


def zone_name(zone_id: str) -> str:
    zone = zone_with(edge.reading(), zone_id) if zone_id else None
    if zone is None:
        return t("区外", "Outside any zone") if zone_id == OUTSIDE else ""
    return _in_language(zone)


def province_choices() -> list[Choice]:
    return [(row.code, _named(row)) for row in reference.provinces()]


def province_name(code: str) -> str:
    row = reference.division(code) if code else None
    return _named(row) if row is not None else ""


def kind_choices() -> list[Choice]:
    rulebook = in_force(edge.reading(), legal_date(edge.now()))
    return [(kind.id, t(kind.name.zh, kind.name.en)) for kind in rulebook.kinds]


def kind_name(kind: str) -> str:
    return dict(kind_choices()).get(kind, kind)


def grade_choices() -> list[Choice]:
    return [(code, words.in_language(current_language())) for code, words in GRADES.items()]


def state_choices(*states: str) -> list[Choice]:
    words: dict[str, Words] = STATES["application"]
    return [(state, words[state].in_language(current_language())) for state in states]


def class_name(edition: str, code: str) -> str:
    item = codes.named(edge.reading(), "catalogue_items", code, edition=edition)
    if item is None:
        return code
    return (item.name_en if current_language() == "en" else "") or item.name_zh
