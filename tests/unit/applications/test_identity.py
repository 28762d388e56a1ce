"""Numbers of identity documents. All numbers are synthetic, two are the standard's own examples."""

from datetime import date

import pytest

from degree_auth.domain.applications.claim import IdentityType, Sex
from degree_auth.domain.applications.identity import (
    birth_date_in,
    canonical_identity_number,
    check_character,
    number_fault,
    sex_in,
)

CARD = IdentityType.RESIDENT_IDENTITY_CARD


@pytest.mark.requirement("A1")
def test_the_check_character_is_that_of_the_standard() -> None:
    assert check_character("11010519491231002") == "X"
    assert check_character("44052418800101001") == "4"


@pytest.mark.requirement("A2")
@pytest.mark.parametrize(
    "typed", ["110105491231002", "１１０１０５４９１２３１００２", "11010519491231002x", "110105 19491231 002X"]
)
def test_the_old_fifteen_digits_are_the_new_eighteen(typed: str) -> None:
    assert canonical_identity_number(CARD, typed) == "11010519491231002X"


@pytest.mark.requirement("A2")
@pytest.mark.parametrize(
    ("kind", "first", "second"),
    [
        (IdentityType.TAIWAN_PERMIT, "01234567(B)", "01234567b"),
        (IdentityType.TAIWAN_PERMIT, "0123456701（B）", "01234567-01-B"),
        (IdentityType.HK_MACAO_PERMIT, "H12345678-00", "H1234567800"),
        (IdentityType.HK_MACAO_PERMIT, "A123456(7)", "A1234567"),
        (IdentityType.PASSPORT, "E-12345678", "e12345678"),
    ],
)
def test_brackets_and_dashes_in_a_permits_number_are_aside(kind: IdentityType, first: str, second: str) -> None:
    assert canonical_identity_number(kind, first) == canonical_identity_number(kind, second)


@pytest.mark.requirement("A2", "N2")
def test_only_a_resident_card_has_fifteen_digits_that_grow() -> None:
    assert canonical_identity_number(IdentityType.PASSPORT, "110105491231002") == "110105491231002"


@pytest.mark.requirement("A1")
def test_birth_date_and_sex_are_read_from_the_number() -> None:
    assert birth_date_in("11010519491231002X") == date(1949, 12, 31)
    assert sex_in("11010519491231002X") is Sex.FEMALE


@pytest.mark.requirement("A1")
@pytest.mark.parametrize(
    ("kind", "number"),
    [
        (CARD, "11010519491231002X"),
        (IdentityType.RESIDENCE_PERMIT, "810000199408230021"),
        (IdentityType.PERMANENT_RESIDENCE_CARD, "911840199901010021"),
        (IdentityType.PERMANENT_RESIDENCE_CARD, "CAN110178010101"),
        (IdentityType.HK_MACAO_PERMIT, "H12345678"),
        (IdentityType.HK_MACAO_PERMIT, "M1234567801"),
        (IdentityType.TAIWAN_PERMIT, "12345678"),
        (IdentityType.TAIWAN_PERMIT, "1234567801(B)"),
        (IdentityType.PASSPORT, "E12345678"),
        (IdentityType.MILITARY, "军字第1234567号"),
        (IdentityType.MILITARY, "士字第12345678号"),
    ],
)
def test_a_number_in_order_has_no_fault(kind: IdentityType, number: str) -> None:
    assert number_fault(kind, number) is None


@pytest.mark.requirement("A1", "N5")
@pytest.mark.parametrize(
    ("kind", "number", "code"),
    [
        (CARD, "110105194912310021", "identity_check_character"),
        (CARD, "11010519491231002", "identity_resident_identity_card_format"),
        (CARD, "11010519491331002X", "identity_birth_date"),
        (CARD, "00010519491231002X", "identity_region"),
        (CARD, "911840199901010021", "identity_is_permanent_residence_card"),
        (IdentityType.PERMANENT_RESIDENCE_CARD, "911840199901010022", "identity_check_character"),
        (IdentityType.PERMANENT_RESIDENCE_CARD, "911840199913010021", "identity_birth_date"),
        (IdentityType.PERMANENT_RESIDENCE_CARD, "11010519491231002X", "identity_permanent_residence_card_format"),
        (IdentityType.PERMANENT_RESIDENCE_CARD, "CA1101780101012", "identity_permanent_residence_card_format"),
        (CARD, "810000199408230021", "identity_is_residence_permit"),
        (CARD, "١١٠١٠٥١٩٤٩١٢٣١٠٠٢X", "identity_resident_identity_card_format"),
        (IdentityType.RESIDENCE_PERMIT, "11010519491231002X", "identity_residence_permit_region"),
        (IdentityType.RESIDENCE_PERMIT, "H12345678", "identity_residence_permit_format"),
        (IdentityType.HK_MACAO_PERMIT, "K12345678", "identity_hk_macao_permit_format"),
        (IdentityType.TAIWAN_PERMIT, "123", "identity_taiwan_permit_format"),
        (IdentityType.PASSPORT, "ABCDEFG", "identity_passport_format"),
        (IdentityType.MILITARY, "1234567", "identity_military_format"),
    ],
)
def test_a_faulty_number_names_its_rule(kind: IdentityType, number: str, code: str) -> None:
    assert number_fault(kind, number) == code
