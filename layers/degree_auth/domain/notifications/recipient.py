"""Who is told by mail or text message: proven addresses, and what the recipient does not wish to hear.

A recipient is a case, whose applicant gave its contact, or an account of an institution. An address gets nothing but a
code before its owner has entered that code: somebody else's mailbox is not written to by applications that name it.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from degree_auth.domain.notifications.letter import Language
from degree_auth.domain.notifications.notification import FOR_INSTITUTIONS, IN_DIGEST, SWITCHABLE, TEXTED
from degree_auth.domain.notifications.notification import NotificationKind as Kind
from degree_auth.domain.shared.errors import Conflict, Invalid, Problem

CODE_TIME = timedelta(hours=24)
CODE_DIGITS = 6
MOST_TRIES = 5
"""After so many wrong entries a code is void, and another has to be asked for."""
CODES_A_DAY = 3
"""Codes that one address gets on a day in Shanghai, in however many cases: from one person or account, and from all who
have not signed in together. Other spellings of a mailbox are counted together, and apart from the mailbox itself."""
CODES_A_DAY_OF_A_RECIPIENT = 6
"""Codes that one case or account has sent on a day, to whatever addresses."""
CODES_A_DAY_TO_A_DOMAIN, CODES_A_DAY_IN_ALL = 2_000, 20_000
"""Codes on a day to the mailboxes of one domain, and in all, for applicants who have not signed in. Who signed in is
not under these bounds."""

_WITHOUT_DOTS = ("gmail.com", "googlemail.com")


class Channel(StrEnum):
    """How somebody is told."""

    MAIL = "mail"
    TEXT = "text"


def canonical_address(address: str) -> str:
    """The mailbox or number that a spelling most likely leads to, for counting alone: small letters, without `+tag`,
    and without dots where a provider is known to pass over them. A number stays as it is."""
    local, at, domain = address.lower().rpartition("@")
    if not at:
        return domain
    local = local.partition("+")[0] or local
    if domain in _WITHOUT_DOTS:
        local, domain = local.replace(".", ""), _WITHOUT_DOTS[0]
    return f"{local}@{domain}"


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox or mobile number; `sealed` is base64, `digest` keyed, so that the same one is known again;
    `shown` is masked.

    `serial` counts the codes asked for, `asked_at` and `tries` are the last one's. `refused` is the answer with which
    the address was found not to work; it is not written to again before it is proven anew.
    """

    channel: Channel
    digest: str
    sealed: str
    shown: str
    proven_at: datetime | None = None
    refused: str = ""
    serial: int = 0
    asked_at: datetime | None = None
    tries: int = 0

    @property
    def is_proven(self) -> bool:
        """Whether its owner has entered a code that was sent there, and it has not been refused since."""
        return self.proven_at is not None and not self.refused


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is told; `key` is a case number or `account#` and an account's id. `version` 0 is not stored yet.
    An account has its `institution_code`, and the keyed digest of its `user`."""

    key: str
    version: int = 0
    addresses: tuple[Address, ...] = ()
    switched_off: frozenset[Kind] = frozenset()
    digest: bool = False
    language: Language = Language.ZH
    institution_code: str = ""
    user: str = ""

    @property
    def is_account(self) -> bool:
        """Whether it is an account of an institution."""
        return self.key.startswith(ACCOUNT)

    def address(self, channel: Channel) -> Address | None:
        """Its address of a channel, if it has one."""
        return next((one for one in self.addresses if one.channel is channel), None)

    def addresses_for(self, kind: Kind) -> list[Address]:
        """Where it is told of this kind now: proven addresses, unless the kind is switched off or told by the day."""
        if kind in self.switched_off or (self.digest and kind in IN_DIGEST):
            return []
        return [one for one in self.addresses if one.is_proven and (one.channel is Channel.MAIL or kind in TEXTED)]

    def switchable(self) -> list[Kind]:
        """The kinds that it may switch off, in order."""
        return [kind for kind in Kind if kind in SWITCHABLE and (kind in FOR_INSTITUTIONS) == self.is_account]


ACCOUNT = "account#"


def account_key(account_id: str) -> str:
    """The key of an account as a recipient."""
    return f"{ACCOUNT}{account_id}"


def with_addresses(recipient: Recipient, present: Iterable[Address]) -> Recipient:
    """The recipient with the addresses that it has now, freshly sealed; one that is as it was keeps its proof."""
    known = {(one.channel, one.digest): one for one in recipient.addresses}
    addresses = [(known.get((one.channel, one.digest), one), one.sealed) for one in present]
    return replace(recipient, addresses=tuple(replace(one, sealed=sealed) for one, sealed in addresses))


def with_user(recipient: Recipient, user: str) -> Recipient:
    """The account with the user that it has now: what another one had proven, or asked for, is theirs no more. Codes
    are counted on. Of what a former release stored, nobody knows whose it is, and it stays."""
    if recipient.user in ("", user):
        return replace(recipient, user=user)
    addresses = tuple(replace(one, proven_at=None, refused="", asked_at=None, tries=0) for one in recipient.addresses)
    return replace(recipient, user=user, addresses=addresses)


def with_code_renewed(recipient: Recipient, channel: Channel, now: datetime) -> Recipient:
    """The code that was asked for and is not sent yet, anew where less than half of its time is left."""
    address = recipient.address(channel)
    if address is None or address.is_proven or address.asked_at is None or now < address.asked_at + CODE_TIME / 2:
        return recipient
    return _with(recipient, replace(address, asked_at=now, tries=0))


def with_code_asked(recipient: Recipient, channel: Channel, now: datetime) -> Recipient:
    """A code is asked for, with tries of its own; one of a former day is void.

    Raises:
        Conflict: there is no such address, or it is proven.
    """
    address = _address(recipient, channel)
    if address.is_proven:
        raise Conflict("address_proven")
    return _with(recipient, replace(address, serial=address.serial + 1, asked_at=now, tries=0))


def with_code_entered(recipient: Recipient, channel: Channel, code: str, right: str, now: datetime) -> Recipient:
    """The owner enters the code; `right` is the code that was asked for last. A wrong one is counted: look at
    `is_proven` of the address. A repeat of the right one changes nothing.

    Raises:
        Conflict: there is no such address; none was asked for, it is too old, or was tried too often.
    """
    address = _address(recipient, channel)
    if address.is_proven:
        return recipient
    if address.asked_at is None or now >= address.asked_at + CODE_TIME or address.tries >= MOST_TRIES:
        raise Conflict("code_void")
    if hmac.compare_digest(code.encode(), right.encode()):
        return _with(recipient, replace(address, proven_at=now, refused="", asked_at=None, tries=0))
    return _with(recipient, replace(address, tries=address.tries + 1))


def with_refusal(recipient: Recipient, channel: Channel, digest: str, answer: str) -> Recipient:
    """The address was refused for good: nothing is sent there before it is proven anew. One that has been replaced
    since stays as it is."""
    address = recipient.address(channel)
    if address is None or address.digest != digest or address.refused:
        return recipient
    return _with(recipient, replace(address, refused=answer or "refused"))


def with_wishes(
    recipient: Recipient, switched_off: Iterable[Kind], language: Language, *, digest: bool = False
) -> Recipient:
    """What the recipient wishes to hear, in which language first.

    Raises:
        Invalid: a kind that cannot be switched off, or a digest for an applicant.
    """
    off = frozenset(switched_off)
    problems = [Problem("switched_off", "notification_mandatory")] if off - set(recipient.switchable()) else []
    if digest and not recipient.is_account:
        problems.append(Problem("digest", "digest_for_institutions"))
    if problems:
        raise Invalid(problems)
    return replace(recipient, switched_off=off, language=language, digest=digest)


def _address(recipient: Recipient, channel: Channel) -> Address:
    address = recipient.address(channel)
    if address is None:
        raise Conflict("address_missing")
    return address


def _with(recipient: Recipient, address: Address) -> Recipient:
    return replace(
        recipient, addresses=tuple(address if one.channel is address.channel else one for one in recipient.addresses)
    )
