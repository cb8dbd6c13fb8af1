"""The day that a command goes by: today by the calendar of the law, or what `--as-of` says."""

from __future__ import annotations

from datetime import UTC, date, datetime

import click


def today() -> date:
    """The date in China, whatever the machine's own is."""
    from registry.rules.calendar import legal_date

    return legal_date(datetime.now(UTC))


def _day(_context: click.Context, _option: click.Parameter, said: datetime | None) -> date:
    return said.date() if said else today()


AS_OF = click.option(
    "--as-of",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    callback=_day,
    help="The day that counts, by whose rules and data all is done; today in China.",
)
