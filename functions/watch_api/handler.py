"""Watches: who checked a report leaves a webhook to be told once its state changes, and removes it again."""

from __future__ import annotations

from chalice.app import Request, Response

from degree_auth.domain.notifications.watch import parse_watch_removal, parse_watch_request
from degree_auth.domain.notifications.webhook import secret_text
from degree_auth.domain.shared.working_days import shanghai_time
from degree_auth.http.api import Api
from degree_auth.http.requests import idempotency_key, json_body
from degree_auth.http.responses import json_response, no_content
from degree_auth.wiring import shared
from degree_auth.wiring.notifications import webhooks

app = Api(app_name="watch_api")


@app.on("POST", "/v1/report-checks/watches")
def watch(request: Request) -> Response:
    asked = parse_watch_request(json_body(request), local=shared.setting("ENVIRONMENT") == "local")
    made, secret = webhooks.watching().watch(asked, idempotency_key(request), shared.now())
    expires = shanghai_time(made.expires_at)
    return json_response({"watch_id": made.watch_id, "secret": secret_text(secret), "expires_at": expires}, 201)


@app.on("POST", "/v1/report-checks/watches/removal")
def remove_watch(request: Request) -> Response:
    webhooks.watching().remove(parse_watch_removal(json_body(request)))
    return no_content()
