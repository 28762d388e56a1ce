"""A lead department looks after its own departments, accounts and standing explanations (articles 8, 9)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from degree_auth.adapters.institutions.registered import StoredRegistrations
from degree_auth.adapters.shared.csv_text import csv_text
from degree_auth.domain.applications.claim import Degree, Level, StudyForm
from degree_auth.domain.institutions.coverage_view import coverage_table
from degree_auth.domain.institutions.registration_forms import MOST_VERIFYING_DEPARTMENTS
from degree_auth.domain.shared.errors import Conflict, Forbidden, Invalid, Malformed, NotFound, NotSignedIn
from degree_auth.domain.shared.words import Language
from tests.doubles.institutions import RegistrationOffice, lead_form

pytestmark = pytest.mark.requirement("A9")

TODAY = date(2026, 11, 23)
DEPARTMENT: dict[str, Any] = {
    "name": "档案馆",
    "scope": {"levels": ["B"], "award_years": ["F"], "study_forms": ["J"]},
    "active": True,
    "version": 0,
}
EXPLANATION: dict[str, Any] = {
    "text": "1998 年以前的证书未编号。",
    "levels": ["bachelor"],
    "study_forms": ["regular"],
    "last_award_year": 1997,
    "valid_from": "2026-11-01",
    "valid_until": "2026-12-31",
    "version": 0,
}
DEGREE = Degree(
    "10001", "北京大学", Level.BACHELOR, "工学学士", "园林", StudyForm.REGULAR, date(1997, 6, 30), "证书 1 号"
)


@pytest.fixture
def office() -> RegistrationOffice:
    office = RegistrationOffice()
    office.register()
    office.add_department(levels="B", years="E", studies="I")
    return office


def problems(refused: pytest.ExceptionInfo[Invalid]) -> set[tuple[str, str]]:
    return {(one.field, one.code) for one in refused.value.problems}


def test_a_lead_department_makes_changes_and_rests_a_department(office: RegistrationOffice) -> None:
    lead = office.principal()
    made = office.own.put_department(lead, "history", DEPARTMENT, office.now)
    assert (made.version, made.active, bool(made.form)) == (1, True, False)
    renamed = office.own.put_department(lead, "history", DEPARTMENT | {"name": "校史馆", "version": 1}, office.now)
    assert (renamed.name, renamed.version) == ("校史馆", 2)
    resting = DEPARTMENT | {"name": "校史馆", "active": False, "version": 2}
    office.own.put_department(lead, "history", resting, office.now)
    assert [(one.department_id, one.active) for one in office.own.departments(lead)] == [
        ("archive", True),
        ("history", False),
    ]
    entry = office.institution_store.institution_log("10001")[-1]
    assert (entry.actor, entry.data["before"]["active"], entry.data["after"]["active"]) == (
        f"account:{lead.account_id}",
        True,
        False,
    )


@pytest.mark.requirement("N1")
def test_a_repeat_changes_nothing_and_a_change_that_was_not_seen_is_not_overwritten(office: RegistrationOffice) -> None:
    lead = office.principal()
    made = office.own.put_department(lead, "history", DEPARTMENT, office.now)
    assert office.own.put_department(lead, "history", DEPARTMENT, office.now) == made
    for version in (0, 2):
        with pytest.raises(Conflict, match="version_changed"):
            office.own.put_department(lead, "history", DEPARTMENT | {"name": "乙", "version": version}, office.now)
    with pytest.raises(Conflict, match="version_changed"):
        office.own.put_department(lead, "new", DEPARTMENT | {"version": 1}, office.now)
    assert office.institution_store.department("10001", "history") == made
    assert len(office.institution_store.institution_log("10001")) == 3


@pytest.mark.requirement("N1")
def test_of_two_changes_at_once_one_is_told_to_look_again(office: RegistrationOffice) -> None:
    lead = office.principal()
    office.own.put_department(lead, "history", DEPARTMENT, office.now)
    others = [lambda: office.own.put_department(lead, "history", DEPARTMENT | {"name": "甲", "version": 1}, office.now)]
    office.institution_store.before_commit = lambda: others.pop()() if others else None  # type: ignore[func-returns-value]
    with pytest.raises(Conflict, match="version_changed"):
        office.own.put_department(lead, "history", DEPARTMENT | {"name": "乙", "version": 1}, office.now)
    assert office.institution_store.department("10001", "history").name == "甲"


@pytest.mark.requirement("N5")
def test_all_that_is_wrong_with_a_department_is_told_at_once(office: RegistrationOffice) -> None:
    lead = office.principal()
    with pytest.raises(Invalid) as refused:
        office.own.put_department(
            lead, "history", {"scope": {"levels": ["B"], "award_years": ["H"]}, "active": 1, "more": 2}, office.now
        )
    assert problems(refused) == {
        ("name", "required"),
        ("scope.other_years", "other_years_missing"),
        ("scope.study_forms", "study_forms_missing"),
        ("active", "not_true_or_false"),
        ("version", "required"),
        ("more", "unknown_field"),
    }
    with pytest.raises(Invalid) as misnamed:
        office.own.put_department(lead, "History", DEPARTMENT, office.now)
    assert problems(misnamed) == {("department_id", "department_id_format")}
    with pytest.raises(Malformed):
        office.own.put_department(lead, "history", [], office.now)
    with pytest.raises(Invalid) as personal:
        office.own.put_department(lead, "history", DEPARTMENT | {"name": "张 13800000000"}, office.now)
    assert problems(personal) == {("name", "personal_data_in_text")}


@pytest.mark.requirement("N5")
def test_an_institution_has_as_many_departments_as_its_form_may_name(office: RegistrationOffice) -> None:
    lead = office.principal()
    for number in range(MOST_VERIFYING_DEPARTMENTS - 1):
        office.own.put_department(lead, f"d{number}", DEPARTMENT, office.now)
    with pytest.raises(Invalid) as refused:
        office.own.put_department(lead, "one-more", DEPARTMENT, office.now)
    assert problems(refused) == {("department_id", "too_many_departments")}


@pytest.mark.requirement("A3")
def test_tasks_are_routed_by_the_scopes_of_departments_that_are_active(office: RegistrationOffice) -> None:
    found = StoredRegistrations(office.institution_store, office.store)
    lead = office.principal()
    assert found.route("10001", DEGREE, TODAY) == ("archive", "routed_by_narrowest_scope")
    office.own.put_department(lead, "history", DEPARTMENT, office.now)
    assert found.route("10001", DEGREE, TODAY) == ("history", "routed_by_narrowest_scope")
    assert found.has_department("10001", "history")
    office.own.put_department(lead, "history", DEPARTMENT | {"active": False, "version": 1}, office.now)
    assert found.route("10001", DEGREE, TODAY) == ("archive", "routed_by_narrowest_scope")
    assert not found.has_department("10001", "history")
    assert not found.has_department("10002", "archive")
    assert found.route("10002", DEGREE, TODAY) == (None, "routed_to_lead_not_covered")


@pytest.mark.requirement("A3", "A13")
def test_what_one_registrar_registers_takes_no_task_before_a_second_has_approved_its_user(
    office: RegistrationOffice,
) -> None:
    found, lead = StoredRegistrations(office.institution_store, office.store), office.principal()

    def previous() -> str | None:
        return next(
            one.routed.department_id
            for one in office.own.coverage(lead)
            if (one.combination.level, one.combination.award_year.value) == (Level.MASTER, "previous")
        )

    master = replace(DEGREE, level=Level.MASTER, study_form=None)
    proposed = office.propose_department("graduate", "staff:graduate", name="研究生院", levels="C", studies="")
    assert found.route("10001", master, TODAY) == (None, "routed_to_lead_not_covered")
    assert (found.has_department("10001", "graduate"), previous()) == (False, None)
    assert found.route("10001", DEGREE, TODAY) == ("archive", "routed_by_narrowest_scope")
    office.approve(proposed, "staff:graduate-approve")
    assert found.route("10001", master, TODAY) == ("graduate", "routed_by_narrowest_scope")
    assert (found.has_department("10001", "graduate"), previous()) == (True, "graduate")


def test_a_lead_department_sees_what_no_department_covers_or_several_do(office: RegistrationOffice) -> None:
    lead = office.principal()
    twin = DEPARTMENT | {"scope": {"levels": ["B"], "award_years": ["G"], "study_forms": ["I"]}}
    office.own.put_department(lead, "one", twin, office.now)
    office.own.put_department(lead, "two", twin, office.now)
    seen = {
        (one.combination.level, one.combination.award_year.value): (one.departments, one.routed.department_id)
        for one in office.own.coverage(lead)
    }
    assert seen[Level.MASTER, "current"] == ((), None)
    assert seen[Level.BACHELOR, "previous"] == (("archive",), "archive")
    assert seen[Level.BACHELOR, "current"] == (("archive", "one", "two"), None)
    assert len(office.own.coverage(lead)) == 10


def test_coverage_is_a_file_for_spreadsheets_that_runs_no_formula(office: RegistrationOffice) -> None:
    lead = office.principal()
    office.own.put_department(lead, "-archive", DEPARTMENT, office.now)
    file = csv_text(coverage_table(office.own.coverage(lead)))
    assert file.startswith("\ufeff")
    lines = list(csv.reader(io.StringIO(file.removeprefix("\ufeff"))))
    assert [len(line) for line in lines] == [6] * 11
    assert lines[1][:5] == ["学士", "往届", "普通", "'-archive, archive", "'-archive"]
    assert lines[-1][3:5] == ["", "牵头部门"]
    assert not re.search("[A-Za-z]", "".join(lines[0]))
    english = coverage_table(office.own.coverage(lead), Language.ENGLISH)
    assert not re.search("[\u4e00-\u9fff]", "".join(cell for line in english for cell in line))


def test_a_lead_department_ends_the_sessions_of_its_departments_accounts_alone(office: RegistrationOffice) -> None:
    lead = office.principal()
    office.enrol("u10001-archive", office.password("u10001-archive"))
    signed_in = office.set_password("u10001-archive", office.password("u10001-archive"))
    department = signed_in.principal
    assert [(one.username, len(one.sessions)) for one in office.own.own_accounts(lead)] == [
        ("u10001-archive", 1),
        ("u10001-lead", 0),
    ]
    office.upload("other", lead_form("10002", "中国人民大学"))
    office.act("register_institution", institution_code="10002", username="u10002-lead", form="other")
    with pytest.raises(NotFound):
        office.own.end_sessions(office.principal("u10002-lead"), department.account_id, office.now)
    office.sessions.authenticate(signed_in.access_token, office.now)
    with pytest.raises(Forbidden, match="department_accounts_only"):
        office.own.end_sessions(lead, lead.account_id, office.now)
    for _ in range(2):
        office.own.end_sessions(lead, department.account_id, office.now)
    with pytest.raises(NotSignedIn):
        office.sessions.authenticate(signed_in.access_token, office.now)


def test_a_department_may_do_nothing_that_is_the_lead_departments(office: RegistrationOffice) -> None:
    department = office.principal("u10001-archive")
    own = office.own
    forbidden: tuple[Callable[[], object], ...] = (
        lambda: own.put_department(department, "archive", DEPARTMENT, office.now),
        lambda: own.own_accounts(department),
        lambda: own.end_sessions(department, department.account_id, office.now),
        lambda: own.coverage(department),
        lambda: own.put_explanation(department, "no-numbers", EXPLANATION, office.now),
    )
    before = office.institution_store.institution_log("10001")
    for ask in forbidden:
        with pytest.raises(Forbidden, match="lead_department_only"):
            ask()
    assert own.explanations(department) == []
    assert [one.department_id for one in own.departments(department)] == ["archive"]
    assert office.institution_store.institution_log("10001") == before


@pytest.mark.requirement("A8", "N1")
def test_standing_explanations_are_registered_changed_and_read_by_every_account(office: RegistrationOffice) -> None:
    lead, department = office.principal(), office.principal("u10001-archive")
    made = office.own.put_explanation(lead, "no-numbers", EXPLANATION, office.now)
    assert office.own.put_explanation(lead, "no-numbers", EXPLANATION, office.now) == made
    ended = EXPLANATION | {"valid_until": "2026-11-30", "version": 1}
    changed = office.own.put_explanation(lead, "no-numbers", ended, office.now)
    assert (made.version, changed.version, changed.valid_until) == (1, 2, date(2026, 11, 30))
    assert list(office.own.explanations(department)) == [changed]
    with pytest.raises(Conflict, match="version_changed"):
        office.own.put_explanation(lead, "no-numbers", EXPLANATION, office.now)


@pytest.mark.requirement("A8")
@pytest.mark.parametrize(
    ("degree", "day", "concerned"),
    [
        ({}, TODAY, True),
        ({}, date(2026, 11, 1), True),
        ({}, date(2026, 12, 31), True),
        ({}, date(2026, 10, 31), False),
        ({}, date(2027, 1, 1), False),
        ({"level": Level.MASTER}, TODAY, False),
        ({"study_form": StudyForm.ADULT}, TODAY, False),
        ({"award_date": date(1998, 1, 1)}, TODAY, False),
        ({"award_date": date(1981, 1, 1)}, TODAY, True),
    ],
)
def test_an_explanation_is_shown_with_the_degrees_that_it_concerns(
    office: RegistrationOffice, degree: dict[str, Any], day: date, concerned: bool
) -> None:
    made = office.own.put_explanation(office.principal(), "no-numbers", EXPLANATION, office.now)
    found = StoredRegistrations(office.institution_store, office.store)
    shown = found.explanations("10001", replace(DEGREE, **degree), day)
    assert list(shown) == ([made] if concerned else [])
    assert found.explanations("10002", DEGREE, TODAY) == []


@pytest.mark.requirement("N4", "N5")
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"text": ""}, {("text", "required")}),
        ({"text": "请致电 13800000000"}, {("text", "personal_data_in_text")}),
        ({"text": "长" * 1001}, {("text", "too_long")}),
        ({"text": "一\x07"}, {("text", "control_character")}),
        ({"text": None, "valid_from": None}, {("text", "required"), ("valid_from", "required")}),
        ({"levels": ["college"]}, {("levels", "unknown_choice")}),
        ({"study_forms": "regular"}, {("study_forms", "not_a_list")}),
        ({"first_award_year": 1998}, {("last_award_year", "period_ends_before_it_begins")}),
        ({"first_award_year": 1980}, {("first_award_year", "not_a_year")}),
        ({"valid_until": "2026-10-01"}, {("valid_until", "period_ends_before_it_begins")}),
        ({"version": True}, {("version", "not_a_version")}),
        ({"keywords": []}, {("keywords", "unknown_field")}),
    ],
)
def test_all_that_is_wrong_with_an_explanation_is_told_at_once(
    office: RegistrationOffice, change: dict[str, Any], expected: set[tuple[str, str]]
) -> None:
    with pytest.raises(Invalid) as refused:
        office.own.put_explanation(office.principal(), "no-numbers", EXPLANATION | change, office.now)
    assert problems(refused) == expected
    assert office.institution_store.explanations("10001") == []
