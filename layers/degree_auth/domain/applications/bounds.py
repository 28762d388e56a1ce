"""How often somebody may apply, and how many cases may be open, so that nobody guesses at a record or floods reviewers
(article 1)."""

from __future__ import annotations

from datetime import datetime, timedelta

from degree_auth.domain.applications.person import PLATFORM_AUTHORITIES, Authority
from degree_auth.domain.shared.working_days import beginning_of, shanghai_day

MOST_APPLICATIONS = 20
"""New cases a day in one holder's name, of each kind of applicant apart; whatever was compared and then refused counts,
too."""

MOST_FAILED_COMPARISONS = 20
"""Comparisons a day of claims with one certificate number that do not match, whoever makes them, beyond one's own."""

OWN_FAILED_COMPARISONS = 3
"""Such comparisons a day that are somebody's own with a certificate number, whatever others do."""

MOST_OPEN_CASES = 10
"""Cases in one holder's name that are open at once, of each kind of applicant apart."""

MOST_OPEN_CASES_OF_A_RECORD = 30
"""Cases with one certificate number that are open at once, of each kind of applicant apart, beyond one's own."""

OWN_OPEN_CASES_OF_A_RECORD = 1
"""Such cases that are a proven person's own with a certificate number, whatever others do."""

MOST_OPEN_DISAVOWALS = 20
"""Disavowals of one holder that wait for a decision at once."""

MOST_LINKS = 20
"""New links of one case a day."""

LOOK_AGAIN = timedelta(days=1)
"""How often it makes sense to ask whether a place among what is open is free: cases end day by day."""


def applicant_kind(proven_by: str | None) -> str:
    """The kind of applicant. Applications without sign-in do not use up the limit of those who signed in."""
    if proven_by == Authority.IDENTITY_PROVIDER:
        return "signed-in"
    return "platform" if proven_by in PLATFORM_AUTHORITIES else "unproven"


def tomorrow(now: datetime) -> datetime:
    """When the next day begins in Shanghai, and daily counts start again."""
    return beginning_of(shanghai_day(now) + timedelta(days=1))
