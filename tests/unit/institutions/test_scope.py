"""Annex 3's letters: what each covers, and what it means that one scope is narrower."""

from __future__ import annotations

from datetime import date

import pytest

from degree_auth.domain.applications.claim import Level, StudyForm
from degree_auth.domain.cases.names import CHOICE_NAMES
from degree_auth.domain.institutions.scope import (
    COMBINATIONS,
    SCOPE_NAMES,
    AwardYear,
    Scope,
    StudyGroup,
    combination_of,
)

TODAY = date(2026, 11, 23)
THIS_YEAR = date(2026, 6, 30)
LAST_YEAR = date(2025, 12, 31)


def covers(scope: Scope, level: Level, award_date: date, study_form: StudyForm, today: date) -> bool:
    return combination_of(level, award_date, study_form, today) in scope.combinations


def scope(letters: str, other_years: str = "") -> Scope:
    """The scope of letters written in one word, such as BFJ."""
    return Scope.from_letters(
        [one for one in letters if one in "ABCD"],
        [one for one in letters if one in "EFGH"],
        [one for one in letters if one in "IJKL"],
        other_years,
    )


@pytest.mark.requirement("A13")
@pytest.mark.parametrize(
    ("letters", "levels"),
    [("A", set(Level)), ("B", {Level.BACHELOR}), ("C", {Level.MASTER}), ("D", {Level.DOCTOR}), ("CD", None)],
)
def test_letters_a_to_d_choose_the_levels(letters: str, levels: set[Level] | None) -> None:
    levels = {Level.MASTER, Level.DOCTOR} if levels is None else levels
    covered = {level for level in Level if covers(scope(f"{letters}EI"), level, THIS_YEAR, StudyForm.REGULAR, TODAY)}
    assert covered == levels


@pytest.mark.requirement("A13")
@pytest.mark.parametrize(
    ("letters", "this_year", "last_year"),
    [("E", True, True), ("F", False, True), ("G", True, False), ("FG", True, True), ("H", False, False)],
)
def test_letters_e_to_h_choose_the_award_years(letters: str, this_year: bool, last_year: bool) -> None:
    department = scope(f"A{letters}I", "2000 年以前" if "H" in letters else "")
    assert covers(department, Level.MASTER, THIS_YEAR, StudyForm.REGULAR, TODAY) is this_year
    assert covers(department, Level.MASTER, LAST_YEAR, StudyForm.REGULAR, TODAY) is last_year


@pytest.mark.requirement("A13")
@pytest.mark.parametrize(
    ("letter", "forms"),
    [
        ("I", set(StudyForm)),
        ("J", {StudyForm.REGULAR}),
        ("K", {StudyForm.ADULT, StudyForm.SELF_STUDY}),
        ("L", {StudyForm.INTERNATIONAL}),
    ],
)
def test_letters_i_to_l_choose_the_study_forms_of_bachelors(letter: str, forms: set[StudyForm]) -> None:
    covered = {form for form in StudyForm if covers(scope(f"BE{letter}"), Level.BACHELOR, THIS_YEAR, form, TODAY)}
    assert covered == forms


@pytest.mark.requirement("A3")
@pytest.mark.parametrize("level", [Level.MASTER, Level.DOCTOR])
@pytest.mark.parametrize("form", StudyForm)
def test_the_study_form_counts_for_bachelors_only(level: Level, form: StudyForm) -> None:
    assert covers(scope("AEJ"), level, THIS_YEAR, form, TODAY)
    assert covers(scope("AE"), level, THIS_YEAR, form, TODAY)


@pytest.mark.requirement("A3")
def test_the_current_year_moves_with_the_calendar() -> None:
    award = (Level.BACHELOR, THIS_YEAR, StudyForm.REGULAR)
    assert covers(scope("AGI"), *award, date(2026, 12, 31))
    assert not covers(scope("AGI"), *award, date(2027, 1, 1))
    assert not covers(scope("AFI"), *award, date(2026, 12, 31))
    assert covers(scope("AFI"), *award, date(2027, 1, 1))


@pytest.mark.requirement("A13")
def test_all_means_the_same_as_every_letter_of_its_column() -> None:
    assert scope("BCDFGJKL") == scope("AEI")
    assert scope("BCDFGJKL").as_dict() == {
        "levels": ["A"],
        "award_years": ["E"],
        "other_years": "",
        "study_forms": ["I"],
    }


@pytest.mark.requirement("A3")
def test_narrower_is_strictly_contained() -> None:
    assert scope("BFJ").combinations < scope("BFI").combinations
    assert not scope("BEJ").combinations <= scope("AGI").combinations
    assert not scope("AGI").combinations <= scope("BEJ").combinations
    assert scope("CFJ").combinations == scope("CFI").combinations, "study forms do not narrow one without bachelor's"


@pytest.mark.requirement("A13")
def test_a_letter_of_another_column_is_no_scope() -> None:
    with pytest.raises(KeyError):
        Scope.from_letters(["E"], ["E"], ["I"])


@pytest.mark.requirement("N6")
def test_every_part_of_a_combination_has_a_word_in_both_languages() -> None:
    assert len(set(COMBINATIONS)) == len(COMBINATIONS) == 10
    for value in (*Level, *AwardYear, *StudyGroup):
        assert all((SCOPE_NAMES | CHOICE_NAMES)[value])
