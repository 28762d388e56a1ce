"""Applicants' sign-in at the identity provider, and whom a session stands for (article 1, N4)."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from degree_auth.domain.accounts.applicant_sign_in import SESSION_TIME, SIGN_IN_TIME, read_callback
from degree_auth.domain.applications.person import (
    ProvenPerson,
    TokenFields,
    read_person,
)
from degree_auth.domain.readings.purposes import MachinePurpose
from degree_auth.domain.shared.errors import NotSignedIn
from degree_auth.domain.shared.plain_data import as_data, from_data
from degree_auth.services.accounts.ports import ApplicantSessionStore, IdentityProvider, Kept
from degree_auth.services.shared.machine_opening import for_nobody
from degree_auth.services.shared.ports import Sealer
from degree_auth.services.shared.sealing import open_json, seal_json

_SECRET_BYTES = 32
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in under way: the provider's address, and the secret that the browser keeps until it comes back."""

    address: str
    browser: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A session's token, when it ends, and the page that was wanted."""

    token: str
    ends_at: datetime
    page: str


@dataclass(frozen=True, slots=True)
class SignIn:
    """Begins and completes sign-ins, and ends sessions."""

    store: ApplicantSessionStore
    sealer: Sealer
    provider: IdentityProvider
    names: TokenFields

    def begin(self, page: str, redirect_uri: str, browser: str, now: datetime) -> Begun:
        """Begin a sign-in. `browser` is the secret that the browser has from another one under way, or nothing.

        Raises:
            Unavailable: the provider does not answer.
        """
        state, nonce, verifier = (secrets.token_urlsafe(_SECRET_BYTES) for _ in range(3))
        browser = browser if _SECRET.match(browser) else secrets.token_urlsafe(_SECRET_BYTES)
        address = self.provider.sign_in_address(redirect_uri, state, nonce, verifier)
        digest = self.sealer.token("applicant-sign-in", state)
        content = {"nonce": nonce, "verifier": verifier, "browser": browser, "page": page}
        self.store.keep_sign_in(digest, Kept(seal_json(self.sealer, digest, content), now + SIGN_IN_TIME))
        return Begun(address, browser)

    def complete(self, query: Mapping[str, str], redirect_uri: str, browser: str, now: datetime) -> Opened:
        """Open a session for whom the provider proves; each sign-in is good once, in the browser that began it.

        Raises:
            NotSignedIn: the sign-in is over, was begun elsewhere, or proved nobody.
            Forbidden: the provider does not tell name, document type and number.
            Unavailable: the provider does not answer.
        """
        state, code = read_callback(query)
        digest = self.sealer.token("applicant-sign-in", state)
        kept = self.store.take_sign_in(digest)
        if kept is None or now >= kept.ends_at:
            raise NotSignedIn("sign_in_over")
        begun = open_json(for_nobody(self.sealer, MachinePurpose.SIGN_IN), digest, kept.sealed)
        if not hmac.compare_digest(begun["browser"].encode(), browser.encode()):
            raise NotSignedIn("sign_in_over")
        began = kept.ends_at - SIGN_IN_TIME
        told = self.provider.claims(code, redirect_uri, begun["nonce"], begun["verifier"], began, now)
        person = read_person(told, self.names, now)
        token, ends_at = secrets.token_urlsafe(_SECRET_BYTES), now + SESSION_TIME
        name = _digest(self.sealer, token)
        self.store.keep_session(name, Kept(seal_json(self.sealer, name, as_data(person)), ends_at))
        return Opened(token, ends_at, begun["page"])

    def end(self, token: str) -> None:
        """End a session. A repeat changes nothing."""
        self.store.end_session(_digest(self.sealer, token))


@dataclass(frozen=True, slots=True)
class ApplicantSessions:
    """Whom a session stands for."""

    store: ApplicantSessionStore
    sealer: Sealer

    def person(self, token: str, now: datetime) -> ProvenPerson:
        """The person who signed in. Raises `NotSignedIn`: the session has ended, or there was none."""
        digest = _digest(self.sealer, token)
        kept = self.store.session(digest)
        if kept is None or now >= kept.ends_at:
            raise NotSignedIn("session_ended")
        return from_data(ProvenPerson, open_json(for_nobody(self.sealer, MachinePurpose.SIGN_IN), digest, kept.sealed))


def _digest(sealer: Sealer, token: str) -> str:
    return sealer.token("applicant-session", token)
