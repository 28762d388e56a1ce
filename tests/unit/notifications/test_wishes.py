"""What a recipient sees and says: masked addresses, codes within bounds, switches; and who may say it."""

from __future__ import annotations

from typing import Any

import pytest

from degree_auth.domain.cases.case import Case
from degree_auth.domain.notifications.recipient import CODES_A_DAY_OF_A_RECIPIENT, Channel
from degree_auth.domain.shared.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from degree_auth.services.applications.callers import ByHolder, ByLink
from degree_auth.services.applications.own_notifications import OwnNotifications
from degree_auth.services.notifications.address_proof import code_of
from degree_auth.services.notifications.contacts import recipient_of_account
from degree_auth.services.notifications.wishes import Finding, Wishes
from tests.doubles.notified import Told
from tests.doubles.world import Anybody, World
from tests.unit.notifications.test_telling import MAILBOX, account, applied


class Sent(list[Any]):
    """Implements `Queue`."""

    def send(self, messages: Any) -> None:
        self.extend(messages)


def wishes(told: Told, *channels: Channel) -> Wishes:
    return Wishes(
        outbox=told.outbox,
        sealer=told.world.keyring,
        queue=Sent(),
        channels=frozenset(channels or Channel),
    )


def finding(told: Told, case: Case, caller: Any = None) -> Finding:
    own = OwnNotifications(
        store=told.world.cases, outbox=told.outbox, sealer=told.world.keyring, caller=caller or Anybody()
    )
    return own.of_case(case.case_number)


def right_code(told: Told, find: Finding, channel: Channel = Channel.MAIL) -> str:
    return code_of(told.world.keyring, find(), channel)


@pytest.mark.requirement("N4", "N6")
def test_addresses_are_shown_masked_and_what_was_sent_is_shown() -> None:
    _, told, case = applied(mobile="13912345678")
    told.tell_all(case)
    find = finding(told, case)
    view = wishes(told).view(find)
    assert [one["shown"] for one in view["addresses"]] == ["l***@example.org", "139****78"]
    assert view["messages"] == [], "codes are not shown: whether one was sent may depend on what others asked for"
    told.prove(case)
    told.tell_all(case)
    shown = [(one["state"], one["channel"]) for one in wishes(told).view(find)["messages"]]
    assert shown == [("sent", "mail")] * 2
    assert [one["kind"] for one in view["kinds"]] == ["received", "extended", "overdue", "recheck_opened"]
    only_mail = wishes(told, Channel.MAIL).view(find)
    assert [one["channel"] for one in only_mail["addresses"]] == ["mail"]


@pytest.mark.requirement("N1", "N4")
def test_a_code_is_asked_for_sent_and_entered_and_a_repeat_of_either_does_no_harm() -> None:
    world, told, case = applied()
    find, say = finding(told, case), wishes(told)
    say.ask_code(find, {"channel": "mail"}, world.now)
    assert say.queue == [{"code": {"recipient": case.case_number, "channel": "mail"}}]
    told.proof.send_code(told.outbox.recipient(case.case_number), Channel.MAIL, world.now)
    told.proof.send_code(told.outbox.recipient(case.case_number), Channel.MAIL, world.now)
    right = right_code(told, find)
    assert [right in mail.body for mail in told.relay.taken] == [True]
    wrong = "000000" if right != "000000" else "000001"
    with pytest.raises(Invalid, match="invalid_input"):
        say.prove(find, {"channel": "mail", "code": wrong}, world.now)
    assert find().address(Channel.MAIL).tries == 1  # type: ignore[union-attr]
    for _ in range(2):
        say.prove(find, {"channel": "mail", "code": right}, world.now)
    assert say.view(find)["addresses"][0]["proven"] is True
    with pytest.raises(Conflict, match="address_proven"):
        say.ask_code(find, {"channel": "mail"}, world.now)


@pytest.mark.requirement("N4")
def test_codes_cannot_be_asked_for_without_end_so_that_nobody_guesses_one() -> None:
    world, told, case = applied()
    find, say = finding(told, case), wishes(told)
    for _ in range(CODES_A_DAY_OF_A_RECIPIENT):
        say.ask_code(find, {"channel": "mail"}, world.now)
    with pytest.raises(TooMany, match="too_many_codes"):
        say.ask_code(find, {"channel": "mail"}, world.now)


@pytest.mark.requirement("A1", "N4")
def test_another_address_takes_the_place_of_the_former_one_and_a_code_for_that_is_good_for_no_other() -> None:
    world, told, case = applied()
    told.tell_all(case)
    find, say = finding(told, case), wishes(told)
    former = right_code(told, find)
    say.ask_code(find, {"channel": "mail", "address": "Wang@Example.org"}, world.now)
    told.proof.send_code(told.outbox.recipient(case.case_number), Channel.MAIL, world.now)
    assert [mail.to for mail in told.relay.taken] == [MAILBOX, "Wang@Example.org"]
    if right_code(told, find) != former:
        with pytest.raises(Invalid):
            say.prove(find, {"channel": "mail", "code": former}, world.now)
    say.prove(find, {"channel": "mail", "code": right_code(told, find)}, world.now)
    told.tell_all(case)
    assert {mail.to for mail in told.relay.taken[2:]} == {"Wang@Example.org"}
    with pytest.raises(Invalid) as refused:
        say.ask_code(find, {"channel": "mail", "address": "x\r\nBcc: y@example.org"}, world.now)
    assert [one.field for one in refused.value.problems] == ["address"]


@pytest.mark.requirement("N4")
def test_the_answer_does_not_tell_whether_somebody_else_uses_the_address() -> None:
    world = World(records=9)
    told = Told(world)
    views = []
    for which in range(5):
        case = world.unproven(world.body(which, discipline="园艺学")).case
        say = wishes(told)
        say.ask_code(finding(told, case), {"channel": "mail", "address": MAILBOX}, world.now)
        told.proof.send_code(told.outbox.recipient(case.case_number), Channel.MAIL, world.now)
        views.append(say.view(finding(told, case)))
    assert len(told.relay.taken) == 3
    assert all(view == views[0] for view in views)


@pytest.mark.requirement("A1", "N4")
def test_the_holder_alone_says_how_they_are_told_and_the_link_of_who_signed_in_does_not() -> None:
    world, told, case = applied()
    token = world.received(world.body(1, discipline="园艺学")).access_token
    stranger = ByHolder(world.own_cases, world.person(world.body(2)), "")
    with pytest.raises(NotFound):
        finding(told, case, stranger)()
    with pytest.raises(NotFound):
        finding(told, case, ByLink(world.own_cases, token or "x", ""))()

    class Shared(Anybody):
        def speaks_for_holder(self, case: Case) -> bool:
            return False

    with pytest.raises(Forbidden, match="holder_must_sign_in"):
        finding(told, case, Shared())()
    assert finding(told, case, ByHolder(world.own_cases, world.holder_of(case), ""))().key == case.case_number


@pytest.mark.requirement("A9", "A13")
def test_an_account_proves_its_registered_address_and_may_take_the_digest() -> None:
    world = World()
    told = Told(world)
    one = account(world, "10001", "lead", None)
    say = wishes(told)

    def find() -> Any:
        return recipient_of_account(told.outbox, world.keyring, one)

    with pytest.raises(Invalid):
        say.ask_code(find, {"channel": "mail", "address": "else@example.org"}, world.now, may_change=False)
    say.ask_code(find, {"channel": "mail"}, world.now, may_change=False)
    say.prove(find, {"channel": "mail", "code": right_code(told, find)}, world.now)
    say.wish(find, {"switched_off": ["task_message"], "language": "en", "digest": True})
    view = say.view(find)
    assert (view["digest"], view["language"], view["messages"]) == (True, "en", [])
    assert [kind["kind"] for kind in view["kinds"] if not kind["wanted"]] == ["task_message"]
    assert told.outbox.digest_recipients() == ["account#lead"]
    with pytest.raises(Invalid):
        say.wish(find, {"switched_off": ["received"], "language": "en"})
