"""Verification fees in the table of institutions and accounts.

Item (`pk` / `sk`): institution#code / FEE#task id: the fee of one answered task. Its key names the task alone, not the
month, so that a task has one fee for ever.

Index `fees_by_period` (sparse): every fee by the month that it is paid for, and within it by institution.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection

from degree_auth.adapters.shared.dynamo import Item, TableMeta, Writes, connect
from degree_auth.domain.applications.claim import Level
from degree_auth.domain.fees.fee import NO_DEPARTMENT, Fee
from degree_auth.services.fees.ports import DoubleFee

_INSTITUTION = "institution#"
_FEE = "FEE#"


class _FeesByPeriod(GlobalSecondaryIndex["FeeItem"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "fees_by_period"
        projection = IncludeProjection(["answered_on", "department_id", "level", "fen"])

    fee_period = UnicodeAttribute(hash_key=True)
    pk = UnicodeAttribute(range_key=True)


class FeeItem(Item):
    """The fee of one task; without `department_id` it is the lead department's."""

    class Meta(TableMeta): ...

    fee_period = UnicodeAttribute()
    answered_on = UnicodeAttribute()
    department_id = UnicodeAttribute(null=True)
    level = UnicodeAttribute()
    fen = NumberAttribute()
    fees_by_period = _FeesByPeriod()


class FeeTable:
    """Fees in DynamoDB; implements `FeeStore`. They are written by the transaction that stores the answer. One table
    a process."""

    def __init__(self, table_name: str, region: str) -> None:
        connect(FeeItem.Meta, table_name, region)

    def fees(self, period: str, institution_code: str | None = None) -> Iterator[Fee]:
        """The fees of a month, YYYY-MM, of one institution or of all; read from the index, so a moment late."""
        own = None if institution_code is None else FeeItem.pk == f"{_INSTITUTION}{institution_code}"
        return (_fee_of(item) for item in FeeItem.fees_by_period.query(period, own))

    @staticmethod
    def save(writes: Writes, fee: Fee) -> None:
        """Store a fee with the rest of a transaction; `DoubleFee` where its task has one."""
        writes.save(
            FeeItem(
                f"{_INSTITUTION}{fee.institution_code}",
                f"{_FEE}{fee.task_id}",
                fee_period=fee.period,
                answered_on=fee.answered_on.isoformat(),
                department_id=fee.department_id or None,
                level=fee.level.value,
                fen=fee.fen,
            ),
            FeeItem.pk.does_not_exist(),
            refused=DoubleFee,
        )


def _fee_of(item: FeeItem) -> Fee:
    return Fee(
        answered_on=date.fromisoformat(item.answered_on),
        task_id=item.sk.removeprefix(_FEE),
        institution_code=item.pk.removeprefix(_INSTITUTION),
        department_id=item.department_id or NO_DEPARTMENT,
        level=Level(item.level),
        fen=int(item.fen),
    )
