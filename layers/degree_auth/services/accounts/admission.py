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
    """An attempt to sign in: what it counts against; while it is closed, until when, and it was not counted."""

    counters: tuple[Counter, ...]
    closed_until: datetime | None


@dataclass(frozen=True, slots=True)
class Admission:
    """Counts attempts. Of sources and devices only keyed digests and random names are kept."""

    store: AccountStore
    sealer: KeyedDigest

    def admit(self, username: str, account: Account | None, place: Place, now: datetime) -> Attempt:
        """Count an attempt before it is judged; `account` is whose the username is."""
        unlocked_at = None if account is None else account.unlocked_at
        source = self.source(place)
        counted = counters(
            username,
            None if account is None else self._device(account, place, now),
            source,
            known=account is not None and is_known(account.sources, source, now),
            unguessable=account is not None and account.temporary_until is not None,
        )
        closed = [until for one in counted if (until := self._closed_until(one, unlocked_at, now)) is not None]
        if not closed:
            closed = [until for one in counted if (until := self._count(one, unlocked_at, now)) is not None]
        return Attempt(counted, max(closed, default=None))

    def forget_own_attempts(self, attempt: Attempt) -> None:
        """Somebody signed in: their own attempts are forgotten, and the last counts against nobody else."""
        own, *others = attempt.counters
        self.store.forget_attempts(own)
        self._take_back(*others)

    def uncount(self, attempt: Attempt) -> None:
        """Do not count an attempt after all."""
        self._take_back(*attempt.counters)

    def source(self, place: Place) -> str:
        """The digest of where on the network somebody is."""
        return self.sealer.token("sign-in-source", source_of(place.address))

    def device_token(self, account: Account, place: Place, now: datetime) -> str:
        """What the browser keeps, so that strangers' attempts never close the account to it."""
        device = self._device(account, place, now) or secrets.token_urlsafe(16)
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
        return _bound(counter, _since(counter, self.store.attempts(counter), unlocked_at), now)

    def _count(self, counter: Counter, unlocked_at: datetime | None, now: datetime) -> datetime | None:
        """Count an attempt; None, unless others were faster and the counter is closed."""

        def attempt() -> datetime | None:
            stored = self.store.attempts(counter)
            before = _since(counter, stored, unlocked_at)
            until = _bound(counter, before, now)
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


def _bound(counter: Counter, attempts: Attempts | None, now: datetime) -> datetime | None:
    return closed_until(attempts, counter.allowance, now) if counter.binding else None
