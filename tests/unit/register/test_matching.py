"""Outcomes of comparing, and the hints. All persons are synthetic."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from degree_auth.adapters.institutions.institution_list import shipped_institutions
from degree_auth.domain.applications.claim import Claim, IdentityType, Level, Sex, StudyForm
from degree_auth.domain.applications.identity import check_character
from degree_auth.domain.applications.institution_list import InstitutionName, Institutions
from degree_auth.domain.register.award import AwardRecord
from degree_auth.domain.register.award_identity import certificate_key, number_key_source
from degree_auth.domain.register.matching import COMPARED_FIELDS, Comparison, MatchResult, compare_claim
from degree_auth.messages import MESSAGES
from tests.samples.claims import claim_of

RECORD = AwardRecord(
    record_id="r1",
    name="张示例",
    name_pinyin="Zhang Shili",
    sex=Sex.FEMALE,
    birth_date=date(1974, 10, 2),
    country_code="156",
    ethnic_group_code="01",
    identity_type=IdentityType.RESIDENT_IDENTITY_CARD,
    identity_number="110105197410021247",
    institution_code="10487",
    institution_name="华中理工大学",
    training_institution_code="10487",
    level=Level.BACHELOR,
    category_code="408",
    category_name="工学学士",
    discipline_code="0809",
    discipline_name="计算机及应用(师范)",
    study_form=StudyForm.REGULAR,
    award_date=date(1996, 7, 1),
    certificate_number="(96)学字0123号",
)
OTHER = replace(
    RECORD,
    record_id="r2",
    name="李范例",
    sex=Sex.MALE,
    birth_date=date(1973, 1, 5),
    identity_number="110105197301051239",
    discipline_name="机械",
)


def claim(record: AwardRecord = RECORD, **changes: Any) -> Claim:
    """The truthful claim of a record, with fields of the record changed first."""
    return claim_of(replace(record, **changes))


def run(claimed: Claim, *records: AwardRecord) -> Comparison:
    return compare_claim(claimed, records, shipped_institutions())


def hints(claimed: Claim, record: AwardRecord = RECORD) -> dict[str, tuple[str, ...]]:
    comparison = run(claimed, record)
    assert comparison.result is MatchResult.MISMATCHED
    assert comparison.record_id == record.record_id
    return {difference.field: difference.hints for difference in comparison.differences}


@pytest.mark.requirement("A2")
def test_one_equal_record_matches() -> None:
    comparison = run(claim(), RECORD)
    assert (comparison.result, comparison.record_id, comparison.differences) == (MatchResult.MATCHED, "r1", ())


@pytest.mark.requirement("A2")
def test_no_candidate_is_not_found() -> None:
    assert run(claim()).result is MatchResult.NOT_FOUND


@pytest.mark.requirement("A2")
def test_another_degree_of_the_same_person_is_not_this_award() -> None:
    bachelor = replace(RECORD, institution_code="10001", institution_name="北京大学", discipline_name="数学")
    master = claim(level=Level.MASTER, category_name="工学硕士", award_date=date(1999, 7, 1), certificate_number="99-1")
    assert run(master, bachelor).result is MatchResult.NOT_FOUND


@pytest.mark.requirement("A2")
def test_a_record_of_the_holder_is_about_the_award_when_most_of_the_degree_agrees() -> None:
    three_wrong = {"certificate_number": "96-1", "discipline_name": "数学", "award_date": date(1997, 7, 1)}
    assert run(claim(**three_wrong), RECORD).result is MatchResult.MISMATCHED
    assert run(claim(**three_wrong, study_form=StudyForm.ADULT), RECORD).result is MatchResult.NOT_FOUND


@pytest.mark.requirement("A2")
def test_a_mistyped_certificate_number_is_found_by_its_holder() -> None:
    assert hints(claim(certificate_number="(96)学字0132号")) == {"degree.certificate_number": ("hint_transposed",)}


@pytest.mark.requirement("A2", "N2")
def test_the_number_of_another_person_is_a_mismatch_that_says_so() -> None:
    found = hints(claim(OTHER), RECORD)
    assert found["holder.identity_number"] == ("hint_other_person",)
    assert "holder.name" in found


@pytest.mark.requirement("A2", "N2")
def test_two_records_equal_to_the_claim_are_ambiguous() -> None:
    comparison = run(claim(), RECORD, replace(RECORD, record_id="r3"))
    assert (comparison.result, comparison.record_id) == (MatchResult.AMBIGUOUS, None)


@pytest.mark.requirement("A2")
def test_the_same_record_found_twice_is_one() -> None:
    comparison = run(claim(), RECORD, RECORD)
    assert (comparison.result, comparison.candidates) == (MatchResult.MATCHED, 1)


@pytest.mark.requirement("A2", "N2")
def test_a_register_that_contradicts_itself_about_the_award_is_ambiguous() -> None:
    otherwise = replace(RECORD, record_id="r3", award_date=date(1997, 7, 1))
    assert run(claim(), RECORD, otherwise).result is MatchResult.AMBIGUOUS


@pytest.mark.requirement("A2")
def test_a_number_shared_with_another_person_leaves_no_doubt() -> None:
    both = replace(RECORD, duplicate=True), replace(OTHER, duplicate=True)
    assert run(claim(), *both).record_id == "r1"
    assert run(claim(OTHER), *both).record_id == "r2"


@pytest.mark.requirement("A2", "N2")
def test_a_record_marked_duplicate_of_one_that_was_not_seen_is_ambiguous() -> None:
    assert run(claim(), replace(RECORD, duplicate=True)).result is MatchResult.AMBIGUOUS


@pytest.mark.requirement("A2")
def test_two_records_equally_near_are_ambiguous() -> None:
    stranger = claim(
        OTHER, name="王某", identity_number="110105197301051212", certificate_number=RECORD.certificate_number
    )
    twin = replace(OTHER, record_id="r3", identity_number="110105197301051298")
    assert run(stranger, OTHER, twin).result is MatchResult.AMBIGUOUS


@pytest.mark.requirement("A2")
def test_the_nearest_of_several_is_named() -> None:
    comparison = run(claim(name="张示列"), OTHER, RECORD)
    assert (comparison.record_id, comparison.candidates) == ("r1", 2)


@pytest.mark.requirement("A2", "N2")
@pytest.mark.parametrize(
    "field", ["name", "identity_number", "discipline_name", "institution_code", "certificate_number"]
)
def test_a_record_that_lacks_a_value_never_matches(field: str) -> None:
    comparison = run(claim(), replace(RECORD, **{field: ""}))
    assert comparison.result is not MatchResult.MATCHED


@pytest.mark.requirement("A2", "N2")
def test_two_absent_values_are_not_equal() -> None:
    lacking = replace(RECORD, identity_number="")
    assert hints(claim_of(lacking), lacking) == {"holder.identity_number": ("hint_record_lacks_value",)}


@pytest.mark.requirement("A2")
def test_the_category_may_be_known_by_its_code_alone() -> None:
    assert run(claim(), replace(RECORD, category_name="")).result is MatchResult.MATCHED


@pytest.mark.requirement("A2")
def test_the_name_that_the_certificate_printed_is_equal_even_when_the_list_lacks_it() -> None:
    unlisted = replace(RECORD, institution_name="华中工学院分院")
    assert run(claim_of(unlisted), unlisted).result is MatchResult.MATCHED


@pytest.mark.requirement("A2")
def test_the_name_of_the_code_at_the_award_date_is_equal() -> None:
    assert run(claim(), replace(RECORD, institution_name="")).result is MatchResult.MATCHED


@pytest.mark.requirement("A2")
@pytest.mark.parametrize(
    ("changes", "field", "expected"),
    [
        ({"name": "張示例"}, "holder.name", ("hint_traditional_simplified",)),
        ({"name": "张示"}, "holder.name", ("hint_one_character",)),
        ({"name": "示张例"}, "holder.name", ("hint_transposed",)),
        ({"name": "张·示例"}, "holder.name", ("hint_name_separator",)),
        ({"name": "ZHANG SHI LI"}, "holder.name", ("hint_name_pinyin",)),
        ({"name": "Shili Zhang"}, "holder.name", ("hint_name_pinyin",)),
        ({"name": "王五六七"}, "holder.name", ()),
        ({"sex": Sex.MALE}, "holder.sex", ()),
        ({"birth_date": date(1974, 2, 10)}, "holder.birth_date", ("hint_day_month_swapped",)),
        ({"birth_date": date(1974, 10, 3)}, "holder.birth_date", ("hint_one_character", "hint_same_month")),
        ({"birth_date": date(1974, 3, 15)}, "holder.birth_date", ("hint_same_year",)),
        ({"identity_number": "110105197410021427"}, "holder.identity_number", ("hint_transposed",)),
        ({"identity_number": "110105197410021O47"}, "holder.identity_number", ("hint_one_character",)),
        ({"institution_code": "10478"}, "degree.institution_code", ("hint_transposed",)),
        ({"institution_name": "华中科技大学"}, "degree.institution_name", ("hint_institution_renamed",)),
        ({"institution_name": "华中理工大学分校"}, "degree.institution_name", ("hint_contained",)),
        ({"category_name": "工学硕士"}, "degree.category", ("hint_one_character",)),
        ({"level": Level.MASTER}, "degree.level", ()),
        ({"study_form": StudyForm.ADULT}, "degree.study_form", ()),
        ({"discipline_name": "计算机及应用"}, "degree.discipline", ("hint_contained",)),
        ({"discipline_name": "计算机及应用师范"}, "degree.discipline", ("hint_punctuation",)),
        ({"award_date": date(1996, 7, 11)}, "degree.award_date", ("hint_one_character", "hint_same_month")),
        ({"certificate_number": "(96)学字O123号"}, "degree.certificate_number", ("hint_confusable",)),
        ({"certificate_number": "96学字0123号"}, "degree.certificate_number", ("hint_punctuation",)),
    ],
)
def test_an_uncertain_likeness_is_a_hint_and_never_equality(
    changes: dict[str, Any], field: str, expected: tuple[str, ...]
) -> None:
    found = hints(claim(**changes))
    assert found[field] == expected
    assert all(hint in MESSAGES for hint in expected)


@pytest.mark.requirement("A2")
def test_a_merged_institution_is_a_hint() -> None:
    institutions = Institutions(
        [InstitutionName("90001", "甲大学", None, date(2000, 1, 1), "90002"), InstitutionName("90002", "乙大学")]
    )
    record = replace(RECORD, institution_code="90001", institution_name="甲大学")
    comparison = compare_claim(
        claim(record, institution_code="90002", institution_name="乙大学"), [record], institutions
    )
    assert {each.field: each.hints for each in comparison.differences} == {
        "degree.institution_code": ("hint_institution_merged",),
        "degree.institution_name": ("hint_institution_merged",),
    }


@pytest.mark.requirement("A2")
def test_a_renewed_passport_is_a_hint() -> None:
    record = replace(RECORD, identity_type=IdentityType.PASSPORT, identity_number="E12345678")
    assert hints(claim(record, identity_number="EA7654321"), record) == {
        "holder.identity_number": ("hint_document_renewed",)
    }


@pytest.mark.requirement("A2")
def test_names_in_another_order_or_without_marks_are_hints() -> None:
    record = replace(RECORD, name="José Álvarez")
    assert hints(claim(record, name="Jose Alvarez"), record) == {"holder.name": ("hint_diacritics",)}
    plain = replace(RECORD, name="John Smith")
    assert hints(claim(plain, name="SMITH, John"), plain) == {"holder.name": ("hint_name_order",)}


@pytest.mark.requirement("N4")
def test_an_outcome_holds_no_personal_value() -> None:
    written = json.dumps(run(claim(name="張示例", identity_number="110105197410021263"), RECORD).as_dict())
    for value in ("張", "张", "示例", "110105", "1974"):
        assert value not in written
        assert json.dumps(value).strip('"') not in written


@pytest.mark.requirement("A2", "N4")
def test_an_outcome_is_kept_as_json_without_the_certificate_number() -> None:
    record = replace(RECORD, record_id="10487#1048742020000123#opaque")
    kept = run(claim(), record).as_dict()
    assert json.loads(json.dumps(kept)) == kept
    assert kept["record"] == "opaque"
    assert "1048742020000123" not in json.dumps(kept)


@pytest.mark.requirement("A2", "N2")
def test_a_record_without_an_institutions_name_matches_a_name_of_its_code_at_the_award_alone() -> None:
    nameless = replace(RECORD, institution_name="")
    assert run(claim(), nameless).result is MatchResult.MATCHED
    assert run(claim(institution_name="某某大学"), nameless).result is MatchResult.MISMATCHED


@pytest.mark.requirement("A2")
def test_look_up_keys_are_those_of_the_canonical_forms() -> None:
    assert certificate_key(" １０４８７", "（96）学字 0123号") == "10487#(96)学字0123号"
    card = IdentityType.RESIDENT_IDENTITY_CARD
    assert number_key_source(card, "110105491231002") == number_key_source(card, "11010519491231002x")


@pytest.mark.requirement("A2")
def test_fields_are_named_as_in_a_submission() -> None:
    assert len(set(COMPARED_FIELDS)) == 13
    assert all(name.startswith(("holder.", "degree.")) for name in COMPARED_FIELDS)


@pytest.mark.requirement("A2", "N2")
def test_a_difference_from_a_record_that_contradicts_itself_is_explained_so_and_stays_a_difference() -> None:
    seventeen = "11010519741002124"
    sound = replace(RECORD, identity_number=seventeen + check_character(seventeen))
    outcome = run(claim(sound), replace(sound, birth_date=date(1974, 10, 3)))
    assert outcome.result is MatchResult.MISMATCHED
    assert "warning_birth_date_differs" in outcome.contradictions
    assert set(outcome.as_dict()["contradictions"]) == set(outcome.contradictions) <= set(MESSAGES)
    assert "contradictions" not in run(claim(discipline_name="园艺"), RECORD).as_dict()
