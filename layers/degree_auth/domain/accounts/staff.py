"""Accounts of the centre's staff: who they are to the system, and what becomes of an account (A13, N3).

An account's name is its id. It is given once, never changed and never given to somebody else, so what a log says of
somebody stays true, and two names are two accounts. Plain data and decisions; no clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar

from degree_auth.domain.accounts.attempts import OF_STAFF, Attempts, closed_until, with_attempt
from degree_auth.domain.shared.actors import SYSTEM, require_second_person, staff_actor
from degree_auth.domain.shared.errors import Conflict, Forbidden
from degree_auth.domain.shared.log_entry import LogEntry

RETRY_TIME = timedelta(minutes=10)
"""How long an execution may go on with the code that it has used: longer than all its own tries take."""

KEY_TIME = timedelta(days=14)
"""How long a new key waits for the first code that is made of it."""

FEWEST_APPROVERS = 2
"""Below as many open accounts with the role of approver, staff cannot open accounts by themselves."""


class Role(StrEnum):
    """What a member of staff is entrusted with."""

    REVIEWER = "reviewer"
    APPROVER = "approver"
    REGISTRAR = "registrar"
    INSPECTOR = "inspector"
    AUDITOR = "auditor"


class StaffStatus(StrEnum):
    """Where an account stands."""

    PROPOSED = "proposed"
    OPEN = "open"
    CLOSED = "closed"


class StaffEventType(StrEnum):
    """What is on record of an account."""

    PROPOSED = "staff_account_proposed"
    OPENED = "staff_account_opened"
    ACTED = "staff_account_acted"
    LOCKED = "staff_account_locked"
    PRINCIPAL_BOUND = "staff_principal_bound"
    PRINCIPAL_CONTRADICTED = "staff_principal_contradicted"
    CLOSED = "staff_account_closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffEvent(LogEntry):
    """One entry of an account's log."""

    OWNER: ClassVar[str] = "staff_name"

    staff_name: str
    type: StaffEventType


@dataclass(frozen=True, slots=True)
class Proposal:
    """That an account is to have these roles and a new key; `by` is the account that proposes it."""

    roles: tuple[Role, ...]
    by: str


@dataclass(frozen=True, slots=True)
class Proof:
    """That an execution was started by an account: by which, for which input, when.

    `fingerprint` is a keyed digest of the input, `action` one of the known actions or empty, `subject` the number of
    the case or of the file's change that it is about, or empty.
    """

    execution: str
    staff_name: str
    fingerprint: str
    action: str
    subject: str
    at: datetime

    def covers(self, execution: str, name: str, fingerprint: str, now: datetime) -> bool:
        """Whether this is the same execution with the same input, which goes on."""
        same = (self.execution, self.staff_name, self.fingerprint) == (execution, name, fingerprint)
        return same and now < self.at + RETRY_TIME

    def is_of(self, started_at: datetime) -> bool:
        """Whether it can be of an execution that was started then; AWS lets a name be used again after 90 days. A start
        that only repeats another may come when the execution has already proven itself."""
        return started_at < self.at + RETRY_TIME


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffAccount:
    """An account. `code_secret` is what one-time codes are made of, sealed, base64.

    `key_waits_until` is set until the first code of a new key is used; after that moment the key is void.
    `last_code_step` is the time step of the last code used, `attempts` are the wrong codes of late. `last_command` is
    the execution that gave out the key. `principal_digest` is a keyed digest of the principal of AWS that starts the
    account's executions, empty until one is known, and `principal` that principal, sealed. `log_seq` and `log_hash` are
    the head of the account's log.
    """

    name: str
    status: StaffStatus = StaffStatus.PROPOSED
    roles: tuple[Role, ...] = ()
    proposal: Proposal | None = None
    code_secret: str | None = None
    key_waits_until: datetime | None = None
    last_code_step: int = 0
    attempts: Attempts | None = None
    last_command: str = ""
    principal_digest: str = ""
    principal: str = ""
    version: int = 0
    log_seq: int = 0
    log_hash: str = ""

    def is_ready(self, now: datetime) -> bool:
        """Whether codes of the account are looked at: it is open and its key has not lapsed."""
        lapsed = self.key_waits_until is not None and now >= self.key_waits_until
        return self.status is StaffStatus.OPEN and self.code_secret is not None and not lapsed

    def is_locked(self, now: datetime) -> bool:
        """Whether too many wrong codes were given lately."""
        return closed_until(self.attempts, OF_STAFF, now) is not None

    @property
    def is_approver(self) -> bool:
        """Whether the account is open and may decide on accounts."""
        return self.status is StaffStatus.OPEN and Role.APPROVER in self.roles

    @property
    def is_registrar(self) -> bool:
        """Whether the account is open and may decide on institutions."""
        return self.status is StaffStatus.OPEN and Role.REGISTRAR in self.roles


def spelling(name: str) -> str:
    """What two names must differ in: their letters and digits alone, so that `li.ming` and `li-ming` are not two."""
    return "".join(char for char in name if char.isalnum())


def use_code(account: StaffAccount, step: int, proof: Proof) -> tuple[StaffAccount, StaffEvent]:
    """The account after the code of a time step has proven an execution.

    Wrong codes stay counted until time forgets them: others may have given them.
    """
    used = replace(account, last_code_step=step, key_waits_until=None)
    data = {"action": proof.action, "subject": proof.subject, "execution": proof.execution}
    return _with_entry(used, StaffEventType.ACTED, staff_actor(account.name), data, proof.at)


def void_code(account: StaffAccount, step: int) -> StaffAccount:
    """The account after the code of a time step was given where it proves nothing: histories show it from now on."""
    return replace(account, last_code_step=step, version=account.version + 1)


def count_wrong_code(account: StaffAccount, now: datetime) -> tuple[StaffAccount, tuple[StaffEvent, ...]]:
    """The account after one wrong code more; that it is locked by it is on record."""
    counted = replace(account, attempts=with_attempt(account.attempts, OF_STAFF, now))
    if not counted.is_locked(now):
        return replace(counted, version=account.version + 1), ()
    locked, entry = _with_entry(counted, StaffEventType.LOCKED, SYSTEM, {}, now)
    return locked, (entry,)


def propose(
    account: StaffAccount, roles: Sequence[Role], by: str, reason: str, command: str, now: datetime
) -> tuple[StaffAccount, tuple[StaffEvent, ...]]:
    """Somebody proposes that an account, new or not, has these roles and a new key. A repeat changes nothing.

    Raises:
        Conflict: the account is closed.
    """
    _require_not_closed(account)
    proposal = Proposal(tuple(sorted(roles)), by)
    if account.proposal == proposal:
        return account, ()
    proposed = replace(account, proposal=proposal)
    data = {"roles": _texts(proposal.roles), "reason": reason, "command": command}
    after, entry = _with_entry(proposed, StaffEventType.PROPOSED, staff_actor(by), data, now)
    return after, (entry,)


def approve(
    account: StaffAccount,
    proposer: StaffAccount | None,
    roles: Sequence[Role],
    by: str,
    code_secret: str,
    command: str,
    now: datetime,
) -> tuple[StaffAccount, tuple[StaffEvent, ...]]:
    """A second account approves what was proposed: the account is open, with these roles and a new key. A repeat of the
    same execution changes nothing. `proposer` is the account that proposed it, as it is now.

    Raises:
        Conflict: the account is closed, nothing like it is proposed by who still is an approver, or the same account
            proposed it.
    """
    _require_not_closed(account)
    if account.last_command == command:
        return account, ()
    proposal = account.proposal
    if proposal is None or proposal.roles != tuple(sorted(roles)) or proposer is None or not proposer.is_approver:
        raise Conflict("staff_proposal_differs")
    require_second_person(by, (proposal.by,))
    return open_account(account, proposal.roles, staff_actor(by), code_secret, command, now, proposed_by=proposal.by)


def open_account(
    account: StaffAccount,
    roles: Sequence[Role],
    actor: str,
    code_secret: str,
    command: str,
    now: datetime,
    proposed_by: str = "",
) -> tuple[StaffAccount, tuple[StaffEvent, ...]]:
    """The account is open with these roles and a new key; nothing counted, proposed or bound before is left."""
    opened = replace(
        account,
        status=StaffStatus.OPEN,
        roles=tuple(sorted(roles)),
        proposal=None,
        code_secret=code_secret,
        key_waits_until=now + KEY_TIME,
        last_code_step=0,
        attempts=None,
        last_command=command,
        principal_digest="",
        principal="",
    )
    data = {"roles": _texts(opened.roles), "proposed_by": proposed_by, "command": command}
    after, entry = _with_entry(opened, StaffEventType.OPENED, actor, data, now)
    return after, (entry,)


def close(
    account: StaffAccount, by: str, reason: str, command: str, now: datetime
) -> tuple[StaffAccount, tuple[StaffEvent, ...]]:
    """The account is closed for good, at once. A repeat changes nothing. Raises `Conflict`: it closes itself."""
    if account.status is StaffStatus.CLOSED:
        return account, ()
    require_second_person(by, (account.name,))
    closed = replace(account, status=StaffStatus.CLOSED, proposal=None, code_secret=None, key_waits_until=None)
    data = {"reason": reason, "command": command}
    after, entry = _with_entry(closed, StaffEventType.CLOSED, staff_actor(by), data, now)
    return after, (entry,)


def bind_principal(
    account: StaffAccount, digest: str, principal: str, execution: str, now: datetime
) -> tuple[StaffAccount, StaffEvent]:
    """The account with the principal that has started its execution; `principal` is sealed."""
    bound = replace(account, principal_digest=digest, principal=principal)
    data = {"execution": execution, "principal_digest": digest}
    return _with_entry(bound, StaffEventType.PRINCIPAL_BOUND, SYSTEM, data, now)


def record_contradiction(
    account: StaffAccount, contradictions: Sequence[str], digest: str, execution: str, now: datetime
) -> tuple[StaffAccount, StaffEvent]:
    """The account with it on record that another principal than its own has started an execution of its."""
    data = {"execution": execution, "principal_digest": digest, "contradictions": list(contradictions)}
    return _with_entry(account, StaffEventType.PRINCIPAL_CONTRADICTED, SYSTEM, data, now)


def require_role(account: StaffAccount, permitted: Sequence[Role] | frozenset[Role]) -> None:
    """Raises `Forbidden`: the account has none of the roles that an action asks for."""
    if not set(account.roles) & set(permitted):
        raise Forbidden("staff_role_missing")


def _require_not_closed(account: StaffAccount) -> None:
    if account.status is StaffStatus.CLOSED:
        raise Conflict("staff_account_closed")


def _texts(roles: Sequence[Role]) -> list[str]:
    return [role.value for role in roles]


def _with_entry(
    account: StaffAccount, kind: StaffEventType, actor: str, data: dict[str, Any], now: datetime
) -> tuple[StaffAccount, StaffEvent]:
    entry = StaffEvent.following(account, account.name, kind, actor, data, now)
    return replace(account, version=account.version + 1, log_seq=entry.seq, log_hash=entry.hash), entry
