"""What a marked row of an annual report file asks of the register (article 11): the record before and after."""

from __future__ import annotations

from collections.abc import Sequence

from degree_auth.domain.applications.institution_list import Institutions
from degree_auth.domain.cases.register_change import ChangeKind
from degree_auth.domain.register.annual_report_values import RowMark
from degree_auth.domain.register.award import AwardRecord, claim_of
from degree_auth.domain.register.award_identity import award_source, partition_of
from degree_auth.domain.register.matching import COMPARED_FIELDS, RECORDED_AS, MatchResult, compare_claim, same_value
from degree_auth.domain.register_changes.plan import RecordChoiceNeeded, RegisterPlan, corrected_record


class RecordNotFound(Exception):
    """The register has no record that a marked row could mean."""


def plan_of_row(
    mark: RowMark, row: AwardRecord, candidates: Sequence[AwardRecord], institutions: Institutions
) -> RegisterPlan | None:
    """What a marked row would change; None when the register says so already.

    A correction changes the fields that a claim states and the codes behind them. What the row leaves empty stays.

    Raises:
        RecordNotFound: no record is meant. A deletion means the award of its own row alone: certificate number, holder,
            level and category.
        RecordChoiceNeeded: several records come near.
    """
    same = [
        one for one in candidates if partition_of(one) == partition_of(row) and award_source(one) == award_source(row)
    ]
    if mark is RowMark.DELETE:
        if not same:
            raise RecordNotFound
        return RegisterPlan(ChangeKind.REMOVE, same[0], None, ())
    before = same[0] if same else _nearest_record(row, candidates, institutions)
    fields = tuple(name for name in COMPARED_FIELDS if _differs(name, before, row))
    if not fields:
        return None
    values = {RECORDED_AS[name]: getattr(row, RECORDED_AS[name]) for name in fields}
    if "level" in values or "category_name" in values:
        # The row's category code tells both.
        values |= {"level": row.level, "category_name": row.category_name}
    after = corrected_record(before, values, category_code=row.category_code, discipline_code=row.discipline_code)
    return RegisterPlan(ChangeKind.UPDATE, before, after, fields)


def _nearest_record(row: AwardRecord, candidates: Sequence[AwardRecord], institutions: Institutions) -> AwardRecord:
    comparison = compare_claim(claim_of(row), candidates, institutions)
    if comparison.result is MatchResult.AMBIGUOUS:
        raise RecordChoiceNeeded
    if comparison.record_id is None:
        raise RecordNotFound
    return next(one for one in candidates if one.record_id == comparison.record_id)


def _differs(name: str, before: AwardRecord, row: AwardRecord) -> bool:
    """Whether a row states a field otherwise than a record; a field that the row leaves empty is not stated."""
    former, stated = (getattr(record, RECORDED_AS[name]) for record in (before, row))
    return bool(stated) and not same_value(name, str(former), str(stated), row.identity_type)
