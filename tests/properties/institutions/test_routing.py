"""Routing over random departments: narrower wins, none or a tie is the lead's, and order is no matter."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from degree_auth.domain.applications.claim import Degree, Level, StudyForm
from degree_auth.domain.institutions.routing import Reason, coverage, route
from degree_auth.domain.institutions.scope import COMBINATIONS, Scope, combination_of
from tests.unit.institutions.test_scope import covers

TODAY = date(2026, 11, 23)


def letters(column: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(column), max_size=3)


scopes = st.builds(Scope.from_letters, letters("ABCD"), letters("EFGH"), letters("IJKL"))
departments = st.dictionaries(st.sampled_from([f"d-{n}" for n in range(8)]), scopes, max_size=6)
degrees = st.builds(
    Degree,
    st.just("10001"),
    st.just("示例大学"),
    st.sampled_from(Level),
    st.just("工学学士"),
    st.just("示例"),
    st.sampled_from(StudyForm),
    st.dates(date(1981, 1, 1), TODAY),
    st.just("1000142022000001"),
)


def covering(degree: Degree, scope: Scope) -> bool:
    return covers(scope, degree.level, degree.award_date, degree.study_form, TODAY)


def meaning(scope: Scope) -> set[Degree]:
    """The sample degrees that a scope covers: what it means, found without its own sets."""
    samples = (
        Degree("10001", "", level, "", "", form, awarded, "")
        for level in Level
        for form in StudyForm
        for awarded in (date(2026, 1, 1), date(2025, 12, 31))
    )
    return {one for one in samples if covering(one, scope)}


@pytest.mark.requirement("A3")
@given(degrees, departments)
def test_the_winner_covers_the_degree_and_is_within_every_other_that_does(
    degree: Degree, departments: dict[str, Scope]
) -> None:
    routed = route(degree, departments, TODAY)
    able = {one: meaning(scope) for one, scope in departments.items() if covering(degree, scope)}
    winners = [one for one, scope in able.items() if all(scope < other for name, other in able.items() if name != one)]
    assert [routed.department_id] == (winners or [None])
    if routed.department_id is None:
        assert routed.reason is (Reason.TIE if able else Reason.NOT_COVERED)
        assert set(routed.narrowest) <= set(able)


@pytest.mark.requirement("A3")
@given(degrees, departments, st.randoms(use_true_random=False))
def test_the_order_of_departments_is_no_matter(degree: Degree, departments: dict[str, Scope], rng: object) -> None:
    items = list(departments.items())
    rng.shuffle(items)  # type: ignore[attr-defined]
    assert route(degree, dict(items), TODAY) == route(degree, departments, TODAY)
    assert coverage(dict(items)) == coverage(departments)


@pytest.mark.requirement("A3")
@given(degrees, departments, scopes)
def test_a_department_that_does_not_cover_the_degree_changes_nothing(
    degree: Degree, departments: dict[str, Scope], added: Scope
) -> None:
    if not covering(degree, added):
        assert route(degree, {**departments, "d-added": added}, TODAY) == route(degree, departments, TODAY)


@pytest.mark.requirement("A3")
@given(degrees, departments)
def test_a_second_department_with_the_winning_scope_makes_a_tie(degree: Degree, departments: dict[str, Scope]) -> None:
    winner = route(degree, departments, TODAY).department_id
    if winner is not None:
        routed = route(degree, {**departments, "d-twin": departments[winner]}, TODAY)
        assert (routed.department_id, routed.reason) == (None, Reason.TIE)
        assert routed.narrowest == tuple(sorted((winner, "d-twin")))


@pytest.mark.requirement("A3")
@given(degrees, departments)
def test_a_scope_of_just_the_degrees_combination_wins_unless_another_is_as_narrow(
    degree: Degree, departments: dict[str, Scope]
) -> None:
    one = combination_of(degree.level, degree.award_date, degree.study_form, TODAY)
    groups = frozenset() if one.study_group is None else frozenset({one.study_group})
    exact = Scope(frozenset({one.level}), frozenset({one.award_year}), groups)
    as_narrow = any(scope.combinations == {one} for scope in departments.values())
    routed = route(degree, {**departments, "d-exact": exact}, TODAY)
    assert routed.department_id == (None if as_narrow else "d-exact")


@pytest.mark.requirement("A9")
@given(degrees, departments)
def test_coverage_says_where_every_degree_goes(degree: Degree, departments: dict[str, Scope]) -> None:
    seen = {one.combination: one for one in coverage(departments)}
    assert tuple(seen) == COMBINATIONS
    one = seen[combination_of(degree.level, degree.award_date, degree.study_form, TODAY)]
    assert one.routed == route(degree, departments, TODAY)
    assert set(one.departments) == {name for name, scope in departments.items() if covering(degree, scope)}


@pytest.mark.requirement("A13")
@given(scopes, st.text(max_size=5))
def test_a_scope_comes_back_from_its_letters(scope: Scope, words: str) -> None:
    registered = Scope(scope.levels, scope.award_years, scope.study_groups, words)
    assert Scope.from_letters(**registered.as_dict()) == registered
