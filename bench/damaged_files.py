"""What becomes of damaged register files: a table by format and kind of damage.

    python -m bench.damaged_files [SEEDS]

Each seed is one mutation of each kind. The exit code is 1 when a row was lost or a value changed without a word.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.samples.damage import Verdict, mutations, verdict
from tests.samples.register_reading import outcome_of

SEEDS = 80


def main(seeds: int = SEEDS) -> int:
    """Run the mutations and print the table."""
    table: Counter[tuple[str, str]] = Counter()
    told: Counter[tuple[str, str, Verdict]] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for each in mutations(range(seeds)):
            table[each.original, each.kind] += 1
            told[each.original, each.kind, verdict(each, outcome_of(each, Path(folder)))] += 1
    print(f"| 格式 format | 损坏 damage | 份数 files | {' | '.join(Verdict)} |")
    print("| --- " * (3 + len(Verdict)) + "|")
    for (original, kind), files in table.items():
        print(f"| {original} | {kind} | {files} | {' | '.join(str(told[original, kind, each]) for each in Verdict)} |")
    sums = [sum(count for (*_, itself), count in told.items() if itself is each) for each in Verdict]
    print(f"| | | {table.total()} | {' | '.join(map(str, sums))} |")
    return int(any(told[key] for key in told if key[2] in (Verdict.LOST, Verdict.CHANGED)))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
