"""What every table in DynamoDB has in common: bounded waits, and what a refused write means (N1, N4).

A refused condition is final. A transaction that met another one on the same items says nothing about the conditions,
so it is carried out again, and so is a single write that met a transaction.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

from botocore.exceptions import ClientError
from pynamodb.attributes import UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.exceptions import DeleteError, PutError, PynamoDBException, TransactWriteError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from degree_auth.adapters.shared.faults import PASSING_CODES
from degree_auth.domain.shared.errors import Unavailable
from degree_auth.services.shared.ports import Stale

_REFUSED = "ConditionalCheckFailed"
CONDITION_FAILED = "ConditionalCheckFailedException"
"""What DynamoDB says of a single write whose condition does not hold."""

_CONFLICT = "TransactionConflictException"
_TRIES = 6
_FIRST_WAIT_SECONDS = 0.02
_LONGEST_WAIT_SECONDS = 1.0


class TableMeta:
    """What the items of a table know of it; `Meta` of each base of items is a subclass of its own.

    Name and region are set by `connect`: one table a process.
    """

    table_name = ""
    region = ""
    connect_timeout_seconds = 2
    read_timeout_seconds = 10
    max_retry_attempts = 3


class Item(Model):
    """An item under the two keys that every table has.

    What is written alone is written again where it met a transaction, and then raises `Unavailable`.
    """

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)

    def save(self, *arguments: Any, **named: Any) -> Any:
        """Store it."""
        return alone(lambda: super(Item, self).save(*arguments, **named))

    def update(self, *arguments: Any, **named: Any) -> Any:
        """Change some attributes."""
        return alone(lambda: super(Item, self).update(*arguments, **named))

    def delete(self, *arguments: Any, **named: Any) -> Any:
        """Remove it."""
        return alone(lambda: super(Item, self).delete(*arguments, **named))


_Answer = TypeVar("_Answer")


def alone(send: Callable[[], _Answer]) -> _Answer:
    """Carry out a write of one item, by pynamodb or boto3, again where a transaction was at work on the item.

    Raises:
        Unavailable: one was every time; nothing was stored.
    """
    for attempt in range(_TRIES):
        try:
            return send()
        except (PutError, UpdateError, DeleteError, ClientError) as error:
            if refusal_code(error) != _CONFLICT:
                raise
        pause(attempt)
    raise Unavailable("try_again")


def connect(meta: type[TableMeta], table_name: str, region: str) -> Connection:
    """Name the table of the items with this `Meta`; returns a connection for its transactions."""
    meta.table_name, meta.region = table_name, region
    return Connection(
        region=region,
        connect_timeout_seconds=meta.connect_timeout_seconds,
        read_timeout_seconds=meta.read_timeout_seconds,
        max_retry_attempts=meta.max_retry_attempts,
    )


def save_if(item: Model, condition: Condition) -> None:
    """Store one item. Raises `Stale`: the condition does not hold."""
    try:
        item.save(condition=condition)
    except PutError as error:
        if refusal_code(error) == CONDITION_FAILED:
            raise Stale from error
        raise


def refusal_code(error: PynamoDBException | ClientError) -> str | None:
    """What DynamoDB said in refusing; None where it did not answer at all."""
    refused = error if isinstance(error, ClientError) else error.cause
    return refused.response["Error"]["Code"] if isinstance(refused, ClientError) else None


class _Write(NamedTuple):
    join: Callable[[TransactWrite], None]
    refused: type[Exception]


class Writes:
    """The writes of one transaction, all or nothing; each says what it means when its condition does not hold."""

    def __init__(self) -> None:
        self._checks: list[_Write] = []
        self._puts: list[_Write] = []
        self._updates: list[_Write] = []

    def check(
        self, kind: type[Model], key: tuple[str, str], condition: Condition, refused: type[Exception] = Stale
    ) -> None:
        """Add a condition on an item that is not changed."""

        def join(transaction: TransactWrite) -> None:
            transaction.condition_check(kind, *key, condition=condition)

        self._checks.append(_Write(join, refused))

    def save(self, item: Model, condition: Condition | None = None, refused: type[Exception] = Stale) -> None:
        """Add an item to be stored."""
        self._puts.append(_Write(lambda transaction: transaction.save(item, condition=condition), refused))

    def update(
        self,
        item: Model,
        actions: Sequence[Action],
        condition: Condition | None = None,
        refused: type[Exception] = Stale,
    ) -> None:
        """Add an item of which some attributes are to be changed."""
        write = _Write(lambda transaction: transaction.update(item, list(actions), condition=condition), refused)
        self._updates.append(write)

    def commit(self, connection: Connection) -> None:
        """Carry the writes out.

        Raises:
            Stale: a condition whose failing means this does not hold; read anew and decide anew.
            Exception: what another failing condition means, the first of them, where nothing was `Stale`.
            Unavailable: others kept changing the same items; nothing was stored.
        """
        # DynamoDB gives its reasons in the order of the request; pynamodb sends checks before puts before updates.
        writes = (*self._checks, *self._puts, *self._updates)

        def send() -> None:
            with TransactWrite(connection=connection) as transaction:
                for write in writes:
                    write.join(transaction)

        transact(send, [write.refused for write in writes])


def transact(send: Callable[[], object], refused: Sequence[type[Exception]]) -> None:
    """Carry a transaction out, again after one that met another on the same items or found no room.

    Args:
        send: sends it, by pynamodb or boto3.
        refused: what a failing condition means, for each write in the order of the request.

    Raises:
        As `Writes.commit` does. A transaction that was cancelled for another reason raises what `send` raised.
    """
    for attempt in range(_TRIES):
        try:
            send()
        except (TransactWriteError, ClientError) as error:
            codes = _reasons(error)
            meanings = [meaning for meaning, code in zip(refused, codes, strict=False) if code == _REFUSED]
            if meanings:
                raise (Stale if Stale in meanings else meanings[0]) from error
            if not all(code is None or code in PASSING_CODES for code in codes) or not any(codes):
                raise
            pause(attempt)
        else:
            return
    raise Unavailable("try_again")


def pause(attempt: int) -> None:
    """Wait after an attempt that met others, the longer the more there were, and never as long as another writer."""
    time.sleep(random.uniform(0, min(_LONGEST_WAIT_SECONDS, _FIRST_WAIT_SECONDS * 2**attempt)))  # noqa: S311 - jitter


def _reasons(error: TransactWriteError | ClientError) -> list[str | None]:
    """Why each write of a cancelled transaction was not carried out, None where nothing spoke against it; empty for
    another fault."""
    if isinstance(error, TransactWriteError):
        return [reason.code if reason else None for reason in error.cancellation_reasons]
    codes = [reason.get("Code") for reason in error.response.get("CancellationReasons", ())]
    return [None if code == "None" else code for code in codes]
