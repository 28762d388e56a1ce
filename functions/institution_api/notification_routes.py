"""How the user of an institution's account is told: addresses, switches, the daily digest (articles 9, 12)."""

from __future__ import annotations

from chalice.app import Request, Response

from degree_auth.domain.accounts.principal import Permission
from degree_auth.http.requests import json_body
from degree_auth.http.responses import json_response
from degree_auth.wiring import shared
from degree_auth.wiring.notifications import wishes
from institution_app import app, asker


@app.on("GET", "/v1/notifications")
def show_notifications(request: Request) -> Response:
    return json_response(wishes.wishes().view(wishes.of_account()(asker(request, Permission.MANAGE))))


@app.on("PUT", "/v1/notifications")
def wish_notifications(request: Request) -> Response:
    find = wishes.of_account()(asker(request, Permission.MANAGE))
    wishes.wishes().wish(find, json_body(request))
    return json_response(wishes.wishes().view(find))


@app.on("POST", "/v1/notifications/codes")
def ask_code(request: Request) -> Response:
    find = wishes.of_account()(asker(request, Permission.MANAGE))
    wishes.wishes().ask_code(find, json_body(request), shared.now(), may_change=False)
    return json_response(wishes.wishes().view(find), 202)


@app.on("POST", "/v1/notifications/proofs")
def prove_address(request: Request) -> Response:
    find = wishes.of_account()(asker(request, Permission.MANAGE))
    wishes.wishes().prove(find, json_body(request), shared.now())
    return json_response(wishes.wishes().view(find))
