"""Applicants sign in at the identity provider and sign out (article 1)."""

from __future__ import annotations

from collections.abc import Callable

from chalice.app import Request, Response

from degree_auth.domain.accounts.applicant_sign_in import PAGES, REFUSALS, SESSION_TIME, SIGN_IN_TIME, page_wanted
from degree_auth.domain.shared.errors import DegreeAuthError
from degree_auth.http.api import Api
from degree_auth.http.requests import APPLICANT_COOKIE, applicant_token, base_url, cookie, prefers, query
from degree_auth.http.responses import no_content, redirect, set_cookie
from degree_auth.wiring import accounts, shared

app = Api(app_name="applicant_sign_in")
_SIGN_IN_COOKIE = "sign-in"


@app.on("GET", "/sign-in")
def begin(request: Request) -> Response:
    return _told_on_a_page(request, _begin_sign_in)


@app.on("GET", "/sign-in/callback")
def complete(request: Request) -> Response:
    return _told_on_a_page(request, _complete_sign_in)


@app.on("DELETE", "/v1/me/session")
def sign_out(request: Request) -> Response:
    accounts.applicant_sign_in().end(applicant_token(request))
    removed = set_cookie(request, APPLICANT_COOKIE, "", 0, "Strict")
    return no_content({"Set-Cookie": removed})


def _begin_sign_in(request: Request) -> Response:
    wanted, browser = page_wanted(query(request)), cookie(request, _SIGN_IN_COOKIE)
    begun = accounts.applicant_sign_in().begin(wanted, _callback_address(request), browser, shared.now())
    # The provider sends the browser back from another site, so its cookie must come along.
    kept = set_cookie(request, _SIGN_IN_COOKIE, begun.browser, int(SIGN_IN_TIME.total_seconds()), "Lax")
    return redirect(begun.address, {"Set-Cookie": kept, "Referrer-Policy": "no-referrer"})


def _complete_sign_in(request: Request) -> Response:
    browser = cookie(request, _SIGN_IN_COOKIE)
    opened = accounts.applicant_sign_in().complete(query(request), _callback_address(request), browser, shared.now())
    kept = set_cookie(request, APPLICANT_COOKIE, opened.token, int(SESSION_TIME.total_seconds()), "Strict")
    headers = {"Set-Cookie": kept, "Referrer-Policy": "no-referrer"}
    return redirect(f"{base_url(request)}/{opened.page}", headers)


def _told_on_a_page(request: Request, step: Callable[[Request], Response]) -> Response:
    """The step's answer. A browser that is refused is led to a page that says why, not left with an error in JSON."""
    try:
        return step(request)
    except DegreeAuthError as error:
        if error.code not in REFUSALS or not prefers(request, "text/html"):
            raise
        # The fragment stays in the browser. No answer to it is kept.
        return redirect(f"{base_url(request)}/{PAGES[0]}#refused={error.code}", status=303)


def _callback_address(request: Request) -> str:
    return f"{base_url(request)}/sign-in/callback"
