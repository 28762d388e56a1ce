"""What accounts and sign-in need from outside; the adapters implement it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from degree_auth.domain.accounts.account import Account
from degree_auth.domain.accounts.account_log import AccountEvent
from degree_auth.domain.accounts.attempts import Attempts, Counter
from degree_auth.domain.accounts.staff import Proof, StaffAccount, StaffEvent
from degree_auth.domain.accounts.staff_principals import SeenStart, Start


class Login(NamedTuple):
    """Whose a username is."""

    institution_code: str
    account_id: str


class AccountStore(Protocol):
    """Accounts, their logs, usernames and attempts. Reads are consistent; each change is all or nothing.

    A new account is stored with what its institution registers: `InstitutionStore`.
    """

    def account(self, institution_code: str, account_id: str) -> Account:
        """The account. Raises `NotFound`."""
        ...

    def accounts_of(self, institution_code: str) -> Sequence[Account]:
        """Every account of an institution, by one query."""
        ...

    def log(self, institution_code: str, account_id: str) -> list[AccountEvent]:
        """The account's log in order; empty when there is no such account."""
        ...

    def login(self, username: str) -> Login | None:
        """Whose this username is."""
        ...

    def replace(self, before: Account, after: Account, entries: Sequence[AccountEvent] = ()) -> None:
        """Store an account that changed, with entries of its log. Raises `Stale`: it is no longer `before`."""
        ...

    def attempts(self, counter: Counter) -> Attempts | None:
        """The attempts that were counted, whether anybody has the username or not."""
        ...

    def count_attempt(self, counter: Counter, before: Attempts | None, after: Attempts) -> None:
        """Store attempts. Raises `Stale`: they are no longer `before`."""
        ...


class StaffStore(Protocol):
    """Accounts of staff, their logs, and what proves executions. Reads are consistent; a change is all or nothing."""

    def staff_account(self, name: str) -> StaffAccount | None:
        """The account with this name, or None."""
        ...

    def staff_accounts(self) -> Sequence[StaffAccount]:
        """Every account, by name, by one query."""
        ...

    def staff_log(self, name: str, latest: int | None = None) -> list[StaffEvent]:
        """The account's log in order, all of it or its latest entries; empty when there is no such account."""
        ...

    def proof(self, execution: str) -> Proof | None:
        """What proved an execution, or None."""
        ...

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
        """
        ...

    def unwitnessed(self, until: datetime) -> Sequence[Proof]:
        """The proofs of until then of whose start nothing was told, the oldest first; some weeks of them are kept."""
        ...

    def seen_start(self, start: Start) -> SeenStart | None:
        """What is on record of this very call, or None."""
        ...

    def principal_owner(self, digest: str) -> str:
        """The account to which a principal was bound last; empty where it was never bound."""
        ...

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
        """
        ...


class Executions(Protocol):
    """Executions of the staff's machine."""

    def is_under_way(self, execution_arn: str) -> bool:
        """Whether an execution has not ended."""
        ...


class PasswordHashing(Protocol):
    """Slow hashes of passwords."""

    @property
    def decoy(self) -> str:
        """A hash that no password fits and that takes the same work to verify."""
        ...

    def hash(self, password: str) -> str:
        """A hash to be kept."""
        ...

    def verify(self, kept: str, password: str) -> bool:
        """Whether a hash was made from this password."""
        ...


class Kept(NamedTuple):
    """What is kept for a time: sealed, base64."""

    sealed: str
    ends_at: datetime


class ApplicantSessionStore(Protocol):
    """Applicants' sign-ins under way and sessions, each under a keyed digest. What has ended may still be there."""

    def keep_sign_in(self, digest: str, kept: Kept) -> None:
        """Keep a sign-in that is under way."""
        ...

    def take_sign_in(self, digest: str) -> Kept | None:
        """A sign-in that was under way, once: of several who take it at the same time one gets it."""
        ...

    def keep_session(self, digest: str, kept: Kept) -> None:
        """Keep a session."""
        ...

    def session(self, digest: str) -> Kept | None:
        """A session, by a consistent read."""
        ...

    def end_session(self, digest: str) -> None:
        """Remove a session. One that is not there is no error."""
        ...


class IdentityProvider(Protocol):
    """Who proves applicants' identities: an OpenID Connect provider."""

    def sign_in_address(self, redirect_uri: str, state: str, nonce: str, verifier: str) -> str:
        """Where the browser is sent; it comes back to `redirect_uri` with a code. Raises `Unavailable`."""
        ...

    def claims(
        self, code: str, redirect_uri: str, nonce: str, verifier: str, began: datetime, now: datetime
    ) -> Mapping[str, Any]:
        """What the provider says, signed and for this sign-in alone, of who came back with a code.

        Raises:
            NotSignedIn: the code or what it was exchanged for is not good, or the person proved themselves before the
                sign-in `began`.
            Unavailable: the provider does not answer.
        """
        ...
