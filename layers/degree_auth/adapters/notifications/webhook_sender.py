"""Sends webhooks over HTTPS to the network address that was checked. Redirects are not followed.

Only the beginning of an answer is read; of the answer to a message only the status is used. An attempt ends within
seconds, whatever the receiver does.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Mapping
from functools import cache
from http.client import HTTPConnection, HTTPException
from threading import Timer

from botocore.httpsession import get_cert_path

from degree_auth.domain.notifications.watch import LONGEST_PROOF
from degree_auth.domain.notifications.webhook_address import WebhookAddress, is_public, webhook_address
from degree_auth.services.notifications.ports import Sent
from degree_auth.services.notifications.webhooks import Undelivered

_CONNECT_SECONDS = 3
_STEP_SECONDS = 5
_ATTEMPT_SECONDS = 12
_GONE = 410


class WebhookSender:
    """Implements `Sender` and `Challenger`.

    `anywhere` is for an address that operators chose, which may lie in a network of their own; otherwise every address
    that the host's name resolves to must be public. `local` also allows http to this machine.
    """

    def __init__(self, *, anywhere: bool, local: bool) -> None:
        self._anywhere = anywhere
        self._local = local

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Sent:
        """Send a POST once. Raises `Undelivered`: nothing is sent there, or it was not answered with 2xx or 410."""
        status, _ = self._send(url, headers, body, 0)
        if status == _GONE:
            return Sent.GONE
        _require_success(status)
        return Sent.TAKEN

    def ask(self, url: str, headers: Mapping[str, str], body: bytes) -> bytes:
        """The beginning of a 2xx answer to a POST that is sent once. Raises `Undelivered`: there was none."""
        status, answer = self._send(url, headers, body, LONGEST_PROOF)
        _require_success(status)
        return answer

    def _send(self, url: str, headers: Mapping[str, str], body: bytes, longest: int) -> tuple[int, bytes]:
        address = webhook_address(url, local=self._local)
        if address is None:
            raise Undelivered("address")
        try:
            return self._post(address, headers, body, longest)
        except (OSError, HTTPException) as error:
            raise Undelivered(type(error).__name__) from None

    def _post(
        self, address: WebhookAddress, headers: Mapping[str, str], body: bytes, longest: int
    ) -> tuple[int, bytes]:
        connected = socket.create_connection((self._resolve(address), address.port), _CONNECT_SECONDS)
        connected.settimeout(_STEP_SECONDS)
        if address.tls:
            connected = _tls_context().wrap_socket(
                connected, server_hostname=address.host, do_handshake_on_connect=False
            )
        # A receiver that answers a byte at a time is cut off, too.
        deadline = Timer(_ATTEMPT_SECONDS, _cut, (connected,))
        deadline.daemon = True
        deadline.start()
        try:
            if isinstance(connected, ssl.SSLSocket):
                connected.do_handshake()
            connection = HTTPConnection(address.host, address.port)
            connection.sock = connected
            shown = address.host if address.tls else f"{address.host}:{address.port}"
            connection.request("POST", address.target, body, {**headers, "Host": shown, "Connection": "close"})
            answer = connection.getresponse()
            return answer.status, answer.read(longest)
        finally:
            deadline.cancel()
            connected.close()

    def _resolve(self, address: WebhookAddress) -> str:
        """One of the host's network addresses, once all of them are allowed."""
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
        addresses = [str(one[4][0]) for one in found]
        checked = address.tls and not self._anywhere
        if not addresses or (checked and not all(map(is_public, addresses))):
            raise Undelivered("network")
        return addresses[0]


def _require_success(status: int) -> None:
    if not 200 <= status < 300:
        raise Undelivered(str(status))


@cache
def _tls_context() -> ssl.SSLContext:
    """The certificates that AWS's own client trusts: they come with it, whatever the machine has."""
    return ssl.create_default_context(cafile=get_cert_path(True))


def _cut(connected: socket.socket) -> None:
    # The plain shutdown, also under TLS, whose own would change what the reading thread is using.
    with contextlib.suppress(OSError):
        socket.socket.shutdown(connected, socket.SHUT_RDWR)
