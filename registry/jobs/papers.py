"""Print the papers of cases: receipts, letters and reports, a few a turn."""

from datetime import datetime, timedelta

import structlog

from registry.config import Settings
from registry.db import Database
from registry.operations import paper as operations
from registry.operations.certificate import signer_of
from registry.queries.paper import Wanted, wanted

log = structlog.get_logger()
A_TURN = 5
LOOKED_AT = 200
TRY_AGAIN = timedelta(hours=1)
_failed: dict[Wanted, datetime] = {}  # what this worker could not print, and when it tried


def print_papers(database: Database, settings: Settings, now: datetime) -> int:
    """Each printed outside a transaction and kept in one of its own; one that cannot be printed keeps
    none of the others from it."""
    with database.read() as session:
        found = wanted(session, limit=LOOKED_AT)
    waiting = [one for one in found if one not in _failed or now - _failed[one] > TRY_AGAIN]
    if not waiting:
        return 0
    signer, done = signer_of(settings), 0
    for one in waiting[:A_TURN]:
        try:
            with database.read() as session:
                case, content = operations.content_of(
                    session, one, settings=settings, signer=signer
                )
            pdf = operations.printed(content, signer=signer, now=now)
            with database.write() as session:
                kept = operations.keep(
                    session, one, application_id=case, pdf=pdf,
                    folder=settings.documents_folder, signer=signer, now=now,
                )  # fmt: skip
                done += kept is not None
        except Exception as problem:
            _failed[one] = now
            log.warning("paper not printed", kind=one.kind, about=one.about_id, why=repr(problem))
    return done
