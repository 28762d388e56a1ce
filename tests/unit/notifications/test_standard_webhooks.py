"""Messages are those of Standard Webhooks: its own library reads ours, and we read its."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from degree_auth.domain.notifications.webhook import secret_key, secret_text, signed_headers, verify_signature
from degree_auth.domain.shared.errors import NotSignedIn
from tests.template.model import SOURCE

GENERATED = "Synthetic0Secret1Of2Letters3And4Digits5" + "x" * 25  # as the template has it made
BODY = json.dumps({"type": "application.submitted", "data": {"name": "合成样本"}}, ensure_ascii=False).encode()


@pytest.mark.requirement("A1", "A15")
@pytest.mark.parametrize("handed_over", [GENERATED, f"whsec_{GENERATED}"])
def test_the_official_library_verifies_our_messages(handed_over: str) -> None:
    headers = signed_headers(secret_key(GENERATED), "msg_1", BODY, datetime.now(UTC))
    assert Webhook(handed_over).verify(BODY, headers) == json.loads(BODY)
    with pytest.raises(WebhookVerificationError):
        Webhook(handed_over).verify(BODY + b" ", headers)


@pytest.mark.requirement("A1")
@pytest.mark.parametrize("handed_over", [GENERATED, f"whsec_{GENERATED}"])
def test_we_verify_messages_of_the_official_library(handed_over: str) -> None:
    now = datetime.now(UTC)
    headers = {
        "webhook-id": "msg_2",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(handed_over).sign("msg_2", now, BODY.decode()),
    }
    assert verify_signature(headers, BODY, secret_key(GENERATED), now) == "msg_2"
    with pytest.raises(NotSignedIn):
        verify_signature(headers, BODY + b" ", secret_key(GENERATED), now)


@pytest.mark.requirement("A1")
def test_a_secret_is_read_as_it_is_shown() -> None:
    assert secret_key(secret_text(b"k" * 24)) == b"k" * 24
    assert secret_key(GENERATED) == secret_key(f"whsec_{GENERATED}\n")


@pytest.mark.requirement("A1")
@pytest.mark.parametrize("unfit", ["", "whsec_", "whsec_c2hvcnQ=", "not base64, but long enough to be a key -"])
def test_what_is_no_secret_is_refused(unfit: str) -> None:
    with pytest.raises(ValueError, match=r"base64|short|padding"):
        secret_key(unfit)


@pytest.mark.requirement("A1")
def test_the_secret_that_the_template_generates_is_base64() -> None:
    made = SOURCE["Resources"]["PlatformWebhookSecret"]["Properties"]["GenerateSecretString"]
    assert made == {"PasswordLength": len(GENERATED), "ExcludePunctuation": True}
    assert len(GENERATED) % 4 == 0
