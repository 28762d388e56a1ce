"""Telling applicants and institutions by mail and text message."""

from __future__ import annotations

import os
from functools import cache

from degree_auth.adapters.notifications.mail_relay import SmtpRelay
from degree_auth.adapters.notifications.text_gateway import HttpTextGateway, NoTextGateway
from degree_auth.adapters.notifications.webhook_sender import WebhookSender
from degree_auth.domain.notifications.webhook import secret_key
from degree_auth.services.notifications.access_notices import AccessNotices
from degree_auth.services.notifications.address_proof import AddressProof
from degree_auth.services.notifications.digests import Digests
from degree_auth.services.notifications.notification_ports import TextGateway
from degree_auth.services.notifications.sending import Sending
from degree_auth.services.notifications.telling import Telling
from degree_auth.wiring import accounts, cases, shared
from degree_auth.wiring.institutions import table as institutions
from degree_auth.wiring.notifications.wishes import queue, table


@cache
def sending() -> Sending:
    """Handing over single messages."""
    sender = os.environ.get("MAIL_FROM", "")
    # The keyring asks this table for the keys of cases, whose addresses are opened here.
    cases.table()
    return Sending(
        outbox=table(),
        sealer=shared.keyring(),
        relay=SmtpRelay(
            os.environ.get("MAIL_RELAY_HOST", ""),
            int(shared.setting("MAIL_RELAY_PORT")),
            shared.setting("MAIL_RELAY_SECURITY"),
            sender,
            _credentials,
        ),
        gateway=_gateway(),
        domain=sender.rpartition("@")[2],
        hotline=shared.setting("HOTLINE"),
    )


@cache
def proof() -> AddressProof:
    """Codes by which addresses are proven."""
    return AddressProof(cases=cases.table(), outbox=table(), sealer=shared.keyring(), sending=sending())


@cache
def telling() -> Telling:
    """Telling what the case log says."""
    return Telling(
        cases=cases.table(),
        accounts=accounts.table(),
        outbox=table(),
        sealer=shared.keyring(),
        sending=sending(),
        proof=proof(),
        base_url=shared.parameter("CHECK_URL_PARAMETER").removesuffix("/check"),
    )


@cache
def access_notices() -> AccessNotices:
    """Telling lead departments who may act for their institution."""
    return AccessNotices(
        logs=institutions.table(),
        accounts=accounts.table(),
        outbox=table(),
        sealer=shared.keyring(),
        sending=sending(),
        base_url=shared.parameter("CHECK_URL_PARAMETER").removesuffix("/check"),
    )


@cache
def digests() -> Digests:
    """The daily digests."""
    return Digests(
        outbox=table(),
        sealer=shared.keyring(),
        accounts=accounts.table(),
        tasks=cases.table(),
        sending=sending(),
        queue=queue(),
        base_url=shared.parameter("CHECK_URL_PARAMETER").removesuffix("/check"),
    )


def _credentials() -> tuple[str, str] | None:
    """User and password at the relay, parted by a colon, read again from time to time; None while none are put in."""
    user, colon, password = shared.secret("MAIL_RELAY_SECRET_ID").decode().strip().partition(":")
    return (user, password) if colon else None


def _gateway() -> TextGateway:
    url = os.environ.get("TEXT_GATEWAY_URL", "")
    if not url:
        return NoTextGateway()
    sender = WebhookSender(anywhere=True, local=shared.setting("ENVIRONMENT") == "local")
    return HttpTextGateway(sender, url, secret_key(shared.secret("TEXT_GATEWAY_SECRET_ID").decode()))
