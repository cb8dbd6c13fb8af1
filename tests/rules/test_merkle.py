"""The tree against the definition of RFC 6962, known roots, and everybody who cheats."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.rules.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    frontier_at,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_at,
    root_of,
    verify_consistency,
    verify_inclusion,
)

# The leaves and roots by which implementations of certificate transparency are compared.
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657",
          "606162636465666768696a6b6c6d6e6f"]  # fmt: skip
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
MOST = 80


def by_definition(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(by_definition(leaves[:split]), by_definition(leaves[split:]))


def grown(count: int):
    """A tree of numbered leaves: its hashes and a reader of its stored nodes."""
    leaves = [leaf_hash(str(at).encode()) for at in range(count)]
    stored, frontier = {}, Frontier()
    for leaf in leaves:
        for node in frontier.append(leaf):
            assert (node.level, node.index) not in stored
            stored[node.level, node.index] = node.hash
    return leaves, lambda level, index: stored[level, index]


WHOLE, READ = grown(MOST)


def root(size: int) -> bytes:
    return by_definition(WHOLE[:size])


@pytest.mark.parametrize("size", range(9))
def test_known_roots(size):
    leaves = [leaf_hash(bytes.fromhex(text)) for text in LEAVES[:size]]
    assert root_of(leaves).hex() == ROOTS[size]


def test_a_leaf_is_never_a_node():
    assert leaf_hash(WHOLE[0] + WHOLE[1]) != node_hash(WHOLE[0], WHOLE[1])


@pytest.mark.parametrize("size", range(MOST + 1))
def test_every_root_is_the_one_of_the_definition(size):
    assert root_of(WHOLE[:size]) == root(size) == root_at(size, READ)
    assert frontier_at(size, READ).root() == root(size)


def test_appending_goes_on_from_a_stored_edge():
    for size in range(MOST):
        edge = frontier_at(size, READ)
        again = Frontier(edge.size, edge.hashes)
        again.append(WHOLE[size])
        assert again.root() == root(size + 1)
        assert again.size == size + 1


def test_an_edge_that_does_not_fit_its_size_is_refused():
    with pytest.raises(ValueError, match="each bit"):
        Frontier(3, [b"x" * 32])
    with pytest.raises(ValueError, match="each bit"):
        Frontier(1, [b"short"])


sizes = st.integers(1, MOST)


@given(sizes, st.data())
def test_every_leaf_is_proven(size, data):
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size, READ)
    assert verify_inclusion(WHOLE[index], index, size, proof, root(size))
    assert len(proof) <= (size - 1).bit_length()


@given(sizes, st.data())
def test_nothing_else_is_proven_by_it(size, data):
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size, READ)
    head = root(size)
    other = data.draw(st.integers(-2, MOST + 2).filter(lambda at: at != index))
    assert not verify_inclusion(leaf_hash(b"forged"), index, size, proof, head)
    assert not verify_inclusion(WHOLE[index], other, size, proof, head)
    assert not verify_inclusion(WHOLE[index], index, size, proof, leaf_hash(b"root"))
    assert not verify_inclusion(WHOLE[index], index, size, [*proof, WHOLE[0]], head)
    if proof:
        assert not verify_inclusion(WHOLE[index], index, size, proof[:-1], head)
        at = data.draw(st.integers(0, len(proof) - 1))
        forged = [*proof[:at], leaf_hash(b"forged"), *proof[at + 1 :]]
        assert not verify_inclusion(WHOLE[index], index, size, forged, head)


@given(st.integers(0, MOST), st.integers(0, MOST))
def test_a_tree_that_grew_is_consistent_with_every_older_head(one, other):
    old, new = sorted((one, other))
    proof = consistency_proof(old, new, READ)
    assert verify_consistency(old, root(old), new, root(new), proof)


@given(sizes, sizes, st.data())
def test_a_tree_that_was_rewritten_is_consistent_with_none(one, other, data):
    """Whoever holds an older head sees every change and every drop before it."""
    old, new = sorted((one, other))
    at = data.draw(st.integers(0, old - 1))
    forged = [*WHOLE[:at], leaf_hash(b"rewritten"), *WHOLE[at + 1 :]][:new]
    stored, frontier = {}, Frontier()
    for leaf in forged:
        for node in frontier.append(leaf):
            stored[node.level, node.index] = node.hash
    proof = consistency_proof(old, new, lambda level, index: stored[level, index])
    assert not verify_consistency(old, root(old), new, frontier.root(), proof)


@given(sizes, sizes, st.data())
def test_a_forged_consistency_proof_is_refused(one, other, data):
    old, new = sorted((one, other))
    proof = consistency_proof(old, new, READ)
    assert not verify_consistency(old, root(old), new, root(new), [*proof, WHOLE[0]])
    assert not verify_consistency(old, leaf_hash(b"old"), new, root(new), proof)
    assert not verify_consistency(old, root(old), new, leaf_hash(b"new"), proof)
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        forged = [*proof[:at], leaf_hash(b"forged"), *proof[at + 1 :]]
        assert not verify_consistency(old, root(old), new, root(new), forged)
        assert not verify_consistency(old, root(old), new, root(new), proof[:-1])


def test_from_an_empty_tree_everything_grew():
    assert verify_consistency(0, EMPTY_ROOT, 7, root(7), [])
    assert not verify_consistency(0, root(1), 7, root(7), [])
    assert verify_consistency(0, EMPTY_ROOT, 0, EMPTY_ROOT, [])


def test_a_tree_does_not_shrink():
    assert not verify_consistency(5, root(5), 4, root(4), [])
    with pytest.raises(ValueError, match="shrink"):
        consistency_proof(5, 4, READ)
    with pytest.raises(ValueError, match="no such leaf"):
        inclusion_proof(5, 5, READ)
