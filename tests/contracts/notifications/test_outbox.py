"""The contract of the outbox, held by the table in DynamoDB and by its stand-in in memory alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from degree_auth.adapters.notifications.notification_table import NotificationTable
from degree_auth.domain.notifications.letter import Language
from degree_auth.domain.notifications.notification import NotificationKind
from degree_auth.domain.notifications.outbox import MessageState, OutboxMessage
from degree_auth.domain.notifications.recipient import Address, Channel, Recipient
from degree_auth.services.shared.ports import Stale
from tests.doubles.cloud import cloud_in_memory
from tests.doubles.notified import MemoryOutbox
from tests.doubles.tables import create_table

pytestmark = pytest.mark.requirement("N1")
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
Store = NotificationTable | MemoryOutbox
RECIPIENT = Recipient(
    "RZ1",
    addresses=(
        Address(Channel.MAIL, "d", "sealed", "l***", NOW, "550", 3, NOW, 2),
        Address(Channel.TEXT, "e", "sealed", "139"),
    ),
    switched_off=frozenset({NotificationKind.RECEIVED, NotificationKind.OVERDUE}),
    language=Language.EN,
)
MESSAGE = OutboxMessage("RZ1", "RZ1-000001-received-mail", "received", "mail", "d", NOW, MessageState.SENDING, 1, "450")


@pytest.fixture(params=["table", "memory"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    if request.param == "memory":
        yield MemoryOutbox()
        return
    with cloud_in_memory():
        create_table("NotificationsTable", "contract-notifications", "ap-southeast-1")
        yield NotificationTable("contract-notifications", "ap-southeast-1")


def test_a_recipient_comes_back_as_it_was_stored_and_of_two_changes_at_once_one_is_refused(store: Store) -> None:
    none = store.recipient("RZ1")
    assert none == Recipient("RZ1")
    store.replace_recipient(none, RECIPIENT)
    first = store.recipient("RZ1")
    assert first == replace(RECIPIENT, version=1)
    with pytest.raises(Stale):
        store.replace_recipient(none, RECIPIENT)
    store.replace_recipient(first, replace(first, language=Language.ZH))
    with pytest.raises(Stale):
        store.replace_recipient(first, replace(first, digest=True))
    assert store.recipient("RZ1") == replace(first, version=2, language=Language.ZH)
    assert store.recipient("RZ2") == Recipient("RZ2")


def test_a_message_comes_back_as_it_was_stored_and_of_two_changes_at_once_one_is_refused(store: Store) -> None:
    assert store.message("RZ1", MESSAGE.message_id) is None
    store.replace_message(None, MESSAGE)
    with pytest.raises(Stale):
        store.replace_message(None, MESSAGE)
    first = store.message("RZ1", MESSAGE.message_id)
    assert first == replace(MESSAGE, version=1)
    sent = replace(first, state=MessageState.SENT, answer="250", attempts=2)
    store.replace_message(first, sent)
    with pytest.raises(Stale):
        store.replace_message(first, sent)
    assert store.message("RZ1", MESSAGE.message_id) == replace(sent, version=2)
    assert store.message("RZ2", MESSAGE.message_id) is None


def test_the_latest_messages_come_first_and_no_more_than_asked_for(store: Store) -> None:
    for number in range(4):
        at = NOW + timedelta(minutes=(number * 7) % 4)
        store.replace_message(None, replace(MESSAGE, message_id=f"m{number}", at=at))
    store.replace_message(None, replace(MESSAGE, recipient="RZ11", message_id="m9"))
    store.replace_recipient(store.recipient("RZ1"), RECIPIENT)
    assert [one.message_id for one in store.latest_messages("RZ1", 3)] == ["m1", "m2", "m3"]
    assert store.latest_messages("RZ2", 3) == []


def test_what_is_forgotten_is_gone_whole_and_others_keep_theirs(store: Store) -> None:
    for key in ("RZ1", "RZ11"):
        store.replace_recipient(Recipient(key), replace(RECIPIENT, key=key, digest=True))
        for number in range(3):
            store.replace_message(None, replace(MESSAGE, recipient=key, message_id=f"m{number}"))
    for _ in range(2):
        store.forget("RZ1")
    assert store.recipient("RZ1") == Recipient("RZ1")
    assert store.latest_messages("RZ1", 9) == []
    assert store.message("RZ1", "m0") is None
    assert list(store.digest_recipients()) == ["RZ11"]
    assert store.recipient("RZ11") == replace(RECIPIENT, key="RZ11", digest=True, version=1)
    assert len(store.latest_messages("RZ11", 9)) == 3
    store.forget("RZ2")
    store.replace_recipient(Recipient("RZ1"), RECIPIENT)
    assert store.recipient("RZ1").version == 1


def test_no_more_are_counted_on_a_day_than_there_may_be(store: Store) -> None:
    day = date(2026, 11, 23)
    assert [store.count("a", day, 2) for _ in range(4)] == [True, True, False, False]
    assert store.count("a", day + timedelta(days=1), 2)
    assert store.count("b", day, 2)
    assert store.count("a", day, 3)


def test_who_chose_the_digest_is_listed(store: Store) -> None:
    assert list(store.digest_recipients()) == []
    for key in ("account#b", "account#a"):
        store.replace_recipient(store.recipient(key), Recipient(key, digest=True))
    present = store.recipient("account#a")
    store.replace_recipient(present, replace(present, digest=False))
    listed = list(store.digest_recipients())
    assert [key for key in listed if store.recipient(key).digest] == ["account#b"]
