"""The public log: it holds the whole chain, and an operator who rewrites it all is still found."""

import io
import zipfile

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import bindparam, delete, text

from registry.documents import ed25519, log_reading
from registry.jobs.log import grow_log
from registry.models import LogCheckpoint, LogEntry, LogHead, LogNode
from registry.operations import audit, log
from registry.queries import audit as chain_queries
from registry.queries import log as queries
from registry.rules import chain, merkle, note, tlog
from registry.rules.note import Kind, VerifierKey
from registry.rules.permissions import service
from tests.conftest import NOW

EVENTS = 300  # beyond one tile


def add_events(database, count, first=0):
    with database.write() as session:
        for n in range(first, first + count):
            audit.record(
                session,
                kind="organisation.edited",
                subject=f"organisation:{n}",
                body={"no": n},
                by=service("timer"),
                now=NOW,
            )


@pytest.fixture
def grown(database, settings):
    add_events(database, EVENTS)
    assert grow_log(database, settings, NOW) == EVENTS
    return database


def packed(database) -> log_reading.Download:
    """The log as a stranger downloads it."""
    data = io.BytesIO()
    with database.read() as session, zipfile.ZipFile(data, "w") as archive:
        for path, content in queries.download(session):
            archive.writestr(path, content)
    return log_reading.Download(data=data.getvalue())


def head_now(database) -> bytes:
    with database.read() as session:
        return queries.checkpoint(session)


def test_the_tree_is_that_over_all_commitments(grown, settings):
    with grown.read() as session:
        key = log.log_key(settings).verifier
        head = log_reading.head_of(queries.checkpoint(session), key)
        entries = queries.entries(session, 0, EVENTS + 1)
        events = list(chain_queries.stored_events(session))
        assert (head.size, head.origin) == (EVENTS, "registry.example/log")
        assert head.root == merkle.root_of(map(merkle.leaf_hash, entries))
        for event in (events[0], events[255], events[-1]):
            salt = queries.salt_of(session, event.seq)
            assert entries[event.seq - 1] == tlog.public_entry(salt, event.hash)
            assert bytes.fromhex(event.hash) not in entries, "not even the hash is shown"


def test_the_log_is_held_to_the_chain(grown, settings):
    with grown.read() as session:
        assert queries.disagreements(session) == []
    add_events(grown, 1, first=EVENTS)
    with grown.write() as session:
        assert queries.disagreements(session) == [], "an event that is not taken in yet is no fault"
        session.execute(text("UPDATE audit_event SET sha256 = 'x' WHERE seq = 9"))
        row = session.get_one(LogEntry, 20)
        row.entry = bytes(32)
        session.add(row)
        session.flush()
        assert queries.disagreements(session) == [
            "entry 9 does not commit to event 9",
            "entry 20 does not commit to event 20",
            "the head of 300 entries is not that of these entries",
        ]


def test_growing_again_without_events_changes_nothing(grown, settings):
    before = head_now(grown)
    assert grow_log(grown, settings, NOW) == 0
    with grown.write() as session:
        assert log.grow(session, key=log.log_key(settings), now=NOW) == 0
    assert head_now(grown) == before


def test_proofs_between_any_heads_hold(grown, settings):
    old = log_reading.head_of(head_now(grown), log.log_key(settings).verifier)
    add_events(grown, 230, first=EVENTS)
    assert grow_log(grown, settings, NOW) == 230
    with grown.read() as session:
        new = tlog.parse_checkpoint(note.parse(queries.checkpoint(session)).text)
        leaves = [merkle.leaf_hash(e) for e in queries.entries(session, 0, new.size)]
        between = queries.consistency(session, old.size, new.size)
        assert merkle.verify_consistency(old.size, old.root, new.size, new.root, between)
        for index in (0, 255, 256, 299, 511, new.size - 1):
            proof = queries.inclusion(session, index, new.size)
            assert merkle.verify_inclusion(leaves[index], index, new.size, proof, new.root)
        assert queries.root(session, old.size) == old.root
        for tile in tlog.tiles(new.size):
            assert len(queries.tile(session, tile)) == 32 * tile.width
        with pytest.raises(queries.NotYet):
            queries.inclusion(session, new.size, new.size)
        with pytest.raises(queries.NotYet):
            queries.tile(session, tlog.Tile(0, 3, 256))


def test_a_proof_file_binds_one_event_to_the_head(grown, settings):
    key = log.log_key(settings).verifier
    with grown.read() as session:
        proof = tlog.parse_proof(queries.proof_of(session, 7, extra=b"opening"))
        leaf = merkle.leaf_hash(queries.entries(session, 6, 1)[0])
    known = {"origin": key.name, "log_keys": [key], "check": ed25519.check}
    assert tlog.verify_proof(proof, leaf, **known).checkpoint.size == EVENTS
    with pytest.raises(tlog.LogInvalid):
        tlog.verify_proof(proof, merkle.leaf_hash(b"another"), **known)


class Operator:
    """Somebody with the whole database and the log's key, who makes everything fit again."""

    def __init__(self, database, settings):
        self.database, self.settings = database, settings

    def rewrite(self, change) -> None:
        """Replace the chain by `change(events)` as (subject, body), chained, salted, hashed and
        signed anew: our own verification finds nothing."""
        with self.database.read() as session:
            rows = list(chain_queries.events_of(session, *self._subjects(session)))
            records = change([(row.kind, row.subject, row.actor, row.at) for row in rows])
        with self.database.write() as session:
            session.execute(text("DELETE FROM audit_event"))
            prev = chain.GENESIS
            for seq, (kind, subject, actor, at) in enumerate(records, start=1):
                data = chain.event_bytes(
                    seq=seq, at=at, kind=kind, subject=subject, actor=actor, body={}, prev=prev
                )
                prev = chain.event_hash(data)
                session.execute(
                    text(
                        "INSERT INTO audit_event (seq, at, kind, subject, actor, canonical, sha256)"
                        " VALUES (:seq, :at, :kind, :subject, :actor, :canonical, :sha256)"
                    ).bindparams(bindparam("at", type_=LogCheckpoint.__table__.c.signed_at.type)),
                    {"seq": seq, "at": at, "kind": kind, "subject": subject, "actor": actor,
                     "canonical": data, "sha256": prev},
                )  # fmt: skip
            session.execute(text("UPDATE audit_head SET seq = :n, sha256 = :h"),
                            {"n": len(records), "h": prev})  # fmt: skip
            for table in (LogEntry, LogNode, LogHead, LogCheckpoint):
                session.execute(delete(table))
            log.grow(session, key=log.log_key(self.settings), now=NOW)

    @staticmethod
    def _subjects(session):
        return {f"organisation:{n}" for n in range(EVENTS)}


def _drop(events):
    return [one for n, one in enumerate(events) if n != 41]


def _change(events):
    kind, _, actor, at = events[41]
    return [*events[:41], (kind, "organisation:999", actor, at), *events[42:]]


def _insert(events):
    return [*events[:41], events[41], *events[41:]]


def _drop_and_fill(events):
    return [*_drop(events), events[-1]]


@pytest.mark.parametrize("crime", [_drop, _change, _insert, _drop_and_fill])
def test_an_operator_who_rewrites_everything_is_seen_by_who_kept_a_head(grown, settings, crime):
    """He recomputes chain, salts, tree and signature, with the log's own key: inside, all is well."""
    kept = head_now(grown)
    key = log.log_key(settings).verifier
    Operator(grown, settings).rewrite(crime)
    with grown.read() as session:
        assert chain_queries.verify(session).intact, "our own look finds nothing"
    assert log_reading.compare(head_now(grown), key, packed(grown)).holds, "nor a fresh look"
    held = log_reading.compare(kept, key, packed(grown))
    assert not held.holds
    assert ("the log was truncated" if crime is _drop else "the log was rewritten") in held.words.en


def test_an_operator_who_then_grows_the_log_is_seen_too(grown, settings):
    kept = head_now(grown)
    key = log.log_key(settings).verifier
    Operator(grown, settings).rewrite(_drop)
    add_events(grown, 50, first=EVENTS)
    grow_log(grown, settings, NOW)

    def asked(name):
        """The public addresses, as a stranger without the download asks them."""
        with grown.read() as session:
            if name == "checkpoint":
                return queries.checkpoint(session)
            old, new = (int(part.split("=")[1]) for part in name.split("?")[1].split("&"))
            return b"".join(
                log_reading.base64.b64encode(one) + b"\n"
                for one in queries.consistency(session, old, new)
            )

    for fetch in (asked, packed(grown)):
        held = log_reading.compare(kept, key, fetch)
        assert (held.holds, "the log was rewritten" in held.words.en) == (False, True)


def test_an_honest_log_that_grew_is_no_alarm(grown, settings):
    kept = head_now(grown)
    for first in range(EVENTS, EVENTS + 60, 20):
        add_events(grown, 20, first=first)
        grow_log(grown, settings, NOW)
        held = log_reading.compare(kept, log.log_key(settings).verifier, packed(grown))
        assert held.holds, held.words.en


def test_a_download_whose_entries_were_changed_is_refused(grown, settings):
    with grown.read() as session:
        files = dict(queries.download(session))
    name = next(path for path in files if path.startswith("tile/entries"))
    files[name] = files[name][:-1] + bytes([files[name][-1] ^ 1])
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    download = log_reading.Download(data=data.getvalue())
    held = log_reading.compare(head_now(grown), log.log_key(settings).verifier, download)
    assert not held.holds
    assert "cannot be read or trusted" in held.words.en


def witness_named(name):
    private = Ed25519PrivateKey.generate()
    own = ed25519.NamedKey(name, private)
    return VerifierKey(name, own.public, Kind.COSIGNATURE), own.sign


def test_a_known_witness_signs_along_and_others_are_refused(grown, settings):
    key, (witness, sign) = log.log_key(settings).verifier, witness_named("witness.example")
    stranger, strange_sign = witness_named("stranger.example")
    at = int(NOW.timestamp())
    signed = log_reading.cosign(head_now(grown), key, witness, sign, at=at)
    with grown.write() as session:
        took = log.take_cosignatures(session, signed, witnesses=[witness], now=NOW)
        assert took == ["witness.example"]
        log.take_cosignatures(session, signed, witnesses=[witness], now=NOW)  # twice is no harm
    served = head_now(grown)
    assert log_reading.names_of(served, [key, witness]) == [key.name, "witness.example"]
    with grown.write() as session:
        assert queries.witnessed_size(session) == EVENTS
        other = log_reading.cosign(served, key, stranger, strange_sign, at=at)
        with pytest.raises(log.CosignatureRefused):
            log.take_cosignatures(session, other, witnesses=[], now=NOW)
        forged = signed.replace(b"\n300\n", b"\n299\n")
        with pytest.raises(log.CosignatureRefused):
            log.take_cosignatures(session, forged, witnesses=[witness], now=NOW)


def test_the_key_is_made_once_and_keeps_its_name(tmp_path):
    made = ed25519.ensure(tmp_path, ed25519.LOG, name="one.example/log")
    again = ed25519.ensure(tmp_path, ed25519.LOG, name="two.example/log")
    assert again.verifier == made.verifier
    assert (tmp_path / "log" / "key.pem").stat().st_mode & 0o077 == 0
    (tmp_path / "log" / "key.pub").write_text(f"{witness_named('x.example')[0]}\n")
    with pytest.raises(ValueError, match="do not belong together"):
        ed25519.ensure(tmp_path, ed25519.LOG, name="one.example/log")
