"""Where the system may send a webhook: what an address must look like, and which network addresses are public.

A watcher chooses the address, so the address must not lead to anything that only this system can reach.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

LONGEST_URL = 500
_HTTPS = 443
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])\Z", re.ASCII)
_TARGET = re.compile(r"[!-~]*\Z", re.ASCII)
_GLOBAL_UNICAST = IPv6Network("2000::/3")
"""All that IANA has given out of IPv6; what Python's lists do not know is not public for that (RFC 4291, 2.4)."""
_NAT64 = IPv6Network("64:ff9b::/96")
_NAT64_OF_A_NETWORK = IPv6Network("64:ff9b:1::/48")
_LOCAL_HOSTS = ("127.0.0.1", "localhost")


@dataclass(frozen=True, slots=True)
class WebhookAddress:
    """Where to send a POST: host, port, whether over TLS, and the path with its query."""

    host: str
    port: int
    tls: bool
    target: str


def webhook_address(url: str, *, local: bool = False) -> WebhookAddress | None:
    """The address that a URL names, or None when nothing is sent there.

    It is https to a host name, not to a number however it is written, on the default port, without user, password or
    fragment. `local` also allows http to this machine, so that the whole can be tried on it.
    """
    if len(url) > LONGEST_URL or not _TARGET.match(url) or "\\" in url:
        return None
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return None
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if "@" in parts.netloc or "#" in url:
        return None
    if local and parts.scheme == "http" and host in _LOCAL_HOSTS and port:
        return WebhookAddress(host, port, tls=False, target=target)
    return WebhookAddress(host, _HTTPS, tls=True, target=target) if _is_secure(parts, host, port) else None


def host_of(url: str) -> str:
    """The host and port that a URL which `webhook_address` takes leads to; empty for another."""
    found = webhook_address(url, local=True)
    return "" if found is None else f"{found.host}:{found.port}"


def is_public(address: str) -> bool:
    """Whether a network address is one of the public internet, also the one that an IPv6 address wraps."""
    try:
        found: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        if found in _NAT64_OF_A_NETWORK:
            return False
        wrapped = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if found in _NAT64:
            wrapped = IPv4Address(int(found) & 0xFFFFFFFF)
        if wrapped is not None:
            found = wrapped
        elif found not in _GLOBAL_UNICAST:
            return False
    return found.is_global and not found.is_multicast and not found.is_reserved


def _is_secure(parts: SplitResult, host: str, port: int | None) -> bool:
    return parts.scheme == "https" and port in (None, _HTTPS) and len(host) <= 253 and bool(_HOST.match(host))
