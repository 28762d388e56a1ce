"""Accounts of staff in the table of institutions and accounts.

Items, all under the `pk` staff, by `sk`, each with a `body`:
- ACCOUNT#name: an account.
- LOG#name#000001 …: an account's log.
- PROOF#execution: by which account an execution was started.
- UNSEEN#time#execution: the proof of that moment, until CloudTrail has told of the start; some weeks at most.
- START#execution#time#event: by which principal it was started then, as CloudTrail tells it.
- PRINCIPAL#digest: the account to which a principal was bound last.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from degree_auth.adapters.shared.dynamo import transact
from degree_auth.domain.accounts.staff import Proof, StaffAccount, StaffEvent
from degree_auth.domain.accounts.staff_principals import SeenStart, Start
from degree_auth.domain.shared.plain_data import as_data, from_data
from degree_auth.services.shared.ports import Stale

_STAFF = "staff"
_UNSEEN, _UNSEEN_TIME = "UNSEEN#", timedelta(days=14)
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
        """Store a new account (no `before`) or one that changed, with entries of its log and what it proves; a proof
        waits for its witness from then on.

        Raises:
            Stale: it is no longer `before`, or another account has proven an execution of that name.
            Unavailable: the table was busy with the same items or out of room; nothing was stored.
        """
        proofs = [] if proof is None else [self._proof(proof), self._unseen(proof)]
        self._commit([*self._change(before, after, entries), *proofs])

    def unwitnessed(self, until: datetime) -> list[Proof]:
        """The proofs of until then of whose start nothing was told, the oldest first; some weeks of them are kept."""
        return self._query(Proof, _UNSEEN, until=f"{_UNSEEN}{_moment(until)}")

    def seen_start(self, start: Start) -> SeenStart | None:
        """What is on record of this very call, or None."""
        return self._find(SeenStart, _start_key(start))

    def principal_owner(self, digest: str) -> str:
        """The account to which a principal was bound last; empty where it was never bound."""
        answer = self._client.get_item(TableName=self._table, Key=_key(f"PRINCIPAL#{digest}"), ConsistentRead=True)
        return str(answer["Item"]["staff_name"]["S"]) if "Item" in answer else ""

    def keep_seen_start(
        self,
        seen: SeenStart,
        before: StaffAccount | None = None,
        after: StaffAccount | None = None,
        entries: Sequence[StaffEvent] = (),
        *,
        witnessed: Proof | None = None,
        bound_from: str | None = None,
    ) -> None:
        """Store what CloudTrail told of an execution, once, and what it changes of an account.

        `witnessed` is the proof that waits for its witness no longer; `bound_from` is given where the principal is
        bound to the account, as the `principal_owner` that it had.

        Raises:
            Stale: it was told before, the account is no longer `before`, or the principal was bound meanwhile.
            Unavailable: the table was busy with the same items or out of room; nothing was stored.
        """
        writes = [] if after is None or after == before else self._change(before, after, entries)
        if bound_from is not None:
            writes.append(self._binding(seen, bound_from))
        gone = [] if witnessed is None else [{"TableName": self._table, "Key": _key(_unseen_key(witnessed))}]
        self._commit([self._put(_start_key(seen), seen) | _NEW, *writes], gone)

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

    def _unseen(self, proof: Proof) -> dict[str, Any]:
        ends = int((proof.at + _UNSEEN_TIME).timestamp())
        return self._put(_unseen_key(proof), proof, {"expires_at": {"N": str(ends)}})

    def _binding(self, seen: SeenStart, bound_from: str) -> dict[str, Any]:
        """The claim of an account on a principal, as long as nobody else has claimed it meanwhile."""
        item = {**_key(f"PRINCIPAL#{seen.digest}"), "staff_name": {"S": seen.staff_name}}
        unchanged: dict[str, Any] = _NEW
        if bound_from:
            unchanged = {
                "ConditionExpression": "staff_name = :owner",
                "ExpressionAttributeValues": {":owner": {"S": bound_from}},
            }
        return {"TableName": self._table, "Item": item} | unchanged

    def _commit(self, writes: Sequence[dict[str, Any]], deletions: Sequence[dict[str, Any]] = ()) -> None:
        items = [*({"Put": write} for write in writes), *({"Delete": deletion} for deletion in deletions)]
        transact(lambda: self._client.transact_write_items(TransactItems=items), [Stale] * len(items))

    def _put(self, sk: str, value: object, more: dict[str, Any] | None = None) -> dict[str, Any]:
        body = {"S": json.dumps(as_data(value), ensure_ascii=False)}
        return {"TableName": self._table, "Item": {**_key(sk), **(more or {}), "body": body}}

    def _find(self, kind: type[_Kept], sk: str) -> _Kept | None:
        answer = self._client.get_item(TableName=self._table, Key=_key(sk), ConsistentRead=True)
        return _read(kind, answer["Item"]) if "Item" in answer else None

    def _query(
        self, kind: type[_Kept], prefix: str, latest: int | None = None, until: str | None = None
    ) -> list[_Kept]:
        """What lies under keys that begin so, in their order; the latest of it, or what lies before a key."""
        asked = "begins_with(sk, :prefix)" if until is None else "sk BETWEEN :prefix AND :until"
        values = {":pk": {"S": _STAFF}, ":prefix": {"S": prefix}} | ({":until": {"S": until}} if until else {})
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression=f"pk = :pk AND {asked}",
            ExpressionAttributeValues=values,
            ConsistentRead=True,
            ScanIndexForward=False,
            PaginationConfig={"MaxItems": latest, "PageSize": latest},
        )
        return [_read(kind, item) for page in pages for item in page["Items"]][::-1]


def _read(kind: type[_Kept], item: dict[str, Any]) -> _Kept:
    return from_data(kind, json.loads(item["body"]["S"]))


def _start_key(start: Start | SeenStart) -> str:
    return f"START#{start.execution}#{start.at.isoformat()}#{start.event_id}"


def _unseen_key(proof: Proof) -> str:
    return f"{_UNSEEN}{_moment(proof.at)}#{proof.execution}"


def _moment(at: datetime) -> str:
    """A moment as text that is ordered as moments are."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _key(sk: str) -> dict[str, Any]:
    return {"pk": {"S": _STAFF}, "sk": {"S": sk}}
