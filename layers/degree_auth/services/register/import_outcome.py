"""What cutting a file leaves behind: chunks of records, rows not stored, and rows stored with a doubt."""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from json.encoder import encode_basestring as _as_json
from pathlib import Path
from typing import Any

from degree_auth.domain.register.annual_report_values import RowMark
from degree_auth.domain.register.award import AwardRecord
from degree_auth.domain.register.award_identity import join_record_id
from degree_auth.domain.register.file_account import Remarks
from degree_auth.domain.register.record import STORED_FIELDS, record_from
from degree_auth.domain.shared.errors import Problem
from degree_auth.domain.shared.words import words_of
from degree_auth.services.register.annual_report_reading import Place
from degree_auth.services.register.award_keys import award_part
from degree_auth.services.register.ports import ImportFiles, Proposal
from degree_auth.services.shared.ports import KeyedDigest

CHUNK_RECORDS = 1000
AGAINST_CHANGE = "warning_against_register_change"

ERRORS_SUFFIX, WARNINGS_SUFFIX = ".errors.csv", ".warnings.csv"
WITHHELD_SUFFIX, CHANGES_SUFFIX = ".withheld.csv", ".changes.csv"
_COLUMNS = ("行号", "列", "规则", "说明", "英文说明", "另见行", "工作表")
_CHANGE_COLUMNS = ("行号", "变更标识", "变更编号", "结果", "说明", "英文说明")


def withheld_name(import_id: str, chunk: int) -> str:
    """The working file of the rows of a chunk that were not brought in."""
    return f"{import_id}/{chunk:06d}.withheld.json"


def chunk_name(import_id: str, chunk: int) -> str:
    """The working file of a chunk."""
    return f"{import_id}/{chunk:06d}.jsonl"


def read_chunk(body: bytes) -> Iterator[tuple[AwardRecord, Place]]:
    """The records of a chunk's working file, each with the row that told of it."""
    for record_id, *values in map(json.loads, body.splitlines()):
        sheet, row = values[len(STORED_FIELDS) :]
        yield record_from(values[: len(STORED_FIELDS)], record_id), Place(sheet, row)


class WithheldRows:
    """The rows of an import that stand against an approved register change: noted by chunk, told at the end."""

    def __init__(self, files: ImportFiles, import_id: str) -> None:
        self._files, self._import_id = files, import_id

    def note(self, chunk: int, places: Sequence[Place]) -> None:
        """Note the rows of a chunk in the place of those noted before; of none, nothing is noted."""
        if places:
            rows = json.dumps([[place.sheet, place.row] for place in places], ensure_ascii=False)
            self._files.put(withheld_name(self._import_id, chunk), rows.encode())

    def store_withheld(self, source: str, chunks: Iterable[int]) -> list[dict[str, Any]]:
        """Store the rows of these chunks as a file beside the source, and give the remark on them for the account."""
        remarks = Remarks()
        with tempfile.TemporaryDirectory() as folder:
            rows = _RowsFile(Path(folder) / "withheld.csv")
            for chunk in chunks:
                noted = self._files.get(withheld_name(self._import_id, chunk)) or b"[]"
                for place in (Place(*one) for one in json.loads(noted)):
                    rows.add(place, [Problem("", AGAINST_CHANGE)])
                    remarks.add(AGAINST_CHANGE, str(place))
            path = rows.close()
            if rows.count:
                self._files.put_outcome(source, WITHHELD_SUFFIX, path)
            else:
                self._files.remove_outcome(source, WITHHELD_SUFFIX)
        return remarks.as_list()


def marked_name(import_id: str) -> str:
    """The working file of the rows that are marked as deletions and corrections."""
    return f"{import_id}/marked.jsonl"


class CutFile:
    """Takes what is read of a file: records into chunks of JSON lines, rows into the errors and the warnings file.

    A context: what it holds besides the chunks is gone when it ends.
    """

    def __init__(self, files: ImportFiles, digests: KeyedDigest, import_id: str) -> None:
        self.records = self.chunks = self.marked = 0
        self._files, self._digests, self._import_id = files, digests, import_id
        self._lines: list[str] = []
        self._marked: list[str] = []

    def __enter__(self) -> CutFile:
        self._folder = tempfile.TemporaryDirectory()
        self._errors = _RowsFile(Path(self._folder.name) / "errors.csv")
        self._warnings = _RowsFile(Path(self._folder.name) / "warnings.csv")
        return self

    def __exit__(self, *_: object) -> None:
        self._errors.close()
        self._warnings.close()
        self._folder.cleanup()

    def keep(self, place: Place, record: AwardRecord, partition: str, award: str, values: Sequence[str]) -> None:
        """Put a record, and the row that tells of it, into the chunk that is being filled."""
        record_id = join_record_id(partition, award_part(self._digests, partition, award))
        self.records += 1
        told_by = (_as_json(place.sheet), str(place.row))
        self._lines.append(f"[{','.join((*map(_as_json, (record_id, *values)), *told_by))}]")
        if len(self._lines) == CHUNK_RECORDS:
            self.flush()

    def mark(self, place: Place, mark: RowMark, award: str, values: Sequence[str]) -> None:
        """Put a marked row aside."""
        self.marked += 1
        self._marked.append(json.dumps([*place, mark.value, *values], ensure_ascii=False))

    def blame(self, place: Place, problems: Sequence[Problem], see: Place | None = None) -> None:
        """Note a row that is not stored."""
        self._errors.add(place, problems, see)

    def warn(self, place: Place, problems: Sequence[Problem]) -> None:
        """Note a row that is doubtful."""
        self._warnings.add(place, problems)

    def flush(self) -> None:
        """Store the chunk that is being filled."""
        if self._lines:
            self.chunks += 1
            self._files.put(chunk_name(self._import_id, self.chunks), "\n".join(self._lines).encode())
            self._lines.clear()

    def put_marked(self) -> None:
        """Store the marked rows, if there are any."""
        if self._marked:
            self._files.put(marked_name(self._import_id), "\n".join(self._marked).encode())

    def remove_chunks(self) -> None:
        """Remove the chunks of a file that is refused: they are of no use to anybody."""
        self._files.remove(chunk_name(self._import_id, chunk) for chunk in range(1, self.chunks + 1))

    def put_rows(self, source: str) -> None:
        """Store the errors and the warnings file beside the source, and remove those of an earlier import."""
        for rows, suffix in ((self._errors, ERRORS_SUFFIX), (self._warnings, WARNINGS_SUFFIX)):
            if rows.count:
                self._files.put_outcome(source, suffix, rows.close())
            else:
                self._files.remove_outcome(source, suffix)


def put_proposals(files: ImportFiles, source: str, proposals: Sequence[Proposal]) -> None:
    """Store beside the source what became of each marked row: which register change it proposes, or why none."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "changes.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(_CHANGE_COLUMNS)
            for each in proposals:
                words = words_of(each.outcome)
                writer.writerow((_as_text(each.place), each.mark.value, _as_text(each.change_id), each.outcome, *words))
        files.put_outcome(source, CHANGES_SUFFIX, path)


class _RowsFile:
    """Rows with their rules and sentences, never a value; a spreadsheet opens the file as it is."""

    def __init__(self, path: Path) -> None:
        self.count = 0
        self._path = path
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow(_COLUMNS)

    def add(self, place: Place, problems: Sequence[Problem], see: Place | None = None) -> None:
        self.count += 1
        other = "" if see is None else see.row if see.sheet == place.sheet else _as_text(str(see))
        for problem in problems:
            self._writer.writerow(
                (place.row, problem.field, problem.code, *words_of(problem.code), other, _as_text(place.sheet))
            )

    def close(self) -> Path:
        self._file.close()
        return self._path


def _as_text(name: str) -> str:
    """A sheet's name, which anybody may have given, as a spreadsheet shows it and never computes it."""
    return f"'{name}" if name[:1] in "=+-@\t\r" and name else name
