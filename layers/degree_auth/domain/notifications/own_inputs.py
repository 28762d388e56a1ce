"""What a recipient says of how it is told: which kinds it does without, and the code that proves an address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from degree_auth.domain.applications.fields import field_form
from degree_auth.domain.notifications.letter import Language
from degree_auth.domain.notifications.notification import NotificationKind
from degree_auth.domain.notifications.recipient import CODE_DIGITS, Channel
from degree_auth.domain.shared.mailboxes import LONGEST_MAILBOX
from degree_auth.domain.shared.reading import (
    FLAG,
    Fields,
    choice,
    items,
    optional,
    pattern,
    read_object,
    text_of_form,
)


@dataclass(frozen=True, slots=True)
class WishesRequest:
    """Which kinds are switched off, which language comes first, and whether the day is told at once."""

    switched_off: tuple[NotificationKind, ...]
    language: Language
    digest: bool


@dataclass(frozen=True, slots=True)
class CodeRequest:
    """A code for an address; `address` is another one than before, or None."""

    channel: Channel
    address: str | None


@dataclass(frozen=True, slots=True)
class ProofRequest:
    """The code that came to an address."""

    channel: Channel
    code: str


def parse_wishes(body: object) -> WishesRequest:
    """`{"switched_off", "language", "digest"}`; the last may be left out.

    Raises:
        Malformed: not an object.
        Invalid: what is wrong; all is named.
    """
    return WishesRequest(**read_object(body, WISHES).complete())


def parse_code_request(body: object, today: date) -> CodeRequest:
    """`{"channel", "address"}`; without an address it is the one that is known. Raises as `parse_wishes` does."""
    reading = read_object(body, CODE_REQUEST)
    channel, address = reading.values.get("channel"), reading.values.get("address")
    if channel is not None and address is not None:
        path = "contact.email" if channel is Channel.MAIL else "contact.mobile"
        reading = read_object(body, {**CODE_REQUEST, "address": field_form(path, today)})
    return CodeRequest(**reading.complete())


def parse_proof(body: object) -> ProofRequest:
    """`{"channel", "code"}`. Raises as `parse_wishes` does."""
    return ProofRequest(**read_object(body, PROOF).complete())


WISHES: Fields = {
    "switched_off": items(choice(NotificationKind)),
    "language": choice(Language),
    "digest": optional(FLAG, default=False),
}
CODE_REQUEST: Fields = {
    "channel": choice(Channel),
    "address": optional(text_of_form(bool, "required", minLength=1, maxLength=LONGEST_MAILBOX)),
}
PROOF: Fields = {
    "channel": choice(Channel),
    "code": pattern(f"[0-9]{{{CODE_DIGITS}}}", "address_code_format"),
}
