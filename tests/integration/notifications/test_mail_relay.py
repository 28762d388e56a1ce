"""Mails over SMTP to a real server on this machine: what it takes, refuses, drops, and what it finds in the headers."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from degree_auth.adapters.notifications.mail_relay import Security, SmtpRelay
from degree_auth.domain.notifications.letter import letter
from degree_auth.domain.notifications.notification import NotificationKind
from degree_auth.services.notifications.notification_ports import Mail, Refused
from degree_auth.services.notifications.webhooks import Undelivered
from tools.mail_receiver import Keeping, mails
from tools.notifications_page import SAMPLE

SENDER = "degrees@example.org"
MAIL = Mail(
    "RZ1.m.ab@example.org", "lisi@example.org", "主题", "正文\n", datetime(2026, 11, 23, 2, tzinfo=UTC), "https://e"
)


class Answering:
    """A server's answers."""

    def __init__(self, **answers: str) -> None:
        self.answers = answers
        self.taken: list[bytes] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        envelope.rcpt_tos.append(address)
        return self.answers.get("rcpt", "250 ok")

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        envelope.mail_from = address
        return self.answers.get("mail", "250 ok")

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.taken.append(envelope.content)
        return self.answers.get("data", "250 ok")


@contextmanager
def serving(handler: Any, **more: Any) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    controller = Controller(handler, hostname="127.0.0.1", port=port, **more)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def relay(port: int, credentials: tuple[str, str] | None = None) -> SmtpRelay:
    return SmtpRelay("127.0.0.1", port, Security.NONE, SENDER, lambda: credentials)


@pytest.mark.requirement("N1", "N4")
def test_a_mail_arrives_as_it_was_written(tmp_path: Path) -> None:
    said = letter(NotificationKind.ASKED, SAMPLE)
    with serving(Keeping(tmp_path)) as port:
        assert relay(port).send(Mail("RZ1.m.ab@example.org", MAIL.to, said.subject, said.body, MAIL.at)) == "250"
    (mail,) = mails(tmp_path, MAIL.to)
    assert (mail["From"], mail["Subject"], mail["Message-ID"]) == (SENDER, said.subject, "<RZ1.m.ab@example.org>")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe"] is None
    assert mail.get_content().replace("\r\n", "\n") == said.body
    assert mails(tmp_path, "else@example.org") == []


@pytest.mark.requirement("N4")
@pytest.mark.parametrize("field", ["subject", "to", "message_id", "leave"])
def test_no_text_becomes_a_header_of_its_own(field: str) -> None:
    handler = Answering()
    injected = replace(MAIL, **{field: "x\r\nBcc: victim@example.org"})
    with serving(handler) as port, pytest.raises((ValueError, Undelivered)):
        relay(port).send(injected)
    assert handler.taken == []


@pytest.mark.requirement("N1")
@pytest.mark.parametrize(
    ("answers", "raised"),
    [
        ({"rcpt": "550 5.1.1 no such user"}, Refused),
        ({"rcpt": "551 5.1.6 moved away"}, Refused),
        ({"rcpt": "553 5.1.3 no address"}, Refused),
        ({"rcpt": "550 5.2.1 mailbox disabled"}, Refused),
        ({"rcpt": "550 5.1.10 takes no mail"}, Refused),
        ({"rcpt": "550 no such user"}, Undelivered),
        ({"rcpt": "550 5.1.8 bad sender"}, Undelivered),
        ({"rcpt": "550 5.2.2 mailbox full"}, Undelivered),
        ({"rcpt": "550 5.7.1 relaying denied"}, Undelivered),
        ({"rcpt": "554 5.1.1 no such user, it says"}, Undelivered),
        ({"rcpt": "503 5.5.1 not now"}, Undelivered),
        ({"rcpt": "450 4.2.0 greylisted"}, Undelivered),
        ({"mail": "550 5.7.1 sender not allowed"}, Undelivered),
        ({"data": "554 5.6.0 content refused"}, Undelivered),
        ({"data": "451 4.3.0 try again"}, Undelivered),
    ],
)
def test_only_a_refusal_of_the_recipient_for_good_is_the_recipients(
    answers: dict[str, str], raised: type[Exception]
) -> None:
    with serving(Answering(**answers)) as port, pytest.raises(raised) as found:
        relay(port).send(MAIL)
    assert MAIL.to not in str(found.value)


@pytest.mark.requirement("N1")
def test_a_relay_that_is_not_there_or_hangs_up_takes_nothing() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        with pytest.raises(Undelivered):
            relay(int(nobody.getsockname()[1])).send(MAIL)


@pytest.mark.requirement("N1")
def test_what_the_relay_took_is_sent_however_it_says_goodbye() -> None:
    class Ungracious(Answering):
        async def handle_QUIT(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
            return "451 4.3.0 not now"

    handler = Ungracious()
    with serving(handler) as port:
        assert relay(port).send(MAIL) == "250"
    assert len(handler.taken) == 1


@contextmanager
def dripping() -> Iterator[int]:
    """A relay that greets, and then answers byte by byte and never to an end."""
    ended = Event()

    def serve(listening: socket.socket) -> None:
        with suppress(OSError):
            taken, _ = listening.accept()
            with taken:
                taken.sendall(b"220 here\r\n250-")
                while not ended.wait(0.05):
                    taken.sendall(b".")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = Thread(target=serve, args=(listening,))
        serving.start()
        try:
            yield int(listening.getsockname()[1])
        finally:
            ended.set()
            serving.join()


@pytest.mark.requirement("N1")
def test_an_attempt_ends_in_time_however_slowly_the_relay_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("degree_auth.adapters.notifications.mail_relay._EXCHANGE_SECONDS", 0.3)
    begun = monotonic()
    with dripping() as port, pytest.raises(Undelivered):
        relay(port).send(MAIL)
    assert monotonic() - begun < 3


def _authenticated(server: Any, session: Any, envelope: Any, mechanism: str, auth: Any) -> AuthResult:
    right = isinstance(auth, LoginPassword) and (auth.login, auth.password) == (b"user", b"secret")
    return AuthResult(success=right)


@pytest.mark.requirement("N4")
def test_credentials_are_given_where_there_are_any_and_wrong_ones_lose_nothing() -> None:
    handler = Answering()
    more = {"authenticator": _authenticated, "auth_required": True, "auth_require_tls": False}
    with serving(handler, **more) as port:
        assert relay(port, ("user", "secret")).send(MAIL) == "250"
        with pytest.raises(Undelivered):
            relay(port, ("user", "wrong")).send(MAIL)
        with pytest.raises(Undelivered):
            relay(port).send(MAIL)
    assert len(handler.taken) == 1
    taken = message_from_bytes(handler.taken[0], policy=default)
    assert isinstance(taken, EmailMessage)
    assert taken["List-Unsubscribe"] == "<https://e>"


@pytest.mark.requirement("N4")
def test_a_relay_without_tls_is_given_nothing_where_tls_is_asked_for() -> None:
    handler = Answering()
    with serving(handler) as port:
        for security in (Security.STARTTLS, Security.TLS):
            with pytest.raises(Undelivered):
                SmtpRelay("127.0.0.1", port, security, SENDER, lambda: ("user", "secret")).send(MAIL)
    assert handler.taken == []
