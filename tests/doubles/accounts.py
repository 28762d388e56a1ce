"""In-memory stand-ins for accounts and password hashing; the store is held to the same contract as the table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from degree_auth.adapters.accounts.table import AccountTable, save_new_account
from degree_auth.adapters.shared.dynamo import Writes
from degree_auth.domain.accounts.account import Account
from degree_auth.domain.accounts.account_log import AccountEvent
from degree_auth.domain.accounts.attempts import Attempts, Counter
from degree_auth.domain.shared.errors import NotFound
from degree_auth.services.accounts.ports import Login
from degree_auth.services.shared.ports import Stale, Taken
from tests.doubles.stored import as_stored


class MemoryAccounts:
    """`AccountStore` in dictionaries; `calls` are the names of the methods called, in order."""

    def __init__(self) -> None:
        self.accounts: dict[Login, Account] = {}
        self.logs: dict[Login, list[AccountEvent]] = {}
        self.logins: dict[str, Login] = {}
        self.tried: dict[tuple[str, str], Attempts] = {}
        self.calls: list[str] = []
        self.before_replace: Callable[[], None] = lambda: None

    def account(self, institution_code: str, account_id: str) -> Account:
        self.calls.append("account")
        found = self.accounts.get(Login(institution_code, account_id))
        if found is None:
            raise NotFound("not_found")
        return found

    def accounts_of(self, institution_code: str) -> Sequence[Account]:
        return [one for key, one in sorted(self.accounts.items()) if key.institution_code == institution_code]

    def log(self, institution_code: str, account_id: str) -> list[AccountEvent]:
        return list(map(as_stored, self.logs.get(Login(institution_code, account_id), ())))

    def login(self, username: str) -> Login | None:
        self.calls.append("login")
        return self.logins.get(username)

    def create(self, account: Account, entry: AccountEvent) -> None:
        key = Login(account.institution_code, account.account_id)
        if account.username in self.logins or key in self.accounts:
            raise Taken
        self.logins[account.username] = key
        self.accounts[key] = account
        self.logs[key] = [as_stored(entry)]

    def replace(self, before: Account, after: Account, entries: Sequence[AccountEvent] = ()) -> None:
        self.calls.append("replace")
        self.before_replace()
        key = Login(after.institution_code, after.account_id)
        if key not in self.accounts or self.accounts[key].version != before.version:
            raise Stale
        self.accounts[key] = after
        self.logs[key].extend(map(as_stored, entries))

    def attempts(self, counter: Counter) -> Attempts | None:
        self.calls.append("attempts")
        return self.tried.get((counter.username, counter.place))

    def count_attempt(self, counter: Counter, before: Attempts | None, after: Attempts) -> None:
        self.calls.append("count_attempt")
        if self.tried.get((counter.username, counter.place)) != before:
            raise Stale
        self.tried[counter.username, counter.place] = after


def create_account(store: AccountTable | MemoryAccounts, account: Account, entry: AccountEvent) -> None:
    """Store a new account, its username and the first entry of its log, as the registration of its institution does."""
    if isinstance(store, MemoryAccounts):
        store.create(account, entry)
        return
    writes = Writes()
    save_new_account(writes, account, entry)
    writes.commit(store._connection)


@dataclass
class CountingHashing:
    """`PasswordHashing` without the slowness: hashes are readable, and every verification is remembered."""

    verified: list[str] = field(default_factory=list)

    @property
    def decoy(self) -> str:
        return "no password"

    def hash(self, password: str) -> str:
        return f"hash of {password}"

    def verify(self, kept: str, password: str) -> bool:
        self.verified.append(kept)
        return kept == f"hash of {password}"
