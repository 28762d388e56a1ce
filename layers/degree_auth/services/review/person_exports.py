"""Giving a person what is held about them, and listing it (Personal Information Protection Law, article 45).

The person is named by one of their cases, because an execution's input is no place for a number. Every case that names
the same holder is opened, each once the reading is on record, and written as a JSON file under a prefix of its own,
which expires and which the erasure of the case empties.
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
from degree_auth.services.cases.attachment_keys import stored_key
from degree_auth.services.cases.lookup_keys import holder_key
from degree_auth.services.cases.ports import CaseStore, Uploads
from degree_auth.services.cases.sealed_parts import is_case_of, open_submission
from degree_auth.services.readings.readings import Reading, Readings
from degree_auth.services.shared.machine_opening import for_nobody
from degree_auth.services.shared.ports import Sealer
from degree_auth.services.shared.staff_desk import ActionResult

_PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonExports:
    """Writes exports; `bucket` is where they lie."""

    store: CaseStore
    sealer: Sealer
    documents: Uploads
    bucket: str
    readings: Readings
    readers: StaffReaders

    def export(self, case_number: str, reviewer: str, action: str, command: str, now: datetime) -> ActionResult:
        """Write everything that is held about the person of a case. The same execution writes the same files.

        Raises:
            NotFound: no such case.
            Conflict: it is erased.
        """
        case = self.store.load(case_number)
        if case.is_being_erased:
            raise Conflict("case_erased")
        holder = open_submission(for_nobody(self.sealer, MachinePurpose.IDENTITY), case).claim.holder
        reader = self.readers.reader(reviewer, action, command)
        name = f"{self.sealer.token('person-export', command)[:22]}.json"
        written = [
            one.case_number
            for one in self._cases_naming(holder_key(self.sealer, holder))
            if one.sealed and is_case_of(self.sealer, holder, one) and self._is_written(one, reader, name, now)
        ]
        locations = [f"s3://{self.bucket}/exports/{number}/{name}" for number in written]
        words = Words(
            f"已导出 {len(written)} 件认证件，七天后删除：{'、'.join(locations)}。",
            f"{len(written)} cases were written, to be removed after seven days: {', '.join(locations)}.",
        )
        return ActionResult(words, {"locations": locations, "cases": written})

    def _is_written(self, case: Case, reader: Reader, name: str, now: datetime) -> bool:
        """Write the file of one case; False where the case came to be erased meanwhile, and so nothing stays."""
        key = f"exports/{case.case_number}/{name}"
        content = {"made_at": now.isoformat(), **self._exported(case, reader, now)}
        self.documents.put(key, json.dumps(content, ensure_ascii=False, indent=2).encode(), "application/json")
        # An erasure that was approved before the file was there may have emptied the prefix already.
        if self.store.load(case.case_number).is_being_erased:
            self.documents.delete(key)
            return False
        return True

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
