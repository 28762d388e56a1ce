"""The one place where sealed contacts are opened to tell somebody something.

A contact is opened by the machine, for the person whose contact it is, to send what that person is told. Nobody sees
it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from degree_auth.domain.accounts.account import Account
from degree_auth.domain.cases.case import Case
from degree_auth.domain.notifications.notification_names import shown_address
from degree_auth.domain.notifications.recipient import (
    ACCOUNT,
    Address,
    Channel,
    Recipient,
    account_key,
    with_addresses,
    with_user,
)
from degree_auth.domain.readings.purposes import MachinePurpose
from degree_auth.domain.reports.masked_name import masked_name
from degree_auth.services.cases.lookup_keys import holder_key
from degree_auth.services.cases.sealed_parts import open_submission
from degree_auth.services.notifications.notification_ports import Outbox
from degree_auth.services.shared.machine_opening import for_nobody
from degree_auth.services.shared.ports import Opener, Sealer
from degree_auth.services.shared.sealing import open_json, open_text, seal_text


def recipient_of_case(outbox: Outbox, sealer: Sealer, case: Case) -> Recipient:
    """The applicant of a case as a recipient. The contact is that of the application, until the applicant names
    another."""
    known = outbox.recipient(case.case_number)
    if known.addresses:
        return known
    contact = open_submission(_opener(sealer), case).contact
    found = {Channel.MAIL: contact.email, Channel.TEXT: contact.mobile}
    return with_addresses(known, _addresses(sealer, known.key, found))


def recipient_of_account(outbox: Outbox, sealer: Sealer, account: Account) -> Recipient:
    """The user of an institution's account as a recipient; another user, or another contact, is to be proven anew."""
    known = outbox.recipient(account_key(account.account_id))
    if not account.user:
        return replace(known, institution_code=account.institution_code)
    user = open_json(_opener(sealer), account.institution_code, account.user)
    found = {Channel.MAIL: user["email"], Channel.TEXT: user["mobile"]}
    digest = sealer.token("notified-user", json.dumps(user, ensure_ascii=False, sort_keys=True))
    of_institution = with_user(replace(known, institution_code=account.institution_code), digest)
    return with_addresses(of_institution, _addresses(sealer, known.key, found))


def open_address(sealer: Sealer, recipient: Recipient, address: Address) -> str:
    """The mailbox or number itself, for the one who sends."""
    return open_text(_opener(sealer), _context(recipient.key), address.sealed)


def open_masked_name(sealer: Sealer, case: Case) -> str:
    """The holder's name as a stranger may see it."""
    return masked_name(open_submission(_opener(sealer), case).claim.holder.name)


def person_of(sealer: Sealer, case: Case) -> str:
    """The keyed digest of the holder whose application it is."""
    return holder_key(sealer, open_submission(_opener(sealer), case).claim.holder)


def new_address(sealer: Sealer, key: str, channel: Channel, found: str) -> Address:
    """An address of a recipient, not proven yet."""
    sealed = seal_text(sealer, _context(key), found)
    return Address(channel, address_digest(sealer, channel, found), sealed, shown_address(found))


def address_digest(sealer: Sealer, channel: Channel, found: str) -> str:
    """The keyed digest under which an address is counted and known again, whoever names it."""
    return sealer.token("notified-address", f"{channel} {found.lower()}")


def _opener(sealer: Sealer) -> Opener:
    """What contacts are opened with: for nobody, to be written to."""
    return for_nobody(sealer, MachinePurpose.NOTICE)


def _addresses(sealer: Sealer, key: str, found: dict[Channel, str]) -> Iterator[Address]:
    for channel, one in found.items():
        if one:
            yield new_address(sealer, key, channel, one)


def _context(key: str) -> str:
    """What an address is sealed for: its case, whose key seals all of it, or the account."""
    return f"notified#{key}" if key.startswith(ACCOUNT) else key
