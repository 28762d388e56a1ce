"""Institutions from their registration forms to their own accounts, through the staff actions and over HTTP."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
import requests

from degree_auth.domain.accounts.one_time_codes import code_at
from tests.e2e.client import SECONDS, Applied, Portal, awards, mismatching, told_of, until
from tests.e2e.offices import OPENED_DEPARTMENT
from tools.sample_institutions import INSTITUTIONS, PASSWORD, SampleInstitutions, username_of

FIRST_PERSON, SECOND_PERSON = "registrar-1", "registrar-2"
FORM_USER = {
    "name": "端到端·样例",
    "telephone": "010-00000001",
    "mobile": "13900000001",
    "fax": "",
    "email": "end-to-end@example.com",
    "postal_address": "合成地址 2 号 100001",
}


def act(portal: Portal, name: str | None = None, **given: Any) -> dict[str, Any]:
    """A staff action on institutions, started as from the console."""
    return portal.start({"institution_code": "10003", **given}, name)


def upload(portal: Portal, name: str, form: object) -> str:
    body = json.dumps(form, ensure_ascii=False).encode()
    portal.client("s3").put_object(Bucket=portal.stack["DocumentsBucket"], Key=f"registration/{name}.json", Body=body)
    return name


def ask(portal: Portal, method: str, path: str, token: str, body: object = None) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return requests.request(method, f"{portal.url}{path}", json=body, headers=headers, timeout=SECONDS)


@pytest.mark.requirement("A9", "A13")
def test_registered_accounts_sign_in_and_providing_them_again_changes_nothing(portal, stack, sample):
    accounts = sample.provide()
    assert {one.tier for one in accounts.values()} == {1, 2}
    again = SampleInstitutions(stack).provide()
    assert {name: one.secret for name, one in again.items()} == {name: one.secret for name, one in accounts.items()}
    lead = sample.access_token(username_of("10001"))
    found = ask(portal, "GET", "/v1/departments", lead).json()["departments"]
    assert [one["department_id"] for one in found] == ["archive", "continuing", "registry"]
    assert all(one["registered"] for one in found)
    listed = ask(portal, "GET", "/v1/accounts", lead).json()["accounts"]
    assert [one["username"] for one in listed] == sorted(name for name in accounts if name.startswith("u10001"))


@pytest.mark.requirement("A9")
def test_a_lead_department_sees_gaps_and_ties_and_closes_a_gap(portal, sample):
    lead = sample.access_token(username_of("10001"))
    covered = {
        (one["level"], one["award_year"], one["study_form"]): one
        for one in ask(portal, "GET", "/v1/coverage", lead).json()["coverage"]
    }
    assert covered["doctor", "current", None]["departments"] == []
    assert covered["bachelor", "previous", "adult_or_self_study"]["reason"]["code"] == "routed_to_lead_tie"
    file = requests.get(
        f"{portal.url}/v1/coverage", headers={"Authorization": f"Bearer {lead}", "Accept": "text/csv"}, timeout=SECONDS
    )
    assert file.content.decode("utf-8-sig").count("\r\n") == len(covered) + 1
    body = {"name": OPENED_DEPARTMENT, "scope": {"levels": ["D"], "award_years": ["G"]}, "active": True}
    department = f"doctors-{uuid.uuid4().hex[:8]}"
    where = f"/v1/departments/{department}"
    made = ask(portal, "PUT", where, lead, {**body, "version": 0})
    assert (made.status_code, made.json()["version"]) == (200, 1)
    covered_now = ask(portal, "GET", "/v1/coverage", lead).json()["coverage"]
    routed = {(one["level"], one["award_year"]): one["routed_to"] for one in covered_now}
    assert routed["doctor", "current"] == department
    stale = ask(portal, "PUT", where, lead, {**body, "name": "另一名称", "version": 7})
    assert (stale.status_code, stale.json()["error"]["code"]) == (409, "version_changed")
    resting = ask(portal, "PUT", where, lead, {**body, "active": False, "version": 1})
    assert resting.json()["active"] is False


@pytest.mark.requirement("A9", "N4")
def test_a_department_is_refused_and_another_institution_finds_nothing(portal, sample):
    department = sample.access_token(username_of("10001", "archive"))
    own = ask(portal, "GET", "/v1/departments", department).json()["departments"]
    assert [one["department_id"] for one in own] == ["archive"]
    lead, other = sample.access_token(username_of("10001")), sample.access_token(username_of("10002"))
    account = ask(portal, "GET", "/v1/accounts", lead).json()["accounts"][0]["account_id"]
    assert ask(portal, "DELETE", f"/v1/accounts/{account}/sessions", other).status_code == 404
    assert ask(portal, "GET", "/v1/explanations", department).status_code == 200


@pytest.mark.requirement("A8")
def test_a_standing_explanation_is_registered_once_and_read_by_both_tiers(portal, sample):
    lead, department = sample.access_token(username_of("10002")), sample.access_token(username_of("10002", "archive"))
    body = {"text": "1998 年以前的证书未编号。", "last_award_year": 1997, "valid_from": "2026-01-01", "version": 0}
    put = ask(portal, "PUT", "/v1/explanations/no-numbers", lead, body)
    assert put.status_code == 200, put.text
    assert ask(portal, "PUT", "/v1/explanations/no-numbers", lead, body).json() == put.json()
    assert put.json() in ask(portal, "GET", "/v1/explanations", department).json()["explanations"]


@pytest.mark.requirement("A8", "N6")
def test_an_applicant_sees_the_standing_explanation_of_the_institution_that_is_claimed(portal, sample):
    lead = sample.access_token(username_of("10002"))
    body = {"text": "学位信息以学位档案为准。", "valid_from": "2026-01-01", "version": 0}
    assert ask(portal, "PUT", "/v1/explanations/archive-first", lead, body).status_code == 200
    which = next(index for index, row in enumerate(awards()) if row["XWSYDWM"] == "10002")
    status = portal.apply(mismatching(which)).at_stage("material_review")
    assert "学位信息以学位档案为准。" in [one["zh"] for one in status["explanations"]]


@pytest.mark.requirement("A3")
def test_a_task_goes_to_the_department_whose_scope_covers_it(portal, sample):
    which = next(
        index
        for index, row in enumerate(awards())
        if row["XWSYDWM"] == "10002" and row["XWLBM"].startswith("4") and row["XXXSM"] == "1"
    )
    applied: Applied = portal.apply(mismatching(which)).with_scan()
    applied.at_stage("material_review")
    assert portal.act("confirm_material", applied.case_number)["status"] == "SUCCEEDED"

    def routed() -> dict[str, Any] | None:
        return next((one["data"] for one in portal.log(applied.case_number) if one["type"] == "task_routed"), None)

    found = until(routed, "the task is routed")
    assert (found["department_id"], found["routing"]) == ("archive", "routed_by_narrowest_scope")
    assert found["institution_code"] == INSTITUTIONS[1].code


@pytest.mark.requirement("A13", "N1", "N4")
def test_a_registration_is_done_once_and_tells_nothing_of_its_user(portal):
    username = username_of("10003")
    form = {
        "institution": {"code": "10003", "name": "清华大学", "sealed": True, "vice_president_signed": True},
        "department": {"name": "研究生院", "sealed": True, "head_signed": True},
        "account_user": FORM_USER,
        "verifying_departments": [],
    }
    given = {"action": "register_institution", "username": username, "form": upload(portal, "e2e-10003", form)}
    given |= {"reviewer": FIRST_PERSON}
    first, second = act(portal, **given), act(portal, **given)
    assert (first["status"], second["output"]) == ("SUCCEEDED", first["output"]), (first, second)
    refused = act(portal, **{**given, "username": "u10003-other"})
    assert (refused["status"], refused["error"]) == ("FAILED", "institution_registered")
    approval = {"action": "approve_account_user", "username": username, "proposal": first["output"]["proposal"]}
    alone = act(portal, **approval, reviewer=FIRST_PERSON)
    assert alone["error"] == "second_person_required"
    approved = act(portal, **approval)
    assert approved["status"] == "SUCCEEDED", approved
    slip = json.loads(portal.stored(f"passwords/{username}.json"))
    everything = json.dumps([first, refused, alone, approved], ensure_ascii=False)
    assert told_of([value for value in FORM_USER.values() if value], everything) == []
    assert slip["temporary_password"] not in everything
    items = portal.client("dynamodb").query(
        TableName=portal.stack["AccountsTable"],
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": "institution#10003"}},
    )["Items"]
    assert {one["sk"]["S"].partition("#")[0] for one in items} == {"INSTITUTION", "CHANGE", "ACCOUNT", "LOG"}
    assert told_of([value for value in FORM_USER.values() if value], json.dumps(items, ensure_ascii=False)) == []
    missing = act(portal, **{**given, "form": "no-such-form", "sha256": "0" * 64})
    assert missing["error"] == "invalid_input"
    assert "registration/" in missing["cause"]


@pytest.mark.requirement("A13", "N3")
def test_a_new_user_needs_the_notice_and_a_second_person_ends_sessions_and_sets_a_password_anew(portal, sample):
    username = username_of("10001", "continuing")
    before = sample.access_token(username)
    form = upload(portal, "e2e-user", {"account_user": FORM_USER})
    of_account = {"institution_code": "10001", "username": username}
    given = {"action": "propose_account_user", "reviewer": FIRST_PERSON, **of_account, "form": form}
    refused = act(portal, **given)
    assert refused["error"] == "invalid_input"
    assert "notice_reference" in refused["cause"]
    assert ask(portal, "GET", "/v1/explanations", before).status_code == 200
    proposed = act(portal, **given, notice_reference="函〔2026〕1号")
    assert proposed["status"] == "SUCCEEDED", proposed
    approval = {"action": "approve_account_user", **of_account, "proposal": proposed["output"]["proposal"]}
    alone = act(portal, **approval, reviewer=FIRST_PERSON)
    assert alone["error"] == "second_person_required"
    assert ask(portal, "GET", "/v1/explanations", before).status_code == 200
    done = act(portal, **approval, reviewer=SECOND_PERSON)
    assert done["status"] == "SUCCEEDED", done
    assert ask(portal, "GET", "/v1/explanations", before).status_code == 401
    account = sample.provide()[username]
    former = {"username": username, "password": PASSWORD, "one_time_code": code_at(account.secret, account.last_step)}
    assert portal.post("/v1/sessions", former).status_code == 401
    sample.renew(username)
    assert ask(portal, "GET", "/v1/explanations", sample.access_token(username)).status_code == 200


@pytest.mark.requirement("A14")
def test_a_letter_of_explanation_is_approved_once_and_withdrawn(portal, sample):
    letter = f"letter-{uuid.uuid4().hex[:8]}"
    given = {"action": "approve_exemption", "institution_code": "10002", "exemption": letter, "reason": "无网络"}
    approved = act(portal, **given, valid_from="2026-01-01", valid_until="2026-12-31")
    assert approved["output"] == act(portal, **given, valid_from="2026-01-01", valid_until="2026-12-31")["output"]
    other = act(portal, **given, valid_from="2026-01-01", valid_until="2027-12-31")
    assert other["error"] == "exemption_known"
    withdrawn = {"institution_code": "10002", "exemption": letter, "reason": "已联网"}
    assert act(portal, action="withdraw_exemption", **withdrawn)["status"] == "SUCCEEDED"
