"""Applications: submit, follow, attach, supplement, withdraw, fetch the report; and the platform's webhook."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from chalice.app import Request, Response

from degree_auth import wiring
from degree_auth.domain.applications.submission import warnings
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.words import comparison_for_applicant
from degree_auth.domain.notifications.webhook import parse_platform_message, verify_signature
from degree_auth.domain.shared.errors import Invalid, Problem
from degree_auth.domain.shared.workdays import SHANGHAI
from degree_auth.http import (
    Api,
    answer,
    base_url,
    bearer_token,
    body_bytes,
    idempotency_key,
    json_body,
    query,
    redirect,
)
from degree_auth.services.cases.advance import open_submission
from degree_auth.services.cases.attachments import UPLOAD_SECONDS

app = Api(app_name="applicant_api")


@app.on("POST", "/v1/applications")
def submit(request: Request) -> Response:
    key = idempotency_key(request)
    return _submitted(request, wiring.intake().submit(json_body(request), key, "api", wiring.now()))


@app.on("POST", "/v1/platform/applications")
def receive_from_platform(request: Request) -> Response:
    message_id = verify_signature(request.headers, body_bytes(request), wiring.platform_secret(), wiring.now())
    body = parse_platform_message(json_body(request))
    return _submitted(request, wiring.intake().submit(body, message_id, "platform", wiring.now()))


@app.on("GET", "/v1/applications/{case_number}")
def follow(request: Request, case_number: str) -> Response:
    _authorise(request, case_number)
    return _status(request, case_number)


@app.on("POST", "/v1/applications/{case_number}/attachments")
def attach(request: Request, case_number: str) -> Response:
    _authorise(request, case_number)
    now = wiring.now()
    attachment_id, link, content_type = wiring.following().announce_attachment(case_number, json_body(request), now)
    expires = (now + timedelta(seconds=UPLOAD_SECONDS)).astimezone(SHANGHAI)
    upload = {"url": link, "method": "PUT", "headers": {"Content-Type": content_type}}
    body = {"attachment_id": attachment_id, "upload": upload, "expires_at": expires.isoformat(timespec="seconds")}
    return answer(body, 201)


@app.on("POST", "/v1/applications/{case_number}/supplements")
def supplement(request: Request, case_number: str) -> Response:
    _authorise(request, case_number)
    wiring.following().supplement(case_number, json_body(request), wiring.now())
    return _status(request, case_number)


@app.on("POST", "/v1/applications/{case_number}/disputes")
def dispute(request: Request, case_number: str) -> Response:
    _authorise(request, case_number)
    wiring.disputes().dispute(case_number, json_body(request), wiring.now())
    return _status(request, case_number)


@app.on("POST", "/v1/applications/{case_number}/urgency")
def ask_for_urgency(request: Request, case_number: str) -> Response:
    _authorise(request, case_number)
    wiring.following().request_urgency(case_number, json_body(request), wiring.now())
    return _status(request, case_number)


@app.on("POST", "/v1/applications/{case_number}/withdrawal")
def withdraw(request: Request, case_number: str) -> Response:
    _authorise(request, case_number)
    wiring.following().withdraw(case_number, wiring.now())
    return _status(request, case_number)


@app.on("GET", "/v1/applications/{case_number}/report")
def report(request: Request, case_number: str) -> Response:
    _authorise(request, case_number)
    wanted = query(request).get("format", "pdf")
    if wanted not in {"pdf", "json"}:
        raise Invalid([Problem("format", "report_format_unknown")])
    case = wiring.cases().load(case_number)
    if wanted == "json":
        return answer(wiring.following().credential(case))
    return redirect(wiring.following().download_link(case))


def _authorise(request: Request, case_number: str) -> None:
    wiring.following().authorise(case_number, bearer_token(request))


def _submitted(request: Request, case: Case) -> Response:
    token = wiring.intake().access_token(case.case_number)
    claim = open_submission(wiring.keyring(), case).claim
    issued = wiring.following().report(case)
    body = {
        "case_number": case.case_number,
        "access_token": token,
        "stage": case.stage.value,
        "outcome": None if case.outcome is None else case.outcome.value,
        "comparison": comparison_for_applicant(case.comparison),
        "report": issued,
        "warnings": [problem.as_dict() for problem in warnings(claim, wiring.institutions())],
        "links": _links(request, case.case_number, reported=issued is not None, token=token),
    }
    return answer(body, 202 if issued is None else 201)


def _status(request: Request, case_number: str) -> Response:
    status = wiring.following().status(case_number, wiring.now())
    return answer({**status, "links": _links(request, case_number, reported=status["report"] is not None)})


def _links(request: Request, case_number: str, *, reported: bool, token: str | None = None) -> dict[str, Any]:
    base = base_url(request)
    # The fragment of a page's address never leaves the browser, so the token may stand in it.
    fragment = f"#n={case_number}" + (f"&t={token}" if token else "")
    links = {"self": f"{base}/v1/applications/{case_number}", "page": f"{base}/case{fragment}"}
    if reported:
        links |= {"report": f"{base}/v1/applications/{case_number}/report", "check": f"{base}/check"}
    return links
