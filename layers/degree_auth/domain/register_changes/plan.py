"""What a register change is to do to the register: the record before and after (article 11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from degree_auth.domain.cases.register_change import ChangeKind
from degree_auth.domain.register.award import AwardRecord
from degree_auth.domain.register.record import record_from, values_of


class RecordChoiceNeeded(Exception):
    """Several records could be meant: a person has to say which."""


@dataclass(frozen=True, slots=True)
class RegisterPlan:
    """A change of the register: the record as it is and as it is to be. Personal data: only stored sealed.

    `before` is None when a record is added, `after` when one is removed; `after` has no record id of its own yet.
    `fields` names what differs.
    """

    kind: ChangeKind
    before: AwardRecord | None
    after: AwardRecord | None
    fields: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """JSON-able data, to be sealed."""
        return {
            "kind": self.kind.value,
            "record_id": None if self.before is None else self.before.record_id,
            "before": None if self.before is None else values_of(self.before),
            "after": None if self.after is None else values_of(self.after),
            "fields": list(self.fields),
        }


def corrected_record(
    before: AwardRecord, values: Mapping[str, Any], *, category_code: str, discipline_code: str
) -> AwardRecord:
    """The record with other values: with level or category comes the category's code, with the discipline's name the
    discipline's code. It is no duplicate any more."""
    codes = {}
    if "category_name" in values or "level" in values:
        codes["category_code"] = category_code
    if "discipline_name" in values:
        codes["discipline_code"] = discipline_code
    return replace(before, duplicate=False, **{**values, **codes})


def plan_from_dict(data: Mapping[str, Any]) -> RegisterPlan:
    """The plan, read back from the result of `RegisterPlan.as_dict`."""
    before, after = data["before"], data["after"]
    return RegisterPlan(
        ChangeKind(data["kind"]),
        None if before is None else record_from(before, data["record_id"]),
        None if after is None else record_from(after, ""),
        tuple(data["fields"]),
    )
