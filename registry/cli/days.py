"""`--as-of`: the day that counts, else today by the calendar that the law goes by."""

from __future__ import annotations

from datetime import UTC, date, datetime

import click


def _day(_context: click.Context, _option: click.Parameter, said: datetime | None) -> date:
    from registry.rules.calendar import legal_date

    return said.date() if said else legal_date(datetime.now(UTC))


AS_OF = click.option(
    "--as-of",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    callback=_day,
    help="The day that counts, by whose rules and data all is done; today in China.",
)
