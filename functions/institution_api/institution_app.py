"""The application that this function's modules of routes share, and who asks."""

from __future__ import annotations

from dataclasses import replace

from chalice.app import Request

from degree_auth.domain.accounts.principal import Permission, Principal, require_permission
from degree_auth.http.api import Api
from degree_auth.http.requests import bearer_token, place_of
from degree_auth.services.institutions.machine_clients import is_machine_token
from degree_auth.wiring import accounts, shared
from degree_auth.wiring.institutions import machine_clients

app = Api(app_name="institution_api")


def asker(request: Request, permission: Permission) -> Principal:
    """Whose session, or which machine client's token, the request comes with.

    Raises:
        NotSignedIn: neither holds.
        Forbidden: a machine client lacks the permission.
    """
    token = bearer_token(request)
    signed_in = machine_clients.machine_tokens() if is_machine_token(token) else accounts.sessions()
    who = signed_in.authenticate(token, shared.now())
    require_permission(who, permission)
    return replace(who, address=place_of(request).address)
