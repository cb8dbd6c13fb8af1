"""Background work on the rules: trials of a version over all applications, and signatures."""

from datetime import datetime, timedelta
from time import monotonic

import structlog

from registry.config import Settings
from registry.db import Database
from registry.documents import methodology, paper
from registry.documents.certificate import SIGNATURE_BYTES
from registry.documents.content import Issuer
from registry.documents.signing import Signer, load_signer, sign
from registry.operations import rulebook_impact, rulebook_signature
from registry.queries import rulebook as rulebook_queries
from registry.queries.rulebook import unsigned_shipped
from registry.rules.calendar import legal_date
from registry.rules.rulebook import Rulebook
from registry.words import Words

log = structlog.get_logger()
TURN = 2.0  # seconds for one trial before the other duties have their turn


def try_impacts(database: Database, settings: Settings, now: datetime) -> int:
    """Some pieces of every trial that waits; one that fails keeps none of the others."""
    with database.read() as session:
        waiting = rulebook_impact.waiting(session)
    done, began = 0, monotonic()
    for impact_id in waiting:
        try:
            start, tried = monotonic(), rulebook_impact.PIECE
            while tried == rulebook_impact.PIECE and monotonic() - start < TURN:
                at = now + timedelta(seconds=monotonic() - began)
                tried = rulebook_impact.carry_on(database, impact_id=impact_id, now=at)
                done += tried
        except Exception as problem:
            log.warning("impact not computed", impact=impact_id, why=repr(problem), exc_info=True)
    return done


def sign_shipped(database: Database, settings: Settings, now: datetime) -> int:
    """Shipped rulebooks get this installation's signature on first start and with a new key."""
    signer = _signer(settings)
    with database.read() as session:
        if not unsigned_shipped(session, signer.fingerprint):
            return 0
    with database.write() as session:
        return rulebook_signature.sign_shipped(session, signer=signer, now=now)


def print_methodology(database: Database, settings: Settings, now: datetime) -> int:
    """One released version a turn that has no paper yet, printed and signed; readers find the file.

    Made aside and moved into place, so that nobody is ever served half a document.
    """
    folder = settings.methodology_folder
    with database.read() as session:
        entries = rulebook_queries.released(session)
        waiting = [one for one in entries if not (folder / f"{one.sha256}.pdf").is_file()]
        if not waiting:
            return 0
        book = rulebook_queries.load(session, waiting[0].id, waiting[0].version)
    signed = methodology_paper(book, settings, now)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = folder / f".{book.sha256}.part"
    aside.write_bytes(signed)
    aside.replace(folder / f"{book.sha256}.pdf")
    return 1


def methodology_paper(book: Rulebook, settings: Settings, now: datetime) -> bytes:
    """The methodology as a signed document in both languages."""
    signer = _signer(settings)
    logo = settings.issuer_logo.read_bytes() if settings.issuer_logo else None
    made = methodology.methodology(
        book,
        issuer=Issuer(
            name=Words(settings.issuer_name_zh, settings.issuer_name_en),
            seal=settings.seal_text,
            accent=settings.issuer_accent,
            logo=logo,
        ),
        dated=legal_date(now),
        test_key=signer.is_test,
        demo=settings.demo,
    )
    room = max(signer.signature_bytes, SIGNATURE_BYTES)
    return sign(paper.render(made, now=now, signature_bytes=room), signer, now=now)


def _signer(settings: Settings) -> Signer:
    return load_signer(
        keys_folder=settings.keys_folder,
        key=settings.signing_key,
        passphrase=settings.signing_key_passphrase,
        timestamp_url=settings.timestamp_url,
    )
