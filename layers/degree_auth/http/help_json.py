"""Help for everybody: hotline, promises, limits of files, and the pages (articles 7 and 12)."""

from __future__ import annotations

from typing import Any

from degree_auth.domain.cases.attachment import LARGEST_BYTES, SIGNATURES
from degree_auth.domain.cases.attachment_decisions import MOST_ATTACHMENTS
from degree_auth.domain.cases.ledger import CENTRE_DAYS, INSTITUTION_DAYS, PROMISED_DAYS
from degree_auth.pages import NAMES


def help_json(environment: str, hotline: str, base_url: str) -> dict[str, Any]:
    """Hotline, promises in working days, limits of files, and the pages (articles 7 and 12)."""
    return {
        "environment": environment,
        "centre": {"zh": "学位认证中心", "en": "Degree Authentication Centre"},
        "hotline": {
            "telephone": hotline,
            "hours": {"zh": "工作日 9:00—17:00", "en": "Working days, 9:00 to 17:00"},
        },
        "promise": {"working_days": PROMISED_DAYS, "centre": CENTRE_DAYS, "institution": INSTITUTION_DAYS},
        "attachments": {
            "content_types": list(SIGNATURES),
            "largest_bytes": LARGEST_BYTES,
            "most": MOST_ATTACHMENTS,
        },
        "pages": {name: f"{base_url}/{name}" for name in NAMES},
    }
