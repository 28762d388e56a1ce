"""How long answers took, in the table of cases: `answers#<kind>` / quarter, a number of answers by working days.

`answers#measured` / quarter has how many answers something was expected of, and how many came within it. A task is
counted once, because `answers#task#<task>` / TASK is written with its counts.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from degree_auth.adapters.shared.dynamo import transact
from degree_auth.domain.verification.forecast import Answered, Histogram
from degree_auth.services.shared.ports import Taken

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_DAY = "d"
_MEASURED = "measured"


class AnswerTimesTable:
    """Implements `AnswerTimes`."""

    def __init__(self, client: DynamoDBClient, table_name: str) -> None:
        self._client = client
        self._table = table_name

    def histogram(self, group: str, since: str) -> Histogram:
        """How many answers of a kind took so many working days, from a quarter on."""
        found: Counter[int] = Counter()
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :kind AND sk >= :since",
            ExpressionAttributeValues={":kind": {"S": f"answers#{group}"}, ":since": {"S": since}},
        )
        for page in pages:
            for item in page["Items"]:
                for name, value in item.items():
                    if name not in ("pk", "sk"):
                        found[int(name.removeprefix(_DAY))] += int(value["N"])
        return dict(found)

    def measured(self, since: str) -> tuple[int, int]:
        """How many answers something was expected of, and how many came within it, from a quarter on."""
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :kind AND sk >= :since",
            ExpressionAttributeValues={":kind": {"S": f"answers#{_MEASURED}"}, ":since": {"S": since}},
        )
        numbers = [
            [int(item.get(name, {"N": "0"})["N"]) for name in ("expected", "within")] for item in answer["Items"]
        ]
        return sum(one[0] for one in numbers), sum(one[1] for one in numbers)

    def count(self, answer: Answered) -> bool:
        """Count an answer under all its kinds, and whether it came as expected; false when its task was counted
        before, and nothing is counted then."""
        writes: list[dict[str, Any]] = [
            {
                "Put": {
                    "TableName": self._table,
                    "Item": {"pk": {"S": f"answers#task#{answer.task_id}"}, "sk": {"S": "TASK"}},
                    "ConditionExpression": "attribute_not_exists(pk)",
                }
            },
            *(self._add(group, answer.period, [f"{_DAY}{answer.days}"]) for group in answer.groups),
        ]
        if answer.is_within is not None:
            names = ["expected", "within"] if answer.is_within else ["expected"]
            writes.append(self._add(_MEASURED, answer.period, names))
        try:
            transact(
                lambda: self._client.transact_write_items(TransactItems=writes),  # type: ignore[arg-type]
                [Taken] * len(writes),
            )
        except Taken:
            return False
        return True

    def _add(self, group: str, period: str, names: list[str]) -> dict[str, Any]:
        added = ", ".join(f"#{name} :one" for name in names)
        return {
            "Update": {
                "TableName": self._table,
                "Key": {"pk": {"S": f"answers#{group}"}, "sk": {"S": period}},
                "UpdateExpression": f"ADD {added}",
                "ExpressionAttributeNames": {f"#{name}": name for name in names},
                "ExpressionAttributeValues": {":one": {"N": "1"}},
            }
        }
