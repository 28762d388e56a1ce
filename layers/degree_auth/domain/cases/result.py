"""What an institution may answer out of its archive, and what each answer says of the award (articles 4, 5)."""

from __future__ import annotations

from collections.abc import Mapping
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
