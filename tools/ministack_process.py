"""The process of the local AWS: MiniStack, which asks for more than it does by itself, and makes trouble on demand.

Run by the interpreter of .venv-local-aws, as a file: it imports nothing of this repository.

Always: the partitions of a table are asked for (`dynamodb:LeadingKeys`), the roles of machines are asked, and what was
asked of each role is noted in the file that `DEGREE_AUTH_ASKED` names, an entry the first time.
With `DEGREE_AUTH_TROUBLE`: transactions meet each other, batches are done in part, streams have four shards.
"""

from __future__ import annotations

import json
import os
import re
import threading
import time
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from importlib import import_module
from pathlib import Path
from typing import Any

ASKED, TROUBLE = "DEGREE_AUTH_ASKED", "DEGREE_AUTH_TROUBLE"
LEADING_KEYS = "dynamodb:LeadingKeys"
SHARDS = 4
SHARD_PAUSE_SECONDS = 0.1
"""How much longer each shard takes than the one before it, so that their records come in another order."""

CONFLICT_EVERY = 3

_machine_role: ContextVar[str] = ContextVar("machine_role", default="")
"""The ARN of the role of the machine for which a task runs."""


def _module(name: str) -> Any:
    """A module of MiniStack, which only the interpreter of this process has."""
    return import_module(name)


# Roles


def leading_keys(request: dict[str, Any]) -> dict[str, list[str]]:
    """The values of the partition key that a request of DynamoDB names, of all its items, by table.

    A role is asked for all that a request names of a table: also of a transaction, of which AWS does not say it.
    """
    found: dict[str, list[str]] = defaultdict(list)
    if "TransactItems" in request:
        for part in request["TransactItems"]:
            found[_table(_only(part))].append(_partition(_only(part)))
    elif "RequestItems" in request:
        for table, asked in request["RequestItems"].items():
            parts = [{"Key": key} for key in asked["Keys"]] if isinstance(asked, dict) else map(_only, asked)
            found[table] += map(_partition, parts)
    elif "KeyConditionExpression" in request:
        # The condition on the partition key is the one with `=` that stands first.
        if place := re.search(r"=\s*(:\w+)", request["KeyConditionExpression"]):
            found[_table(request)].append(_text(request["ExpressionAttributeValues"][place[1]]))
    elif "Key" in request or "Item" in request:
        found[_table(request)].append(_partition(request))
    return dict(found)


def _table(request: dict[str, Any]) -> str:
    return str(request["TableName"]).rpartition("/")[2]


def _only(request: dict[str, Any]) -> dict[str, Any]:
    (found,) = request.values()
    return dict(found)


def _partition(request: dict[str, Any]) -> str:
    return _text(request.get("Key", request.get("Item", {}))["pk"])


def _text(value: dict[str, Any]) -> str:
    return str(next(iter(value.values())))


def ask_for_partitions() -> None:
    """Have every request of DynamoDB judged by the partitions that it names of a table."""
    actions, evaluator = _module("ministack.core.iam_actions"), _module("ministack.core.iam_evaluator")
    context_of, enforce = actions.dynamodb_service_context, evaluator.enforce

    def with_partitions(body: bytes) -> dict[str, Any]:
        try:
            named = leading_keys(json.loads(body or b"{}"))
        except (ValueError, KeyError, TypeError, AttributeError, StopIteration):
            named = {}  # it is malformed, and refused as such
        return {**context_of(body), LEADING_KEYS: named}

    def enforced(*arguments: Any, **named: Any) -> Any:
        context = dict(named.get("service_context") or {})
        if isinstance(by_table := context.pop(LEADING_KEYS, None), dict):
            table = named["resource_arn"].partition(":table/")[2].partition("/")[0]
            context |= {LEADING_KEYS: by_table[table]} if table in by_table else {}
            named["service_context"] = context
        return enforce(*arguments, **named)

    actions.dynamodb_service_context, evaluator.enforce = with_partitions, enforced


class Notes:
    """Which role asked for what, and under which statement it was allowed or that it was denied."""

    def __init__(self, path: Path) -> None:
        self._path, self._noted, self._lock = path, set[tuple[Any, ...]](), threading.Lock()

    def note(self, context: Any, sid: str, *, allowed: bool) -> None:
        """Write it down when it is the first of its kind."""
        _, _, principal = context.principal_arn.partition(":assumed-role/")
        # Of what is denied it must be clear what it was; a key shows the kind of its partition alone.
        keys = sorted({key.partition("#")[0] for key in context.service_context.get(LEADING_KEYS.lower(), ())})
        on = "" if allowed else f"{context.resource_arn} {keys}"
        entry = (principal.partition("/")[0], context.action, sid, allowed, on)
        with self._lock:
            if entry[0] and entry not in self._noted:
                self._noted.add(entry)
                with self._path.open("a", encoding="utf-8") as notes:
                    notes.write(json.dumps(entry) + "\n")


def note_what_is_asked(notes: Notes) -> None:
    """Note every request that a role sends."""
    evaluator = _module("ministack.core.iam_evaluator")
    evaluate, enforce = evaluator.evaluate, evaluator.enforce
    asked: ContextVar[list[tuple[Any, str]]] = ContextVar("asked")

    def evaluated(context: Any, *policies: Any) -> Any:
        result = evaluate(context, *policies)
        if (found := asked.get(None)) is not None:
            found.append((context, result.matched_sid))
        return result

    def enforced(*arguments: Any, **named: Any) -> Any:
        token = asked.set([])
        try:
            refused = enforce(*arguments, **named)
            # The role's own policies are judged first, then those of what it asks for.
            for context, sid in asked.get()[:1]:
                notes.note(context, sid, allowed=refused is None)
            return refused
        finally:
            asked.reset(token)

    evaluator.evaluate, evaluator.enforce = evaluated, enforced


def ask_roles_of_machines(notes: Notes) -> None:
    """Ask the role of a machine before each call that a task of it makes."""
    machines = _module("ministack.services.stepfunctions")
    execute, invoke, call_back = machines._execute_task, machines._invoke_resource, machines._invoke_with_callback

    def executed(state: Any, given: Any, execution: Any, context: dict[str, Any]) -> Any:
        machine = machines._state_machines.get(context["StateMachine"]["Id"], {})
        token = _machine_role.set(machine.get("roleArn", ""))
        try:
            return execute(state, given, execution, context)
        finally:
            _machine_role.reset(token)

    def invoked(resource: str, parameters: dict[str, Any]) -> Any:
        _ask(machines, notes, resource, parameters)
        return invoke(resource, parameters)

    def called_back(resource: str, parameters: dict[str, Any], *more: Any) -> Any:
        _ask(machines, notes, resource, parameters)
        return call_back(resource, parameters, *more)

    machines._execute_task, machines._invoke_resource, machines._invoke_with_callback = executed, invoked, called_back


def needed(resource: str, parameters: dict[str, Any]) -> tuple[str, str, str]:
    """What a task's call needs: the action, on what, and how the integration calls the service in its errors."""
    parts = resource.removesuffix(".waitForTaskToken").split(":")[5:]
    service, call = parts[-2:]
    action = {"invoke": "InvokeFunction"}.get(call, call[0].upper() + call[1:])
    prefix = {"dynamodb": "DynamoDb" if "aws-sdk" in parts else "DynamoDB", "states": "StepFunctions"}
    named = next(parameters[name] for name in ("TableName", "FunctionName", "StateMachineArn") if name in parameters)
    return f"{service}:{action}", named, prefix.get(service, service.title())


def _ask(machines: Any, notes: Notes, resource: str, parameters: dict[str, Any]) -> None:
    evaluator, responses = _module("ministack.core.iam_evaluator"), _module("ministack.core.responses")
    account, region, role = responses.get_account_id(), responses.get_region(), _machine_role.get()
    action, named, prefix = needed(resource, parameters)
    kind = {"dynamodb": "table/", "lambda": "function:"}.get(action.partition(":")[0], "stateMachine:")
    arn = named if named.startswith("arn:") else f"arn:aws:{action.partition(':')[0]}:{region}:{account}:{kind}{named}"
    name = role.rpartition("/")[2]
    keys = {LEADING_KEYS.lower(): leading_keys(parameters)[named]} if action.startswith("dynamodb:") else {}
    context = evaluator.EvalContext(
        principal_arn=f"arn:aws:sts::{account}:assumed-role/{name}/machine",
        principal_type="AssumedRole",
        principal_account=account,
        action=action,
        resource_arn=arn,
        region=region,
        service_context=keys,
    )
    found = evaluator.evaluate(context, evaluator._gather_role_policies(name, account))
    notes.note(context, found.matched_sid, allowed=found.decision == "Allow")
    if found.decision != "Allow":
        raise machines._ExecutionError(f"{prefix}.AccessDeniedException", f"{name} may not {action} on {arn}")


# Trouble


def of_the_stack() -> bool:
    """Whether a function or a machine of the stack calls, and not who deploys or tests it."""
    caller: str = _module("ministack.core.iam_evaluator").caller_arn()
    return bool(_machine_role.get()) or ":assumed-role/" in caller


def have_transactions_meet() -> None:
    """Refuse the first write of every three to an item, as if it met a transaction of somebody else.

    A write by itself is refused only where transactions write at all: it meets no other write.
    """
    dynamodb = _module("ministack.services.dynamodb")
    met: Counter[str] = Counter()
    in_transactions: set[str] = set()

    def meets(request: dict[str, Any]) -> bool:
        if not of_the_stack():
            return False
        keys = [_place(_only(part)) for part in request.get("TransactItems", ())]
        in_transactions.update(keys)
        key = keys[0] if keys else _place(request)
        if key not in in_transactions:
            return False
        met[key] += 1
        return met[key] % CONFLICT_EVERY == 1

    def refusing(name: str) -> Callable[[dict[str, Any]], Any]:
        carry_out = getattr(dynamodb, name)

        def write(request: dict[str, Any]) -> Any:
            if not meets(request):
                return carry_out(request)
            if "TransactItems" not in request:
                return _refusal("TransactionConflictException")
            codes = ["TransactionConflict", *["None"] * (len(request["TransactItems"]) - 1)]
            return _refusal("TransactionCanceledException", CancellationReasons=[{"Code": code} for code in codes])

        return write

    for name in ("_put_item", "_update_item", "_delete_item", "_transact_write_items"):
        setattr(dynamodb, name, refusing(name))


def _place(request: dict[str, Any]) -> str:
    """The table and the key of the item that a write names."""
    item = request.get("Key", request.get("Item", {}))
    return json.dumps([_table(request), item.get("pk"), item.get("sk")])


def _refusal(code: str, **more: Any) -> tuple[int, dict[str, str], bytes]:
    body = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "made by the local AWS", **more}
    return 400, {"Content-Type": "application/x-amz-json-1.0"}, json.dumps(body).encode()


def have_batches_done_in_part() -> None:
    """Do the first half of what a batch asks for, and hand the rest back; of events as well."""
    dynamodb, events = _module("ministack.services.dynamodb"), _module("ministack.services.eventbridge")
    get, write, put = dynamodb._batch_get_item, dynamodb._batch_write_item, events._put_events

    def got(request: dict[str, Any]) -> Any:
        if not of_the_stack():
            return get(request)
        first: dict[str, Any] = {}
        rest: dict[str, Any] = {}
        for table, asked in request["RequestItems"].items():
            done, left = halves(asked["Keys"])
            first[table] = {**asked, "Keys": done}
            rest |= {table: {**asked, "Keys": left}} if left else {}
        return _with(get({**request, "RequestItems": first}), UnprocessedKeys=rest)

    def wrote(request: dict[str, Any]) -> Any:
        if not of_the_stack():
            return write(request)
        first: dict[str, Any] = {}
        rest: dict[str, Any] = {}
        for table, asked in request["RequestItems"].items():
            first[table], left = halves(asked)
            rest |= {table: left} if left else {}
        return _with(write({**request, "RequestItems": first}), UnprocessedItems=rest)

    def sent(request: dict[str, Any], *more: Any, **named: Any) -> Any:
        done, left = halves(request.get("Entries", []))
        if not left or not of_the_stack():
            return put(request, *more, **named)
        status, headers, body = put({**request, "Entries": done}, *more, **named)
        answer = json.loads(body)
        failed = [{"ErrorCode": "InternalFailure", "ErrorMessage": "made by the local AWS"}] * len(left)
        told = {"FailedEntryCount": answer["FailedEntryCount"] + len(left), "Entries": answer["Entries"] + failed}
        return status, headers, json.dumps(told).encode()

    dynamodb._batch_get_item, dynamodb._batch_write_item, events._put_events = got, wrote, sent


def halves(whole: list[Any]) -> tuple[list[Any], list[Any]]:
    """The first half, with the one in the middle, and the rest."""
    half = (len(whole) + 1) // 2
    return whole[:half], whole[half:]


def _with(answer: tuple[int, dict[str, str], Any], **left: Any) -> tuple[int, dict[str, str], Any]:
    status, headers, body = answer
    return (status, headers, json.dumps({**json.loads(body), **left}).encode()) if status < 400 else answer


def shard_of(record: dict[str, Any]) -> int:
    """The shard that a record of a stream is in: that of its item's partition."""
    return zlib.crc32(_text(record["dynamodb"]["Keys"]["pk"]).encode()) % SHARDS


class Shards:
    """The shards of every stream: each has a reader of its own for each function, and a pace of its own."""

    def __init__(self) -> None:
        self._lambda = _module("ministack.services.lambda_svc")
        self._dynamodb = _module("ministack.services.dynamodb")
        self._running: set[tuple[str, int]] = set()
        self._positions: dict[tuple[str, int], int] = {}

    def poll(self) -> bool:
        """Start a reader for each shard that has none; they go on by themselves."""
        for account, region, mapping in self._lambda._iter_all_esms():
            if ":dynamodb:" not in mapping.get("EventSourceArn", ""):
                continue
            with self._in(account, region):
                for shard in range(SHARDS):
                    if (mapping["UUID"], shard) not in self._running:
                        self._running.add((mapping["UUID"], shard))
                        run = copy_context().run
                        threading.Thread(target=run, args=(self._read, mapping["UUID"], shard), daemon=True).start()
        return False

    @contextmanager
    def _in(self, account: str, region: str) -> Iterator[None]:
        accounts, regions = self._lambda._request_account_id, self._lambda._request_region
        tokens = accounts.set(account), regions.set(region)
        try:
            yield
        finally:
            accounts.reset(tokens[0])
            regions.reset(tokens[1])

    def _read(self, mapping_id: str, shard: int) -> None:
        pause = SHARD_PAUSE_SECONDS * (1 + shard)
        while (mapping := self._lambda._esms.get(mapping_id)) is not None:
            if not self._advance(mapping, shard):
                time.sleep(pause)

    def _advance(self, mapping: dict[str, Any], shard: int) -> bool:
        """Hand the next batch of a shard to the function; whether it was taken."""
        table = mapping["EventSourceArn"].split("/stream/")[0].rpartition("/")[2]
        function, _ = self._lambda._get_func_record_for_qualifier(mapping["FunctionName"], mapping.get("Qualifier"))
        if function is None or not mapping.get("Enabled", True):
            return False
        place = mapping["UUID"], shard
        position = self._positions.get(place, self._dynamodb.stream_start_position(table))
        found = self._dynamodb.stream_records_since(table, position, mapping.get("BatchSize", 100))
        mine = [record for record in found if shard_of(record) == shard]
        wanted = self._lambda._apply_filter_criteria(mine, mapping)
        if not wanted:
            self._positions[place] = position + len(found)
            return bool(found)
        result = self._lambda._execute_function(function, {"Records": wanted})
        if result.get("error"):
            return False
        body = result.get("body")
        failures = body.get("batchItemFailures", []) if isinstance(body, dict) else []
        numbers = [record["dynamodb"]["SequenceNumber"] for record in found]
        failed = [numbers.index(one["itemIdentifier"]) for one in failures if one["itemIdentifier"] in numbers]
        self._positions[place] = position + min(failed, default=len(found))
        return not failed


def main() -> None:
    """Serve as MiniStack does."""
    notes = Notes(Path(os.environ[ASKED]))
    note_what_is_asked(notes)
    ask_for_partitions()
    ask_roles_of_machines(notes)
    if os.environ.get(TROUBLE):
        have_transactions_meet()
        have_batches_done_in_part()
        _module("ministack.services.lambda_svc")._poll_dynamodb_streams = Shards().poll
    _module("ministack.app").main()


if __name__ == "__main__":
    main()
