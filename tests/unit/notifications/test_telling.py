"""Events become mails and text messages: once each, to proven addresses alone, whatever is repeated or cut off."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from degree_auth.domain.accounts.account import Account
from degree_auth.domain.cases.case import Case
from degree_auth.domain.notifications.notification import NotificationKind
from degree_auth.domain.notifications.outbox import LEASE, MessageState
from degree_auth.domain.notifications.recipient import (
    CODES_A_DAY,
    MOST_TRIES,
    Channel,
    with_code_asked,
    with_code_entered,
    with_wishes,
)
from degree_auth.domain.shared.errors import Conflict, Invalid
from degree_auth.services.notifications.address_proof import code_of
from degree_auth.services.notifications.contacts import recipient_of_account
from degree_auth.services.notifications.notification_ports import Mail, Refused
from degree_auth.services.notifications.webhooks import Undelivered
from degree_auth.services.shared.sealing import seal_json
from tests.doubles.notified import Told
from tests.doubles.world import World
from tests.samples.filled import filled

MAILBOX = "lisi@example.org"


def applied(**contact: str) -> tuple[World, Told, Case]:
    world = World()
    body = world.body(discipline="园艺学")
    body["contact"] |= {"email": MAILBOX, **contact}
    return world, Told(world), world.submit(body)


def account(world: World, institution_code: str, account_id: str, department_id: str | None) -> Account:
    user = {"email": f"{account_id}@university.example.org", "mobile": "13800000001"}
    return filled(
        Account,
        account_id=account_id,
        institution_code=institution_code,
        department_id=department_id,
        tier=1 if department_id is None else 2,
        user=seal_json(world.keyring, institution_code, user),
    )


@pytest.mark.requirement("N1", "N4")
def test_an_unproven_address_gets_one_code_and_nothing_else_however_often_everything_is_repeated() -> None:
    world, told, case = applied()
    for _ in range(3):
        assert told.tell_all(case) == 0
    (mail,) = told.relay.taken
    recipient = told.outbox.recipient(case.case_number)
    assert code_of(world.keyring, recipient, Channel.MAIL) in mail.subject
    assert (mail.to, told.gateway.taken) == (MAILBOX, [])
    said = mail.subject + mail.body + mail.message_id
    assert case.case_number not in said, "whose mailbox it is may be somebody else's"
    assert told.sending.bounce(mail.message_id, "5.1.1") is True
    assert told.sending.bounce(mail.message_id.replace("m-", "m-00"), "5.1.1") is False


@pytest.mark.requirement("N1", "A1", "A12")
def test_a_proven_address_gets_each_notification_once_with_the_case_number_and_the_masked_name_alone() -> None:
    world, told, case = applied()
    told.tell_all(case)
    told.prove(case)
    for _ in range(3):
        assert told.tell_all(case) == 0
    assert [mail.message_id.split(".")[1] for mail in told.relay.taken[1:]] == [
        f"{case.case_number}-000001-received-mail",
        f"{case.case_number}-000002-asked-mail",
    ]
    body = world.body()
    said = "".join(mail.subject + mail.body for mail in told.relay.taken)
    for personal in (body["holder"]["name"], body["holder"]["identity_number"], body["degree"]["certificate_number"]):
        assert personal not in said
    assert f"https://degrees.example.org/case#n={case.case_number}\n" in told.relay.taken[1].body
    assert "&t=" not in said


@pytest.mark.requirement("N1")
def test_what_a_later_state_has_overtaken_is_not_told_any_more() -> None:
    world, told, case = applied()
    told.tell_all(case)
    told.prove(case)
    case = world.attach(case)
    told.tell_all(case)
    assert ["asked" in mail.message_id for mail in told.relay.taken] == [False, False]


@pytest.mark.requirement("N1")
def test_a_relay_that_is_down_loses_nothing_and_repeats_nothing() -> None:
    _, told, case = applied()
    told.tell_all(case)
    told.prove(case)

    def down(_: Mail) -> None:
        raise Undelivered("SMTPServerDisconnected")

    told.relay.behave = down
    assert told.tell_all(case) == 2
    assert len(told.relay.taken) == 1
    assert {one.state for one in told.outbox.messages.values()} == {MessageState.SENT, MessageState.WAITING}
    told.relay.behave = lambda _: None
    assert told.tell_all(case) == 0
    assert told.tell_all(case) == 0
    assert len(told.relay.taken) == 3


@pytest.mark.requirement("N1")
def test_a_function_that_dies_after_the_relay_took_the_mail_sends_it_again_under_the_same_id_and_no_sooner() -> None:
    world, told, case = applied()
    told.tell_all(case)
    told.prove(case)

    def die(_: Mail) -> None:
        raise SystemExit

    told.relay.after = die
    event = told.events(case)[0]
    with pytest.raises(SystemExit):
        told.telling.tell(event, world.now)
    told.relay.after = lambda _: None
    with pytest.raises(Undelivered):  # perhaps it is still being sent
        told.telling.tell(event, world.now + LEASE - timedelta(seconds=1))
    told.telling.tell(event, world.now + LEASE)
    told.telling.tell(event, world.now + LEASE)
    ids = [mail.message_id for mail in told.relay.taken[1:]]
    assert (len(ids), len(set(ids))) == (2, 1)


@pytest.mark.requirement("N1")
def test_of_two_that_send_the_same_at_once_one_does() -> None:
    world, told, case = applied()
    told.tell_all(case)
    told.prove(case)
    event, seen = told.events(case)[0], []

    def meanwhile(_: Mail) -> None:
        with pytest.raises(Undelivered):
            told.telling.tell(event, world.now)
        seen.append(1)

    told.relay.behave = meanwhile
    told.telling.tell(event, world.now)
    assert (len(seen), len(told.relay.taken)) == (1, 2)


@pytest.mark.requirement("N1")
def test_an_address_that_the_relay_refuses_is_written_to_no_more_until_it_is_proven_anew() -> None:
    _, told, case = applied()
    told.tell_all(case)
    told.prove(case)

    def refuse(_: Mail) -> None:
        raise Refused("550")

    told.relay.behave = refuse
    assert told.tell_all(case) == 0
    address = told.outbox.recipient(case.case_number).address(Channel.MAIL)
    assert address is not None
    assert (address.is_proven, address.refused) == (False, "550")
    states = [one.state for one in told.outbox.latest_messages(case.case_number, 9)]
    assert states.count(MessageState.REFUSED) == 1, "after the first refusal nothing else is tried"


@pytest.mark.requirement("N1")
def test_what_bounces_is_recorded_and_nobody_else_can_say_so() -> None:
    _, told, case = applied()
    told.tell_all(case)
    told.prove(case)
    told.tell_all(case)
    mail_id = told.relay.taken[-1].message_id
    forged = mail_id.replace(mail_id.split(".")[2][:4], "0000")
    assert told.sending.bounce(forged, "5.1.1") is False
    assert told.sending.bounce("<somebody@else.example.org>", "5.1.1") is False
    assert told.sending.bounce(f"<{mail_id}>", "5.1.1") is True
    assert told.sending.bounce(f"<{mail_id}>", "5.1.1") is True
    address = told.outbox.recipient(case.case_number).address(Channel.MAIL)
    assert address is not None
    assert (address.is_proven, address.refused) == (False, "5.1.1")
    assert {one.state for one in told.outbox.latest_messages(case.case_number, 9)} >= {MessageState.BOUNCED}


@pytest.mark.requirement("N1")
@pytest.mark.parametrize("status", ["5.2.2", "5.7.1", "5.1.8"])
def test_what_bounces_for_another_reason_than_its_address_leaves_the_address_proven(status: str) -> None:
    _, told, case = applied()
    told.tell_all(case)
    told.prove(case)
    told.tell_all(case)
    assert told.sending.bounce(told.relay.taken[-1].message_id, status) is True
    address = told.outbox.recipient(case.case_number).address(Channel.MAIL)
    assert address is not None
    assert address.is_proven
    assert {one.state for one in told.outbox.latest_messages(case.case_number, 9)} >= {MessageState.BOUNCED}


@pytest.mark.requirement("N4")
def test_nobodys_mailbox_is_flooded_by_applications_that_name_it() -> None:
    world = World(records=9)
    told = Told(world)
    for which in range(9):
        body = world.body(which, discipline="园艺学")
        body["contact"]["email"] = MAILBOX.upper() if which % 2 else MAILBOX
        told.tell_all(world.unproven(body).case)
    assert len(told.relay.taken) == CODES_A_DAY
    held = [one for one in told.outbox.messages.values() if one.state is MessageState.HELD_BACK]
    assert len(held) == 9 - CODES_A_DAY


def named(world: World, which: int, email: str, *, unproven: bool = True) -> Case:
    """An application that names a mailbox."""
    body = world.body(which, discipline="园艺学")
    body["contact"]["email"] = email
    return world.unproven(body).case if unproven else world.submit(body)


@pytest.mark.requirement("N4")
def test_spellings_of_one_mailbox_are_counted_together() -> None:
    world = World(records=9)
    told = Told(world)
    spellings = [
        "li.si+1@gmail.com",
        "lisi+2@Gmail.com",
        "l.i.s.i@googlemail.com",
        "LISI+x+y@gmail.com",
        "l.isi@gmail.com",
    ]
    for which, email in enumerate(spellings):
        told.tell_all(named(world, which, email))
    assert len(told.relay.taken) == CODES_A_DAY
    told.tell_all(named(world, 7, "lisi@gmail.com"))
    assert len(told.relay.taken) == CODES_A_DAY + 1, "other spellings use up nothing of the mailbox itself"
    told.tell_all(named(world, 8, "li.si@example.org"))
    assert len(told.relay.taken) == CODES_A_DAY + 2, "a dot tells mailboxes apart elsewhere"


@pytest.mark.requirement("N4", "A1")
def test_strangers_who_name_an_address_keep_nobody_from_proving_it() -> None:
    world = World(records=9)
    told = Told(world)
    for which in range(6):
        told.tell_all(named(world, which, MAILBOX))
    signed_in, unproven = named(world, 6, MAILBOX, unproven=False), named(world, 7, MAILBOX)
    told.tell_all(signed_in)
    assert len(told.relay.taken) == CODES_A_DAY + 1, "who signed in has an allowance of their own"
    told.tell_all(unproven)
    assert len(told.relay.taken) == CODES_A_DAY + 1
    found = re.search("[0-9]{6}", told.relay.taken[0].subject)
    assert found is not None
    for case in (signed_in, unproven):
        recipient = told.outbox.recipient(case.case_number)
        right = code_of(world.keyring, recipient, Channel.MAIL)
        proven = with_code_entered(recipient, Channel.MAIL, found[0], right, world.now)
        assert proven.addresses[0].is_proven, "a code that a stranger had sent is in the owner's mailbox, and good"


@pytest.mark.requirement("N4")
def test_one_person_has_few_codes_sent_to_one_mailbox_in_however_many_cases() -> None:
    world = World(records=9)
    told = Told(world)
    cases = [named(world, 0, MAILBOX, unproven=False)]
    body = world.body(0, discipline="园林")
    body["contact"]["email"] = MAILBOX
    cases.append(world.submit(body))
    for case in cases:
        told.tell_all(case)
    for minute in range(1, 4):
        for case in cases:
            now = world.now + timedelta(minutes=minute)
            recipient = told.outbox.recipient(case.case_number)
            told.outbox.replace_recipient(recipient, with_code_asked(recipient, Channel.MAIL, now))
            told.proof.send_code(told.outbox.recipient(case.case_number), Channel.MAIL, now)
    assert len(told.relay.taken) == CODES_A_DAY


@pytest.mark.requirement("N4")
def test_strangers_together_have_a_bound_for_each_domain_and_who_signed_in_is_not_under_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("degree_auth.services.notifications.address_proof.CODES_A_DAY_TO_A_DOMAIN", 2)
    monkeypatch.setattr("degree_auth.services.notifications.address_proof.CODES_A_DAY_IN_ALL", 3)
    world = World(records=9)
    told = Told(world)
    for which, email in enumerate(("a@x.example", "b@x.example", "c@x.example", "d@y.example", "e@z.example")):
        told.tell_all(named(world, which, email))
    assert [mail.to for mail in told.relay.taken] == ["a@x.example", "b@x.example", "d@y.example"]
    told.tell_all(named(world, 6, "f@x.example", unproven=False))
    assert told.relay.taken[-1].to == "f@x.example"


@pytest.mark.requirement("N1")
def test_after_an_outage_no_code_is_sent_that_is_void_or_nearly() -> None:
    world, told, case = applied()

    def down(_: Mail) -> None:
        raise Undelivered("SMTPServerDisconnected")

    told.relay.behave = down
    assert told.tell_all(case) == 1
    asked = told.outbox.recipient(case.case_number).addresses[0]
    world.now += timedelta(hours=30)
    told.relay.behave = lambda _: None
    assert told.tell_all(case) == 0
    recipient = told.outbox.recipient(case.case_number)
    assert recipient.addresses[0] == replace(asked, asked_at=world.now)
    right = code_of(world.keyring, recipient, Channel.MAIL)
    assert right in told.relay.taken[0].subject
    world.now += timedelta(hours=23)
    assert with_code_entered(recipient, Channel.MAIL, right, right, world.now).addresses[0].is_proven
    told.tell_all(case)
    assert len(told.relay.taken) == 1
    assert told.outbox.recipient(case.case_number) == recipient, "what was sent is not made anew"


@pytest.mark.requirement("N4")
def test_a_code_stands_five_wrong_tries_and_is_of_one_address_and_day() -> None:
    world, told, case = applied()
    told.tell_all(case)
    recipient = told.outbox.recipient(case.case_number)
    right = code_of(world.keyring, recipient, Channel.MAIL)
    wrong = "000000" if right != "000000" else "000001"
    for _ in range(MOST_TRIES):
        recipient = with_code_entered(recipient, Channel.MAIL, wrong, right, world.now)
        assert not recipient.addresses_for(NotificationKind.ASKED)
    with pytest.raises(Conflict, match="code_void"):
        with_code_entered(recipient, Channel.MAIL, right, right, world.now)
    late = told.outbox.recipient(case.case_number)
    with pytest.raises(Conflict, match="code_void"):
        with_code_entered(late, Channel.MAIL, right, right, world.now + timedelta(hours=24))
    other = replace(late, key="RZ20261123XXXXXXXX")
    assert code_of(world.keyring, other, Channel.MAIL) == right, "it proves the mailbox, wherever it is entered"
    account = replace(late, key="account#lead")
    elsewhere = replace(late, addresses=(replace(late.addresses[0], digest="else"), *late.addresses[1:]))
    tomorrow = replace(late.addresses[0], asked_at=world.now + timedelta(days=1))
    later = replace(late, addresses=(tomorrow, *late.addresses[1:]))
    codes = [code_of(world.keyring, one, Channel.MAIL) for one in (late, account, elsewhere, later)]
    assert len(set(codes)) == 4


@pytest.mark.requirement("N6")
def test_what_may_be_switched_off_is_not_sent_and_what_may_not_is_refused() -> None:
    _, told, case = applied()
    told.tell_all(case)
    proven = told.prove(case)
    with pytest.raises(Invalid):
        with_wishes(proven, [NotificationKind.ASKED], proven.language)
    with pytest.raises(Invalid):
        with_wishes(proven, [NotificationKind.TASK_NEW], proven.language)
    off = with_wishes(proven, [NotificationKind.RECEIVED], proven.language)
    told.outbox.replace_recipient(proven, off)
    told.tell_all(case)
    assert [mail.message_id.split("-")[-2] for mail in told.relay.taken] == ["m", "asked"], (
        "a code, whose id says nothing"
    )
    assert [bool(mail.leave) for mail in told.relay.taken] == [False, False]


@pytest.mark.requirement("A10")
def test_a_proven_number_is_texted_what_matters_and_the_gateway_learns_nothing_but_the_text() -> None:
    world, told, case = applied(mobile="13900000000")
    told.tell_all(case)
    told.prove(case)
    recipient = told.outbox.recipient(case.case_number)
    address = recipient.address(Channel.TEXT)
    assert address is not None
    proven = replace(address, proven_at=world.now)
    told.outbox.replace_recipient(recipient, replace(recipient, addresses=(recipient.addresses[0], proven)))
    for _ in range(2):
        told.tell_all(case)
    ((message_id, to, text),) = told.gateway.taken
    assert (to, len(message_id), case.case_number in message_id) == ("13900000000", 32, False)
    assert case.case_number in text


@pytest.mark.requirement("A12", "A14")
def test_each_account_of_the_department_is_told_and_no_other_one() -> None:
    world = World()
    told = Told(world)
    case = world.asked()
    assert case.task is not None
    code = case.task.institution_code
    told.accounts.accounts = [account(world, code, "lead", None), account(world, code, "archive", "archive")]
    told.accounts.accounts.append(account(world, "99999", "stranger", None))
    for one in told.accounts.accounts:
        recipient = recipient_of_account(told.outbox, world.keyring, one)
        proven = tuple(replace(each, proven_at=world.now) for each in recipient.addresses)
        told.outbox.replace_recipient(told.outbox.recipient(recipient.key), replace(recipient, addresses=proven))
    told.tell_all(case)
    told.tell_all(case)
    assert [mail.to for mail in told.relay.taken if "task" in mail.message_id] == ["lead@university.example.org"]
    (mail,) = [mail for mail in told.relay.taken if "task" in mail.message_id]
    assert mail.leave == "https://degrees.example.org/portal"


@pytest.mark.requirement("N4")
def test_another_user_of_an_account_is_not_told_before_they_prove_their_own_address() -> None:
    world = World()
    told = Told(world)
    former = account(world, "10001", "lead", None)
    recipient = recipient_of_account(told.outbox, world.keyring, former)
    proven = tuple(replace(each, proven_at=world.now) for each in recipient.addresses)
    told.outbox.replace_recipient(recipient, replace(recipient, addresses=proven))
    assert all(one.is_proven for one in recipient_of_account(told.outbox, world.keyring, former).addresses)
    user = {"email": "other@university.example.org", "mobile": "13800000001"}
    another = replace(former, user=seal_json(world.keyring, "10001", user))
    now = recipient_of_account(told.outbox, world.keyring, another)
    assert [one.is_proven for one in now.addresses] == [False, False], "a shared number is proven anew, too"


@pytest.mark.requirement("N4", "A1")
def test_who_applied_is_told_nothing_of_a_case_that_is_another_persons_now() -> None:
    world, told, case = applied()
    told.tell_all(case)
    told.prove(case)
    changed = replace(world.cases.load(case.case_number), proven_by=None, former_files=0)
    assert changed.names_another
    assert not list(told.telling._recipients(None, changed))
