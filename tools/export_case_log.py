"""Exports a case's log as JSON lines with its head, for `tools.verify_chain`; sealed parts stay sealed.

python -m tools.export_case_log CASE_NUMBER            from the local stack
python -m tools.export_case_log CASE_NUMBER TABLE      from a table of the AWS account and region in force
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator

from degree_auth.adapters.case_table import CaseTable
from degree_auth.domain.errors import NotFound
from tools.environment import outputs


def exported(table: CaseTable, case_number: str) -> Iterator[str]:
    """The lines of the export: every entry, then the head as the case itself keeps it. Raises `NotFound`."""
    for entry in table.log(case_number):
        yield json.dumps(entry.as_dict(), ensure_ascii=False)
    case = table.load(case_number)
    yield json.dumps({"head": {"seq": case.version, "hash": case.head}})


def main() -> None:
    """Print the export; exit status 1 when there is no such case."""
    match sys.argv[1:]:
        case [case_number]:
            found = outputs()
            os.environ |= {
                "AWS_ENDPOINT_URL": found["aws_endpoint_url"],
                "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test",
            }
            table = CaseTable(found["CasesTable"], found["region"])
        case [case_number, name]:
            table = CaseTable(name, os.environ.get("AWS_REGION") or os.environ["AWS_DEFAULT_REGION"])
        case _:
            raise SystemExit("用法 · usage: python -m tools.export_case_log CASE_NUMBER [TABLE]")
    try:
        print(*exported(table, case_number), sep="\n")
    except NotFound:
        raise SystemExit("没有这个认证件 · there is no such case") from None


if __name__ == "__main__":
    main()
