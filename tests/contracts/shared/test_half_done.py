"""A write that meets a fault, at whichever of its calls, is done or not done, and says that it may be repeated (N1)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any, NamedTuple

import boto3
import pytest

from degree_auth.adapters.accounts.applicant_table import ApplicantSessionTable
from degree_auth.adapters.accounts.table import AccountTable
from degree_auth.adapters.cases.table import CaseTable
from degree_auth.adapters.notifications.watch_table import WatchTable
from degree_auth.adapters.reports.log_table import ReportLogTable
from degree_auth.adapters.shared.faults import is_passing
from degree_auth.adapters.spot_checks.table import DrawTable
from degree_auth.domain.accounts.attempts import OF_A_SOURCE, Attempts, Counter
from degree_auth.domain.cases import application
from degree_auth.domain.cases.fold import append_events
from degree_auth.domain.notifications.watch import Watch, Watches
from degree_auth.domain.reports.merkle import Tree, append_leaves
from degree_auth.domain.shared.errors import Unavailable
from degree_auth.services.accounts.ports import Kept
from degree_auth.services.cases.ports import Count
from degree_auth.services.shared.ports import Stale
from tests.doubles.cloud import cloud_in_memory
from tests.doubles.tables import create_table
from tests.doubles.troubled_aws import Fault, troubled
from tests.samples.report_log import events

REGION, NAME = "ap-southeast-1", "half-done"
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SOURCE = Counter("", "place", OF_A_SOURCE)


class Write(NamedTuple):
    """A write, in the table that the template names so, and whether an answer that was lost has it done twice."""

    table: str
    do: Callable[[], object]
    adds: bool = False


def _commit() -> None:
    receipt = application.receive("api", "10001", "sealed", "holder", "platform", None)
    CaseTable(NAME, REGION).commit(None, *append_events("RZ1", None, receipt, NOW))


def _append() -> None:
    after, nodes = append_leaves(Tree(), (one.leaf for one in events(5)))
    ReportLogTable(NAME, REGION).append(Tree(), after, events(5), nodes)


def _watch() -> None:
    table = WatchTable(CaseTable(NAME, REGION))
    before = Watches("2026-A")
    table.replace_watches(before, before.with_watch(Watch("a", "address", "sealed", NOW), NOW))


WRITES = {
    "commit of a case": Write("CasesTable", _commit),
    "entries of the report log": Write("CasesTable", _append),
    "watch of a report": Write("CasesTable", _watch),
    "draw": Write("CasesTable", lambda: DrawTable(NAME, REGION).add("draw", NOW)),
    "count": Write(
        "CasesTable", lambda: CaseTable(NAME, REGION).count(Count("digest", date(2026, 11, 23), 9)), adds=True
    ),
    "attempts": Write(
        "AccountsTable",
        lambda: AccountTable(NAME, REGION).count_attempt(SOURCE, None, Attempts(NOW, NOW + timedelta(hours=1))),
    ),
    "session": Write(
        "AccountsTable",
        lambda: ApplicantSessionTable(NAME, REGION).keep_session("digest", Kept("sealed", NOW + timedelta(hours=1))),
    ),
}


@pytest.fixture(params=WRITES)
def write(request: pytest.FixtureRequest) -> Iterator[Write]:
    found = WRITES[request.param]
    with cloud_in_memory():
        create_table(found.table, NAME, REGION)
        yield found


def stored() -> list[str]:
    """Everything in the table, each item as a text."""
    client = boto3.client("dynamodb", region_name=REGION)
    return sorted(json.dumps(item, sort_keys=True, default=str) for item in client.scan(TableName=NAME)["Items"])


def clear() -> None:
    client = boto3.client("dynamodb", region_name=REGION)
    for item in client.scan(TableName=NAME)["Items"]:
        client.delete_item(TableName=NAME, Key={"pk": item["pk"], "sk": item["sk"]})


def outcomes(write: Write, *, lost_answer: bool) -> Iterator[tuple[list[str], Any]]:
    """What is stored and what was raised after the write met the fault at its first call, its second, and so on."""
    for after in count():
        clear()
        with troubled(Fault(after, lost_answer=lost_answer)) as fault:
            raised: Exception | None = None
            try:
                write.do()
            except Exception as error:
                raised = error
        if not fault.done:
            return
        yield stored(), raised


@pytest.mark.requirement("N1", "N5")
@pytest.mark.parametrize("lost_answer", [False, True], ids=["throttled", "answer lost"])
def test_a_fault_at_any_call_leaves_all_or_nothing_and_may_be_repeated(write: Write, lost_answer: bool) -> None:
    clear()
    write.do()
    whole = stored()
    assert whole
    met = 0
    for left, raised in outcomes(write, lost_answer=lost_answer):
        met += 1
        assert left in ([], whole)
        assert raised is None or isinstance(raised, (Unavailable, Stale)) or is_passing(raised)
        if raised is not None and not (write.adds and left):
            try:
                write.do()
            except Stale:
                assert left == whole  # what was done already is noticed, and read anew
            assert stored() == whole
    assert met
