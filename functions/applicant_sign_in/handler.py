"""Applicants sign in at the identity provider and sign out (article 1)."""

from __future__ import annotations

from chalice.app import Request, Response

from degree_auth.domain.accounts.applicant_sign_in import SESSION_TIME, SIGN_IN_TIME, page_wanted
from degree_auth.http.answers import no_content, redirect, set_cookie
from degree_auth.http.api import Api
from degree_auth.http.requests import APPLICANT_COOKIE, applicant_token, base_url, cookie, query
from degree_auth.wiring import accounts, shared

app = Api(app_name="applicant_sign_in")
_SIGN_IN_COOKIE = "sign-in"


@app.on("GET", "/sign-in")
def begin(request: Request) -> Response:
    wanted, browser = page_wanted(query(request)), cookie(request, _SIGN_IN_COOKIE)
    begun = accounts.applicant_sign_in().begin(wanted, _back(request), browser, shared.now())
    # The provider sends the browser back from another site, so its cookie must come along.
    kept = set_cookie(request, _SIGN_IN_COOKIE, begun.browser, int(SIGN_IN_TIME.total_seconds()), "Lax")
    return redirect(begun.address, {"Set-Cookie": kept, "Referrer-Policy": "no-referrer"})


@app.on("GET", "/sign-in/callback")
def complete(request: Request) -> Response:
    browser = cookie(request, _SIGN_IN_COOKIE)
    opened = accounts.applicant_sign_in().complete(query(request), _back(request), browser, shared.now())
    kept = set_cookie(request, APPLICANT_COOKIE, opened.token, int(SESSION_TIME.total_seconds()), "Strict")
    headers = {"Set-Cookie": kept, "Referrer-Policy": "no-referrer"}
    return redirect(f"{base_url(request)}/{opened.page}", headers)


@app.on("DELETE", "/v1/me/session")
def sign_out(request: Request) -> Response:
    accounts.applicant_sign_in().end(applicant_token(request))
    removed = set_cookie(request, APPLICANT_COOKIE, "", 0, "Strict")
    return no_content({"Set-Cookie": removed})


def _back(request: Request) -> str:
    return f"{base_url(request)}/sign-in/callback"
