"""Files of a case: announced, uploaded straight to object storage, looked at, kept or refused (articles 1 and 10)."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
import requests

from degree_auth.domain.cases.attachment import LARGEST_BYTES
from degree_auth.domain.cases.attachment_decisions import MOST_ATTACHMENTS
from degree_auth.services.cases.attachment_keys import copy_key, stored_key
from tests.e2e.client import SCAN, SECONDS, Applied, mismatching, until
from tests.samples.files import SECRET, action, jpeg, pdf


@pytest.fixture
def case(portal) -> Applied:
    return portal.apply(mismatching())


def announcement(content: bytes = SCAN, **changed: Any) -> dict[str, Any]:
    return {"kind": "certificate_scan", "content_type": "image/png", "size": len(content), **changed}


def announce(case: Applied, **changed: Any) -> dict[str, Any]:
    answered = case.post("attachments", announcement(**changed))
    assert answered.status_code == 201, answered.text
    announced: dict[str, Any] = answered.json()
    return announced


def upload(announced: dict[str, Any], content: bytes) -> requests.Response:
    link = announced["upload"]
    return requests.request(link["method"], link["url"], data=content, headers=link["headers"], timeout=SECONDS)


def state(case: Applied, announced: dict[str, Any]) -> dict[str, Any]:
    (found,) = [one for one in case.status()["attachments"] if one["attachment_id"] == announced["attachment_id"]]
    return found


def settled(case: Applied, announced: dict[str, Any]) -> dict[str, Any]:
    return until(
        lambda: found if (found := state(case, announced))["state"] != "announced" else None, "the file is looked at"
    )


@pytest.mark.requirement("A1", "A10")
@pytest.mark.parametrize(
    ("content_type", "start"),
    [("image/png", SCAN), ("image/jpeg", jpeg(orientation=6)), ("application/pdf", pdf())],
)
def test_an_announced_file_is_kept_as_it_was_sent_beside_a_copy_that_says_nothing_of_its_sender(
    portal, case, content_type, start
):
    digest = hashlib.sha256(start).hexdigest()
    announced = announce(case, content=start, content_type=content_type, sha256=digest)
    assert state(case, announced)["state"] == "announced"
    assert upload(announced, start).status_code == 200
    assert settled(case, announced)["state"] == "stored"
    assert (
        portal.stored(stored_key(case.case_number, announced["attachment_id"], hashlib.sha256(start).hexdigest()))
        == start
    )
    copy = portal.stored(copy_key(case.case_number, announced["attachment_id"], digest))
    assert SECRET in start
    assert SECRET not in copy
    data = portal.log(case.case_number)[-1]["data"]
    assert (data["sha256"], data["copy_sha256"]) == (digest, hashlib.sha256(copy).hexdigest())
    assert portal.document_keys(f"examined/{case.case_number}/") == []
    until(lambda: portal.document_keys(f"incoming/{case.case_number}/") == [], "the upload is cleared away")


@pytest.mark.requirement("A1", "N5")
@pytest.mark.parametrize(
    ("announced_as", "sent", "reason"),
    [
        ({"content_type": "application/pdf"}, SCAN, "attachment_content_differs"),
        ({"sha256": "0" * 64}, SCAN, "attachment_content_differs"),
        ({"content_type": "application/pdf"}, pdf(OpenAction=action("Launch")), "attachment_active"),
    ],
    ids=["another kind of file", "another file", "a file that acts"],
)
def test_a_file_that_is_not_what_was_announced_is_refused_and_removed(portal, case, announced_as, sent, reason):
    announced = announce(case, content=sent, **announced_as)
    upload(announced, sent)
    found = settled(case, announced)
    assert found["state"] == "refused"
    assert not found["reason"]["zh"].isascii()
    assert found["reason"]["en"].isascii()
    assert portal.log(case.case_number)[-1]["data"]["reason"] == reason
    assert portal.document_keys(f"attachments/{case.case_number}/") == []
    until(lambda: portal.document_keys(f"incoming/{case.case_number}/") == [], "the file is removed")


@pytest.mark.requirement("A1", "N5")
@pytest.mark.parametrize("sent", [SCAN + b"x", SCAN[:-1]], ids=["longer", "shorter"])
def test_a_file_of_another_size_is_never_taken(portal, case, sent):
    announced = announce(case)
    refused = upload(announced, sent)
    # The link signs the size: storage itself refuses the upload; were it not to, the file is refused when looked at.
    assert refused.status_code == 403 or settled(case, announced)["state"] == "refused"
    assert portal.document_keys(f"attachments/{case.case_number}/") == []


@pytest.mark.requirement("A10", "N3")
def test_a_second_use_of_the_link_changes_nothing_that_is_stored(portal, case):
    announced = announce(case)
    upload(announced, SCAN)
    settled(case, announced)
    other = SCAN[:-1] + b"!"
    upload(announced, other)
    until(lambda: portal.document_keys(f"incoming/{case.case_number}/") == [], "the second upload is removed")
    assert (
        portal.stored(stored_key(case.case_number, announced["attachment_id"], hashlib.sha256(SCAN).hexdigest()))
        == SCAN
    )
    assert state(case, announced)["state"] == "stored"
    assert [entry["type"] for entry in portal.log(case.case_number)].count("attachment_stored") == 1


@pytest.mark.requirement("A1", "N4")
def test_a_file_that_nobody_announced_is_removed(portal, case):
    key = f"incoming/{case.case_number}/{'0' * 32}"
    portal.client("s3").put_object(Bucket=portal.stack["DocumentsBucket"], Key=key, Body=SCAN)
    until(lambda: portal.document_keys(f"incoming/{case.case_number}/") == [], "the file is removed")
    assert portal.document_keys(f"attachments/{case.case_number}/") == []
    assert case.status()["attachments"] == []


@pytest.mark.requirement("A1", "N5")
def test_no_more_files_are_taken_than_allowed(case):
    for more in range(MOST_ATTACHMENTS):
        announce(case, size=len(SCAN) + more)
    refused = case.post("attachments", announcement(size=1))
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "too_many_attachments")
    assert len(case.status()["attachments"]) == MOST_ATTACHMENTS


@pytest.mark.requirement("A1", "N5")
@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"size": LARGEST_BYTES + 1}, ("size", "attachment_too_large")),
        ({"size": 0}, ("size", "attachment_size_invalid")),
        ({"content_type": "image/gif"}, ("content_type", "attachment_type")),
        ({"kind": "selfie"}, ("kind", "unknown_choice")),
        ({"sha256": "x"}, ("sha256", "sha256_format")),
    ],
)
def test_an_announcement_that_breaks_a_rule_is_refused_by_that_rule(case, changed, problem):
    refused = case.post("attachments", announcement(**changed))
    assert refused.status_code == 422
    assert [(one["field"], one["code"]) for one in refused.json()["error"]["details"]] == [problem]
    assert case.status()["attachments"] == []


@pytest.mark.requirement("A1")
def test_an_ended_case_takes_no_files(case):
    case.post("withdrawal")
    refused = case.post("attachments", announcement())
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "attachments_closed")


@pytest.mark.requirement("A10")
def test_the_reviewer_finds_the_stored_scan_on_the_review_sheet(portal, case):
    announced = announce(case)
    upload(announced, SCAN)
    settled(case, announced)
    assert portal.act("open_review", case.case_number)["status"] == "SUCCEEDED"
    sheet = portal.stored(f"review/{case.case_number}/sheet.html").decode()
    (link,) = [part.split('"')[0] for part in sheet.split('href="')[1:]]
    link = link.replace("&amp;", "&")
    copy = portal.stored(copy_key(case.case_number, announced["attachment_id"], hashlib.sha256(SCAN).hexdigest()))
    assert requests.get(link, timeout=SECONDS).content == copy != SCAN
    # A scanner finds something in the file after all: the link that the reviewer has leads nowhere any more.
    key = stored_key(case.case_number, announced["attachment_id"], hashlib.sha256(SCAN).hexdigest())
    scanned = {"bucketName": portal.stack["DocumentsBucket"], "objectKey": key, "eTag": "x", "versionId": "x"}
    detail = {"s3ObjectDetails": scanned, "scanResultDetails": {"scanResultStatus": "THREATS_FOUND"}}
    entry = {"Source": "degree-auth.scanner", "DetailType": "GuardDuty Malware Protection Object Scan Result"}
    bus = {"EventBusName": portal.stack["EventBusName"], "Detail": json.dumps(detail)}
    assert portal.client("events").put_events(Entries=[{**entry, **bus}])["FailedEntryCount"] == 0
    until(lambda: state(case, announced)["state"] == "withdrawn", "the file is withdrawn")
    until(lambda: requests.get(link, timeout=SECONDS).status_code == 404, "the link leads nowhere")
    assert portal.stored(key) == SCAN
