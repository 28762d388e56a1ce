"""The keyed digest by which the online check compares a print with the report that was issued."""

from __future__ import annotations

import json

from degree_auth.domain.reports.printed import compared_text
from degree_auth.services.shared.ports import Sealer


def print_key(sealer: Sealer, report_number: str, holder_name: str, birth_date: str, certificate_number: str) -> str:
    """Keyed digest, for one report, of what the check shows masked; `birth_date` is ISO 8601."""
    compared = compared_text(holder_name, birth_date, certificate_number)
    return sealer.token("report-print", json.dumps([report_number, compared]))
