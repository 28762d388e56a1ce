"""Whatever is done to a register file, no row is lost and no value changed without a word.

`make bench ARGS="--only damaged_files"` runs as many mutations as are wanted, and prints what became of them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.samples.damage import KINDS, Verdict, mutations, verdict
from tests.samples.register_reading import outcome_of

SEEDS = range(5)


@pytest.mark.requirement("A2", "N1", "N2")
def test_a_damaged_file_is_accounted_for_or_refused(tmp_path: Path) -> None:
    verdicts = [(each, verdict(each, outcome_of(each, tmp_path))) for each in mutations(SEEDS)]
    assert len(verdicts) == len(SEEDS) * sum(map(len, KINDS.values())) > 300
    silent = [
        (each.original, each.kind, each.seed)
        for each, told in verdicts
        if told in (Verdict.LOST, Verdict.CHANGED) or (told is Verdict.OTHER_VALUE and not each.touched)
    ]
    assert silent == []
    assert {Verdict.ACCOUNTED, Verdict.REFUSED} <= {told for _, told in verdicts}
