"""Notes, checkpoints, proof files and tiles are those that other tools read and write."""

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from registry.rules import note, tlog
from registry.rules.merkle import Frontier, inclusion_proof, leaf_hash
from registry.rules.note import Kind, NoteInvalid, VerifierKey
from registry.rules.tlog import Checkpoint, LogInvalid, Proof, Tile

# The example of Go's golang.org/x/mod/sumdb/note, in which the format began.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngot"
    "pRZb6KE6RyyBwJnAM=\n"
).encode()
ORIGIN = "registry.example/log"


def check(public_key: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def a_key(seed: int, name: str = ORIGIN, kind: Kind = Kind.ED25519):
    private = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return VerifierKey(name, public, kind), private.sign


LOG, LOG_SIGN = a_key(1)
WITNESS, WITNESS_SIGN = a_key(2, "witness.example/w1", Kind.COSIGNATURE)
STRANGER, STRANGER_SIGN = a_key(3, "stranger.example")


def a_log(count: int):
    stored, frontier = {}, Frontier()
    leaves = [leaf_hash(f"event {at}".encode()) for at in range(count)]
    for leaf in leaves:
        for node in frontier.append(leaf):
            stored[node.level, node.index] = node.hash
    return leaves, frontier.root(), lambda level, index: stored[level, index]


def signed(checkpoint: Checkpoint, *more: note.Signature) -> bytes:
    text = checkpoint.text()
    return note.Note(text, (note.sign(text, LOG, LOG_SIGN), *more)).encode()


def a_proof(index: int = 4, count: int = 11, extra: bytes | None = None):
    leaves, root, read = a_log(count)
    checkpoint = Checkpoint(ORIGIN, count, root)
    witness = note.cosign(checkpoint.text(), WITNESS, WITNESS_SIGN, at=1_795_000_000)
    hashes = tuple(inclusion_proof(index, count, read))
    return leaves, Proof(index, hashes, signed(checkpoint, witness), extra)


def proven(proof: Proof, leaf: bytes, **more):
    known = {"origin": ORIGIN, "log_keys": [LOG], "witness_keys": [WITNESS], "check": check}
    return tlog.verify_proof(proof, leaf, **known | more)


def test_the_note_of_the_first_implementation_is_read_checked_and_written():
    key = note.parse_key(GO_KEY)
    assert str(key) == GO_KEY
    read = note.parse(GO_NOTE)
    assert note.verify(read, [key], check) == (note.Verified(key),)
    assert read.encode() == GO_NOTE


@pytest.mark.parametrize(
    "key",
    [
        GO_KEY.replace("c74f20a3", "c74f20a4"),
        GO_KEY.replace("PeterNeumann", "PeterNewman"),
        GO_KEY.replace("+ARpc", "+CRpc"),
        GO_KEY[:-4],
        "PeterNeumann",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
)
def test_a_key_that_is_not_its_own_is_refused(key):
    with pytest.raises(NoteInvalid):
        note.parse_key(key)


@given(st.integers(0, len(GO_NOTE) - 1), st.integers(0, 255))
def test_any_one_byte_changed_in_a_note_is_found(at, byte):
    if GO_NOTE[at] == byte:
        return
    changed = GO_NOTE[:at] + bytes([byte]) + GO_NOTE[at + 1 :]
    with pytest.raises(NoteInvalid):
        note.verify(note.parse(changed), [note.parse_key(GO_KEY)], check)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"text\n\nno signature\n",
        b"\n\n" + "— a AAAAAAAA\n".encode(),
        b"te\txt\n\n" + "— a AAAAAAAA\n".encode(),
        b"text\n\n" + "— a AAAAAAAA".encode(),
        b"text\n\n" + "— a  AAAAAAAA\n".encode(),
        b"text\n\n" + "— a+b AAAAAAAA\n".encode(),
        b"text\n\n" + "— a AAAA\n".encode(),
        b"text\n\n" + "— a AAAAAA\n".encode(),
        b"text\n\n" + "— a AAAAAAB=\n".encode(),
        b"\xff\n\n" + "— a AAAAAAAA\n".encode(),
        b"text\n\n" + "— a AAAAAAAA\n".encode() * 65,
        b"x" * 1_000_001,
    ],
)
def test_what_is_no_note_is_refused(data):
    with pytest.raises(NoteInvalid):
        note.parse(data)


def test_unknown_signatures_are_ignored_and_none_is_not_enough():
    text = Checkpoint(ORIGIN, 0, bytes(32)).text()
    by_stranger = note.sign(text, STRANGER, STRANGER_SIGN)
    both = note.Note(text, (by_stranger, note.sign(text, LOG, LOG_SIGN)))
    assert [one.key for one in note.verify(both, [LOG], check)] == [LOG]
    with pytest.raises(NoteInvalid):
        note.verify(note.Note(text, (by_stranger,)), [LOG], check)


def test_a_known_key_with_a_broken_signature_spoils_the_note():
    text = Checkpoint(ORIGIN, 0, bytes(32)).text()
    broken = note.sign(text + "more\n", WITNESS, WITNESS_SIGN)
    both = note.Note(text, (note.sign(text, LOG, LOG_SIGN), broken))
    with pytest.raises(NoteInvalid):
        note.verify(both, [LOG, WITNESS], check)


def test_a_witness_says_when_it_looked():
    text = Checkpoint(ORIGIN, 20852163, bytes(32)).text()
    seen = note.Note(text, (note.cosign(text, WITNESS, WITNESS_SIGN, at=1679315147),))
    assert note.verify(seen, [WITNESS], check) == (note.Verified(WITNESS, 1679315147),)
    whole = seen.signatures[0].signature
    later = note.Signature(
        WITNESS.name, WITNESS.key_id, (1679315148).to_bytes(8, "big") + whole[8:]
    )
    with pytest.raises(NoteInvalid):
        note.verify(note.Note(text, (later,)), [WITNESS], check)


def test_one_key_has_another_id_for_another_kind_of_signature():
    plain = VerifierKey(WITNESS.name, WITNESS.public_key)
    assert plain.key_id != WITNESS.key_id
    assert note.parse_key(str(WITNESS)) == WITNESS


def test_a_checkpoint_is_three_lines():
    root = bytes.fromhex("0ac5186a91863c6a1d90c8080148a89bf5da8fb8ed9f607630f037a368f1ab62")
    checkpoint = Checkpoint("example.com/behind-the-sofa", 20852163, root)
    assert checkpoint.text().split("\n")[:2] == ["example.com/behind-the-sofa", "20852163"]
    assert tlog.parse_checkpoint(checkpoint.text()) == checkpoint
    more = Checkpoint("o", 0, root, ("one", "two"))
    assert tlog.parse_checkpoint(more.text()) == more


@pytest.mark.parametrize(
    "text",
    [
        "o\n1\n",
        "o\n01\n" + "A" * 43 + "=\n",
        "o\n-1\n" + "A" * 43 + "=\n",
        "o\n1\n" + "A" * 40 + "\n",
        "o\n1\n" + "A" * 42 + "B=\n",
        "\n1\n" + "A" * 43 + "=\n",
        "o\n1\n" + "A" * 43 + "=\n\n",
        "o\n1\n" + "A" * 43 + "=",
        "o\n١\n" + "A" * 43 + "=\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(LogInvalid):
        tlog.parse_checkpoint(text)


@pytest.mark.parametrize("extra", [None, b"", b"out of band"])
def test_a_proof_file_is_written_and_read(extra):
    _, proof = a_proof(extra=extra)
    assert tlog.parse_proof(proof.encode()) == proof
    assert proof.encode().startswith(b"c2sp.org/tlog-proof@v1\n")


def test_a_proof_binds_an_entry_to_a_signed_and_witnessed_head():
    leaves, proof = a_proof()
    found = proven(tlog.parse_proof(proof.encode()), leaves[4])
    assert found.checkpoint.size == 11
    assert found.signed_by == (note.Verified(LOG), note.Verified(WITNESS, 1_795_000_000))


def test_the_only_entry_of_a_log_is_proven_without_a_hash():
    leaves, proof = a_proof(0, 1)
    assert b"index 0\n\n" in proof.encode()
    assert proven(tlog.parse_proof(proof.encode()), leaves[0]).checkpoint.size == 1


def test_a_proof_of_something_else_is_refused():
    leaves, proof = a_proof()
    with pytest.raises(LogInvalid, match="not in the tree"):
        proven(proof, leaf_hash(b"forged"))
    with pytest.raises(LogInvalid, match="another log"):
        proven(proof, leaves[4], origin="other.example/log")
    with pytest.raises(NoteInvalid, match="known"):
        proven(proof, leaves[4], log_keys=[STRANGER], witness_keys=[])
    with pytest.raises(LogInvalid, match="no key of the log"):
        proven(proof, leaves[4], log_keys=[STRANGER])


@given(st.data())
def test_any_one_byte_changed_in_a_proof_is_found(data):
    leaves, proof = a_proof()
    whole = proof.encode()
    at = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda one: one != whole[at]))
    changed = whole[:at] + bytes([byte]) + whole[at + 1 :]
    try:
        found = proven(tlog.parse_proof(changed), leaves[4])
    except (LogInvalid, NoteInvalid):
        return
    # A witness's line whose name was changed is a stranger's line: ignored, as the format asks.
    assert [one.key for one in found.signed_by] == [LOG]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"c2sp.org/tlog-proof@v1\n",
        b"c2sp.org/tlog-proof@v2\nindex 0\n\nx\n",
        b"c2sp.org/tlog-proof@v1\nindex 00\n\nx\n",
        b"c2sp.org/tlog-proof@v1\nindex -1\n\nx\n",
        b"c2sp.org/tlog-proof@v1\nextra !!\nindex 0\n\nx\n",
        b"c2sp.org/tlog-proof@v1\nextra AA==\n\nx\n",
        b"c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\nx\n",
        b"c2sp.org/tlog-proof@v1\nindex 0\n" + b"A" * 43 + b"=\n\n",
        b"c2sp.org/tlog-proof@v1\nindex 0\n" + (b"A" * 43 + b"=\n") * 65 + b"\nx\n",
        b"c2sp.org/tlog-proof@v1\nindex \xff\n\nx\n",
    ],
)
def test_what_is_no_proof_is_refused(data):
    with pytest.raises(LogInvalid):
        tlog.parse_proof(data)


def test_the_tiles_of_the_specifications_example():
    found = list(tlog.tiles(70_000))
    by_level = {
        level: (
            sum(1 for t in found if t.level == level and t.width == 256),
            [t.width for t in found if t.level == level and t.width < 256],
        )
        for level in range(3)
    }
    assert by_level == {0: (273, [112]), 1: (1, [17]), 2: (0, [1])}
    assert list(tlog.tiles(256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert list(tlog.tiles(0)) == []


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 1234067), "tile/0/x001/x234/067"),
        (Tile(1, 5), "tile/1/005"),
        (Tile(0, 273, 112), "tile/0/273.p/112"),
        (Tile(2, 1000), "tile/2/x001/000"),
    ],
)
def test_tiles_lie_where_mirrors_look(tile, path):
    assert tile.path() == path


def test_a_mirror_rebuilds_the_root_from_tiles():
    leaves, root, read = a_log(300)
    assert Tile(0, 0).data(read) == b"".join(leaves[:256])
    assert Tile(0, 1, 44).data(read) == b"".join(leaves[256:])
    whole = Tile(0, 0).data(read) + Tile(0, 1, 44).data(read)
    again = Frontier()
    for at in range(0, len(whole), 32):
        again.append(whole[at : at + 32])
    assert again.root() == root
    first = Frontier()
    for leaf in leaves[:256]:
        first.append(leaf)
    assert Tile(1, 0, 1).data(read) == first.root()
    assert Tile(0, 1, 44).entries_path() == "tile/entries/001.p/44"


def test_entries_stand_with_their_length_before_them():
    assert tlog.entry_bundle([b"ab", b""]) == b"\x00\x02ab\x00\x00"
    with pytest.raises(LogInvalid):
        tlog.entry_bundle([b"x" * 65_536])
