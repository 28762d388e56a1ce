"""Whatever stands in a file, a row is read or refused with known rules; and what is written down is read back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from degree_auth.domain.applications.categories import CATEGORIES, level_of_code
from degree_auth.domain.applications.claim import IdentityType, Sex, StudyForm
from degree_auth.domain.register.annual_report_columns import COLUMNS
from degree_auth.domain.register.annual_report_header import read_header
from degree_auth.domain.register.annual_report_row import read_row
from degree_auth.domain.register.award import AwardRecord
from degree_auth.domain.register.award_identity import award_source, join_record_id, split_record_id
from degree_auth.domain.register.record import STORED_FIELDS, record_from, values_of
from degree_auth.domain.shared.errors import Invalid
from degree_auth.messages import MESSAGES

HEADER = read_header([column.code for column in COLUMNS])
CELLS = st.one_of(
    st.none(),
    st.text(max_size=80),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.sampled_from(["01", "1", "408", "10486", "20200630", "1.0E+15"]),
)


@st.composite
def award_records(draw: Any) -> AwardRecord:
    """Any record at all."""
    category = draw(st.sampled_from(sorted(CATEGORIES)))
    line = st.text(max_size=20)
    return AwardRecord(
        record_id=draw(line.filter(bool)) + "#part",
        name=draw(line),
        name_pinyin=draw(line),
        sex=draw(st.sampled_from(Sex)),
        birth_date=draw(st.dates(date(1900, 1, 1))),
        country_code=draw(line),
        ethnic_group_code=draw(line),
        identity_type=draw(st.sampled_from(IdentityType)),
        identity_number=draw(line),
        institution_code=draw(line),
        institution_name=draw(line),
        training_institution_code=draw(line),
        level=level_of_code(category),
        category_code=category,
        category_name=CATEGORIES[category],
        discipline_code=draw(line),
        discipline_name=draw(line),
        study_form=draw(st.sampled_from(StudyForm)),
        award_date=draw(st.dates(date(1900, 1, 1))),
        certificate_number=draw(line),
    )


@pytest.mark.requirement("N5")
@given(st.lists(CELLS, max_size=len(COLUMNS) + 2))
def test_any_cells_at_all_are_read_or_refused_by_known_rules(cells: list[Any]) -> None:
    broken: tuple[str, ...] = ()
    try:
        read_row(cells, HEADER)
    except Invalid as refused:
        broken = tuple(problem.code for problem in refused.problems) or ("refused without a reason",)
    assert set(broken) <= set(MESSAGES)


@given(award_records())
def test_a_record_written_down_is_read_back_the_same(record: AwardRecord) -> None:
    assert record_from(values_of(record), record.record_id) == record
    assert set(STORED_FIELDS) | {"record_id", "duplicate"} == set(AwardRecord.__dataclass_fields__)


@given(st.text(min_size=1, max_size=40), st.text("abcXYZ019-_", min_size=1, max_size=22))
def test_a_record_id_names_its_partition_and_part(partition: str, part: str) -> None:
    assert split_record_id(join_record_id(partition, part)) == (partition, part)


@given(award_records(), st.sampled_from(["award_date", "discipline_name", "study_form", "name_pinyin", "birth_date"]))
def test_a_correction_of_a_lesser_fact_finds_the_record_that_it_corrects(record: AwardRecord, field: str) -> None:
    numbered = replace(record, identity_number="110199199001010011")
    corrected: Any = {
        "award_date": date(2001, 1, 1),
        "discipline_name": "哲学",
        "study_form": StudyForm.ADULT,
        "name_pinyin": "X",
        "birth_date": date(1990, 1, 1),
    }
    assert award_source(replace(numbered, **{field: corrected[field]})) == award_source(numbered)


@given(award_records())
def test_another_holder_or_another_category_is_another_award(record: AwardRecord) -> None:
    numbered = replace(record, identity_number="110199199001010011")
    assert award_source(replace(numbered, identity_number="110199199001010038")) != award_source(numbered)
    other = "407" if record.category_code != "407" else "408"
    assert award_source(replace(numbered, category_code=other)) != award_source(numbered)


@pytest.mark.requirement("A2", "A11")
@given(award_records(), st.sampled_from(["买买提\u00b7艾力", "Zhang San", "O'Brien-Smith"]), st.data())
def test_a_record_without_a_number_is_of_one_award_however_its_holders_name_is_written(
    record: AwardRecord, name: str, data: st.DataObject
) -> None:
    ways = {"\u00b7": "\u00b7\u2022\u30fb", "-": "-\u2010\u2014", "'": "'\u2019"}
    written = "".join(data.draw(st.sampled_from(ways.get(char, char + char.upper()))) for char in name)
    unnumbered = replace(record, identity_number="", name=name)
    assert award_source(replace(unnumbered, name=written)) == award_source(unnumbered)
    assert award_source(replace(unnumbered, name=f"{name}a")) != award_source(unnumbered)
