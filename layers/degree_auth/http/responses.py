"""What a response carries: JSON, a file, a page, or the way elsewhere."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from chalice.app import Request, Response

from degree_auth.adapters.shared.csv_text import csv_text
from degree_auth.api_document import api_document_json, api_document_text
from degree_auth.domain.shared.working_days import shanghai_time
from degree_auth.http.requests import cookie_name, is_https
from degree_auth.pages import SAFETY_HEADERS, icon
from degree_auth.pages import page as page_named
from degree_auth.services.cases.attachments import UPLOAD_SECONDS

_HEADERS = {
    "Content-Type": "application/json; charset=utf-8",
    "Cache-Control": "no-store",
    **SAFETY_HEADERS,
}


def json_response(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON response that no cache keeps."""
    return Response(json.dumps(body, ensure_ascii=False), headers={**_HEADERS, **(headers or {})}, status_code=status)


def upload_response(attachment_id: str, link: str, content_type: str, now: datetime) -> Response:
    """The response to the announcement of a file: where its content goes, and until when."""
    upload = {"url": link, "method": "PUT", "headers": {"Content-Type": content_type}}
    expires_at = shanghai_time(now + timedelta(seconds=UPLOAD_SECONDS))
    return json_response({"attachment_id": attachment_id, "upload": upload, "expires_at": expires_at}, 201)


def no_content(headers: Mapping[str, str] | None = None) -> Response:
    """The response to a command after which there is nothing to show."""
    return Response("", headers={"Cache-Control": "no-store", **(headers or {})}, status_code=204)


def published_json(body: object, content_type: str) -> Response:
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


def csv_file(rows: Iterable[Sequence[str | int]], filename: str) -> Response:
    """A table to be saved as a CSV file; `filename` is ASCII without quotes."""
    headers = {"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": f'attachment; filename="{filename}"'}
    return Response(csv_text(rows), headers={**_HEADERS, **headers})


def redirect(link: str, headers: Mapping[str, str] | None = None, status: int = 302) -> Response:
    """A response that leads elsewhere, once."""
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


def set_cookie(request: Request, name: str, value: str, seconds: int, same_site: str) -> str:
    """The header that keeps a cookie for this host alone, out of scripts' reach; 0 seconds remove it."""
    secure = "; Secure" if is_https(request) else ""
    kept = f"Path=/; Max-Age={seconds}; HttpOnly; SameSite={same_site}{secure}"
    return f"{cookie_name(request, name)}={value}; {kept}"
