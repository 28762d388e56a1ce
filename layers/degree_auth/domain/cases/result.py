"""What an institution may answer out of its archive, and what each answer says of the award (articles 4, 5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from degree_auth.domain.cases.stages import Outcome


class Result(StrEnum):
    """What the institution answers out of its archive (article 4)."""

    VERIFIED = "verified"
    PARTLY_INCONSISTENT = "partly_inconsistent"
    NOT_AWARDED = "not_awarded"
    NO_SUCH_PERSON = "no_such_person"
    CANNOT_VERIFY = "cannot_verify"
    NOT_THIS_INSTITUTION = "not_this_institution"
    NEEDS_MATERIAL = "needs_material"


DENIALS: Mapping[Result, Outcome] = {
    Result.NOT_AWARDED: Outcome.NOT_CONFIRMED,
    Result.NO_SUCH_PERSON: Outcome.NOT_CONFIRMED,
    Result.CANNOT_VERIFY: Outcome.CANNOT_VERIFY,
}
"""The answers that confirm nothing, and how each ends a case (article 5)."""

CONFIRMATIONS = frozenset({Result.VERIFIED, Result.PARTLY_INCONSISTENT})
"""The answers by which the archive has the award: as it was claimed, or with other values."""

NO_SUCH_AWARD = frozenset(result for result, outcome in DENIALS.items() if outcome is Outcome.NOT_CONFIRMED)
"""The denials by which there was no such award. That it cannot be verified says nothing of it."""

AGAINST_THE_AWARD = NO_SUCH_AWARD | {Result.NOT_THIS_INSTITUTION}
"""The answers that speak against an award as it was claimed: of this person, and by this institution."""

AGAINST_A_REPORT = AGAINST_THE_AWARD | {Result.PARTLY_INCONSISTENT}
"""The answers that speak against what a report in force says."""


def speak_against(answers: Iterable[Result], *, in_recheck: bool) -> bool:
    """Whether answers speak against the award as it was claimed or, in a recheck, against what was concluded."""
    against = AGAINST_A_REPORT if in_recheck else AGAINST_THE_AWARD
    return not against.isdisjoint(answers)


def negative_conclusion(result: Result) -> dict[str, str]:
    """The outcome of a case that ends without a report on this answer, and the code of its written notice."""
    return {"outcome": DENIALS.get(result, Outcome.NOT_CONFIRMED).value, "notice": f"notice_{result.value}"}
