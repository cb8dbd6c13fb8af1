"""Take new events into the public log and sign its head."""

from datetime import datetime

from registry.config import Settings
from registry.db import Database
from registry.operations import log as operations
from registry.queries import audit
from registry.queries import log as queries


def grow_log(database: Database, settings: Settings, now: datetime) -> int:
    """Nothing is written, and no lock taken, where the tree already holds the whole chain."""
    with database.read() as session:
        head = audit.head(session)
        if head is None or head.seq == queries.newest_size(session):
            return 0
    with database.write() as session:
        return operations.grow(session, key=operations.log_key(settings), now=now)
