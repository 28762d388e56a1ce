"""What counts as one source on the network, and how long it is known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from degree_auth.domain.accounts.places import MOST_SOURCES, REMEMBERED, is_known, source_of, with_source

pytestmark = pytest.mark.requirement("A13")
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:0DB8:0001:0002::9", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", ""),
        ("192.0.2.1, 198.51.100.1", ""),
        ("made up", ""),
    ],
)
def test_a_source_is_an_address_or_the_network_of_one_subscriber(address: str, source: str) -> None:
    assert source_of(address) == source


def test_the_sources_used_last_are_known_for_half_a_year() -> None:
    sources = ()
    for number in range(MOST_SOURCES + 1):
        sources = with_source(sources, f"source-{number}", NOW + timedelta(seconds=number))
    sources = with_source(sources, "source-1", NOW + timedelta(minutes=1))
    assert [one.digest for one in sources] == [f"source-{number}" for number in (*range(2, MOST_SOURCES + 1), 1)]
    assert not is_known(sources, "source-0", NOW + timedelta(minutes=1))
    assert is_known(sources, "source-1", NOW + timedelta(minutes=1) + REMEMBERED - timedelta(microseconds=1))
    assert not is_known(sources, "source-1", NOW + timedelta(minutes=1) + REMEMBERED)
    assert len(with_source(sources, "another", NOW + REMEMBERED + timedelta(days=1))) == 1
