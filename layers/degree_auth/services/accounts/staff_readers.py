"""Who of the staff reads, and in which role, as the gate has proven it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from degree_auth.domain.accounts.staff import Role
from degree_auth.domain.readings.reader import Reader, staff
from degree_auth.services.accounts.ports import StaffStore

_COMMAND = "staff:"


@dataclass(frozen=True, slots=True)
class StaffReaders:
    """Tells readers of accounts; `permitted` are the roles that each action asks for."""

    store: StaffStore
    permitted: Mapping[str, frozenset[Role]]

    def reader(self, name: str, action: str, command: str) -> Reader:
        """The account that carries out an action, in those of its roles that permit it; `command` names the
        execution."""
        account = self.store.staff_account(name)
        roles = frozenset() if account is None else frozenset(account.roles)
        return staff(name, roles & self.permitted.get(action, frozenset()), command.removeprefix(_COMMAND))
