"""Institutions: sign in, set a password, refresh, sign out; other routes stand in modules of their own."""

from __future__ import annotations

from typing import Any

from chalice.app import Request, Response

import fee_routes
import institution_routes
import machine_routes
import notification_routes
import task_routes
from degree_auth.domain.accounts.places import REMEMBERED
from degree_auth.domain.shared.working_days import shanghai_time
from degree_auth.http.requests import DEVICE_COOKIE, bearer_token, json_body, place_of
from degree_auth.http.responses import json_response, no_content, set_cookie
from degree_auth.services.accounts.sessions import Enrolment, SignedIn
from degree_auth.wiring import accounts, shared
from institution_app import app

__all__ = ["app", "fee_routes", "institution_routes", "machine_routes", "notification_routes", "task_routes"]


@app.on("POST", "/v1/sessions")
def sign_in(request: Request) -> Response:
    outcome = accounts.sessions().sign_in(json_body(request), place_of(request), shared.now())
    if isinstance(outcome, Enrolment):
        uri, rows = outcome.otpauth_uri, outcome.otpauth_qr
        return json_response({"next": "set_password", "otpauth_uri": uri, "otpauth_qr": rows})
    return _session_response(request, outcome)


@app.on("POST", "/v1/sessions/password")
def set_password(request: Request) -> Response:
    return _session_response(
        request, accounts.sessions().set_password(json_body(request), place_of(request), shared.now())
    )


@app.on("POST", "/v1/sessions/refresh")
def refresh(request: Request) -> Response:
    return json_response(_session_body(accounts.sessions().refresh(json_body(request), shared.now())))


@app.on("DELETE", "/v1/sessions/current")
def sign_out(request: Request) -> Response:
    accounts.sessions().sign_out(bearer_token(request))
    return no_content()


def _session_response(request: Request, signed_in: SignedIn) -> Response:
    """A new session, and what the browser keeps from it."""
    cookie = set_cookie(request, DEVICE_COOKIE, signed_in.device, int(REMEMBERED.total_seconds()), "Strict")
    return json_response(_session_body(signed_in), 201, {"Set-Cookie": cookie})


def _session_body(signed_in: SignedIn) -> dict[str, Any]:
    who = signed_in.principal
    return {
        "access_token": signed_in.access_token,
        "access_token_expires_at": shanghai_time(signed_in.access_ends_at),
        "refresh_token": signed_in.refresh_token,
        "session_ends_at": shanghai_time(signed_in.session_ends_at),
        "account": {
            "account_id": who.account_id,
            "username": who.username,
            "institution_code": who.institution_code,
            "department_id": who.department_id,
            "tier": who.tier,
        },
    }
