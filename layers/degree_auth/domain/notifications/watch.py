"""Watches: who checked a report may leave a webhook to be told once its state changes (article 15)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from degree_auth.domain.notifications.webhook_address import LONGEST_URL, webhook_address
from degree_auth.domain.reports.check_request import CODE_CHECK
from degree_auth.domain.shared.errors import Conflict
from degree_auth.domain.shared.reading import Fields, read_object, text_of_form

MOST_WATCHES = 20
LASTS = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class WatchRequest:
    """What is asked for: number and code in their printed form, and where to send."""

    report_number: str
    check_code: str
    url: str


@dataclass(frozen=True, slots=True)
class Watch:
    """One webhook; its address is sealed (base64)."""

    watch_id: str
    sealed: str
    expires_at: datetime


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

    def with_watch(self, watch: Watch, now: datetime) -> Watches:
        """With one more, and without the expired. Raises `Conflict`: there are as many as there may be."""
        live_watches = self.live_watches(now)
        if len(live_watches) >= MOST_WATCHES:
            raise Conflict("too_many_watches")
        return replace(self, version=self.version + 1, watches=(*live_watches, watch))

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


def watch_message(notice: Mapping[str, Any], check_url: str) -> dict[str, Any]:
    """What a watcher is told: which of its watches, the state now, since when, and where to look; not which report.

    `notice` has `watch_id`, `state`, `at` (ISO 8601) and `seq`, which grows with every change of a report.
    """
    data = {name: notice[name] for name in ("watch_id", "state", "at", "seq")}
    return {"type": "report.state_changed", "timestamp": notice["at"], "data": {**data, "check_url": check_url}}


def watch_message_id(notice: Mapping[str, Any]) -> str:
    """The id of a watcher's message, the same however often it is sent."""
    return f"{notice['watch_id']}-{notice['seq']}"
