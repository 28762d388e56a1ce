"""What everybody may ask: the online check of a report, institution codes, help, and the pages."""

from __future__ import annotations

from chalice.app import Request, Response

from degree_auth.domain.applications.public_lists import LONGEST_QUERY, categories_json, institutions_page
from degree_auth.domain.reports.issuer import credential_context
from degree_auth.domain.reports.status_list import FRESH_FOR
from degree_auth.domain.shared.errors import Invalid, Problem
from degree_auth.http.api import Api
from degree_auth.http.help_json import help_json
from degree_auth.http.requests import APPLICANT_COOKIE, base_url, cookie, json_body, query
from degree_auth.http.responses import (
    api_document,
    json_response,
    page,
    page_icon,
    published_json,
    published_text,
    redirect,
)
from degree_auth.observability import logger, report_log_unavailable
from degree_auth.services.reports.check import check_report, count_check
from degree_auth.services.reports.log import growth_proof, latest_head
from degree_auth.services.reports.notices import notices_page
from degree_auth.services.reports.shares import view_share
from degree_auth.services.reports.status_lists import latest_list
from degree_auth.wiring import cases, readings, shared
from degree_auth.wiring.reports import issuer, log, shares, status_lists

app = Api(app_name="public_api")
_LONGEST_CURSOR = 200


@app.on("POST", "/v1/report-checks")
def check(request: Request) -> Response:
    stores = (cases.table(), shared.keyring(), log.table())
    answer = check_report(*stores, json_body(request), report_log_unavailable)
    count_check(readings.table(), answer, shared.now(), logger.error)
    return json_response(answer)


@app.on("POST", "/v1/report-shares")
def view(request: Request) -> Response:
    stores = (cases.table(), shares.table(), shared.keyring(), shares.box())
    return json_response(view_share(*stores, json_body(request), shared.now()))


@app.on("GET", "/v1/log/head")
def log_head(_: Request) -> Response:
    return json_response(latest_head(log.table()).as_dict())


@app.on("GET", "/v1/log/consistency")
def log_consistency(request: Request) -> Response:
    return json_response(growth_proof(log.table(), query(request)))


@app.on("GET", "/v1/institutions")
def institutions(request: Request) -> Response:
    parameters = query(request)
    words, cursor = parameters.get("query", ""), parameters.get("cursor", "")
    problems = [Problem("query", "query_too_long")] if len(words) > LONGEST_QUERY else []
    problems += [Problem("cursor", "cursor_invalid")] if len(cursor) > _LONGEST_CURSOR else []
    if problems:
        raise Invalid(problems)
    return json_response(institutions_page(shared.institutions(), words, cursor))


@app.on("GET", "/v1/categories")
def categories(_: Request) -> Response:
    return json_response(categories_json())


@app.on("GET", "/v1/notices")
def notices(request: Request) -> Response:
    cursor = query(request).get("cursor", "")
    return json_response(notices_page(cases.table(), cursor, shared.now()))


@app.on("GET", "/v1/help")
def help_(request: Request) -> Response:
    return json_response(help_json(shared.setting("ENVIRONMENT"), shared.setting("HOTLINE"), base_url(request)))


@app.on("GET", "/.well-known/jwks.json")
def jwks(_: Request) -> Response:
    return published_json(issuer.issuer().key_set(), "application/jwk-set+json")


# Where did:web looks: here for an address with a path, under /.well-known/ for one without.
@app.on("GET", "/did.json")
def did(_: Request) -> Response:
    return published_json(issuer.issuer().did_document(), "application/did+json")


@app.on("GET", "/.well-known/did.json")
def root_did(_: Request) -> Response:
    return published_json(issuer.issuer().did_document(), "application/did+json")


@app.on("GET", "/status-lists/{list_id}")
def status_list(_: Request, list_id: str) -> Response:
    return published_text(latest_list(status_lists.table(), list_id), "application/vc+jwt", FRESH_FOR)


@app.on("GET", "/contexts/degree-report/v1")
def context(_: Request) -> Response:
    return published_json(credential_context(), "application/ld+json")


@app.on("GET", "/openapi.yaml")
def openapi_yaml(_: Request) -> Response:
    return api_document("yaml")


@app.on("GET", "/openapi.json")
def openapi_json(_: Request) -> Response:
    return api_document("json")


@app.on("GET", "/docs")
def docs_page(_: Request) -> Response:
    return page("docs")


@app.on("GET", "/")
def home(request: Request) -> Response:
    """Who signed in meets their own cases first. That the session has not ended is the page's to see."""
    return redirect(f"{base_url(request)}/{'my' if cookie(request, APPLICANT_COOKIE) else 'apply'}")


@app.on("GET", "/favicon.svg")
def favicon(_: Request) -> Response:
    return page_icon()


@app.on("GET", "/check")
def check_page(_: Request) -> Response:
    return page("check")


@app.on("GET", "/share")
def share_page(_: Request) -> Response:
    return page("share")


@app.on("GET", "/case")
def case_page(_: Request) -> Response:
    return page("case")


@app.on("GET", "/apply")
def apply_page(_: Request) -> Response:
    return page("apply")


@app.on("GET", "/my")
def my_page(_: Request) -> Response:
    return page("my")


@app.on("GET", "/notices")
def corrections_page(_: Request) -> Response:
    return page("notices")


@app.on("GET", "/portal")
def portal_page(_: Request) -> Response:
    return page("portal")
