"""What comes back to the sender's mailbox: notifications of a final failure, and nothing else."""

from __future__ import annotations

from email.message import EmailMessage
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest

from degree_auth.domain.notifications.bounce import LARGEST_BOUNCE, Bounce, read_bounce

MAIL_ID = "<RZ1.m.ab@degrees.example.org>"


def notification(action: str = "failed", status: str = "5.1.1", *, whole: bool = True) -> bytes:
    """As RFC 3464 has it: a text, the status of each recipient, and the mail or its headers."""
    said = MIMEMultipart("report", report_type="delivery-status")
    said["From"] = "mailer-daemon@example.org"
    said.attach(MIMEText("could not be delivered"))
    fields = MIMEBase("message", "delivery-status")
    of_mail = EmailMessage()
    of_mail["Reporting-MTA"] = "dns; example.org"
    of_recipient = EmailMessage()
    of_recipient["Final-Recipient"] = "rfc822; lisi@example.org"
    of_recipient["Action"] = action
    of_recipient["Status"] = status
    fields.set_payload([of_mail, of_recipient])
    said.attach(fields)
    returned = EmailMessage()
    returned["Message-ID"] = MAIL_ID
    returned["Subject"] = "x"
    if whole:
        part = MIMEBase("message", "rfc822")
        part.set_payload([returned])
    else:
        part = MIMEBase("text", "rfc822-headers")
        part.set_payload(returned.as_string())
    said.attach(part)
    return said.as_bytes()


@pytest.mark.requirement("N1")
@pytest.mark.parametrize("whole", [True, False])
def test_a_final_failure_names_its_mail_and_status(*, whole: bool) -> None:
    assert read_bounce(notification(whole=whole)) == Bounce(MAIL_ID, "5.1.1")


@pytest.mark.requirement("N1")
@pytest.mark.parametrize(
    "raw",
    [
        notification("delayed", "4.4.1"),
        notification("delivered", "2.0.0"),
        notification("failed", "5.1.1 or so"),
        b"Subject: out of office\r\n\r\nI am away",
        b"",
        b"\xff\xfe\x00",
        notification() + b"x" * LARGEST_BOUNCE,
    ],
    ids=["delayed", "delivered", "status", "reply", "empty", "bytes", "large"],
)
def test_nothing_else_is_a_bounce(raw: bytes) -> None:
    assert read_bounce(raw) is None
