"""Whether the platform is told at all: an endpoint that answers 410 is switched off, and staff switch it on again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

REMEMBERED = 50


@dataclass(frozen=True, slots=True)
class Switch:
    """One change: when, whether to on, by whom, and the reason that was given."""

    at: datetime
    on: bool
    actor: str
    reason: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The platform's endpoint.

    `off_since` is when it answered that it is gone; None while it is told. `resuming` holds from staff's wish to try
    everything again until that is done. `history` has the latest changes, the newest last; `version` counts them all.
    """

    version: int = 0
    off_since: datetime | None = None
    resuming: bool = False
    history: tuple[Switch, ...] = ()

    @property
    def is_on(self) -> bool:
        """Whether the platform is told."""
        return self.off_since is None

    def switched_off(self, now: datetime) -> Endpoint:
        """Told no more: it answered that it is gone. Unchanged when it is off already."""
        if not self.is_on:
            return self
        return self._with(Switch(now, on=False, actor="platform", reason="410"), off_since=now, resuming=False)

    def resumed(self, actor: str, reason: str, now: datetime) -> Endpoint:
        """Told again: all that waits or was given up is to be tried at once."""
        return self._with(Switch(now, on=True, actor=actor, reason=reason), off_since=None, resuming=True)

    def carried_out(self) -> Endpoint:
        """All that waits or was given up is being tried."""
        return replace(self, version=self.version + 1, resuming=False)

    def _with(self, switch: Switch, *, off_since: datetime | None, resuming: bool) -> Endpoint:
        history = (*self.history, switch)[-REMEMBERED:]
        return Endpoint(self.version + 1, off_since, resuming, history)
