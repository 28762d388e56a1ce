"""How a file comes onto a case: examined, kept with its copy, withdrawn when a scanner finds something."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import pytest

from degree_auth.domain.cases.attachment import Attachment, AttachmentState, ScannedFile, infected_file
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.fold import replay
from degree_auth.domain.notifications.public_event import public_event
from degree_auth.services.cases.attachment_keys import copy_key, stored_key
from degree_auth.services.cases.attachments import withdraw_upload
from tests.doubles.world import World

pytestmark = pytest.mark.requirement("A10", "N1", "N4")
SENT = b"%PDF-1.7 a synthetic scan"
DIGEST = hashlib.sha256(SENT).hexdigest()
COPY = hashlib.sha256(b"copy of " + SENT).hexdigest()


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def case(world: World) -> Case:
    return world.submit(world.body(discipline="园艺学"))


def announce(world: World, case: Case) -> str:
    asked = {"kind": "certificate_scan", "content_type": "application/pdf", "size": len(SENT)}
    attachment_id, _, _ = world.own_case_commands.announce_attachment(case.case_number, asked, world.now)
    return attachment_id


def upload(world: World, case: Case, attachment_id: str) -> str:
    world.documents.objects[f"incoming/{case.case_number}/{attachment_id}"] = SENT
    return world.receive(f"incoming/{case.case_number}/{attachment_id}")


def file(world: World, case: Case, attachment_id: str) -> Attachment:
    log = world.cases.log(case.case_number)
    assert replay(log) == world.cases.load(case.case_number)
    (found,) = [one for one in replay(log).attachments if one.attachment_id == attachment_id]
    return found


def infected(case: Case, attachment_id: str) -> ScannedFile:
    return ScannedFile(case.case_number, attachment_id, DIGEST)


def objects(world: World, case: Case) -> set[str]:
    return {key for key in world.documents.objects if case.case_number in key and not key.startswith("review/")}


def told(world: World, case: Case) -> dict[str, Any]:
    (shown,) = world.own_case.status(case.case_number, world.now)["attachments"]
    return dict(shown)


def test_the_file_and_its_copy_are_kept_by_their_digests_and_others_are_shown_the_copy(
    world: World, case: Case
) -> None:
    attachment_id = announce(world, case)
    assert upload(world, case, attachment_id) == "stored"
    kept = file(world, case, attachment_id)
    assert (kept.state, kept.sha256, kept.copy_sha256) == (AttachmentState.STORED, DIGEST, COPY)
    entry = world.cases.log(case.case_number)[-1].as_dict()
    assert (entry["data"]["sha256"], entry["data"]["copy_sha256"]) == (DIGEST, COPY)
    original, copy = (
        stored_key(case.case_number, attachment_id, DIGEST),
        copy_key(case.case_number, attachment_id, DIGEST),
    )
    assert objects(world, case) == {original, copy}
    assert (world.documents.objects[original], world.documents.objects[copy]) == (SENT, b"copy of " + SENT)
    world.staff("open_review", case)
    sheet = world.documents.objects[f"review/{case.case_number}/sheet.html"].decode()
    assert f"/{copy}?" in sheet
    assert original not in sheet


def test_a_refused_file_tells_why_and_what_to_do_and_another_can_be_sent(world: World, case: Case) -> None:
    world.examiner.refuse[SENT] = "attachment_encrypted"
    attachment_id = announce(world, case)
    assert upload(world, case, attachment_id) == "refused"
    assert objects(world, case) == set()
    shown = told(world, case)
    assert shown["state"] == "refused"
    assert "密码" in shown["reason"]["zh"]
    assert "password" in shown["reason"]["en"]
    world.examiner.refuse.clear()
    again = announce(world, case)
    assert again != attachment_id
    assert upload(world, case, again) == "stored"


def test_an_examination_that_cannot_be_done_settles_nothing_and_is_made_up_for(world: World, case: Case) -> None:
    def broken() -> None:
        raise ConnectionError

    attachment_id = announce(world, case)
    world.examiner.before_answer = broken
    with pytest.raises(ConnectionError):
        upload(world, case, attachment_id)
    assert file(world, case, attachment_id).state is AttachmentState.ANNOUNCED
    world.examiner.before_answer = lambda: None
    assert world.receive(f"incoming/{case.case_number}/{attachment_id}") == "stored"
    assert {key.split("/")[0] for key in objects(world, case)} == {"attachments", "copies"}


def test_of_two_that_take_one_file_at_once_one_stores_it_and_nothing_is_lost(world: World, case: Case) -> None:
    attachment_id = announce(world, case)

    def meanwhile() -> None:
        world.examiner.before_answer = lambda: None
        assert upload(world, case, attachment_id) == "stored"

    world.examiner.before_answer = meanwhile
    assert upload(world, case, attachment_id) == "stored"
    log = [one.type for one in world.cases.log(case.case_number)]
    assert log.count("attachment_stored") == 1  # type: ignore[comparison-overlap]
    assert {key.split("/")[0] for key in objects(world, case)} == {"attachments", "copies"}


def test_what_replaces_the_upload_while_it_is_looked_at_is_never_taken(world: World, case: Case) -> None:
    attachment_id = announce(world, case)
    key = f"incoming/{case.case_number}/{attachment_id}"

    def replaced() -> None:
        world.documents.objects[key] = SENT[:-1] + b"!"

    world.examiner.before_answer = replaced
    assert upload(world, case, attachment_id) == "stored"
    assert file(world, case, attachment_id).sha256 == DIGEST
    assert world.documents.objects[copy_key(case.case_number, attachment_id, DIGEST)] == b"copy of " + SENT
    world.documents.objects[key] = SENT[:-1] + b"!"
    assert world.receive(key) == "ignored"
    assert {key.split("/")[0] for key in objects(world, case)} == {"attachments", "copies"}


def test_a_file_in_which_a_scanner_finds_something_is_shown_to_nobody_any_more(world: World, case: Case) -> None:
    attachment_id = announce(world, case)
    upload(world, case, attachment_id)
    for _ in range(2):
        assert withdraw_upload(world.cases, world.documents, infected(case, attachment_id), world.now)
    found = file(world, case, attachment_id)
    assert (found.state, found.reason) == (AttachmentState.WITHDRAWN, "attachment_infected")
    assert [one.type for one in world.cases.log(case.case_number)].count(found_type(world, case)) == 1
    # The file stays, sealed, for whoever has to look into it; links to the copy lead nowhere.
    assert objects(world, case) == {stored_key(case.case_number, attachment_id, DIGEST)}
    world.staff("open_review", case)
    assert "copies/" not in world.documents.objects[f"review/{case.case_number}/sheet.html"].decode()
    shown = told(world, case)
    assert shown["state"] == "withdrawn"
    assert not shown["reason"]["zh"].isascii()
    entry = public_event(world.cases.log(case.case_number)[-1].as_dict())
    assert (entry["type"], entry["facts"]) == ("attachment_withdrawn", {"attachment_id": attachment_id})
    # The same content through the old link changes nothing of that.
    upload(world, case, attachment_id)
    assert objects(world, case) == {stored_key(case.case_number, attachment_id, DIGEST)}
    # Its place is free again.
    assert announce(world, case) != attachment_id


def found_type(world: World, case: Case) -> Any:
    return world.cases.log(case.case_number)[-1].type


def test_a_verdict_before_the_file_is_settled_refuses_it(world: World, case: Case) -> None:
    attachment_id = announce(world, case)

    def verdict() -> None:
        assert not withdraw_upload(world.cases, world.documents, infected(case, attachment_id), world.now)

    world.examiner.before_answer = verdict
    assert upload(world, case, attachment_id) == "refused"
    found = file(world, case, attachment_id)
    assert (found.state, found.reason) == (AttachmentState.REFUSED, "attachment_infected")
    assert objects(world, case) == set()


def test_a_verdict_about_something_else_changes_nothing(world: World, case: Case) -> None:
    attachment_id = announce(world, case)
    upload(world, case, attachment_id)
    before = world.cases.log(case.case_number)
    for other in (
        replace(infected(case, attachment_id), sha256="0" * 64),
        replace(infected(case, attachment_id), attachment_id="0" * 32),
        replace(infected(case, attachment_id), case_number="RZ20261119K7Q2M9XD"),
    ):
        assert not withdraw_upload(world.cases, world.documents, other, world.now)
    assert world.cases.log(case.case_number) == before


def verdict(key: str, status: str = "THREATS_FOUND", bucket: str = "documents") -> dict[str, Any]:
    """What GuardDuty tells of an object, as AWS documents it."""
    return {
        "schemaVersion": "1.0",
        "scanStatus": "COMPLETED",
        "resourceType": "S3_OBJECT",
        "s3ObjectDetails": {
            "bucketName": bucket,
            "objectKey": key,
            "eTag": "x",
            "versionId": "y",
            "s3Throttled": False,
        },
        "scanResultDetails": {"scanResultStatus": status, "threats": [{"name": "EICAR-Test-File (not a virus)"}]},
    }


KEY = stored_key("RZ20261119K7Q2M9XD", "0" * 32, "1" * 64)


def test_a_scanners_word_is_read_from_the_form_that_guardduty_gives_it() -> None:
    assert infected_file(verdict(KEY), "documents") == ScannedFile("RZ20261119K7Q2M9XD", "0" * 32, "1" * 64)


@pytest.mark.parametrize(
    "detail",
    [
        verdict(KEY, "NO_THREATS_FOUND"),
        verdict(KEY, "UNSUPPORTED"),
        verdict(KEY, bucket="another"),
        verdict(KEY.replace("attachments/", "reports/")),
        verdict(KEY + "/x"),
        verdict(KEY.replace("RZ", "../RZ")),
        {},
        {"s3ObjectDetails": None, "scanResultDetails": []},
        {**verdict(KEY), "s3ObjectDetails": {"bucketName": "documents", "objectKey": ["x"]}},
    ],
)
def test_any_other_word_is_about_no_file(detail: dict[str, Any]) -> None:
    assert infected_file(detail, "documents") is None
