"""Attachments (article 10): what an applicant may upload, and whether a file is what it was said to be."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from degree_auth.domain.shared.errors import Invalid, Malformed, Problem, shown_key

KINDS = ("certificate_scan", "evidence", "supplement")
LARGEST_BYTES = 10 * 1024 * 1024
SIGNATURES: Mapping[str, bytes] = {
    "image/jpeg": b"\xff\xd8\xff",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "application/pdf": b"%PDF-",
}
"""Accepted content types, each with the bytes that such a file begins with."""

_SHA256 = re.compile(r"[0-9a-fA-F]{64}\Z")
_FIELDS = frozenset({"content_type", "size", "sha256"})


@dataclass(frozen=True, slots=True)
class Announcement:
    """A file that somebody is about to upload; `size` in bytes, `sha256` in hex when given."""

    kind: str
    content_type: str
    size: int
    sha256: str | None


def parse_announcement(body: object, kind: str | None = None) -> Announcement:
    """Read the announcement of a file; where it can only be of one `kind`, the announcement does not say it.

    Raises:
        Malformed: not an object.
        Invalid: fields break rules; all are named.
    """
    if not isinstance(body, dict):
        raise Malformed("not_an_object")
    said = ("kind",) if kind is None else ()
    problems = [Problem(field, "required") for field in (*said, "content_type", "size") if field not in body]
    problems += [Problem(shown_key(field), "unknown_field") for field in body if field not in {*said, *_FIELDS}]
    if said and "kind" in body and body["kind"] not in KINDS:
        problems.append(Problem("kind", "unknown_choice"))
    if "content_type" in body and (not isinstance(body["content_type"], str) or body["content_type"] not in SIGNATURES):
        problems.append(Problem("content_type", "attachment_type"))
    size = body.get("size")
    if "size" in body and (not isinstance(size, int) or isinstance(size, bool) or size < 1):
        problems.append(Problem("size", "attachment_size_invalid"))
    elif isinstance(size, int) and size > LARGEST_BYTES:
        problems.append(Problem("size", "attachment_too_large"))
    sha256 = body.get("sha256")
    if "sha256" in body and not (isinstance(sha256, str) and _SHA256.match(sha256)):
        problems.append(Problem("sha256", "sha256_format"))
    if problems:
        raise Invalid(problems)
    return Announcement(kind or body["kind"], body["content_type"], body["size"], sha256.lower() if sha256 else None)


def refusal(announced: Announcement, content: bytes) -> str | None:
    """Why an uploaded file is not taken, as a message code; none when it is what was announced."""
    if len(content) != announced.size:
        return "attachment_size_differs"
    if not content.startswith(SIGNATURES[announced.content_type]):
        return "attachment_content_differs"
    if announced.sha256 is not None and hashlib.sha256(content).hexdigest() != announced.sha256:
        return "attachment_content_differs"
    return None
