"""Applicants' sign-in at an identity provider: how long it may take, how long a session lasts, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from degree_auth.domain.applications.person import ProvenPerson
from degree_auth.domain.shared.errors import Invalid, NotSignedIn, Problem
from degree_auth.domain.shared.working_days import shanghai_time

SIGN_IN_TIME = timedelta(minutes=10)
"""How long somebody may take at the identity provider."""

SESSION_TIME = timedelta(hours=1)
"""How long a session lasts. Nothing lengthens it."""

PAGES = ("my", "apply", "case", "check")
"""The pages to which a sign-in may lead; the first is where it leads unless another is asked for."""

REFUSALS = ("sign_in_over", "sign_in_not_proven", "identity_not_proven", "identity_provider_unavailable")
"""Why a sign-in may come to nothing."""

_LONGEST_CODE = 2000


def page_wanted(query: Mapping[str, str]) -> str:
    """The page that somebody wants to see once signed in. Raises `Invalid`: it is none of the pages."""
    wanted = query.get("to", PAGES[0])
    if wanted not in PAGES:
        raise Invalid([Problem("to", "unknown_choice")])
    return wanted


def read_callback(query: Mapping[str, str]) -> tuple[str, str]:
    """State and code with which the browser comes back from the provider.

    Raises:
        NotSignedIn: the provider refused, or the person did.
    """
    state, code = query.get("state", ""), query.get("code", "")
    if "error" in query or not state or not code or len(code) > _LONGEST_CODE:
        raise NotSignedIn("sign_in_not_proven")
    return state, code


def person_json(person: ProvenPerson) -> dict[str, Any]:
    """What the signed-in person is told of themselves; of the number the last two characters alone."""
    number = person.identity_number
    return {
        "name": person.name,
        "identity_type": person.identity_type.value,
        "identity_number": "*" * (len(number) - 2) + number[-2:],
        "authority": person.authority.value,
        "proven_at": shanghai_time(person.proven_at),
        "session_ends_at": shanghai_time(person.proven_at + SESSION_TIME),
    }
