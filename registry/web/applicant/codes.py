"""Codes that are looked up rather than remembered: industries, catalogue items, zones."""

from typing import Any

from registry import reference
from registry.queries import codes
from registry.queries.codes import SEARCHED, Code
from registry.queries.reference import edition_with, standing, zones_now
from registry.web import edge, places
from registry.web.language import current_language

__all__ = ["SEARCHED", "code_name", "is_whole", "search_codes", "usual_grid", "zones_by_province"]

MOST = 30


def search_codes(
    table: str, text: str, edition: str = "", limit: int = MOST
) -> list[tuple[str, str]]:
    """Codes and names that fit, in either language, as they are in force; imports are among them."""
    found = codes.search(edge.reading(), table, text, edition=edition, limit=limit)
    return [(one.code, _name(one)) for one in found]


def code_name(table: str, code: str, edition: str = "") -> str:
    """What a code stands for, or nothing."""
    one: Code | None = codes.named(edge.reading(), table, code, edition=edition)
    return _name(one) if one is not None else ""


def is_whole(table: str, edition: str = "") -> bool:
    """Whether a search that finds nothing means that there is nothing: not every edition's items
    are loaded, and then a code may be typed that nobody can look up here."""
    if table == "industrial_structure":
        return bool(standing(edge.reading(), table))
    if table != "catalogue_items":
        return True
    known = edition_with(edge.reading(), edition)
    return known is not None and known["items_loaded"] == "yes"


def _name(row: Any) -> str:
    return str((row.name_en if current_language() == "en" else "") or row.name_zh)


def zones_by_province() -> list[tuple[str, str, str | None]]:
    """All zones as id, name and province, with "outside any zone" on top."""
    names = dict(places.zone_choices())
    return [
        ("", "—", None),
        (places.OUTSIDE, names[places.OUTSIDE], None),
        *(
            (zone_id, names[zone_id], places.province_name(zone["province_code"]))
            for zone_id, zone in zones_now(edge.reading()).items()
        ),
    ]


def usual_grid(province: str) -> tuple[list[str], list[str]]:
    """The grids that a plant in this province may feed: ids, usual one first, and their names."""
    options = reference.grid_options(province) if province else ()
    return [o.grid.grid for o in options], [_name(o.grid) for o in options]
