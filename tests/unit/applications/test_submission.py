"""Reading a submission: each field's rule, and everything wrong at once. All persons are synthetic."""

from __future__ import annotations

import copy
import json
from datetime import date
from typing import Any

import pytest

from degree_auth.adapters.institutions.institution_list import shipped_institutions
from degree_auth.domain.applications.claim import Claim, IdentityType, Level
from degree_auth.domain.applications.fields import FIELDS, SECTIONS
from degree_auth.domain.applications.submission import (
    parse_submission,
    parse_supplement,
    submission_as_dict,
    submission_from_dict,
    warnings,
)
from degree_auth.domain.shared.errors import Invalid, Malformed
from degree_auth.domain.shared.plain_data import as_data, from_data
from degree_auth.messages import MESSAGES

TODAY = date(2026, 11, 23)
BODY: dict[str, Any] = {
    "holder": {
        "name": "张示例",
        "sex": "female",
        "birth_date": "1949-12-31",
        "identity_type": "resident_identity_card",
        "identity_number": "110105491231002",
    },
    "degree": {
        "institution_code": "10001",
        "institution_name": "北京大学",
        "level": "bachelor",
        "category": "工学学士",
        "discipline": "计算机科学与技术",
        "study_form": "regular",
        "award_date": "2022-06-30",
        "certificate_number": "1000142022000001",
    },
    "contact": {"mobile": "13800000000", "email": "applicant@example.com"},
    "consent": True,
}


def changed(**fields: Any) -> dict[str, Any]:
    """The body with fields set (section__name=value)."""
    body = copy.deepcopy(BODY)
    for path, value in fields.items():
        section, _, name = path.partition("__")
        if name:
            body[section][name] = value
        else:
            body[section] = value
    return body


def faults(body: object) -> set[tuple[str, str]]:
    """Field and code of every problem of a body."""
    with pytest.raises(Invalid) as caught:
        parse_submission(body, TODAY)
    problems = caught.value.problems
    assert all(problem.as_dict()["message"] and problem.as_dict()["message_en"] for problem in problems)
    return {(problem.field, problem.code) for problem in problems}


@pytest.mark.requirement("A1")
def test_a_valid_submission_is_read_into_canonical_values() -> None:
    submission = parse_submission(BODY, TODAY)
    assert submission.claim.holder.identity_number == "11010519491231002X"
    assert submission.claim.holder.identity_type is IdentityType.RESIDENT_IDENTITY_CARD
    assert submission.claim.degree.level is Level.BACHELOR
    assert submission.claim.degree.award_date == date(2022, 6, 30)
    assert submission.contact.mobile == "13800000000"


@pytest.mark.requirement("A1", "N5")
@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"holder__name": None}, "holder.name", "required"),
        ({"holder__name": " \u3000"}, "holder.name", "required"),
        ({"holder__name": 7}, "holder.name", "not_text"),
        ({"holder__name": ["张"]}, "holder.name", "not_text"),
        ({"holder__name": "张" * 101}, "holder.name", "too_long"),
        ({"holder__name": "张\u0000三"}, "holder.name", "control_character"),
        ({"holder__name": "张\n三"}, "holder.name", "control_character"),
        ({"holder__name": "张\u202e三"}, "holder.name", "control_character"),
        ({"holder__name": "张\ud800"}, "holder.name", "control_character"),
        ({"holder__name": "张\uffff"}, "holder.name", "control_character"),
        ({"holder__name": "张\ue000"}, "holder.name", "private_use_character"),
        ({"holder__name": "110105491231002"}, "holder.name", "name_has_digits"),
        ({"holder__name": "张٣"}, "holder.name", "name_has_digits"),
        ({"holder__name": "张三*"}, "holder.name", "name_character"),
        ({"holder__name": "··"}, "holder.name", "name_character"),
        ({"holder__name": "张😀"}, "holder.name", "name_character"),
        ({"holder__sex": "other"}, "holder.sex", "unknown_choice"),
        ({"holder__sex": "Female"}, "holder.sex", "unknown_choice"),
        ({"holder__sex": ""}, "holder.sex", "required"),
        ({"holder__birth_date": "1949-13-31"}, "holder.birth_date", "date_format"),
        ({"holder__birth_date": "2026-11-24"}, "holder.birth_date", "date_in_future"),
        ({"holder__birth_date": "1899-12-31"}, "holder.birth_date", "birth_date_too_early"),
        ({"holder__birth_date": "1949-12-30"}, "holder.birth_date", "identity_birth_date_mismatch"),
        ({"holder__sex": "male"}, "holder.sex", "identity_sex_mismatch"),
        ({"holder__identity_number": 110105491231002}, "holder.identity_number", "not_text"),
        ({"holder__identity_number": "110105194912310021"}, "holder.identity_number", "identity_check_character"),
        ({"holder__identity_type": "permit"}, "holder.identity_type", "unknown_choice"),
        ({"holder__identity_type": "military"}, "holder.identity_number", "identity_military_format"),
        ({"degree__institution_code": "1000"}, "degree.institution_code", "institution_code_format"),
        ({"degree__institution_code": "1000A"}, "degree.institution_code", "institution_code_format"),
        ({"degree__institution_code": "١٠٠٠١"}, "degree.institution_code", "institution_code_format"),
        ({"degree__category": "工学硕士"}, "degree.category", "category_level"),
        ({"degree__category": "教育学"}, "degree.category", "category_not_in_table"),
        ({"degree__category": "魔法学士"}, "degree.category", "category_not_in_table"),
        ({"degree__category": "Bachelor of Engineering"}, "degree.category", "category_not_in_table"),
        ({"degree__category_other": "魔法学士"}, "degree.category_other", "category_twice"),
        ({"degree__category": None, "degree__category_other": None}, "degree.category", "required"),
        ({"degree__category": None, "degree__category_other": 7}, "degree.category_other", "not_text"),
        ({"degree__category": None, "degree__category_other": "魔法硕士"}, "degree.category_other", "category_level"),
        ({"degree__award_date": "2026-11-24"}, "degree.award_date", "date_in_future"),
        ({"degree__award_date": "1980-12-31"}, "degree.award_date", "award_before_degrees"),
        ({"degree__certificate_number": "-----"}, "degree.certificate_number", "certificate_number_format"),
        ({"degree__certificate_number": "1" * 65}, "degree.certificate_number", "too_long"),
        ({"contact__mobile": "12800000000"}, "contact.mobile", "mobile_format"),
        ({"contact__mobile": "010-62770000"}, "contact.mobile", "mobile_format"),
        ({"contact__email": "a@b"}, "contact.email", "email_format"),
        ({"contact__email": "a b@example.com"}, "contact.email", "email_format"),
        ({"contact__email": ".a@example.com"}, "contact.email", "email_format"),
        ({"contact__email": "a" * 65 + "@example.com"}, "contact.email", "email_format"),
        ({"consent": False}, "consent", "consent_required"),
        ({"consent": "true"}, "consent", "consent_required"),
        ({"consent": 1}, "consent", "consent_required"),
        ({"holder": []}, "holder", "not_an_object"),
        ({"holder": None}, "holder", "required"),
        ({"extra": 1}, "extra", "unknown_field"),
        ({"holder__nickname": "小张"}, "holder.nickname", "unknown_field"),
    ],
)
def test_each_rule_has_a_code_of_its_own(change: dict[str, Any], field: str, code: str) -> None:
    assert faults(changed(**change)) == {(field, code)}


@pytest.mark.requirement("A1", "N5")
def test_an_award_before_birth_is_refused() -> None:
    body = changed(
        holder__identity_type="passport",
        holder__identity_number="E12345678",
        holder__birth_date="2000-01-01",
        degree__award_date="1999-12-31",
    )
    assert faults(body) == {("degree.award_date", "award_before_birth")}


@pytest.mark.requirement("A1", "N5")
def test_all_problems_are_told_at_once() -> None:
    body = changed(holder__name="", holder__sex="?", degree__award_date="x", contact__email="x", consent=False)
    assert faults(body) == {
        ("holder.name", "required"),
        ("holder.sex", "unknown_choice"),
        ("degree.award_date", "date_format"),
        ("contact.email", "email_format"),
        ("consent", "consent_required"),
    }


@pytest.mark.requirement("A1", "N5")
def test_an_empty_object_lacks_every_part() -> None:
    assert faults({}) == {(part, "required") for part in ("holder", "degree", "contact", "consent")}


@pytest.mark.requirement("A1", "N5")
@pytest.mark.parametrize("body", [None, [], "text", 1, True])
def test_a_body_that_is_no_object_is_malformed(body: object) -> None:
    with pytest.raises(Malformed) as caught:
        parse_submission(body, TODAY)
    assert caught.value.code == "not_an_object"


@pytest.mark.requirement("N4")
def test_an_unknown_key_that_may_hold_personal_data_is_not_repeated() -> None:
    body = {**BODY, "holder": {**BODY["holder"], "11010519491231002X": 1, "张三": 2}}
    assert faults(body) == {("holder.*", "unknown_field")}


@pytest.mark.requirement("N4")
def test_no_problem_shows_a_value() -> None:
    with pytest.raises(Invalid) as caught:
        parse_submission(changed(holder__name="李4秘密", holder__identity_number="秘密"), TODAY)
    assert "秘密" not in json.dumps([problem.as_dict() for problem in caught.value.problems], ensure_ascii=False)


@pytest.mark.requirement("A1")
@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("+86 138-0000-0000", "13800000000"),
        ("008613800000000", "13800000000"),
        ("１３８００００００００", "13800000000"),
        ("+852 9123 4567", "+85291234567"),
    ],
)
def test_a_mobile_number_is_read_however_it_is_spaced(typed: str, stored: str) -> None:
    assert parse_submission(changed(contact__mobile=typed), TODAY).contact.mobile == stored


@pytest.mark.requirement("A1", "A2")
def test_an_institution_in_no_list_is_accepted_with_a_warning() -> None:
    claim = parse_submission(changed(degree__institution_code="80001"), TODAY).claim
    codes = {(problem.field, problem.code) for problem in warnings(claim, shipped_institutions())}
    assert ("degree.institution_code", "institution_unknown") in codes


@pytest.mark.requirement("A1")
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, None),
        ({"degree__certificate_number": "1000142021000001"}, "certificate_number_year"),
        ({"degree__certificate_number": "京大字第1号"}, "certificate_number_style"),
        ({"degree__institution_name": "清华大学"}, "institution_name_of_another_code"),
        ({"degree__institution_name": "示例大学"}, "institution_name_unknown"),
        ({"degree__category": None, "degree__category_other": "魔法学士"}, "category_unknown"),
        ({"degree__category": None, "degree__category_other": "工学学士"}, None),
        ({"degree__category": "工学学士学位"}, None),
    ],
)
def test_what_is_unusual_warns_and_never_refuses(change: dict[str, Any], code: str | None) -> None:
    claim = parse_submission(changed(**change), TODAY).claim
    found = warnings(claim, shipped_institutions())
    assert [problem.code for problem in found] == ([code] if code else [])
    assert all(problem.code in MESSAGES for problem in found)


@pytest.mark.requirement("A1")
def test_a_name_of_another_time_is_warned_of() -> None:
    body = changed(
        degree__institution_code="10487",
        degree__institution_name="华中科技大学",
        degree__award_date="1995-06-30",
        degree__certificate_number="95-1",
    )
    claim = parse_submission(body, TODAY).claim
    assert [problem.code for problem in warnings(claim, shipped_institutions())] == ["institution_name_period"]


@pytest.mark.requirement("A1", "A10")
def test_a_supplement_changes_what_it_names_and_nothing_else() -> None:
    claim = parse_submission(BODY, TODAY).claim
    merged = parse_supplement({"degree": {"discipline": "软件工程"}}, claim, TODAY)
    assert merged.holder == claim.holder
    assert merged.degree.discipline == "软件工程"
    assert as_data(merged)["degree"] | {"discipline": claim.degree.discipline} == as_data(claim)["degree"]


@pytest.mark.requirement("A1", "A10")
def test_a_category_in_own_words_stays_and_can_be_changed_by_a_supplement() -> None:
    claim = parse_submission(changed(degree__category=None, degree__category_other="魔法学士"), TODAY).claim
    kept = parse_supplement({"degree": {"discipline": "软件工程"}}, claim, TODAY)
    assert kept.degree.category == "魔法学士"
    assert parse_supplement({"degree": {"category": "理学学士"}}, claim, TODAY).degree.category == "理学学士"
    other = parse_supplement({"degree": {"category_other": "咒语学士"}}, kept, TODAY)
    assert other.degree.category == "咒语学士"


@pytest.mark.requirement("A4")
def test_the_word_of_an_archive_for_a_category_counts_as_it_stands() -> None:
    claim = parse_submission(BODY, TODAY).claim
    change = {"degree": {"category": "工学"}}
    assert parse_supplement(change, claim, TODAY, any_category=True).degree.category == "工学"
    with pytest.raises(Invalid):
        parse_supplement(change, claim, TODAY)


@pytest.mark.requirement("A1", "N5")
@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({}, ("", "supplement_empty")),
        ({"holder": {}}, ("", "supplement_empty")),
        ({"holder": {"sex": "male"}}, ("holder.sex", "identity_sex_mismatch")),
        ({"holder": {"name": None}}, ("holder.name", "required")),
        ({"degree": "x"}, ("degree", "not_an_object")),
        ({"degree": {"level": "doctor"}}, ("degree.category", "category_level")),
        ({"degree": {"level": "doctor", "category": "工学博士"}, "contact": {}}, ("contact", "unknown_field")),
    ],
)
def test_a_supplement_is_checked_as_a_whole(body: dict[str, Any], fault: tuple[str, str]) -> None:
    claim = parse_submission(BODY, TODAY).claim
    with pytest.raises(Invalid) as caught:
        parse_supplement(body, claim, TODAY)
    assert [(problem.field, problem.code) for problem in caught.value.problems] == [fault]


@pytest.mark.requirement("A1", "N5")
def test_a_supplement_that_is_no_object_is_malformed() -> None:
    with pytest.raises(Malformed):
        parse_supplement([], parse_submission(BODY, TODAY).claim, TODAY)


@pytest.mark.requirement("N1")
def test_submissions_and_claims_survive_being_written_as_json() -> None:
    submission = parse_submission(BODY, TODAY)
    assert submission_from_dict(json.loads(json.dumps(submission_as_dict(submission)))) == submission
    assert from_data(Claim, json.loads(json.dumps(as_data(submission.claim)))) == submission.claim


@pytest.mark.requirement("A1")
def test_a_submission_written_out_is_read_again_as_itself() -> None:
    submission = parse_submission(BODY, TODAY)
    assert parse_submission(submission_as_dict(submission), TODAY) == submission


@pytest.mark.requirement("N5")
def test_the_field_table_covers_the_submission_and_every_code_has_a_sentence() -> None:
    assert {section: set(names) for section, names in SECTIONS.items()} == {
        section: set(BODY[section]) for section in ("holder", "degree", "contact")
    }
    assert all(rule.pattern_code in MESSAGES for rule in FIELDS.values() if rule.pattern)
    assert all(f"identity_{kind.value}_format" in MESSAGES for kind in IdentityType)
