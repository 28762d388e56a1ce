"""What telling applicants and institutions needs from outside, as small protocols; the adapters implement them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from degree_auth.domain.accounts.account import Account
from degree_auth.domain.accounts.account_log import AccountEvent
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import Event
from degree_auth.domain.institutions.institution import InstitutionEvent
from degree_auth.domain.notifications.outbox import OutboxMessage
from degree_auth.domain.notifications.recipient import Recipient
from degree_auth.domain.verification.listing import ListedTask, TaskFilter


class Refused(Exception):
    """The address does not take messages, and will not: it is not tried again. The text is the answer's code."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail. `to` is personal data; `leave` is where the recipient may switch this kind off, or empty."""

    message_id: str
    to: str
    subject: str
    body: str
    at: datetime
    leave: str = ""


class MailRelay(Protocol):
    """Hands mails to the configured relay."""

    def send(self, mail: Mail) -> str:
        """Hand it over once; the relay's code. Raises `Refused` for this address, `Undelivered` otherwise."""
        ...


class TextGateway(Protocol):
    """Hands text messages to the configured gateway."""

    def send(self, message_id: str, to: str, text: str, now: datetime) -> str:
        """Hand it over once; the answer's word. Raises `Refused` for this number, `Undelivered` otherwise."""
        ...


class Outbox(Protocol):
    """Recipients, and the messages to them. Reads are consistent."""

    def recipient(self, key: str) -> Recipient:
        """The recipient; of version 0 when nothing was ever stored of it."""
        ...

    def replace_recipient(self, before: Recipient, after: Recipient) -> None:
        """Store the recipient one version later. Raises `Stale`: it is no longer `before`."""
        ...

    def forget(self, key: str) -> None:
        """Remove a recipient and the messages to it, as often as it is called."""
        ...

    def message(self, recipient: str, message_id: str) -> OutboxMessage | None:
        """One message."""
        ...

    def replace_message(self, before: OutboxMessage | None, after: OutboxMessage) -> None:
        """Store the message one version later. Raises `Stale`: it is no longer `before`."""
        ...

    def latest_messages(self, recipient: str, limit: int) -> Sequence[OutboxMessage]:
        """The messages to a recipient, at most so many, the latest first."""
        ...

    def count(self, name: str, day: date, most: int) -> bool:
        """Count one more under a name on a day; false, and not counted, when there are as many as there may be."""
        ...

    def digest_recipients(self) -> Sequence[str]:
        """The keys of the recipients that ever chose the digest; each says itself whether it still does."""
        ...


class Cases(Protocol):
    """Reads cases and their logs."""

    def load(self, case_number: str) -> Case:
        """The case. Raises `NotFound`."""
        ...

    def log(self, case_number: str) -> list[Event]:
        """The whole log in order."""
        ...


class InstitutionLogs(Protocol):
    """Reads the logs of institutions."""

    def institution_log(self, institution_code: str) -> Sequence[InstitutionEvent]:
        """An institution's log in order."""
        ...


class Accounts(Protocol):
    """Reads accounts of institutions."""

    def accounts_of(self, institution_code: str) -> Sequence[Account]:
        """Every account of an institution."""
        ...


class AccountLogs(Accounts, Protocol):
    """Reads accounts of institutions and their logs."""

    def log(self, institution_code: str, account_id: str) -> Sequence[AccountEvent]:
        """The account's log in order."""
        ...


class Queue(Protocol):
    """Where what is to be told waits."""

    def send(self, messages: Sequence[Mapping[str, Any]]) -> None:
        """Put messages on the queue."""
        ...


class AccountReader(Protocol):
    """Reads one account."""

    def account(self, institution_code: str, account_id: str) -> Account:
        """The account. Raises `NotFound`."""
        ...


class Tasks(Protocol):
    """Lists verification tasks."""

    def list_tasks(self, of: TaskFilter, limit: int, after: str | None = None) -> Sequence[ListedTask]:
        """At most `limit` tasks of a list in its order."""
        ...
