"""Staff register institutions and departments, hand out their accounts, and approve exemptions (articles 13, 14)."""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from degree_auth.adapters.institutions.registered import StoredRegistrations
from degree_auth.domain.accounts.passwords import TEMPORARY_PASSWORD_TIME
from degree_auth.domain.accounts.staff import Role, StaffStatus
from degree_auth.domain.accounts.user_proposal import PROPOSAL_TIME
from degree_auth.domain.applications.institution_list import InstitutionName, Institutions
from degree_auth.domain.institutions.client_assertion import ASSERTION_TYPE
from degree_auth.domain.institutions.institution import InstitutionEventType
from degree_auth.domain.shared.chain import entry_hash
from degree_auth.domain.shared.errors import Conflict, Invalid, Malformed, NotFound, NotSignedIn, Unavailable
from degree_auth.services.institutions.ports import Change
from degree_auth.services.shared.ports import Stale
from tests.doubles.institutions import USER, RegistrationOffice, department_form, lead_form
from tests.samples.machine_keys import AUDIENCE, assertion, ec_key, public

pytestmark = pytest.mark.requirement("A13")


@pytest.fixture
def office() -> RegistrationOffice:
    return RegistrationOffice()


@pytest.fixture
def registered(office: RegistrationOffice) -> RegistrationOffice:
    office.register()
    office.add_department()
    return office


def problems(refused: pytest.ExceptionInfo[Invalid]) -> set[tuple[str, str]]:
    return {(one.field, one.code) for one in refused.value.problems}


@pytest.mark.requirement("A8", "A9")
def test_an_institution_is_registered_with_its_lead_departments_account(office: RegistrationOffice) -> None:
    done = office.register()
    assert done.facts == {
        "institution_code": "10001",
        "username": "u10001-lead",
        "location": "s3://documents/passwords/u10001-lead.json",
    }
    # The file goes when the password is void.
    assert f"{TEMPORARY_PASSWORD_TIME.days} 天后删除" in done.words.zh
    assert f"for {TEMPORARY_PASSWORD_TIME.days} days" in done.words.en
    principal = office.principal()
    assert (principal.institution_code, principal.department_id, principal.tier) == ("10001", None, 1)
    office.enrol("u10001-lead", office.password("u10001-lead"))
    assert office.set_password("u10001-lead", office.password("u10001-lead")).principal == principal
    institution = office.institution_store.institution("10001")
    assert (institution.name, institution.lead_department) == ("北京大学", "研究生院")


@pytest.mark.requirement("A9")
def test_a_department_is_registered_with_its_scope_and_account(registered: RegistrationOffice) -> None:
    department = registered.institution_store.department("10001", "archive")
    assert (department.name, department.active) == ("档案馆", True)
    assert department.scope.as_dict() == department_form()["scope"]
    principal = registered.principal("u10001-archive")
    assert (principal.institution_code, principal.department_id, principal.tier) == ("10001", "archive", 2)


@pytest.mark.requirement("A13", "N3")
def test_nobody_alone_opens_an_account(office: RegistrationOffice) -> None:
    for told in (office.propose_lead(), office.propose_department()):
        username, number = told.facts["username"], told.facts["proposal"]
        place = f"contacts/{username}-{number}.json"
        assert told.facts["location"] == f"s3://documents/{place}"
        assert json.loads(office.documents.objects[place])["form"]["account_user"] == USER
        assert f"passwords/{username}.json" not in office.documents.objects
        with pytest.raises(NotSignedIn):
            office.enrol(username, "some password")
        with pytest.raises(Conflict, match="second_person_required"):
            office.act("approve_account_user", "staff:alone", username=username, proposal=number)
        assert f"passwords/{username}.json" not in office.documents.objects
        office.approve(told)
        office.enrol(username, office.password(username))
        office.set_password(username, office.password(username))


@pytest.mark.requirement("N1")
def test_repeating_a_registration_under_any_name_opens_no_account_and_answers_alike(office: RegistrationOffice) -> None:
    first = office.propose_lead()
    department = office.propose_department()
    assert office.propose_lead() == office.propose_lead("staff:another") == first
    assert office.propose_department(command="staff:another") == department
    assert len(office.store.accounts) == 2
    log = office.institution_store.institution_log("10001")
    assert [one.type for one in log] == ["institution_registered", "department_registered"]


@pytest.mark.requirement("A13", "N1")
def test_a_first_user_whose_proposal_lapsed_or_was_withdrawn_is_proposed_again(office: RegistrationOffice) -> None:
    lapsed = office.propose_lead()
    office.now += PROPOSAL_TIME
    with pytest.raises(Conflict, match="account_user_proposal_differs"):
        office.approve(lapsed)
    again = office.propose_lead("staff:again")
    assert again.facts["proposal"] > lapsed.facts["proposal"]
    given = {"username": "u10001-lead", "proposal": again.facts["proposal"], "reason": "登记表有误"}
    withdrawn = office.act("withdraw_account_user", "staff:withdraw", **given)
    assert office.act("withdraw_account_user", "staff:withdraw", reviewer="wang.fang", **given) == withdrawn
    with pytest.raises(Conflict, match="account_user_proposal_differs"):
        office.approve(again)
    office.approve(office.propose_lead("staff:last"))
    office.enrol("u10001-lead", office.password("u10001-lead"))
    with pytest.raises(Conflict, match="account_user_proposal_differs"):
        office.act("withdraw_account_user", "staff:late", **given)


@pytest.mark.requirement("A13")
@pytest.mark.parametrize("left", ["closed", "no registrar any more"])
def test_what_a_registrar_proposed_who_is_none_any_more_has_to_be_proposed_anew(
    office: RegistrationOffice, left: str
) -> None:
    told = office.propose_lead()
    present = office.staff.accounts["li.ming"]
    status = StaffStatus.CLOSED if left == "closed" else StaffStatus.OPEN
    office.staff.accounts["li.ming"] = replace(present, status=status, roles=(Role.AUDITOR,))
    with pytest.raises(Conflict, match="account_user_proposer_closed"):
        office.approve(told)
    assert "passwords/u10001-lead.json" not in office.documents.objects
    again = office.propose_lead("staff:again", reviewer="wang.fang")
    office.staff.accounts["li.ming"] = present
    told = {name: again.facts[name] for name in ("username", "proposal")}
    office.act("approve_account_user", "staff:approve", **told)
    office.enrol("u10001-lead", office.password("u10001-lead"))


@pytest.mark.requirement("N1", "N4")
def test_a_registration_hands_out_no_password(registered: RegistrationOffice) -> None:
    del registered.documents.objects["passwords/u10001-lead.json"]
    assert registered.propose_lead().facts["location"] is None
    assert "passwords/u10001-lead.json" not in registered.documents.objects


@pytest.mark.requirement("N1")
def test_another_registration_of_the_same_institution_or_department_is_refused(registered: RegistrationOffice) -> None:
    registered.upload("other", lead_form(name="另一大学"))
    with pytest.raises(Conflict, match="institution_registered"):
        registered.act("register_institution", username="u10001-lead", form="other")
    with pytest.raises(Conflict, match="institution_registered"):
        registered.act("register_institution", username="u10001-second", form="lead")
    with pytest.raises(Conflict, match="department_registered"):
        registered.propose_department(levels="B")
    assert len(registered.store.accounts) == 2


@pytest.mark.requirement("N1")
def test_a_username_in_use_leaves_nothing_behind(office: RegistrationOffice) -> None:
    office.register()
    office.upload("other", lead_form("10002", "中国人民大学"))
    with pytest.raises(Conflict, match="username_taken"):
        office.act("register_institution", institution_code="10002", username="u10001-lead", form="other")
    with pytest.raises(NotFound):
        office.institution_store.institution("10002")
    office.upload("archive", department_form())
    with pytest.raises(Conflict, match="username_taken"):
        office.act("register_department", department_id="archive", username="u10001-lead", form="archive")
    assert office.institution_store.departments("10001") == []


@pytest.mark.requirement("N1")
def test_a_change_meanwhile_is_met_by_deciding_anew(office: RegistrationOffice) -> None:
    office.register()
    meant_for_later = [lambda: office.propose_department("other", "staff:other")]

    def meanwhile() -> None:
        if meant_for_later:
            meant_for_later.pop()()

    office.institution_store.before_commit = meanwhile
    office.add_department()
    assert [one.department_id for one in office.institution_store.departments("10001")] == ["archive", "other"]
    assert [one.seq for one in office.institution_store.institution_log("10001")] == [1, 2, 3]


@pytest.mark.requirement("N1")
def test_the_same_registration_twice_at_once_is_one(office: RegistrationOffice) -> None:
    raced = []

    def meanwhile() -> None:
        if not raced:
            raced.append(True)
            office.propose_lead("staff:twin")
            raise Stale

    office.institution_store.before_commit = meanwhile
    office.propose_lead()
    assert len(office.store.accounts) == 1


@pytest.mark.requirement("A9")
def test_a_department_that_its_lead_department_made_is_completed_by_its_form(office: RegistrationOffice) -> None:
    office.register()
    lead = office.principal()
    scope = {"levels": ["D"], "award_years": ["E"]}
    body = {"name": "博士部", "scope": scope, "active": True, "version": 0}
    office.own.put_department(lead, "archive", body, office.now)
    office.add_department()
    (department,) = office.institution_store.departments("10001")
    assert (department.name, department.version) == ("档案馆", 2)
    assert department.form


@pytest.mark.requirement("N5")
def test_a_form_must_be_there_be_complete_and_be_this_institutions(office: RegistrationOffice) -> None:
    with pytest.raises(Invalid) as absent:
        office.act("register_institution", username="u10001-lead", form="absent")
    assert problems(absent) == {("form", "form_not_found")}
    office.upload("foreign", lead_form("10002"))
    with pytest.raises(Invalid) as foreign:
        office.act("register_institution", username="u10001-lead", form="foreign")
    assert problems(foreign) == {("institution.code", "institution_code_differs")}
    office.upload("faulty", lead_form(email="nobody", mobile="1"))
    with pytest.raises(Invalid) as faulty:
        office.act("register_institution", username="u10001-lead", form="faulty")
    assert problems(faulty) == {("account_user.email", "email_format"), ("account_user.mobile", "mobile_format")}
    office.documents.objects["registration/broken.json"] = b"{"
    with pytest.raises(Malformed, match="malformed_json"):
        office.act("register_institution", username="u10001-lead", form="broken")
    office.upload("lead", lead_form())
    seen = office.documents.sha256("registration/lead.json")
    office.upload("lead", lead_form(name="另一大学"))
    with pytest.raises(Invalid) as another:
        office.act("register_institution", username="u10001-lead", form="lead", sha256=seen)
    assert problems(another) == {("sha256", "staff_file_differs")}
    assert office.store.accounts == {}


@pytest.mark.requirement("N5")
def test_nothing_is_done_for_an_institution_that_is_not_registered(office: RegistrationOffice) -> None:
    office.upload("archive", department_form())
    for action, more in (
        ("register_department", {"department_id": "archive", "username": "u10001-archive", "form": "archive"}),
        ("propose_account_user", {"username": "nobody", "form": "archive", "notice_reference": "函1"}),
        ("end_account_sessions", {"username": "nobody", "reason": "遗失"}),
        ("unlock_account", {"username": "nobody", "reason": "来电"}),
        ("revoke_machine_client", {"machine_id": "nobody", "reason": "来电"}),
        ("show_contacts", {"reason": "催办"}),
        (
            "approve_exemption",
            {"exemption": "letter-7", "valid_from": "2026-01-01", "valid_until": "2026-12-31", "reason": "无网络"},
        ),
        ("withdraw_exemption", {"exemption": "letter-7", "reason": "已联网"}),
    ):
        with pytest.raises(NotFound):
            office.act(action, **more)
    assert office.store.accounts == {}


@pytest.mark.requirement("N5")
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"username": "X", "form": "../lead"}, {("username", "username_format"), ("form", "file_name_format")}),
        ({"form": "13800000000"}, {("form", "file_name_format")}),
        ({"form": "passwords/u10001-lead"}, {("form", "file_name_format")}),
        (
            {"institution_code": "1", "reviewer": "李明"},
            {
                ("institution_code", "institution_code_format"),
                ("reviewer", "reviewer_format"),
            },
        ),
        ({"account_user": USER}, {("account_user", "unknown_field")}),
        ({"form": None}, {("form", "required")}),
        ({"form": 7}, {("form", "not_text")}),
        ({"action": "register"}, {("action", "unknown_choice")}),
    ],
)
def test_all_that_is_wrong_with_an_input_is_told_at_once(
    office: RegistrationOffice, change: dict[str, Any], expected: set[tuple[str, str]]
) -> None:
    body = {
        "action": "register_institution",
        "reviewer": "li.ming",
        "institution_code": "10001",
        "username": "u10001-lead",
        "form": "lead",
        "sha256": "a" * 64,
    }
    with pytest.raises(Invalid) as refused:
        office.registration.carry_out(body | change, "staff:execution-1", office.now)
    assert problems(refused) == expected


@pytest.mark.requirement("N4", "N5")
@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"reason": "电话 138 0000 0000"}, {("reason", "personal_data_in_text")}),
        ({"reason": " "}, {("reason", "required")}),
        ({"reason": "长" * 501}, {("reason", "too_long")}),
        ({"valid_until": "2025-12-31"}, {("valid_until", "period_ends_before_it_begins")}),
        ({"valid_from": "2026-02-30"}, {("valid_from", "date_format")}),
        ({"exemption": "函〔2026〕1号"}, {("exemption", "exemption_format")}),
    ],
)
def test_a_letter_needs_a_reference_a_period_and_a_reason(
    registered: RegistrationOffice, more: dict[str, str], expected: set[tuple[str, str]]
) -> None:
    letter = {"exemption": "letter-7", "valid_from": "2026-01-01", "valid_until": "2026-12-31", "reason": "无网络"}
    with pytest.raises(Invalid) as refused:
        registered.act("approve_exemption", **(letter | more))
    assert problems(refused) == expected


@pytest.mark.requirement("A3", "A13")
def test_an_institution_goes_by_the_name_that_it_is_registered_under(registered: RegistrationOffice) -> None:
    found = StoredRegistrations(registered.institution_store, registered.store)
    assert found.registered_name("10001") == registered.institution_store.institution("10001").name
    assert found.registered_name("10002") is None


@pytest.mark.requirement("A14")
def test_a_written_form_is_allowed_on_the_days_of_an_approved_letter_until_it_is_withdrawn(
    registered: RegistrationOffice,
) -> None:
    found = StoredRegistrations(registered.institution_store, registered.store)
    letter = {"exemption": "letter-7", "valid_from": "2026-11-01", "valid_until": "2026-12-31", "reason": "无网络"}
    registered.act("approve_exemption", **letter)
    registered.act("approve_exemption", "staff:again", **letter)
    days = [date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 22), date(2026, 11, 23), date(2026, 12, 31)]
    assert [found.is_exempt("10001", "letter-7", day) for day in days] == [False, True, True, True, True]
    assert not found.is_exempt("10001", "letter-7", date(2027, 1, 1))
    assert not found.is_exempt("10001", "letter-8", days[1])
    assert not found.is_exempt("10002", "letter-7", days[1])
    registered.act("withdraw_exemption", exemption="letter-7", reason="已联网")
    registered.now += timedelta(days=5)
    registered.act("withdraw_exemption", "staff:again", exemption="letter-7", reason="已联网")
    assert [found.is_exempt("10001", "letter-7", day) for day in days] == [False, True, True, False, False]
    with pytest.raises(Conflict, match="exemption_known"):
        registered.act("approve_exemption", **letter)
    assert registered.institution_store.exemption("10001", "letter-7").approved_by == "li.ming"


@pytest.mark.requirement("N3")
def test_a_change_of_user_ends_sessions_forces_a_new_password_and_keeps_the_notice(
    registered: RegistrationOffice,
) -> None:
    office = registered
    office.enrol("u10001-lead", office.password("u10001-lead"))
    signed_in = office.set_password("u10001-lead", office.password("u10001-lead"))
    office.upload("new-user", {"account_user": USER | {"name": "另一·样例"}})
    office.documents.objects.pop("passwords/u10001-lead.json")
    given = {"username": "u10001-lead", "form": "new-user", "notice_reference": "函〔2026〕1号"}
    proposed = office.act("propose_account_user", "staff:propose", **given)
    place = f"contacts/u10001-lead-{proposed.facts['proposal']}.json"
    assert proposed.facts["location"] == f"s3://documents/{place}"
    assert json.loads(office.documents.objects[place])["account_user"]["name"] == "另一·样例"
    assert [value for value in USER.values() if value and value in repr(proposed)] == []
    approval = {"username": "u10001-lead", "proposal": proposed.facts["proposal"]}
    with pytest.raises(Conflict, match="second_person_required"):
        office.act("approve_account_user", "staff:alone", **approval)
    assert "passwords/u10001-lead.json" not in office.documents.objects
    assert office.propose_lead().facts["location"] is None
    office.sessions.authenticate(signed_in.access_token, office.now)
    # Whoever writes another form meanwhile changes nothing of what is proposed, nor of what the second person reads.
    office.upload("new-user", {"account_user": USER | {"name": "不同·样例"}})
    with pytest.raises(Conflict, match="account_user_proposal_differs"):
        office.act("propose_account_user", "staff:propose", **given)
    assert json.loads(office.documents.objects[place])["account_user"]["name"] == "另一·样例"
    done = office.act("approve_account_user", "staff:change", reviewer="wang.fang", **approval)
    password = office.password("u10001-lead")
    del office.documents.objects["passwords/u10001-lead.json"]
    assert office.act("approve_account_user", "staff:change", reviewer="wang.fang", **approval) == done
    assert office.password("u10001-lead") == password
    with pytest.raises(NotSignedIn):
        office.sessions.authenticate(signed_in.access_token, office.now)
    account = office.store.accounts[office.store.logins["u10001-lead"]]
    assert office.provisioning.user_of(office.keyring, account)["name"] == "另一·样例"
    log = office.store.log("10001", account.account_id)
    assert [(one.type, one.actor) for one in log[-2:]] == [
        ("account_user_proposed", "staff:li.ming"),
        ("account_user_changed", "staff:wang.fang"),
    ]
    assert log[-1].data == {
        "notice_reference": "函〔2026〕1号",
        "proposal": log[-2].seq,
        "proposed_by": "staff:li.ming",
    }
    office.enrol("u10001-lead", password)


def test_staff_end_an_accounts_sessions_at_once(registered: RegistrationOffice) -> None:
    office = registered
    office.enrol("u10001-archive", office.password("u10001-archive"))
    signed_in = office.set_password("u10001-archive", office.password("u10001-archive"))
    for command in ("staff:one", "staff:two"):
        office.act("end_account_sessions", command, username="u10001-archive", reason="手机遗失")
    with pytest.raises(NotSignedIn):
        office.sessions.authenticate(signed_in.access_token, office.now)


@pytest.mark.requirement("A9", "A13", "N3")
def test_staff_are_told_of_a_system_made_in_a_borrowed_session_and_revoke_it(registered: RegistrationOffice) -> None:
    office = registered
    wanted = {
        "name": "系统",
        "scopes": ["read"],
        "keys": [public(ec_key())],
        "version": 0,
        "one_time_code": "492039",
    }
    office.machine_clients.put(office.principal(), "left-behind", wanted, lambda _: None, office.now)
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": assertion("10001.left-behind", office.now),
    }
    token = office.machine_tokens.issue(form, AUDIENCE, office.now).access_token
    ended = office.act("end_account_sessions", username="u10001-lead", reason="手机遗失")
    changed = office.hand_over("u10001-lead")
    of_department = office.act("end_account_sessions", username="u10001-archive", reason="手机遗失")
    assert ended.facts["open_machine_clients"] == changed.facts["open_machine_clients"] == ["left-behind"]
    assert "open_machine_clients" not in of_department.facts
    done = [
        office.act("revoke_machine_client", command, machine_id="left-behind", reason="非本单位所建")
        for command in ("staff:one", "staff:two")
    ]
    assert done[0] == done[1]
    with pytest.raises(NotSignedIn):
        office.machine_tokens.authenticate(token, office.now)
    revoked = [
        one
        for one in office.institution_store.institution_log("10001")
        if one.type is InstitutionEventType.MACHINE_CLIENT_REVOKED
    ]
    assert [(one.actor, one.data["reason"]) for one in revoked] == [("staff:li.ming", "非本单位所建")]
    after = office.act("end_account_sessions", username="u10001-lead", reason="手机遗失")
    assert "open_machine_clients" not in after.facts


@pytest.mark.requirement("A13", "N3")
def test_staff_unlock_an_account_on_record(registered: RegistrationOffice) -> None:
    office = registered
    done = office.act("unlock_account", "staff:one", username="u10001-archive", reason="来电")
    assert done.facts == {"institution_code": "10001", "username": "u10001-archive"}
    login = office.store.login("u10001-archive")
    assert login is not None
    assert office.store.account(*login).unlocked_at == office.now
    entry = office.store.log(*login)[-1]
    assert (entry.type, entry.actor, entry.data) == ("account_unlocked", "staff:li.ming", {"reason": "来电"})
    with pytest.raises(Invalid):
        office.act("unlock_account", "staff:two", username="u10001-archive")


@pytest.mark.requirement("N4")
def test_staff_are_shown_the_contacts_of_an_institution_as_last_registered(registered: RegistrationOffice) -> None:
    office = registered
    office.upload("lead", lead_form("10002", "中国人民大学", mobile="13900000000"))
    office.approve(office.act("register_institution", institution_code="10002", username="u10002-lead", form="lead"))
    office.hand_over("u10001-lead")
    with pytest.raises(Invalid):
        office.act("show_contacts")
    assert office.documents.objects.keys() & {"contacts/10001.json"} == set()
    done = office.act("show_contacts", reason="逾期催办")
    last = office.institution_store.institution_log("10001")[-1]
    assert (last.type, last.actor, last.data) == ("contacts_shown", "staff:li.ming", {"reason": "逾期催办"})
    place = "contacts/10001.json"
    assert done.facts == {"institution_code": "10001", "location": f"s3://documents/{place}"}
    assert json.loads(office.documents.objects[place]) == {
        "institution_name": "北京大学",
        "contacts": [
            {
                "username": "u10001-lead",
                "department": "研究生院",
                "account_user": USER | {"name": "另一·样例"},
            },
            {"username": "u10001-archive", "department": "档案馆", "account_user": USER},
        ],
    }
    assert [value for value in USER.values() if value and value in repr(done)] == []


@pytest.mark.requirement("N3", "N4")
def test_contacts_that_are_not_on_record_are_not_shown(
    registered: RegistrationOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(change: Change) -> None:
        raise Stale

    monkeypatch.setattr(registered.institution_store, "commit", refused)
    with pytest.raises(Unavailable):
        registered.act("show_contacts", reason="逾期催办")
    assert registered.documents.objects.keys() & {"contacts/10001.json"} == set()


@pytest.mark.requirement("N5")
@pytest.mark.parametrize(
    ("reference", "code"), [("", "required"), ("  ", "required"), ("x" * 101, "too_long"), (None, "required")]
)
def test_a_change_of_user_needs_the_written_notices_reference(
    registered: RegistrationOffice, reference: str | None, code: str
) -> None:
    before = dict(registered.store.accounts)
    registered.upload("new-user", {"account_user": USER})
    with pytest.raises(Invalid) as refused:
        registered.act("propose_account_user", username="u10001-lead", form="new-user", notice_reference=reference)
    assert problems(refused) == {("notice_reference", code)}
    assert registered.store.accounts == before


@pytest.mark.requirement("N5")
def test_an_account_is_changed_at_its_own_institution_only(registered: RegistrationOffice) -> None:
    registered.upload("other", lead_form("10002", "中国人民大学"))
    registered.act("register_institution", institution_code="10002", username="u10002-lead", form="other")
    with pytest.raises(NotFound):
        registered.act("end_account_sessions", username="u10002-lead", reason="遗失")


@pytest.mark.requirement("A3")
def test_an_institution_that_was_merged_is_registered_as_its_successor() -> None:
    merged = Institutions(
        [
            InstitutionName("10001", "甲大学", None, date(2026, 11, 24), "10002"),
            InstitutionName("10002", "乙大学"),
        ]
    )
    office = RegistrationOffice(merged)
    office.register()
    office.now += timedelta(days=1)
    office.upload("archive", department_form())
    office.add_department()
    after = RegistrationOffice(merged)
    after.now += timedelta(days=1)
    with pytest.raises(Conflict, match="institution_succeeded"):
        after.propose_lead()


@pytest.mark.requirement("N4")
def test_nothing_personal_stands_in_answers_logs_or_plain_storage(registered: RegistrationOffice) -> None:
    answers = [registered.propose_lead(), registered.propose_department()]
    kept = [
        registered.institution_store.institutions,
        registered.institution_store.parts,
        registered.institution_store.logs,
    ]
    stored = repr([answers, kept, registered.store.accounts, registered.store.logs])
    assert [value for value in USER.values() if value and value in stored] == []
    assert registered.password("u10001-lead") not in repr([answers, kept])
    institution = registered.institution_store.institution("10001")
    opened = registered.keyring.open(b64decode(institution.form), "10001")
    assert json.loads(opened) == lead_form()


@pytest.mark.requirement("N3")
def test_every_change_of_an_institution_is_on_record_and_chained(registered: RegistrationOffice) -> None:
    letter = {"exemption": "letter-7", "valid_from": "2026-11-01", "valid_until": "2026-12-31", "reason": "无网络"}
    registered.act("approve_exemption", **letter)
    registered.act("withdraw_exemption", exemption="letter-7", reason="已联网")
    log = registered.institution_store.institution_log("10001")
    assert [(one.seq, one.type.value, one.actor) for one in log] == [
        (1, "institution_registered", "staff:li.ming"),
        (2, "department_registered", "staff:li.ming"),
        (3, "exemption_approved", "staff:li.ming"),
        (4, "exemption_withdrawn", "staff:li.ming"),
    ]
    assert [one.data.get("reason") for one in log[2:]] == ["无网络", "已联网"]
    previous = ""
    for entry in log:
        assert entry.previous_hash == previous
        assert entry.hash == entry_hash(previous, entry.as_dict())
        assert replace(entry, actor="staff:other").as_dict() != entry.as_dict()
        previous = entry.hash
    assert registered.institution_store.institution("10001").log_hash == previous
