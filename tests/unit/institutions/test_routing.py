"""Which department receives a task, in the cases that institutions have."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from degree_auth.domain.applications.claim import Degree, Level, StudyForm
from degree_auth.domain.institutions.routing import Reason, Routed, coverage, route
from degree_auth.domain.institutions.scope import AwardYear, Combination, Scope, StudyGroup
from degree_auth.messages import text

TODAY = date(2026, 11, 23)
DEGREE = Degree(
    "10001",
    "北京大学",
    Level.BACHELOR,
    "工学学士",
    "计算机科学与技术",
    StudyForm.REGULAR,
    date(2022, 6, 30),
    "1000142022000001",
)
ARCHIVE = Scope.from_letters("A", "F", "I")
TEACHING = Scope.from_letters("B", "E", "J")
GRADUATE = Scope.from_letters("CD", "E", "")
ADULT = Scope.from_letters("B", "E", "K")
EVERYTHING = Scope.from_letters("A", "E", "I")


@pytest.mark.requirement("A3")
def test_the_narrowest_scope_that_covers_the_degree_receives_it() -> None:
    departments = {"d-all": EVERYTHING, "d-teaching": TEACHING, "d-adult": ADULT, "d-graduate": GRADUATE}
    assert route(DEGREE, departments, TODAY) == Routed("d-teaching", Reason.NARROWEST_SCOPE, ("d-teaching",))
    adult = replace(DEGREE, study_form=StudyForm.SELF_STUDY)
    assert route(adult, departments, TODAY).department_id == "d-adult"
    international = replace(DEGREE, study_form=StudyForm.INTERNATIONAL)
    assert route(international, departments, TODAY).department_id == "d-all"
    doctor = replace(DEGREE, level=Level.DOCTOR, study_form=StudyForm.ADULT)
    assert route(doctor, departments, TODAY).department_id == "d-graduate"


@pytest.mark.requirement("A3")
def test_what_no_scope_covers_goes_to_the_lead_department() -> None:
    assert route(DEGREE, {}, TODAY) == Routed(None, Reason.NOT_COVERED, ())
    assert route(DEGREE, {"d-graduate": GRADUATE}, TODAY) == Routed(None, Reason.NOT_COVERED, ())


@pytest.mark.requirement("A3")
def test_award_years_in_other_words_route_nothing_by_themselves() -> None:
    in_words = Scope.from_letters("A", "H", "I", "2008 年以前")
    assert route(DEGREE, {"d-words": in_words}, TODAY) == Routed(None, Reason.NOT_COVERED, ())


@pytest.mark.requirement("A3")
def test_scopes_that_do_not_compare_tie_and_go_to_the_lead_department() -> None:
    departments = {"d-teaching": TEACHING, "d-archive": ARCHIVE, "d-all": EVERYTHING}
    assert route(DEGREE, departments, TODAY) == Routed(None, Reason.TIE, ("d-archive", "d-teaching"))


@pytest.mark.requirement("A3")
def test_a_scope_within_both_of_two_that_tie_settles_it() -> None:
    old_bachelors = Scope.from_letters("B", "F", "J")
    departments = {"d-teaching": TEACHING, "d-archive": ARCHIVE, "d-old": old_bachelors}
    assert route(DEGREE, departments, TODAY).department_id == "d-old"


@pytest.mark.requirement("A3")
def test_a_degree_moves_to_the_archive_when_its_year_is_over() -> None:
    departments = {"d-archive": ARCHIVE, "d-current": Scope.from_letters("A", "G", "I")}
    fresh = replace(DEGREE, award_date=date(2026, 6, 30))
    assert route(fresh, departments, date(2026, 12, 31)).department_id == "d-current"
    assert route(fresh, departments, date(2027, 1, 1)).department_id == "d-archive"


@pytest.mark.requirement("A9")
def test_coverage_shows_gaps_and_overlaps_and_where_tasks_go() -> None:
    seen = {one.combination: one for one in coverage({"d-archive": ARCHIVE, "d-teaching": TEACHING})}
    assert len(seen) == 10
    both = seen[Combination(Level.BACHELOR, AwardYear.PREVIOUS, StudyGroup.REGULAR)]
    assert both.departments == ("d-archive", "d-teaching")
    assert both.routed.reason is Reason.TIE
    gap = seen[Combination(Level.DOCTOR, AwardYear.CURRENT, None)]
    assert gap.departments == ()
    assert gap.routed == Routed(None, Reason.NOT_COVERED, ())
    single = seen[Combination(Level.MASTER, AwardYear.PREVIOUS, None)]
    assert (single.departments, single.routed.department_id) == (("d-archive",), "d-archive")


@pytest.mark.requirement("N6")
@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_told_in_both_languages(reason: Reason) -> None:
    assert all(text(reason))
