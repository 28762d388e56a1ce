"""Sending webhooks to those who watch a report. What is not taken is sent again by its queue."""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from degree_auth.domain.applications.bounds import tomorrow
from degree_auth.domain.notifications.platform_message import CORRECTIONS
from degree_auth.domain.notifications.watch import (
    LASTS,
    MOST_CHALLENGES_FOR_A_REPORT,
    MOST_CHALLENGES_TO_A_HOST,
    Watch,
    WatchRemoval,
    WatchRequest,
    challenge_message,
    echoes,
    watch_message,
    watch_message_id,
)
from degree_auth.domain.notifications.webhook import secret_text, signed_headers
from degree_auth.domain.notifications.webhook_address import host_of
from degree_auth.domain.readings.purposes import MachinePurpose
from degree_auth.domain.reports.issued_document import DocumentKind
from degree_auth.domain.shared.errors import Invalid, NotFound, Problem, TooMany
from degree_auth.domain.shared.working_days import shanghai_day
from degree_auth.services.cases.check_codes import is_check_code_of
from degree_auth.services.notifications.ports import Challenger, MessageQueue, Reports, Sender, Sent, WatchStore
from degree_auth.services.shared.machine_opening import for_nobody
from degree_auth.services.shared.optimistic import until_stored
from degree_auth.services.shared.ports import Sealer, TooOften
from degree_auth.services.shared.sealing import open_text, seal_text

_WATCH_ID_CHARACTERS = 22


class Undelivered(Exception):
    """Nobody took the message; it is to be sent again."""


@dataclass(frozen=True, slots=True)
class Watching:
    """Takes watches, once their address has proven itself, and removes them."""

    reports: Reports
    store: WatchStore
    sealer: Sealer
    challenger: Challenger

    def watch(self, request: WatchRequest, key: str | None, now: datetime) -> tuple[Watch, bytes]:
        """A new watch of this address on this report, and the secret that signs its messages.

        The address is asked first, and only one that answers becomes a watch. The same request with the same
        idempotency `key` is the same watch, whose secret is shown again for a short while. A wrong code and an unknown
        number get one answer after the same work.

        Raises:
            NotFound: no report has this number and code.
            Conflict: the address watches the report already, or the report has as many watches as it may.
            TooMany: so many challenges were sent today for this report, or to this host.
            Invalid: the address did not prove itself.
            Unavailable: others kept changing them; nothing was changed.
        """
        number = request.report_number
        right = is_check_code_of(self.sealer, number, request.check_code)
        report = self.reports.report(number)
        if report is None or report.kind is not DocumentKind.REPORT or not right:
            raise NotFound("report_unknown")
        address = self.sealer.token("watch", f"{number} {request.url}")
        name = secrets.token_urlsafe() if key is None else key
        watch_id = self.sealer.token("watch-id", f"{address} {name}")[:_WATCH_ID_CHARACTERS]
        repeated = self.store.watches(number).repeated_watch(watch_id, address, now)
        if repeated is None:
            self._count_challenge(request, now)
            if not self._is_proven(request.url, watch_id, now):
                raise Invalid([Problem("url", "watch_unproven")])

        def attempt() -> Watch:
            watches = self.store.watches(number)
            known = watches.repeated_watch(watch_id, address, now)
            if known is not None:
                return known
            sealed = seal_text(self.sealer, _context(number, watch_id), request.url)
            watch = Watch(watch_id, address, sealed, now + LASTS)
            self.store.replace_watches(watches, watches.with_watch(watch, now))
            return watch

        return until_stored(attempt), watch_secret(self.sealer, watch_id)

    def remove(self, removal: WatchRemoval) -> None:
        """Remove a watch of which the caller has the secret.

        A wrong secret, an unknown watch and one that was removed before get one answer after the same work.

        Raises:
            NotFound: there is no watch with this id and secret.
            Unavailable: others kept changing them; nothing was changed.
        """
        right = secret_text(watch_secret(self.sealer, removal.watch_id)).encode()
        proven = hmac.compare_digest(removal.secret.encode(), right)
        if not end_watch(self.store, removal.report_number, removal.watch_id if proven else ""):
            raise NotFound("watch_unknown")

    def _count_challenge(self, request: WatchRequest, now: datetime) -> None:
        """Count a challenge before it is sent, so that nobody makes this system knock at a stranger's door for long."""
        day = shanghai_day(now)
        host = self.sealer.token("watch-host", host_of(request.url))
        try:
            self.store.count_challenge(f"report#{request.report_number}", day, MOST_CHALLENGES_FOR_A_REPORT)
            self.store.count_challenge(f"host#{host}", day, MOST_CHALLENGES_TO_A_HOST)
        except TooOften:
            raise TooMany.before(tomorrow(now), "too_many_challenges", now) from None

    def _is_proven(self, url: str, watch_id: str, now: datetime) -> bool:
        challenge = secrets.token_urlsafe(32)
        message_id = f"{watch_id}-{secrets.token_hex(8)}"
        body = json.dumps(challenge_message(watch_id, challenge, now)).encode()
        try:
            answer = self.challenger.ask(
                url, signed_headers(watch_secret(self.sealer, watch_id), message_id, body, now), body
            )
        except Undelivered:
            return False
        return echoes(answer, challenge)


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
        url = open_text(for_nobody(self.sealer, MachinePurpose.NOTICE), _context(number, watch_id), watch.sealed)
        body = json.dumps(watch_message(notice, self.check_url), ensure_ascii=False).encode()
        headers = signed_headers(watch_secret(self.sealer, watch_id), watch_message_id(notice), body, now)
        if self.sender.post(url, headers, body) is Sent.GONE:
            end_watch(self.store, number, watch_id)
        return True


def end_watch(store: WatchStore, report_number: str, watch_id: str) -> bool:
    """Remove a watch; false when there is none."""

    def attempt() -> bool:
        watches = store.watches(report_number)
        found = any(watch.watch_id == watch_id for watch in watches.watches)
        if found:
            store.replace_watches(watches, watches.without_watch(watch_id))
        return found

    return until_stored(attempt)


def watch_secret(sealer: Sealer, watch_id: str) -> bytes:
    """The secret of a watch, 32 bytes; derived, so that it is stored nowhere."""
    return sealer.digest("watch-secret", watch_id)


def _context(report_number: str, watch_id: str) -> str:
    return f"watch#{report_number}#{watch_id}"
