"""Machine clients: the lead department looks after them (article 9), and they ask for tokens (RFC 6749, 4.4)."""

from __future__ import annotations

from chalice.app import Request, Response

from degree_auth.domain.accounts.principal import Permission
from degree_auth.domain.institutions.client_assertion import TOKEN_TIME, TokenRefused
from degree_auth.domain.shared.words import words_of
from degree_auth.http.requests import base_url, bearer_token, form_body, json_body
from degree_auth.http.responses import json_response, no_content
from degree_auth.wiring import accounts, shared
from degree_auth.wiring.institutions import machine_clients
from institution_app import app, asker

_STATUS = {"invalid_client": 401}


@app.on("POST", "/v1/token")
def issue_token(request: Request) -> Response:
    """Answers in the form that libraries for OAuth 2.0 read, refusals too (RFC 6749, 5.1 and 5.2)."""
    try:
        issued = machine_clients.machine_tokens().issue(
            form_body(request), f"{base_url(request)}/v1/token", shared.now()
        )
    except TokenRefused as refused:
        chinese, english = words_of(refused.code)
        said = {"error": refused.code, "error_description": english, "error_description_zh": chinese}
        return json_response(said, _STATUS.get(refused.code, 400))
    return json_response(
        {
            "access_token": issued.access_token,
            "token_type": "Bearer",
            "expires_in": int(TOKEN_TIME.total_seconds()),
            "scope": " ".join(issued.scopes),
        }
    )


@app.on("GET", "/v1/machine-clients")
def list_machine_clients(request: Request) -> Response:
    who = asker(request, Permission.MANAGE)
    found = machine_clients.machine_clients().every(who)
    return json_response({"machine_clients": [one.as_dict(who.institution_code) for one in found]})


@app.on("PUT", "/v1/machine-clients/{machine_id}")
def put_machine_client(request: Request, machine_id: str) -> Response:
    who, now = asker(request, Permission.MANAGE), shared.now()
    put = machine_clients.machine_clients().put(
        who,
        machine_id,
        json_body(request),
        lambda code: accounts.sessions().use_code(bearer_token(request), code, now),
        now,
    )
    return json_response(put.as_dict(who.institution_code))


@app.on("DELETE", "/v1/machine-clients/{machine_id}")
def revoke_machine_client(request: Request, machine_id: str) -> Response:
    machine_clients.machine_clients().revoke(asker(request, Permission.MANAGE), machine_id, shared.now())
    return no_content()
