"""The verification form: every fault of it at once, by field and rule."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from degree_auth.domain.cases.result import Result
from degree_auth.domain.shared.errors import DegreeAuthError, Invalid, Malformed
from degree_auth.domain.shared.plain_data import as_data, from_data
from degree_auth.domain.verification.feedback import ARCHIVE_FIELDS, Feedback, parse_feedback
from degree_auth.messages import MESSAGES
from tests.samples.feedback import denial_of

TODAY = date(2026, 11, 23)
VERIFIED = {"result": "verified", "handler": "经办人", "archive_reference": "档-1"}
PARTLY = {**VERIFIED, "result": "partly_inconsistent"}
MATERIAL = {"result": "needs_material", "handler": "经办人", "fields": ["certificate_scan"], "reason": "请补充"}


@pytest.mark.requirement("A4", "N5")
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, {("result", "required"), ("handler", "required")}),
        ({"result": "maybe", "handler": "经办人", "reason": 7}, {("result", "unknown_choice"), ("reason", "not_text")}),
        ({"result": ["verified"], "handler": "经办人"}, {("result", "unknown_choice")}),
        ({"result": "verified"}, {("handler", "required"), ("archive_reference", "required")}),
        (
            {"result": "not_awarded"},
            {
                (name, "required")
                for name in ("handler", "archive_searched", "archive_reference", "reason", "confirmed_outcome")
            },
        ),
        (
            {**denial_of("no_such_person"), "confirmed_outcome": "cannot_verify", "reason": "致电 13800000000"},
            {("confirmed_outcome", "confirmed_outcome_differs"), ("reason", "personal_data_in_text")},
        ),
        (
            {**denial_of("cannot_verify"), "confirmed_outcome": "not_confirmed", "archive_searched": " "},
            {("confirmed_outcome", "confirmed_outcome_differs"), ("archive_searched", "required")},
        ),
        ({**VERIFIED, "confirmed_outcome": "not_confirmed"}, {("confirmed_outcome", "unknown_field")}),
        ({**VERIFIED, "handler": " "}, {("handler", "required")}),
        ({**VERIFIED, "handler": 7, "remark": "字" * 1001}, {("handler", "not_text"), ("remark", "too_long")}),
        ({**VERIFIED, "remark": "a\x00b"}, {("remark", "control_character")}),
        ({**VERIFIED, "archive_values": {}}, {("archive_values", "unknown_field")}),
        (PARTLY, {("archive_values", "required")}),
        ({**PARTLY, "archive_values": []}, {("archive_values", "not_an_object")}),
        (
            {**PARTLY, "archive_values": {"degree.award_date": "2027-01-01", "holder.name": "a1", "note": "x"}},
            {
                ("archive_values.degree.award_date", "date_in_future"),
                ("archive_values.holder.name", "name_has_digits"),
                ("archive_values", "archive_field_unknown"),
            },
        ),
        (
            {**PARTLY, "archive_values": {"degree.institution_code": "10003"}},
            {("archive_values", "archive_field_unknown")},
        ),
        ({"result": "needs_material", "handler": "经办人"}, {("fields", "required"), ("reason", "required")}),
        ({**MATERIAL, "fields": ["anything"]}, {("fields", "field_name_unknown")}),
        ({**MATERIAL, "reason": "致电 13800000000"}, {("reason", "personal_data_in_text")}),
        ({**VERIFIED, "attachments": ["../x"]}, {("attachments", "attachment_id_format")}),
        ({**VERIFIED, "attachments": [f"{n:032x}" for n in range(11)]}, {("attachments", "too_many_attachments")}),
        ({**VERIFIED, "Naughty": 1}, {("*", "unknown_field")}),
    ],
)
def test_every_fault_of_a_form_is_named_at_once(body: dict[str, Any], expected: set[tuple[str, str]]) -> None:
    with pytest.raises(Invalid) as refused:
        parse_feedback(body, TODAY)
    assert {(one.field, one.code) for one in refused.value.problems} == expected
    assert all(one.code in MESSAGES for one in refused.value.problems)


@pytest.mark.requirement("N5")
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from([*Result, *ARCHIVE_FIELDS]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from([*MATERIAL, "archive_values", "attachments", "remark", *ARCHIVE_FIELDS]),
                inner,
                max_size=6,
            )
        ),
        max_leaves=12,
    )
)
def test_any_input_is_a_form_or_a_clear_refusal(body: object) -> None:
    refused: DegreeAuthError | None = None
    try:
        feedback = parse_feedback(body, TODAY)
    except (Invalid, Malformed) as error:
        refused = error
    if refused is None:
        assert from_data(Feedback, as_data(feedback)) == feedback
    else:
        assert isinstance(refused, Malformed) is not isinstance(body, dict)
        assert all(one.code in MESSAGES for one in refused.problems)


@pytest.mark.requirement("A4")
def test_archive_values_are_kept_in_canonical_form() -> None:
    values = {"degree.award_date": "2022年6月30日", "holder.sex": "female", "degree.discipline": " 园林 "}
    feedback = parse_feedback({**PARTLY, "archive_values": values}, TODAY)
    assert feedback.archive_values == {
        "degree.award_date": "2022-06-30",
        "holder.sex": "female",
        "degree.discipline": "园林",
    }


@pytest.mark.requirement("A4", "A5")
@pytest.mark.parametrize("result", ["not_awarded", "no_such_person", "cannot_verify"])
def test_a_denial_says_where_was_looked_and_why_and_names_its_outcome(result: str) -> None:
    feedback = parse_feedback(denial_of(result), TODAY)
    assert (feedback.archive_searched, feedback.archive_reference, feedback.reason) == (
        "2022 届学位授予名册",
        "档-2022-001",
        "名册中无此人",
    )
    assert "confirmed_outcome" not in as_data(feedback)
