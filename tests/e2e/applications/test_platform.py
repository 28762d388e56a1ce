"""Applications that the national government service platform sends in, signed."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from degree_auth.domain.notifications.webhook import SUBMITTED, secret_key, sign
from tests.e2e.client import SECONDS, Applied, Portal, matching, mismatching
from tests.e2e.client import SUBMITTED as SENT


class Platform:
    """The platform's side: signs messages and sends them."""

    def __init__(self, portal: Portal) -> None:
        self.url = f"{portal.url}/v1/platform/applications"
        self.now = portal.now
        secret = portal.client("secretsmanager").get_secret_value(SecretId=portal.stack["PlatformWebhookSecretArn"])
        self.secret = secret_key(secret["SecretString"])

    def headers(self, body: bytes, message_id: str, age: int = 0) -> dict[str, str]:
        """The headers of a message that was signed `age` seconds ago."""
        moment = int(self.now().timestamp()) - age
        return {
            "Content-Type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": str(moment),
            "webhook-signature": sign(self.secret, message_id, moment, body),
        }

    def send(self, body: bytes, headers: dict[str, str]) -> requests.Response:
        return requests.post(self.url, data=body, headers=headers, timeout=SECONDS)


@pytest.fixture(scope="module")
def platform(portal) -> Platform:
    return Platform(portal)


def message(data: dict[str, Any], **changed: Any) -> bytes:
    SENT.append(data)
    told = {"type": SUBMITTED, "timestamp": datetime.now(UTC).isoformat(), "proven_by": "public_security", "data": data}
    told |= changed
    return json.dumps(told, ensure_ascii=False).encode()


def new_id() -> str:
    return f"msg_{uuid.uuid4().hex}"


@pytest.mark.requirement("A1", "N1")
def test_a_signed_application_is_accepted_once_however_often_it_comes(portal, platform):
    body, message_id = message(matching(80)), new_id()
    # The platform signs a repetition anew: another moment, the same id.
    answers = [platform.send(body, platform.headers(body, message_id, age)) for age in (60, 0, 0)]
    assert [one.status_code for one in answers] == [201, 201, 201]
    assert len({one.json()["case_number"] for one in answers}) == 1
    assert [one.json()["access_token"] is None for one in answers] == [False, True, True]
    assert {one.json()["proven_by"] for one in answers} == {"public_security"}
    log = portal.log(answers[0].json()["case_number"])
    assert [entry["type"] for entry in log].count("application_received") == 1
    assert (log[0]["actor"], log[0]["data"]["source"]) == ("platform", "platform")


@pytest.mark.requirement("A1", "A10")
def test_an_application_of_the_platform_waits_for_review_as_any_other(portal, platform):
    body = message(mismatching(81))
    answered = platform.send(body, platform.headers(body, new_id()))
    assert (answered.status_code, answered.json()["stage"]) == (202, "material_review")
    assert Applied(f"{portal.url}/v1/applications", answered).status()["held_by"] == "centre"


@pytest.mark.requirement("A1", "N1")
def test_an_id_used_again_for_another_content_of_the_same_person_is_a_conflict(platform):
    first, other, message_id = message(matching(82)), message(mismatching(82)), new_id()
    assert platform.send(first, platform.headers(first, message_id)).status_code == 201
    assert platform.send(other, platform.headers(other, message_id)).status_code == 409


@pytest.mark.requirement("N4", "N5")
@pytest.mark.parametrize(
    "spoil",
    [
        lambda headers: {**headers, "webhook-signature": "v1,AAAA"},
        lambda headers: {**headers, "webhook-signature": "签名".encode().decode("latin-1")},
        lambda headers: {**headers, "webhook-signature": headers["webhook-signature"].replace("v1,", "v2,")},
        lambda headers: {**headers, "webhook-id": "msg_another"},
        lambda headers: {**headers, "webhook-timestamp": str(int(headers["webhook-timestamp"]) + 1)},
        lambda headers: {name: value for name, value in headers.items() if name != "webhook-signature"},
        lambda headers: {name: value for name, value in headers.items() if name != "webhook-id"},
        lambda headers: {name: value for name, value in headers.items() if name != "webhook-timestamp"},
    ],
    ids=["wrong", "no base64", "version", "id", "moment", "no signature", "no id", "no timestamp"],
)
def test_a_message_whose_signature_does_not_fit_is_not_accepted(platform, spoil):
    body = message(mismatching(83))
    answered = platform.send(body, spoil(platform.headers(body, new_id())))
    assert (answered.status_code, answered.json()["error"]["code"]) == (401, "signature_invalid")


@pytest.mark.requirement("N4", "N5")
@pytest.mark.parametrize("age", [600, -600], ids=["too old", "from the future"])
def test_a_message_of_another_time_is_not_accepted(platform, age):
    body = message(mismatching(83))
    assert platform.send(body, platform.headers(body, new_id(), age)).status_code == 401


@pytest.mark.requirement("N4", "N5")
def test_a_body_that_was_changed_on_its_way_is_not_accepted(platform):
    body = message(mismatching(83))
    assert platform.send(body + b" ", platform.headers(body, new_id())).status_code == 401


@pytest.mark.requirement("A1", "N5")
def test_one_of_several_signatures_is_enough_while_secrets_change(platform):
    body = message(mismatching(84))
    headers = platform.headers(body, new_id())
    headers["webhook-signature"] = f"v1,AAAA {headers['webhook-signature']}"
    assert platform.send(body, headers).status_code == 202


@pytest.mark.requirement("N5")
def test_a_message_of_an_unknown_type_is_refused_with_every_problem(platform):
    body = message(mismatching(83), type="application.deleted", timestamp="yesterday", proven_by="somebody", more=1)
    answered = platform.send(body, platform.headers(body, new_id()))
    assert answered.status_code == 422
    assert {one["field"]: one["code"] for one in answered.json()["error"]["details"]} == {
        "type": "webhook_type_unknown",
        "timestamp": "moment_format",
        "proven_by": "unknown_choice",
        "more": "unknown_field",
    }
