"""Where a case stands, who holds it then, and which machine drives it (articles 1 to 6, 12)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Stage(StrEnum):
    """Where a case stands."""

    IDENTITY_REVIEW = "identity_review"
    RECEIVED = "received"
    MATERIAL_REVIEW = "material_review"
    AWAITING_APPLICANT = "awaiting_applicant"
    VERIFICATION = "verification"
    ISSUING = "issuing"
    CONCLUDING = "concluding"
    CONCLUDED = "concluded"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"
    PARKED = "parked"
    RECHECK_ADMISSION = "recheck_admission"
    RECHECK_DECISION = "recheck_decision"
    FROZEN = "frozen"
    ANNULLED = "annulled"


class Outcome(StrEnum):
    """How a case ended."""

    REPORTED = "reported"
    NOT_CONFIRMED = "not_confirmed"
    CANNOT_VERIFY = "cannot_verify"
    INELIGIBLE = "ineligible"
    IMPERSONATION = "impersonation"


class HeldBy(StrEnum):
    """Who holds the case, as everybody is shown. Whoever holds it is charged with the working day (article 12).

    One stage differs: a frozen case waits for staff, so the centre holds it, but nobody is charged (article 1).
    """

    CENTRE = "centre"
    INSTITUTION = "institution"
    APPLICANT = "applicant"
    NOBODY = "nobody"


class Machine(StrEnum):
    """The state machine that drives a case on."""

    MATCHING = "matching"
    ISSUANCE = "issuance"
    VERIFICATION = "verification"
    DISPUTE = "dispute"
    REGISTER_CHANGE = "register_change"


class ChangeStage(StrEnum):
    """What the register change of a case waits for."""

    OUTCOME = "outcome"
    PROPOSAL = "proposal"
    SECOND_PERSON = "second_person"
    WRITING = "application"


CHANGE_DONE = "done"
"""What its machine is told of a register change that waits for nothing any more."""
CHOICE_OF_RECORD = "choice"
"""What it is told of a proposal for which a person has to say which record is meant."""


HELD_BY: Mapping[Stage, HeldBy] = {
    Stage.IDENTITY_REVIEW: HeldBy.CENTRE,
    Stage.RECEIVED: HeldBy.CENTRE,
    Stage.MATERIAL_REVIEW: HeldBy.CENTRE,
    Stage.AWAITING_APPLICANT: HeldBy.APPLICANT,
    Stage.VERIFICATION: HeldBy.INSTITUTION,
    Stage.ISSUING: HeldBy.CENTRE,
    Stage.CONCLUDING: HeldBy.CENTRE,
    Stage.PARKED: HeldBy.CENTRE,
    Stage.RECHECK_ADMISSION: HeldBy.CENTRE,
    Stage.RECHECK_DECISION: HeldBy.CENTRE,
    Stage.FROZEN: HeldBy.CENTRE,
    Stage.CONCLUDED: HeldBy.NOBODY,
    Stage.WITHDRAWN: HeldBy.NOBODY,
    Stage.REJECTED: HeldBy.NOBODY,
    Stage.ANNULLED: HeldBy.NOBODY,
}

UNCHARGED_STAGES = frozenset({Stage.FROZEN})
"""Stages whose working days are nobody's, whoever holds the case."""


_DRIVEN_BY: Mapping[Stage, Machine] = {
    Stage.IDENTITY_REVIEW: Machine.MATCHING,
    Stage.RECEIVED: Machine.MATCHING,
    Stage.MATERIAL_REVIEW: Machine.MATCHING,
    Stage.AWAITING_APPLICANT: Machine.MATCHING,
    Stage.PARKED: Machine.MATCHING,
    Stage.VERIFICATION: Machine.VERIFICATION,
    Stage.ISSUING: Machine.ISSUANCE,
    Stage.CONCLUDING: Machine.ISSUANCE,
    Stage.RECHECK_ADMISSION: Machine.DISPUTE,
    Stage.RECHECK_DECISION: Machine.DISPUTE,
    Stage.FROZEN: Machine.DISPUTE,
}


FINAL_STAGES = frozenset({Stage.CONCLUDED, Stage.WITHDRAWN, Stage.REJECTED, Stage.ANNULLED})


def machine_for(stage: Stage) -> Machine | None:
    """The machine that drives a case in this stage on; none where nothing is to be driven."""
    return _DRIVEN_BY.get(stage)
