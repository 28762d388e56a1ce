"""The awards that a chunk of an import changes, noted before the register is changed.

A note outlives a crash at any later point, so that the reports about these awards are looked at in any case. It may
name an award that was not changed after all, never lack one that was. It holds keyed digests alone.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from degree_auth.domain.register.award import AwardRecord
from degree_auth.services.register.award_keys import certificate_digest
from degree_auth.services.register.ports import WorkingFiles
from degree_auth.services.shared.ports import KeyedDigest


def note_changes(
    files: WorkingFiles, digests: KeyedDigest, import_id: str, chunk: int, records: Sequence[AwardRecord]
) -> None:
    """Note the awards of these records beside those noted before: a repetition finds fewer that it has to change."""
    keys = read_changes(files, import_id, chunk)
    keys |= {certificate_digest(digests, one.institution_code, one.certificate_number) for one in records}
    files.put(changes_name(import_id, chunk), json.dumps(sorted(keys)).encode())


def read_changes(files: WorkingFiles, import_id: str, chunk: int) -> set[str]:
    """The keys of the awards that a chunk has changed so far; none when nothing was to be changed."""
    body = files.get(changes_name(import_id, chunk))
    return set() if body is None else set(json.loads(body))


def changes_name(import_id: str, chunk: int) -> str:
    """The working file of the note."""
    return f"{import_id}/{chunk:06d}.changed.json"
