"""Eligibility: whose degrees, and since when; refused before a case enters, each with its reason."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from degree_auth.adapters.institutions.institution_list import shipped_institutions
from degree_auth.domain.applications.eligibility import (
    award_day_fault,
    category_fault,
    institution_fault,
)
from degree_auth.domain.applications.submission import parse_submission, parse_supplement
from degree_auth.domain.shared.errors import Invalid
from degree_auth.messages import MESSAGES
from tests.unit.applications.test_submission import BODY, TODAY, changed, faults


@pytest.mark.requirement("A10")
def test_awards_count_from_the_day_on_which_the_regulations_came_into_force() -> None:
    assert award_day_fault(date(1980, 12, 31)) == "award_before_degrees"
    assert award_day_fault(date(1981, 1, 1)) is None


@pytest.mark.requirement("A10")
@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("北京大学", None),
        ("中国科学院大学", None),
        ("中共中央党校", None),
        ("香港中文大学（深圳）", None),
        ("北京师范大学-香港浸会大学联合国际学院", None),
        ("天津职业技术师范大学", None),
        ("深圳职业技术大学", None),
        ("Peking University", None),
        ("香港中文大学深圳", None),
        ("香港科技大学·广州", None),
        ("香港城市大学 (东莞)", None),
        ("香港某大学（长沙）", None),
        ("The Chinese University of Hong Kong, Shenzhen", None),
        ("Beijing Normal-Hong Kong Baptist University", None),
        ("香港中文大学", "ineligible_region"),
        ("香港大学（HKU）", "ineligible_region"),
        ("岭南大学（香港）", "ineligible_region"),
        ("The University of Hong Kong", "ineligible_region"),
        ("University of Macau", "ineligible_region"),
        ("National Taiwan University", "ineligible_region"),
        ("国立台湾大学", "ineligible_region"),
        ("澳门大学", "ineligible_region"),
        ("國立臺灣大學", "ineligible_region"),
        ("深圳 职业技术学院", "ineligible_institution"),
        ("上海旅游高等专科学校", "ineligible_institution"),
    ],
)
def test_only_an_institution_that_certainly_awards_no_mainland_degree_is_refused(name: str, fault: str | None) -> None:
    assert institution_fault(name) == fault


@pytest.mark.requirement("A10")
def test_no_honorary_degree_is_authenticated() -> None:
    assert category_fault("工学博士") is None
    for category in ("名誉博士学位", "法学名誉博士", "荣誉博士", "Honorary Doctor of Laws", "Doctor honoris causa"):
        assert category_fault(category) == "ineligible_honorary_degree"
    assert category_fault("荣誉学士") is None


@pytest.mark.requirement("A10", "N5")
@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"degree__award_date": "1980-12-31"}, "degree.award_date", "award_before_degrees"),
        ({"degree__institution_name": "澳门大学"}, "degree.institution_name", "ineligible_region"),
        ({"degree__institution_name": "深圳职业技术学院"}, "degree.institution_name", "ineligible_institution"),
        (
            {"degree__level": "doctor", "degree__category": None, "degree__category_other": "名誉博士"},
            "degree.category_other",
            "ineligible_honorary_degree",
        ),
    ],
)
def test_an_application_that_is_not_eligible_is_refused_with_the_reason(
    change: dict[str, Any], field: str, code: str
) -> None:
    assert faults(changed(**change)) == {(field, code)}
    assert all(MESSAGES[code])


@pytest.mark.requirement("A10")
def test_a_supplement_cannot_make_an_application_ineligible() -> None:
    claim = parse_submission(BODY, TODAY).claim
    with pytest.raises(Invalid) as refused:
        parse_supplement({"degree": {"institution_name": "香港大学"}}, claim, TODAY)
    assert [problem.code for problem in refused.value.problems] == ["ineligible_region"]


@pytest.mark.requirement("A10", "N2")
def test_no_institution_with_undergraduate_courses_is_refused_by_its_name() -> None:
    """Of the names to search by, all but a few belong to institutions that the ministry lists as undergraduate."""
    with Path("layers/degree_auth/data/institution_names.csv").open(encoding="utf-8", newline="") as file:
        codes = {row["code"] for row in csv.DictReader(file)}
    names = [name for code in codes for name in shipped_institutions().names(code, TODAY)]
    assert len(names) > 1_000
    assert [name for name in names if institution_fault(name)] == []
