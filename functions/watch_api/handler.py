"""Watches: who checked a report leaves a webhook to be told once its state changes."""

from __future__ import annotations

from chalice.app import Request, Response

from degree_auth import wiring
from degree_auth.domain.notifications.watch import parse_watch_request
from degree_auth.domain.notifications.webhook import shown_secret
from degree_auth.domain.shared.workdays import SHANGHAI
from degree_auth.http import Api, answer, json_body

app = Api(app_name="watch_api")


@app.on("POST", "/v1/report-checks/watches")
def watch(request: Request) -> Response:
    asked = parse_watch_request(json_body(request), local=wiring.setting("ENVIRONMENT") == "local")
    made, secret = wiring.watching().watch(asked, wiring.now())
    expires = made.expires_at.astimezone(SHANGHAI).isoformat(timespec="seconds")
    return answer({"watch_id": made.watch_id, "secret": shown_secret(secret), "expires_at": expires}, 201)
