"""Comparing claims with their records, canonical forms included, against bare equality of the claims as written.

Both run in turn in one process on one core, so that a busy machine slows both. Synthetic records.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from random import Random

from bench.figure import Baseline, Figure, Measurement
from degree_auth.adapters.institutions.institution_list import shipped_institutions
from degree_auth.domain.applications.submission import parse_submission
from degree_auth.domain.register.matching import compare_claim
from tests.samples.claims import TODAY, award, body_of, claim_of, harmless

CLAIMS = 5_000
ROUNDS = 5


def measure(claims: int = CLAIMS, rounds: int = ROUNDS) -> list[Figure]:
    """How many a second (processor time, best round), each against bare equalities a second."""
    rng = Random(20261123)  # noqa: S311 -- sample data
    institutions = shipped_institutions()
    records = [award(rng, serial) for serial in range(claims)]
    claimed = [claim_of(record) for record in records]
    written = [claim_of(record) for record in records]
    typed = [harmless(rng, body_of(record)) for record in records]
    rounds_of: dict[str, Callable[[], object]] = {
        "matching": lambda: [compare_claim(c, (r,), institutions) for c, r in zip(claimed, records, strict=True)],
        "mismatching": lambda: [
            compare_claim(c, (r,), institutions) for c, r in zip(claimed[1:], records, strict=False)
        ],
        "readings": lambda: [parse_submission(body, TODAY) for body in typed],
        "equalities": lambda: [c == again for c, again in zip(claimed, written, strict=True)],
    }
    best = dict.fromkeys(rounds_of, float("inf"))
    for _turn in range(rounds):
        for name, work in rounds_of.items():
            started = time.process_time()
            work()
            best[name] = min(best[name], time.process_time() - started)
    equality = Baseline("逐字比较是否相等", "bare equality as written", claims / best.pop("equalities"))
    return [
        Figure(f"{name}_a_second", chinese, english, claims / best[name], "/s", equality)
        for name, chinese, english in (
            ("matching", "比对一致的申请", "claims that match"),
            ("mismatching", "比对不一致的申请（含说明）", "claims that do not, explained"),
            ("readings", "读取并校验申请", "applications read and checked"),
        )
    ]


MEASUREMENT = Measurement(
    chinese="比对（单核）",
    english="comparison on one core",
    measure=measure,
    needs_stack=False,
    quick={"claims": 50, "rounds": 1},
)
