"""The status of credentials as lists of bits (W3C Bitstring Status List 1.0): a set bit says that one is not valid.

A verifier asks for a whole list, so nobody learns which credential it has in hand.
"""

from __future__ import annotations

import base64
import gzip
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from degree_auth.domain.reports.issuer import issuer_did, service_address
from degree_auth.domain.shared.working_days import shanghai_time

LENGTH = 131_072
"""Bits of a list: the standard's least, 16 KB, among which one credential is hidden."""

FRESH_FOR = timedelta(minutes=5)
"""How long a verifier may keep a list."""

FIRST_YEAR = 2026
"""Reports from before have no status in a list."""

_PURPOSE = "revocation"
_TRIES = 4  # places of one list, before the next list is tried


@dataclass(frozen=True, slots=True)
class StatusPlace:
    """Where the bit of a credential stands: in which list, as `2026-1`, and at which index from 0."""

    list_id: str
    index: int


def places(digest: Callable[[str], bytes], report_number: str, year: int) -> Iterator[StatusPlace]:
    """The places that a report may have, the first choice first: always the same ones for the report.

    `digest` is keyed, so a place tells nothing of the number. Once a list fills up, more and more reports pass on to
    the next one, so no list has to be counted.
    """
    for number in count(1):
        list_id = f"{year}-{number}"
        for attempt in range(_TRIES):
            drawn = digest(f"{report_number}#{list_id}#{attempt}")
            yield StatusPlace(list_id, int.from_bytes(drawn[:8], "big") % LENGTH)


def list_address(check_url: str, list_id: str) -> str:
    """Where a list is served."""
    return f"{service_address(check_url)}/status-lists/{list_id}"


def status_entry(check_url: str, place: StatusPlace) -> dict[str, Any]:
    """The `credentialStatus` of a credential."""
    address = list_address(check_url, place.list_id)
    return {
        "id": f"{address}#{place.index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": _PURPOSE,
        "statusListIndex": str(place.index),
        "statusListCredential": address,
    }


def status_list_claims(check_url: str, list_id: str, set_bits: Iterable[int], at: datetime) -> dict[str, Any]:
    """A list as a credential, with these bits set."""
    address = list_address(check_url, list_id)
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "id": address,
        "issuer": issuer_did(check_url),
        "validFrom": shanghai_time(at),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": _PURPOSE,
            "encodedList": encoded_list(set_bits),
            "ttl": int(FRESH_FOR.total_seconds() * 1000),
        },
    }


def encoded_list(set_bits: Iterable[int]) -> str:
    """The bits, the first one leftmost, compressed (RFC 1952), in base64url behind multibase's `u`."""
    octets = bytearray(LENGTH // 8)
    for bit in set_bits:
        octets[bit // 8] |= 0x80 >> bit % 8
    return "u" + base64.urlsafe_b64encode(gzip.compress(bytes(octets), mtime=0)).rstrip(b"=").decode()
