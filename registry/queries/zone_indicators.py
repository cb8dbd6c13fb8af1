"""What the imported indicators of zones say: F8 worked out, beside the plan's targets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from sqlmodel import Session

from registry.queries.reference import rows_now, zones_now
from registry.reference import plan_targets
from registry.reference.rows import PlanTarget
from registry.rules.indicators import energy_intensity, yearly_cut

Row = Mapping[str, str]
TARGETS = ("zone_energy_intensity", "zone_co2_intensity_cut")


class ZoneFigures(NamedTuple):
    """One zone in its newest year; what could not be worked out is None.

    `yearly_cut` is a ratio, from the earliest year on the same price basis; `verified` is false as
    soon as one of the rows behind it is.
    """

    zone_id: str
    name_zh: str
    name_en: str
    year: int
    energy_tce_per_10k_yuan: Decimal | None
    base_year: int | None
    yearly_cut: Decimal | None
    clean_share: Decimal | None
    verified: bool


def figures(session: Session) -> tuple[ZoneFigures, ...]:
    """All zones with indicators, in the order of the list of zones."""
    by_zone: dict[str, list[Row]] = {}
    for row in rows_now(session, "zone_indicators"):
        by_zone.setdefault(row["zone_id"], []).append(row)
    return tuple(_figures(zones_now(session), by_zone))


def targets() -> Mapping[str, PlanTarget]:
    """The plan's targets that these figures are read against."""
    return {row.target: row for row in plan_targets() if row.target in TARGETS}


def _figures(zones: Mapping[str, Row], by_zone: Mapping[str, list[Row]]) -> Iterator[ZoneFigures]:
    for zone_id, zone in zones.items():
        rows = sorted(by_zone.get(zone_id, ()), key=lambda row: int(row["year"]))
        if not rows:
            continue
        now = rows[-1]
        base = _base(rows)
        used = [now] if base is None else [now, base]
        yield ZoneFigures(
            zone_id=zone_id,
            name_zh=zone["name_zh"],
            name_en=zone["name_en"] or zone["name_zh"],
            year=int(now["year"]),
            energy_tce_per_10k_yuan=_ratio(now, "energy_tce", "industrial_added_value_10k_yuan"),
            base_year=int(base["year"]) if base is not None else None,
            yearly_cut=_cut(base, now) if base is not None else None,
            clean_share=_ratio(now, "clean_energy_tce", "energy_tce"),
            verified=all(row["status"] == "verified" for row in used),
        )


def _ratio(row: Row, above: str, below: str) -> Decimal | None:
    if not row[above] or not row[below] or Decimal(row[below]) == 0:
        return None
    return energy_intensity(Decimal(row[above]), Decimal(row[below]))


def _intensity(row: Row) -> Decimal | None:
    return _ratio(row, "co2_tco2", "industrial_added_value_10k_yuan")


def _base(rows: Sequence[Row]) -> Row | None:
    """The earliest year whose intensity is known in the prices of the newest."""
    now = rows[-1]
    return next(
        (
            row
            for row in rows[:-1]
            if row["price_base_year"] == now["price_base_year"] and _intensity(row)
        ),
        None,
    )


def _cut(base: Row, now: Row) -> Decimal | None:
    before, after = _intensity(base), _intensity(now)
    if not before or after is None:
        return None
    return yearly_cut(before, after, int(now["year"]) - int(base["year"]))
