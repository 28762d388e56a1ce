"""The files that staff put where a staff action looks for them, each bound to the action by its SHA-256.

Others of the staff may write to the same place. So the action names the digest of what its author looked at, and what
is used are the very bytes that were measured.
"""

from __future__ import annotations

import hashlib
import json

from degree_auth.domain.shared.errors import Invalid, Malformed, Problem
from degree_auth.services.shared.ports import Documents

CASE_FORMS = "case-forms"
"""Where staff put what they enter for a case, for thirty days; what the system makes for them lies elsewhere."""


def case_form_key(case_number: str, name: str) -> str:
    """Where staff put a file for a case."""
    return f"{CASE_FORMS}/{case_number}/{name}"


LARGEST_FORM_BYTES = 64 * 1024
"""Of a form that staff enter as JSON."""


def staff_file(documents: Documents, key: str, largest: int, sha256: str, field: str = "sha256") -> bytes:
    """A file of at most `largest` bytes, which is the one that the action's `field` names by its SHA-256 in hex.

    Raises:
        NotFound: there is no such file.
        TooLarge: it has more bytes.
        Invalid: it is another one.
    """
    content = documents.get(key, largest)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise Invalid([Problem(field, "staff_file_differs")])
    return content


def json_file(documents: Documents, key: str, sha256: str, field: str = "sha256") -> object:
    """What such a file holds as JSON, of `LARGEST_FORM_BYTES` at most.

    Raises as `staff_file` does; `Malformed`: it is not JSON.
    """
    content = staff_file(documents, key, LARGEST_FORM_BYTES, sha256, field)
    try:
        return json.loads(content)
    except ValueError:
        raise Malformed("malformed_json") from None
