"""Telling the platform of cases, each in the order of its log, until it has taken everything (N1, article 15)."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.fold import evolve
from degree_auth.domain.notifications.platform_endpoint import Endpoint
from degree_auth.domain.notifications.platform_line import Line, LineState
from degree_auth.domain.notifications.platform_message import event_id, platform_event
from degree_auth.domain.notifications.public_event import public_event
from degree_auth.domain.notifications.staff_actions import parse_platform_action
from degree_auth.domain.notifications.webhook import CLOUD_EVENT, Secret, headers_signed_by_all
from degree_auth.domain.shared.words import Words
from degree_auth.domain.shared.working_days import Calendar
from degree_auth.domain.verification.forecast import expected_by
from degree_auth.services.notifications.ports import CaseLogs, MessageQueue, PlatformStore, Sender, Sent
from degree_auth.services.notifications.webhooks import Undelivered
from degree_auth.services.shared.optimistic import until_stored
from degree_auth.services.shared.ports import Stale
from degree_auth.services.shared.staff_desk import ActionResult

LONGEST_RUN = timedelta(seconds=60)
"""How long a sender goes on with one line; the next one continues."""

SOON = timedelta(minutes=15)
"""Waits up to this are kept by the queue, longer ones by the line and the sweep alone."""

MOST_SWEPT = 2000


class Delivery(NamedTuple):
    """What became of one nudge.

    `taken` events were taken now. `refused` is how the platform answered the one that it did not take, `lag` how long
    ago that one happened. `come_again` is when to nudge again; None when that is the sweep's, or there is nothing
    left. `is_gone` tells that the endpoint was switched off.
    """

    taken: int = 0
    refused: str | None = None
    lag: timedelta | None = None
    come_again: timedelta | None = None
    is_gone: bool = False


class Swept(NamedTuple):
    """What the sweep found: lines nudged, lines given up, as many as it looked at, and whether the platform is told."""

    nudged: int
    given_up: int
    is_on: bool


class _Event(NamedTuple):
    seq: int
    at: datetime
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformDelivery:
    """Tells the platform; an empty `url` for nobody to tell. `secrets` are those in force, the newest first."""

    store: PlatformStore
    logs: CaseLogs
    sender: Sender
    queue: MessageQueue
    url: str
    secrets: Callable[[], tuple[Secret, ...]]
    calendar: Calendar

    def deliver(self, case_number: str, now: Callable[[], datetime]) -> Delivery:
        """Tell the platform what it does not know yet of a case, one event after the other.

        A nudge tells that there may be something; it may come late, twice, or never. Who meets a line that another
        sender has leaves it: that one looks at the log again before it puts the line down.
        """
        if not self.url:
            return Delivery()
        line = self.store.line(case_number)
        if not line.may_be_sent(now()):
            return Delivery()
        until, taken = now() + LONGEST_RUN, 0
        while pending := self._pending(line):
            try:
                if not self.store.endpoint().is_on:
                    self._replace(line, line.waiting(now()))
                    return Delivery(taken)
                line = self._replace(line, line.taken_up(now()))
                for event in pending:
                    if now() >= until:
                        self._replace(line, line.waiting(now()))
                        return Delivery(taken, come_again=timedelta(0))
                    try:
                        answer = self._send(case_number, event, now())
                    except Undelivered as error:
                        line = self._replace(line, line.refused(now()))
                        return Delivery(taken, str(error), now() - event.at, _soon(line, now()))
                    if answer is Sent.GONE:
                        self._switch_off(now())
                        self._replace(line, line.waiting(now()))
                        return Delivery(taken, is_gone=True)
                    taken += 1
                    sent = line.with_sent(event.seq)
                    line = self._replace(line, sent.put_down() if event is pending[-1] else sent)
            except Stale:
                # Another sender has taken the line, and goes on from where it was.
                break
        return Delivery(taken)

    def sweep(self, now: datetime) -> Swept:
        """Nudge the lines that are due, and when staff asked for it, all that wait or were given up."""
        endpoint = self.store.endpoint()
        if endpoint.resuming:
            self._resume(endpoint, now)
        due = self.store.due_lines(now, MOST_SWEPT) if endpoint.is_on else []
        self.queue.send([{"case_number": one} for one in due])
        return Swept(len(due), len(self.store.given_up_lines(MOST_SWEPT)), endpoint.is_on)

    def _resume(self, endpoint: Endpoint, now: datetime) -> None:
        """Make all lines due that wait or were given up, as many as fit in; the next sweep goes on with the rest."""
        asked_at, resumed = endpoint.history[-1].at, 0
        for case_number in (*self.store.given_up_lines(MOST_SWEPT), *self.store.later_lines(now, MOST_SWEPT)):
            line = self.store.line(case_number)
            if line.was_refused_before(asked_at):
                with suppress(Stale):
                    self.store.replace_line(line, line.waiting(now))
                    resumed += 1
        if not resumed:
            with suppress(Stale):
                self.store.replace_endpoint(endpoint, endpoint.carried_out())

    def _pending(self, line: Line) -> list[_Event]:
        """What is to be sent of a case beyond what was; an entry that is not told is done with by itself."""
        case: Case | None = None
        pending = []
        for entry in self.logs.log(line.case_number):
            case = evolve(case, entry)
            if entry.seq <= line.sent:
                continue
            told = platform_event(public_event(entry.as_dict()), case, expected_by(case, self.calendar))
            if told is not None:
                pending.append(_Event(entry.seq, entry.at, json.dumps(told, ensure_ascii=False).encode()))
        return pending

    def _send(self, case_number: str, event: _Event, now: datetime) -> Sent:
        headers = headers_signed_by_all(self.secrets(), event_id(case_number, event.seq), event.body, now, CLOUD_EVENT)
        return self.sender.post(self.url, headers, event.body)

    def _replace(self, before: Line, after: Line) -> Line:
        self.store.replace_line(before, after)
        return after

    def _switch_off(self, now: datetime) -> None:
        def attempt() -> None:
            endpoint = self.store.endpoint()
            off = endpoint.switched_off(now)
            if off is not endpoint:
                self.store.replace_endpoint(endpoint, off)

        until_stored(attempt)


def _soon(line: Line, now: datetime) -> timedelta | None:
    wait = None if line.state is LineState.GIVEN_UP or line.look_at is None else line.look_at - now
    return None if wait is None or wait > SOON else max(wait, timedelta(0))


@dataclass(frozen=True, slots=True)
class PlatformDesk:
    """Staff's decisions on the telling of the platform, as a group of actions."""

    store: PlatformStore

    def carry_out(self, body: object, command: str, now: datetime) -> ActionResult:
        """Switch the endpoint on and have all tried again; the sweep does so within a minute.

        Raises as `parse_platform_action` does; `Unavailable`: others kept changing it, nothing was changed.
        """
        decision = parse_platform_action(body)

        def attempt() -> Endpoint:
            endpoint = self.store.endpoint()
            # A command that comes again finds its own wish.
            if endpoint.is_on and endpoint.resuming:
                return endpoint
            resumed = endpoint.resumed(decision.reviewer, decision.reason, now)
            self.store.replace_endpoint(endpoint, resumed)
            return resumed

        until_stored(attempt)
        facts: dict[str, Any] = {"platform": "on"}
        return ActionResult(
            Words(
                "已恢复向平台推送：等待的和已放弃的事件一分钟内重新推送，各件仍按先后顺序。",
                "The platform is told again: events that wait or were given up are tried within a minute, each case "
                "in its order.",
            ),
            facts,
        )
