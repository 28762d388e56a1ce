"""Exports the log of a case, the record of who read it, or the log of an institution, as JSON lines with its head, for
`tools.verify_chain`; sealed parts stay sealed.

python -m tools.export_case_log OWNER            from the local stack
python -m tools.export_case_log OWNER TABLE      from a table of the AWS account and region in force

OWNER is a case number, `readings#` with a case number behind it, or an institution's code of five digits; the table is
that of the cases, or of the accounts.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping

import boto3

from degree_auth.adapters.cases.table import CaseTable
from degree_auth.adapters.institutions.table import InstitutionTable
from degree_auth.adapters.readings.table import ReadingTable
from degree_auth.domain.shared.errors import NotFound
from degree_auth.domain.shared.words import Words
from tools.environment import outputs

_INSTITUTION_CODE_DIGITS = 5
_READINGS = "readings#"
_PAGE = 500


def exported(table: CaseTable, case_number: str) -> Iterator[str]:
    """The lines of the export: every entry, then the head as the case itself keeps it. Raises `NotFound`."""
    for entry in table.log(case_number):
        yield json.dumps(entry.as_dict(), ensure_ascii=False)
    case = table.load(case_number)
    yield json.dumps({"head": {"seq": case.version, "hash": case.head}})


def exported_institution(table: InstitutionTable, institution_code: str) -> Iterator[str]:
    """The same of an institution's registration. Raises `NotFound`."""
    institution = table.institution(institution_code)
    for entry in table.institution_log(institution_code):
        yield json.dumps(entry.as_dict(), ensure_ascii=False)
    yield json.dumps({"head": {"seq": institution.log_seq, "hash": institution.log_hash}})


def exported_readings(table: ReadingTable, subject: str) -> Iterator[str]:
    """The same of the record of who read a case, read entry by entry. Raises `NotFound`: nobody has."""
    record = table.record(subject)
    if not record.log_seq:
        raise NotFound("not_found")
    for first in range(1, record.log_seq + 1, _PAGE):
        page = table.entries(subject, _PAGE, before_seq=first + _PAGE)
        for entry in page[::-1]:
            if first <= entry.seq <= record.log_seq:
                yield json.dumps(entry.as_dict(), ensure_ascii=False)
    yield json.dumps({"head": {"seq": record.log_seq, "hash": record.log_hash}})


def _export(owner: str, tables: Mapping[str, str], region: str) -> Iterator[str]:
    if len(owner) == _INSTITUTION_CODE_DIGITS and owner.isdecimal():
        return exported_institution(InstitutionTable(tables["AccountsTable"], region), owner)
    if owner.startswith(_READINGS):
        table = ReadingTable(tables["CasesTable"], region, boto3.client("dynamodb", region))
        return exported_readings(table, owner.removeprefix(_READINGS))
    return exported(CaseTable(tables["CasesTable"], region), owner)


def main() -> None:
    """Print the export; exit status 1 when there is no such case or institution."""
    match sys.argv[1:]:
        case [owner]:
            found = outputs()
            os.environ |= {
                "AWS_ENDPOINT_URL": found["aws_endpoint_url"],
                "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test",
            }
            lines = _export(owner, found, found["region"])
        case [owner, name]:
            region = os.environ.get("AWS_REGION") or os.environ["AWS_DEFAULT_REGION"]
            lines = _export(owner, {"CasesTable": name, "AccountsTable": name}, region)
        case _:
            command = "python -m tools.export_case_log OWNER [TABLE]"
            raise SystemExit(Words(f"用法：{command}", f"usage: {command}").lines)
    try:
        print(*lines, sep="\n")
    except NotFound:
        raise SystemExit(Words("没有这个认证件或单位", "there is no such case or institution").lines) from None


if __name__ == "__main__":
    main()
