"""Status lists of credentials, read as the standard says (W3C Bitstring Status List 1.0)."""

from __future__ import annotations

import base64
import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import pytest

from degree_auth.domain.cases.report_state import ReportState
from degree_auth.domain.reports.status_list import LENGTH, StatusPlace, encoded_list, places, status_entry
from degree_auth.domain.shared.errors import NotFound
from degree_auth.services.reports.status_lists import StatusLists, free_place, latest_list
from tests.doubles.report_log import MemoryStatusLists
from tests.doubles.world import World

CHECK_URL = "https://check.example/degrees/check"
NOW = datetime(2027, 1, 1, 2, 0, tzinfo=UTC)


def status(entry: Mapping[str, Any], claims: Mapping[str, Any]) -> int:
    """The status of a credential: the algorithm of section 3.2 of the standard."""
    subject = claims["credentialSubject"]
    assert claims["id"] == entry["statusListCredential"]
    assert subject["statusPurpose"] == entry["statusPurpose"] == "revocation"
    assert subject["encodedList"][0] == "u"
    encoded = subject["encodedList"][1:]
    bits = gzip.decompress(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    assert len(bits) * 8 >= 131_072
    index = int(entry["statusListIndex"])
    return bits[index // 8] >> (7 - index % 8) & 1


@pytest.mark.requirement("A15")
@pytest.mark.parametrize("index", [0, 7, 8, 94_567, LENGTH - 1])
def test_the_first_bit_is_the_leftmost(index: int) -> None:
    octets = gzip.decompress(base64.urlsafe_b64decode(encoded_list([index])[1:] + "==="))
    assert int.from_bytes(octets, "big") == 1 << (LENGTH - 1 - index)


@pytest.mark.requirement("A15", "N4")
def test_a_report_has_the_same_places_each_time_and_nobody_else_knows_them() -> None:
    def keyed(what: str) -> bytes:
        return hashlib.sha256(f"key {what}".encode()).digest()

    first = list(islice(places(keyed, "2026-A", 2026), 12))
    assert first == list(islice(places(keyed, "2026-A", 2026), 12))
    assert [one.list_id for one in first] == ["2026-1"] * 4 + ["2026-2"] * 4 + ["2026-3"] * 4
    assert len({one.index for one in first}) == 12
    assert first != list(islice(places(lambda what: hashlib.sha256(what.encode()).digest(), "2026-A", 2026), 12))


@pytest.mark.requirement("A15", "N1")
def test_a_report_whose_place_is_taken_gets_the_next_one() -> None:
    world = World()
    issued_at = world.now
    wanted = list(islice(places(lambda what: world.keyring.digest("status-place", what), "2026-A", 2026), 5))
    taken = set(wanted[:4])
    world.cases.status_holder = lambda place: "2026-B" if place in taken else None  # type: ignore[method-assign]
    assert free_place(world.cases, world.keyring, "2026-A", issued_at) == wanted[4]
    assert wanted[4].list_id == "2026-2"


@pytest.mark.requirement("A6", "A15")
def test_a_report_that_is_no_longer_valid_says_so_in_the_list_that_is_signed_next() -> None:
    world = World()
    issued = [world.issue(world.submit(world.body(number))) for number in range(3)]
    reports = [world.cases.reports[one.report.report_number] for one in issued if one.report]
    signed: list[Mapping[str, Any]] = []

    class Signer:
        def sign(self, claims: Mapping[str, Any], check_url: str) -> str:
            signed.append(claims)
            return f"credential {len(signed)}"

    store = MemoryStatusLists(world.cases)
    lists = StatusLists(store, Signer, CHECK_URL)
    assert [lists.renew(NOW), lists.renew(NOW)] == [1, 0]
    assert [status(status_entry(CHECK_URL, one.status), signed[-1]) for one in reports if one.status] == [0, 0, 0]
    for number, state in ((0, ReportState.SUPERSEDED), (2, ReportState.REVOKED)):
        world.cases.reports[reports[number].report_number] = replace(reports[number], state=state)
    assert [lists.renew(NOW), lists.renew(NOW)] == [1, 0]
    assert [status(status_entry(CHECK_URL, one.status), signed[-1]) for one in reports if one.status] == [1, 0, 1]
    assert latest_list(store, "2026-1") == "credential 2"
    # The address changed: what names the former one is no longer the list that credentials name.
    assert StatusLists(store, Signer, "https://other.example/check").renew(NOW) == 1


@pytest.mark.requirement("A15", "N5")
@pytest.mark.parametrize("name", ["2026-1", "2026-99", "", "2026-1#BIT", "../2026-1", "2026-1\n"])
def test_a_list_that_there_is_not_is_not_found(name: str) -> None:
    with pytest.raises(NotFound):
        latest_list(MemoryStatusLists(World().cases), name)


@pytest.mark.requirement("A15", "N1")
def test_every_issued_report_has_a_place_of_its_own() -> None:
    world = World()
    issued = [world.issue(world.submit(world.body(number))) for number in range(3)]
    found = [world.cases.reports[one.report.report_number].status for one in issued if one.report]
    assert len({one for one in found if isinstance(one, StatusPlace)}) == 3
