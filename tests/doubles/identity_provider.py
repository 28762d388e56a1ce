"""An identity provider in memory, held to the same contract as the adapter; and people who sign in at either."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from degree_auth.domain.shared.errors import NotSignedIn
from degree_auth.services.accounts.ports import Kept

PERSON = {"name": "测试·样例", "identity_type": "passport", "identity_number": "E12345678"}


class MemoryIdentityProvider:
    """`IdentityProvider` in a dictionary; the address that it gives holds what the browser brings back."""

    def __init__(self) -> None:
        self.codes: dict[str, tuple[Mapping[str, Any], str, str, str]] = {}
        self.waiting: dict[str, tuple[str, str, str]] = {}

    def sign_in_address(self, redirect_uri: str, state: str, nonce: str, verifier: str) -> str:
        self.waiting[state] = (redirect_uri, nonce, verifier)
        return f"https://provider.example/authorize?{urlencode({'state': state, 'redirect_uri': redirect_uri})}"

    def signed_in(self, address: str, person: Mapping[str, Any]) -> dict[str, str]:
        """Somebody says there who they are; the parameters with which the browser comes back."""
        state = dict(parse_qsl(urlsplit(address).query))["state"]
        code = secrets.token_urlsafe(8)
        self.codes[code] = (person, *self.waiting[state])
        return {"code": code, "state": state}

    def claims(
        self, code: str, redirect_uri: str, nonce: str, verifier: str, began: datetime, now: datetime
    ) -> Mapping[str, Any]:
        found = self.codes.pop(code, None)
        if found is None or found[1:] != (redirect_uri, nonce, verifier):
            raise NotSignedIn("sign_in_not_proven")
        return found[0]


class MemoryApplicantSessions:
    """`ApplicantSessionStore` in dictionaries."""

    def __init__(self) -> None:
        self.sign_ins: dict[str, Kept] = {}
        self.sessions: dict[str, Kept] = {}

    def keep_sign_in(self, digest: str, kept: Kept) -> None:
        self.sign_ins[digest] = kept

    def take_sign_in(self, digest: str) -> Kept | None:
        return self.sign_ins.pop(digest, None)

    def keep_session(self, digest: str, kept: Kept) -> None:
        self.sessions[digest] = kept

    def session(self, digest: str) -> Kept | None:
        return self.sessions.get(digest)

    def end_session(self, digest: str) -> None:
        self.sessions.pop(digest, None)
