"""Accounts of staff in memory, and the people who have them: their authenticators and one clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlparse

from degree_auth.adapters.shared.keyring import Keyring
from degree_auth.domain.accounts.one_time_codes import STEP_SECONDS, code_at, step_at
from degree_auth.domain.accounts.staff import Proof, Role, StaffAccount, StaffEvent
from degree_auth.domain.accounts.staff_principals import SeenStart, Start
from degree_auth.domain.review.staff_roles import ROLES_OF
from degree_auth.services.accounts.staff_gate import StaffGate
from degree_auth.services.review.staff_accounts import StaffKeys
from degree_auth.services.shared.ports import Stale
from degree_auth.services.shared.staff_desk import ActionResult, Admitted, StaffDesk
from tests.doubles.stored import as_stored


class MemoryStaff:
    """`StaffStore` in dictionaries; `before_replace` is called before each write."""

    def __init__(self) -> None:
        self.accounts: dict[str, StaffAccount] = {}
        self.logs: dict[str, list[StaffEvent]] = {}
        self.proofs: dict[str, Proof] = {}
        self.starts: dict[tuple[str, datetime, str], SeenStart] = {}
        self.unseen: dict[tuple[datetime, str], Proof] = {}
        self.owners: dict[str, str] = {}
        self.before_replace: Callable[[], None] = lambda: None

    def staff_account(self, name: str) -> StaffAccount | None:
        return self.accounts.get(name)

    def staff_accounts(self) -> Sequence[StaffAccount]:
        return [account for _, account in sorted(self.accounts.items())]

    def staff_log(self, name: str, latest: int | None = None) -> list[StaffEvent]:
        return list(map(as_stored, self.logs.get(name, ())))[0 if latest is None else -latest :]

    def proof(self, execution: str) -> Proof | None:
        return self.proofs.get(execution)

    def replace_staff_account(
        self,
        before: StaffAccount | None,
        after: StaffAccount,
        entries: Sequence[StaffEvent] = (),
        proof: Proof | None = None,
    ) -> None:
        self.before_replace()
        kept = None if proof is None else self.proofs.get(proof.execution)
        if kept is not None and kept.staff_name != after.name:
            raise Stale
        self._change(before, after, entries)
        if proof is not None:
            self.proofs[proof.execution] = self.unseen[proof.at, proof.execution] = proof

    def unwitnessed(self, until: datetime) -> Sequence[Proof]:
        return [proof for (at, _), proof in sorted(self.unseen.items()) if at < until]

    def seen_start(self, start: Start) -> SeenStart | None:
        return self.starts.get(self._call(start))

    def principal_owner(self, digest: str) -> str:
        return self.owners.get(digest, "")

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
        self.before_replace()
        bound_meanwhile = bound_from is not None and self.principal_owner(seen.digest) != bound_from
        if self._call(seen) in self.starts or bound_meanwhile:
            raise Stale
        if after is not None and after != before:
            self._change(before, after, entries)
        self.starts[self._call(seen)] = seen
        if bound_from is not None:
            self.owners[seen.digest] = seen.staff_name
        if witnessed is not None:
            self.unseen.pop((witnessed.at, witnessed.execution), None)

    def _call(self, start: Start | SeenStart) -> tuple[str, datetime, str]:
        return start.execution, start.at, start.event_id

    def _change(self, before: StaffAccount | None, after: StaffAccount, entries: Sequence[StaffEvent]) -> None:
        present = self.accounts.get(after.name)
        if (present and present.version) != (before and before.version):
            raise Stale
        self.accounts[after.name] = after
        self.logs.setdefault(after.name, []).extend(map(as_stored, entries))


class StaffRoom:
    """The centre's staff; every account's key is known by its name. Time goes on by a code's step with each action."""

    def __init__(self, keyring: Keyring | None = None, now: datetime | None = None) -> None:
        self.now = now or datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
        self.store = MemoryStaff()
        self.keyring = keyring or Keyring(b"a master secret of thirty-two bytes or more")
        self.keys = StaffKeys(self.store, self.keyring)
        self.gate = StaffGate(self.store, self.keyring, ROLES_OF)
        self.secrets: dict[str, str] = {}
        self._serials = count(1)

    def open(self, name: str, *roles: Role) -> StaffAccount:
        """An account with these roles, or else with all of them."""
        self.learn(name, self.keys.open_at_once(name, roles or tuple(Role), f"opening-{name}", self.now))
        return self.store.accounts[name]

    def learn(self, name: str, otpauth_uri: str) -> None:
        """The user's authenticator reads a key."""
        self.secrets[name] = parse_qs(urlparse(otpauth_uri).query)["secret"][0]

    def code(self, name: str, steps: int = 0) -> str:
        """What the user's authenticator shows, some time steps from now."""
        return code_at(self.secrets[name], step_at(self.now) + steps)

    def admit(self, name: str, code: str, execution: str, **more: Any) -> Admitted:
        """Ask the gate, to look at a case if nothing else is asked."""
        body = {"action": "open_review", "reviewer": name, "code": code, **more}
        return self.gate.admit(body, execution, self.now)

    def act(self, desk: StaffDesk, name: str, action: str, **more: Any) -> ActionResult:
        """Start an action as this account, with a code that was not used."""
        self.later(seconds=STEP_SECONDS)
        body = {"action": action, "reviewer": name, "code": self.code(name), **more}
        return desk.carry_out(body, f"action-{next(self._serials)}", self.now)

    def desk(self, groups: Iterable[Any]) -> StaffDesk:
        """The desk behind the gate."""
        return StaffDesk(self.gate, tuple(groups))

    def later(self, **time: float) -> None:
        self.now += timedelta(**time)
