"""Where somebody signs in from: a source on the network, and the browser's own device."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

MOST_SOURCES = 10
"""Sources of one account that are remembered; a further one takes the place of the one used longest ago."""

REMEMBERED = timedelta(days=180)
"""How long a device or source is known after the last sign-in from it."""

_NETWORK_BITS = 64


@dataclass(frozen=True, slots=True)
class Place:
    """The address on the network, and the device's token; empty for a browser that has none."""

    address: str
    device: str = ""


@dataclass(frozen=True, slots=True)
class KnownSource:
    """A source that an account was signed in to from: a keyed digest, and when it was last."""

    digest: str
    last_at: datetime


def source_of(address: str) -> str:
    """What counts as one source: an IPv4 address, or the network of 64 bits that one IPv6 subscriber has.

    Whatever is no address is one source together.
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found.packed, _NETWORK_BITS), strict=False))
    return str(found)


def is_known(sources: Sequence[KnownSource], digest: str, now: datetime) -> bool:
    """Whether a source is one of those remembered."""
    return any(one.digest == digest and now < one.last_at + REMEMBERED for one in sources)


def with_source(sources: Sequence[KnownSource], digest: str, now: datetime) -> tuple[KnownSource, ...]:
    """The sources after one more sign-in, the one used last behind all others."""
    others = [one for one in sources if one.digest != digest and now < one.last_at + REMEMBERED]
    return (*others[1 - MOST_SOURCES :], KnownSource(digest, now))
