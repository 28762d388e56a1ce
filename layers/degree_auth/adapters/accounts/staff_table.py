"""Accounts of staff in the table of institutions and accounts.

Items, all under the `pk` staff, by `sk`, each with a `body`:
- ACCOUNT#name: an account.
- LOG#name#000001 …: an account's log.
- PROOF#execution: by which account an execution was started.
- START#execution#time: by which principal it was started then, as CloudTrail tells it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from degree_auth.adapters.shared.dynamo import transact
from degree_auth.domain.accounts.staff import Proof, StaffAccount, StaffEvent
from degree_auth.domain.accounts.staff_principals import SeenStart
from degree_auth.domain.shared.plain_data import as_data, from_data
from degree_auth.services.shared.ports import Stale

_STAFF = "staff"
_NEW = {"ConditionExpression": "attribute_not_exists(pk)"}
_Kept = TypeVar("_Kept")


class StaffTable:
    """Accounts of staff in DynamoDB; implements `StaffStore`. `client` is a boto3 client."""

    def __init__(self, table_name: str, client: Any) -> None:
        self._table = table_name
        self._client = client

    def staff_account(self, name: str) -> StaffAccount | None:
        """The account with this name, or None."""
        return self._find(StaffAccount, f"ACCOUNT#{name}")

    def staff_accounts(self) -> list[StaffAccount]:
        """Every account, by name, by one query."""
        return self._query(StaffAccount, "ACCOUNT#")

    def staff_log(self, name: str, latest: int | None = None) -> list[StaffEvent]:
        """The account's log in order, all of it or its latest entries; empty when there is no such account."""
        return self._query(StaffEvent, f"LOG#{name}#", latest)

    def proof(self, execution: str) -> Proof | None:
        """What proved an execution, or None."""
        return self._find(Proof, f"PROOF#{execution}")

    def replace_staff_account(
        self,
        before: StaffAccount | None,
        after: StaffAccount,
        entries: Sequence[StaffEvent] = (),
        proof: Proof | None = None,
    ) -> None:
        """Store a new account (no `before`) or one that changed, with entries of its log and what it proves.

        Raises:
            Stale: it is no longer `before`, or another account has proven an execution of that name.
            Unavailable: the table was busy with the same items or out of room; nothing was stored.
        """
        proofs = [] if proof is None else [self._proof(proof)]
        self._commit([*self._change(before, after, entries), *proofs])

    def seen_start(self, execution: str, at: datetime) -> SeenStart | None:
        """What CloudTrail told of the start of an execution at that time, or None."""
        return self._find(SeenStart, _start_key(execution, at))

    def keep_seen_start(
        self,
        seen: SeenStart,
        before: StaffAccount | None = None,
        after: StaffAccount | None = None,
        entries: Sequence[StaffEvent] = (),
    ) -> None:
        """Store what CloudTrail told of an execution, once, and what it changes of an account.

        Raises:
            Stale: it was told before, or the account is no longer `before`.
            Unavailable: the table was busy with the same items or out of room; nothing was stored.
        """
        change = [] if after is None or after == before else self._change(before, after, entries)
        self._commit([self._put(_start_key(seen.execution, seen.at), seen) | _NEW, *change])

    def _change(
        self, before: StaffAccount | None, after: StaffAccount, entries: Sequence[StaffEvent]
    ) -> list[dict[str, Any]]:
        unchanged: dict[str, Any] = _NEW
        if before is not None:
            unchanged = {
                "ConditionExpression": "version = :version",
                "ExpressionAttributeValues": {":version": {"N": str(before.version)}},
            }
        account = self._put(f"ACCOUNT#{after.name}", after, {"version": {"N": str(after.version)}}) | unchanged
        return [account, *(self._put(f"LOG#{after.name}#{one.seq:06d}", one) | _NEW for one in entries)]

    def _proof(self, proof: Proof) -> dict[str, Any]:
        owner = {"S": proof.staff_name}
        return self._put(f"PROOF#{proof.execution}", proof, {"staff_name": owner}) | {
            "ConditionExpression": "attribute_not_exists(pk) OR staff_name = :staff_name",
            "ExpressionAttributeValues": {":staff_name": owner},
        }

    def _commit(self, writes: Sequence[dict[str, Any]]) -> None:
        items = [{"Put": write} for write in writes]
        transact(lambda: self._client.transact_write_items(TransactItems=items), [Stale] * len(items))

    def _put(self, sk: str, value: object, more: dict[str, Any] | None = None) -> dict[str, Any]:
        body = {"S": json.dumps(as_data(value), ensure_ascii=False)}
        return {"TableName": self._table, "Item": {**_key(sk), **(more or {}), "body": body}}

    def _find(self, kind: type[_Kept], sk: str) -> _Kept | None:
        answer = self._client.get_item(TableName=self._table, Key=_key(sk), ConsistentRead=True)
        return _read(kind, answer["Item"]) if "Item" in answer else None

    def _query(self, kind: type[_Kept], prefix: str, latest: int | None = None) -> list[_Kept]:
        """What lies under keys that begin so, in their order; or the latest of it."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues={":pk": {"S": _STAFF}, ":prefix": {"S": prefix}},
            ConsistentRead=True,
            ScanIndexForward=False,
            PaginationConfig={"MaxItems": latest, "PageSize": latest},
        )
        return [_read(kind, item) for page in pages for item in page["Items"]][::-1]


def _read(kind: type[_Kept], item: dict[str, Any]) -> _Kept:
    return from_data(kind, json.loads(item["body"]["S"]))


def _start_key(execution: str, at: datetime) -> str:
    return f"START#{execution}#{at.isoformat()}"


def _key(sk: str) -> dict[str, Any]:
    return {"pk": {"S": _STAFF}, "sk": {"S": sk}}
