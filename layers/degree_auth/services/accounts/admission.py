"""Which attempts to sign in are judged, and from where an account's own user comes (articles 9, 13)."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from degree_auth.domain.accounts.account import Account
from degree_auth.domain.accounts.attempts import (
    Attempts,
    Counter,
    closed_until,
    counters,
    since_unlocked,
    with_attempt,
    without_attempt,
)
from degree_auth.domain.accounts.places import REMEMBERED, Place, is_known, source_of
from degree_auth.domain.shared.errors import Unavailable
from degree_auth.services.accounts.ports import AccountStore
from degree_auth.services.accounts.signed_tokens import content_of, signed_token
from degree_auth.services.shared.optimistic import until_stored
from degree_auth.services.shared.ports import KeyedDigest

_DEVICE = "institution-device"


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt to sign in: what it counts against; while it is closed, until when, and it was not counted.

    Where it is closed and not `binding`, who has the password is let through.
    """

    counters: tuple[Counter, ...]
    closed_until: datetime | None
    binding: bool


@dataclass(frozen=True, slots=True)
class Admission:
    """Counts attempts. Of sources and devices only keyed digests and random names are kept."""

    store: AccountStore
    sealer: KeyedDigest

    def admit(self, username: str, account: Account | None, place: Place, now: datetime) -> Attempt:
        """Count an attempt before it is judged; `account` is whose the username is."""
        unlocked_at = None if account is None else account.unlocked_at
        source = self.source(place)
        device = None if account is None else self._device(account, place, now)
        known = account is not None and is_known(account.sources, source, now)
        unguessable = account is not None and account.temporary_until is not None

        def judged(own_device: str | None) -> Attempt:
            counted = counters(username, own_device, source, known=known, unguessable=unguessable)
            return self._admitted(counted, unlocked_at, now)

        attempt = judged(device)
        # Whoever has copied the device must not close the account to its owner at a known place.
        return attempt if device is None or attempt.closed_until is None else judged(None)

    def uncount(self, attempt: Attempt) -> None:
        """Do not count an attempt after all: it was no guess. What others have tried stays counted."""
        if attempt.closed_until is None:
            self._take_back(*attempt.counters)

    def _admitted(self, counted: tuple[Counter, ...], unlocked_at: datetime | None, now: datetime) -> Attempt:
        closed = [(until, one.binding) for one in counted if (until := self._closed_until(one, unlocked_at, now))]
        if not closed:
            closed = [(until, one.binding) for one in counted if (until := self._count(one, unlocked_at, now))]
        return Attempt(counted, max((until for until, _ in closed), default=None), any(bound for _, bound in closed))

    def source(self, place: Place) -> str:
        """The digest of where on the network somebody is."""
        return self.sealer.token("sign-in-source", source_of(place.address))

    def device_token(self, account: Account, attempt: Attempt, place: Place, now: datetime) -> str:
        """What the browser keeps, so that strangers' attempts never close the account to it.

        Where the former device was closed, somebody else has it: the browser gets another.
        """
        device = self._device(account, place, now)
        if device is None or device != attempt.counters[0].place:
            device = secrets.token_urlsafe(16)
        content = f"{account.account_id}.{device}.{int(now.timestamp())}"
        return signed_token(self.sealer, _DEVICE, content)

    def _device(self, account: Account, place: Place, now: datetime) -> str | None:
        """The name of the account's device that somebody signs in with; None when it is none, or no longer."""
        content = content_of(self.sealer, _DEVICE, place.device)
        if content is None:
            return None
        account_id, device, known_at = content.split(".")
        at = datetime.fromtimestamp(int(known_at), UTC)
        if account_id != account.account_id or now >= at + REMEMBERED:
            return None
        if account.devices_since is not None and at < account.devices_since:
            return None
        return device

    def _closed_until(self, counter: Counter, unlocked_at: datetime | None, now: datetime) -> datetime | None:
        return closed_until(_since(counter, self.store.attempts(counter), unlocked_at), counter.allowance, now)

    def _count(self, counter: Counter, unlocked_at: datetime | None, now: datetime) -> datetime | None:
        """Count an attempt; None, unless others were faster and the counter is closed."""

        def attempt() -> datetime | None:
            stored = self.store.attempts(counter)
            before = _since(counter, stored, unlocked_at)
            until = closed_until(before, counter.allowance, now)
            if until is None:
                self.store.count_attempt(counter, stored, with_attempt(before, counter.allowance, now))
            return until

        return until_stored(attempt)

    def _take_back(self, *counted: Counter) -> None:
        # Whoever has signed in must not lose it because others are counted at the same moment.
        with suppress(Unavailable):
            for one in counted:
                until_stored(self._taking_back(one))

    def _taking_back(self, counter: Counter) -> Callable[[], None]:
        def attempt() -> None:
            stored = self.store.attempts(counter)
            if stored is not None:
                self.store.count_attempt(counter, stored, without_attempt(stored, counter.allowance))

        return attempt


def _since(counter: Counter, stored: Attempts | None, unlocked_at: datetime | None) -> Attempts | None:
    """What counts of the stored attempts; staff unlock a username, not a source."""
    return since_unlocked(stored, unlocked_at if counter.username else None)
