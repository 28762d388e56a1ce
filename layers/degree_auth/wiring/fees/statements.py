"""Statements of verification fees."""

from __future__ import annotations

from functools import cache

from degree_auth.adapters.shared.csv_text import csv_text
from degree_auth.services.fees.statements import FeeFiles, FeeStatements
from degree_auth.wiring import shared
from degree_auth.wiring.fees import table
from degree_auth.wiring.institutions import table as institutions


@cache
def statements() -> FeeStatements:
    """Statements of verification fees."""
    return FeeStatements(table.table(), shared.institutions(), institutions.registrations().department_names)


@cache
def files() -> FeeFiles:
    """Statements of verification fees for staff, in object storage."""
    return FeeFiles(statements(), shared.documents(), shared.setting("DOCUMENTS_BUCKET"), csv_text)
