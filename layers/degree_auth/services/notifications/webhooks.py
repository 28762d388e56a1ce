"""Sending webhooks: to the platform, and to those who watch a report. What is not taken is sent again by its queue."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from degree_auth.domain.notifications.platform_message import CORRECTIONS, message_id, platform_message
from degree_auth.domain.notifications.watch import (
    LASTS,
    Watch,
    WatchRequest,
    watch_message,
    watch_message_id,
)
from degree_auth.domain.notifications.webhook import signed_headers
from degree_auth.domain.reports.issued_document import DocumentKind
from degree_auth.domain.shared.errors import NotFound
from degree_auth.services.cases.check_codes import is_check_code_of
from degree_auth.services.notifications.ports import MessageQueue, Reports, Sender, Sent, WatchStore
from degree_auth.services.shared.optimistic import until_stored
from degree_auth.services.shared.ports import Sealer
from degree_auth.services.shared.sealing import open_text, seal_text

_WATCH_ID_CHARACTERS = 22


class Undelivered(Exception):
    """Nobody took the message; it is to be sent again."""


@dataclass(frozen=True, slots=True)
class PlatformWebhook:
    """Tells the platform of public events; an empty `url` for nobody to tell."""

    sender: Sender
    url: str
    secret: bytes

    def deliver(self, event: Mapping[str, Any], now: datetime) -> bool:
        """Send the message of an event; false when the platform is not told of it. Raises `Undelivered`."""
        message = platform_message(event) if self.url else None
        if message is None:
            return False
        body = json.dumps(message, ensure_ascii=False).encode()
        sent = self.sender.post(self.url, signed_headers(self.secret, message_id(event), body, now), body)
        if sent is Sent.GONE:
            raise Undelivered
        return True


@dataclass(frozen=True, slots=True)
class Watching:
    """Takes watches."""

    reports: Reports
    store: WatchStore
    sealer: Sealer

    def watch(self, request: WatchRequest, now: datetime) -> tuple[Watch, bytes]:
        """The watch of this address on this report, made unless it is there, and the secret that signs its messages.

        A wrong code and an unknown number get one answer after the same work.

        Raises:
            NotFound: no report has this number and code.
            Conflict: the report has as many watches as it may.
            Unavailable: others kept changing them; nothing was changed.
        """
        number = request.report_number
        right = is_check_code_of(self.sealer, number, request.check_code)
        report = self.reports.report(number)
        if report is None or report.kind is not DocumentKind.REPORT or not right:
            raise NotFound("report_unknown")
        watch_id = self.sealer.token("watch", f"{number} {request.url}")[:_WATCH_ID_CHARACTERS]

        def attempt() -> Watch:
            watches = self.store.watches(number)
            known = watches.find(watch_id, now)
            if known is not None:
                return known
            sealed = seal_text(self.sealer, _context(number, watch_id), request.url)
            watch = Watch(watch_id, sealed, now + LASTS)
            self.store.replace_watches(watches, watches.with_watch(watch, now))
            return watch

        return until_stored(attempt), watch_secret(self.sealer, watch_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchMessages:
    """Tells watchers: an event becomes a notice for each, and each notice is sent by itself."""

    store: WatchStore
    sealer: Sealer
    queue: MessageQueue
    sender: Sender
    check_url: str

    def spread(self, event: Mapping[str, Any], now: datetime) -> int:
        """Put a notice for each watcher of the report that a public event corrects on the queue; how many."""
        state = CORRECTIONS.get(event["type"])
        number = event["facts"].get("report_number")
        if state is None or number is None:
            return 0
        told = {"report_number": number, "state": state, "at": event["at"], "seq": event["seq"]}
        messages = [{**told, "watch_id": one.watch_id} for one in self.store.watches(number).live_watches(now)]
        if messages:
            self.queue.send(messages)
        return len(messages)

    def deliver(self, notice: Mapping[str, Any], now: datetime) -> bool:
        """Send one notice; false when its watch is no more. A receiver that is gone ends its watch.

        Raises:
            Undelivered: nobody took it.
        """
        number, watch_id = notice["report_number"], notice["watch_id"]
        watch = self.store.watches(number).find(watch_id, now)
        if watch is None:
            return False
        url = open_text(self.sealer, _context(number, watch_id), watch.sealed)
        body = json.dumps(watch_message(notice, self.check_url), ensure_ascii=False).encode()
        headers = signed_headers(watch_secret(self.sealer, watch_id), watch_message_id(notice), body, now)
        if self.sender.post(url, headers, body) is Sent.GONE:
            self._end(number, watch_id)
        return True

    def _end(self, report_number: str, watch_id: str) -> None:
        def attempt() -> None:
            watches = self.store.watches(report_number)
            if any(watch.watch_id == watch_id for watch in watches.watches):
                self.store.replace_watches(watches, watches.without_watch(watch_id))

        until_stored(attempt)


def watch_secret(sealer: Sealer, watch_id: str) -> bytes:
    """The secret of a watch, 32 bytes; derived, so that it is stored nowhere."""
    return sealer.digest("watch-secret", watch_id)


def _context(report_number: str, watch_id: str) -> str:
    return f"watch#{report_number}#{watch_id}"
