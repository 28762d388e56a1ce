"""What becomes of damaged register files: refused, or every row accounted for. Counts, against the files damaged.

Each seed is one mutation of each kind over the three formats. Synthetic records.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

from bench.figure import Baseline, Figure, Measurement
from tests.samples.damage import Verdict, mutations, verdict
from tests.samples.register_reading import outcome_of

SEEDS = 60
_CHINESE = {
    Verdict.ACCOUNTED: "受损文件：逐行有着落",
    Verdict.REFUSED: "受损文件：整份拒绝",
    Verdict.DOUBTED: "受损文件：存入并列为存疑",
    Verdict.OTHER_VALUE: "受损文件：受损字节本身是另一个有效值",
    Verdict.LOST: "受损文件：无声丢行",
    Verdict.CHANGED: "受损文件：无声改值",
}


def measure(seeds: int = SEEDS) -> list[Figure]:
    """How many of the damaged files came to each end."""
    with tempfile.TemporaryDirectory() as folder:
        ends = Counter(verdict(each, outcome_of(each, Path(folder))) for each in mutations(range(seeds)))
    damaged = Baseline("受损的文件", "files damaged", ends.total())
    return [
        Figure(f"damaged_{end.name.lower()}", _CHINESE[end], f"damaged files: {end.value}", ends[end], "", damaged)
        for end in Verdict
    ]


MEASUREMENT = Measurement(
    chinese="受损的年报文件",
    english="damaged register files",
    measure=measure,
    needs_stack=False,
    quick={"seeds": 1},
)
