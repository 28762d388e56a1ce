"""Material review by staff, started as from the console, and the applicant's part in it (article 10)."""

from __future__ import annotations

import json
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.e2e.client import FOREIGN_DISCIPLINE, Applied, Holder, Portal, awards, fresh, mismatching, sample, until
from tools.sample_staff import SampleStaff


@pytest.fixture
def waiting(portal) -> Applied:
    """A case in material review, with its scan, whose machine waits for a person."""
    applied = portal.apply(mismatching(40)).with_scan()
    until(lambda: _waits(portal, applied.case_number), "the machine waits for a person")
    return applied


def _waits(portal: Portal, case_number: str) -> bool:
    """Whether a running machine has left its token on the case; a file that came since changes nothing for it."""
    (case,) = portal.items(case_number, "CASE")
    return "wait_token" in case and case_number in portal.running()


def _events(applied: Applied) -> list[str]:
    return [each["event"] for each in applied.status()["timeline"]]


@pytest.mark.requirement("A10", "N6")
def test_the_review_sheet_shows_claim_and_register_side_by_side_in_private_storage(portal, waiting):
    ended = portal.act("open_review", waiting.case_number)
    assert ended["status"] == "SUCCEEDED", ended
    folder = f"review/{waiting.case_number}/"
    assert ended["output"]["location"] == f"s3://{portal.stack['DocumentsBucket']}/{folder}"
    sheet = portal.stored(f"{folder}sheet.html").decode()
    assert FOREIGN_DISCIPLINE in sheet
    assert awards()[40]["ZSZYMC"] in sheet
    correction = json.loads(portal.stored(f"{folder}correction.json"))
    assert correction["degree"]["discipline"] == FOREIGN_DISCIPLINE
    assert waiting.status()["stage"] == "material_review"


@pytest.mark.requirement("A3", "A10")
def test_a_confirmed_mismatch_opens_a_verification_task_and_ends_the_machine(portal, waiting):
    ended = portal.act("confirm_material", waiting.case_number)
    assert ended["status"] == "SUCCEEDED", ended
    assert ended["output"]["stage"] == "verification"
    assert not ended["output"]["message"].isascii()
    status = waiting.status()
    assert (status["stage"], status["held_by"]) == ("verification", "institution")
    (task,) = portal.items(waiting.case_number, "TASK#")
    assert task["institution_code"] == awards()[40]["XWSYDWM"]
    until(lambda: waiting.case_number not in portal.running(), "the matching machine has ended")
    assert portal.reports([waiting.case_number])[waiting.case_number] == []


@pytest.mark.requirement("A2", "A10")
def test_a_corrected_claim_is_compared_again_and_its_report_issued(portal, waiting):
    right = awards()[40]["ZSZYMC"]
    more = {"reason": "按证书更正", "degree": {"discipline": right}, "reviewer": "reviewer-1"}
    ended = portal.act("correct_claim", waiting.case_number, **more)
    assert ended["status"] == "SUCCEEDED", ended
    status = waiting.at_stage("concluded")
    assert status["report"]
    assert "按证书更正" in next(one["zh"] for one in status["timeline"] if one["event"] == "claim_corrected")
    (corrected,) = [entry for entry in portal.log(waiting.case_number) if entry["type"] == "claim_corrected"]
    assert corrected["actor"] == "staff:reviewer-1"
    assert corrected["data"]["fields"] == ["degree.discipline"]
    assert corrected["data"]["sealed_changes"]
    assert right not in json.dumps(corrected, ensure_ascii=False)


@pytest.mark.requirement("A10", "N4")
def test_what_concerns_the_person_is_corrected_by_the_edited_sheet(portal):
    body = fresh(mismatching(41))
    body["degree"]["discipline"] = awards()[41]["ZSZYMC"]
    right, body["holder"]["name"] = body["holder"]["name"], body["holder"]["name"] + "甡"
    applied = portal.apply(body)
    applied.with_scan().at_stage("material_review")
    assert portal.act("open_review", applied.case_number)["status"] == "SUCCEEDED"
    sheet = json.loads(portal.stored(f"review/{applied.case_number}/correction.json"))
    sheet["holder"]["name"] = right
    key = f"case-forms/{applied.case_number}/correction.json"
    portal.client("s3").put_object(
        Bucket=portal.stack["DocumentsBucket"], Key=key, Body=json.dumps(sheet, ensure_ascii=False).encode()
    )
    ended = portal.act("correct_claim", applied.case_number, reason="姓名录入有误", correction_sheet=True)
    assert ended["status"] == "SUCCEEDED", ended
    # Whoever was proven was not who the claim names now, and has no part in the case any more.
    assert applied.get().status_code == 404
    body["holder"]["name"] = right
    named = Holder(applied.url, applied.response, lambda: portal.session(body))
    assert named.at_stage("identity_review")["proven_by"] is None
    named.attach("identity_document")
    assert portal.confirm_identity(applied.case_number)["status"] == "SUCCEEDED"
    assert named.at_stage("concluded")["report"]


@pytest.mark.requirement("A10", "A12", "N6")
def test_a_returned_case_waits_for_the_applicant_and_is_compared_again_with_the_supplement(portal, waiting):
    ended = portal.act(
        "return_to_applicant", waiting.case_number, reason="请核对专业名称", fields=["degree.discipline"]
    )
    assert ended["status"] == "SUCCEEDED", ended
    status = waiting.status()
    assert (status["stage"], status["held_by"]) == ("awaiting_applicant", "applicant")
    assert status["request"]["reason"] == "请核对专业名称"
    assert [one["field"] for one in status["request"]["fields"]] == ["degree.discipline"]
    assert status["clock"]["due"] is None
    wrong = waiting.post("supplements", {"degree": {"award_date": "2022-02-30"}, "x": 1})
    assert wrong.status_code == 422
    assert {one["field"] for one in wrong.json()["error"]["details"]} == {"degree.award_date", "x"}
    assert waiting.status()["stage"] == "awaiting_applicant"
    right = {"degree": {"discipline": awards()[40]["ZSZYMC"]}}
    assert waiting.post("supplements", right).status_code == 200
    assert waiting.at_stage("concluded")["report"]
    assert waiting.post("supplements", right).status_code in (200, 409)
    assert _events(waiting).count("application_supplemented") == 1


@pytest.mark.requirement("A10", "N1")
def test_a_supplement_that_still_differs_goes_back_to_the_reviewer(portal, waiting):
    portal.act("return_to_applicant", waiting.case_number, reason="请上传证书影印件", fields=["certificate_scan"])
    missing = waiting.post("supplements", {})
    assert [(one["field"], one["code"]) for one in missing.json()["error"]["details"]] == [
        ("certificate_scan", "supplement_missing")
    ]
    assert waiting.with_scan().post("supplements", {}).status_code == 200
    assert waiting.at_stage("material_review")["comparison"]["result"] == "mismatched"
    until(lambda: _waits(portal, waiting.case_number), "the machine waits again")


@pytest.mark.requirement("A10", "N6")
def test_a_rejected_application_tells_the_applicant_why_and_may_be_made_again(portal):
    body = mismatching(42)
    applied = portal.apply(body)
    ended = portal.act("reject", applied.case_number, reason="不属于受理范围")
    assert ended["status"] == "SUCCEEDED", ended
    status = applied.status()
    assert (status["stage"], status["outcome"], status["held_by"]) == ("rejected", "ineligible", "nobody")
    assert "不属于受理范围" in status["timeline"][-1]["zh"]
    assert portal.apply(body).case_number != applied.case_number


@pytest.mark.requirement("A10", "N2")
def test_a_parked_case_is_released_by_staff_and_parked_again_while_it_cannot_be_printed(portal):
    applied = portal.apply(fresh(sample("parked").body))
    ended = portal.act("release", applied.case_number, reason="字体已更新")
    assert ended["status"] == "SUCCEEDED", ended
    applied.at_stage("parked")
    until(lambda: _events(applied).count("case_parked") == 2, "compared and parked again")
    assert portal.reports([applied.case_number])[applied.case_number] == []


@pytest.mark.requirement("A10", "N2")
@pytest.mark.parametrize(
    ("action", "more"),
    [("confirm_material", {}), ("correct_claim", {"reason": "更正", "degree": {"discipline": "园林"}})],
)
def test_nothing_is_confirmed_or_corrected_without_a_scan_to_hold_it_against(portal, action, more):
    applied = portal.apply(mismatching(43))
    ended = portal.act(action, applied.case_number, **more)
    assert (ended["status"], ended["error"]) == ("FAILED", "certificate_scan_missing")
    assert applied.status()["stage"] == "material_review"


@pytest.mark.requirement("A10", "N5")
def test_an_action_that_the_stage_does_not_allow_fails_with_a_plain_cause(portal, waiting):
    ended = portal.act("release", waiting.case_number, reason="测试")
    assert (ended["status"], ended["error"]) == ("FAILED", "case_not_parked")
    assert not ended["cause"].isascii()
    assert waiting.status()["stage"] == "material_review"


@pytest.mark.requirement("A10", "N5")
def test_every_problem_of_an_action_is_told_in_its_cause(portal, waiting):
    ended = portal.act("return_to_applicant", "RZ1", fields=["degree.colour"], colour="red")
    assert (ended["status"], ended["error"]) == ("FAILED", "invalid_input")
    for field in ("case_number", "reason", "fields", "colour"):
        assert f"\n{field}: " in ended["cause"]
    unknown = portal.act("confirm_material", "RZ20260101" + "0" * 8)
    assert (unknown["status"], unknown["error"]) == ("FAILED", "not_found")


@pytest.mark.requirement("N4", "N5")
def test_personal_data_in_the_input_of_an_action_is_refused_and_not_repeated(portal, waiting):
    number = "110199199001010019"
    ended = portal.act("reject", waiting.case_number, reason=f"证件 {number} 有误")
    assert (ended["status"], ended["error"]) == ("FAILED", "invalid_input")
    assert number not in ended["cause"]
    holder = portal.act("correct_claim", waiting.case_number, reason="更正", degree={"certificate_number": ""})
    assert holder["status"] == "FAILED"
    assert waiting.status()["stage"] == "material_review"


@pytest.mark.requirement("A10", "N1")
def test_the_same_decision_started_twice_changes_the_case_once(portal, waiting):
    with ThreadPoolExecutor(2) as together:
        endings = list(together.map(lambda _: portal.act("confirm_material", waiting.case_number), range(2)))
    assert sorted(one["status"] for one in endings) == ["FAILED", "SUCCEEDED"]
    assert _events(waiting).count("material_confirmed") == 1
    assert len(portal.items(waiting.case_number, "TASK#")) == 1


@pytest.mark.requirement("A10", "N1")
def test_a_decision_whose_task_runs_again_changes_the_case_once(portal, waiting):
    credentials = SampleStaff(portal.stack).credentials()
    action = {"action": "confirm_material", "case_number": waiting.case_number, **credentials}
    event = {"input": action, "execution": f"console-{uuid.uuid4().hex}"}
    answers = [portal.invoke(portal.function("StaffActionFunction"), event) for _ in range(2)]
    assert answers[0] == answers[1]
    assert answers[0]["done"] is True
    assert _events(waiting).count("material_confirmed") == 1


@pytest.mark.requirement("N6")
def test_staff_find_a_case_by_its_number_among_the_executions(portal, waiting):
    names = [one["name"] for one in portal.executions("MatchingMachineArn", "RUNNING")]
    assert [name for name in names if name.startswith(f"{waiting.case_number}-")]
