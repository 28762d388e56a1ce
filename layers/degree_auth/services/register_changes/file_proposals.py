"""Proposing the register changes that the marked rows of an annual report file ask for (article 11)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from degree_auth.domain.applications.institution_list import Institutions
from degree_auth.domain.register.annual_report_values import RowMark
from degree_auth.domain.register.award import AwardRecord, claim_of
from degree_auth.domain.register.record import record_from
from degree_auth.domain.register_changes.file_change import FileChange, add_senders, propose
from degree_auth.domain.register_changes.file_change_plan import RecordNotFound, plan_of_row
from degree_auth.domain.register_changes.open_file_changes import FileChangeStatus
from degree_auth.domain.register_changes.plan import RecordChoiceNeeded, RegisterPlan, plan_from_dict
from degree_auth.services.register.ports import MarkedRow, Proposal, Register
from degree_auth.services.register_changes.ports import FileChangeStore
from degree_auth.services.shared.optimistic import until_stored
from degree_auth.services.shared.ports import Opener, Sealer
from degree_auth.services.shared.sealing import open_json, seal_json

_ID_LENGTH = 22  # a letter, so that no spreadsheet takes it for a formula, and 126 bits of a keyed digest
_SEPARATOR = "\x1f"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a marked row asks for, and its place in the file by the sheet's name: what a change keeps sealed."""

    row: Sequence[str]
    place: str
    plan: RegisterPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class FileProposals:
    """Holds marked rows against the register and proposes what differs."""

    store: FileChangeStore
    sealer: Sealer
    register: Register
    institutions: Institutions

    def propose(
        self, rows: Iterable[MarkedRow], import_id: str, senders: Sequence[str], begun: datetime, now: datetime
    ) -> Sequence[Proposal]:
        """What became of each row. The register is not changed. Without a sender no change is proposed, for nobody
        could tell who may not approve it.

        Raises:
            Unavailable: others kept changing the same proposal; asking again goes on.
        """
        return [until_stored(partial(self._propose, row, import_id, senders, begun, now)) for row in rows]

    def plan(self, mark: RowMark, values: Sequence[str]) -> tuple[RegisterPlan | None, str]:
        """What a row would change now, None when nothing; and what the register has of its certificate, and of the one
        of the record that it means.

        Raises:
            RecordNotFound, RecordChoiceNeeded: as `plan_of_row` does.
        """
        record = record_from(values, "")
        claim = claim_of(record)
        version = self.register.certificate_version(claim)
        plan = plan_of_row(mark, record, self.register.candidates(claim), self.institutions)
        before = None if plan is None else plan.before
        if before is not None and _certificate(before) != _certificate(record):
            version = f"{version} {self.register.certificate_version(claim_of(before))}"
        return plan, version

    def open_asked(self, opener: Opener, change: FileChange) -> Asked:
        """What a change was made of. Personal data."""
        content = open_json(opener, change.change_id, change.sealed)
        return Asked(content["row"], content["place"], plan_from_dict(content["plan"]))

    def seal_asked(self, change_id: str, asked: Asked) -> dict[str, Any]:
        """What a change keeps of what a row asks for."""
        plan = asked.plan
        content = {"row": list(asked.row), "place": asked.place, "plan": plan.as_dict()}
        return {"kind": plan.kind, "fields": plan.fields, "sealed": seal_json(self.sealer, change_id, content)}

    def _propose(
        self, row: MarkedRow, import_id: str, senders: Sequence[str], begun: datetime, now: datetime
    ) -> Proposal:
        change_id = self._change_id(row)
        former = self.store.find(change_id)
        if former is not None and former.is_open:
            self._note_senders(former, senders, import_id, now)
            is_own = former.import_id == import_id and former.proposed_at >= begun
            return _outcome(row, "file_change_proposed" if is_own else "file_change_waits", change_id)
        try:
            plan, version = self.plan(row.mark, row.values)
        except RecordNotFound:
            return _outcome(row, "file_change_not_found")
        except RecordChoiceNeeded:
            return _outcome(row, "file_change_ambiguous")
        if plan is None:
            return _outcome(row, "file_change_unneeded")
        if former is not None and former.status is FileChangeStatus.CLOSED and former.certificate_version == version:
            self._note_senders(former, senders, import_id, now)
            return _outcome(row, "file_change_was_closed", change_id)
        if not senders:
            return _outcome(row, "file_change_needs_sender")
        facts: dict[str, Any] = {
            **self.seal_asked(change_id, Asked(row.values, row.place, plan)),
            "import_id": import_id,
            "place": row.position,
            "senders": tuple(dict.fromkeys((*(former.senders if former else ()), *senders))),
            "certificate_version": version,
        }
        if former is None:
            fresh = FileChange(change_id=change_id, mark=row.mark, proposed_at=now, **facts)
        else:
            fresh = replace(former, **facts)
        self.store.save(propose(fresh, now), former)
        return _outcome(row, "file_change_proposed", change_id)

    def _note_senders(self, former: FileChange, senders: Sequence[str], import_id: str, now: datetime) -> None:
        known = add_senders(former, senders, import_id, now)
        if known is not former:
            self.store.save(known, former)

    def _change_id(self, row: MarkedRow) -> str:
        """The same row asks for the same change, whichever file it stands in."""
        digest = self.sealer.token("file-change", _SEPARATOR.join((row.mark.value, *row.values)))
        return f"f{digest}"[:_ID_LENGTH]


def _certificate(record: AwardRecord) -> tuple[str, str]:
    return record.institution_code, record.certificate_number


def _outcome(row: MarkedRow, code: str, change_id: str = "") -> Proposal:
    return Proposal(row.place, row.mark, code, change_id)
