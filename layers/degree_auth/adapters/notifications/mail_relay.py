"""Hands mails to a relay by SMTP (RFC 5321), over TLS. What the relay signs them with (DKIM) is its own matter.

An attempt ends within seconds, whatever the relay does, so that the function sees its end and can record it.
"""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from enum import StrEnum
from functools import cache
from threading import Timer

from botocore.httpsession import get_cert_path

from degree_auth.domain.notifications.bounce import refuses_address
from degree_auth.services.notifications.notification_ports import Mail, Refused
from degree_auth.services.notifications.webhooks import Undelivered

_STEP_SECONDS = 5
_EXCHANGE_SECONDS = 10
"""How long all after the greeting may take together."""

_REFUSES_A_MAILBOX = (550, 551, 553)


class Security(StrEnum):
    """How the connection is protected; `none` is for a relay on this machine."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SmtpRelay:
    """Implements `MailRelay`. `security` is one of `Security`; anything else is STARTTLS.

    `sender` is the address that mails come from and bounces go to; `credentials` gives user
    and password, or None for a relay that asks for none."""

    host: str
    port: int
    security: str
    sender: str
    credentials: Callable[[], tuple[str, str] | None]

    def send(self, mail: Mail) -> str:
        """Hand one mail over.

        Raises:
            Refused: the relay says at RCPT that there is no such mailbox, with an enhanced status (RFC 3463).
            Undelivered: anything else; also any other refusal, which operators can mend.
        """
        message = message_of(mail, self.sender)
        try:
            return self._exchange(self._greeted(), mail.to, message)
        except smtplib.SMTPResponseException as error:
            raise Undelivered(f"{type(error).__name__} {error.smtp_code}") from None
        except (smtplib.SMTPException, OSError) as error:
            raise Undelivered(type(error).__name__) from None

    def _exchange(self, relay: smtplib.SMTP, to: str, message: bytes) -> str:
        deadline = Timer(_EXCHANGE_SECONDS, _cut, (relay,))
        deadline.start()
        try:
            self._introduce(relay)
            answer = self._transfer(relay, to, message)
            # It is sent by now, however the relay parts from us.
            with contextlib.suppress(smtplib.SMTPException, OSError):
                relay.quit()
            return answer
        finally:
            deadline.cancel()
            relay.close()

    def _transfer(self, relay: smtplib.SMTP, to: str, message: bytes) -> str:
        relay.ehlo_or_helo_if_needed()
        code, answer = relay.mail(self.sender)
        if code != 250:
            raise smtplib.SMTPResponseException(code, answer)
        code, answer = relay.rcpt(to)
        status = answer.split(maxsplit=1)[0].decode("ascii", "replace") if answer.strip() else ""
        if code in _REFUSES_A_MAILBOX and refuses_address(status):
            raise Refused(f"{code} {status}")
        if code not in (250, 251):
            raise smtplib.SMTPResponseException(code, b"")
        code, answer = relay.data(message)
        if code != 250:
            raise smtplib.SMTPResponseException(code, answer)
        return str(code)

    def _greeted(self) -> smtplib.SMTP:
        if self.security == Security.TLS:
            return smtplib.SMTP_SSL(self.host, self.port, timeout=_STEP_SECONDS, context=_tls_context())
        return smtplib.SMTP(self.host, self.port, timeout=_STEP_SECONDS)

    def _introduce(self, relay: smtplib.SMTP) -> None:
        if self.security not in (Security.TLS, Security.NONE):
            relay.starttls(context=_tls_context())
        credentials = self.credentials()
        if credentials is not None:
            relay.login(*credentials)


def _cut(relay: smtplib.SMTP) -> None:
    """End an exchange whose time is over, from beside it."""
    if relay.sock is not None:
        with contextlib.suppress(OSError):
            relay.sock.shutdown(socket.SHUT_RDWR)


def message_of(mail: Mail, sender: str) -> bytes:
    """The mail as it travels (RFC 5322, 7 bits). The library refuses a header that holds a line break."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.at)
    message["Message-ID"] = f"<{mail.message_id}>"
    message["Auto-Submitted"] = "auto-generated"
    if mail.leave:
        message["List-Unsubscribe"] = f"<{mail.leave}>"
    message.set_content(mail.body, charset="utf-8", cte="base64")
    return message.as_bytes()


@cache
def _tls_context() -> ssl.SSLContext:
    """The certificates that AWS's own client trusts: they come with it, whatever the machine has."""
    return ssl.create_default_context(cafile=get_cert_path(True))
