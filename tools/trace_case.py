"""From a case number to everything that happened: one timeline of the case's log, machines, messages and report log,
then where the case stands, and the query for the functions' logs. Nothing that is sealed is read or opened.

python -m tools.trace_case RZ…            on the local stack
python -m tools.trace_case RZ… STACK      on a stack of the AWS account and region in force

Exit code 1: there is no such case.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import boto3
from boto3.dynamodb.types import TypeDeserializer
from botocore.exceptions import ClientError

from degree_auth.domain.cases.events import EventType
from degree_auth.domain.cases.numbering import is_case_number
from degree_auth.domain.cases.stages import Machine
from degree_auth.domain.review.console_links import execution_address
from degree_auth.domain.shared.actors import side_of
from degree_auth.domain.shared.errors import NotFound
from degree_auth.domain.shared.words import Words
from degree_auth.domain.shared.working_days import SHANGHAI
from tools.environment import STACK, LocalAws, outputs, say

MACHINE_OUTPUTS: Mapping[Machine, str] = {
    Machine.MATCHING: "MatchingMachineArn",
    Machine.VERIFICATION: "VerificationMachineArn",
    Machine.ISSUANCE: "IssuanceMachineArn",
    Machine.DISPUTE: "DisputeMachineArn",
    Machine.REGISTER_CHANGE: "RegisterChangeMachineArn",
}

PAGE, MOST_PAGES = 1000, 5
"""How many executions of a machine are looked through, the latest first. The reconciler lists with the same quota."""

WITH_DOCUMENT = (EventType.REPORT_ISSUED, EventType.CASE_CONCLUDED)
"""Entries whose data tells a document's SHA-256, by which the report log is asked."""

_DENIED = frozenset({"AccessDenied", "AccessDeniedException"})


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the timeline: when, in which part of the system, and what, in codes. `link` leads to the console."""

    at: datetime
    part: str
    what: str
    link: str | None = None


@dataclass(slots=True)
class Trace:
    """What was found of a case: the timeline by time, where it stands now, and what could not be looked at."""

    case_number: str
    happenings: list[Happening] = field(default_factory=list)
    standing: list[str] = field(default_factory=list)
    notes: list[Words] = field(default_factory=list)


class CaseTracer:
    """Looks a case up; `client` and `machines` are boto3 clients of DynamoDB and Step Functions, `found` the stack's
    outputs."""

    def __init__(self, client: Any, machines: Any, found: Mapping[str, str]) -> None:
        self._client, self._machines, self._found = client, machines, found
        self._read = TypeDeserializer().deserialize

    def trace(self, case_number: str) -> Trace:
        """Everything about a case. Raises `NotFound`."""
        trace = Trace(case_number)
        self._case(trace)
        looks: Sequence[tuple[str, Callable[[Trace], None]]] = (
            ("report log", self._report_log),
            ("executions", self._executions),
            ("platform", self._platform),
            ("notifications", self._notifications),
            ("readings", self._readings),
        )
        for part, look in looks:
            try:
                look(trace)
            except ClientError as error:
                if error.response["Error"]["Code"] not in _DENIED:
                    raise
                trace.notes.append(Words(f"无权查看，已略过：{part}", f"left out, you may not look at it: {part}"))
        trace.happenings.sort(key=lambda one: one.at)
        return trace

    def _case(self, trace: Trace) -> None:
        """The case's log, the case and what lists show of it; of the case itself neither claim nor tokens."""
        names = [
            *("sk", "type", "at", "actor", "stage", "version", "changed_at", "workflow_failure", "wait_until", "due"),
            *("work_list", "since", "status", "opened_at", "ended_at", "taken_by"),
        ]
        items = list(self._items("CasesTable", trace.case_number, "", names))
        if not any(item["sk"] == "CASE" for item in items):
            raise NotFound("not_found")
        for item in items:
            kind, _, name = item["sk"].partition("#")
            if kind == "EVENT":
                what = f"#{int(name)} {item['type']} ({side_of(item['actor'])})"
                trace.happenings.append(Happening(_moment(item["at"]), "log", what))
            elif kind == "TASK":
                trace.happenings.append(Happening(_moment(item["opened_at"]), "task", f"{name} opened"))
                trace.standing.append(_line("task", {"task": name, **_some(item, "status", "due", "ended_at")}))
            elif kind == "WORK":
                if "work_list" in item:
                    taken = {"in_hand": "yes" if item.get("taken_by") else "no"}
                    trace.standing.append(_line("work list", _some(item, "work_list", "since", "due") | taken))
            elif kind in ("CASE", "CHANGE"):
                some = _some(item, "stage", "version", "changed_at", "wait_until", "due", "workflow_failure")
                trace.standing.append(_line("case" if kind == "CASE" else "register change", some))

    def _report_log(self, trace: Trace) -> None:
        """Where the case's documents stand in the report log."""
        kinds = {f":k{place}": {"S": kind.value} for place, kind in enumerate(WITH_DOCUMENT)}
        told = self._items(
            "CasesTable",
            trace.case_number,
            "EVENT#",
            ("data",),
            FilterExpression=f"#type IN ({', '.join(kinds)})",
            names={"#type": "type"},
            values=kinds,
        )
        prints = {json.loads(item["data"]).get("sha256") for item in told} - {None}
        for digest in sorted(prints):
            for item in self._items("CasesTable", f"log#file#{digest}", f"{trace.case_number}#", ("sk", "index")):
                entry = int(item["sk"].rpartition("#")[2])
                trace.standing.append(_line("report log", {"entry": f"#{entry}", "index": str(item["index"])}))

    def _executions(self, trace: Trace) -> None:
        """Every execution that drove the case, as far as Step Functions still tells (90 days after its end)."""
        began = min(one.at for one in trace.happenings)
        for machine, output in MACHINE_OUTPUTS.items():
            for page in self._pages(self._found[output]):
                if page is None:
                    count = PAGE * MOST_PAGES
                    told = f"{machine.value}: only its latest {count} executions were looked through"
                    trace.notes.append(Words(f"{machine.value}：仅查看最近 {count} 个执行", told))
                    break
                for one in page:
                    if one["name"].partition("-")[0] == trace.case_number:
                        trace.happenings += _happenings_of(machine, one)
                # The latest come first, so what began before the case is no execution of it.
                if page and page[-1]["startDate"] < began:
                    break

    def _pages(self, machine_arn: str) -> Iterator[list[Mapping[str, Any]] | None]:
        """The executions of a machine, page by page; None after so many pages as are asked for at most."""
        asked: dict[str, Any] = {"stateMachineArn": machine_arn, "maxResults": PAGE}
        for _ in range(MOST_PAGES):
            page: dict[str, Any] = self._machines.list_executions(**asked)
            yield page["executions"]
            if "nextToken" not in page:
                return
            asked["nextToken"] = page["nextToken"]
        yield None

    def _platform(self, trace: Trace) -> None:
        """How far the platform was told."""
        names = ("state", "sent", "attempts", "changed_at")
        for item in self._items("CasesTable", f"platform#{trace.case_number}", "LINE", names):
            trace.standing.append(_line("platform", _some(item, "state", "sent", "attempts", "changed_at")))

    def _notifications(self, trace: Trace) -> None:
        """Messages to the applicant: kind, channel and state, no address."""
        names = ("at", "kind", "channel", "state", "attempts")
        for item in self._items("NotificationsTable", trace.case_number, "MESSAGE#", names):
            what = f"{item['kind']} {item['channel']} {item['state']} attempts={item['attempts']}"
            trace.happenings.append(Happening(_moment(item["at"]), "notification", what))

    def _readings(self, trace: Trace) -> None:
        """How often the case was read, by kind of reader and purpose; not by whom."""
        counted: Counter[tuple[str, str]] = Counter()
        for item in self._items("CasesTable", f"readings#{trace.case_number}", "READING#", ("data",)):
            data = json.loads(item["data"])
            counted[data["kind"], data["purpose"]] += 1
        for (kind, purpose), count in sorted(counted.items()):
            trace.standing.append(_line("readings", {"kind": kind, "purpose": purpose, "count": str(count)}))

    def _items(
        self,
        table: str,
        pk: str,
        prefix: str,
        wanted: Iterable[str],
        names: Mapping[str, str] | None = None,
        values: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> Iterator[dict[str, Any]]:
        """Items of a partition, of each only the attributes that are wanted."""
        placed = {f"#a{place}": name for place, name in enumerate(wanted)}
        condition, bound = "pk = :pk", {":pk": {"S": pk}, **(values or {})}
        if prefix:
            condition, bound = f"{condition} AND begins_with(sk, :prefix)", {**bound, ":prefix": {"S": prefix}}
        pages = self._client.get_paginator("query").paginate(
            TableName=self._found[table],
            KeyConditionExpression=condition,
            ExpressionAttributeNames={**placed, **(names or {})},
            ExpressionAttributeValues=bound,
            ProjectionExpression=", ".join(placed),
            ConsistentRead=True,
            **more,
        )
        for page in pages:
            for item in page["Items"]:
                yield {name: self._read(value) for name, value in item.items()}


def logs_query(case_number: str) -> str:
    """What CloudWatch Logs Insights is asked for a case. Lines of one request share `function_request_id`."""
    return (
        "fields @timestamp, @log, level, message, error_type, function_request_id, xray_trace_id\n"
        f'| filter @message like "{case_number}"\n'
        "| sort @timestamp asc\n"
        "| limit 1000"
    )


def printed(trace: Trace, stack: str) -> str:
    """What is printed: codes and times of Shanghai, no words of either language but the headings' codes."""
    lines = [f"# timeline {trace.case_number}"]
    for one in trace.happenings:
        lines.append(f"{_told(one.at)}  {one.part:<12}  {one.what}")
        lines += [f"{'':26}{one.link}"] if one.link else []
    lines += ["", "# now", *trace.standing, "", f"# logs /{stack}/*", logs_query(trace.case_number)]
    return "\n".join(lines)


def _happenings_of(machine: Machine, execution: Mapping[str, Any]) -> Iterator[Happening]:
    name, status = execution["name"], execution["status"]
    link = execution_address(execution["executionArn"])
    yield Happening(execution["startDate"], machine.value, f"{name} started, now {status}", link)
    if "stopDate" in execution:
        yield Happening(execution["stopDate"], machine.value, f"{name} {status}")


def _some(item: Mapping[str, Any], *names: str) -> dict[str, str]:
    return {name: str(item[name]) for name in names if name in item}


def _line(part: str, told: Mapping[str, str]) -> str:
    return f"{part}: " + ", ".join(f"{name}={value}" for name, value in told.items())


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _told(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]


def main() -> None:
    """Print the trace; exit with 1 when there is no such case."""
    match sys.argv[1:]:
        case [case_number] if is_case_number(case_number):
            found, stack = outputs(), STACK
            aws = LocalAws(found["aws_endpoint_url"])
            tracer = CaseTracer(aws.client("dynamodb"), aws.client("stepfunctions"), found)
        case [case_number, stack] if is_case_number(case_number):
            described = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]["Outputs"]
            of_stack = {one["OutputKey"]: one["OutputValue"] for one in described}
            tracer = CaseTracer(boto3.client("dynamodb"), boto3.client("stepfunctions"), of_stack)
        case _:
            raise SystemExit(__doc__)
    try:
        trace = tracer.trace(case_number)
    except NotFound:
        raise SystemExit(Words("没有这个认证件", "there is no such case").lines) from None
    print(printed(trace, stack))
    for note in trace.notes:
        say(note.zh, note.en)


if __name__ == "__main__":
    main()
