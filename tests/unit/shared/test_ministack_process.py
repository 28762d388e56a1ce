"""What the process of the local AWS asks of a role, and how it makes trouble: the parts that need no emulator."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.template.test_machine_roles import CALLS, SERVICE_ACTIONS
from tools.ministack_process import SHARDS, halves, leading_keys, needed, shard_of

A, B = ({"pk": {"S": key}, "sk": {"S": "x"}} for key in ("RZ1", "count#2"))

REQUESTS: dict[str, tuple[dict[str, Any], dict[str, list[str]]]] = {
    "one item": ({"TableName": "cases", "Key": A}, {"cases": ["RZ1"]}),
    "a new item": ({"TableName": "cases", "Item": {**B, "more": {"N": "1"}}}, {"cases": ["count#2"]}),
    "items of a transaction": (
        {
            "TransactItems": [
                {"Put": {"TableName": "cases", "Item": A}},
                {"ConditionCheck": {"TableName": "cases", "Key": B}},
                {"Put": {"TableName": "accounts", "Item": B}},
            ]
        },
        {"cases": ["RZ1", "count#2"], "accounts": ["count#2"]},
    ),
    "items read at once": ({"RequestItems": {"cases": {"Keys": [A, B]}}}, {"cases": ["RZ1", "count#2"]}),
    "items written at once": (
        {"RequestItems": {"cases": [{"PutRequest": {"Item": A}}, {"DeleteRequest": {"Key": B}}]}},
        {"cases": ["RZ1", "count#2"]},
    ),
    "a partition": (
        {
            "TableName": "cases",
            "KeyConditionExpression": "#0 = :0 AND begins_with (#1, :1)",
            "ExpressionAttributeValues": {":0": {"S": "log#nodes"}, ":1": {"S": "0"}},
        },
        {"cases": ["log#nodes"]},
    ),
    "a whole table": ({"TableName": "cases"}, {}),
}


@pytest.mark.requirement("N4")
@pytest.mark.parametrize("name", REQUESTS)
def test_a_role_is_asked_for_the_partitions_of_all_items_of_a_table(name: str) -> None:
    request, keys = REQUESTS[name]
    assert leading_keys(request) == keys


@pytest.mark.requirement("N4")
@pytest.mark.parametrize(
    "call", [call for call in CALLS if "s3:" not in call[2]], ids=lambda call: f"{call[0]}-{call[1]}"
)
def test_a_machines_task_needs_what_the_table_of_services_says(call: tuple[str, str, str, dict[str, Any]]) -> None:
    _, _, kind, parameters = call
    action, parameter = SERVICE_ACTIONS[kind]
    found, named, prefix = needed(f"arn:aws:states:::{kind}", parameters)
    assert (found, named) == (action, parameters[parameter])
    assert prefix == ("DynamoDb" if kind.startswith("aws-sdk") else prefix)


@pytest.mark.requirement("N1")
def test_a_partition_stays_in_one_shard_and_cases_are_spread_over_all() -> None:
    def record(number: int) -> dict[str, Any]:
        return {"dynamodb": {"Keys": {"pk": {"S": f"RZ{number}"}, "sk": {"S": "EVENT#1"}}}}

    assert shard_of(record(1)) == shard_of(record(1))
    assert set(Counter(shard_of(record(number)) for number in range(100))) == set(range(SHARDS))


@pytest.mark.requirement("N1")
@pytest.mark.parametrize("size", range(6))
def test_a_batch_of_any_size_is_done_in_the_end(size: int) -> None:
    left, rounds = list(range(size)), 0
    while left:
        done, left = halves(left)
        assert done
        rounds += 1
    assert rounds <= size
