"""Rules and reference data of this installation, or what the product ships where there is none yet."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from registry.rules.reference import ReferenceTables
    from registry.rules.rulebook import Rulebook


class Installed:
    """Rulebooks and reference data of the database; `session` is None where there is no database."""

    def __enter__(self) -> Installed:
        from sqlalchemy.exc import DBAPIError

        from registry.config import Settings
        from registry.db import Database
        from registry.migrating import revision

        settings = Settings()
        self.session: Any = None
        try:
            if revision(settings.database_url):
                self.context = Database(settings.database_url).read()
                self.session = self.context.__enter__()
        except (DBAPIError, OSError) as why:
            # A file that is not there is no registry yet; a server that is silent is another matter.
            if not settings.database_url.startswith("sqlite"):
                said = str(why).partition("\n")[0]
                raise click.ClickException(f"the database does not answer: {said}") from None
        return self

    def __exit__(self, *_: object) -> None:
        if self.session is not None:
            self.context.__exit__(None, None, None)

    def rulebook(self, day: date) -> Rulebook:
        """The one in force on a day; a day without one ends the command."""
        from registry import rulebooks
        from registry.queries.rulebook import in_force

        try:
            return in_force(self.session, day) if self.session else rulebooks.in_force(day)
        except rulebooks.NoRulebookInForce:
            raise click.ClickException(f"no rulebook is in force on {day}") from None

    def reference(self) -> ReferenceTables:
        from registry import reference
        from registry.queries.reference import tables

        return tables(self.session) if self.session else reference.tables()


def spark_or_words(master: str, in_sql: bool) -> None:
    """A session on that master, or what to install, before anything is read; it ends with the command."""
    from registry.bulk.scoring.spark import SparkNotReady, errors, session

    try:
        made = session(master, in_sql)
    except SparkNotReady as why:
        raise click.ClickException(str(why)) from None
    except errors() as why:
        raise click.ClickException(f"Spark on {master}: {in_short(why)}") from None
    click.get_current_context().call_on_close(made.stop)


def in_short(why: Exception) -> str:
    """The line that says it: Spark puts what a node said into many lines of Java."""
    lines = [line for line in str(why).splitlines() if line.strip()] or [type(why).__name__]
    ours = (line for line in lines if line.startswith("RuntimeError: "))
    return next(ours, lines[0]).removeprefix("RuntimeError: ")
