"""What the applicant learns of a comparison, and what nobody can find out by asking again and again."""

from __future__ import annotations

from typing import Any

import pytest

from degree_auth.domain.cases.comparison_words import compared_words, comparison_for_applicant


def shown(*fields: str) -> list[str]:
    comparison = {"result": "mismatched", "differences": [{"field": field, "hints": []} for field in fields]}
    told = comparison_for_applicant(comparison)
    assert told is not None
    return [one["field"] for one in told["fields"]]


@pytest.mark.requirement("A2", "N4")
def test_what_differs_about_the_person_is_named_as_one() -> None:
    assert shown("holder.name", "holder.birth_date", "degree.award_date") == ["holder", "degree.award_date"]


@pytest.mark.requirement("N4")
def test_nothing_is_said_of_the_degree_to_whom_the_number_does_not_belong() -> None:
    assert shown("holder.identity_number", "degree.discipline", "degree.award_date") == ["holder"]


@pytest.mark.requirement("N4")
def test_nothing_is_said_of_the_degree_without_the_certificate_number() -> None:
    assert shown("degree.certificate_number", "degree.discipline", "degree.study_form") == ["degree.certificate_number"]


@pytest.mark.requirement("A2")
def test_without_a_comparison_there_is_nothing_to_tell() -> None:
    assert comparison_for_applicant(None) is None


@pytest.mark.requirement("N4", "N5")
def test_a_record_that_contradicts_itself_is_told_to_those_alone_who_know_both_its_numbers() -> None:
    def differing(*fields: str) -> dict[str, Any]:
        differences = [{"field": field, "hints": []} for field in fields]
        return {"result": "mismatched", "differences": differences, "contradictions": ["warning_birth_date_differs"]}

    plain = compared_words({"result": "mismatched", "differences": []})
    known = compared_words(differing("holder.birth_date"))
    assert known.zh.startswith(plain.zh)
    assert known != plain
    for number in ("holder.identity_number", "degree.certificate_number"):
        assert compared_words(differing("holder.birth_date", number)) == plain
