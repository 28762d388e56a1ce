"""Hands text messages to a gateway over HTTPS: one signed POST each, in the form of our webhooks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from degree_auth.domain.notifications.webhook import signed_headers
from degree_auth.services.notifications.notification_ports import Refused
from degree_auth.services.notifications.ports import Sender, Sent
from degree_auth.services.notifications.webhooks import Undelivered

_NO_SUCH_NUMBER = "422"


@dataclass(frozen=True, slots=True)
class HttpTextGateway:
    """Implements `TextGateway`: `{"id", "to", "text"}`, signed after Standard Webhooks with the gateway's secret. 422
    refuses the number, everything else comes again; the gateway has to take an id once."""

    sender: Sender
    url: str
    secret: bytes

    def send(self, message_id: str, to: str, text: str, now: datetime) -> str:
        """Hand one over. Raises `Refused` or `Undelivered`."""
        body = json.dumps({"id": message_id, "to": to, "text": text}, ensure_ascii=False).encode()
        try:
            sent = self.sender.post(self.url, signed_headers(self.secret, message_id, body, now), body)
        except Undelivered as error:
            if str(error) == _NO_SUCH_NUMBER:
                raise Refused(str(error)) from None
            raise
        if sent is Sent.GONE:
            raise Undelivered("410")
        return sent.value


class NoTextGateway:
    """Implements `TextGateway` where none is configured: no number can be proven, so nothing is ever sent."""

    def send(self, message_id: str, to: str, text: str, now: datetime) -> str:
        """Raises `Undelivered`."""
        raise Undelivered("no gateway")
