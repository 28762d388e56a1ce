"""Accounts in the table of institutions and accounts.

Items (`pk` / `sk`):
- institution#code / ACCOUNT#id: an account with its open sessions.
- institution#code / LOG#id#000001 …: an account's log.
- login#username / LOGIN: whose the username is.
- login#username / ATTEMPTS#place: attempts at a username from a device or a source (digests), or by all strangers;
  whether anybody has the username or not. Expires by itself.
- source#digest / ATTEMPTS: attempts from a source at all usernames. Expires by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from degree_auth.adapters.shared.dynamo import Item, TableMeta, Writes, connect, save_if
from degree_auth.adapters.shared.log_items import LogItem, attributes_of, fields_of
from degree_auth.domain.accounts.account import Account
from degree_auth.domain.accounts.account_log import AccountEvent, AccountEventType
from degree_auth.domain.accounts.attempts import Attempts, Counter
from degree_auth.domain.shared.errors import NotFound
from degree_auth.domain.shared.plain_data import as_data, from_data
from degree_auth.services.accounts.ports import Login
from degree_auth.services.shared.ports import Taken

_LOGIN = "LOGIN"
_ATTEMPTS = "ATTEMPTS"


class _Item(Item):
    class Meta(TableMeta): ...


class AccountItem(_Item):
    """An account."""

    version = NumberAttribute()
    body = JSONAttribute()


class AccountLogItem(LogItem, _Item):
    """One entry of an account's log."""


class LoginItem(_Item):
    """Whose a username is."""

    institution_code = UnicodeAttribute()
    account_id = UnicodeAttribute()


class AttemptsItem(_Item):
    """Attempts that were counted; `expires_at` in Unix seconds."""

    last_at = UnicodeAttribute()
    forgotten_at = UnicodeAttribute()
    expires_at = NumberAttribute()


class AccountTable:
    """Accounts in DynamoDB; implements `AccountStore`. One table a process."""

    def __init__(self, table_name: str, region: str) -> None:
        self._connection = connect(_Item.Meta, table_name, region)

    def account(self, institution_code: str, account_id: str) -> Account:
        """The account. Raises `NotFound`."""
        try:
            item = AccountItem.get(f"institution#{institution_code}", f"ACCOUNT#{account_id}", consistent_read=True)
        except DoesNotExist:
            raise NotFound("not_found") from None
        return from_data(Account, item.body)

    def accounts_of(self, institution_code: str) -> list[Account]:
        """Every account of an institution, by one query."""
        pk = f"institution#{institution_code}"
        return [
            from_data(Account, item.body)
            for item in AccountItem.query(pk, AccountItem.sk.startswith("ACCOUNT#"), consistent_read=True)
        ]

    def log(self, institution_code: str, account_id: str) -> list[AccountEvent]:
        """The account's log in order; empty when there is no such account."""
        prefix = f"LOG#{account_id}#"
        return [
            AccountEvent(account_id=account_id, type=AccountEventType(item.type), **fields_of(item, prefix))
            for item in AccountLogItem.query(
                f"institution#{institution_code}", AccountLogItem.sk.startswith(prefix), consistent_read=True
            )
        ]

    def login(self, username: str) -> Login | None:
        """Whose this username is."""
        try:
            item = LoginItem.get(f"login#{username}", _LOGIN, consistent_read=True)
        except DoesNotExist:
            return None
        return Login(item.institution_code, item.account_id)

    def replace(self, before: Account, after: Account, entries: Sequence[AccountEvent] = ()) -> None:
        """Store an account that changed, with entries of its log. Raises `Stale`: it is no longer `before`."""
        writes = Writes()
        writes.save(_account_item(after), AccountItem.version == before.version)
        for entry in entries:
            writes.save(_log_item(after, entry), AccountLogItem.pk.does_not_exist())
        writes.commit(self._connection)

    def attempts(self, counter: Counter) -> Attempts | None:
        """The attempts that were counted, whether anybody has the username or not."""
        try:
            item = AttemptsItem.get(*_counter_key(counter), consistent_read=True)
        except DoesNotExist:
            return None
        return Attempts(datetime.fromisoformat(item.last_at), datetime.fromisoformat(item.forgotten_at))

    def count_attempt(self, counter: Counter, before: Attempts | None, after: Attempts) -> None:
        """Store attempts. Raises `Stale`: they are no longer `before`."""
        item = AttemptsItem(
            *_counter_key(counter),
            last_at=after.last_at.isoformat(),
            forgotten_at=after.forgotten_at.isoformat(),
            expires_at=int(after.forgotten_at.timestamp()) + 1,
        )
        condition = (
            AttemptsItem.pk.does_not_exist()
            if before is None
            else (AttemptsItem.last_at == before.last_at.isoformat())
            & (AttemptsItem.forgotten_at == before.forgotten_at.isoformat())
        )
        save_if(item, condition)


def save_new_account(writes: Writes, account: Account, entry: AccountEvent) -> None:
    """Store a new account, its username and the first entry of its log; `Taken` where one of them is there."""
    login = LoginItem(
        f"login#{account.username}",
        _LOGIN,
        institution_code=account.institution_code,
        account_id=account.account_id,
    )
    for item in (login, _account_item(account), _log_item(account, entry)):
        writes.save(item, type(item).pk.does_not_exist(), refused=Taken)


def _counter_key(counter: Counter) -> tuple[str, str]:
    if counter.username:
        return f"login#{counter.username}", f"{_ATTEMPTS}#{counter.place}"
    return f"source#{counter.place}", _ATTEMPTS


def _account_item(account: Account) -> AccountItem:
    return AccountItem(
        f"institution#{account.institution_code}",
        f"ACCOUNT#{account.account_id}",
        version=account.version,
        body=as_data(account),
    )


def _log_item(account: Account, entry: AccountEvent) -> AccountLogItem:
    return AccountLogItem(
        f"institution#{account.institution_code}",
        f"LOG#{entry.account_id}#{entry.seq:06d}",
        **attributes_of(entry),
    )
