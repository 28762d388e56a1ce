"""INSERT statements on moto, which neither binds their parameters nor refuses an item that is there already.

`carries_out_insertions` puts in its place what DynamoDB documents of BatchExecuteStatement: each statement by itself,
with an answer of its own. The table itself stays moto's.
"""

from __future__ import annotations

import re
from typing import Any

from moto.dynamodb.models import DynamoDBBackend

_INSERTION = re.compile(r'INSERT INTO "([^"]+)" VALUE \{(.*)\}')
_ATTRIBUTE = re.compile(r"'([^']+)': \?")


def carries_out_insertions() -> None:
    """From now on moto's tables carry out batches of INSERT statements."""
    DynamoDBBackend.batch_execute_statement = _batch_execute_statement  # type: ignore[method-assign, assignment]


def _batch_execute_statement(backend: DynamoDBBackend, statements: list[dict[str, Any]]) -> list[dict[str, Any]]:
    assert 0 < len(statements) <= 25
    return [_insert(backend, one) for one in statements]


def _insert(backend: DynamoDBBackend, statement: dict[str, Any]) -> dict[str, Any]:
    stated = _INSERTION.fullmatch(statement["Statement"])
    assert stated is not None, statement["Statement"]
    table_name, body = stated.groups()
    names = _ATTRIBUTE.findall(body)
    assert ", ".join(f"'{name}': ?" for name in names) == body
    item = dict(zip(names, statement["Parameters"], strict=True))
    keys = {name: item[name] for name in backend.get_table(table_name).table_key_attrs}
    if backend.get_item(table_name, keys) is not None:
        return {"Error": {"Code": "DuplicateItem", "Message": "Duplicate primary key exists in table"}}
    backend.put_item(table_name, item)
    return {"TableName": table_name}
