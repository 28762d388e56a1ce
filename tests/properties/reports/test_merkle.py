"""Proofs of the report log hold for every size and place, and for nothing else."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from degree_auth.domain.reports.merkle import (
    HASH_BYTES,
    Node,
    Tree,
    append_leaves,
    consistency_nodes,
    consistency_proof,
    inclusion_nodes,
    inclusion_proof,
    leaf_hash,
    node_hash,
    verify_consistency,
    verify_inclusion,
)

pytestmark = pytest.mark.requirement("N3")

LARGEST = 300
LEAVES = [leaf_hash(b"entry %d" % number) for number in range(LARGEST)]


def defined_root(leaves: list[bytes]) -> bytes:
    """The root as RFC 6962, 2.1 defines it, by splitting in two."""
    if len(leaves) == 1:
        return leaves[0]
    left = 1
    while left * 2 < len(leaves):
        left *= 2
    return node_hash(defined_root(leaves[:left]), defined_root(leaves[left:]))


TREES = [Tree()]
NODES: dict[Node, bytes] = {}
for _leaf in LEAVES:
    _tree, _made = append_leaves(TREES[-1], [_leaf])
    TREES.append(_tree)
    NODES |= _made

sizes = st.integers(1, LARGEST)


@st.composite
def ordered_sizes(draw: st.DrawFn) -> tuple[int, int]:
    second = draw(sizes)
    return draw(st.integers(1, second)), second


@st.composite
def places(draw: st.DrawFn) -> tuple[int, int]:
    size = draw(sizes)
    return draw(st.integers(0, size - 1)), size


def flipped(value: bytes, bit: int) -> bytes:
    changed = bytearray(value)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@given(sizes)
def test_a_root_is_the_defined_one(size):
    assert TREES[size].root == defined_root(LEAVES[:size])


@given(st.lists(st.integers(0, 40), max_size=8))
def test_a_tree_does_not_depend_on_how_its_leaves_came(batches):
    tree, nodes = Tree(), {}
    for batch in batches:
        before = tree
        tree, made = append_leaves(tree, LEAVES[tree.size : tree.size + batch])
        assert not nodes.keys() & made.keys(), "a stored node is never written again"
        assert len(made) <= 2 * (tree.size - before.size) + before.size.bit_length()
        nodes |= made
    assert tree == TREES[tree.size]
    assert nodes == {node: value for node, value in NODES.items() if (node.place + 1) << node.level <= tree.size}


@given(places())
def test_every_entry_is_proved_by_few_stored_nodes(place):
    index, size = place
    wanted = inclusion_nodes(index, size)
    proof = inclusion_proof(index, size, {node: NODES[node] for node in wanted})
    assert verify_inclusion(LEAVES[index], index, size, proof, TREES[size].root)
    assert len(proof) <= (size - 1).bit_length()
    assert len(wanted) <= 2 * size.bit_length()


@given(ordered_sizes())
def test_every_growth_is_proved_by_few_stored_nodes(pair):
    first, second = pair
    wanted = consistency_nodes(first, second)
    proof = consistency_proof(first, second, {node: NODES[node] for node in wanted})
    assert verify_consistency(first, TREES[first].root, second, TREES[second].root, proof)
    assert len(wanted) <= 2 * second.bit_length() + 2


@given(places(), st.data())
def test_any_flipped_bit_breaks_a_proof_of_inclusion(place, data):
    index, size = place
    proof, root = inclusion_proof(index, size, NODES), TREES[size].root
    parts = [LEAVES[index], root, *proof]
    which, bit = data.draw(st.integers(0, len(parts) - 1)), data.draw(st.integers(0, HASH_BYTES * 8 - 1))
    parts[which] = flipped(parts[which], bit)
    assert not verify_inclusion(parts[0], index, size, parts[2:], parts[1])


@given(ordered_sizes(), st.data())
def test_any_flipped_bit_breaks_a_proof_of_growth(pair, data):
    first, second = pair
    parts = [TREES[first].root, TREES[second].root, *consistency_proof(first, second, NODES)]
    which, bit = data.draw(st.integers(0, len(parts) - 1)), data.draw(st.integers(0, HASH_BYTES * 8 - 1))
    parts[which] = flipped(parts[which], bit)
    assert not verify_consistency(first, parts[0], second, parts[1], parts[2:])


@given(places(), places())
def test_a_proof_serves_no_other_place_and_no_other_entry(place, other):
    index, size = place
    assume(place[0] != other[0])
    proof, root = inclusion_proof(index, size, NODES), TREES[size].root
    assert not verify_inclusion(LEAVES[other[0]], index, size, proof, root)
    assert not verify_inclusion(LEAVES[index], other[0], size, proof, root)


@given(places(), st.binary(min_size=0, max_size=HASH_BYTES + 1))
def test_a_proof_with_more_or_less_in_it_is_none(place, more):
    index, size = place
    proof, root = inclusion_proof(index, size, NODES), TREES[size].root
    assert not verify_inclusion(LEAVES[index], index, size, [*proof, more], root)
    if proof:
        assert not verify_inclusion(LEAVES[index], index, size, proof[:-1], root)


@given(ordered_sizes(), st.integers(0, LARGEST - 1))
def test_a_log_whose_past_was_rewritten_has_no_proof(pair, changed):
    first, second = pair
    assume(changed < first)
    leaves = LEAVES[:second]
    leaves[changed] = leaf_hash(b"another entry")
    rewritten, nodes = append_leaves(Tree(), leaves)
    proof = consistency_proof(first, second, nodes)
    assert not verify_consistency(first, TREES[first].root, second, rewritten.root, proof)
