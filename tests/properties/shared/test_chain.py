"""The case log's chain: whatever one does to a log, it shows, and is named."""

import copy
import json
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from degree_auth.domain.shared.chain import BrokenLink, ChainHead, Fault, canonical_json, entry_hash, genesis, verify

CASE = "SYNTHETIC-0001"
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
Log = list[dict[str, Any]]


def linked(contents: list[dict[str, Any]], case_number: str = CASE) -> Log:
    """A whole log of the contents given."""
    log: Log = []
    previous = genesis(case_number)
    for seq, content in enumerate(contents, start=1):
        entry = {"case_number": case_number, "seq": seq, **content}
        previous_hash, previous = previous, entry_hash(previous, entry)
        log.append({**entry, "previous_hash": previous_hash, "hash": previous})
    return log


def head_of(log: Log) -> ChainHead:
    return ChainHead(len(log), log[-1]["hash"])


CONTENTS = st.lists(
    st.fixed_dictionaries(
        {
            "type": TEXT,
            "at": st.just("2026-11-23T10:00:00+08:00"),
            "actor": TEXT,
            "data": st.dictionaries(TEXT, VALUES, max_size=3),
        }
    ),
    min_size=1,
    max_size=6,
)


@pytest.mark.requirement("N3")
@given(CONTENTS)
def test_an_untouched_log_is_whole(contents: list[dict[str, Any]]) -> None:
    log = linked(contents)
    assert verify(CASE, log, head_of(log)) is None
    assert verify(CASE, json.loads(json.dumps(log)), head_of(log)) is None


@pytest.mark.requirement("N3")
@given(CONTENTS, st.data())
def test_any_changed_value_is_found_in_its_entry(contents: list[dict[str, Any]], data: st.DataObject) -> None:
    log = linked(contents)
    at = data.draw(st.integers(0, len(log) - 1))
    key = data.draw(st.sampled_from(sorted(log[at])))
    value = data.draw(VALUES | st.floats())
    assume(repr(value) != repr(log[at][key]))
    changed = copy.deepcopy(log)
    changed[at][key] = value
    broken = verify(CASE, changed, head_of(log))
    assert broken == BrokenLink(at + 1, Fault.CHANGED)


@pytest.mark.requirement("N3")
@given(CONTENTS, st.data())
def test_a_key_added_or_taken_away_is_found_in_its_entry(contents: list[dict[str, Any]], data: st.DataObject) -> None:
    log = linked(contents)
    at = data.draw(st.integers(0, len(log) - 1))
    added, taken = copy.deepcopy(log), copy.deepcopy(log)
    added[at]["remark"] = data.draw(VALUES)
    del taken[at][data.draw(st.sampled_from(sorted(log[at])))]
    assert verify(CASE, added) == verify(CASE, taken) == BrokenLink(at + 1, Fault.CHANGED)


@pytest.mark.requirement("N3")
@given(CONTENTS, st.data())
def test_an_entry_rewritten_with_a_fitting_hash_is_found(contents: list[dict[str, Any]], data: st.DataObject) -> None:
    log = linked(contents)
    at = data.draw(st.integers(0, len(log) - 1))
    forged = copy.deepcopy(log)
    forged[at]["data"] = {**forged[at]["data"], "forged": True}
    assume(forged[at]["data"] != log[at]["data"])
    forged[at]["hash"] = entry_hash(forged[at]["previous_hash"], forged[at])
    expected = BrokenLink(at + 2, Fault.UNLINKED) if at + 1 < len(log) else BrokenLink(at + 1, Fault.WRONG_HEAD)
    assert verify(CASE, forged, head_of(log)) == expected


@pytest.mark.requirement("N3")
@given(CONTENTS, st.data())
def test_a_log_written_anew_does_not_fit_its_head(contents: list[dict[str, Any]], data: st.DataObject) -> None:
    log = linked(contents)
    anew = copy.deepcopy(contents)
    anew[data.draw(st.integers(0, len(log) - 1))]["actor"] += "!"
    assert verify(CASE, linked(anew), head_of(log)) == BrokenLink(len(log), Fault.WRONG_HEAD)


@pytest.mark.requirement("N3")
@given(CONTENTS, st.data())
def test_a_missing_entry_is_found_at_its_place(contents: list[dict[str, Any]], data: st.DataObject) -> None:
    log = linked(contents)
    at = data.draw(st.integers(0, len(log) - 1))
    fault = Fault.MISSING if at + 1 < len(log) or at == 0 else Fault.TRUNCATED
    assert verify(CASE, log[:at] + log[at + 1 :], head_of(log)) == BrokenLink(at + 1, fault)


@pytest.mark.requirement("N3")
@given(CONTENTS, st.data())
def test_a_log_cut_off_at_its_end_is_found_by_its_head(contents: list[dict[str, Any]], data: st.DataObject) -> None:
    log = linked(contents)
    kept = data.draw(st.integers(0, len(log) - 1))
    expected = BrokenLink(kept + 1, Fault.TRUNCATED if kept else Fault.MISSING)
    assert verify(CASE, log[:kept], head_of(log)) == expected


@pytest.mark.requirement("N3")
@given(CONTENTS, st.data())
def test_two_entries_that_changed_places_are_found_at_the_first(
    contents: list[dict[str, Any]], data: st.DataObject
) -> None:
    log = linked(contents)
    assume(len(log) > 1)
    first, second = sorted(data.draw(st.permutations(range(len(log))))[:2])
    swapped = list(log)
    swapped[first], swapped[second] = log[second], log[first]
    assert verify(CASE, swapped, head_of(log)) == BrokenLink(first + 1, Fault.REORDERED)


@pytest.mark.requirement("N3")
@given(CONTENTS, st.data())
def test_a_repeated_entry_is_found_where_it_is_repeated(contents: list[dict[str, Any]], data: st.DataObject) -> None:
    log = linked(contents)
    which, at = sorted(data.draw(st.tuples(st.integers(0, len(log) - 1), st.integers(0, len(log) - 1))))
    repeated = [*log[: at + 1], log[which], *log[at + 1 :]]
    assert verify(CASE, repeated, head_of(log)) == BrokenLink(at + 2, Fault.REPEATED)


@pytest.mark.requirement("N3")
@given(CONTENTS)
def test_an_entry_added_after_the_head_is_found(contents: list[dict[str, Any]]) -> None:
    log = linked([*contents, {"type": "added", "at": "", "actor": "", "data": {}}])
    assert verify(CASE, log, head_of(log[:-1])) == BrokenLink(len(log), Fault.BEYOND_HEAD)


@pytest.mark.requirement("N3")
@given(CONTENTS)
def test_a_log_cannot_be_passed_off_as_another_case(contents: list[dict[str, Any]]) -> None:
    log = linked(contents, "SYNTHETIC-0002")
    relabelled = [{**entry, "case_number": CASE} for entry in log]
    assert verify(CASE, relabelled, head_of(log)) == BrokenLink(1, Fault.CHANGED)
    assert verify(CASE, log, head_of(log)) == BrokenLink(1, Fault.FOREIGN)


@pytest.mark.requirement("N3")
@given(VALUES)
def test_canonical_json_has_one_spelling_and_loses_nothing(value: object) -> None:
    spelled = canonical_json(value)
    assert json.loads(spelled) == value
    assert canonical_json(json.loads(spelled)) == spelled
    assert canonical_json(json.loads(json.dumps(value, indent=2, sort_keys=True))) == spelled
