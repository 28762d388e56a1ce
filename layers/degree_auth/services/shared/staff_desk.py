"""The one place where an execution of the staff-actions machine is sent to whoever carries its action out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from degree_auth.domain.shared.errors import Invalid, Problem
from degree_auth.domain.shared.words import Words


@dataclass(frozen=True, slots=True)
class ActionResult:
    """What an action did, in words, and the facts that its execution's output names; no personal data in either."""

    words: Words
    facts: Mapping[str, Any]


class ActionGroup(Protocol):
    """Carries out the actions of one kind."""

    def carry_out(self, body: object, command: str, now: datetime) -> ActionResult:
        """Read the input and do what it says; `command` names the execution, whose repeat does nothing twice.

        Raises:
            DegreeAuthError: why it is refused; nothing was changed then.
        """
        ...


class Admitted(NamedTuple):
    """The input of an action without what proves it, its `reviewer` proven and permitted; and what names the action for
    ever: a repeat of the same execution has the same name, and an execution that bears an old name has another."""

    content: Mapping[str, Any]
    command: str


class Gate(Protocol):
    """Proves who starts an action."""

    def admit(self, body: object, execution: str, now: datetime) -> Admitted:
        """Whom the input names, proven and permitted. Raises `DegreeAuthError`."""
        ...


@dataclass(frozen=True, slots=True)
class StaffDesk:
    """Every group with the actions that are its own; a group is made when one of its actions is started. Nothing comes
    to a group but through the gate."""

    gate: Gate
    groups: Iterable[tuple[type[StrEnum], Callable[[], ActionGroup]]]

    def carry_out(self, body: object, execution: str, now: datetime) -> ActionResult:
        """Carry out what an execution was started with. Raises as the gate and the action's group do; `Invalid` when no
        group has the action."""
        content, command = self.gate.admit(body, execution, now)
        action = content.get("action")
        for actions, group in self.groups:
            if action in tuple(actions):
                return group().carry_out(content, command, now)
        raise Invalid([Problem("action", "required" if action is None else "unknown_choice")])
