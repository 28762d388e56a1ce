"""The register changes that files ask for, in the register's own table.

A change is one item under `change#<id>`. While it is open, a small item under `changes#open` names it, so that staff
find what waits; both are written in one transaction. The records before and after lie sealed in the change.
"""

from __future__ import annotations

import json
from typing import Any

from degree_auth.adapters.register_changes.listing import listing_item, listing_key
from degree_auth.adapters.shared.dynamo import transact
from degree_auth.domain.register_changes.file_change import FileChange
from degree_auth.domain.shared.plain_data import as_data, from_data
from degree_auth.services.shared.ports import Stale

_SORT = "CHANGE"


class FileChangeTable:
    """Reading and storing changes; `client` is a boto3 client."""

    def __init__(self, table_name: str, client: Any) -> None:
        self._table = table_name
        self._client = client

    def find(self, change_id: str) -> FileChange | None:
        """The change as it was last written, or None."""
        answer = self._client.get_item(TableName=self._table, Key=_key(change_id), ConsistentRead=True)
        return from_data(FileChange, json.loads(answer["Item"]["body"]["S"])) if "Item" in answer else None

    def save(self, change: FileChange, former: FileChange | None) -> None:
        """Store a change in the place of what was read, or as a new one.

        Raises:
            Stale: somebody else stored it meanwhile.
            Unavailable: the table was busy with the same items or out of room; nothing was stored.
        """
        item = {
            **_key(change.change_id),
            "version": {"N": str(change.version)},
            "body": {"S": json.dumps(as_data(change), ensure_ascii=False)},
        }
        condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
        if former is not None:
            condition = {
                "ConditionExpression": "version = :version",
                "ExpressionAttributeValues": {":version": {"N": str(former.version)}},
            }
        writes = [{"Put": {"TableName": self._table, "Item": item, **condition}}, self._listing(change)]
        transact(lambda: self._client.transact_write_items(TransactItems=writes), [Stale, Stale])

    def _listing(self, change: FileChange) -> dict[str, Any]:
        if not change.is_open:
            return {"Delete": {"TableName": self._table, "Key": listing_key(change.change_id)}}
        return {"Put": {"TableName": self._table, "Item": listing_item(change.listing)}}


def _key(change_id: str) -> dict[str, Any]:
    return {"pk": {"S": f"change#{change_id}"}, "sk": {"S": _SORT}}
