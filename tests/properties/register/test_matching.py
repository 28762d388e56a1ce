"""Rules of comparing over random records."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from degree_auth.adapters.institutions.institution_list import shipped_institutions
from degree_auth.domain.register.matching import COMPARED_FIELDS, Comparison, MatchResult, compare_claim
from degree_auth.domain.register.variants import to_simplified
from degree_auth.domain.reports.printable import Coverage, unprintable_characters
from degree_auth.messages import MESSAGES
from tests.samples.claims import award, claim_of

seeds = st.integers(0, 2**32)


def _run(seed: int, others: int) -> tuple[Comparison, int]:
    rng = Random(seed)
    records = [award(rng, serial) for serial in range(others)]
    # Neighbours share values at random, so that near misses of every kind occur.
    for i in range(1, others):
        fields = [
            name
            for name in ("name", "sex", "birth_date", "identity_number", "certificate_number")
            if rng.random() < 0.5
        ]
        records[i] = replace(records[i], **{name: getattr(records[0], name) for name in fields})
    claimed = award(rng, 99) if rng.random() < 0.3 else records[0]
    return compare_claim(
        claim_of(claimed), records[:] if rng.random() < 0.7 else records[1:], shipped_institutions()
    ), others


@pytest.mark.requirement("A2")
@given(seeds, st.integers(1, 5))
def test_an_outcome_says_what_its_kind_says(seed: int, others: int) -> None:
    comparison, _ = _run(seed, others)
    has_record = comparison.result in (MatchResult.MATCHED, MatchResult.MISMATCHED)
    assert (comparison.record_id is not None) == has_record
    assert bool(comparison.differences) == (comparison.result is MatchResult.MISMATCHED)
    assert {difference.field for difference in comparison.differences} <= set(COMPARED_FIELDS)
    assert all(hint in MESSAGES for difference in comparison.differences for hint in difference.hints)


@pytest.mark.requirement("A2")
@given(seeds, st.randoms(use_true_random=False))
def test_the_order_of_candidates_does_not_matter(seed: int, shuffler: Random) -> None:
    rng = Random(seed)
    records = [award(rng, serial) for serial in range(4)]
    records[1] = replace(records[0], record_id="near", discipline_name="其他")
    shuffled = records[:]
    shuffler.shuffle(shuffled)
    claimed = claim_of(records[0])
    assert compare_claim(claimed, records, shipped_institutions()) == compare_claim(
        claimed, shuffled, shipped_institutions()
    )


@pytest.mark.requirement("A2")
@given(seeds)
def test_records_of_others_never_take_a_match_away(seed: int) -> None:
    rng = Random(seed)
    mine, *others = (award(rng, serial) for serial in range(4))
    comparison = compare_claim(claim_of(mine), [mine, *others], shipped_institutions())
    assert (comparison.result, comparison.record_id) == (MatchResult.MATCHED, mine.record_id)


@pytest.mark.requirement("A2")
def test_no_simplified_form_is_simplified_further() -> None:
    everything = "".join(map(chr, range(0x4E00, 0xA000)))
    assert to_simplified(to_simplified(everything)) == to_simplified(everything) != everything


@pytest.mark.requirement("A5")
@given(
    st.lists(st.tuples(st.integers(0, 0x2FF), st.integers(0, 40)), max_size=8),
    st.text(st.characters(max_codepoint=0x33F)),
)
def test_coverage_is_the_union_of_its_ranges(ranges: list[tuple[int, int]], text: str) -> None:
    coverage = Coverage.parse("\n".join(f"{first:04X}-{first + size:04X}" for first, size in ranges))
    covered = {code for first, size in ranges for code in range(first, first + size + 1)}
    assert unprintable_characters(text, coverage) == tuple(
        char for char in dict.fromkeys(text) if ord(char) not in covered
    )
