"""Runs the functions' real handlers in this process against the emulator and records every call that they make of AWS.

The machine's place is taken by what the caller gives; durations are those of this machine.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import module_from_spec, spec_from_file_location
from itertools import groupby
from threading import Lock, Thread, local
from types import ModuleType, SimpleNamespace
from typing import Any

from botocore.client import BaseClient

from bench import capacity
from tools.environment import ROOT, STACK
from tools.made_once import forget
from tools.template import load

_OPEN_CASES = {
    "pk",
    "sk",
    "open_shard",
    "changed_at",
    "stage",
    "version",
    "wait_version",
    "wait_token",
    "wait_until",
    "due",
}
_COUNTERS = ("reader#", "checks#")
"""Items below a kilobyte that are counted up outside a transaction: a unit each."""
_FEES = {"pk", "sk", "fee_period", "answered_on", "department_id", "level", "fen"}


@dataclass(frozen=True, slots=True)
class Written:
    """An item after it was written; `replaced` when it stood before."""

    item: dict[str, Any]
    replaced: bool


@dataclass
class Tally:
    """What was asked of AWS for one case, and how long each function took; `updates` count outside transactions."""

    calls: Counter[tuple[str, str]] = field(default_factory=Counter)
    reads: list[tuple[list[capacity.Item], bool]] = field(default_factory=list)
    writes: list[Written] = field(default_factory=list)
    updates: int = 0
    events: int = 0
    seconds: list[tuple[str, float]] = field(default_factory=list)


class Recorder:
    """Records the AWS calls of the functions that it runs; `machine` is run in a thread when one is started."""

    def __init__(self, reader: Any, machine: Callable[[Recorder, str], object]) -> None:
        self.tally = Tally()
        self._reader = reader  # a client of the bench itself, whose calls do not count
        self._machine = machine
        self._running: list[Thread] = []
        self._lock = Lock()
        self._inside = local()

    def run(self, name: str, function: Callable[[Any, Any], Any], event: dict[str, Any]) -> Any:
        """What the function answers; its duration goes on the tally."""
        self._inside.function = name
        started = time.perf_counter()
        try:
            return function(event, _CONTEXT)
        finally:
            self._inside.function = None
            with self._lock:
                self.tally.seconds.append((name, time.perf_counter() - started))

    def finish(self) -> bool:
        """Wait for the machine; false when none was started."""
        for thread in self._running:
            thread.join()
        return bool(self._running)

    @contextmanager
    def recording(self) -> Iterator[None]:
        """All AWS clients of this process pass through here, PynamoDB's among them."""
        client_class: Any = BaseClient
        original = client_class._make_api_call

        def record_call(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
            answer = original(client, operation, parameters)
            if client is not self._reader and getattr(self._inside, "function", None):
                with self._lock:
                    self._note(client, operation, parameters, answer)
                if operation == "StartExecution":
                    case_number = json.loads(parameters["input"])["case_number"]
                    self._running.append(Thread(target=self._machine, args=(self, case_number)))
                    self._running[-1].start()
            return answer

        client_class._make_api_call = record_call
        try:
            yield
        finally:
            client_class._make_api_call = original

    def _note(self, client: Any, operation: str, parameters: dict[str, Any], answer: dict[str, Any]) -> None:
        self.tally.calls[client.meta.service_model.service_name, operation] += 1
        consistent = parameters.get("ConsistentRead", False)
        match operation:
            case "GetItem":
                self.tally.reads.append(([answer["Item"]] if "Item" in answer else [], consistent))
            case "Query":
                self.tally.reads.append((answer["Items"], consistent))
            case "PutEvents":
                self.tally.events += len(parameters["Entries"])
            case "TransactWriteItems":
                self.tally.writes += [self._written(part) for part in parameters["TransactItems"]]
            case "PutItem":
                self.tally.writes.append(Written(parameters["Item"], replaced=False))
            case "DeleteItem":
                self.tally.writes.append(Written(parameters["Key"], replaced=True))
            case "BatchGetItem":
                for table, items in answer["Responses"].items():
                    consistent = parameters["RequestItems"][table].get("ConsistentRead", False)
                    self.tally.reads += [([item], consistent) for item in items]
            case "UpdateItem" if parameters["Key"]["pk"]["S"].startswith(_COUNTERS):
                self.tally.updates += 1
            case "UpdateItem" | "BatchWriteItem" | "TransactGetItems":
                raise NotImplementedError(f"the price of {operation} is not known here")

    def _written(self, part: dict[str, Any]) -> Written:
        """The item as one part of a transaction left it."""
        if "Put" in part:
            return Written(part["Put"]["Item"], replaced=False)
        update = part["Update"]
        return Written(self._reader.get_item(TableName=update["TableName"], Key=update["Key"])["Item"], replaced=True)


def published(
    recorder: Recorder, publish: Callable[[Any, Any], Any], reader: Any, table: str, case_number: str
) -> None:
    """Publish the log of a case, one batch for what was committed together."""
    for _, entries in groupby(_log(reader, table, case_number), key=lambda item: item["at"]["S"]):
        recorder.run("publish_events", publish, {"Records": [_stream_record(item) for item in entries]})


def logged_elsewhere(
    recorder: Recorder, enter: Callable[[Any, Any], Any], reader: Any, table: str, case_number: str
) -> None:
    """Enter the issue of a report in the report log, under a name that the deployed function knows nothing of.

    The stream brings that one the real issue meanwhile. Alone in its batch, it costs the most that an entry can.
    """
    issued = _log(reader, table, case_number)[-1]
    data = json.loads(issued["data"]["S"])
    data["sha256"] = hashlib.sha256(data["sha256"].encode()).hexdigest()
    elsewhere = issued | {"pk": {"S": f"bench-{issued['pk']['S']}"}, "data": {"S": json.dumps(data)}}
    recorder.run("log_reports", enter, {"Records": [_stream_record(elsewhere)]})


def configure(stack: dict[str, Any], machine: str | None = None) -> None:
    """The functions' environment; `machine`, if given, stands in the place of every machine."""
    os.environ |= {
        "ENVIRONMENT": "local",
        "POWERTOOLS_SERVICE_NAME": "degree-auth",
        "POWERTOOLS_METRICS_NAMESPACE": "DegreeAuth",
        "POWERTOOLS_METRICS_DISABLED": "true",
        "AWS_LAMBDA_LOG_LEVEL": "WARN",
        "CASES_TABLE": stack["CasesTable"],
        "REGISTER_TABLE": stack["RegisterTable"],
        "ACCOUNTS_TABLE": stack["AccountsTable"],
        "DOCUMENTS_BUCKET": stack["DocumentsBucket"],
        "MASTER_SECRET_ID": stack["MasterSecretArn"],
        "SIGNING_KEY_ID": stack["SigningKeyId"],
        "SIGNING_CERTIFICATE_PARAMETER": stack["SigningCertificateParameter"],
        "CHECK_URL_PARAMETER": f"/{STACK}/check-url",
        "CLOCK_PARAMETER": stack["ClockParameter"],
        "EVENT_BUS_NAME": stack["EventBusName"],
        **{
            f"{name}_MACHINE_ARN": machine or stack[f"{name.title()}MachineArn"]
            for name in ("MATCHING", "ISSUANCE", "VERIFICATION", "DISPUTE")
        },
        "REGISTER_CHANGE_MACHINE_ARN": machine or stack["RegisterChangeMachineArn"],
        "EXAMINE_FILE_FUNCTION": stack["ExamineFileFunctionName"],
        "DISPUTE_DAYS": "60",
    }
    # What another measurement of this process has made knows other machines.
    forget()


def handler(function: str) -> ModuleType:
    """The module of a function's handler."""
    spec = spec_from_file_location(f"bench_{function}", ROOT / "functions" / function / "handler.py")
    if spec is None or spec.loader is None:
        raise ImportError(function)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def request(
    body: dict[str, Any],
    resource: str = "/v1/applications",
    parameters: dict[str, str] | None = None,
    token: str | None = None,
    method: str = "POST",
) -> dict[str, Any]:
    """A request as the API hands it to the function."""
    path = resource.format(**parameters or {})
    return {
        "httpMethod": method,
        "path": path,
        "resource": resource,
        "headers": {"content-type": "application/json", "host": "bench.example.com"}
        | ({} if token is None else {"authorization": f"Bearer {token}"}),
        "multiValueHeaders": {},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": parameters,
        "stageVariables": None,
        "body": json.dumps(body, ensure_ascii=False),
        "isBase64Encoded": False,
        "requestContext": {
            "httpMethod": method, "resourcePath": resource, "path": f"/local{path}",
            "stage": "local", "requestId": "bench", "identity": {}, "domainName": "bench.example.com",
        },
    }  # fmt: skip


def memory_sizes(functions: dict[str, str]) -> dict[str, int]:
    """Megabytes by name, of functions whose logical ids are given."""
    template = load()
    usual = template["Globals"]["Function"]["MemorySize"]
    return {
        name: template["Resources"][logical_id]["Properties"].get("MemorySize", usual)
        for name, logical_id in functions.items()
    }


def index_units(writes: list[Written]) -> int:
    """Units of keeping the indexes: of an open case the entry that goes and the one that comes, of a fee its entry."""
    units = 0
    for one in writes:
        if one.item["sk"]["S"] == "CASE":
            units += one.replaced + (
                capacity.index_write_units(one.item, _OPEN_CASES.__contains__) if "open_shard" in one.item else 0
            )
        elif "reader_day" in one.item:
            units += capacity.index_write_units(one.item, lambda _: True)
        elif "fee_period" in one.item:
            units += capacity.index_write_units(one.item, _FEES.__contains__)
    return units


def _log(reader: Any, table: str, case_number: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = reader.query(
        TableName=table,
        KeyConditionExpression="pk = :pk AND begins_with(sk, :entry)",
        ExpressionAttributeValues={":pk": {"S": case_number}, ":entry": {"S": "EVENT#"}},
    )["Items"]
    return found


def _stream_record(item: dict[str, Any]) -> dict[str, Any]:
    keys = {name: item[name] for name in ("pk", "sk")}
    return {
        "eventID": item["sk"]["S"],
        "eventName": "INSERT",
        "eventSource": "aws:dynamodb",
        "dynamodb": {"Keys": keys, "NewImage": item, "SequenceNumber": item["sk"]["S"].removeprefix("EVENT#")},
    }


_CONTEXT = SimpleNamespace(
    function_name="bench",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:bench",
    aws_request_id="bench",
    get_remaining_time_in_millis=lambda: 15_000,
)
