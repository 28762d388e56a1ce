"""Watches: who checked a report may leave a webhook to be told once its state changes (article 15)."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from degree_auth.domain.notifications.webhook_address import LONGEST_URL, webhook_address
from degree_auth.domain.reports.check_request import CODE_CHECK
from degree_auth.domain.shared.errors import Conflict
from degree_auth.domain.shared.reading import Fields, pattern, read_object, text_of_form

MOST_WATCHES = 20
LASTS = timedelta(days=400)
MOST_CHALLENGES_FOR_A_REPORT = 40
"""How many challenges are sent for one report in a day of Shanghai."""
MOST_CHALLENGES_TO_A_HOST = 200
"""How many challenges are sent to one host in a day of Shanghai, whatever the report."""
REPEAT_TIME = timedelta(hours=1)
"""For how long a repeat of the request, with the same idempotency key, is shown the secret again."""
LONGEST_PROOF = 1024
"""How many bytes of the answer to a challenge are read."""


@dataclass(frozen=True, slots=True)
class WatchRequest:
    """What is asked for: number and code in their printed form, and where to send."""

    report_number: str
    check_code: str
    url: str


@dataclass(frozen=True, slots=True)
class Watch:
    """One webhook that has proven itself; its URL is sealed (base64), `address` is a keyed digest of it."""

    watch_id: str
    address: str
    sealed: str
    expires_at: datetime

    def may_be_shown_again(self, now: datetime) -> bool:
        """Whether whoever made it may be given the secret once more, for an answer that was lost."""
        return now < self.expires_at - LASTS + REPEAT_TIME


@dataclass(frozen=True, slots=True)
class WatchRemoval:
    """Which watch is to be removed, and the secret that proves the right to: `whsec_` and base64."""

    report_number: str
    watch_id: str
    secret: str


@dataclass(frozen=True, slots=True)
class Watches:
    """The watches of one report. `version` counts their changes; 0 before the first."""

    report_number: str
    version: int = 0
    watches: tuple[Watch, ...] = ()

    def find(self, watch_id: str, now: datetime) -> Watch | None:
        """The watch of this id, if there is one that has not expired."""
        return next((one for one in self.live_watches(now) if one.watch_id == watch_id), None)

    def live_watches(self, now: datetime) -> tuple[Watch, ...]:
        """Those that have not expired."""
        return tuple(one for one in self.watches if one.expires_at > now)

    def repeated_watch(self, watch_id: str, address: str, now: datetime) -> Watch | None:
        """The watch that the same request made a short while ago; None where there is room for a new one.

        Raises:
            Conflict: the address watches this report already, or there are as many watches as there may be.
        """
        live_watches = self.live_watches(now)
        known = next((one for one in live_watches if one.address == address), None)
        if known is not None:
            if known.watch_id == watch_id and known.may_be_shown_again(now):
                return known
            raise Conflict("watch_exists")
        if len(live_watches) >= MOST_WATCHES:
            raise Conflict("too_many_watches")
        return None

    def with_watch(self, watch: Watch, now: datetime) -> Watches:
        """With one more, and without the expired; `repeated_watch` says whether there is room."""
        return replace(self, version=self.version + 1, watches=(*self.live_watches(now), watch))

    def without_watch(self, watch_id: str) -> Watches:
        """Without one of them."""
        rest = tuple(one for one in self.watches if one.watch_id != watch_id)
        return replace(self, version=self.version + 1, watches=rest)


def parse_watch_request(body: object, *, local: bool) -> WatchRequest:
    """`{"report_number", "check_code", "url"}`; `local` also allows addresses of this machine.

    Raises:
        Malformed: not an object.
        Invalid: fields are missing, unknown or break a rule; all are named.
    """
    return WatchRequest(**read_object(body, watch_fields(local=local)).complete())


def watch_fields(*, local: bool) -> Fields:
    """The fields of a request; `local` also allows addresses of this machine."""

    def may_be_sent_to(url: str) -> bool:
        return webhook_address(url, local=local) is not None

    return {**CODE_CHECK, "url": text_of_form(may_be_sent_to, "webhook_url_format", minLength=1, maxLength=LONGEST_URL)}


def parse_watch_removal(body: object) -> WatchRemoval:
    """`{"report_number", "watch_id", "secret"}`.

    Raises:
        Malformed: not an object.
        Invalid: fields are missing, unknown or break a rule; all are named.
    """
    return WatchRemoval(**read_object(body, WATCH_REMOVAL).complete())


def challenge_message(watch_id: str, challenge: str, now: datetime) -> dict[str, Any]:
    """What an address is asked before it becomes a watch: to answer with this random text."""
    data = {"watch_id": watch_id, "challenge": challenge}
    return {"type": "watch.challenge", "timestamp": now.isoformat(), "data": data}


def echoes(answer: bytes, challenge: str) -> bool:
    """Whether an answer is the JSON object `{"challenge": …}` with this challenge: who only sends back what came, or
    answers everybody alike, proves nothing."""
    try:
        given = json.loads(answer.decode())
    except (ValueError, RecursionError):
        return False
    if not isinstance(given, dict) or given.keys() != {"challenge"} or not isinstance(given["challenge"], str):
        return False
    return hmac.compare_digest(given["challenge"].encode("utf-8", "replace"), challenge.encode())


def watch_message(notice: Mapping[str, Any], check_url: str) -> dict[str, Any]:
    """What a watcher is told: which of its watches, the state now, since when, and where to look; not which report.

    `notice` has `watch_id`, `state`, `at` (ISO 8601) and `seq`, which grows with every change of a report.
    """
    data = {name: notice[name] for name in ("watch_id", "state", "at", "seq")}
    return {"type": "report.state_changed", "timestamp": notice["at"], "data": {**data, "check_url": check_url}}


def watch_message_id(notice: Mapping[str, Any]) -> str:
    """The id of a watcher's message, the same however often it is sent."""
    return f"{notice['watch_id']}-{notice['seq']}"


WATCH_REMOVAL: Fields = {
    "report_number": CODE_CHECK["report_number"],
    "watch_id": pattern("[A-Za-z0-9_-]{22}", "watch_id_format"),
    "secret": pattern("whsec_[A-Za-z0-9+/]{43}=", "watch_secret_format"),
}
