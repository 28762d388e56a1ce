"""What a comparison came to, for staff and for the applicant, who sees less (N4, N6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from degree_auth.domain.cases.names import named_field
from degree_auth.domain.shared.words import Words

_COMPARED: Mapping[str, Words] = {
    "matched": Words("与学位授予信息年报数据库比对一致。", "The claim matches the award register."),
    "mismatched": Words("与学位授予信息年报数据库比对不一致。", "The claim differs from the award register."),
    "not_found": Words(
        "学位授予信息年报数据库中未查到，将人工核查；这不表示学位不属实。",
        "Not found in the award register; it is verified by hand. This does not say that the degree is false.",
    ),
    "ambiguous": Words(
        "学位授予信息年报数据库中有多条相近记录，将人工核查。",
        "Several award records come near; it is verified by hand.",
    ),
}
_SELF_CONTRADICTING = Words(
    "该条学位授予信息自身不一致，由人工核查。",
    "The award record contradicts itself; people verify the degree.",
)


def compared_words(comparison: Mapping[str, Any], *, to_staff: bool = False) -> Words:
    """What the comparison came to, in one sentence, and whether the register's record contradicts itself.

    The latter is told to those alone who know both numbers of the record (N4).
    """
    words = _COMPARED[comparison["result"] if to_staff else result_as_told(comparison)]
    if not comparison.get("contradictions") or _unknown_key(comparison):
        return words
    return Words(f"{words.zh}{_SELF_CONTRADICTING.zh}", f"{words.en} {_SELF_CONTRADICTING.en}")


def comparison_for_applicant(comparison: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The comparison as the applicant may see it: the result and the names of fields that differ.

    Differences about the person count as one field, so that nobody can guess a birth date field by field. If the
    identity number or the certificate number is not the recorded one, nothing else is said. So whoever does not hold
    the certificate cannot probe what is on it (N4).
    """
    if comparison is None:
        return None
    differing = [one["field"] for one in comparison["differences"]]
    if key := _unknown_key(comparison):
        differing = [key]
    fields = dict.fromkeys("holder" if field.startswith("holder.") else field for field in differing)
    return {"result": result_as_told(comparison), "fields": [named_field(field) for field in fields]}


def result_as_told(comparison: Mapping[str, Any]) -> str:
    """The result, to whoever may not know more. How many records of strangers come near is told to nobody: it would
    answer guesses at them, field by field (N4)."""
    result = str(comparison["result"])
    return "mismatched" if result == "ambiguous" and _unknown_key(comparison) else result


def _unknown_key(comparison: Mapping[str, Any]) -> str:
    """The number of the record that the claim gives wrongly: the holder's or the certificate's. Empty if none."""
    differing = {one["field"] for one in comparison["differences"]}
    keys = ("holder.identity_number", "degree.certificate_number")
    return next((key for key in keys if key in differing), "")
