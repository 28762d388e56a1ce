"""Who is proven, and which claims are that person's own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from random import Random
from typing import Any

import pytest

from degree_auth.domain.applications.claim import Claim, IdentityType, Sex
from degree_auth.domain.applications.identity import canonical_identity_number, number_fault
from degree_auth.domain.applications.person import (
    Authority,
    ProvenPerson,
    TokenFields,
    is_holder,
    person_key_source,
    read_person,
)
from degree_auth.domain.applications.submission import parse_submission
from degree_auth.domain.shared.errors import Forbidden
from degree_auth.domain.shared.plain_data import as_data, from_data
from tests.samples.claims import award, body_of, identity_number

pytestmark = pytest.mark.requirement("A1", "N4")
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
NAMES = TokenFields("name", "document_type", "document_number")
NUMBER = identity_number(Random(3), date(1990, 5, 4), Sex.FEMALE)
OLD_NUMBER = identity_number(Random(3), date(1960, 5, 4), Sex.FEMALE)


def told(**changes: Any) -> dict[str, Any]:
    """What a provider says; None leaves something out."""
    every = {"name": "阿依·样例", "document_type": "resident_identity_card", "document_number": NUMBER, "sub": "1"}
    return {name: value for name, value in (every | changes).items() if value is not None}


def claim_of(person: ProvenPerson, **changes: Any) -> Claim:
    claim = parse_submission(body_of(award(Random(7), 1)), date(2026, 11, 23)).claim
    own = {"name": person.name, "identity_type": person.identity_type, "identity_number": person.identity_number}
    return replace(claim, holder=replace(claim.holder, **(own | changes)))


def test_a_person_is_read_in_canonical_form() -> None:
    person = read_person(told(name=" 阿依•样例 ", document_number=f" {NUMBER[:6]} {NUMBER[6:].lower()} "), NAMES, NOW)
    assert person == ProvenPerson(
        "阿依·样例", IdentityType.RESIDENT_IDENTITY_CARD, NUMBER, Authority.IDENTITY_PROVIDER, NOW
    )
    assert from_data(ProvenPerson, as_data(person)) == person


@pytest.mark.parametrize("left_out", ["name", "document_type", "document_number"])
@pytest.mark.parametrize("value", [None, "", 7, ["x"], "x" * 500, "\ud800"])
def test_who_is_not_told_whole_is_not_proven(left_out: str, value: Any) -> None:
    with pytest.raises(Forbidden) as refused:
        read_person(told(**{left_out: value}), NAMES, NOW)
    assert refused.value.code == "identity_not_proven"
    assert refused.value.problems == ()


def test_a_number_that_is_none_of_its_kind_proves_nobody() -> None:
    wrong = NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1")
    with pytest.raises(Forbidden):
        read_person(told(document_number=wrong), NAMES, NOW)


@pytest.mark.parametrize(
    "written",
    [
        {},
        {"name": "阿依•样例"},
        {"name": "阿依 · 样例"},
        {"identity_number": NUMBER.lower()},
        {"identity_number": f"{NUMBER[:6]} {NUMBER[6:]}"},
    ],
)
def test_the_holder_is_the_person_however_it_is_written(written: dict[str, Any]) -> None:
    person = read_person(told(), NAMES, NOW)
    assert is_holder(person, claim_of(person, **written))


def test_the_fifteen_digits_that_became_a_number_are_that_number() -> None:
    person = read_person(told(document_number=OLD_NUMBER), NAMES, NOW)
    fifteen = OLD_NUMBER[:6] + OLD_NUMBER[8:17]
    claim = claim_of(person, identity_number=fifteen)
    assert is_holder(person, claim)
    assert is_holder(claim.holder, claim_of(person))
    assert person_key_source(claim.holder) == person_key_source(person)


SPELLINGS = [
    (
        IdentityType.MILITARY,
        ("军字第1234567号", "军字第1234567", "軍字第1234567号", "軍字第1234567號", "军 字第1234567 号"),
    ),
    (
        IdentityType.TAIWAN_PERMIT,
        ("12345678", "T12345678", "12345678(B)", "1234567801", "1234567802", "1234567801（b）"),
    ),
    (IdentityType.HK_MACAO_PERMIT, ("H12345678", "H1234567800", "h12345678-02")),
]


@pytest.mark.parametrize(("kind", "spellings"), SPELLINGS)
def test_a_document_has_one_holder_however_its_number_is_written_or_renewed(
    kind: IdentityType, spellings: tuple[str, ...]
) -> None:
    person = replace(read_person(told(), NAMES, NOW), identity_type=kind, identity_number=spellings[0])
    for written in spellings:
        assert number_fault(kind, canonical_identity_number(kind, written)) is None or "號" in written
        claim = claim_of(person, identity_number=written)
        assert is_holder(person, claim)
        assert person_key_source(claim.holder) == person_key_source(person)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (IdentityType.MILITARY, "军字第1234567号", "士字第1234567号"),
        (IdentityType.MILITARY, "军字第1234567号", "军字第01234567号"),
        (IdentityType.MILITARY, "军字第1234567号", "军字第12345678号"),
        (IdentityType.TAIWAN_PERMIT, "12345678", "12345679"),
        (IdentityType.TAIWAN_PERMIT, "1234567801", "1234567901"),
        (IdentityType.HK_MACAO_PERMIT, "H12345678", "M12345678"),
        (IdentityType.HK_MACAO_PERMIT, "H1234567801", "H1234567901"),
        # A passport has no part for life, whatever its number looks like.
        (IdentityType.PASSPORT, "H12345678", "H1234567801"),
        (IdentityType.PASSPORT, "12345678", "1234567801"),
    ],
)
def test_two_documents_are_two_holders(kind: IdentityType, one: str, other: str) -> None:
    person = replace(read_person(told(), NAMES, NOW), identity_type=kind, identity_number=one)
    assert not is_holder(person, claim_of(person, identity_number=other))


@pytest.mark.parametrize(
    "other",
    [
        {"name": "阿依·样品"},
        {"identity_type": IdentityType.PASSPORT},
        {"identity_number": identity_number(Random(4), date(1990, 5, 4), Sex.FEMALE)},
    ],
    ids=lambda one: next(iter(one)),
)
def test_anybody_else_is_not_the_holder(other: dict[str, Any]) -> None:
    person = read_person(told(), NAMES, NOW)
    assert not is_holder(person, claim_of(person, **other))
