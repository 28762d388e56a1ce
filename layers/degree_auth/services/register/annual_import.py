"""Importing an annual report file into the award register (article 11; requirement A2 stands on it).

One path for the local command and for the cloud. `split` reads the file to its end, checks every row, and cuts the good
ones into chunks; `import_chunk` brings one chunk into the register; `conclude` adds up and clears away. A file whose
account does not close is refused as a whole: nobody reads a chunk before the plan is stored, which is the last that
`split` does. `check` reads the same and writes nothing.

Each step may be repeated, run beside itself, or be cut off at any point: the marks of finished chunks stand in the
register's own table, so progress can never outlive its effects. An import is named by the digest of its file and by the
version of the rules of reading: starting it again resumes it while it is unfinished, and checks every record anew
afterwards; after a deployment with other rules it begins anew.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from degree_auth.domain.applications.institution_list import Institutions
from degree_auth.domain.register.annual_report_file import AnnualReportFile
from degree_auth.domain.register.annual_report_values import RowMark
from degree_auth.domain.register.file_account import READING_RULES, FileAccount
from degree_auth.domain.shared.errors import Invalid, NotFound, Problem
from degree_auth.domain.shared.words import words_of
from degree_auth.services.register.annual_report_preview import Preview, PreviewRows
from degree_auth.services.register.annual_report_reading import AnnualReportReading, Place
from degree_auth.services.register.changed_awards import changes_name, note_changes, read_changes
from degree_auth.services.register.import_outcome import (
    CutFile,
    WithheldRows,
    chunk_name,
    marked_name,
    put_proposals,
    read_chunk,
    withheld_name,
)
from degree_auth.services.register.ports import (
    Counts,
    ImportFiles,
    MarkedRow,
    MarkedRows,
    RegisterWriter,
    SeenAwards,
)
from degree_auth.services.shared.ports import KeyedDigest

_DIGEST_LENGTH = 20  # of the file's digest, in an import's name
_REPORT_SUFFIX, _FAILURE_SUFFIX, _CHECK_SUFFIX = ".report.json", ".failure.json", ".check.json"


@dataclass(frozen=True, slots=True)
class Expected:
    """What the sender says of a file, so that the file can be known to be whole: its number of rows (the header and
    blank ones apart) and its SHA-256 in hexadecimal."""

    rows: int | None = None
    sha256: str | None = None


_ANY = Expected()


@dataclass(frozen=True, slots=True)
class Plan:
    """An import that is ready to run.

    `rows` are the rows read, blank ones apart; `faulty` those in the errors file; `repeated` those that say again
    what an earlier row of the file said; `marked` those marked as deletions and corrections, which become proposals of
    register changes once one of the `senders` of the file is named; `records` the rest, cut into `chunks`. `duplicates`
    are the records that share a certificate number with another award in the same file. `account` is the `FileAccount`
    as JSON-able facts.
    """

    import_id: str
    source: str
    rows: int
    faulty: int
    repeated: int
    records: int
    duplicates: int
    chunks: int
    marked: int = 0
    senders: tuple[str, ...] = ()
    account: dict[str, Any] = field(default_factory=dict)

    @property
    def figures(self) -> dict[str, object]:
        """The plan without its account: names and numbers alone, which may stand in a workflow's data."""
        return {name: value for name, value in asdict(self).items() if name != "account"}


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The result of a finished import: the plan, what became of its records, and of its marked rows by outcome."""

    plan: Plan
    counts: Counts
    proposals: dict[str, int] = field(default_factory=dict)

    def as_dict(self) -> dict[str, object]:
        """The report as JSON-able facts; it holds no personal data."""
        return {**self.figures, "account": self.plan.account}

    @property
    def figures(self) -> dict[str, object]:
        """The report without the file's account."""
        return {**self.plan.figures, **asdict(self.counts), "proposals": self.proposals}


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterImport:
    """The import of annual report files, wired to its surroundings.

    `open_report` gives a file to read; it raises `Invalid` for one that it cannot read, now or while it is read.
    `today` gives the day in Shanghai, against which award dates are held, `institutions` the list of units.
    `marked_rows` gives whoever makes register changes of rows that are marked as deletions and corrections.
    `flags_reports` is off where nobody goes on to flag the reports that the changes touch, which
    spares a look at the certificate of every new record.
    """

    files: ImportFiles
    register: RegisterWriter
    digests: KeyedDigest
    open_report: Callable[[Path], AnnualReportFile]
    seen_awards: Callable[[], AbstractContextManager[SeenAwards]]
    today: Callable[[], date]
    institutions: Callable[[], Institutions]
    marked_rows: Callable[[], MarkedRows]
    flags_reports: bool = True

    def split(
        self,
        source: str,
        progress: Callable[[int], None] = lambda rows: None,
        expected: Expected = _ANY,
        sender: str = "",
    ) -> Plan:
        """Check a file and cut it into chunks; `progress` is told now and then how many rows were read.

        `sender` is the member of staff who sent the file, if named. Nobody approves what they sent, so marked rows wait
        until a sender is named. An import that is continued keeps the senders who were named before.

        Raises:
            Invalid: the file is refused as a whole; nothing was imported, and a file beside it says why.
            NotFound: there is no such file.
        """
        with self.files.source(source) as path:
            sha256 = _sha256(path)
            import_id = _import_id(sha256)
            try:
                stored = self.files.get(_plan_name(import_id))
                if stored is not None:
                    former = _plan_from(json.loads(stored))
                    _hold_against(expected, sha256, former.rows)
                    plan = replace(former, source=source, senders=_with_sender(sender, former.senders))
                    if plan != former:
                        self._keep(plan)
                    return plan
                plan = replace(self._split(source, path, sha256, progress, expected), senders=_with_sender(sender, ()))
            except Invalid as refused:
                problems = [problem.as_dict() for problem in refused.problems]
                self._put_outcome(source, _FAILURE_SUFFIX, {"error": refused.code, "problems": problems})
                raise
        # Marks and a report that an earlier import of the same file left behind speak of other chunks.
        self.register.forget_chunks(import_id)
        self.files.remove([_report_name(import_id)])
        items = [{"import_id": import_id, "chunk": chunk} for chunk in range(1, plan.chunks + 1)]
        self.files.put(_list_name(import_id), json.dumps(items).encode())
        self._keep(plan)
        return plan

    def check(self, source: str, expected: Expected = _ANY) -> Preview:
        """What an import of this file would come to: its account, sample rows, faults, warnings, and the problems for
        which it would be refused. Nothing is written anywhere, and the register is not looked at.

        Raises:
            NotFound: there is no such file.
        """
        with self.files.source(source) as path, self.seen_awards() as seen:
            sha256 = _sha256(path)
            rows = PreviewRows()
            reading = AnnualReportReading(rows, seen, self.institutions(), today=self.today())
            account = None
            try:
                account, problems = self._account(path, sha256, reading, expected)
            except Invalid as refused:
                problems = list(refused.problems)
            return rows.preview(account, problems)

    def record_preview(self, source: str, preview: Preview) -> None:
        """Store a preview beside the source."""
        self._put_outcome(source, _CHECK_SUFFIX, preview.as_dict())

    def import_chunk(self, import_id: str, chunk: int, now: datetime) -> Counts:
        """Bring one chunk into the register; a chunk already imported answers what it answered before.

        Raises:
            NotFound: no such chunk; an import that is concluded has none left, one that was cut by other rules is none.
        """
        _refuse_other_rules(import_id)
        counts = self.register.finished_chunk(import_id, chunk)
        if counts is not None:
            return counts
        body = self.files.get(chunk_name(import_id, chunk))
        if body is None:
            if self.files.get(_report_name(import_id)) is not None:
                return Counts()
            raise NotFound("not_found")
        rows = {record.record_id: (record, place) for record, place in read_chunk(body)}
        saved = self.register.save(
            [record for record, _ in rows.values()],
            import_id,
            now,
            (lambda changed: note_changes(self.files, self.digests, import_id, chunk, changed))
            if self.flags_reports
            else None,
        )
        WithheldRows(self.files, import_id).note(chunk, [rows[record_id][1] for record_id in saved.withheld])
        self.register.finish_chunk(import_id, chunk, saved.counts)
        return saved.counts

    def changes_awards(self, import_id: str, chunk: int) -> bool:
        """Whether a chunk has changed records about which there may be reports."""
        return bool(read_changes(self.files, import_id, chunk))

    def propose(self, import_id: str, now: datetime) -> None:
        """Propose the register changes that the marked rows ask for, and write beside the source what became of each.
        The register itself is not changed. A file without such rows has nothing to propose. A sender who is named later
        is added to the proposals too.

        Raises:
            NotFound: no such import.
        """
        _refuse_other_rules(import_id)
        body = self.files.get(marked_name(import_id))
        if body is None:
            return
        plan = self._plan(import_id)
        if self._proposal_outcomes(plan) is not None:
            return
        begun = self.files.get(_begun_name(import_id))
        if begun is None:
            begun = now.isoformat().encode()
            self.files.put(_begun_name(import_id), begun)
        sheets = [sheet["name"] for sheet in plan.account["sheets"]]
        rows = [_marked_row(json.loads(line), sheets) for line in body.splitlines()]
        proposals = self.marked_rows().propose(
            rows, import_id, plan.senders, datetime.fromisoformat(begun.decode()), now
        )
        put_proposals(self.files, plan.source, proposals)
        outcomes = Counter(proposal.outcome for proposal in proposals)
        told = {"senders": plan.senders, "outcomes": outcomes}
        self.files.put(_proposals_name(import_id), json.dumps(told).encode())

    def conclude(self, import_id: str) -> ImportResult:
        """Add up a finished import, write its report beside the source, and clear its working files away.

        Raises:
            NotFound: no such import.
            ImportUnfinishedError: chunks are left to import or marked rows to propose, or their numbers do not add up
                to the plan's.
        """
        _refuse_other_rules(import_id)
        report = self._report(import_id)
        self.files.put(_report_name(import_id), json.dumps(report.as_dict(), ensure_ascii=False).encode())
        self._put_outcome(report.plan.source, _REPORT_SUFFIX, report.as_dict())
        self.files.remove_outcome(report.plan.source, _FAILURE_SUFFIX)
        numbers = range(1, report.plan.chunks + 1)
        of_chunks = (chunk_name, changes_name, withheld_name)
        chunks = [name(import_id, chunk) for chunk in numbers for name in of_chunks]
        marked = [name(import_id) for name in (marked_name, _begun_name, _proposals_name)]
        self.files.remove([*chunks, *marked, _list_name(import_id), _plan_name(import_id)])
        self.register.forget_chunks(import_id)
        return report

    def record_failure(self, source: str, error: str) -> None:
        """Tell beside the source that its import stopped and how to go on; `error` is an error's name."""
        chinese, english = words_of("register_import_stopped")
        told = {"说明": chinese, "explanation": english, "error": error}
        self._put_outcome(source, _FAILURE_SUFFIX, told)

    def _put_outcome(self, source: str, suffix: str, facts: Mapping[str, object]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "outcome.json"
            path.write_text(json.dumps(facts, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
            self.files.put_outcome(source, suffix, path)

    def _report(self, import_id: str) -> ImportResult:
        concluded = self.files.get(_report_name(import_id))
        if concluded is not None:
            # By this call, cut off before, or by another one; a new import removes the report before it begins.
            facts = json.loads(concluded)
            return ImportResult(
                _plan_from({field.name: facts[field.name] for field in fields(Plan)}),
                Counts(**{field.name: facts[field.name] for field in fields(Counts)}),
                facts["proposals"],
            )
        plan = self._plan(import_id)
        finished = self.register.finished_chunks(import_id)
        if len(finished) < plan.chunks:
            raise ImportUnfinishedError(f"{plan.chunks - len(finished)} of {plan.chunks} chunks are left")
        counts = sum(finished, Counts())
        if counts.total != plan.records:
            raise ImportUnfinishedError(f"{counts.total} records came of {plan.records}")
        proposals = self._proposal_outcomes(plan) or {}
        if sum(proposals.values()) != plan.marked:
            raise ImportUnfinishedError(f"{plan.marked} marked rows are left")
        with_rows = [chunk for chunk, one in enumerate(finished, start=1) if one.withheld]
        withheld = WithheldRows(self.files, import_id).store_withheld(plan.source, with_rows)
        account = {**plan.account, "warnings": [*plan.account.get("warnings", ()), *withheld]}
        return ImportResult(replace(plan, account=account), counts, proposals)

    def _plan(self, import_id: str) -> Plan:
        stored = self.files.get(_plan_name(import_id))
        if stored is None:
            raise NotFound("not_found")
        return _plan_from(json.loads(stored))

    def _keep(self, plan: Plan) -> None:
        self.files.put(_plan_name(plan.import_id), json.dumps(asdict(plan), ensure_ascii=False).encode())

    def _proposal_outcomes(self, plan: Plan) -> dict[str, int] | None:
        """What became of the marked rows, by outcome; None while they are not proposed with the plan's senders."""
        stored = self.files.get(_proposals_name(plan.import_id))
        told = None if stored is None else json.loads(stored)
        return told["outcomes"] if told is not None and tuple(told["senders"]) == plan.senders else None

    def _split(self, source: str, path: Path, sha256: str, progress: Callable[[int], None], expected: Expected) -> Plan:
        import_id = _import_id(sha256)
        with CutFile(self.files, self.digests, import_id) as cut, self.seen_awards() as seen:
            reading = AnnualReportReading(cut, seen, self.institutions(), progress, self.today())
            try:
                account, problems = self._account(path, sha256, reading, expected)
                cut.flush()
                problems += account.problems(cut.records)
                if problems:
                    raise Invalid(problems)
            except Invalid:
                cut.remove_chunks()
                raise
            cut.put_marked()
            cut.put_rows(source)
            return Plan(
                import_id,
                source,
                rows=sum(sheet.rows for sheet in account.sheets),
                faulty=sum(sheet.faulty for sheet in account.sheets),
                repeated=sum(sheet.repeated for sheet in account.sheets),
                records=cut.records,
                duplicates=seen.duplicates(),
                chunks=cut.chunks,
                marked=cut.marked,
                account=account.as_dict(),
            )

    def _account(
        self, path: Path, sha256: str, reading: AnnualReportReading, expected: Expected
    ) -> tuple[FileAccount, list[Problem]]:
        """Read a file to its end: its account, and what stands against the file as a whole.

        Raises:
            Invalid: it could not be read to its end, or is not what the sender describes.
        """
        report = self.open_report(path)
        reading.read(report)
        account = FileAccount(
            sha256=sha256,
            size=path.stat().st_size,
            format=report.format,
            encoding=report.encoding,
            sheets=tuple(reading.sheets),
            parts=dict(report.parts),
            warnings=reading.warnings.as_list(),
        )
        _hold_against(expected, sha256, sum(sheet.rows for sheet in account.sheets))
        return account, reading.problems(is_known_to_be_whole=expected != _ANY)


class ImportUnfinishedError(Exception):
    """An import was to be concluded while something of it is left."""


def _hold_against(expected: Expected, sha256: str, rows: int) -> None:
    problems = []
    if expected.sha256 is not None and expected.sha256.strip().lower() != sha256:
        problems.append(Problem("sha256", "register_digest_differs", sha256))
    if expected.rows is not None and expected.rows != rows:
        problems.append(Problem("rows", "register_rows_differ", f"{rows}"))
    if problems:
        raise Invalid(problems)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _import_id(sha256: str) -> str:
    return f"{sha256[:_DIGEST_LENGTH]}{_rules_mark()}"


def _rules_mark() -> str:
    return f"-r{READING_RULES}"


def _refuse_other_rules(import_id: str) -> None:
    """An import that was cut before a deployment of other rules ends here; starting it again reads the file anew.

    Raises:
        NotFound: it was cut by other rules.
    """
    if not import_id.endswith(_rules_mark()):
        raise NotFound("not_found")


def _plan_from(facts: Mapping[str, Any]) -> Plan:
    return Plan(**{**facts, "senders": tuple(facts["senders"])})


def _marked_row(line: Sequence[Any], sheets: Sequence[str]) -> MarkedRow:
    sheet, row, mark, *values = line
    position = f"{sheets.index(sheet) + 1}!{row}" if sheet else str(row)
    return MarkedRow(str(Place(sheet, row)), position, RowMark(mark), values)


def _with_sender(sender: str, senders: tuple[str, ...]) -> tuple[str, ...]:
    return senders if not sender or sender in senders else (*senders, sender)


def _plan_name(import_id: str) -> str:
    return f"{import_id}/plan.json"


def _list_name(import_id: str) -> str:
    return f"{import_id}/chunks.json"


def _begun_name(import_id: str) -> str:
    return f"{import_id}/proposals.begun"


def _proposals_name(import_id: str) -> str:
    return f"{import_id}/proposals.json"


def _report_name(import_id: str) -> str:
    return f"{import_id}/report.json"
