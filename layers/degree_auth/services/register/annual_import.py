"""Importing an annual report file into the award register (article 11; requirement A2 stands on it).

One path for the local command and for the cloud. `split` reads the file once, checks every row, writes the faulty
ones to an errors file and the good ones to chunks; `import_chunk` brings one chunk into the register; `conclude` adds
up and clears away. Each step may be repeated, run beside itself, or be cut off at any point: the marks of finished
chunks stand in the register's own table, so progress can never outlive its effects. An import is named by the
digest of its file: starting it again resumes it while it is unfinished, and checks every record anew afterwards.
"""

from __future__ import annotations

import csv
import hashlib
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from types import TracebackType

from degree_auth.domain.register.annual_report_row import Cell, is_blank, read_header, read_row
from degree_auth.domain.register.record import award_source, join_record_id, partition_of, record_from, values_of
from degree_auth.domain.shared.errors import Invalid, NotFound, Problem
from degree_auth.domain.shared.messages import text
from degree_auth.services.register.award_keys import award_part
from degree_auth.services.register.changed_awards import changes_name, note_changes, read_changes
from degree_auth.services.register.ports import Counts, ImportFiles, RegisterWriter, SeenAwards
from degree_auth.services.shared.ports import KeyedDigest

CHUNK_RECORDS = 1000
_IMPORT_ID_LENGTH = 20
_ERRORS_SUFFIX = ".errors.csv"
_REPORT_SUFFIX = ".report.json"
_FAILURE_SUFFIX = ".failure.json"
_ERROR_COLUMNS = ("行号 row", "列 column", "规则 rule", "说明", "explanation", "另见行 see row")


@dataclass(frozen=True, slots=True)
class Plan:
    """An import that is ready to run.

    `rows` are the rows read, blank ones apart; `faulty` those in the errors file; `repeated` those that say again
    what an earlier row of the file said; `records` the rest, cut into `chunks`. `duplicates` are the records that share
    a certificate number with another award in the same file.
    """

    import_id: str
    source: str
    rows: int
    faulty: int
    repeated: int
    records: int
    duplicates: int
    chunks: int


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a finished import: the plan and what became of its records."""

    plan: Plan
    counts: Counts

    def as_dict(self) -> dict[str, object]:
        """The report as JSON-able facts; it holds no personal data."""
        return {**asdict(self.plan), **asdict(self.counts)}


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterImport:
    """The import of annual report files, wired to its surroundings.

    `open_rows` gives the rows of a file, each with its number (the header is row 1); it raises `Invalid` for a file
    that it cannot read. `flags_reports` is off where nobody goes on to flag the reports that the changes touch, which
    spares a look at the certificate of every new record.
    """

    files: ImportFiles
    register: RegisterWriter
    digests: KeyedDigest
    open_rows: Callable[[Path], Iterator[tuple[int, Sequence[Cell]]]]
    seen_awards: Callable[[], AbstractContextManager[SeenAwards]]
    flags_reports: bool = True

    def split(self, source: str, progress: Callable[[int], None] = lambda rows: None) -> Plan:
        """Check a file and cut it into chunks; `progress` hears the rows read so far, now and then.

        Raises:
            Invalid: the file cannot be read, or lacks columns; nothing was imported, and a file beside it says so.
            NotFound: there is no such file.
        """
        with self.files.source(source) as path:
            import_id = _file_digest(path)
            stored = self.files.get(_plan_name(import_id))
            if stored is not None:
                return Plan(**{**json.loads(stored), "source": source})
            try:
                plan = self._split(source, path, import_id, progress)
            except Invalid as refused:
                problems = [problem.as_dict() for problem in refused.problems]
                self._tell(source, _FAILURE_SUFFIX, {"error": refused.code, "problems": problems})
                raise
        items = [{"import_id": import_id, "chunk": chunk} for chunk in range(1, plan.chunks + 1)]
        self.files.put(_list_name(import_id), json.dumps(items).encode())
        self.files.put(_plan_name(import_id), json.dumps(asdict(plan), ensure_ascii=False).encode())
        return plan

    def import_chunk(self, import_id: str, chunk: int, now: datetime) -> Counts:
        """Bring one chunk into the register; a chunk already imported answers what it answered before.

        Raises:
            NotFound: no such chunk; an import that is concluded has none left.
        """
        counts = self.register.finished_chunk(import_id, chunk)
        if counts is not None:
            return counts
        body = self.files.get(_chunk_name(import_id, chunk))
        if body is None:
            if self.files.get(_report_name(import_id)) is not None:
                return Counts()
            raise NotFound("not_found")
        records = [record_from(values, record_id) for record_id, *values in map(json.loads, body.splitlines())]
        counts = self.register.save(
            records,
            import_id,
            now,
            (lambda changed: note_changes(self.files, self.digests, import_id, chunk, changed))
            if self.flags_reports
            else None,
        )
        self.register.finish_chunk(import_id, chunk, counts)
        return counts

    def changes_awards(self, import_id: str, chunk: int) -> bool:
        """Whether a chunk has changed records about which there may be reports."""
        return bool(read_changes(self.files, import_id, chunk))

    def conclude(self, import_id: str) -> Report:
        """Add up a finished import, write its report beside the source, and clear its working files away.

        Raises:
            NotFound: no such import.
            ImportUnfinishedError: chunks are left to import.
        """
        report = self._report(import_id)
        self.files.put(_report_name(import_id), json.dumps(report.as_dict(), ensure_ascii=False).encode())
        self._tell(report.plan.source, _REPORT_SUFFIX, report.as_dict())
        self.files.remove_outcome(report.plan.source, _FAILURE_SUFFIX)
        numbers = range(1, report.plan.chunks + 1)
        chunks = [name(import_id, chunk) for chunk in numbers for name in (_chunk_name, changes_name)]
        self.files.remove([*chunks, _list_name(import_id), _plan_name(import_id)])
        self.register.forget_chunks(import_id)
        return report

    def record_failure(self, source: str, error: str) -> None:
        """Tell beside the source that its import stopped and how to go on; `error` is an error's name."""
        chinese, english = text("register_import_stopped")
        told = {"说明": chinese, "explanation": english, "error": error}
        self._tell(source, _FAILURE_SUFFIX, told)

    def _tell(self, source: str, suffix: str, facts: Mapping[str, object]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "outcome.json"
            path.write_text(json.dumps(facts, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
            self.files.put_outcome(source, suffix, path)

    def _report(self, import_id: str) -> Report:
        concluded = self.files.get(_report_name(import_id))
        if concluded is not None:
            # By this call, cut off before, or by another one; a new import removes the report before it begins.
            facts = json.loads(concluded)
            return Report(
                Plan(**{field.name: facts[field.name] for field in fields(Plan)}),
                Counts(**{field.name: facts[field.name] for field in fields(Counts) if field.name in facts}),
            )
        stored = self.files.get(_plan_name(import_id))
        if stored is None:
            raise NotFound("not_found")
        plan = Plan(**json.loads(stored))
        finished = self.register.finished_chunks(import_id)
        if len(finished) < plan.chunks:
            raise ImportUnfinishedError(f"{plan.chunks - len(finished)} of {plan.chunks} chunks are left")
        return Report(plan, sum(finished, Counts()))

    def _split(self, source: str, path: Path, import_id: str, progress: Callable[[int], None]) -> Plan:
        rows = self.open_rows(path)
        first = next(rows, None)
        if first is None:
            raise Invalid([Problem("", "register_file_empty")])
        header = read_header(first[1])
        # Marks and a report that an earlier import of the same file left behind speak of other chunks.
        self.register.forget_chunks(import_id)
        self.files.remove([_report_name(import_id)])
        read = repeated = 0
        with _Chunks(self.files, import_id) as chunks, _Errors() as errors, self.seen_awards() as seen:
            for number, cells in rows:
                if is_blank(cells):
                    continue
                read += 1
                if read % CHUNK_RECORDS == 0:
                    progress(read)
                try:
                    record = read_row(cells, header)
                except Invalid as invalid:
                    errors.add(number, invalid.problems)
                    continue
                values, partition, award = values_of(record), partition_of(record), award_source(record)
                before, same = seen.meet(f"{partition}#{award}", partition, values, number)
                if not before:
                    chunks.add([join_record_id(partition, award_part(self.digests, partition, award)), *values])
                elif same:
                    repeated += 1
                else:
                    errors.add(number, [Problem("", "row_contradicts_another")], before)
            duplicates = seen.duplicates()
            chunks.flush()
            if errors.rows:
                self.files.put_outcome(source, _ERRORS_SUFFIX, errors.close())
            else:
                self.files.remove_outcome(source, _ERRORS_SUFFIX)
        return Plan(import_id, source, read, errors.rows, repeated, chunks.records, duplicates, chunks.count)


class ImportUnfinishedError(Exception):
    """An import was to be concluded while chunks of it are left."""


class _Chunks:
    """Writes records to numbered chunks of JSON lines; unless the file is read to its end they are removed again."""

    def __init__(self, files: ImportFiles, import_id: str) -> None:
        self.records = self.count = 0
        self._files = files
        self._import_id = import_id
        self._lines: list[str] = []

    def __enter__(self) -> _Chunks:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            # The file proved unreadable half way: what was cut from it is of no use to anybody.
            self._files.remove(_chunk_name(self._import_id, chunk) for chunk in range(1, self.count + 1))

    def add(self, line: list[str]) -> None:
        self.records += 1
        self._lines.append(json.dumps(line, ensure_ascii=False))
        if len(self._lines) == CHUNK_RECORDS:
            self.flush()

    def flush(self) -> None:
        if self._lines:
            self.count += 1
            self._files.put(_chunk_name(self._import_id, self.count), "\n".join(self._lines).encode())
            self._lines.clear()


class _Errors:
    """The errors file: row, column, rule and its sentences, never a value; a spreadsheet opens it as it is."""

    def __init__(self) -> None:
        self.rows = 0

    def __enter__(self) -> _Errors:
        self._folder = tempfile.TemporaryDirectory()
        self._path = Path(self._folder.name) / "errors.csv"
        self._file = self._path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow(_ERROR_COLUMNS)
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._folder.cleanup()

    def add(self, row: int, problems: Sequence[Problem], see: int = 0) -> None:
        self.rows += 1
        for problem in problems:
            self._writer.writerow((row, problem.field, problem.code, *text(problem.code), see or ""))

    def close(self) -> Path:
        """The finished file, which lasts as long as this object's context."""
        self._file.close()
        return self._path


def _file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return str(hashlib.file_digest(file, "sha256").hexdigest())[:_IMPORT_ID_LENGTH]


def _plan_name(import_id: str) -> str:
    return f"{import_id}/plan.json"


def _list_name(import_id: str) -> str:
    return f"{import_id}/chunks.json"


def _report_name(import_id: str) -> str:
    return f"{import_id}/report.json"


def _chunk_name(import_id: str, chunk: int) -> str:
    return f"{import_id}/{chunk:06d}.jsonl"
