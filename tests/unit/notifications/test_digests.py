"""The daily digest: counted when it is sent, once a day, and breaches are told at once all the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from degree_auth.domain.accounts.account import Account
from degree_auth.domain.cases.case import Case
from degree_auth.domain.notifications.outbox import MOST_ATTEMPTS, wait_after
from degree_auth.domain.shared.errors import NotFound
from degree_auth.domain.shared.working_days import shanghai_day
from degree_auth.services.notifications.contacts import recipient_of_account
from degree_auth.services.notifications.digests import Digests
from degree_auth.services.notifications.webhooks import Undelivered
from tests.doubles.notified import Told
from tests.doubles.world import World
from tests.unit.notifications.test_telling import account
from tests.unit.notifications.test_wishes import Sent


class Office:
    """An account of the lead department that chose the digest, with one task."""

    def __init__(self) -> None:
        self.world = World()
        self.told = Told(self.world)
        self.case = self.world.asked()
        assert self.case.task is not None
        self.code = self.case.task.institution_code
        self.lead = account(self.world, self.code, "lead", None)
        self.told.accounts.accounts = [self.lead]
        self.queue = Sent()
        self.digests = Digests(
            outbox=self.told.outbox,
            sealer=self.world.keyring,
            accounts=self,
            tasks=self.world.cases,
            sending=self.told.sending,
            queue=self.queue,
            base_url="https://degrees.example.org",
        )
        recipient = recipient_of_account(self.told.outbox, self.world.keyring, self.lead)
        proven = tuple(replace(one, proven_at=self.world.now) for one in recipient.addresses)
        chosen = replace(recipient, addresses=proven, digest=True)
        self.told.outbox.replace_recipient(self.told.outbox.recipient(recipient.key), chosen)

    def account(self, institution_code: str, account_id: str) -> Account:
        if (institution_code, account_id) != (self.code, "lead"):
            raise NotFound("not_found")
        return self.lead

    def send(self) -> list[str]:
        day = shanghai_day(self.world.now)
        return [one.value for one in self.digests.send(self.code, "lead", day, self.world.now)]

    def mails(self, kind: str) -> list[str]:
        return [mail.subject + mail.body for mail in self.told.relay.taken if kind in mail.message_id]


@pytest.mark.requirement("A9", "A12", "N1")
def test_who_chose_the_digest_gets_one_mail_a_day_and_no_mail_for_each_task() -> None:
    office = Office()
    office.told.tell_all(office.case)
    assert office.mails("task_new") == []
    for _ in range(2):
        assert office.digests.spread(office.world.now) == 1
        assert office.send() == ["sent"]
    assert office.queue[0] == {
        "digest": {
            "account_id": "lead",
            "institution_code": office.code,
            "day": shanghai_day(office.world.now).isoformat(),
        }
    }
    (mail,) = office.mails("digest")
    assert "待反馈 1 项" in mail
    assert "昨日以来新增 1 项" in mail
    assert office.case.case_number not in mail
    office.world.now += timedelta(days=1)
    office.send()
    assert "昨日以来新增 0 项" in office.mails("digest")[1]


@pytest.mark.requirement("A12")
def test_a_breach_is_told_at_once_and_counted() -> None:
    office = Office()
    office.world.now += timedelta(days=30)
    case = office.world.attend(office.case)
    office.told.tell_all(case)
    assert len(office.mails("task_overdue")) == 1
    office.send()
    assert "已逾期 1 项" in office.mails("digest")[0]


@pytest.mark.requirement("A12", "A14", "N1")
def test_messages_of_the_centre_are_counted_once_and_told_also_where_no_task_waits() -> None:
    office = Office()
    office.world.staff("send_message", office.case, command="m", text="请核对姓名")
    for _ in range(2):
        office.told.tell_all(office.world.cases.load(office.case.case_number))
    assert office.mails("task_message") == []
    office.world.answer(office.case, "verified")
    assert office.send() == ["sent"]
    assert "昨日以来学位中心新消息 1 条" in office.mails("digest")[0]
    office.world.now += timedelta(days=1)
    assert office.send() == []


@pytest.mark.requirement("N1")
def test_a_day_without_tasks_or_that_is_over_tells_nothing_and_who_left_is_told_nothing() -> None:
    office = Office()
    yesterday = shanghai_day(office.world.now) - timedelta(days=1)
    assert office.digests.send(office.code, "lead", yesterday, office.world.now) == []
    assert office.digests.send(office.code, "gone", shanghai_day(office.world.now), office.world.now) == []
    done: Case = office.world.answer(office.case, "verified")
    assert done.task is not None
    assert office.send() == []
    recipient = office.told.outbox.recipient("account#lead")
    office.told.outbox.replace_recipient(recipient, replace(recipient, digest=False))
    assert office.digests.spread(office.world.now) == 0


@pytest.mark.requirement("N1")
def test_attempts_go_on_for_days_and_a_message_is_hidden_no_longer_than_a_queue_may() -> None:
    waits = [wait_after(attempts) for attempts in range(1, MOST_ATTEMPTS + 1)]
    assert max(waits) < 12 * 3600
    assert timedelta(days=8) < timedelta(seconds=sum(waits)) < timedelta(days=14)
    assert waits[:3] == [5, 30, 300]
    assert waits[-1] == 0


@pytest.mark.requirement("N1")
def test_a_digest_that_is_not_taken_comes_again() -> None:
    office = Office()

    def down(_: object) -> None:
        raise Undelivered("451")

    office.told.relay.behave = down
    with pytest.raises(Undelivered):
        office.send()
    office.told.relay.behave = lambda _: None
    assert office.send() == ["sent"]
    assert len(office.mails("digest")) == 1
