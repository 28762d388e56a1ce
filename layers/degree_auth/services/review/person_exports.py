"""Giving a person what is held about them, and listing it (Personal Information Protection Law, article 45).

The person is named by one of their cases, because an execution's input is no place for a number. Every case that names
the same holder is opened, each once the reading is on record, and written as one JSON file under a prefix that expires.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from degree_auth.domain.applications.submission import submission_as_dict
from degree_auth.domain.cases.case import Case
from degree_auth.domain.readings.purposes import MachinePurpose, Purpose
from degree_auth.domain.readings.reader import Reader
from degree_auth.domain.shared.errors import Conflict
from degree_auth.domain.shared.words import Words
from degree_auth.services.accounts.staff_readers import StaffReaders
from degree_auth.services.cases.attachments import stored_key
from degree_auth.services.cases.lookup_keys import holder_key
from degree_auth.services.cases.ports import CaseStore
from degree_auth.services.cases.sealed_parts import is_case_of, open_submission
from degree_auth.services.readings.readings import Reading, Readings
from degree_auth.services.shared.machine_opening import for_nobody
from degree_auth.services.shared.ports import Documents, Sealer
from degree_auth.services.shared.staff_desk import ActionResult

_PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonExports:
    """Writes exports; `bucket` is where they lie."""

    store: CaseStore
    sealer: Sealer
    documents: Documents
    bucket: str
    readings: Readings
    readers: StaffReaders

    def export(self, case_number: str, reviewer: str, action: str, command: str, now: datetime) -> ActionResult:
        """Write everything that is held about the person of a case. The same execution again writes the same file anew.

        Raises:
            NotFound: no such case.
            Conflict: it is erased.
        """
        case = self.store.load(case_number)
        if not case.sealed:
            raise Conflict("case_erased")
        holder = open_submission(for_nobody(self.sealer, MachinePurpose.IDENTITY), case).claim.holder
        reader = self.readers.reader(reviewer, action, command)
        exported = [
            self._exported(one, reader, now)
            for one in self._cases_naming(holder_key(self.sealer, holder))
            if one.sealed and is_case_of(self.sealer, holder, one)
        ]
        key = f"exports/{case_number}/{self.sealer.token('person-export', command)[:22]}.json"
        content = {"made_at": now.isoformat(), "cases": exported}
        self.documents.put(key, json.dumps(content, ensure_ascii=False, indent=2).encode(), "application/json")
        location = f"s3://{self.bucket}/{key}"
        words = Words(
            f"已导出 {len(exported)} 件认证件：{location}，七天后删除。",
            f"{len(exported)} cases were written to {location}; it is removed after seven days.",
        )
        numbers = [one["case_number"] for one in exported]
        return ActionResult(words, {"location": location, "cases": numbers})

    def _cases_naming(self, key: str) -> Iterator[Case]:
        before = None
        while page := self.store.cases_naming(key, _PAGE, before):
            yield from map(self.store.load, page)
            before = page[-1]

    def _exported(self, case: Case, reader: Reader, now: datetime) -> dict[str, Any]:
        reading = self.readings.begin(case.case_number, reader, Purpose.EXPORT, now)
        files = [one for one in case.attachments if one.is_stored]
        documents = [one for one in (case.report, case.written_notice) if one is not None]
        return {
            "case_number": case.case_number,
            "stage": case.stage.value,
            "received_at": case.received_at.isoformat(),
            "submission": submission_as_dict(open_submission(reading, case)),
            "log": [
                {"seq": entry.seq, "type": entry.type.value, "at": entry.at.isoformat(), "actor": entry.actor}
                | {"data": _opened(reading, case.case_number, entry.data)}
                for entry in self.store.log(case.case_number)
            ],
            "files": [stored_key(case.case_number, one.attachment_id, one.sha256 or "") for one in files],
            "documents": [f"{one.object_key}.pdf" for one in documents],
        }


def _opened(reading: Reading, case_number: str, value: Any) -> Any:
    """What an entry says, its sealed parts in clear."""
    if isinstance(value, dict):
        sealed = {name for name in value if name.startswith("sealed")}
        return {
            name: (_in_clear if name in sealed else _opened)(reading, case_number, one) for name, one in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [_opened(reading, case_number, one) for one in value]
    return value


def _in_clear(reading: Reading, case_number: str, sealed: Any) -> Any:
    if not sealed or not isinstance(sealed, str):
        return sealed
    try:
        return json.loads(reading.open(base64.b64decode(sealed, validate=True), case_number))
    except (binascii.Error, ValueError):
        return None
