"""F1 to F12 once more, in exact decimals and by hand: what the rulebook's formulas are held against.

The rulebook decides what a project scores; these plain functions are the second reckoning, for golden
tests, for portfolios of figures that are no project, and for whoever wants to read a method at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import NamedTuple

ONE = Decimal(1)
CO2_PER_CARBON = Decimal(44) / Decimal(12)
FACILITY_SHARE = Decimal("0.6")  # of the principal that the central bank lends


class FactorMissing(ValueError):
    """A quantity without which the method gives no number: never a zero, never a fallback."""


def coal_saved_tce(generation_mwh: Decimal, rate_gce_per_kwh: Decimal) -> Decimal:
    """F1: clean power at last year's national coal rate of supply."""
    return generation_mwh * rate_gce_per_kwh / 1000


def combined_margin(
    om: Decimal, bm: Decimal, om_weight: Decimal = Decimal("0.75"), decimals: int = 4
) -> Decimal:
    """F2: the margin, rounded half up to four decimals as published project documents do."""
    margin = om_weight * om + (ONE - om_weight) * bm
    return margin.quantize(ONE.scaleb(-decimals), rounding=ROUND_HALF_UP)


def renewable_abatement_tco2(
    generation_mwh: Decimal,
    margin: Decimal,
    *,
    project_emissions_tco2: Decimal | None,
    leakage_tco2: Decimal | None,
) -> Decimal:
    """F2: rounded down, less project emissions and leakage; wind and solar give zeros for both."""
    if project_emissions_tco2 is None or leakage_tco2 is None:
        raise FactorMissing("project emissions or leakage")
    gross = (generation_mwh * margin).quantize(ONE, rounding=ROUND_FLOOR)
    return gross - project_emissions_tco2 - leakage_tco2


def fuel_factor_tco2(ncv_gj: Decimal, carbon_tc_per_tj: Decimal, oxidation: Decimal) -> Decimal:
    """tCO2 per unit of fuel from its heat, carbon and oxidation: never the printed factor."""
    return ncv_gj * carbon_tc_per_tj / 1000 * oxidation * CO2_PER_CARBON


def saved(before: Decimal, after: Decimal, output: Decimal, design_output: Decimal) -> Decimal:
    """F3: specific use before less after, times the output, which the design caps."""
    return (before - after) * min(output, design_output)


def gas_for_coal_tco2(
    heat_gj: Decimal, old_efficiency: Decimal, coal_tco2_per_gj: Decimal, gas_tco2: Decimal
) -> Decimal:
    """F4: coal for the same useful heat, less the gas; counts CO2, no coal saving."""
    return heat_gj / old_efficiency * coal_tco2_per_gj - gas_tco2


def methane_abatement_tco2e(
    methane_t: Decimal, gwp: Decimal, displaced_tco2: Decimal, project_tco2e: Decimal
) -> Decimal:
    """F5: methane by the stored edition of its potential, and the energy that it displaces."""
    return methane_t * gwp + displaced_tco2 - project_tco2e


def loan_share(abatement: Decimal, loan_balance: Decimal, total_investment: Decimal) -> Decimal:
    """F6: the loan's part of the abatement."""
    return abatement * loan_balance / total_investment


def inventory_tco2(
    fuel: Decimal, process: Decimal, net_power: Decimal, net_heat: Decimal, in_products: Decimal
) -> Decimal:
    """F7: fuel, process, net power and heat (which may be negative), less carbon in products."""
    return fuel + process + net_power + net_heat - in_products


def energy_intensity(tce: Decimal, added_value: Decimal) -> Decimal:
    """F8: energy per added value in constant prices."""
    return tce / added_value


def yearly_cut(base: Decimal, now: Decimal, years: int) -> Decimal:
    """F8: the yearly cut that leads from one intensity to the other."""
    return ONE - (now / base) ** (ONE / years)


def left_after(cut: Decimal, years: int) -> Decimal:
    """F8 the other way round: what is left of the base after years of one cut."""
    return (ONE - cut) ** years


def park_is_low_carbon(tco2: Decimal, tce: Decimal) -> bool | None:
    """F9: 0.20 tCO2/tce from 0.2 Mtce, 0.30 from 1 Mtce; below, no band is published."""
    if tce < 200_000:
        return None
    return tco2 / tce <= (Decimal("0.30") if tce >= 1_000_000 else Decimal("0.20"))


def per_year(total: Decimal, days: int) -> Decimal:
    """F10: pro rata to 365 days, rounded down."""
    return (total * 365 / days).quantize(ONE, rounding=ROUND_DOWN)


def most_generation_mwh(capacity_mw: Decimal, leap_year: bool = False) -> Decimal:
    """F11: capacity in every hour of the year."""
    return capacity_mw * (8784 if leap_year else 8760)


class FacilityRow(NamedTuple):
    """One loan of the central bank's carbon-reduction facility, in a quarter."""

    field: str
    loan_fen: int
    rate_percent: Decimal
    yearly_reduction_tco2e: Decimal  # the loan's share


class FacilityLine(NamedTuple):
    """F12: what is disclosed for a field: projects, amount, weighted rate, yearly reduction."""

    field: str
    projects: int
    loans_fen: int
    central_bank_fen: int
    weighted_rate_percent: Decimal
    yearly_reduction_tco2e: Decimal
    tonnes_per_10k_yuan: Decimal


def facility_disclosure(rows: Iterable[FacilityRow]) -> tuple[FacilityLine, ...]:
    """F12: one line a field, in the order in which they appear, and all of them together."""
    by_field: dict[str, list[FacilityRow]] = {}
    everything: list[FacilityRow] = []
    for row in rows:
        by_field.setdefault(row.field, []).append(row)
        everything.append(row)
    lines = [_line(field, mine) for field, mine in by_field.items()]
    return (*lines, _line("", everything)) if everything else ()


def _line(field: str, rows: list[FacilityRow]) -> FacilityLine:
    loans = sum(row.loan_fen for row in rows)
    reduction = sum((row.yearly_reduction_tco2e for row in rows), Decimal(0))
    interest = sum((row.loan_fen * row.rate_percent for row in rows), Decimal(0))
    return FacilityLine(
        field=field,
        projects=len(rows),
        loans_fen=loans,
        central_bank_fen=int(loans * FACILITY_SHARE),
        weighted_rate_percent=interest / loans if loans else Decimal(0),
        yearly_reduction_tco2e=reduction,
        tonnes_per_10k_yuan=reduction / (Decimal(loans) / 1_000_000) if loans else Decimal(0),
    )


METHODS: Mapping[str, str] = {
    "F1": "coal_saved_tce",
    "F2": "renewable_abatement_tco2",
    "F3": "saved",
    "F4": "gas_for_coal_tco2",
    "F5": "methane_abatement_tco2e",
    "F6": "loan_share",
    "F7": "inventory_tco2",
    "F8": "yearly_cut",
    "F9": "park_is_low_carbon",
    "F10": "per_year",
    "F11": "most_generation_mwh",
    "F12": "facility_disclosure",
}
