"""Alembic's environment: the tables of registry.models, on whichever engine."""

from alembic import context

from registry.db import migration_engine
from registry.models import SQLModel

config = context.config


# Search indexes are made by hand on each engine (registry.models.reserve); FTS5 adds tables of its own.
MADE_BY_HAND = ("reserve_search", "ix_reserve_search")


def _is_compared(_object: object, name: str | None, *_: object) -> bool:
    return not (name or "").startswith(MADE_BY_HAND)


def run() -> None:
    engine = migration_engine(config.attributes["url"])
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=SQLModel.metadata,
            render_as_batch=True,
            compare_type=True,
            include_object=_is_compared,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
