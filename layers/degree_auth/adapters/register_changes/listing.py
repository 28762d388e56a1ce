"""The list of open changes that files ask for: a small item each under `changes#open` in the register's table.

Apart from the changes themselves, so that whoever counts them loads nothing of register files.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from degree_auth.domain.register_changes.open_file_changes import FileChangeStatus, OpenFileChange

_OPEN = "changes#open"


class FileChangeList:
    """Reading the list; `client` is a boto3 client."""

    def __init__(self, table_name: str, client: Any) -> None:
        self._table = table_name
        self._client = client

    def open_changes(self) -> Iterator[OpenFileChange]:
        """Every open change."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": _OPEN}},
            ConsistentRead=True,
        )
        for page in pages:
            yield from map(_open_file_change, page["Items"])


def listing_key(change_id: str) -> dict[str, Any]:
    """The key of a change in the list."""
    return {"pk": {"S": _OPEN}, "sk": {"S": change_id}}


def listing_item(listed: OpenFileChange) -> dict[str, Any]:
    """The item of a change in the list."""
    shown = {
        "proposed_at": listed.proposed_at.isoformat(),
        "changed_at": listed.changed_at.isoformat(),
        "kind": listed.kind,
        "status": listed.status.value,
        "import_id": listed.import_id,
        "place": listed.place,
    }
    texts = {name: {"S": value} for name, value in shown.items()}
    return {**listing_key(listed.change_id), **texts, "approvals": {"N": str(listed.approvals)}}


def _open_file_change(item: dict[str, Any]) -> OpenFileChange:
    return OpenFileChange(
        change_id=item["sk"]["S"],
        kind=item["kind"]["S"],
        status=FileChangeStatus(item["status"]["S"]),
        approvals=int(item["approvals"]["N"]),
        proposed_at=datetime.fromisoformat(item["proposed_at"]["S"]),
        changed_at=datetime.fromisoformat(item["changed_at"]["S"]),
        import_id=item["import_id"]["S"],
        place=item["place"]["S"],
    )
