"""Merkle trees after RFC 6962: a log's root, and proofs that it holds an entry and that it only grew (N3).

A tree over `size` leaves is stored as its complete subtrees: node (level, place) is the root over the
2**level leaves from place * 2**level on, and never changes once it exists. Whatever root or proof is
asked for is computed from O(log size) of them. Hashes are SHA-256, 32 bytes; leaves count from 0.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hmac import compare_digest
from typing import NamedTuple

EMPTY_ROOT = hashlib.sha256(b"").digest()
"""The root of a tree without leaves."""

HASH_BYTES = 32


class Node(NamedTuple):
    """Which complete subtree: that over 2**level leaves, from leaf place * 2**level on."""

    level: int
    place: int


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree as far as appending needs it: the number of leaves, and the roots of the complete subtrees that
    make it up, largest first: one for each bit of the size."""

    size: int = 0
    frontier: tuple[bytes, ...] = ()

    @property
    def root(self) -> bytes:
        """The root over all leaves."""
        return _combine_roots(self.frontier) if self.frontier else EMPTY_ROOT


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees; its prefix keeps a node from passing as an entry."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def append_leaves(tree: Tree, leaves: Iterable[bytes]) -> tuple[Tree, dict[Node, bytes]]:
    """The tree with more leaf hashes, and every complete subtree that came with them, the leaves included.

    For `n` leaves these are at most 2 n + log2(size) nodes.
    """
    size, frontier, made = tree.size, list(tree.frontier), {}
    for leaf in leaves:
        level, place, value = 0, size, leaf
        made[Node(level, place)] = value
        while place & 1:
            value = node_hash(frontier.pop(), value)
            level, place = level + 1, place >> 1
            made[Node(level, place)] = value
        frontier.append(value)
        size += 1
    return Tree(size, tuple(frontier)), made


def inclusion_nodes(index: int, size: int) -> list[Node]:
    """The stored nodes that `inclusion_proof` needs. Raises `ValueError` when the tree has no such leaf."""
    return [node for span in _inclusion_spans(index, size) for node in _complete_subtrees(*span)]


def consistency_nodes(first: int, second: int) -> list[Node]:
    """The stored nodes that `consistency_proof` needs. Raises `ValueError` unless 0 < first <= second."""
    return [node for span in _consistency_spans(first, second) for node in _complete_subtrees(*span)]


def inclusion_proof(index: int, size: int, nodes: Mapping[Node, bytes]) -> list[bytes]:
    """The audit path of a leaf in the tree of that size, nearest sibling first.

    Raises:
        ValueError: the tree has no such leaf.
        KeyError: a node is missing.
    """
    return [_root_over(span, nodes) for span in _inclusion_spans(index, size)]


def consistency_proof(first: int, second: int, nodes: Mapping[Node, bytes]) -> list[bytes]:
    """The proof that the tree of the first size is the beginning of that of the second; empty for equal sizes.

    Raises:
        ValueError: unless 0 < first <= second.
        KeyError: a node is missing.
    """
    return [_root_over(span, nodes) for span in _consistency_spans(first, second)]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof leads from the leaf hash at this index to the root of the tree of this size."""
    if not 0 <= index < size or not _are_hashes(proof):
        return False
    position, last, value = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            value = node_hash(sibling, value)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            value = node_hash(value, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and compare_digest(value, root)


def verify_consistency(first: int, first_root: bytes, second: int, second_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the second tree begins with all leaves of the first, in their order."""
    if not 0 < first <= second or not _are_hashes(proof):
        return False
    if first == second:
        return not proof and compare_digest(first_root, second_root)
    # A first tree that is complete is itself the proof's beginning, and is left out of it.
    path = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    if not path:
        return False
    position, last = first - 1, second - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and compare_digest(old, first_root) and compare_digest(new, second_root)


def _are_hashes(proof: Sequence[bytes]) -> bool:
    return all(len(one) == HASH_BYTES for one in proof)


def _inclusion_spans(index: int, size: int) -> list[tuple[int, int]]:
    """The ranges of leaves whose roots make up a leaf's path, nearest first."""
    if not 0 <= index < size:
        raise ValueError("the tree has no such leaf")
    start, end, spans = 0, size, []
    while end - start > 1:
        middle = start + _left_width(end - start)
        if index < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    return spans[::-1]


def _consistency_spans(first: int, second: int) -> list[tuple[int, int]]:
    """The ranges of leaves whose roots make up a consistency proof, in its order."""
    if not 0 < first <= second:
        raise ValueError("a tree grows from a size of at least 1")
    start, end, spans = 0, second, []
    while first != end:
        middle = start + _left_width(end - start)
        if first <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    # Where the first tree ends on the left edge, its own root stands there, which the verifier has.
    return [*([(start, end)] if start else []), *spans[::-1]]


def _left_width(width: int) -> int:
    """The largest power of two smaller than a width of at least 2."""
    return 1 << (width - 1).bit_length() - 1


def _complete_subtrees(start: int, end: int) -> Iterator[Node]:
    """The complete subtrees that make up a range which is a subtree, largest first."""
    while start < end:
        level = (end - start).bit_length() - 1
        yield Node(level, start >> level)
        start += 1 << level


def _root_over(span: tuple[int, int], nodes: Mapping[Node, bytes]) -> bytes:
    return _combine_roots([nodes[node] for node in _complete_subtrees(*span)])


def _combine_roots(roots: Sequence[bytes]) -> bytes:
    value = roots[-1]
    for left in reversed(roots[:-1]):
        value = node_hash(left, value)
    return value
