"""Codes that are looked up rather than remembered: industries, catalogue items, zones."""

from typing import Any, NamedTuple

from registry import reference
from registry.reference.searching import found, prepared
from registry.web import places
from registry.web.language import current_language

MOST = 30
SEARCHED = ("industries", "catalogue_items")  # other tables are short enough to choose from


class Code(NamedTuple):
    code: str
    name: str


def search_codes(table: str, text: str, edition: str = "", limit: int = MOST) -> list[Code]:
    """Codes whose number or name fits, in either language; nothing for a table of no codes."""
    if table == "industries":
        return [Code(r.code, _name(r)) for r in reference.search_industries(text, limit)]
    if table == "catalogue_items":
        return [Code(r.code, _name(r)) for r in _catalogue(text, edition, limit)]
    return []


def _catalogue(text: str, edition: str, limit: int) -> list[Any]:
    if reference.catalogue_edition(edition) is None:
        return []
    items = reference.catalogue_items(edition)
    return found(text, [(prepared(f"{i.code} {i.name_zh} {i.name_en}"), i) for i in items], limit)


def code_name(table: str, code: str, edition: str = "") -> str:
    """What a code stands for, or nothing."""
    if table == "industries":
        row: Any = reference.industry(code)
    elif table == "catalogue_items" and reference.catalogue_edition(edition) is not None:
        row = reference.catalogue_item(edition, code)
    else:
        row = None
    return _name(row) if row is not None else ""


def is_whole(table: str, edition: str = "") -> bool:
    """Whether a search that finds nothing means that there is nothing: not every edition's items
    are loaded, and then a code may be typed that nobody can look up here."""
    if table != "catalogue_items":
        return True
    known = reference.catalogue_edition(edition)
    return known is not None and known.items_loaded == "yes"


def _name(row: Any) -> str:
    return str((row.name_en if current_language() == "en" else "") or row.name_zh)


def zones_by_province() -> list[tuple[str, str, str | None]]:
    """All zones as id, name and province, with "outside any zone" on top."""
    names = dict(places.zone_choices())
    return [
        ("", "—", None),
        (places.OUTSIDE, names[places.OUTSIDE], None),
        *(
            (zone.zone_id, names[zone.zone_id], places.province_name(zone.province_code))
            for zone in reference.zones()
        ),
    ]


def usual_grid(province: str) -> tuple[list[str], list[str]]:
    """The grids that a plant in this province may feed: ids, usual one first, and their names."""
    options = reference.grid_options(province) if province else ()
    return [o.grid.grid for o in options], [_name(o.grid) for o in options]
