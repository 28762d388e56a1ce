"""What a case asks of AWS that the register does not settle: submitted, reviewed, routed, answered, reported.

Counted twice. One case goes through the deployed stack: applicant over HTTP, staff through their machine, the answer by
the service; its transitions, and what the machines ask of DynamoDB themselves, are read from the executions' histories.
The others go through the real handlers in this process, where every call of an AWS client is recorded; a machine is
started there where one that waits would be woken, which is one call as well. Left out: signing in, looking at tasks
and at the progress, and the machines that come round while nothing happens, every four weeks.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import requests
from PIL import Image

from bench import capacity
from bench.case_figures import call_figures, function_figures, gigabyte_seconds, median_of
from bench.figure import Baseline, Figure, Measurement, Run
from bench.prices import price_figures
from bench.recording import Recorder, Tally, configure, handler, index_units, published, request
from bench.submission import fresh_bodies
from bench.three_tasks import run_to_its_end, three_tasks
from degree_auth.domain.accounts.principal import LEAD_TIER, Principal
from tools.build_layers import Target
from tools.environment import LAYERS, ROOT
from tools.identity_provider import sign_in
from tools.sample_staff import SampleStaff
from tools.template import load

ROUNDS = 5
_SECONDS = 60


def _scan() -> bytes:
    """A picture of some 30 kB that no packing makes smaller."""
    grey, written = hashlib.shake_256(b"synthetic scan").digest(180 * 170), io.BytesIO()
    Image.frombytes("L", (180, 170), grey).save(written, "PNG")
    return written.getvalue()


_SCAN = _scan()
_FOREIGN_DISCIPLINE = "园艺"
_FORM = {"result": "verified", "handler": "经办人", "archive_reference": "档-2022-001"}
_MACHINES = ("MatchingMachine", "VerificationMachine", "IssuanceMachine", "StaffActionsMachine")
_FUNCTIONS = {
    "applicant_api": "ApplicantApiFunction",
    "receive_attachment": "ReceiveAttachmentFunction",
    "staff_action": "StaffActionFunction",
    "attend_task": "AttendTaskFunction",
    "institution_api": "InstitutionApiFunction",
    "issue_report": "IssueReportFunction",
    "publish_events": "PublishEventsFunction",
}
_API_REQUESTS = 3  # the application, the scan's announcement, the answer
_Found = TypeVar("_Found")


@dataclass
class Driven:
    """What the machines of one case did: states entered by machine, and their own reads and writes of the case."""

    entered: Counter[str] = field(default_factory=Counter)
    gets: int = 0
    updates: int = 0


def measure(run: Run, rounds: int = ROUNDS) -> list[Figure]:
    """Counts of the median case, and prices in US dollars, against three empty tasks in a row."""
    sys.path.append(str(LAYERS / "fonts" / "python"))
    bodies, reader = _differing_bodies(Path(run.stack["sample_register"])), run.aws.client("dynamodb")
    configure(run.stack)
    driven = _drive(run, _carry_deployed_case(run, reader, bodies))
    with three_tasks(run.aws, f"python{Target.here().python}") as machine:
        configure(run.stack, machine)
        functions = {name: handler(name) for name in _FUNCTIONS if name != "institution_api"}
        _cold, *warm = [_case(run, reader, functions, bodies) for _ in range(rounds + 1)]
        run_to_its_end(run.aws.client("stepfunctions"), machine)
        empty = sum(_entered_stages(run.aws.client("stepfunctions"), machine, "").values())
    return _figures_of(median_of(warm), warm, driven, empty)


MEASUREMENT = Measurement(
    chinese="一件由单位核查的申请（清点）",
    english="one case that an institution verifies, counted",
    measure=measure,
    needs_stack=True,
    quick={"rounds": 1},
)


def _figures_of(tally: Tally, warm: list[Tally], driven: Driven, empty: int) -> list[Figure]:
    case = max((one.item for one in tally.writes if one.item["sk"]["S"] == "CASE"), key=capacity.item_bytes)
    read = sum(capacity.read_units(items, consistent=consistent) for items, consistent in tally.reads)
    read += driven.gets * capacity.read_units([case], consistent=True)
    table = sum(capacity.transaction_write_units(one.item) for one in tally.writes)
    # Outside a transaction a write costs half; a token moves the entry in the index of open cases as well.
    tokens = driven.updates * (capacity.transaction_write_units(case) // 2 + 2)
    index = index_units(tally.writes)
    transitions = driven.entered.total()
    used = {
        "API request": _API_REQUESTS,
        "Lambda request": len(tally.seconds),
        "Lambda GB-second": sum(gigabyte_seconds(_FUNCTIONS, warm).values()),
        "state transition": transitions,
        "read unit": read,
        "write unit": table + index + tokens,
        "S3 put": tally.calls["s3", "PutObject"] + 1,  # and the applicant's own
        "S3 get": tally.calls["s3", "GetObject"],
        "KMS signature": tally.calls["kms", "Sign"],
        "event": tally.events,
    }
    three = Baseline("三个空任务", "three empty tasks", empty)
    return [
        *call_figures("aws_calls", "函数的 AWS 调用", "AWS calls of the functions", tally.calls),
        Figure("machine_calls", "状态机自己的 DynamoDB 调用", f"DynamoDB calls of the machines, {driven.gets} reads",
               driven.gets + driven.updates, ""),
        Figure("reads", "DynamoDB 读次数", "DynamoDB reads", len(tally.reads) + driven.gets, ""),
        Figure("read_units", "读容量单位", "read units", read, ""),
        Figure("writes", "DynamoDB 写入条目", "items written", len(tally.writes) + driven.updates, ""),
        Figure("write_units", "写容量单位（含索引）", f"write units, {index} for indexes, {tokens} for tokens",
               table + index + tokens, ""),
        Figure("transitions", "状态转换", "state transitions", transitions, "", three),
        *(
            Figure(f"transitions_{machine}", "  其中", machine, number, "")
            for machine, number in driven.entered.items()
        ),
        *function_figures(_FUNCTIONS, tally, warm),
        Figure("events", "EventBridge 事件", "events on the bus", tally.events, ""),
        *price_figures(used, empty),
    ]  # fmt: skip


def _differing_bodies(register: Path) -> Iterator[dict[str, Any]]:
    """Applications of people who are in the register, for a discipline that is not."""
    for body in fresh_bodies(register):
        body["degree"]["discipline"] = _FOREIGN_DISCIPLINE
        yield body


def _case(run: Run, reader: Any, functions: dict[str, ModuleType], bodies: Iterator[dict[str, Any]]) -> Tally:
    """Carry one case through the handlers and record what they ask for."""
    api = functions["applicant_api"].app
    while True:
        body = next(bodies)
        token = sign_in(run.stack["api_url"], body["holder"])
        recorder = Recorder(reader, lambda *_: None)
        with recorder.recording():
            answer = _body(recorder.run("applicant_api", api, request(body, token=token)))
            recorder.finish()
            if answer["stage"] != "material_review":
                continue  # two who share a certificate number, or an award of before the numbers
            number = answer["case_number"]
            announced = request(
                _announcement(),
                "/v1/applications/{case_number}/attachments",
                {"case_number": number},
                answer["access_token"],
            )
            key = f"incoming/{number}/{_upload(_body(recorder.run('applicant_api', api, announced)))}"
            event = {"source": "aws.s3", "detail": {"object": {"key": key}}}
            taken = recorder.run("receive_attachment", functions["receive_attachment"].handler, event)
            if taken["result"] != "stored":
                continue  # the deployed function was sooner
            given = {**_confirmation(number), **SampleStaff(run.stack).credentials()}
            staff = {"input": given, "execution": f"bench-{number}"}
            confirmed = recorder.run("staff_action", functions["staff_action"].handler, staff)
            if not confirmed["done"]:
                raise RuntimeError(confirmed["message"])
            recorder.run("attend_task", functions["attend_task"].handler, {"case_number": number})
            recorder.run("institution_api", lambda event, _: _answer_task(event["task_of"]), {"task_of": number})
            issued = recorder.run("issue_report", functions["issue_report"].handler, {"case_number": number})
            recorder.finish()
            if not issued["report_number"]:
                raise RuntimeError(f"no report was issued: {number}")
            published(recorder, functions["publish_events"].handler, reader, run.stack["CasesTable"], number)
        return recorder.tally


def _carry_deployed_case(run: Run, reader: Any, bodies: Iterator[dict[str, Any]]) -> str:
    """The number of a case that the deployed stack carried to its report."""
    url = f"{run.stack['api_url']}/v1/applications"
    answer = _apply(run, url, next(bodies))
    while answer["stage"] != "material_review":
        answer = _apply(run, url, next(bodies))
    number, token = str(answer["case_number"]), answer["access_token"]
    _upload(_post(f"{url}/{number}/attachments", _announcement(), token))

    def case() -> dict[str, Any]:
        item: dict[str, Any] = reader.get_item(
            TableName=run.stack["CasesTable"], Key={"pk": {"S": number}, "sk": {"S": "CASE"}}, ConsistentRead=True
        )["Item"]
        return item

    def is_stored() -> bool:
        return any(one["state"] == "stored" for one in json.loads(case()["body"]["S"])["attachments"])

    def waits_for_the_institution() -> bool:
        item = case()
        return bool(item["stage"]["S"] == "verification" and item["wait_version"] == item["version"])

    _until(lambda: "wait_token" in case() and is_stored(), "the wait for the review")
    ended = SampleStaff(run.stack).act(_confirmation(number), f"{number}-confirm")
    if ended["status"] != "SUCCEEDED":
        raise RuntimeError(str(ended))
    _until(waits_for_the_institution, "the wait for the institution")
    _answer_task(number)
    _until(lambda: case()["stage"]["S"] == "concluded", "the report")
    return number


def _answer_task(number: str) -> None:
    """The lead department of the institution answers the case's task."""
    from degree_auth.wiring import cases, shared, verification

    case = cases.table().load(number)
    asker = Principal(
        account_id="bench",
        username="bench",
        institution_code=case.institution_code if case.task is None else case.task.institution_code,
        department_id=None,
        tier=LEAD_TIER,
    )
    verification.commands().receive_feedback(asker, case.task_id or "", _FORM, shared.now())


def _drive(run: Run, number: str) -> Driven:
    """What the machines did for a case that has ended."""
    machines, template, driven = run.aws.client("stepfunctions"), load()["Resources"], Driven()
    for name in _MACHINES:
        definition = json.loads((ROOT / template[name]["Properties"]["DefinitionUri"]).read_text("utf-8"))
        entered = _entered_stages(machines, run.stack[f"{name}Arn"], number)
        driven.entered[name] = entered.total()
        for state, times in entered.items():
            resource = definition["States"][state].get("Resource", "")
            driven.gets += times * resource.endswith("dynamodb:getItem")
            driven.updates += times * ("dynamodb:updateItem" in resource)
    return driven


def _entered_stages(machines: Any, machine: str, name: str) -> Counter[str]:
    """How often the latest finished execution whose name begins so entered each of its states."""

    def ended() -> str | None:
        executions = machines.list_executions(stateMachineArn=machine, statusFilter="SUCCEEDED")["executions"]
        return next((str(one["executionArn"]) for one in executions if one["name"].startswith(name)), None)

    history = machines.get_execution_history(executionArn=_until(ended, machine), maxResults=1000)
    return Counter(
        event["stateEnteredEventDetails"]["name"]
        for event in history["events"]
        if event["type"].endswith("StateEntered")
    )


def _announcement() -> dict[str, Any]:
    return {"kind": "certificate_scan", "content_type": "image/png", "size": len(_SCAN)}


def _upload(announced: dict[str, Any]) -> str:
    """Upload the scan where the answer says; gives the attachment's id."""
    target = announced["upload"]
    requests.put(target["url"], data=_SCAN, headers=target["headers"], timeout=_SECONDS).raise_for_status()
    return str(announced["attachment_id"])


def _confirmation(number: str) -> dict[str, Any]:
    return {"action": "confirm_material", "case_number": number}


def _apply(run: Run, url: str, body: dict[str, Any]) -> dict[str, Any]:
    """What a holder is answered who signed in and applied."""
    return _post(url, body, sign_in(run.stack["api_url"], body["holder"]))


def _post(url: str, body: dict[str, Any], token: str = "") -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answered = requests.post(url, json=body, headers=headers, timeout=_SECONDS)
    if not answered.ok:
        raise RuntimeError(answered.text)
    answer: dict[str, Any] = answered.json()
    return answer


def _body(answered: dict[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(answered["body"])
    if answered["statusCode"] >= 400:
        raise RuntimeError(str(body))
    return body


def _until(look: Callable[[], _Found | None], what: str) -> _Found:
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.1)
    raise RuntimeError(f"it did not come: {what}")
