"""The report log: what a proof weighs and takes at a thousand and at a million entries, and how fast the log grows.

Everything happens in memory: what the table adds to a proof is one read of at most `nodes` items, whatever the size.
The baseline of growing is hashing the same entries and nothing else.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import TypeVar

from bench.figure import Baseline, Figure, Measurement
from degree_auth.domain.reports.log import ReportEvent
from degree_auth.domain.reports.merkle import (
    HASH_BYTES,
    Node,
    Tree,
    append_leaves,
    consistency_nodes,
    consistency_proof,
    inclusion_nodes,
    inclusion_proof,
    verify_consistency,
    verify_inclusion,
)
from degree_auth.services.reports.log import LARGEST_BATCH

SIZES = (1_000, 1_000_000)
PROOFS = 400
_EVENT = ReportEvent("RZ", 5, "issued", "ab" * 32, 1, "2026-11-25T10:00:00+08:00")


class _Nodes(Mapping[Node, bytes]):
    """Complete subtrees, each level in one piece of memory."""

    def __init__(self) -> None:
        self._levels: list[bytearray] = []

    def add(self, made: Mapping[Node, bytes]) -> None:
        """Keep new nodes, which come in their order."""
        for node, value in made.items():
            if node.level == len(self._levels):
                self._levels.append(bytearray())
            self._levels[node.level] += value

    def __getitem__(self, node: Node) -> bytes:
        start = node.place * HASH_BYTES
        return bytes(self._levels[node.level][start : start + HASH_BYTES])

    def __iter__(self) -> Iterator[Node]:
        return (Node(level, place) for level, kept in enumerate(self._levels) for place in range(len(kept) // 32))

    def __len__(self) -> int:
        return sum(len(kept) for kept in self._levels) // HASH_BYTES


def measure(sizes: Sequence[int] = SIZES, proofs: int = PROOFS) -> Iterator[Figure]:
    """Hashes and bytes of a proof, microseconds to make and to verify it, entries a second."""
    for size in sizes:
        yield from _measure(size, proofs)


MEASUREMENT = Measurement(
    chinese="报告日志的证明",
    english="proofs of the report log",
    measure=measure,
    needs_stack=False,
    quick={"sizes": (100,), "proofs": 20},
)


def _measure(size: int, proofs: int) -> list[Figure]:
    started = time.process_time()
    leaves = [_leaf(number) for number in range(size)]
    hashing = time.process_time() - started
    started = time.process_time()
    tree, nodes = Tree(), _Nodes()
    trees = []
    for start in range(0, size, LARGEST_BATCH):
        trees.append(tree)
        tree, made = append_leaves(tree, leaves[start : start + LARGEST_BATCH])
        nodes.add(made)
    growing = hashing + time.process_time() - started
    rng = Random(7)  # noqa: S311 -- a draw that can be repeated
    earlier = [
        append_leaves(
            trees[(first - 1) // LARGEST_BATCH], leaves[(first - 1) // LARGEST_BATCH * LARGEST_BATCH : first]
        )[0]
        for first in (rng.randint(1, size) for _ in range(proofs))
    ]
    at = f"{size:_}".replace("_", "")
    inclusions = [_inclusion(rng.randrange(size), tree, leaves, nodes) for _ in range(proofs)]
    growths = [_growth(one.size, one.root, tree, nodes) for one in earlier]
    one_hash = statistics.median(_microseconds(lambda: _leaf(0))[0] for _ in range(proofs))
    return [
        Figure(
            f"entries_per_second_{at}",
            f"追加至 {size:,} 条的速度",
            f"growing to {size:,} entries",
            size / growing,
            "/s",
            Baseline("只计算各条的哈希", "hashing the entries alone", size / hashing),
        ),
        *_figures(f"inclusion_{at}", f"{size:,} 条时的包含证明", f"inclusion at {size:,}", inclusions, one_hash),
        *_figures(f"consistency_{at}", f"{size:,} 条时的一致性证明", f"consistency at {size:,}", growths, one_hash),
    ]


_Answer = TypeVar("_Answer")
_Proof = tuple[int, int, int, float, float]


def _figures(name: str, chinese: str, english: str, proofs: list[_Proof], one_hash: float) -> list[Figure]:
    hashes, size, read, making, verifying = (list(column) for column in zip(*proofs, strict=True))
    one = Baseline("一条记录的哈希", "hash of one entry", one_hash)
    return [
        Figure(f"{name}_hashes", f"{chinese}：哈希数（最多）", f"{english}: hashes, most", max(hashes), ""),
        Figure(f"{name}_bytes", f"{chinese}：JSON 大小（最多）", f"{english}: JSON, most", max(size), "B"),
        Figure(f"{name}_nodes", f"{chinese}：读取条目（最多）", f"{english}: items read, most", max(read), ""),
        Figure(f"{name}_make_us", f"{chinese}：产生", f"{english}: make", statistics.median(making), "µs", one),
        Figure(f"{name}_verify_us", f"{chinese}：验证", f"{english}: verify", statistics.median(verifying), "µs", one),
    ]


def _inclusion(index: int, tree: Tree, leaves: list[bytes], nodes: _Nodes) -> _Proof:
    wanted = inclusion_nodes(index, tree.size)
    making, proof = _microseconds(lambda: inclusion_proof(index, tree.size, nodes))
    verifying, holds = _microseconds(lambda: verify_inclusion(leaves[index], index, tree.size, proof, tree.root))
    return _proof(proof, len(wanted), making, verifying, holds=holds)


def _growth(first: int, first_root: bytes, tree: Tree, nodes: _Nodes) -> _Proof:
    wanted = consistency_nodes(first, tree.size)
    making, proof = _microseconds(lambda: consistency_proof(first, tree.size, nodes))
    verifying, holds = _microseconds(lambda: verify_consistency(first, first_root, tree.size, tree.root, proof))
    return _proof(proof, len(wanted), making, verifying, holds=holds)


def _proof(proof: list[bytes], read: int, making: float, verifying: float, *, holds: bool) -> _Proof:
    if not holds:
        raise AssertionError("a proof does not hold")
    return len(proof), len(json.dumps([one.hex() for one in proof])), read, making, verifying


def _leaf(number: int) -> bytes:
    return replace(_EVENT, sha256=f"{number:064x}").leaf


def _microseconds(work: Callable[[], _Answer]) -> tuple[float, _Answer]:
    started = time.perf_counter()
    answer = work()
    return (time.perf_counter() - started) * 1e6, answer
