"""Proposing the register changes that the marked rows of an annual report file ask for (article 11)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from degree_auth.domain.applications.institution_list import Institutions
from degree_auth.domain.register.annual_report_row import RowMark
from degree_auth.domain.register.record import record_from
from degree_auth.domain.register_changes.file_changes import (
    FileChange,
    FileChangeStatus,
    RecordNotFound,
    claim_of,
    plan_of_row,
    proposed,
)
from degree_auth.domain.register_changes.plan import RecordChoiceNeeded, RegisterPlan, plan_from_dict
from degree_auth.services.register.ports import MarkedRow, Proposal, Register
from degree_auth.services.register_changes.ports import FileChangeStore
from degree_auth.services.shared.ports import Sealer, Stale
from degree_auth.services.shared.sealing import open_json, seal_json

_ID_LENGTH = 22  # URL-safe characters: 132 bits of a keyed digest
_SEPARATOR = "\x1f"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileProposals:
    """Holds marked rows against the register and proposes what differs."""

    store: FileChangeStore
    sealer: Sealer
    register: Register
    institutions: Institutions

    def propose(
        self, rows: Iterable[MarkedRow], import_id: str, sender: str, begun: datetime, now: datetime
    ) -> Sequence[Proposal]:
        """What became of each row. The register is not changed."""
        return [self._propose(row, import_id, sender, begun, now) for row in rows]

    def plan(self, mark: RowMark, values: Sequence[str]) -> tuple[RegisterPlan | None, str]:
        """What a row would change now, None when nothing; and what the register has of its certificate.

        Raises:
            RecordNotFound, RecordChoiceNeeded: as `plan_of_row` does.
        """
        record = record_from(values, "")
        claim = claim_of(record)
        version = self.register.certificate_version(claim)
        return plan_of_row(mark, record, self.register.candidates(claim), self.institutions), version

    def opened(self, change: FileChange) -> tuple[Sequence[str], RegisterPlan]:
        """The row that asks for a change, and what it proposes. Personal data."""
        content = open_json(self.sealer, change.change_id, change.sealed)
        return content["row"], plan_from_dict(content["plan"])

    def sealed(self, change_id: str, values: Sequence[str], plan: RegisterPlan) -> dict[str, Any]:
        """What a change keeps of a plan."""
        content = {"row": list(values), "plan": plan.as_dict()}
        return {"kind": plan.kind, "fields": plan.fields, "sealed": seal_json(self.sealer, change_id, content)}

    def _propose(self, row: MarkedRow, import_id: str, sender: str, begun: datetime, now: datetime) -> Proposal:
        change_id = self._change_id(row)
        former = self.store.find(change_id)
        if former is not None and former.is_open:
            is_own = former.import_id == import_id and former.proposed_at >= begun
            return self._told(row, "file_change_proposed" if is_own else "file_change_waits", change_id)
        try:
            plan, version = self.plan(row.mark, row.values)
        except RecordNotFound:
            return self._told(row, "file_change_not_found")
        except RecordChoiceNeeded:
            return self._told(row, "file_change_ambiguous")
        if plan is None:
            return self._told(row, "file_change_unneeded")
        if former is not None and former.status is FileChangeStatus.CLOSED and former.certificate_version == version:
            return self._told(row, "file_change_was_closed", change_id)
        facts: dict[str, Any] = {
            **self.sealed(change_id, row.values, plan),
            "import_id": import_id,
            "place": row.place,
            "sender": sender,
            "certificate_version": version,
        }
        if former is None:
            fresh = FileChange(change_id=change_id, mark=row.mark, proposed_at=now, **facts)
        else:
            fresh = replace(former, **facts)
        try:
            self.store.save(proposed(fresh, now), former)
        except Stale:  # another run of the same import proposes it in this moment
            return self._told(row, "file_change_waits", change_id)
        return self._told(row, "file_change_proposed", change_id)

    def _told(self, row: MarkedRow, outcome: str, change_id: str = "") -> Proposal:
        return Proposal(row.place, row.mark, outcome, change_id)

    def _change_id(self, row: MarkedRow) -> str:
        """The same row asks for the same change, whichever file it stands in."""
        return self.sealer.token("file-change", _SEPARATOR.join((row.mark.value, *row.values)))[:_ID_LENGTH]
