"""Every sentence that goes with a code, Chinese first, then English: one catalogue a room."""

from __future__ import annotations

from degree_auth.messages import (
    accounts,
    applications,
    cases,
    fees,
    institutions,
    notifications,
    rechecks,
    register,
    register_changes,
    reports,
    review,
    shared,
    spot_checks,
    verification,
)

CATALOGUES = (
    accounts,
    applications,
    cases,
    fees,
    institutions,
    notifications,
    rechecks,
    register,
    register_changes,
    reports,
    review,
    shared,
    spot_checks,
    verification,
)

MESSAGES: dict[str, tuple[str, str]] = {
    code: sentences for catalogue in CATALOGUES for code, sentences in catalogue.MESSAGES.items()
}


def text(code: str) -> tuple[str, str]:
    """The Chinese and the English sentence of a code.

    Raises:
        KeyError: the code has no sentence; a test holds every code used against the catalogues.
    """
    return MESSAGES[code]
