"""Whatever staff send is either a registration form or a list of named problems, and never anything else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from degree_auth.domain.institutions.registration_forms import (
    DepartmentForm,
    LeadForm,
    parse_department_form,
    parse_lead_form,
)
from degree_auth.domain.institutions.scope import LEVEL_LETTERS, STUDY_LETTERS, YEAR_LETTERS
from degree_auth.domain.shared.errors import Invalid
from degree_auth.messages import MESSAGES

texts = st.text(max_size=40) | st.text(st.characters(codec=None, min_codepoint=0xD800), max_size=3)
values = st.none() | st.booleans() | st.integers() | texts | st.lists(texts, max_size=2)
names = st.sampled_from(["教务处", "档案馆", "研究生院", "Registry"])
users = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["张示例", "阿卜杜拉·示例", "SAMPLE PERSON"]),
        "telephone": st.from_regex(r"0[0-9]{2,3}-[0-9]{7,8}", fullmatch=True),
        "mobile": st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
        "fax": st.sampled_from(["", "010-12345678"]),
        "email": st.just("registrar@example.com"),
        "postal_address": st.sampled_from(["示例市示例路 1 号 100000", "1 Sample Road, Sample City"]),
    }
)
departments = st.fixed_dictionaries({"name": names, "sealed": st.just(True), "head_signed": st.just(True)})


@st.composite
def scopes(draw: st.DrawFn) -> dict[str, Any]:
    ticked = {
        name: draw(st.lists(st.sampled_from([*column]), min_size=1, max_size=5))
        for name, column in (("levels", LEVEL_LETTERS), ("award_years", YEAR_LETTERS), ("study_forms", STUDY_LETTERS))
    }
    return {**ticked, "other_years": "1990 年以前" * ("H" in ticked["award_years"])}


lead_forms = st.fixed_dictionaries(
    {
        "institution": st.fixed_dictionaries(
            {
                "code": st.just("10001"),
                "name": st.just("示例大学"),
                "sealed": st.just(True),
                "vice_president_signed": st.just(True),
            }
        ),
        "department": departments,
        "account_user": users,
        "verifying_departments": st.lists(names, unique=True),
    }
)
department_forms = st.fixed_dictionaries({"department": departments, "account_user": users, "scope": scopes()})


@st.composite
def spoilt(draw: st.DrawFn, forms: st.SearchStrategy[dict[str, Any]]) -> dict[str, Any]:
    """A form with up to three of its parts replaced, left out or added to; sometimes none."""
    body = draw(forms)
    for _ in range(draw(st.integers(0, 3))):
        content = draw(st.sampled_from([body, *(part for part in body.values() if isinstance(part, dict))]))
        key = draw(st.sampled_from([*content, "other", "13800000000"]))
        if draw(st.booleans()):
            content[key] = draw(values)
        else:
            content.pop(key, None)
    return body


Parse = Callable[[object], LeadForm | DepartmentForm]


def outcome(parse: Parse, body: object) -> LeadForm | DepartmentForm | Invalid:
    try:
        return parse(body)
    except Invalid as refused:
        return refused


@pytest.mark.requirement("A13", "N5")
@pytest.mark.parametrize(("parse", "forms"), [(parse_lead_form, lead_forms), (parse_department_form, department_forms)])
@given(data=st.data())
def test_a_body_is_a_form_or_named_problems(
    parse: Parse, forms: st.SearchStrategy[dict[str, Any]], data: st.DataObject
) -> None:
    body = data.draw(spoilt(forms))
    read = outcome(parse, body)
    if isinstance(read, Invalid):
        assert read.problems
        assert all(problem.code in MESSAGES for problem in read.problems)
        assert not any("138" in problem.field for problem in read.problems)
    else:
        assert parse(read.as_dict()) == read


@pytest.mark.requirement("A13")
@given(lead_forms)
def test_a_lead_form_in_order_is_kept_whole(body: dict[str, Any]) -> None:
    form = parse_lead_form(body)
    assert form.as_dict() == body


@pytest.mark.requirement("A13")
@given(department_forms)
def test_every_choice_of_letters_is_kept(body: dict[str, Any]) -> None:
    form = parse_department_form(body)
    chosen, ticked = body["scope"], form.scope
    assert ticked.levels == frozenset().union(*(LEVEL_LETTERS[one] for one in chosen["levels"]))
    assert ticked.award_years == frozenset().union(*(YEAR_LETTERS[one] for one in chosen["award_years"]))
    assert ticked.study_groups == frozenset().union(*(STUDY_LETTERS[one] for one in chosen["study_forms"]))
    assert ("H" in ticked.as_dict()["award_years"]) == ("H" in chosen["award_years"])
    assert parse_department_form(form.as_dict()) == form
