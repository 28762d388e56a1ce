"""Imports an annual report file from this machine into a register table, the way the cloud does.

    python -m tools.import_register FILE --check
    python -m tools.import_register FILE --table NAME --secret ID [--sender li.ming]

With `--check` nothing is written and the register is not looked at: it prints what an import would come to. Row-level
errors stand in FILE.errors.csv, doubtful rows that are stored in FILE.warnings.csv, the report in FILE.report.json. Run
it again after an interruption and it goes on; run it again after the end and it checks every record and changes
nothing. Rows that are marked as deletions and corrections wait until `--sender` names the member of staff who sent the
file, who does not approve them. Endpoint, region and credentials come from the environment as for every AWS tool.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import boto3

from degree_auth.adapters.register.import_files import FolderFiles
from degree_auth.adapters.shared.keyring import Keyring
from degree_auth.domain.shared.action_input import REVIEWER
from degree_auth.domain.shared.errors import DegreeAuthError, Problem
from degree_auth.domain.shared.reading import read_object
from degree_auth.domain.shared.words import Words, words_of
from degree_auth.services.register.annual_import import Expected, ImportResult
from degree_auth.services.register.annual_report_preview import Preview
from degree_auth.services.register.import_outcome import CHUNK_RECORDS
from degree_auth.wiring.register.annual_import import bulk_dynamodb, register_import
from tools.environment import say

_USAGE = "import_register FILE --check | FILE --table TABLE --secret SECRET [--sender NAME] [--rows N] [--sha256 HEX]"
_SHA256 = re.compile("[0-9A-Fa-f]{64}")
_SAY_EVERY = 10  # chunks
_ANY = Expected()


def import_file(
    path: Path,
    table_name: str,
    keyring: Keyring,
    dynamodb: Any,
    say: Callable[[str, str], None] = lambda chinese, english: None,
    together: int = 4,
    expected: Expected = _ANY,
    sender: str = "",
) -> ImportResult:
    """Import a file, some chunks `together`; `say` hears progress in Chinese and English, `sender` is the member of
    staff who sent the file.

    Raises:
        Invalid: the file is refused as a whole; nothing was imported.
        NotFound: there is no such file.
    """
    work = register_import(FolderFiles(path.parent), table_name, keyring, dynamodb, flags_reports=False)

    def say_progress(rows: int) -> None:
        if rows % (_SAY_EVERY * CHUNK_RECORDS) == 0:
            say(f"已检查 {rows} 行", f"{rows} rows checked")

    plan = work.split(str(path), say_progress, expected, sender)
    now = datetime.now(UTC)
    with ThreadPoolExecutor(together) as pool:
        chunks = range(1, plan.chunks + 1)
        for done, _ in enumerate(
            pool.map(lambda chunk: work.import_chunk(plan.import_id, chunk, now), chunks), start=1
        ):
            if done % _SAY_EVERY == 0 or done == plan.chunks:
                say(f"已导入 {done}/{plan.chunks} 块", f"{done} of {plan.chunks} chunks imported")
    work.propose(plan.import_id, now)
    return work.conclude(plan.import_id)


def check_file(path: Path, expected: Expected = _ANY) -> Preview:
    """What an import of a file would come to; needs neither table nor secret.

    Raises:
        NotFound: there is no such file.
    """
    nowhere = register_import(FolderFiles(path.parent), "", Keyring(bytes(32)), None, flags_reports=False)
    return nowhere.check(str(path), expected)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; 0 when rows of the file were imported or, with `--check`, would be; 1 when it is refused or no row
    of it can be imported; 2 when the command was called wrongly."""
    parser = _Arguments(
        prog="import_register",
        description=Words("导入学位授予信息年报文件", "Import an annual report file").lines,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.add_argument("file", type=Path, help=".csv .txt .tsv .dbf .xlsx")
    parser.add_argument("--check", action="store_true", help=Words("只预览，不写入", "preview, write nothing").lines)
    parser.add_argument("--table", help=Words("学位授予信息表的名称", "the register table's name").lines)
    parser.add_argument("--secret", help=Words("主密钥的标识", "the master secret's id").lines)
    parser.add_argument("--rows", type=int, help=Words("发送方给出的行数", "the rows that the sender counted").lines)
    parser.add_argument("--sha256", help=Words("发送方给出的摘要", "the digest that the sender gave").lines)
    parser.add_argument(
        "--sender", default="", help=Words("送交文件的工作人员", "who of the staff sent the file").lines
    )
    given = parser.parse_args(arguments)
    if not given.check and not (given.table and given.secret):
        parser.error(Words("须给出 --table 与 --secret，或 --check", "give --table and --secret, or --check").lines)
    if not given.file.is_file():
        parser.error(Words(f"没有此文件：{given.file}", f"there is no such file: {given.file}").lines)
    if given.sha256 is not None and not _SHA256.fullmatch(given.sha256.strip()):
        parser.error(Words("--sha256 应为 64 位十六进制", "--sha256 has 64 hexadecimal digits").lines)
    if given.sender and read_object({"sender": given.sender}, {"sender": REVIEWER}).problems:
        parser.error(Words("--sender 不是工作人员的标识", "--sender is nobody of the staff").lines)
    expected = Expected(given.rows, given.sha256)
    try:
        if given.check:
            return _show(check_file(given.file, expected))
        store = boto3.client("secretsmanager")

        def read_secret() -> bytes:
            return str(store.get_secret_value(SecretId=given.secret)["SecretString"]).encode()

        # An import may be longer than a turning of the secret: it is read again as it goes.
        keyring = Keyring(read_secret)
        report = import_file(
            given.file, given.table, keyring, bulk_dynamodb(), say, expected=expected, sender=given.sender
        )
        _tell(report)
        return 0 if report.plan.records or report.plan.marked else _no_row(report.plan.faulty)
    except DegreeAuthError as refused:
        _explain(refused.problems or (Problem(str(given.file), refused.code),))
        return 1


class _Arguments(argparse.ArgumentParser):
    """Says what is wrong with a call, and in one line how it is made."""

    def error(self, message: str) -> NoReturn:
        """Raises SystemExit with status 2."""
        self.exit(2, f"{message}\n{_USAGE}\n")


def _show(preview: Preview) -> int:
    """Print a preview: its facts as JSON to the output, what stands against the file in words."""
    print(json.dumps(preview.as_dict(), ensure_ascii=False, indent=2))
    if preview.problems:
        _explain(preview.problems)
        return 1
    faulty = 0 if preview.account is None else sum(sheet.faulty for sheet in preview.account.sheets)
    if not preview.would_be_imported:
        return _no_row(faulty)
    say(
        f"可以导入 {preview.taken} 行，错误 {faulty} 行不导入；未写入任何数据",
        f"{preview.taken} rows can be imported, {faulty} faulty rows would not be; nothing was written",
    )
    return 0


def _no_row(faulty: int) -> int:
    say(f"没有可以导入的行：{faulty} 行都有错误", f"no row can be imported: all {faulty} rows are faulty")
    return 1


def _explain(problems: Sequence[Problem]) -> None:
    for problem in problems:
        chinese, english = words_of(problem.code)
        place = f"{problem.field} {problem.detail}".strip()
        say(f"{place} {chinese}".lstrip(), f"{place} {english} [{problem.code}]".lstrip())


def _tell(report: ImportResult) -> None:
    plan, counts = report.plan, report.counts
    say(
        f"读取 {plan.rows} 行：新增 {counts.new}，变更 {counts.changed}，未变 {counts.unchanged}，"
        f"与已批准的变更不符而未导入 {counts.withheld}，"
        f"重复行 {plan.repeated}，编号重复 {plan.duplicates}，错误行 {plan.faulty}",
        f"{plan.rows} rows read: {counts.new} new, {counts.changed} changed, {counts.unchanged} unchanged, "
        f"{counts.withheld} withheld because they stand against an approved register change, "
        f"{plan.repeated} repeated, {plan.duplicates} sharing a number, {plan.faulty} faulty",
    )
    for warning in plan.account["warnings"]:
        chinese, english = words_of(warning["code"])
        rows = " ".join(warning["rows"])
        say(
            f"{warning['count']} 行（{rows}）：{chinese}",
            f"{warning['count']} rows ({rows}): {english} [{warning['code']}]",
        )
    for outcome, number in report.proposals.items():
        chinese, english = words_of(outcome)
        say(f"{number} 个标识行：{chinese}", f"{number} marked rows: {english} [{outcome}]")
    if counts.changed:
        say(
            "变更了已有记录：本命令不标记所涉及的报告，云端导入才标记",
            "records were changed: this command flags no reports about them, an import in the cloud does",
        )


if __name__ == "__main__":
    sys.exit(main())
