"""The routes of an API function, and the one map from errors to status codes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import wraps
from typing import Any

from chalice.app import Chalice, Request, Response

from degree_auth.adapters.shared.faults import is_passing
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
from degree_auth.domain.shared.words import words_of
from degree_auth.domain.shared.working_days import shanghai_time
from degree_auth.http.responses import json_response
from degree_auth.observability import logger, whereabouts

_RETRY_SECONDS = "2"

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


class Api(Chalice):
    """A Chalice application whose routes answer every error in the API's own form."""

    def __call__(self, event: Any, context: Any) -> dict[str, Any]:
        """The response to an event of the gateway.

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
            _log_response(request, f"{method} {asked['resourcePath']}", refused)
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
                answered = _run_view(view, request, arguments)
                _log_response(request, f"{method} {path}", answered)
                return answered

            # Content types are checked with the body, so that a refusal has the API's own form.
            self.route(path, methods=[method], content_types=[])(answering)
            return answering

        return register


def _run_view(view: Callable[..., Response], request: Request, arguments: Mapping[str, str]) -> Response:
    try:
        return view(request, **arguments)
    except TooMany as error:
        headers = {"Retry-After": str(error.retry_after)}
        return _error(request, STATUS[TooMany], error.code, headers=headers, until=error.until)
    except DegreeAuthError as error:
        return _error(request, STATUS[type(error)], error.code, error.problems)
    except Exception as error:  # the response must not tell what went wrong inside
        if is_passing(error):
            logger.warning("passing fault", extra={**whereabouts(error), **_request_id(request)})
            return _error(request, STATUS[Unavailable], "try_again")
        logger.error("unforeseen fault", extra={**whereabouts(error), **_request_id(request)})
        return _error(request, 500, "internal_error")


def _log_response(request: Request, route: str, answered: Response) -> None:
    """Log a response by its declared route, not its address: what stands in the address is the caller's."""
    logger.info("answered", extra={"route": route, "status": answered.status_code, **_request_id(request)})


def _request_id(request: Request) -> dict[str, str]:
    return {"request_id": request.context.get("requestId", "")}


def error_json(error: DegreeAuthError) -> dict[str, Any]:
    """An error as the answer about one part of a request holds it."""
    chinese, english = words_of(error.code)
    details = [problem.as_dict() for problem in error.problems]
    return {"code": error.code, "message": chinese, "message_en": english, "details": details}


def _error(
    request: Request,
    status: int,
    code: str,
    problems: Sequence[Problem] = (),
    headers: Mapping[str, str] | None = None,
    until: datetime | None = None,
) -> Response:
    chinese, english = words_of(code)
    body = {
        "error": {
            "code": code,
            "message": chinese,
            "message_en": english,
            "details": [problem.as_dict() for problem in problems],
            **({} if until is None else {"retry_at": shanghai_time(until)}),
            **_request_id(request),
        }
    }
    retry = {"Retry-After": _RETRY_SECONDS} if status == STATUS[Unavailable] else {}
    return json_response(body, status, {**retry, **(headers or {})})
