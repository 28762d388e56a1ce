"""What one matched case asks of AWS: calls, units, transitions, invocations; and its price at public list prices.

The real handlers of the submission, the issue, the publication and the report log run in this process against the
emulator, and every call of an AWS client is recorded. The machine's place is taken by a thread that runs the issuing
handler as soon as the submission starts the machine, so that the submission waits for its report as it does when
deployed. The transitions are read from the history of a case that was submitted over HTTP. Durations are those of this
machine.
"""

from __future__ import annotations

import hashlib
import json
import os
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import module_from_spec, spec_from_file_location
from itertools import groupby
from pathlib import Path
from threading import Lock, Thread, local
from types import ModuleType, SimpleNamespace
from typing import Any

import requests
from botocore.client import BaseClient

from bench import capacity
from bench.figure import Baseline, Figure, Run
from bench.submission import fresh_bodies
from bench.three_tasks import run_to_its_end, three_tasks
from tools.build_layers import Target
from tools.environment import LAYERS, ROOT, STACK
from tools.template import load

ROUNDS = 5
_SECONDS = 60

PRICES_OF = "us-east-1, 2026-11"
PRICES = {
    "API request": 3.50e-6,  # REST API, the first 333 million a month
    "Lambda request": 0.20e-6,
    "Lambda GB-second": 0.0000166667,  # x86, the first 6 billion a month
    "state transition": 0.025e-3,  # standard workflow
    "read unit": 0.125e-6,  # on demand
    "write unit": 0.625e-6,  # on demand
    "S3 put": 0.005e-3,  # standard class
    "KMS signature": 0.03e-4,  # RSA 2048
    "event": 1.00e-6,  # custom event on a bus
}
"""List prices in US dollars from memory, without free tiers; check them before relying on them. Not in the price:
storage, logs, traces, data transfer, the fixed price of keys and secrets, and what a cold start alone asks for."""

_FUNCTIONS = {
    "applicant_api": "ApplicantApiFunction",
    "issue_report": "IssueReportFunction",
    "publish_events": "PublishEventsFunction",
    "log_reports": "LogReportsFunction",
}
_PROJECTED = {"pk", "sk", "open_shard", "changed_at", "stage", "version", "wait_version", "wait_token"}


@dataclass(frozen=True, slots=True)
class Written:
    """An item after it was written; `replaced` when it stood before."""

    item: dict[str, Any]
    replaced: bool


@dataclass
class Tally:
    """What was asked of AWS for one case, and how long each function took."""

    calls: Counter[tuple[str, str]] = field(default_factory=Counter)
    reads: list[tuple[list[capacity.Item], bool]] = field(default_factory=list)
    writes: list[Written] = field(default_factory=list)
    events: int = 0
    seconds: list[tuple[str, float]] = field(default_factory=list)


def measure(run: Run, rounds: int = ROUNDS) -> list[Figure]:
    """Counts of the median case, what its first cold run asked beyond them, and prices in US dollars."""
    sys.path.append(str(LAYERS / "fonts" / "python"))
    bodies, reader = fresh_bodies(Path(run.stack["sample_register"])), run.aws.client("dynamodb")
    with three_tasks(run.aws, f"python{Target.here().python}") as machine:
        _configure(run.stack, machine)
        functions = {name: _handler(name) for name in _FUNCTIONS}
        tallies = [_case(reader, run.stack["CasesTable"], functions, bodies) for _ in range(rounds + 1)]
        run_to_its_end(run.aws.client("stepfunctions"), machine)
        empty = _transitions(run, machine, "")
    transitions = _transitions(run, run.stack["IssuanceMachineArn"], _over_http(run, bodies))
    cold, *warm = tallies
    tally = sorted(warm, key=lambda one: sum(one.calls.values()))[len(warm) // 2]
    # How often the submission looks while it waits differs; what a warm case never asks is the cold start's own.
    loads = Counter({call: number for call, number in cold.calls.items() if call not in tally.calls})
    return [
        *_counted(tally, warm, transitions, empty),
        *_calls("cold_calls", "仅冷启动时另有的调用", "calls of a cold start alone", loads),
    ]


def _counted(tally: Tally, warm: list[Tally], transitions: int, empty: int) -> list[Figure]:
    read = sum(capacity.read_units(items, consistent=consistent) for items, consistent in tally.reads)
    table = sum(capacity.transaction_write_units(one.item) for one in tally.writes)
    index = _index_units(tally.writes)
    memory = _memory_sizes()
    took = {
        name: statistics.median(sum(s for function, s in one.seconds if function == name) for one in warm)
        for name in _FUNCTIONS
    }
    gigabytes = {name: took[name] * memory[name] / 1024 for name in _FUNCTIONS}
    invocations = Counter(name for name, _ in tally.seconds)
    used = {
        "API request": 1,
        "Lambda request": invocations.total(),
        "Lambda GB-second": sum(gigabytes.values()),
        "state transition": transitions,
        "read unit": read,
        "write unit": table + index,
        "S3 put": tally.calls["s3", "PutObject"],
        "KMS signature": tally.calls["kms", "Sign"],
        "event": tally.events,
    }
    # Lambda charges at least a millisecond; the baseline's tasks have 512 MB.
    bare = {"Lambda request": 3, "Lambda GB-second": 3 * 0.001 * 0.5, "state transition": empty}
    three = Baseline("三个空任务", "three empty tasks", sum(PRICES[what] * number for what, number in bare.items()))
    return [
        *_calls("aws_calls", "AWS 调用", "AWS calls", tally.calls),
        Figure("reads", "DynamoDB 读次数（含等待）", "DynamoDB reads, looks while waiting too", len(tally.reads), ""),
        Figure("read_units", "读容量单位", "read units", read, ""),
        Figure("writes", "DynamoDB 写入条目", "items written, all in transactions",
               len(tally.writes), ""),
        Figure("write_units", "写容量单位（含索引）", f"write units, {index} of them for the index", table + index, ""),
        Figure("transitions", "状态转换", "state transitions", transitions, "",
               Baseline("三个空任务", "three empty tasks", empty)),
        *(
            Figure(f"{name}_gbs", f"{name}：调用 {invocations[name]} 次",
                   f"{took[name] * 1000:.0f} ms x {memory[name]} MB", gigabytes[name], "GB-s")
            for name in _FUNCTIONS
        ),
        Figure("s3_puts", "S3 存储", "S3 puts", used["S3 put"], ""),
        Figure("signatures", "KMS 签名", "KMS signatures", used["KMS signature"], ""),
        Figure("events", "EventBridge 事件", "events on the bus", tally.events, ""),
        Figure("price", f"每件价格（{PRICES_OF} 公开牌价，引用前请核对）", "price at list prices; check before relying",
               sum(PRICES[what] * number for what, number in used.items()), "USD", three),
        *(
            Figure(f"price_{what.replace(' ', '_').lower()}", f"  {what}", f"{number:.3g} x {PRICES[what]:.3g} USD",
                   PRICES[what] * number, "USD")
            for what, number in used.items()
        ),
    ]  # fmt: skip


def _case(reader: Any, table: str, functions: dict[str, ModuleType], bodies: Iterator[dict[str, Any]]) -> Tally:
    """Carry one matched case through the handlers and record what they ask for."""
    submit, issue, publish, enter = (
        functions["applicant_api"].app,
        functions["issue_report"].handler,
        functions["publish_events"].handler,
        functions["log_reports"].handler,
    )
    while True:
        recorder = _Recorder(reader, lambda recorder, case: recorder.run("issue_report", issue, {"case_number": case}))
        with recorder.recording():
            answered = recorder.run("applicant_api", submit, _request(next(bodies)))
            if not recorder.finish():
                continue  # not one of those that match
            answer = json.loads(answered["body"])
            if answer["report"] is None:
                raise RuntimeError(f"未出具报告 · no report was issued: {answer['stage']}")
            log = _log(reader, table, answer["case_number"])
            for _, entries in groupby(log, key=lambda item: item["at"]["S"]):
                recorder.run("publish_events", publish, {"Records": [_stream_record(item) for item in entries]})
            recorder.run("log_reports", enter, {"Records": [_stream_record(_elsewhere(log[-1]))]})
        return recorder.tally


def _elsewhere(issued: dict[str, Any]) -> dict[str, Any]:
    """The issue of a report that the deployed function knows nothing of: the stream brings it the real one meanwhile.
    Alone in its batch, it costs the most that an entry can."""
    data = json.loads(issued["data"]["S"])
    data["sha256"] = hashlib.sha256(data["sha256"].encode()).hexdigest()
    return issued | {"pk": {"S": f"bench-{issued['pk']['S']}"}, "data": {"S": json.dumps(data)}}


class _Recorder:
    """Records the AWS calls of the functions that it runs; `machine` is run in a thread when one is started."""

    def __init__(self, reader: Any, machine: Callable[[_Recorder, str], object]) -> None:
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

        def recorded(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
            answer = original(client, operation, parameters)
            if client is not self._reader and getattr(self._inside, "function", None):
                with self._lock:
                    self._note(client, operation, parameters, answer)
                if operation == "StartExecution":
                    case_number = json.loads(parameters["input"])["case_number"]
                    self._running.append(Thread(target=self._machine, args=(self, case_number)))
                    self._running[-1].start()
            return answer

        client_class._make_api_call = recorded
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
            case "BatchGetItem":
                for table, items in answer["Responses"].items():
                    consistent = parameters["RequestItems"][table].get("ConsistentRead", False)
                    self.tally.reads += [([item], consistent) for item in items]
            case "PutItem" | "UpdateItem" | "BatchWriteItem" | "TransactGetItems":
                raise NotImplementedError(f"the price of {operation} is not known here")

    def _written(self, part: dict[str, Any]) -> Written:
        """The item as one part of a transaction left it."""
        if "Put" in part:
            return Written(part["Put"]["Item"], replaced=False)
        update = part["Update"]
        return Written(self._reader.get_item(TableName=update["TableName"], Key=update["Key"])["Item"], replaced=True)


_CONTEXT = SimpleNamespace(
    function_name="bench",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:bench",
    aws_request_id="bench",
    get_remaining_time_in_millis=lambda: 15_000,
)


def _configure(stack: dict[str, Any], machine: str) -> None:
    """The functions' environment, with a machine that does nothing in the place of the issuing one."""
    os.environ |= {
        "ENVIRONMENT": "local",
        "POWERTOOLS_SERVICE_NAME": "degree-auth",
        "POWERTOOLS_METRICS_NAMESPACE": "DegreeAuth",
        "POWERTOOLS_METRICS_DISABLED": "true",
        "AWS_LAMBDA_LOG_LEVEL": "WARN",
        "CASES_TABLE": stack["CasesTable"],
        "REGISTER_TABLE": stack["RegisterTable"],
        "DOCUMENTS_BUCKET": stack["DocumentsBucket"],
        "MASTER_SECRET_ID": stack["MasterSecretArn"],
        "SIGNING_KEY_ID": stack["SigningKeyId"],
        "SIGNING_CERTIFICATE_PARAMETER": stack["SigningCertificateParameter"],
        "CHECK_URL_PARAMETER": f"/{STACK}/check-url",
        "EVENT_BUS_NAME": stack["EventBusName"],
        "MATCHING_MACHINE_ARN": machine,
        "ISSUANCE_MACHINE_ARN": machine,
    }


def _handler(function: str) -> ModuleType:
    spec = spec_from_file_location(f"bench_{function}", ROOT / "functions" / function / "handler.py")
    if spec is None or spec.loader is None:
        raise ImportError(function)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _request(body: dict[str, Any]) -> dict[str, Any]:
    """A submission as the API hands it to the function."""
    return {
        "httpMethod": "POST",
        "path": "/v1/applications",
        "resource": "/v1/applications",
        "headers": {"content-type": "application/json", "host": "bench.example.com"},
        "multiValueHeaders": {},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "body": json.dumps(body, ensure_ascii=False),
        "isBase64Encoded": False,
        "requestContext": {
            "httpMethod": "POST", "resourcePath": "/v1/applications", "path": "/local/v1/applications",
            "stage": "local", "requestId": "bench", "identity": {}, "domainName": "bench.example.com",
        },
    }  # fmt: skip


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


def _over_http(run: Run, bodies: Iterator[dict[str, Any]]) -> str:
    """The number of a case that matched, submitted as an applicant submits it."""
    while True:
        answered = requests.post(f"{run.stack['api_url']}/v1/applications", json=next(bodies), timeout=_SECONDS)
        if not answered.ok:
            raise RuntimeError(answered.text)
        answer = answered.json()
        if answer["stage"] in ("issuing", "concluded"):
            return str(answer["case_number"])


def _transitions(run: Run, machine: str, name: str) -> int:
    """How many states the latest finished execution of this machine entered whose name begins so."""
    machines, deadline = run.aws.client("stepfunctions"), time.monotonic() + _SECONDS
    while time.monotonic() < deadline:
        for execution in machines.list_executions(stateMachineArn=machine, statusFilter="SUCCEEDED")["executions"]:
            if execution["name"].startswith(name):
                history = machines.get_execution_history(executionArn=execution["executionArn"], maxResults=1000)
                return sum(event["type"].endswith("StateEntered") for event in history["events"])
        time.sleep(0.2)
    raise RuntimeError(f"流程没有完成 · the machine did not finish: {machine}")


def _memory_sizes() -> dict[str, int]:
    template = load()
    usual = template["Globals"]["Function"]["MemorySize"]
    return {
        name: template["Resources"][logical_id]["Properties"].get("MemorySize", usual)
        for name, logical_id in _FUNCTIONS.items()
    }


def _index_units(writes: list[Written]) -> int:
    """Units of keeping the index of open cases: the entry that goes, and the one that comes."""
    units = 0
    for one in writes:
        if one.item["sk"]["S"] == "CASE":
            units += one.replaced + (
                capacity.index_write_units(one.item, _PROJECTED.__contains__) if "open_shard" in one.item else 0
            )
    return units


def _calls(name: str, chinese: str, english: str, calls: Counter[tuple[str, str]]) -> list[Figure]:
    return [
        Figure(name, chinese, english, calls.total(), ""),
        *(
            Figure(f"{name}_{service}_{operation}", "  其中", f"{service}:{operation}", number, "")
            for (service, operation), number in sorted(calls.items())
        ),
    ]
