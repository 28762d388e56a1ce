"""Annexes 2 and 3: every field read, every fault told at once. All persons and numbers are synthetic."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from degree_auth.domain.institutions.registration_forms import (
    MOST_VERIFYING_DEPARTMENTS,
    AccountUser,
    DepartmentForm,
    LeadForm,
    parse_department_form,
    parse_lead_form,
)
from degree_auth.domain.institutions.scope import Scope
from degree_auth.domain.shared.errors import Invalid, Malformed

USER = {
    "name": "张示例",
    "telephone": "010-12345678-801",
    "mobile": "13800000000",
    "fax": "010-12345679",
    "email": "registrar@example.com",
    "postal_address": "北京市示例区示例路 1 号 100000",
}
LEAD: dict[str, Any] = {
    "institution": {"code": "10001", "name": "北京大学", "sealed": True, "vice_president_signed": True},
    "department": {"name": "研究生院", "sealed": True, "head_signed": True},
    "account_user": USER,
    "verifying_departments": ["教务处", "档案馆"],
}
DEPARTMENT: dict[str, Any] = {
    "department": {"name": "档案馆", "sealed": True, "head_signed": True},
    "account_user": USER,
    "scope": {
        "levels": ["B", "C"],
        "award_years": ["F", "H"],
        "other_years": "1990 年以前",
        "study_forms": ["J", "K"],
    },
}
FORMS = [(parse_lead_form, LEAD), (parse_department_form, DEPARTMENT)]
Parse = Callable[[object], LeadForm | DepartmentForm]


def changed(body: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """The body with fields set (section__name=value)."""
    body = copy.deepcopy(body)
    for path, value in fields.items():
        section, _, name = path.partition("__")
        if name:
            body[section][name] = value
        else:
            body[section] = value
    return body


def faults(parse: Parse, body: object) -> set[tuple[str, str]]:
    """Field and code of every problem of a form."""
    with pytest.raises(Invalid) as caught:
        parse(body)
    problems = caught.value.problems
    assert all(problem.as_dict()["message"] and problem.as_dict()["message_en"] for problem in problems)
    return {(problem.field, problem.code) for problem in problems}


@pytest.mark.requirement("A13", "A8")
def test_every_field_of_the_lead_departments_form_is_kept() -> None:
    form = parse_lead_form(LEAD)
    assert form.as_dict() == LEAD
    assert form.account_user == AccountUser(**USER)
    assert form.verifying_departments == ("教务处", "档案馆")


@pytest.mark.requirement("A13")
def test_every_field_of_a_departments_form_is_kept() -> None:
    form = parse_department_form(DEPARTMENT)
    assert form.as_dict() == DEPARTMENT
    assert form.scope == Scope.from_letters("BC", "FH", "JK", "1990 年以前")


@pytest.mark.requirement("N4")
def test_the_personal_part_of_a_form_is_its_account_user_alone() -> None:
    for parse, body in FORMS:
        rest = parse(body).as_dict()
        assert rest.pop("account_user") == USER
        assert not any(value in json.dumps(rest, ensure_ascii=False) for value in USER.values())


@pytest.mark.requirement("A13")
@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("institution__sealed", "seal_missing"),
        ("institution__vice_president_signed", "signature_missing"),
        ("department__sealed", "seal_missing"),
        ("department__head_signed", "signature_missing"),
    ],
)
def test_a_form_without_seal_or_signature_is_refused(field: str, code: str) -> None:
    path = field.replace("__", ".")
    assert faults(parse_lead_form, changed(LEAD, **{field: False})) == {(path, code)}
    assert faults(parse_lead_form, changed(LEAD, **{field: "yes"})) == {(path, "not_true_or_false")}
    if path.startswith("department"):
        assert faults(parse_department_form, changed(DEPARTMENT, **{field: False})) == {(path, code)}


@pytest.mark.requirement("A13")
@pytest.mark.parametrize("name", sorted(USER))
def test_each_field_of_the_account_user_is_required_except_the_fax(name: str) -> None:
    for parse, body in FORMS:
        blank = changed(body, **{f"account_user__{name}": ""})
        if name == "fax":
            assert parse(blank).account_user.fax == ""
        else:
            assert faults(parse, blank) == {(f"account_user.{name}", "required")}


@pytest.mark.requirement("A13")
@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("（010）12345678 转 801", "(010)12345678-801"),
        ("010－1234 5678", "010-12345678"),
        ("+86 10 12345678", "+861012345678"),
        ("12345678", "12345678"),
    ],
)
def test_telephone_numbers_are_read_as_people_write_them(written: str, kept: str) -> None:
    form = parse_lead_form(changed(LEAD, account_user__telephone=written, account_user__fax=written))
    assert (form.account_user.telephone, form.account_user.fax) == (kept, kept)


@pytest.mark.requirement("N5")
@pytest.mark.parametrize("written", ["123456", "1" * 21, "请致电总机", "010+12345678", "0101234567x"])
def test_what_is_no_telephone_number_is_refused(written: str) -> None:
    assert faults(parse_lead_form, changed(LEAD, account_user__fax=written)) == {
        ("account_user.fax", "telephone_format")
    }


@pytest.mark.requirement("N5")
def test_everything_wrong_with_a_lead_form_is_told_at_once() -> None:
    body = {
        "institution": {"code": "1", "name": "北京大学", "sealed": False, "surprise": 1},
        "account_user": {**USER, "mobile": "1", "email": "nobody", "name": "张3"},
        "verifying_departments": ["教务处", 7, "教务处", ""],
        "remark": "",
    }
    assert faults(parse_lead_form, body) == {
        ("institution.code", "institution_code_format"),
        ("institution.sealed", "seal_missing"),
        ("institution.vice_president_signed", "required"),
        ("institution.surprise", "unknown_field"),
        ("department", "required"),
        ("account_user.mobile", "mobile_format"),
        ("account_user.email", "email_format"),
        ("account_user.name", "name_has_digits"),
        ("verifying_departments.1", "not_text"),
        ("verifying_departments.2", "department_repeated"),
        ("verifying_departments.3", "required"),
        ("remark", "unknown_field"),
    }


@pytest.mark.requirement("A13")
def test_the_verifying_departments_may_be_none_and_not_too_many() -> None:
    without = {key: value for key, value in LEAD.items() if key != "verifying_departments"}
    assert parse_lead_form(without).verifying_departments == ()
    many = [f"学院{n}" for n in range(MOST_VERIFYING_DEPARTMENTS + 1)]
    assert parse_lead_form(changed(LEAD, verifying_departments=many[1:])).verifying_departments == tuple(many[1:])
    assert faults(parse_lead_form, changed(LEAD, verifying_departments=many)) == {
        ("verifying_departments", "too_many_departments")
    }
    assert faults(parse_lead_form, changed(LEAD, verifying_departments="教务处")) == {
        ("verifying_departments", "not_a_list")
    }


@pytest.mark.requirement("A13")
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"scope__levels": []}, {("scope.levels", "required")}),
        ({"scope__levels": None}, {("scope.levels", "required")}),
        ({"scope__levels": "B"}, {("scope.levels", "not_a_list")}),
        ({"scope__levels": ["E"]}, {("scope.levels", "unknown_choice")}),
        ({"scope__award_years": ["A", 5]}, {("scope.award_years", "unknown_choice")}),
        ({"scope__study_forms": ["M"]}, {("scope.study_forms", "unknown_choice")}),
        ({"scope__study_forms": []}, {("scope.study_forms", "study_forms_missing")}),
        ({"scope__study_forms": None, "scope__levels": ["A"]}, {("scope.study_forms", "study_forms_missing")}),
        ({"scope__other_years": ""}, {("scope.other_years", "other_years_missing")}),
        ({"scope__award_years": ["F"]}, {("scope.other_years", "other_years_not_ticked")}),
        ({"scope__other_years": 1990}, {("scope.other_years", "not_text")}),
    ],
)
def test_a_scope_must_make_sense(changes: dict[str, Any], expected: set[tuple[str, str]]) -> None:
    assert faults(parse_department_form, changed(DEPARTMENT, **changes)) == expected


@pytest.mark.requirement("A13")
def test_letters_may_be_full_width_small_or_repeated() -> None:
    form = parse_department_form(changed(DEPARTMENT, scope__levels=["ｂ", "c", "C"]))
    assert form.scope.as_dict()["levels"] == ["B", "C"]


@pytest.mark.requirement("A13")
def test_a_department_without_bachelors_needs_no_study_form() -> None:
    assert parse_department_form(changed(DEPARTMENT, scope__levels=["C", "D"], scope__study_forms=[]))


@pytest.mark.requirement("N5")
@pytest.mark.parametrize("body", [None, [], "form", 3])
def test_what_is_no_object_is_malformed(body: object) -> None:
    for parse, _ in FORMS:
        with pytest.raises(Malformed) as caught:
            parse(body)
        assert caught.value.code == "not_an_object"


@pytest.mark.requirement("N4", "N5")
def test_problems_repeat_nothing_personal() -> None:
    body = changed(DEPARTMENT, account_user__mobile="138000000001234", account_user__name="张 3 示例")
    body["account_user"]["13800000000"] = "x"
    with pytest.raises(Invalid) as caught:
        parse_department_form(body)
    told = json.dumps([problem.as_dict() for problem in caught.value.problems], ensure_ascii=False)
    assert "1380000" not in told
    assert "张 3" not in told
