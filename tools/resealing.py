"""Sealing anew what lies under former versions of the master secret, page by page, while the system runs (N1, N4).

A pass goes through the four tables. What it meets under a former version it seals anew, each on condition that nobody
has changed it since it was read: whoever was faster is met by the next pass. It can be cut off anywhere and repeated:
where it stands is kept after each page.

- A case's data key is wrapped anew; what was sealed under it stays as it is.
- A case of a former release is given a data key. What its body and its chained log have under the master secret stays
  there, and is sealed again under the data key beside it (`sealed_again`).
- Everything else is sealed anew in its place; what the log of a file's change has, in an item beside it.

What looks sealed and opens in no context that is known here is counted as unexplained. Then no version may end.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from botocore.exceptions import ClientError
from cryptography.exceptions import InvalidTag

from degree_auth.adapters.shared.case_keys import StoredKey, name_of_sealed
from degree_auth.adapters.shared.keyring import BEFORE_VERSIONS, BY_MASTER, Keyring
from degree_auth.domain.cases.numbering import is_case_number

CASES, REGISTER, ACCOUNTS, NOTIFICATIONS = TABLES = ("cases", "register", "accounts", "notifications")
_SHORTEST_SEALED = 1 + 12 + 16
_BASE64 = re.compile(r"[A-Za-z0-9+/]{38,}={0,2}\Z")
_NEVER_SEALED = frozenset({"wait_token"})
"""Step Functions' tokens look like base64 that begins as something sealed does."""
_AGAIN = "sealed_again"
_AGAIN_ITEM = "AGAIN"
_WRITERS = 8

Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Pass:
    """How far a pass has come: the table it is in, the key behind which it goes on, and what it has done so far.

    `began_at` is in Unix seconds. `missed` was changed by others meanwhile, `unexplained` looks sealed and does not
    open.
    """

    began_at: int
    table: int = 0
    behind: Mapping[str, str] | None = None
    read: int = 0
    sealed: int = 0
    missed: int = 0
    unexplained: int = 0
    places: tuple[str, ...] = ()

    @property
    def is_done(self) -> bool:
        """Whether every table was gone through."""
        return self.table == len(TABLES)

    @property
    def is_clean(self) -> bool:
        """Whether nothing was left under a former version."""
        return self.is_done and not (self.sealed or self.missed or self.unexplained)


@dataclass(frozen=True, slots=True)
class _Update:
    table: str
    key: Mapping[str, Any]
    attribute: str
    value: Mapping[str, Any]
    was: Mapping[str, Any] | None
    values: int


@dataclass(slots=True)
class Resealing:
    """Carries a pass out; `client` is a boto3 client of DynamoDB, `tables` the names of the four."""

    client: Any
    tables: Mapping[str, str]
    keyring: Keyring
    page_items: int = 200
    _unexplained: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.keyring.cases.read_from(self._stored_key)

    def run(self, begun: Pass, keep: Callable[[Pass], None]) -> Pass:
        """Go on with a pass to its end; `keep` is told after each page how far it has come."""
        going = begun
        with ThreadPoolExecutor(_WRITERS) as pool:
            while not going.is_done:
                going = self._page(going, pool)
                keep(going)
        return going

    def _page(self, going: Pass, pool: ThreadPoolExecutor) -> Pass:
        name = TABLES[going.table]
        asked: dict[str, Any] = {"TableName": self.tables[name], "Limit": self.page_items, "ConsistentRead": True}
        if going.behind:
            asked["ExclusiveStartKey"] = {part: {"S": text} for part, text in going.behind.items()}
        answer = self.client.scan(**asked)
        self._unexplained = []
        updates = [one for item in answer["Items"] for one in self._updates(name, item)]
        done = list(pool.map(self._write, updates))
        sealed = sum(one.values for one, stored in zip(updates, done, strict=True) if stored)
        behind = answer.get("LastEvaluatedKey")
        return replace(
            going,
            table=going.table if behind else going.table + 1,
            behind={part: value["S"] for part, value in behind.items()} if behind else None,
            read=going.read + len(answer["Items"]),
            sealed=going.sealed + sealed,
            missed=going.missed + done.count(False),
            unexplained=going.unexplained + len(self._unexplained),
            places=(*going.places, *self._unexplained)[:20],
        )

    def _updates(self, table: str, item: Item) -> Iterator[_Update]:
        pk = item["pk"]["S"]
        if pk.startswith("shares#"):
            return  # sealed by the links' own tokens, which are kept nowhere
        if table == CASES and is_case_number(pk):
            yield from self._of_case(pk, item)
        elif table == REGISTER and pk.startswith("change#") and item["sk"]["S"] == "CHANGE":
            yield from self._of_file_change(pk.removeprefix("change#"), item)
        else:
            for name in item:
                yield from self._in_place(table, item, name, _contexts(table, item))

    def _of_case(self, case_number: str, item: Item) -> Iterator[_Update]:
        wrapped = item.get("data_key")
        if wrapped is not None and wrapped["B"][1] != self.keyring.current:
            key = self.keyring.unwrap(case_number, wrapped["B"])
            anew = {"B": self.keyring.wrap(case_number, key)}
            yield _Update(CASES, _key_of(item), "data_key", anew, wrapped, 1)
        if "key_destroyed" in item:
            return
        again = dict(json.loads(item[_AGAIN]["S"])) if _AGAIN in item else {}
        found = {
            name_of_sealed(sealed): sealed
            for name in item
            if name not in {"data_key", _AGAIN}
            for sealed in _sealed_in(name, item[name])
            if name_of_sealed(sealed) not in again
        }
        if not found:
            return
        stored = self._given_key(case_number)
        if stored is None or stored.destroyed:
            return
        self.keyring.cases.learn(case_number, StoredKey(stored.wrapped))
        more = {}
        for name, sealed in found.items():
            plain = self._open(sealed, [case_number])
            if plain is None:
                self._unexplained.append(f"{CASES} {case_number} {item['sk']['S']}")
            else:
                more[name] = base64.b64encode(self.keyring.seal(plain, case_number)).decode()
        if more:
            value = {"S": json.dumps({**again, **more})}
            yield _Update(CASES, _key_of(item), _AGAIN, value, item.get(_AGAIN), len(more))

    def _given_key(self, case_number: str) -> StoredKey | None:
        """What lies beside a case after it was given a data key, where it had none; somebody else's if they were
        faster."""
        stored = self._stored_key(case_number)
        if stored is None or stored.wrapped is not None or stored.destroyed:
            return stored
        anew = {"B": self.keyring.wrap(case_number, secrets.token_bytes(32))}
        key = {"pk": {"S": case_number}, "sk": {"S": "CASE"}}
        self._write(_Update(CASES, key, "data_key", anew, None, 1), more=" AND attribute_not_exists(key_destroyed)")
        return self._stored_key(case_number)

    def _of_file_change(self, change_id: str, item: Item) -> Iterator[_Update]:
        key = {"pk": item["pk"], "sk": {"S": _AGAIN_ITEM}}
        answer = self.client.get_item(TableName=self.tables[REGISTER], Key=key, ConsistentRead=True)
        was = answer.get("Item", {}).get(_AGAIN)
        again = json.loads(was["S"]) if was is not None else {}
        body = json.loads(item["body"]["S"])
        log = {"M": {"log": {"S": json.dumps(body.pop("log", []))}}}
        more = {}
        for sealed in _sealed_in("log", log["M"]["log"]):
            if name_of_sealed(sealed) not in again and self._is_former(sealed):
                plain = self._open(sealed, [change_id])
                if plain is None:
                    self._unexplained.append(f"{REGISTER} {item['pk']['S']} log")
                else:
                    anew = base64.b64encode(self.keyring.seal(plain, change_id)).decode()
                    more[name_of_sealed(sealed)] = anew
        if more:
            # First beside the log: a cut-off leaves it twice, never lost.
            yield _Update(REGISTER, key, _AGAIN, {"S": json.dumps({**again, **more})}, was, len(more))
        top = body.get("sealed", "")
        changed = self._anew(top, [change_id], f"{REGISTER} {item['pk']['S']}")
        if changed is not None:
            whole = json.loads(item["body"]["S"]) | {"sealed": changed}
            text = {"S": json.dumps(whole, ensure_ascii=False)}
            yield _Update(REGISTER, _key_of(item), "body", text, item["body"], 1)

    def _in_place(self, table: str, item: Item, name: str, contexts: list[str]) -> Iterator[_Update]:
        place = f"{table} {item['pk']['S']} {item['sk']['S']}"
        value, count = item[name], 0

        def change(leaf: Any) -> Any:
            nonlocal count
            if isinstance(leaf, dict):
                return {key: change(one) for key, one in leaf.items()}
            if isinstance(leaf, list):
                return [change(one) for one in leaf]
            anew = self._anew(leaf, contexts, place)
            count += anew is not None
            return leaf if anew is None else anew

        if name in _NEVER_SEALED:
            return
        if "B" in value:
            changed: Mapping[str, Any] = {"B": change(bytes(value["B"]))}
        elif "S" in value:
            read = _json_of(value["S"])
            changed = {"S": change(value["S"]) if read is None else json.dumps(change(read), ensure_ascii=False)}
        else:
            return
        if count:
            yield _Update(table, _key_of(item), name, changed, value, count)

    def _anew(self, leaf: object, contexts: list[str], place: str) -> Any:
        """The same sealed under the current version, as it was given; None for what is not under a former one."""
        sealed = _sealed_of(leaf)
        if sealed is None or not self._is_former(sealed):
            return None
        for context in contexts:
            plain = self._open(sealed, [context])
            if plain is not None:
                anew = self.keyring.seal(plain, context)
                return anew if isinstance(leaf, bytes) else base64.b64encode(anew).decode()
        self._unexplained.append(place)
        return None

    def _is_former(self, sealed: bytes) -> bool:
        return sealed[:1] == BEFORE_VERSIONS or (sealed[:1] == BY_MASTER and sealed[1] != self.keyring.current)

    def _open(self, sealed: bytes, contexts: list[str]) -> bytes | None:
        for context in contexts:
            try:
                return self.keyring.open_by_master(sealed, context)
            except InvalidTag:
                continue
        return None

    def _write(self, update: _Update, more: str = "") -> bool:
        names, values = {"#a": update.attribute}, {":new": update.value}
        condition = "attribute_not_exists(#a)"
        if update.was is not None:
            condition, values[":was"] = "#a = :was", update.was
        if update.key["sk"]["S"] != _AGAIN_ITEM:
            condition += " AND attribute_exists(pk)"
        if update.attribute in {"data_key", _AGAIN} and not more:
            condition += " AND attribute_not_exists(key_destroyed)"
        try:
            self.client.update_item(
                TableName=self.tables[update.table],
                Key=update.key,
                UpdateExpression="SET #a = :new",
                ConditionExpression=condition + more,
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=values,
            )
        except ClientError as error:
            if error.response["Error"]["Code"] in {"ConditionalCheckFailedException", "TransactionConflictException"}:
                return False
            raise
        return True

    def _stored_key(self, case_number: str) -> StoredKey | None:
        key = {"pk": {"S": case_number}, "sk": {"S": "CASE"}}
        answer = self.client.get_item(TableName=self.tables[CASES], Key=key, ConsistentRead=True)
        if "Item" not in answer:
            return None
        item = answer["Item"]
        again = json.loads(item[_AGAIN]["S"]) if _AGAIN in item else {}
        wrapped = bytes(item["data_key"]["B"]) if "data_key" in item else None
        return StoredKey(wrapped, again, destroyed="key_destroyed" in item)


def _key_of(item: Item) -> Mapping[str, Any]:
    return {"pk": item["pk"], "sk": item["sk"]}


def _contexts(table: str, item: Item) -> list[str]:
    """In which contexts an item's values may be sealed."""
    pk, sk = item["pk"]["S"], item["sk"]["S"]
    kind, _, name = pk.partition("#")
    if table == CASES:
        if kind == "watches":
            return [f"watch#{name}#{one}" for one in _watch_ids(_json_of(item.get("watches", {}).get("S", "")))]
        return []
    if table == REGISTER:
        if kind == "change":
            return [name]
        partition = pk.removesuffix("!history")
        return [f"{partition}#{sk.split('#')[0]}"]
    if table == NOTIFICATIONS:
        return [pk, f"notified#{pk}"]
    if kind == "institution":
        return [name, f"one-time-code/{sk.removeprefix('ACCOUNT#')}"]
    if pk == "staff":
        owner = sk.split("#")[1]
        return [f"staff-one-time-code/{owner}", f"staff-principal/{owner}"]
    return [name]


def _watch_ids(read: object) -> Iterator[str]:
    if isinstance(read, list):
        for one in read:
            yield from _watch_ids(one)
    if isinstance(read, dict):
        if isinstance(read.get("watch_id"), str):
            yield read["watch_id"]
        for one in read.values():
            yield from _watch_ids(one)


def _json_of(text: str) -> Any:
    """What a text holds as JSON, None where it is none of an object or a list."""
    if not text.startswith(("{", "[")):
        return None
    try:
        return json.loads(text)
    except ValueError:
        return None


def _sealed_in(name: str, value: Mapping[str, Any]) -> Iterator[bytes]:
    """What is sealed under the master secret in an attribute."""
    if name in _NEVER_SEALED:
        return
    leaf: Any = value.get("S", value.get("B"))
    read = _json_of(leaf) if isinstance(leaf, str) else None
    leaves = [leaf if read is None else read]
    while leaves:
        one = leaves.pop()
        if isinstance(one, dict):
            leaves.extend(one.values())
        elif isinstance(one, list):
            leaves.extend(one)
        elif (sealed := _sealed_of(one)) is not None:
            yield sealed


def _sealed_of(leaf: object) -> bytes | None:
    """A leaf as bytes, if it looks sealed under the master secret."""
    if isinstance(leaf, str) and len(leaf) % 4 == 0 and _BASE64.match(leaf):
        try:
            leaf = base64.b64decode(leaf, validate=True)
        except binascii.Error:
            return None
    if isinstance(leaf, (bytes, bytearray)) and len(leaf) >= _SHORTEST_SEALED:
        return bytes(leaf) if bytes(leaf[:1]) in {BEFORE_VERSIONS, BY_MASTER} else None
    return None
