"""The HTTP face of the API functions: reading bodies and credentials, and the one map from errors to status codes."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from chalice.app import Chalice, Request, Response

from degree_auth.adapters.shared.csv_text import csv_text
from degree_auth.adapters.shared.faults import is_passing
from degree_auth.api_document import api_document_json, api_document_text
from degree_auth.domain.shared.errors import (
    Conflict,
    DegreeAuthError,
    Forbidden,
    Invalid,
    Malformed,
    NotFound,
    NotSignedIn,
    Problem,
    TooLarge,
    TooMany,
    Unavailable,
    UnsupportedType,
)
from degree_auth.domain.shared.working_days import SHANGHAI
from degree_auth.messages import text
from degree_auth.observability import logger, whereabouts
from degree_auth.pages import SAFETY_HEADERS, icon
from degree_auth.pages import page as page_named

LARGEST_BODY_BYTES = 64 * 1024
APPLICANT_COOKIE = "applicant"
"""The cookie that holds an applicant's session."""

_SAFE_METHODS = frozenset({"GET", "HEAD"})
_RETRY_SECONDS = "2"
_LOST_BYTES = "\ufffd"
_IDEMPOTENCY_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}\Z", re.ASCII)

STATUS: Mapping[type[DegreeAuthError], int] = {
    Malformed: 400,
    NotSignedIn: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    TooLarge: 413,
    UnsupportedType: 415,
    Invalid: 422,
    TooMany: 429,
    Unavailable: 503,
}

_HEADERS = {
    "Content-Type": "application/json; charset=utf-8",
    "Cache-Control": "no-store",
    **SAFETY_HEADERS,
}


class Api(Chalice):
    """A Chalice application whose routes answer every error in the API's own form."""

    def __call__(self, event: Any, context: Any) -> dict[str, Any]:
        """The answer to an event of the gateway.

        HEAD is answered as GET, without its content, and a method that a path does not have by 405 and those that it
        has (RFC 9110, 9.3.2 and 15.5.6).
        """
        asked = event["requestContext"]
        method, known = asked["httpMethod"], self.routes[asked["resourcePath"]]
        if method == "HEAD" and "GET" in known:
            as_get = {**event, "requestContext": {**asked, "httpMethod": "GET"}}
            return {**super().__call__(as_get, context), "body": "", "isBase64Encoded": False}
        if method not in known:
            allowed = sorted({*known, "HEAD"} if "GET" in known else known)
            request, headers = Request(event, context), {"Allow": ", ".join(allowed)}
            refused = _error(request, 405, "method_not_allowed", headers=headers)
            _log_answer(request, f"{method} {asked['resourcePath']}", refused)
            told: dict[str, Any] = refused.to_dict()
            return told
        answered: dict[str, Any] = super().__call__(event, context)
        return answered

    def on(self, method: str, path: str) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
        """Register a route; what it raises becomes an answer: a fault of AWS that passes a 503, and what nobody foresaw
        a 500 without details."""

        def register(view: Callable[..., Response]) -> Callable[..., Response]:
            @wraps(view)
            def answering(**arguments: str) -> Response:
                request: Request = self.current_request  # type: ignore[assignment]  # set before any view is called
                answered = _answered(view, request, arguments)
                _log_answer(request, f"{method} {path}", answered)
                return answered

            # Content types are checked with the body, so that a refusal has the API's own form.
            self.route(path, methods=[method], content_types=[])(answering)
            return answering

        return register


def _answered(view: Callable[..., Response], request: Request, arguments: Mapping[str, str]) -> Response:
    try:
        return view(request, **arguments)
    except TooMany as error:
        return _error(request, STATUS[TooMany], error.code, headers={"Retry-After": str(error.retry_after)})
    except DegreeAuthError as error:
        return _error(request, STATUS[type(error)], error.code, error.problems)
    except Exception as error:  # the answer must not tell what went wrong inside
        if is_passing(error):
            logger.warning("passing fault", extra={**whereabouts(error), **_identified(request)})
            return _error(request, STATUS[Unavailable], "try_again")
        logger.error("unforeseen fault", extra={**whereabouts(error), **_identified(request)})
        return _error(request, 500, "internal_error")


def _log_answer(request: Request, route: str, answered: Response) -> None:
    """Log an answer by its declared route, not its address: what stands in the address is the caller's."""
    logger.info("answered", extra={"route": route, "status": answered.status_code, **_identified(request)})


def _identified(request: Request) -> dict[str, str]:
    return {"request_id": request.context.get("requestId", "")}


def answer(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer that no cache keeps."""
    return Response(json.dumps(body, ensure_ascii=False), headers={**_HEADERS, **(headers or {})}, status_code=status)


def published(body: object, content_type: str) -> Response:
    """A JSON document that everybody may read and keep for an hour, scripts of other origins too."""
    return published_text(json.dumps(body, ensure_ascii=False), content_type)


def published_text(text: str, content_type: str, fresh_for: timedelta = timedelta(hours=1)) -> Response:
    """The same of a document that is text already, to be kept for this long."""
    kept = f"max-age={int(fresh_for.total_seconds())}"
    headers = {"Content-Type": content_type, "Cache-Control": kept, "Access-Control-Allow-Origin": "*"}
    return Response(text, headers={**_HEADERS, **headers})


def api_document(form: str) -> Response:
    """The API's own description, as `yaml` (RFC 9512) or as `json`."""
    if form == "yaml":
        return published_text(api_document_text(), "application/yaml")
    return published_text(api_document_json(), "application/json; charset=utf-8")


def prefers(request: Request, media_type: str) -> bool:
    """Whether the caller asks for a form of answer by name, as `Accept: text/csv` does."""
    ranges = str(request.headers.get("accept", "")).split(",")
    return any(one.partition(";")[0].strip().lower() == media_type for one in ranges)


def csv_file(rows: Iterable[Sequence[str | int]], filename: str) -> Response:
    """A table to be saved as a CSV file; `filename` is ASCII without quotes."""
    headers = {"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": f'attachment; filename="{filename}"'}
    return Response(csv_text(rows), headers={**_HEADERS, **headers})


def redirect(link: str, headers: Mapping[str, str] | None = None, status: int = 302) -> Response:
    """An answer that leads elsewhere, once."""
    return Response("", headers={**_HEADERS, "Location": link, **(headers or {})}, status_code=status)


def page(name: str) -> Response:
    """One of the pages, with the headers that must go with it."""
    shown = page_named(name, os.environ.get("UPLOAD_ORIGIN", ""))
    return Response(shown.html, headers=dict(shown.headers))


def page_icon() -> Response:
    """The icon of the pages, as SVG, which a browser may keep for a day."""
    headers: dict[str, str | list[str]] = {
        "Content-Type": "image/svg+xml",
        "Cache-Control": "max-age=86400",
        **SAFETY_HEADERS,
    }
    return Response(icon(), headers=headers)


def query(request: Request) -> dict[str, str]:
    """The parameters behind the address's question mark; of a parameter that stands twice, the last value."""
    return dict(request.query_params or {})


def body_bytes(request: Request) -> bytes:
    """The body as it was sent. Raises `Malformed`: it is no text."""
    try:
        return request.raw_body if isinstance(request.raw_body, bytes) else request.raw_body.encode()
    except UnicodeEncodeError:
        raise Malformed("body_not_utf8") from None


def json_body(request: Request) -> object:
    """The decoded JSON body, which is UTF-8 (RFC 8259, 8.1).

    Raises:
        TooLarge, UnsupportedType, Malformed: in that order, for what stands in the way.
    """
    raw = body_bytes(request)
    if len(raw) > LARGEST_BODY_BYTES:
        raise TooLarge("body_too_large")
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise UnsupportedType("content_type_unsupported")
    try:
        return json.loads(_utf8_text(raw), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Malformed("malformed_json") from None


def _utf8_text(raw: bytes) -> str:
    """The text of a body. API Gateway replaces bytes that are no UTF-8 by U+FFFD: a body that holds it was none."""
    try:
        content = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("body_not_utf8") from None
    if _LOST_BYTES in content:
        raise Malformed("body_not_utf8")
    return content


def bearer_token(request: Request) -> str:
    """The token of the Authorization header. Raises `NotSignedIn`."""
    scheme, _, token = str(request.headers.get("authorization", "")).partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotSignedIn("access_token_missing")
    return token.strip()


def cookie(request: Request, name: str) -> str:
    """The value of a cookie; empty when the browser sent none."""
    wanted = _cookie_name(request, name)
    for pair in str(request.headers.get("cookie", "")).split(";"):
        key, _, value = pair.strip().partition("=")
        if key == wanted:
            return value
    return ""


def set_cookie(request: Request, name: str, value: str, seconds: int, same_site: str) -> str:
    """The header that keeps a cookie for this host alone, out of scripts' reach; 0 seconds remove it."""
    secure = "; Secure" if _is_https(request) else ""
    kept = f"Path=/; Max-Age={seconds}; HttpOnly; SameSite={same_site}{secure}"
    return f"{_cookie_name(request, name)}={value}; {kept}"


def _cookie_name(request: Request, name: str) -> str:
    """With this prefix, browsers take a cookie from this very host alone: no neighbour under the same domain can put a
    session of its own in its place (RFC 6265bis, 4.1.3.2)."""
    return f"__Host-{name}" if _is_https(request) else name


def _is_https(request: Request) -> bool:
    """Whether the address is https: outside the local stack every one is."""
    return urlsplit(base_url(request)).scheme == "https"


def has_applicant_token(request: Request) -> bool:
    """Whether the request claims to be a signed-in applicant's."""
    return bool(request.headers.get("authorization") or cookie(request, APPLICANT_COOKIE))


def applicant_token(request: Request) -> str:
    """The token of an applicant's session: the Authorization header's, or the cookie's.

    Raises:
        NotSignedIn: there is none.
        Forbidden: it is a cookie's, and what is to be changed was not asked for by a page of this origin.
    """
    if request.headers.get("authorization"):
        return bearer_token(request)
    if token := cookie(request, APPLICANT_COOKIE):
        if request.method not in _SAFE_METHODS and not _is_from_here(request):
            raise Forbidden("other_origin")
        return token
    raise NotSignedIn("access_token_missing")


def _is_from_here(request: Request) -> bool:
    """Whether a page of this very origin sent the request. Browsers add a cookie by themselves, also for pages of a
    neighbour under the same domain; what they say of the sender no script can change."""
    if site := request.headers.get("sec-fetch-site"):
        return bool(site == "same-origin")
    base = urlsplit(base_url(request))
    return bool(request.headers.get("origin") == f"{base.scheme}://{base.netloc}")


def idempotency_key(request: Request) -> str | None:
    """The key that the caller chose for this request, if any. Raises `Invalid`: not of its form."""
    key = request.headers.get("idempotency-key")
    if key is not None and not _IDEMPOTENCY_KEY.match(key):
        raise Invalid([Problem("Idempotency-Key", "idempotency_key_format")])
    return key


def moment(at: datetime) -> str:
    """A moment as the API shows it: ISO 8601, whole seconds, +08:00."""
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds")


def base_url(request: Request) -> str:
    """The address in front of the API, without a slash at its end."""
    public = os.environ.get("PUBLIC_URL", "")
    if public:
        return public
    context = request.context
    return f"https://{context['domainName']}/{context['stage']}"


def _error(
    request: Request,
    status: int,
    code: str,
    problems: Sequence[Problem] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    chinese, english = text(code)
    body = {
        "error": {
            "code": code,
            "message": chinese,
            "message_en": english,
            "details": [problem.as_dict() for problem in problems],
            **_identified(request),
        }
    }
    retry = {"Retry-After": _RETRY_SECONDS} if status == STATUS[Unavailable] else {}
    return answer(body, status, {**retry, **(headers or {})})


def _no_constant(name: str) -> Any:
    raise ValueError(name)
