"""The lead department's own institution: departments, accounts, coverage, standing explanations (articles 8, 9)."""

from __future__ import annotations

from chalice.app import Request, Response

from degree_auth.domain.accounts.account import account_json
from degree_auth.domain.accounts.principal import Permission
from degree_auth.domain.institutions.coverage_view import coverage_json, coverage_table, parse_coverage_query
from degree_auth.http.requests import json_body, prefers, query
from degree_auth.http.responses import csv_file, json_response, no_content
from degree_auth.wiring import shared
from degree_auth.wiring.institutions import own_institution
from institution_app import app, asker


@app.on("GET", "/v1/departments")
def list_departments(request: Request) -> Response:
    found = own_institution.own_institution().departments(asker(request, Permission.READ))
    return json_response({"departments": [one.as_dict() for one in found]})


@app.on("PUT", "/v1/departments/{department_id}")
def put_department(request: Request, department_id: str) -> Response:
    who = asker(request, Permission.MANAGE)
    put = own_institution.own_institution().put_department(who, department_id, json_body(request), shared.now())
    return json_response(put.as_dict())


@app.on("GET", "/v1/accounts")
def list_accounts(request: Request) -> Response:
    found = own_institution.own_institution().own_accounts(asker(request, Permission.MANAGE))
    return json_response({"accounts": [account_json(one, shared.now()) for one in found]})


@app.on("DELETE", "/v1/accounts/{account_id}/sessions")
def end_sessions(request: Request, account_id: str) -> Response:
    own_institution.own_institution().end_sessions(asker(request, Permission.MANAGE), account_id, shared.now())
    return no_content()


@app.on("GET", "/v1/coverage")
def show_coverage(request: Request) -> Response:
    found = own_institution.own_institution().coverage(asker(request, Permission.READ))
    language = parse_coverage_query(query(request))
    if prefers(request, "text/csv"):
        return csv_file(coverage_table(found, language), "coverage.csv")
    return json_response({"coverage": [coverage_json(one) for one in found]})


@app.on("GET", "/v1/explanations")
def list_explanations(request: Request) -> Response:
    found = own_institution.own_institution().explanations(asker(request, Permission.READ))
    return json_response({"explanations": [one.as_dict() for one in found]})


@app.on("PUT", "/v1/explanations/{explanation_id}")
def put_explanation(request: Request, explanation_id: str) -> Response:
    who = asker(request, Permission.MANAGE)
    put = own_institution.own_institution().put_explanation(who, explanation_id, json_body(request), shared.now())
    return json_response(put.as_dict())
