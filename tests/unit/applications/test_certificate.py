"""Certificate numbers by the rule of their time."""

from datetime import date

import pytest

from degree_auth.domain.applications.certificate import findings
from degree_auth.domain.applications.claim import Level, StudyForm

IN_2006, IN_2016 = date(2006, 6, 30), date(2016, 6, 30)


@pytest.mark.requirement("A1")
@pytest.mark.parametrize(
    ("number", "awarded", "level", "form"),
    [
        ("任意98-7", date(2005, 8, 24), Level.BACHELOR, StudyForm.REGULAR),
        ("1048642006000001", IN_2006, Level.BACHELOR, StudyForm.REGULAR),
        ("1048642006S00001", IN_2006, Level.BACHELOR, StudyForm.REGULAR),
        ("1048642006E00001", IN_2006, Level.BACHELOR, StudyForm.REGULAR),
        ("C1048642006000001", IN_2006, Level.BACHELOR, StudyForm.ADULT),
        ("C1048642006Z00001", IN_2006, Level.BACHELOR, StudyForm.SELF_STUDY),
        ("Z1048632006S00001", IN_2006, Level.MASTER, StudyForm.REGULAR),
        ("Q1048632006000001", IN_2006, Level.MASTER, StudyForm.REGULAR),
        ("T1048622006000001", IN_2006, Level.DOCTOR, StudyForm.REGULAR),
        ("L1048642006000001", IN_2006, Level.BACHELOR, StudyForm.INTERNATIONAL),
        ("1048642016000001", IN_2016, Level.BACHELOR, StudyForm.ADULT),
    ],
)
def test_a_number_in_the_style_of_its_time_raises_no_finding(
    number: str, awarded: date, level: Level, form: StudyForm
) -> None:
    assert findings(number, awarded, "10486", level, form) == ()


@pytest.mark.requirement("A1")
@pytest.mark.parametrize(
    ("number", "awarded", "code"),
    [
        ("1048642016S00001", IN_2016, "certificate_number_style"),
        ("C1048642016000001", IN_2016, "certificate_number_style"),
        ("第123号", IN_2006, "certificate_number_style"),
        ("1048642006000001", date(2005, 8, 25), "certificate_number_year"),
        ("1000142006000001", IN_2006, "certificate_number_institution"),
        ("1048632006000001", IN_2006, "certificate_number_level"),
        ("C1048642006000001", IN_2006, "certificate_number_study_form"),
        ("L1048642006000001", IN_2006, "certificate_number_study_form"),
        ("１０４８６４２０１６０００００１", IN_2016, "certificate_number_style"),
    ],
)
def test_an_unusual_number_is_found(number: str, awarded: date, code: str) -> None:
    assert findings(number, awarded, "10486", Level.BACHELOR, StudyForm.REGULAR) == (code,)
