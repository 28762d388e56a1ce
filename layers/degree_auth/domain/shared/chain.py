"""A log as a hash chain: every change is on record, and tampering shows (N3).

An entry is an object with `case_number`, `seq` (1, 2, 3 …), `type`, `at`, `actor`, `data`,
`previous_hash` and `hash`. The hash is SHA-256, in lower-case hexadecimal, over the canonical JSON
of the entry without `hash`; the first entry's `previous_hash` is bound to the case number. Canonical
JSON follows RFC 8785 for the values a log may hold: text, whole numbers, true, false, null, lists
and objects.

A chain alone cannot show that its end was cut off or that all of it was written anew; for that,
`verify` takes the head as it was kept elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

# Beyond this a JSON number is not exact for every reader (RFC 8785, RFC 7493).
_LARGEST_NUMBER = 2**53 - 1

CASE, INSTITUTION, READINGS = "case_number", "institution_code", "readings_of"
"""By what an entry names its owner: a case's log, that of an institution's registration, or the record of who read a
case."""


class ChainHead(NamedTuple):
    """The last entry's place and hash, as kept outside the log."""

    seq: int
    hash: str


class Fault(StrEnum):
    """What is wrong with a link; each has its sentences in `messages`."""

    CHANGED = "chain_changed"
    MISSING = "chain_missing"
    REORDERED = "chain_reordered"
    REPEATED = "chain_repeated"
    FOREIGN = "chain_foreign"
    UNLINKED = "chain_unlinked"
    TRUNCATED = "chain_truncated"
    BEYOND_HEAD = "chain_beyond_head"
    WRONG_HEAD = "chain_wrong_head"


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """The first broken link: the sequence number of the entry concerned, and its fault."""

    seq: int
    fault: Fault


def canonical_json(value: object) -> bytes:
    """UTF-8 JSON with one spelling: object keys in RFC 8785 order, no white space, no needless escapes.

    Raises:
        TypeError: something other than text, whole numbers, true, false, null, lists and objects with text keys.
        ValueError: a number beyond 2**53 - 1, or text that is not valid Unicode.
    """
    return json.dumps(_sort_keys(value), ensure_ascii=False, separators=(",", ":")).encode()


def genesis(case_number: str) -> str:
    """The `previous_hash` of a case's first entry."""
    return hashlib.sha256(canonical_json({"case_log_of": case_number})).hexdigest()


def entry_hash(previous: str, entry: Mapping[str, object]) -> str:
    """The hash of an entry that follows the entry with hash `previous`.

    `hash` and `previous_hash` inside `entry`, if there, are not looked at.

    Raises:
        TypeError, ValueError: as for `canonical_json`.
    """
    content = {key: value for key, value in entry.items() if key != "hash"}
    return hashlib.sha256(canonical_json(content | {"previous_hash": previous})).hexdigest()


def verify(
    owner: str, entries: Iterable[Mapping[str, object]], head: ChainHead | None = None, named: str = CASE
) -> BrokenLink | None:
    """The first broken link of a whole log in stored order, or None when every link holds.

    Args:
        owner: the case, or the institution, that the log must belong to.
        entries: the log, first entry first.
        head: the end of the log as kept elsewhere; without it a log cut off at the end passes.
        named: whose log it is, `CASE`, `INSTITUTION` or `READINGS`.
    """
    log = list(entries)
    places = [entry.get("seq") for entry in log]
    # Other logs have nothing before their first entry; each entry names its owner.
    previous = genesis(owner) if named == CASE else ""
    for seq, entry in enumerate(log, start=1):
        fault = _fault(owner, named, seq, previous, entry, places)
        if fault:
            return BrokenLink(seq, fault)
        previous = str(entry["hash"])
        if head and head.seq == seq and head.hash != previous:
            return BrokenLink(seq, Fault.WRONG_HEAD)
    if not log:
        return BrokenLink(1, Fault.MISSING)
    if head and head.seq != len(log):
        return (
            BrokenLink(len(log) + 1, Fault.TRUNCATED)
            if head.seq > len(log)
            else BrokenLink(head.seq + 1, Fault.BEYOND_HEAD)
        )
    return None


def _fault(
    owner: str, named: str, seq: int, previous: str, entry: Mapping[str, object], places: list[object]
) -> Fault | None:
    if not _is_intact(entry):
        return Fault.CHANGED
    if entry.get(named) != owner:
        return Fault.FOREIGN
    place = entry.get("seq")
    if place != seq:
        if place in places[: seq - 1]:
            return Fault.REPEATED
        return Fault.REORDERED if seq in places[seq:] else Fault.MISSING
    return None if entry.get("previous_hash") == previous else Fault.UNLINKED


def _is_intact(entry: Mapping[str, object]) -> bool:
    stated = entry.get("previous_hash")
    try:
        return isinstance(stated, str) and entry.get("hash") == entry_hash(stated, entry)
    except (TypeError, ValueError):
        return False


def _sort_keys(value: object) -> object:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        value.encode()
        return value
    if isinstance(value, int):
        if abs(value) > _LARGEST_NUMBER:
            raise ValueError("a number in the log must not exceed 2**53 - 1")
        return int(value)
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("keys must be text")
        # RFC 8785 sorts by UTF-16 code units, which differs from Python's order beyond the BMP.
        return {key: _sort_keys(value[key]) for key in sorted(value, key=lambda key: key.encode("utf-16-be"))}
    if isinstance(value, list | tuple):
        return [_sort_keys(item) for item in value]
    raise TypeError(f"{type(value).__name__} cannot stand in the log")
