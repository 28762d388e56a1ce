"""Institutions: sign in and out; the lead department's own organisation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chalice.app import Request, Response

from degree_auth import wiring
from degree_auth.domain.accounts import Principal
from degree_auth.domain.organisation_answers import account_answer, coverage_answer
from degree_auth.domain.workdays import SHANGHAI
from degree_auth.http import Api, answer, bearer_token, json_body
from degree_auth.services.sessions import Enrolment, SignedIn

app = Api(app_name="institution_api")


@app.on("POST", "/v1/sessions")
def sign_in(request: Request) -> Response:
    outcome = wiring.sessions().sign_in(json_body(request), wiring.now())
    if isinstance(outcome, Enrolment):
        return answer({"next": "set_password", "otpauth_uri": outcome.otpauth_uri})
    return answer(_session(outcome), 201)


@app.on("POST", "/v1/sessions/password")
def set_password(request: Request) -> Response:
    return answer(_session(wiring.sessions().set_password(json_body(request), wiring.now())), 201)


@app.on("POST", "/v1/sessions/refresh")
def refresh(request: Request) -> Response:
    return answer(_session(wiring.sessions().refresh(json_body(request), wiring.now())))


@app.on("DELETE", "/v1/sessions/current")
def sign_out(request: Request) -> Response:
    wiring.sessions().sign_out(bearer_token(request))
    return _nothing()


@app.on("GET", "/v1/departments")
def list_departments(request: Request) -> Response:
    found = wiring.own_organisation().departments(_asker(request))
    return answer({"departments": [one.as_dict() for one in found]})


@app.on("PUT", "/v1/departments/{department_id}")
def put_department(request: Request, department_id: str) -> Response:
    asker = _asker(request)
    put = wiring.own_organisation().put_department(asker, department_id, json_body(request), wiring.now())
    return answer(put.as_dict())


@app.on("GET", "/v1/accounts")
def list_accounts(request: Request) -> Response:
    found = wiring.own_organisation().own_accounts(_asker(request))
    return answer({"accounts": [account_answer(one, wiring.now()) for one in found]})


@app.on("DELETE", "/v1/accounts/{account_id}/sessions")
def end_sessions(request: Request, account_id: str) -> Response:
    wiring.own_organisation().end_sessions(_asker(request), account_id, wiring.now())
    return _nothing()


@app.on("GET", "/v1/coverage")
def show_coverage(request: Request) -> Response:
    found = wiring.own_organisation().coverage(_asker(request))
    return answer({"coverage": [coverage_answer(one) for one in found]})


@app.on("GET", "/v1/explanations")
def list_explanations(request: Request) -> Response:
    found = wiring.own_organisation().explanations(_asker(request))
    return answer({"explanations": [one.as_dict() for one in found]})


@app.on("PUT", "/v1/explanations/{explanation_id}")
def put_explanation(request: Request, explanation_id: str) -> Response:
    asker = _asker(request)
    put = wiring.own_organisation().put_explanation(asker, explanation_id, json_body(request), wiring.now())
    return answer(put.as_dict())


def _asker(request: Request) -> Principal:
    """Who sends a request. Raises `NotSignedIn`."""
    return wiring.sessions().authenticate(bearer_token(request), wiring.now())


def _nothing() -> Response:
    """An answer without content."""
    return Response("", headers={"Cache-Control": "no-store"}, status_code=204)


def _session(signed_in: SignedIn) -> dict[str, Any]:
    who = signed_in.principal
    return {
        "access_token": signed_in.access_token,
        "access_token_expires_at": _moment(signed_in.access_ends_at),
        "refresh_token": signed_in.refresh_token,
        "session_ends_at": _moment(signed_in.session_ends_at),
        "account": {
            "account_id": who.account_id,
            "username": who.username,
            "institution_code": who.institution_code,
            "department_id": who.department_id,
            "tier": who.tier,
        },
    }


def _moment(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).isoformat(timespec="seconds")
