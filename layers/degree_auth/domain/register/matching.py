"""Comparing a claim with award records (article 2): equal in canonical form, or not equal; nothing in between.

Every field that a report states is compared, because a report certifies all of them; and whatever identifies the
person, because a report must not certify a namesake. Not compared: pinyin, ethnic group, nationality and training
institution, which the applicant does not claim and the report does not state.

==========================  ==========================================================================
holder.name                 stated; canonical name form, letter case and spaces beside signs aside
holder.sex                  stated; tells some namesakes apart
holder.birth_date           stated; tells most namesakes apart
holder.identity_type        a number means nothing without its kind
holder.identity_number      the only value that tells all namesakes apart; 15 digits equal the 18 they became
degree.institution_code     stated; names repeat and change, the code tells units apart
degree.institution_name     stated; equals the record's printed name or a name of the code at the award date
degree.level                stated
degree.category             stated; the words 学位, 专业学位 at its end aside
degree.discipline           stated; the name that the certificate prints
degree.study_form           stated
degree.award_date           stated
degree.certificate_number   stated; with the institution the key of the register, but it may repeat
==========================  ==========================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from degree_auth.domain.applications.categories import CATEGORIES
from degree_auth.domain.applications.claim import Claim, IdentityType
from degree_auth.domain.applications.identity import canonical_identity_number
from degree_auth.domain.applications.institution_list import Institutions
from degree_auth.domain.register.award import AwardRecord
from degree_auth.domain.register.contradictions import contradictions
from degree_auth.domain.register.hints import date_hints, name_hints, number_hints, text_hints
from degree_auth.domain.shared.text import category_key, code_form, name_key, phrase_key

MATCHING_RULES = "3"
"""Changes whenever a rule of comparison changes, so that a stored outcome says by which rules it came about."""

RECORDED_AS = {
    "holder.name": "name",
    "holder.sex": "sex",
    "holder.birth_date": "birth_date",
    "holder.identity_type": "identity_type",
    "holder.identity_number": "identity_number",
    "degree.institution_code": "institution_code",
    "degree.institution_name": "institution_name",
    "degree.level": "level",
    "degree.category": "category_name",
    "degree.discipline": "discipline_name",
    "degree.study_form": "study_form",
    "degree.award_date": "award_date",
    "degree.certificate_number": "certificate_number",
}
"""Where a record has what a compared field states."""

COMPARED_FIELDS = tuple(RECORDED_AS)
_KEYS: Mapping[str, Callable[[str], str]] = {
    "holder.name": name_key,
    "degree.institution_code": code_form,
    "degree.institution_name": phrase_key,
    "degree.category": category_key,
    "degree.discipline": phrase_key,
    "degree.certificate_number": code_form,
}
"""What counts as the same text, by field; an identity number is read by its kind, the other fields are as they are."""

_NAME, _, _BIRTH, _TYPE, _NUMBER, _CODE, _UNIT, _, _, _, _, _AWARDED, _CERTIFICATE = range(13)
_DEGREE = range(_CODE, _CERTIFICATE + 1)
_ENOUGH_OF_A_DEGREE = 5
_RENEWED = frozenset(
    {
        IdentityType.PASSPORT,
        IdentityType.HK_MACAO_PERMIT,
        IdentityType.TAIWAN_PERMIT,
        IdentityType.RESIDENCE_PERMIT,
        IdentityType.PERMANENT_RESIDENCE_CARD,
    }
)

_Values = tuple[Any, ...]
"""Canonical values in the order of COMPARED_FIELDS."""


class _Candidate(NamedTuple):
    record: AwardRecord
    values: _Values
    differing: list[int]


class MatchResult(StrEnum):
    """What comparing with the register came to (A2)."""

    MATCHED = "matched"
    MISMATCHED = "mismatched"
    NOT_FOUND = "not_found"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class Difference:
    """A field whose values differ: its dotted name and codes of hints. Holds no value, so it may be logged."""

    field: str
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """The outcome of comparing, free of personal data.

    `record_id` is the matching record, or on a mismatch the nearest one, and None otherwise; `differences` are the
    fields in which the nearest differs, and of an ambiguous result the identity number where no record that is near has
    it; `candidates` is how many records were looked at. `contradictions` are codes of
    what that record says against itself: they explain a difference and never change a result.
    """

    result: MatchResult
    record_id: str | None
    differences: tuple[Difference, ...]
    candidates: int
    contradictions: tuple[str, ...] = ()
    rules_version: str = MATCHING_RULES

    def as_dict(self) -> dict[str, Any]:
        """The comparison as it is kept on the case: the record is named without its certificate number."""
        doubts = {"contradictions": list(self.contradictions)} if self.contradictions else {}
        return {
            "result": self.result.value,
            "record": None if self.record_id is None else self.record_id.rpartition("#")[2],
            "differences": [{"field": each.field, "hints": list(each.hints)} for each in self.differences],
            "candidates": self.candidates,
            **doubts,
            "rules_version": self.rules_version,
        }


def compare_claim(claim: Claim, candidates: Sequence[AwardRecord], institutions: Institutions) -> Comparison:
    """Compare a claim with the records that the register found under its keys.

    - matched: one record, and one only, equals the claim in every compared field, and nothing casts doubt on it;
    - ambiguous: more than one record could be meant: two equal the claim; or the one that does shares its certificate
      number with another record of the same holder, or is marked a duplicate of a record that was not found; or two
      records are equally near;
    - mismatched: the nearest record differs in the fields named;
    - not found: no candidate is about this award: none has its certificate number, and none of the same holder agrees
      in most of what was claimed of the degree.
    """
    claimed = _values_of_claim(claim)
    distinct = {record.record_id: record for record in candidates}
    seen = [_compare_record(claimed, record, institutions) for record in distinct.values()]
    equal = [each for each in seen if not each.differing]
    if equal:
        # If two records equal the claim, the result is ambiguous.
        if not _in_doubt(equal[0], seen):
            return Comparison(MatchResult.MATCHED, equal[0].record.record_id, (), len(seen))
        return Comparison(MatchResult.AMBIGUOUS, None, (), len(seen))
    near = sorted((rank, i) for i, each in enumerate(seen) if (rank := _rank(claimed, each)) is not None)
    if not near:
        return Comparison(MatchResult.NOT_FOUND, None, (), len(seen))
    if len(near) > 1 and near[0][0] == near[1][0]:
        # That nobody among them has the claim's number is kept: then nothing about them is told (N4).
        strangers = all(_NUMBER in seen[i].differing for _, i in near)
        unknown = (Difference(COMPARED_FIELDS[_NUMBER]),) if strangers else ()
        return Comparison(MatchResult.AMBIGUOUS, None, unknown, len(seen))
    nearest = seen[near[0][1]]
    differences = tuple(
        Difference(COMPARED_FIELDS[i], _hints(i, claimed, nearest, institutions)) for i in nearest.differing
    )
    return Comparison(
        MatchResult.MISMATCHED, nearest.record.record_id, differences, len(seen), contradictions(nearest.record)
    )


def same_value(field: str, first: str, second: str, identity_type: IdentityType) -> bool:
    """Whether two values of a compared field, as text, are equal for the comparison; `identity_type` is the claim's."""
    return bool(comparison_form(field, first, identity_type) == comparison_form(field, second, identity_type))


def comparison_form(field: str, value: Any, identity_type: IdentityType) -> Any:
    """The form of a compared field's value that decides: two values are the same exactly when their forms are equal.
    `identity_type` is that of the value's own claim or record."""
    if field == COMPARED_FIELDS[_NUMBER]:
        return canonical_identity_number(identity_type, value)
    key = _KEYS.get(field)
    return value if key is None else key(value)


def names_holder(record: AwardRecord, claim: Claim) -> bool:
    """Whether a record may be of the claim's holder: by the identity number, or by name and date of birth."""
    return _same_holder(_values_of_claim(claim), _values_of_record(record))


def _values_of_claim(claim: Claim) -> _Values:
    holder, degree = claim.holder, claim.degree
    return _comparison_keys(
        (
            holder.name,
            holder.sex,
            holder.birth_date,
            holder.identity_type,
            holder.identity_number,
            degree.institution_code,
            degree.institution_name,
            degree.level,
            degree.category,
            degree.discipline,
            degree.study_form,
            degree.award_date,
            degree.certificate_number,
        ),
        holder.identity_type,
    )


def _values_of_record(record: AwardRecord) -> _Values:
    return _comparison_keys(
        (
            record.name,
            record.sex,
            record.birth_date,
            record.identity_type,
            record.identity_number,
            record.institution_code,
            record.institution_name,
            record.level,
            record.category_name or CATEGORIES.get(record.category_code, ""),
            record.discipline_name,
            record.study_form,
            record.award_date,
            record.certificate_number,
        ),
        record.identity_type,
    )


def _comparison_keys(values: Sequence[Any], identity_type: IdentityType) -> _Values:
    pairs = zip(COMPARED_FIELDS, values, strict=True)
    return tuple(comparison_form(field, value, identity_type) for field, value in pairs)


def _compare_record(claimed: _Values, record: AwardRecord, institutions: Institutions) -> _Candidate:
    """Hold a record against the claim; a value that is lacking on either side equals nothing.

    The institution's name alone may be lacking or another: annual report files need not carry it, and the code list
    knows the names of the code at the award date.
    """
    values = _values_of_record(record)
    differing = [i for i, (mine, its) in enumerate(zip(claimed, values, strict=True)) if mine != its or not mine]
    if _UNIT in differing and institutions.has_name(values[_CODE], claimed[_UNIT], record.award_date):
        differing.remove(_UNIT)
    return _Candidate(record, values, differing)


def _same_holder(first: _Values, second: _Values) -> bool:
    return bool(first[_NUMBER] and first[_NUMBER] == second[_NUMBER]) or (
        bool(first[_NAME]) and first[_NAME] == second[_NAME] and first[_BIRTH] == second[_BIRTH]
    )


def _same_award(first: _Values, second: _Values) -> bool:
    return bool(first[_CODE] == second[_CODE] and first[_CERTIFICATE] == second[_CERTIFICATE])


def _in_doubt(candidate: _Candidate, seen: Sequence[_Candidate]) -> bool:
    """Whether the register contradicts itself about the award that a record tells of."""
    twins = [each for each in seen if each is not candidate and _same_award(candidate.values, each.values)]
    return (candidate.record.duplicate and not twins) or any(
        _same_holder(candidate.values, twin.values) for twin in twins
    )


def _rank(claimed: _Values, candidate: _Candidate) -> tuple[int, bool, bool] | None:
    """How near a record is, the smaller the nearer; None when it is about another award."""
    same_award, same_holder = _same_award(claimed, candidate.values), _same_holder(claimed, candidate.values)
    agreeing = sum(i not in candidate.differing for i in _DEGREE)
    if not same_award and not (same_holder and agreeing >= _ENOUGH_OF_A_DEGREE):
        return None
    return len(candidate.differing), not same_holder, not same_award


def _hints(i: int, claimed: _Values, candidate: _Candidate, institutions: Institutions) -> tuple[str, ...]:
    values = candidate.values
    mine, its = claimed[i], values[i]
    if i == _NAME:
        return name_hints(mine, its, candidate.record.name_pinyin)
    if i == _NUMBER:
        return _identity_hints(claimed, values)
    if i in (_CODE, _UNIT):
        return _institution_hints(i, claimed, values, institutions)
    if i == _CERTIFICATE:
        return number_hints(mine, its)
    if i in (_BIRTH, _AWARDED):
        return date_hints(mine, its)
    return text_hints(mine, its) if type(mine) is str else ()


def _identity_hints(claimed: _Values, values: _Values) -> tuple[str, ...]:
    hints = number_hints(claimed[_NUMBER], values[_NUMBER])
    if claimed[_NAME] != values[_NAME] and values[_NUMBER]:
        return (*hints, "hint_other_person")
    if claimed[_TYPE] != values[_TYPE]:
        return (*hints, "hint_other_document")
    if claimed[_TYPE] in _RENEWED and values[_NUMBER]:
        return (*hints, "hint_document_renewed")
    return hints


def _institution_hints(i: int, claimed: _Values, values: _Values, institutions: Institutions) -> tuple[str, ...]:
    mine, its, awarded = claimed[_CODE], values[_CODE], values[_AWARDED]
    if mine != its:
        if _answers_for(mine, its, institutions):
            return ("hint_institution_merged",)
        return number_hints(mine, its) if i == _CODE else text_hints(claimed[i], values[i])
    if institutions.has_name(its, claimed[_UNIT]) and not institutions.has_name(its, claimed[_UNIT], awarded):
        return ("hint_institution_renamed",)
    return text_hints(claimed[_UNIT], values[_UNIT])


def _answers_for(first: str, second: str, institutions: Institutions) -> bool:
    """Whether two codes have the same institution answering for them in the end."""
    return institutions.successor(first, date.max) == institutions.successor(second, date.max)
