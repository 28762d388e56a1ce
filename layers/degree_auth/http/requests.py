"""Reading a request: its body, credentials and parameters."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from chalice.app import Request

from degree_auth.domain.accounts.places import Place
from degree_auth.domain.shared.errors import (
    Forbidden,
    Invalid,
    Malformed,
    NotSignedIn,
    Problem,
    TooLarge,
    UnsupportedType,
)

LARGEST_BODY_BYTES = 64 * 1024
LARGEST_DELIVERY_BYTES = 512 * 1024
"""A delivery of the platform: a hundred applications."""

LARGEST_SHEET_BYTES = 1536 * 1024
"""A filled sheet of tasks, in base64, or the answers of several tasks."""

APPLICANT_COOKIE = "applicant"
"""The cookie that holds an applicant's session."""

DEVICE_COOKIE = "device"
"""The cookie by which an institution's browser is known at the next sign-in; it signs nobody in."""

_SAFE_METHODS = frozenset({"GET", "HEAD"})
_MOST_FORM_FIELDS = 20
_LOST_BYTES = "\ufffd"
_IDEMPOTENCY_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}\Z", re.ASCII)


def query(request: Request) -> dict[str, str]:
    """The parameters behind the address's question mark; of a parameter that stands twice, the last value."""
    return dict(request.query_params or {})


def body_bytes(request: Request) -> bytes:
    """The body as it was sent. Raises `Malformed`: it is no text."""
    try:
        return request.raw_body if isinstance(request.raw_body, bytes) else request.raw_body.encode()
    except UnicodeEncodeError:
        raise Malformed("body_not_utf8") from None


def json_body(request: Request, most_bytes: int = LARGEST_BODY_BYTES) -> object:
    """The decoded JSON body, which is UTF-8 (RFC 8259, 8.1), of at most so many bytes.

    Raises:
        TooLarge, UnsupportedType, Malformed: in that order, for what stands in the way.
    """
    raw = body_bytes(request)
    if len(raw) > most_bytes:
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


def form_body(request: Request) -> dict[str, str]:
    """The fields of a form (application/x-www-form-urlencoded); a field that stands twice is left out, as is all of a
    body that is no form."""
    raw = body_bytes(request)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if len(raw) > LARGEST_BODY_BYTES or kind != "application/x-www-form-urlencoded":
        return {}
    try:
        pairs = parse_qsl(raw.decode("utf-8"), max_num_fields=_MOST_FORM_FIELDS)
    except ValueError:
        return {}
    names = Counter(name for name, _ in pairs)
    return {name: value for name, value in pairs if names[name] == 1}


def bearer_token(request: Request) -> str:
    """The token of the Authorization header. Raises `NotSignedIn`."""
    scheme, _, token = str(request.headers.get("authorization", "")).partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotSignedIn("access_token_missing")
    return token.strip()


def cookie(request: Request, name: str) -> str:
    """The value of a cookie; empty when the browser sent none."""
    wanted = cookie_name(request, name)
    for pair in str(request.headers.get("cookie", "")).split(";"):
        key, _, value = pair.strip().partition("=")
        if key == wanted:
            return value
    return ""


def cookie_name(request: Request, name: str) -> str:
    """With this prefix, browsers take a cookie from this very host alone: no neighbour under the same domain can put a
    session of its own in its place (RFC 6265bis, 4.1.3.2)."""
    return f"__Host-{name}" if is_https(request) else name


def is_https(request: Request) -> bool:
    """Whether the address is https: outside the local stack every one is."""
    return urlsplit(base_url(request)).scheme == "https"


def place_of(request: Request) -> Place:
    """Where somebody signs in from, as API Gateway sees it: no header that the caller writes counts."""
    return Place(str(request.context.get("identity", {}).get("sourceIp", "")), cookie(request, DEVICE_COOKIE))


def has_applicant_token(request: Request) -> bool:
    """Whether the request claims to be a signed-in applicant's."""
    return bool(request.headers.get("authorization") or cookie(request, APPLICANT_COOKIE))


def applicant_token(request: Request) -> str:
    """The token of an applicant's session: the Authorization header's, or the cookie's.

    Raises:
        NotSignedIn: there is none.
        Forbidden: it is a cookie's, and no page of this origin asked for what is to be changed.
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


def base_url(request: Request) -> str:
    """The address in front of the API, without a slash at its end."""
    public = os.environ.get("PUBLIC_URL", "")
    if public:
        return public
    context = request.context
    return f"https://{context['domainName']}/{context['stage']}"


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def prefers(request: Request, media_type: str) -> bool:
    """Whether the caller asks for a form of answer by name, as `Accept: text/csv` does."""
    ranges = str(request.headers.get("accept", "")).split(",")
    return any(one.partition(";")[0].strip().lower() == media_type for one in ranges)
