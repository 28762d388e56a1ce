"""The platform as it is played on this machine: it tells what a receiver of events would have to tell."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from bench import platform_events
from degree_auth.adapters.notifications.webhook_sender import WebhookSender
from degree_auth.domain.notifications.webhook import signed_headers
from degree_auth.services.notifications.ports import Sent
from degree_auth.services.notifications.webhooks import Undelivered
from tools.platform_simulator import Behaviour, Inbox, Receiver

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SECRET = b"a synthetic secret of 32 bytes.."


@pytest.fixture
def inbox() -> Inbox:
    return Inbox(SECRET, lambda: NOW)


def take(inbox: Inbox, sequence: int, secret: bytes = SECRET) -> int:
    body = json.dumps({"subject": "RZ1", "sequence": f"{sequence:06d}"}).encode()
    return inbox.take(signed_headers(secret, f"RZ1-{sequence}", body, NOW), body)


def test_it_keeps_each_event_once_and_sees_repeats_and_the_order(inbox: Inbox) -> None:
    assert [take(inbox, sequence) for sequence in (1, 2, 2, 3)] == [200] * 4
    assert (len(inbox.came_at), inbox.repeats, inbox.out_of_order) == (3, 1, 0)
    take(inbox, 6)
    take(inbox, 5)
    take(inbox, 4)
    assert (inbox.out_of_order, inbox.attempts["RZ1-2"]) == (2, 2)


def test_it_refuses_what_is_not_signed_by_the_secret(inbox: Inbox) -> None:
    assert take(inbox, 1, b"another secret, of 24 bytes") == 401
    assert (inbox.unsigned, inbox.came_at) == (1, {})


@pytest.mark.parametrize(
    ("behaviour", "status", "taken"),
    [
        (Behaviour(down=True), 503, 0),
        (Behaviour(gone=True), 410, 0),
        (Behaviour(refuses=1), 500, 0),
        (Behaviour(forgets=1), 500, 1),
        (Behaviour(slow=0.01), 200, 1),
    ],
)
def test_it_stumbles_as_it_is_told_to(inbox: Inbox, behaviour: Behaviour, status: int, taken: int) -> None:
    inbox.behaviour = behaviour
    assert take(inbox, 1) == status
    assert len(inbox.came_at) == taken


def test_it_may_refuse_no_event_twice(inbox: Inbox) -> None:
    inbox.behaviour = Behaviour(refuses=1, once=True)
    assert [take(inbox, sequence) for sequence in (1, 1, 2, 2)] == [500, 200, 500, 200]


def test_over_http_it_is_what_the_system_sends_to(inbox: Inbox) -> None:
    receiver, body = Receiver(inbox), b'{"subject": "RZ1", "sequence": "000001"}'
    sender, headers = WebhookSender(anywhere=True, local=True), signed_headers(SECRET, "RZ1-1", body, NOW)
    assert sender.post(receiver.url, headers, body) is Sent.TAKEN
    inbox.behaviour = Behaviour(gone=True)
    assert sender.post(receiver.url, headers, body) is Sent.GONE
    receiver.stop()
    with pytest.raises(Undelivered):
        sender.post(receiver.url, headers, body)


@pytest.mark.requirement("A15", "N1")
def test_nothing_is_lost_doubled_or_out_of_order_when_it_refuses_a_third_and_is_down_for_hours() -> None:
    found = {figure.name: figure.value for figure in platform_events.measure(events=60)}
    assert found["platform_events"] >= 60
    for name in ("lost", "twice", "out_of_order"):
        assert found[f"platform_events_{name}"] == 0
    assert found["platform_attempts"] > 1.3
