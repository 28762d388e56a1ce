"""Accounts as staff hand them out (article 13): provisioning, a change of user, ending all sessions."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from degree_auth.domain.accounts.account import Account, account_problems, with_changes
from degree_auth.domain.accounts.account_log import AccountEvent, AccountEventType, add_account_event
from degree_auth.domain.accounts.passwords import TEMPORARY_PASSWORD_TIME, temporary_password
from degree_auth.domain.accounts.user_proposal import UserProposal, require_approvable, withdraw
from degree_auth.domain.shared.errors import Conflict, Invalid
from degree_auth.services.accounts.ports import AccountStore, PasswordHashing
from degree_auth.services.shared.optimistic import until_stored
from degree_auth.services.shared.ports import Opener, Sealer
from degree_auth.services.shared.sealing import open_json, seal_json


@dataclass(frozen=True, slots=True)
class Provisioned:
    """An account and its temporary password; none once the user has set one of their own."""

    account: Account
    temporary_password: str | None


@dataclass(frozen=True, slots=True)
class Provisioning:
    """Accounts as staff hand them out. `command` names a staff decision; repeating one gives the same answer."""

    store: AccountStore
    sealer: Sealer
    hashing: PasswordHashing

    def new_account(
        self,
        *,
        username: str,
        institution_code: str,
        department_id: str | None,
        tier: int,
        user: Mapping[str, Any],
        notice_reference: str,
        actor: str,
        command: str,
        now: datetime,
    ) -> tuple[Account, AccountEvent]:
        """An account that is not stored yet, and the first entry of its log. It has no user and no password: `user`,
        the personal data of the registration form (annexes 2, 3), is proposed, and somebody else approves it.

        Raises:
            Invalid: the username's form, or a department that does not fit the tier.
        """
        if problems := account_problems(username, department_id, tier):
            raise Invalid(problems)
        account = Account(
            account_id=uuid4().hex,
            username=username,
            institution_code=institution_code,
            department_id=department_id,
            tier=tier,
            user="",
            password_hash=self.hashing.decoy,
            temporary_until=now,
            last_command="",
        )
        proposal = self._proposal(account, user, notice_reference, actor, command, now)
        facts = {"username": username, "tier": tier, "department_id": department_id, "command": command}
        proposed = with_changes(account, user_proposal=proposal)
        return add_account_event(proposed, AccountEventType.PROVISIONED, actor, facts, now)

    def propose_user(
        self,
        institution_code: str,
        account_id: str,
        *,
        user: Mapping[str, Any],
        notice_reference: str,
        actor: str,
        command: str,
        now: datetime,
    ) -> UserProposal:
        """Propose another user for an account, or new data of the present one, on a written notice. Nothing else
        changes. A repeat gives the same proposal; another takes the place of the one before.

        Raises:
            NotFound: no such account.
            Conflict: the same command has proposed somebody else.
        """

        def propose(before: Account) -> Account:
            proposal = self._proposal(before, user, notice_reference, actor, command, now)
            present = before.user_proposal
            if present is None or not present.is_same(proposal, now):
                return with_changes(before, user_proposal=proposal)
            if present.fingerprint != proposal.fingerprint:
                raise Conflict("account_user_proposal_differs")
            return before

        data = {"notice_reference": notice_reference, "command": command}
        kind = AccountEventType.USER_PROPOSED
        account = self._advance(institution_code, account_id, propose, kind, actor, data, now)
        assert account.user_proposal is not None  # noqa: S101 - it was proposed just now, or before
        return account.user_proposal

    def withdraw_user(
        self, institution_code: str, account_id: str, *, proposal: int, reason: str, actor: str, now: datetime
    ) -> None:
        """Take back what is proposed under this number; a repeat changes nothing.

        Raises:
            NotFound: no such account.
            Conflict: nothing is proposed under this number, any more.
        """

        def take_back(before: Account) -> Account:
            withdrawn = withdraw(before.user_proposal, proposal, actor, now)
            return before if withdrawn is before.user_proposal else with_changes(before, user_proposal=withdrawn)

        data = {"proposal": proposal, "reason": reason}
        self._advance(institution_code, account_id, take_back, AccountEventType.USER_WITHDRAWN, actor, data, now)

    def approve_user(
        self, institution_code: str, account_id: str, *, proposal: int, actor: str, command: str, now: datetime
    ) -> Provisioned:
        """Hand an account to the user who is proposed under this number; a repeat by the same person changes nothing.

        Ends all sessions; a new temporary password and, at the next sign-in, a new second factor follow.

        Raises:
            NotFound: no such account.
            Conflict: nothing is proposed under this number, any more; or the actor proposed it.
        """
        account = self.store.account(institution_code, account_id)
        named = require_approvable(account.user_proposal, proposal, actor, now)
        password_hash = self.hashing.hash(self._temporary_password(account_id, command))

        def approve(before: Account) -> Account:
            proposed = require_approvable(before.user_proposal, proposal, actor, now)
            if proposed.approved_by:
                return before
            return with_changes(
                before,
                user=proposed.user,
                password_hash=password_hash,
                temporary_until=now + TEMPORARY_PASSWORD_TIME,
                code_secret=None,
                sessions=(),
                sources=(),
                devices_since=now,
                unlocked_at=now,
                last_command=command,
                user_proposal=replace(proposed, user="", approved_by=actor),
            )

        data = {"notice_reference": named.notice_reference, "proposal": proposal, "proposed_by": named.by}
        kind = AccountEventType.USER_CHANGED
        account = self._advance(institution_code, account_id, approve, kind, actor, data, now)
        temporary = account.temporary_until is not None
        return Provisioned(account, self._temporary_password(account_id, account.last_command) if temporary else None)

    def end_sessions(
        self, institution_code: str, account_id: str, *, reason: str, actor: str, now: datetime
    ) -> Account:
        """End every session of an account at once, and forget its devices and sources. Raises `NotFound`.

        With neither sessions nor places nothing is done.
        """

        def end(before: Account) -> Account:
            if not before.sessions and not before.sources:
                return before
            return with_changes(before, sessions=(), sources=(), devices_since=now)

        return self._advance(
            institution_code,
            account_id,
            end,
            AccountEventType.SESSIONS_ENDED,
            actor,
            {"reason": reason},
            now,
        )

    def unlock(
        self, institution_code: str, account_id: str, *, reason: str, actor: str, command: str, now: datetime
    ) -> Account:
        """Forget all attempts to sign in to an account that were made until now. Raises `NotFound`."""

        def unlock_account(before: Account) -> Account:
            if before.unlock_command == command:
                return before
            return with_changes(before, unlocked_at=now, unlock_command=command)

        return self._advance(
            institution_code,
            account_id,
            unlock_account,
            AccountEventType.UNLOCKED,
            actor,
            {"reason": reason},
            now,
        )

    def user_of(self, opener: Opener, account: Account) -> dict[str, Any] | None:
        """The account user's personal data, as it was given (article 13); None before the account has one."""
        if not account.user:
            return None
        opened: dict[str, Any] = open_json(opener, account.institution_code, account.user)
        return opened

    def _advance(
        self,
        institution_code: str,
        account_id: str,
        change: Callable[[Account], Account],
        kind: AccountEventType,
        actor: str,
        data: dict[str, Any],
        now: datetime,
    ) -> Account:

        def attempt() -> Account:
            account = self.store.account(institution_code, account_id)
            after = change(account)
            if after is account:
                return account
            after, entry = add_account_event(after, kind, actor, data, now)
            self.store.replace(account, after, (entry,))
            return after

        return until_stored(attempt)

    def _proposal(
        self,
        account: Account,
        user: Mapping[str, Any],
        notice_reference: str,
        actor: str,
        command: str,
        now: datetime,
    ) -> UserProposal:
        """That an account is to have this user, numbered as the next entry of its log."""
        told = json.dumps(
            ["account user", account.account_id, dict(user), notice_reference], ensure_ascii=False, sort_keys=True
        )
        return UserProposal(
            number=account.log_seq + 1,
            user=seal_json(self.sealer, account.institution_code, dict(user)),
            fingerprint=self.sealer.token("registration", told),
            notice_reference=notice_reference,
            by=actor,
            command=command,
            proposed_at=now,
        )

    def _temporary_password(self, account_id: str, command: str) -> str:
        """Derived from the command, so that a repeat gives the password that is stored."""
        return temporary_password(self.sealer.digest("temporary-password", f"{account_id}/{command}"))
