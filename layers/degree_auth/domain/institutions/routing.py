"""Routing (articles 3 and 9, annex 3): which department of the institution receives a verification task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from degree_auth.domain.applications.claim import Degree
from degree_auth.domain.institutions.scope import COMBINATIONS, Combination, Scope, combination_of


class Reason(StrEnum):
    """Why a task went where it went; each is a message code."""

    NARROWEST_SCOPE = "routed_by_narrowest_scope"
    NOT_COVERED = "routed_to_lead_not_covered"
    TIE = "routed_to_lead_tie"
    RECHECK = "routed_to_lead_recheck"


@dataclass(frozen=True, slots=True)
class Routed:
    """Where a task goes.

    `department_id` is None for the lead department. `narrowest` are the departments with the narrowest scopes that
    cover the award, by id: one when it was found, several after a tie, none when no scope covers it.
    """

    department_id: str | None
    reason: Reason
    narrowest: tuple[str, ...]


ROUTE_OF_A_RECHECK = Routed(None, Reason.RECHECK, ())
"""A second verification goes to the department that answers for all, not to the one that answered first (article 6)."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How the departments of an institution cover one combination: `departments` by id, and where a task goes."""

    combination: Combination
    departments: tuple[str, ...]
    routed: Routed


def route(degree: Degree, departments: Mapping[str, Scope], today: date) -> Routed:
    """The department with the narrowest scope that covers the degree; without one, or with several, the lead one.

    Two scopes that mean the same, or of which neither contains the other, are a tie.

    Args:
        degree: as claimed.
        departments: the scope of each working department of the institution, by department id.
        today: the day in Shanghai, which tells the current award year from the previous ones.
    """
    return _route(
        combination_of(degree.level, degree.award_date, degree.study_form, today), _combinations_of(departments)
    )


def coverage(departments: Mapping[str, Scope]) -> tuple[Coverage, ...]:
    """Every combination with the departments that cover it: none is a gap, several may be meant or not."""
    meanings = _combinations_of(departments)
    return tuple(Coverage(one, _covering_departments(one, meanings), _route(one, meanings)) for one in COMBINATIONS)


_Meanings = Mapping[str, frozenset[Combination]]


def _combinations_of(departments: Mapping[str, Scope]) -> _Meanings:
    return {department_id: scope.combinations for department_id, scope in departments.items()}


def _covering_departments(combination: Combination, meanings: _Meanings) -> tuple[str, ...]:
    return tuple(sorted(one for one, covered in meanings.items() if combination in covered))


def _route(combination: Combination, meanings: _Meanings) -> Routed:
    covering = _covering_departments(combination, meanings)
    # A single minimal scope is contained in all others that cover the award, because there are finitely many.
    narrowest = tuple(one for one in covering if not any(meanings[other] < meanings[one] for other in covering))
    if len(narrowest) == 1:
        return Routed(narrowest[0], Reason.NARROWEST_SCOPE, narrowest)
    return Routed(None, Reason.TIE if narrowest else Reason.NOT_COVERED, narrowest)
