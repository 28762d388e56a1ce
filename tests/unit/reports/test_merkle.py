"""The Merkle arithmetic against what RFC 6962 says of it: known roots, and the proofs of its worked example."""

from __future__ import annotations

import pytest

from degree_auth.domain.reports.merkle import (
    EMPTY_ROOT,
    Node,
    Tree,
    append_leaves,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    verify_consistency,
    verify_inclusion,
)

pytestmark = pytest.mark.requirement("N3")

# Entries and roots that implementations of Certificate Transparency are commonly held against.
ENTRIES = [
    bytes.fromhex(entry)
    for entry in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
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


@pytest.mark.parametrize("size", range(len(ROOTS)))
def test_roots_are_the_known_ones(size: int) -> None:
    tree, _ = append_leaves(Tree(), map(leaf_hash, ENTRIES[:size]))
    assert tree.root.hex() == ROOTS[size]
    assert tree.size == size


def test_an_empty_tree_has_the_hash_of_nothing() -> None:
    assert Tree().root == EMPTY_ROOT


@pytest.fixture
def seven() -> tuple[dict[Node, bytes], dict[str, bytes]]:
    """The seven-leaf tree of RFC 6962, 2.1.3: its stored nodes, and its hashes by the letters used there."""
    leaves = [leaf_hash(entry) for entry in ENTRIES[:7]]
    tree, nodes = append_leaves(Tree(), leaves)
    a, b, c, d, e, f, j = leaves
    named = dict(zip("abcdefj", leaves, strict=True)) | {"g": node_hash(a, b), "h": node_hash(c, d)}
    named["i"] = node_hash(e, f)
    named |= {"k": node_hash(named["g"], named["h"]), "l": node_hash(named["i"], j)}
    assert tree.root == node_hash(named["k"], named["l"])
    return nodes, named


@pytest.mark.parametrize(("index", "path"), [(0, "bhl"), (3, "cgl"), (4, "fjk"), (6, "ik")])
def test_inclusion_proofs_are_those_of_the_worked_example(seven, index, path) -> None:
    nodes, named = seven
    assert inclusion_proof(index, 7, nodes) == [named[letter] for letter in path]


@pytest.mark.parametrize(("first", "path"), [(3, "cdgl"), (4, "l"), (6, "ijk"), (7, "")])
def test_consistency_proofs_are_those_of_the_worked_example(seven, first, path) -> None:
    nodes, named = seven
    assert consistency_proof(first, 7, nodes) == [named[letter] for letter in path]


@pytest.mark.parametrize(("index", "size"), [(-1, 7), (7, 7), (0, 0)])
def test_there_is_no_proof_of_a_leaf_that_is_not_there(seven, index, size) -> None:
    with pytest.raises(ValueError, match="no such leaf"):
        inclusion_proof(index, size, seven[0])
    assert not verify_inclusion(leaf_hash(b""), index, size, [], EMPTY_ROOT)


@pytest.mark.parametrize(("first", "second"), [(0, 7), (5, 4), (-1, 3)])
def test_a_log_does_not_grow_out_of_nothing_nor_shrink(seven, first, second) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        consistency_proof(first, second, seven[0])
    assert not verify_consistency(first, EMPTY_ROOT, second, EMPTY_ROOT, [])


def test_a_node_never_passes_as_an_entry() -> None:
    left, right = leaf_hash(b"left"), leaf_hash(b"right")
    assert leaf_hash(left + right) != node_hash(left, right)
