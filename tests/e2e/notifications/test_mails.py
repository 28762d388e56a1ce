"""Mails that the stack sends by SMTP: a code first, then each thing once, with nobody's data."""

from __future__ import annotations

import re
import uuid
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.e2e.client import SECONDS, fresh, mismatching, people, told_of, until
from tools.mail_receiver import mails


@pytest.mark.requirement("A1", "A10", "A12", "N1", "N4")
def test_an_applicant_proves_an_address_and_is_told_each_thing_once(portal):
    mailbox = f"{uuid.uuid4().hex}@example.org"
    body = fresh(mismatching())
    body["contact"]["email"] = mailbox
    applied = portal.apply(body)
    folder = Path(portal.stack["mails"])

    def came(count: int) -> list[EmailMessage] | None:
        found = mails(folder, mailbox)
        return found if len(found) >= count else None

    (code_mail,) = until(lambda: came(1), "the code comes", 2 * SECONDS)

    def ask(method: str, path: str, sent: object = None) -> dict[str, Any]:
        """The holder who signed in asks: the link of their case says nothing of how they are told."""
        url, headers = f"{applied.url}/{applied.case_number}/{path}", {"Authorization": f"Bearer {applied.session}"}
        answered = requests.request(method, url, json=sent, headers=headers, timeout=SECONDS)
        assert answered.status_code == 200, answered.text
        found: dict[str, Any] = answered.json()
        return found

    shown = ask("GET", "notifications")
    assert [(one["channel"], one["proven"]) for one in shown["addresses"]] == [("mail", False)]
    code = re.search(r"[0-9]{6}", code_mail["Subject"])
    assert code is not None
    assert applied.get("notifications").status_code == 403
    proven = ask("POST", "notifications/proofs", {"channel": "mail", "code": code[0]})
    assert proven["addresses"][0]["proven"] is True

    applied.with_scan()
    applied.at_stage("material_review")
    portal.act("return_to_applicant", applied.case_number, reason="请补正", fields=["certificate_scan"])
    asked = until(lambda: came(2), "what is asked for is told", 2 * SECONDS)[1]
    assert applied.status()["asked_until"]["due"] in asked["Subject"]
    assert applied.case_number in asked["Subject"]
    said = "".join(str(one["Subject"]) + one.get_content() for one in mails(folder, mailbox))
    assert told_of(people(body), said) == []
    assert applied.token not in said

    def sent() -> list[str] | None:
        states = [one["state"] for one in ask("GET", "notifications")["messages"]]
        return states if states == ["sent"] else None

    until(sent, "what was sent is shown")
    assert len(mails(folder, mailbox)) == 2
