"""Alembic from code: upgrade, and what revision a database is at."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext

from registry import paths
from registry.db import migration_engine


def alembic_config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(paths.MIGRATIONS))
    config.attributes["url"] = url
    return config


def revision(url: str) -> str:
    engine = migration_engine(url)
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    engine.dispose()
    return found or ""


def upgrade(url: str, to: str = "head") -> tuple[str, str]:
    """Upgrade and return the revisions before and after."""
    before = revision(url)
    command.upgrade(alembic_config(url), to)
    return before, revision(url)
