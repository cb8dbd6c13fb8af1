"""Background work on the rules: trials of a version over all applications, and signatures."""

from datetime import datetime, timedelta
from time import monotonic

import structlog

from registry.config import Settings
from registry.db import Database
from registry.documents.signing import load_signer
from registry.operations import rulebook, rulebook_impact
from registry.queries.rulebook import unsigned_shipped

log = structlog.get_logger()
PIECES = 5  # of one trial before the other duties have their turn


def try_impacts(database: Database, settings: Settings, now: datetime) -> int:
    """Some pieces of every trial that waits; one that fails keeps none of the others."""
    with database.read() as session:
        waiting = rulebook_impact.waiting(session)
    done, began = 0, monotonic()
    for impact_id in waiting:
        try:
            for _ in range(PIECES):
                at = now + timedelta(seconds=monotonic() - began)
                tried = rulebook_impact.carry_on(database, impact_id=impact_id, now=at)
                done += tried
                if tried < rulebook_impact.PIECE:
                    break
        except Exception as problem:
            log.warning("impact not computed", impact=impact_id, why=repr(problem), exc_info=True)
    return done


def sign_shipped(database: Database, settings: Settings, now: datetime) -> int:
    """Shipped rulebooks get this installation's signature on first start and with a new key."""
    signer = load_signer(
        keys_folder=settings.keys_folder,
        key=settings.signing_key,
        passphrase=settings.signing_key_passphrase,
    )
    with database.read() as session:
        if not unsigned_shipped(session, signer.fingerprint):
            return 0
    with database.write() as session:
        return rulebook.sign_shipped(session, signer=signer, now=now)
