"""Accounts of staff (article 13): as staff give them out and close them, and the first as the deployer makes them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from degree_auth.domain.accounts.one_time_codes import SECRET_BYTES, enrolment_uri, secret_of
from degree_auth.domain.accounts.staff import (
    FEWEST_APPROVERS,
    KEY_TIME,
    Role,
    StaffAccount,
    StaffEvent,
    approve,
    close,
    open_account,
    propose,
    spelling,
)
from degree_auth.domain.accounts.staff_actions import (
    StaffAccountAction,
    StaffAccountDecision,
    parse_staff_account_action,
)
from degree_auth.domain.cases.numbering import is_case_number
from degree_auth.domain.readings.purposes import Purpose
from degree_auth.domain.review.in_hand import give_back, has_in_hand, waiting_of
from degree_auth.domain.shared.actors import SYSTEM, staff_actor
from degree_auth.domain.shared.errors import Conflict, NotFound
from degree_auth.domain.shared.words import Words
from degree_auth.domain.shared.working_days import shanghai_time
from degree_auth.services.accounts.ports import StaffStore
from degree_auth.services.accounts.staff_gate import code_context
from degree_auth.services.accounts.staff_readers import StaffReaders
from degree_auth.services.accounts.staff_traces import principal_context
from degree_auth.services.cases.advance import advance
from degree_auth.services.cases.ports import CaseStore
from degree_auth.services.readings.readings import Reading, Readings
from degree_auth.services.register_changes.ports import FileChangeStore
from degree_auth.services.shared.optimistic import until_stored
from degree_auth.services.shared.ports import Documents, Sealer
from degree_auth.services.shared.sealing import open_text, seal_text
from degree_auth.services.shared.staff_desk import ActionResult

KEYS, FOLDER = "staff-keys", "staff"
"""Where new keys lie, and where what a closed account had in hand and the list of accounts do, for a fortnight: whoever
reads the list sees no key."""

STAFF_ACCOUNTS = "staff-accounts"
"""By what the record is found of who read to whom accounts of staff belong."""

_LATEST_ENTRIES = 1000
"""How many of an account's latest actions are looked through for what it has in hand."""

_Change = Callable[[StaffAccount], tuple[StaffAccount, Sequence[StaffEvent]]]


@dataclass(frozen=True, slots=True)
class StaffKeys:
    """Opens accounts with a new key. `key` is the address that an authenticator reads; nothing keeps it in clear."""

    store: StaffStore
    sealer: Sealer

    def key(self, name: str, command: str) -> tuple[str, str]:
        """The `otpauth` address of the key that a command gives out, and its secret, sealed. Derived, so that a repeat
        gives the same key."""
        secret = secret_of(self.sealer.digest("staff-one-time-code", f"{name}/{command}")[:SECRET_BYTES])
        return enrolment_uri(secret, name), seal_text(self.sealer, code_context(name), secret)

    def open_first(self, name: str, command: str, now: datetime) -> str:
        """The deployer opens an approver's account, as long as staff cannot do so by themselves; gives its key.

        Approvers who are locked do not count. `command` holds something that nobody can guess. A key that was never
        used is given out anew.

        Raises:
            Conflict: enough approvers are there, or somebody else has the name.
        """
        approvers = [one for one in self.store.staff_accounts() if one.is_approver and one.key_waits_until is None]
        # Whoever may start executions can lock the others, and a locked approver opens nobody's account.
        others = [one for one in approvers if not one.is_locked(now)]
        if len(others) >= FEWEST_APPROVERS:
            raise Conflict("staff_has_approvers")
        before = self.store.staff_account(name)
        if before is not None and before.key_waits_until is None:
            raise Conflict("staff_name_taken")
        require_new_spelling(self.store, name)
        return self.open_at_once(name, (Role.APPROVER,), command, now)

    def open_at_once(self, name: str, roles: Sequence[Role], command: str, now: datetime) -> str:
        """Open an account without a second person; gives its key. For whoever may write the table itself."""
        uri, sealed = self.key(name, command)
        before = self.store.staff_account(name)
        account = before or StaffAccount(name=name)
        after, entries = open_account(account, roles, SYSTEM, sealed, command, now)
        self.store.replace_staff_account(before, after, entries)
        return uri


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffAccounts:
    """Carries out staff's decisions on accounts of staff; `bucket` is where keys and lists lie, `qr_picture` makes the
    QR code of a text as an SVG."""

    store: StaffStore
    keys: StaffKeys
    sealer: Sealer
    cases: CaseStore
    file_changes: FileChangeStore
    documents: Documents
    bucket: str
    qr_picture: Callable[[str], bytes]
    readings: Readings
    readers: StaffReaders

    def carry_out(self, body: object, command: str, now: datetime) -> ActionResult:
        """Carry out one decision; `command` names the execution.

        Raises:
            Malformed, Invalid: what is wrong with the input.
            NotFound: no such account.
            Conflict: the account does not allow it, or it takes a second person.
        """
        decision = parse_staff_account_action(body)
        match decision.action:
            case StaffAccountAction.PROPOSE_STAFF_ACCOUNT:
                return self._propose(decision, command, now)
            case StaffAccountAction.APPROVE_STAFF_ACCOUNT:
                return self._approve(decision, command, now)
            case StaffAccountAction.CLOSE_STAFF_ACCOUNT:
                return self._close(decision, command, now)
            case StaffAccountAction.LIST_STAFF_ACCOUNTS:
                return self._list(decision, command, now)

    def _propose(self, decision: StaffAccountDecision, command: str, now: datetime) -> ActionResult:
        require_new_spelling(self.store, decision.account)

        def change(account: StaffAccount) -> tuple[StaffAccount, Sequence[StaffEvent]]:
            return propose(account, decision.roles, decision.reviewer, decision.reason, command, now)

        account = self._store(decision.account, change, new=True)
        words = Words(
            "已提议开通该账号（或换发密钥、变更角色），须由另一名批准人以相同角色批准。",
            "The account, or its new key and roles, is proposed; another approver has to approve the same roles.",
        )
        return ActionResult(words, _facts(account))

    def _approve(self, decision: StaffAccountDecision, command: str, now: datetime) -> ActionResult:
        uri, sealed = self.keys.key(decision.account, command)

        def change(account: StaffAccount) -> tuple[StaffAccount, Sequence[StaffEvent]]:
            proposal = account.proposal
            proposer = None if proposal is None else self.store.staff_account(proposal.by)
            return approve(account, proposer, decision.roles, decision.reviewer, sealed, command, now)

        account = self._store(decision.account, change)
        slip = {"account": account.name, "otpauth_uri": uri, "valid_until": shanghai_time(now + KEY_TIME)}
        picture = f"{KEYS}/{account.name}.svg"
        self.documents.put(picture, self.qr_picture(uri), "image/svg+xml")
        location = self._file(f"{KEYS}/{account.name}", slip)
        words = Words(
            f"账号已开通，新密钥在 {location}，二维码在同名 .svg 文件；请当面交给本人后一并删除；"
            f"{KEY_TIME.days} 天内未使用即失效。",
            f"The account is open. Its new key is at {location}, its QR code beside it in the .svg file: hand it over "
            f"in person, then delete both; unused, it is void after {KEY_TIME.days} days.",
        )
        code = f"s3://{self.bucket}/{picture}"
        return ActionResult(words, {**_facts(account), "location": location, "qr_code": code})

    def _close(self, decision: StaffAccountDecision, command: str, now: datetime) -> ActionResult:
        def change(account: StaffAccount) -> tuple[StaffAccount, Sequence[StaffEvent]]:
            return close(account, decision.reviewer, decision.reason, command, now)

        account = self._store(decision.account, change)
        found = self._in_hand(account.name)
        freed = self._free_cases(account.name, decision.reviewer, command, now)
        location = self._file(f"{FOLDER}/closed/{account.name}", {"account": account.name, "in_hand": found})
        words = Words(
            f"账号已永久关闭。经手未了 {len(found)} 件，清单在 {location}；其领取的 {freed} 件已交回，可由他人领取。",
            f"The account is closed for good. What it had in hand, {len(found)} in number, is listed at {location}; "
            f"the cases that it had taken, {freed} in number, are free for others.",
        )
        return ActionResult(words, {**_facts(account), "in_hand": len(found), "location": location})

    def _list(self, decision: StaffAccountDecision, command: str, now: datetime) -> ActionResult:
        """Principals may name persons, so approvers alone are shown them, where auditors do not read."""
        found = self.store.staff_accounts()
        asker = self.store.staff_account(decision.reviewer)
        listed = [
            {
                **_facts(one),
                "key_unused": one.key_waits_until is not None,
                "proposed": None
                if one.proposal is None
                else {"roles": list(one.proposal.roles), "by": one.proposal.by},
            }
            for one in found
        ]
        name = f"{FOLDER}/accounts"
        if asker is not None and asker.is_approver:
            reader = self.readers.reader(decision.reviewer, decision.action, command)
            contexts = [principal_context(one.name) for one in found]
            reading = self.readings.begin(STAFF_ACCOUNTS, reader, Purpose.STAFF_ACCOUNTS, now, contexts)
            principals = [{"principal": _principal_of(reading, one)} for one in found]
            listed = [{**facts, **principal} for facts, principal in zip(listed, principals, strict=True)]
            name = f"{FOLDER}/principals"
        location = self._file(name, {"accounts": listed})
        words = Words(
            f"工作人员账号 {len(listed)} 个，清单在 {location}。",
            f"There are {len(listed)} accounts of staff, listed at {location}.",
        )
        return ActionResult(words, {"accounts": len(listed), "location": location})

    def _free_cases(self, name: str, approver: str, command: str, now: datetime) -> int:
        """Cases that an account has taken in hand are nobody's once it is closed; how many they were."""
        freed = 0
        for subject in filter(is_case_number, self._subjects(name)):
            with suppress(NotFound):
                if has_in_hand(self.cases.load(subject), name):
                    advance(self.cases, subject, lambda case: give_back(case, approver, command, name), now)
                    freed += 1
        return freed

    def _subjects(self, name: str) -> Iterable[str]:
        """What an account's latest actions were about, the latest first."""
        entries = self.store.staff_log(name, _LATEST_ENTRIES)
        return dict.fromkeys(str(entry.data["subject"]) for entry in reversed(entries) if entry.data.get("subject"))

    def _in_hand(self, name: str) -> list[dict[str, Any]]:
        """What still waits of what an account did: cases, changes of files, proposals of accounts."""
        found: list[dict[str, Any]] = []
        for subject in self._subjects(name):
            if is_case_number(subject):
                if waits := self._waiting_of_case(subject, name):
                    found.append({"case_number": subject, "waits": waits})
            elif (change := self.file_changes.find(subject)) is not None and change.is_open:
                waits = ["approval"] if staff_actor(name) in change.approved_by else ["file_change"]
                found.append({"change": subject, "waits": waits})
        proposed = [one.name for one in self.store.staff_accounts() if one.proposal and one.proposal.by == name]
        return [*found, *({"account": one, "waits": ["staff_account"]} for one in proposed)]

    def _waiting_of_case(self, case_number: str, name: str) -> list[str]:
        try:
            return waiting_of(self.cases.load(case_number), staff_actor(name))
        except NotFound:
            return []

    def _store(self, name: str, change: _Change, *, new: bool = False) -> StaffAccount:
        def attempt() -> StaffAccount:
            before = self.store.staff_account(name)
            if before is None and not new:
                raise NotFound("not_found")
            after, entries = change(before or StaffAccount(name=name))
            if entries:
                self.store.replace_staff_account(before, after, entries)
            return after

        return until_stored(attempt)

    def _file(self, name: str, content: Mapping[str, Any]) -> str:
        """Put what no output may hold where approvers find it; says where (N4)."""
        key = f"{name}.json"
        self.documents.put(key, json.dumps(content, ensure_ascii=False, indent=2).encode(), "application/json")
        return f"s3://{self.bucket}/{key}"


def require_new_spelling(store: StaffStore, name: str) -> None:
    """Raises `Conflict`: another account has the same letters and digits, so the two could be taken for each other."""
    if any(one.name != name and spelling(one.name) == spelling(name) for one in store.staff_accounts()):
        raise Conflict("staff_name_taken")


def _facts(account: StaffAccount) -> dict[str, Any]:
    return {"account": account.name, "status": account.status.value, "roles": [role.value for role in account.roles]}


def _principal_of(reading: Reading, account: StaffAccount) -> str | None:
    """Who starts the account's executions in AWS, as far as it is known."""
    return open_text(reading, principal_context(account.name), account.principal) if account.principal else None
