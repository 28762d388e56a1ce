"""What a recipient sees of how it is told, and says about it: switches, and codes that prove addresses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from degree_auth.domain.notifications.notification import NotificationKind
from degree_auth.domain.notifications.notification_names import KIND_WORDS, STATE_WORDS
from degree_auth.domain.notifications.own_inputs import parse_code_request, parse_proof, parse_wishes
from degree_auth.domain.notifications.recipient import (
    CODES_A_DAY_OF_A_RECIPIENT,
    Channel,
    Recipient,
    with_code_asked,
    with_code_entered,
    with_wishes,
)
from degree_auth.domain.shared.errors import Conflict, Invalid, Problem, TooMany
from degree_auth.domain.shared.working_days import beginning_of, shanghai_day, shanghai_time
from degree_auth.services.notifications.address_proof import code_of
from degree_auth.services.notifications.contacts import new_address
from degree_auth.services.notifications.notification_ports import Outbox, Queue
from degree_auth.services.shared.optimistic import until_stored
from degree_auth.services.shared.ports import Sealer

_SHOWN = 50

Finding = Callable[[], Recipient]
"""Finds the recipient anew, and whether the caller still is it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a recipient says. `channels` are those that are configured."""

    outbox: Outbox
    sealer: Sealer
    queue: Queue
    channels: frozenset[Channel]

    def view(self, find: Finding) -> dict[str, Any]:
        """Addresses, masked, switches, and what was sent lately; but no codes, because whether one was sent may depend
        on what others have asked for."""
        recipient = find()
        messages = [] if recipient.is_account else self.outbox.latest_messages(recipient.key, _SHOWN)
        return {
            "addresses": [
                {
                    "channel": one.channel.value,
                    "shown": one.shown,
                    "proven": one.is_proven,
                    "refused": bool(one.refused),
                    "code_asked_at": None if one.asked_at is None else shanghai_time(one.asked_at),
                }
                for one in recipient.addresses
                if one.channel in self.channels
            ],
            "kinds": [
                {"kind": kind.value, "wanted": kind not in recipient.switched_off, **KIND_WORDS[kind]._asdict()}
                for kind in recipient.switchable()
            ],
            "language": recipient.language.value,
            "digest": recipient.digest,
            "messages": [
                {
                    "at": shanghai_time(one.at),
                    "channel": one.channel,
                    "kind": KIND_WORDS[NotificationKind(one.kind)]._asdict(),
                    "state": one.state.value,
                    "state_name": STATE_WORDS[one.state]._asdict(),
                }
                for one in messages
                if one.kind != NotificationKind.CODE
            ],
        }

    def wish(self, find: Finding, body: object) -> None:
        """Store what the recipient wishes to hear. A repeat changes nothing. Raises `Malformed` or `Invalid`."""
        asked = parse_wishes(body)
        self._change(find, lambda one: with_wishes(one, asked.switched_off, asked.language, digest=asked.digest))

    def ask_code(self, find: Finding, body: object, now: datetime, *, may_change: bool = True) -> None:
        """Have a code sent to an address; with `may_change`, to another one than before, which then takes its place.

        The answer is the same whether or not a code is sent: who asks must not learn who else uses the address.

        Raises:
            Malformed, Invalid: what is wrong with the request.
            Conflict: there is no such address or channel, or the address is proven.
            TooMany: as many codes were asked for today as may be: each stands some guesses.
        """
        asked = parse_code_request(body, shanghai_day(now))
        if asked.channel not in self.channels:
            raise Conflict("address_missing")
        if asked.address is not None and not may_change:
            raise Invalid([Problem("address", "address_of_registration")])

        def ask(recipient: Recipient) -> Recipient:
            if asked.address is not None:
                recipient = self._with_address(recipient, asked.channel, asked.address)
            return with_code_asked(recipient, asked.channel, now)

        self._count(find(), now)
        recipient = self._change(find, ask)
        self.queue.send([{"code": {"recipient": recipient.key, "channel": asked.channel.value}}])

    def prove(self, find: Finding, body: object, now: datetime) -> None:
        """Take the code that came to an address. A repeat of the right one changes nothing.

        Raises:
            Malformed, Invalid: what is wrong with the request; or the code is wrong.
            Conflict: no code was asked for, or it is void.
        """
        asked = parse_proof(body)

        def enter(recipient: Recipient) -> Recipient:
            right = code_of(self.sealer, recipient, asked.channel)
            return with_code_entered(recipient, asked.channel, asked.code, right, now)

        after = self._change(find, enter).address(asked.channel)
        if after is None or not after.is_proven:
            raise Invalid([Problem("code", "address_code_wrong")])

    def _count(self, recipient: Recipient, now: datetime) -> None:
        day = shanghai_day(now)
        if not self.outbox.count(self.sealer.token("codes-asked-by", recipient.key), day, CODES_A_DAY_OF_A_RECIPIENT):
            tomorrow = beginning_of(day + timedelta(days=1))
            raise TooMany("too_many_codes", tomorrow - now, tomorrow)

    def _with_address(self, recipient: Recipient, channel: Channel, address: str) -> Recipient:
        new = new_address(self.sealer, recipient.key, channel, address)
        former = recipient.address(channel)
        if former is not None and former.digest == new.digest:
            return recipient
        # Codes are counted on: one for the former address is good for no other.
        new = replace(new, serial=0 if former is None else former.serial)
        others = tuple(one for one in recipient.addresses if one.channel is not channel)
        return replace(recipient, addresses=(*others, new))

    def _change(self, find: Finding, change: Callable[[Recipient], Recipient]) -> Recipient:
        def attempt() -> Recipient:
            found = find()
            after = change(found)
            if after != found or not found.version:
                self.outbox.replace_recipient(found, after)
            return after

        return until_stored(attempt)
