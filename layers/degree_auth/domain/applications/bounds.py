"""How often somebody may apply, and how many cases may be open, so that nobody guesses at a record or floods reviewers
(article 1)."""

from __future__ import annotations

from datetime import datetime, timedelta

from degree_auth.domain.shared.working_days import beginning_of, shanghai_day

MOST_APPLICATIONS = 20
"""New cases a day that one person makes, or that unproven applicants make in one holder's name."""

MOST_FAILED_COMPARISONS = 20
"""Comparisons a day of claims with one certificate number that do not match, whoever makes them."""

MOST_OPEN_CASES = 10
"""Cases of one person that are open at once, or such cases by unproven applicants in one holder's name."""

MOST_OPEN_CASES_OF_A_RECORD = 30
"""Cases with one certificate number that are open at once, of proven and unproven applicants apart: more than one
person alone can open, and more than fail in a day."""


def tomorrow(now: datetime) -> datetime:
    """When the next day begins in Shanghai, and daily counts start again."""
    return beginning_of(shanghai_day(now) + timedelta(days=1))
