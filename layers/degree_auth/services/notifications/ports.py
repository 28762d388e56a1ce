"""What notifications need from outside, as small protocols; the adapters implement them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol

from degree_auth.domain.cases.events import Event
from degree_auth.domain.notifications.platform_endpoint import Endpoint
from degree_auth.domain.notifications.platform_line import Line
from degree_auth.domain.notifications.watch import Watches
from degree_auth.domain.reports.issued_document import IssuedDocument


class Sent(StrEnum):
    """How the receiver answered: it took the message, or it wants no more messages."""

    TAKEN = "taken"
    GONE = "gone"


class Sender(Protocol):
    """Sends a POST to an address that a watcher or an operator gave."""

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Sent:
        """Send it once, to no other place than the one named. Raises `Undelivered`."""
        ...


class Challenger(Protocol):
    """Sends a POST to an address that a stranger gave, and reads the answer."""

    def ask(self, url: str, headers: Mapping[str, str], body: bytes) -> bytes:
        """Send it once, to no other place than the one named: the first `LONGEST_PROOF` bytes of a 2xx answer.

        Raises:
            Undelivered: there was no such answer.
        """
        ...


class Reports(Protocol):
    """Finds reports."""

    def report(self, report_number: str) -> IssuedDocument | None:
        """The report with this number."""
        ...


class WatchStore(Protocol):
    """The watches of each report. Reads are consistent."""

    def watches(self, report_number: str) -> Watches:
        """The report's watches; none, of version 0, when nobody ever watched it."""
        ...

    def replace_watches(self, before: Watches, after: Watches) -> None:
        """Store the report's watches. Raises `Stale`: they are no longer `before`."""
        ...

    def count_challenge(self, name: str, day: date, most: int) -> None:
        """Count one more challenge under this name. Raises `TooOften`: `most` were counted on this day, or a later day
        has begun."""
        ...


class CaseLogs(Protocol):
    """The logs of cases. Reads are consistent."""

    def log(self, case_number: str) -> Sequence[Event]:
        """The whole log in order. Raises `NotFound`."""
        ...


class PlatformStore(Protocol):
    """How far the platform has been told. Reads of one line, or of the endpoint, are consistent; lists lag behind."""

    def line(self, case_number: str) -> Line:
        """The line of a case; of version 0 when the platform was never told of it."""
        ...

    def replace_line(self, before: Line, after: Line) -> None:
        """Store a line. Raises `Stale`: it is no longer `before`."""
        ...

    def due_lines(self, now: datetime, limit: int) -> Sequence[str]:
        """At most `limit` case numbers of lines of which something is to be looked at by now; those that have waited
        longest first, of each shard."""
        ...

    def later_lines(self, now: datetime, limit: int) -> Sequence[str]:
        """At most `limit` case numbers of lines that wait for a later moment."""
        ...

    def given_up_lines(self, limit: int) -> Sequence[str]:
        """At most `limit` case numbers of lines that were given up."""
        ...

    def endpoint(self) -> Endpoint:
        """The platform's endpoint; of version 0 as long as nothing ever changed."""
        ...

    def replace_endpoint(self, before: Endpoint, after: Endpoint) -> None:
        """Store the endpoint. Raises `Stale`: it is no longer `before`."""
        ...


class MessageQueue(Protocol):
    """Where messages wait to be carried out."""

    def send(self, messages: Sequence[Mapping[str, Any]]) -> None:
        """Put messages on the queue."""
        ...
