"""A lead department is told who may act for its institution: each thing once, and only where an address is proven."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from degree_auth.domain.notifications.access_notice import TOLD_FOR
from degree_auth.domain.notifications.notification import NotificationKind
from degree_auth.domain.notifications.recipient import account_key, with_wishes
from degree_auth.services.notifications.access_notices import AccessNotices
from degree_auth.services.notifications.contacts import recipient_of_account
from degree_auth.services.notifications.notification_ports import Mail
from degree_auth.services.notifications.sending import Sending
from degree_auth.services.notifications.webhooks import Undelivered
from tests.doubles.institutions import RegistrationOffice
from tests.doubles.notified import MemoryGateway, MemoryOutbox, MemoryRelay
from tests.samples.machine_keys import ec_key, public, rsa_key

pytestmark = pytest.mark.requirement("A9", "A13", "N1")
CLIENT: dict[str, Any] = {
    "name": "档案管理系统",
    "department_id": None,
    "scopes": ["read"],
    "keys": [public(ec_key())],
    "version": 0,
    "one_time_code": "492039",
}


class Desk(RegistrationOffice):
    """A registered institution, and what its lead department is told."""

    def __init__(self) -> None:
        super().__init__()
        self.register()
        self.outbox, self.relay = MemoryOutbox(), MemoryRelay()
        self.notices = AccessNotices(
            logs=self.institution_store,
            accounts=self.store,
            outbox=self.outbox,
            sealer=self.keyring,
            sending=Sending(
                outbox=self.outbox,
                sealer=self.keyring,
                relay=self.relay,
                gateway=MemoryGateway(),
                domain="degrees.example.org",
                hotline="010-00000000",
            ),
            base_url="https://degrees.example.org",
        )
        self.now += timedelta(minutes=1)

    def prove(self) -> None:
        """The lead department's user proves the mailbox of its account."""
        account = self.store.accounts[self.store.logins["u10001-lead"]]
        present = recipient_of_account(self.outbox, self.keyring, account)
        proven = tuple(replace(one, proven_at=self.now) for one in present.addresses)
        self.outbox.replace_recipient(self.outbox.recipient(present.key), replace(present, addresses=proven))
        self.now += timedelta(minutes=1)

    def tell(self) -> list[str]:
        """Carry out everything that waits on the queue, each message twice; the kinds of the mails that were taken."""
        before = len(self.relay.taken)
        while self.asked:
            message = self.asked.pop(0)
            assert message == {"institution": "10001"}
            for _ in range(2):
                self.notices.tell("10001", self.now)
        return sorted(kind for mail in self.relay.taken[before:] for kind in kinds_of(mail))

    def put(self, machine_id: str = "archive-system", **changes: Any) -> None:
        self.machine_clients.put(self.principal(), machine_id, CLIENT | changes, lambda _: None, self.now)


def kinds_of(mail: Mail) -> Iterator[str]:
    """The kind that a mail's id names."""
    return (kind.value for kind in NotificationKind if f"-{kind.value}-mail." in mail.message_id)


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.prove()
    desk.tell()
    return desk


def test_each_change_of_accounts_and_systems_is_told_once_whatever_is_repeated(desk: Desk) -> None:
    proposed = desk.propose_department()
    assert desk.tell() == ["account_opened"]
    desk.approve(proposed)
    assert desk.tell() == ["account_user_changed"]
    desk.approve(proposed)
    assert desk.tell() == []
    desk.put()
    assert desk.tell() == ["machine_client_made"]
    desk.put()
    assert desk.tell() == []
    desk.put(keys=[public(ec_key()), public(rsa_key())], version=1)
    assert desk.tell() == ["machine_client_changed"]
    for _ in range(2):
        desk.machine_clients.revoke(desk.principal(), "archive-system", desk.now)
    assert desk.tell() == ["machine_client_revoked"]
    assert len({mail.message_id for mail in desk.relay.taken}) == len(desk.relay.taken) == 5


def test_what_staff_revoke_is_told_too(desk: Desk) -> None:
    desk.put()
    desk.tell()
    desk.act("revoke_machine_client", machine_id="archive-system", reason="密钥泄露")
    assert desk.tell() == ["machine_client_revoked"]


@pytest.mark.requirement("N4")
def test_a_mail_names_the_account_or_system_and_nothing_that_somebody_wrote(desk: Desk) -> None:
    desk.add_department()
    desk.put(name="请点击此处")
    desk.tell()
    said = "".join(mail.subject + mail.body for mail in desk.relay.taken)
    assert "u10001-archive" in said
    assert "archive-system" in said
    assert "请点击此处" not in said
    assert "$" not in said


def test_nothing_is_sent_to_an_address_that_is_not_proven_nor_of_what_was_before_the_proof() -> None:
    desk = Desk()
    desk.put()
    assert desk.tell() == []
    desk.now += timedelta(minutes=1)
    desk.prove()
    desk.put("second")
    assert desk.tell() == ["machine_client_made"]


def test_a_new_user_is_not_told_by_the_former_ones_proof(desk: Desk) -> None:
    desk.hand_over("u10001-lead")
    assert desk.tell() == []


def test_each_kind_is_switched_off_by_itself(desk: Desk) -> None:
    key = account_key(desk.principal().account_id)
    before = desk.outbox.recipient(key)
    off = with_wishes(before, [NotificationKind.MACHINE_CLIENT_MADE], before.language)
    desk.outbox.replace_recipient(before, replace(off, institution_code="10001"))
    desk.put()
    desk.machine_clients.revoke(desk.principal(), "archive-system", desk.now)
    assert desk.tell() == ["machine_client_revoked"]


def test_what_the_relay_did_not_take_is_told_when_it_comes_again_and_what_is_old_is_not(desk: Desk) -> None:
    def down(_: Mail) -> None:
        raise Undelivered("421")

    desk.put()
    desk.relay.behave = down
    with pytest.raises(Undelivered):
        desk.notices.tell("10001", desk.now)
    desk.relay.behave = lambda _: None
    desk.now += timedelta(days=9)
    assert desk.tell() == ["machine_client_made"]
    desk.put("second")
    desk.asked.clear()
    desk.now += TOLD_FOR
    assert desk.notices.tell("10001", desk.now) == []
