"""The application that this function's modules of routes share, and who asks."""

from __future__ import annotations

from chalice.app import Request

from degree_auth.domain.accounts.principal import Principal
from degree_auth.http.api import Api
from degree_auth.http.requests import bearer_token
from degree_auth.wiring import accounts, shared

app = Api(app_name="institution_api")


def asker(request: Request) -> Principal:
    """The account whose session the request comes from. Raises `NotSignedIn`."""
    return accounts.sessions().authenticate(bearer_token(request), shared.now())
