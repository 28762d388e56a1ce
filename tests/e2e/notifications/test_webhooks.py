"""Webhooks that the stack sends: the platform is told of progress, and watchers of a report that was corrected."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from degree_auth.adapters.notifications.event_bus import SOURCE
from degree_auth.domain.notifications.webhook import secret_key, verify_signature
from tests.e2e.client import SECONDS, Portal, matching, people, told_of, until
from tests.e2e.receiver import Receiver, is_documented, is_event, platform_told, watch


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.server.shutdown()


@pytest.fixture(scope="module")
def platform(portal, receiver) -> Iterator[Receiver]:
    with platform_told(portal, f"{receiver.url}/platform"):
        yield receiver


@pytest.mark.alone
@pytest.mark.requirement("A12", "A15", "N1", "N4")
def test_the_platform_is_told_of_a_cases_progress_and_again_until_it_takes_it(portal, platform):
    secret = portal.client("secretsmanager").get_secret_value(SecretId=portal.stack["PlatformWebhookSecretArn"])
    platform.answers["/platform"] = [500, 503]
    sent = matching(140)
    applied = portal.apply(sent)
    applied.at_stage("concluded")
    log = {entry["seq"]: entry["type"] for entry in portal.log(applied.case_number)}

    def taken() -> dict[str, list[Any]] | None:
        by_id: dict[str, list[Any]] = {}
        for headers, body, raw in platform.at("/platform"):
            if body["subject"] == applied.case_number:
                by_id.setdefault(headers["webhook-id"], []).append((headers, body, raw))
        complete = by_id.keys() == {f"{applied.case_number}-{seq}" for seq in log}
        return by_id if complete and sum(map(len, by_id.values())) >= len(log) + 2 else None

    found = until(taken, "every entry is told, and the first came again after each refusal", 2 * SECONDS)
    assert list(found) == [f"{applied.case_number}-{seq}" for seq in log]
    for seq, kind in log.items():
        attempts = found[f"{applied.case_number}-{seq}"]
        assert len({raw for _, _, raw in attempts}) == 1
        for headers, body, raw in attempts:
            key = secret_key(secret["SecretString"])
            assert verify_signature(headers, raw, key, portal.now()) == f"{applied.case_number}-{seq}"
            assert (body["id"], body["data"]["event"], body["data"]["seq"]) == (headers["webhook-id"], kind, seq)
            assert is_event(body)
            assert told_of(people(sent), raw.decode()) == []


def corrected(portal: Portal, case_number: str, report_number: str, seq: int) -> None:
    """Tell the bus of a revocation, as the outbox does."""
    event = {
        "case_number": case_number,
        "seq": seq,
        "type": "report_revoked",
        "at": "2026-11-25T10:00:00+00:00",
        "hash": "",
        "facts": {"report_number": report_number, "version": 1},
    }
    entry = {"Source": SOURCE, "DetailType": event["type"], "Detail": json.dumps(event)}
    put = portal.client("events").put_events(Entries=[{**entry, "EventBusName": portal.stack["EventBusName"]}])
    assert put["FailedEntryCount"] == 0


@pytest.mark.requirement("A15", "N1", "N4")
def test_who_watches_a_report_is_told_once_it_is_corrected(portal, receiver):
    applied = portal.apply(matching(141))
    report = applied.at_stage("concluded")["report"]
    good, failing, gone = (f"/{name}-{uuid.uuid4().hex}" for name in ("good", "failing", "gone"))
    receiver.answers |= {failing: [500], gone: [410]}
    made = [watch(portal, report, receiver.url + path) for path in (good, failing, gone, good)]
    assert [one.status_code for one in made] == [201, 201, 201, 409]
    proven = {path: (headers, raw) for path, headers, raw in receiver.challenges}
    key = secret_key(made[0].json()["secret"])
    assert verify_signature(*proven[good], key, portal.now()).startswith(made[0].json()["watch_id"])
    assert is_documented("watch.challenge", json.loads(proven[good][1]))
    receiver.unproven.add("/unproven")
    assert watch(portal, report, f"{receiver.url}/unproven").status_code == 422
    corrected(portal, applied.case_number, report["report_number"], 90)
    for path, times in ((good, 1), (failing, 2), (gone, 1)):
        until(lambda path=path, times=times: len(receiver.at(path)) >= times, f"{path} is told", 2 * SECONDS)
    secret = base64.b64decode(made[0].json()["secret"].removeprefix("whsec_"))
    ((headers, body, raw),) = receiver.at(good)
    watch_id = made[0].json()["watch_id"]
    assert verify_signature(headers, raw, secret, portal.now()) == f"{watch_id}-90"
    assert is_documented("report.state_changed", body)
    assert (body["data"]["state"], body["data"]["watch_id"]) == ("revoked", watch_id)
    assert report["report_number"] not in raw.decode()
    assert applied.case_number not in str(headers) + raw.decode()
    assert len({headers["webhook-id"] for headers, _, _ in receiver.at(failing)}) == 1
    (kept,) = portal.items(f"watches#{report['report_number']}")
    assert receiver.url not in str(kept)
    until(lambda: len(json.loads(portal.items(kept["pk"])[0]["watches"])) == 2, "who is gone is told no more")
    removal = {"report_number": report["report_number"], "watch_id": watch_id, "secret": made[0].json()["secret"]}
    assert portal.post("/v1/report-checks/watches/removal", removal).status_code == 204
    assert len(json.loads(portal.items(kept["pk"])[0]["watches"])) == 1


@pytest.mark.requirement("A15", "N4", "N5")
def test_a_watch_tells_nothing_of_reports_and_leads_nowhere_inside(portal, receiver):
    first, second = (portal.apply(matching(which)).at_stage("concluded")["report"] for which in (142, 143))
    wrong = watch(portal, {**first, "check_code": second["check_code"]}, receiver.url)
    assert wrong.status_code == 404
    assert wrong.json()["error"]["code"] == "report_unknown"
    for url in (
        "https://127.0.0.1/",
        "https://[::1]/",
        "http://example.org/",
        "https://user@example.org/",
        "https://a/",
    ):
        refused = watch(portal, first, url)
        assert refused.status_code == 422, url
        assert [one["code"] for one in refused.json()["error"]["details"]] == ["webhook_url_format"]
