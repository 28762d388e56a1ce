"""Reading what staff decide on the personal data of a case's person: to export or to erase it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from degree_auth.domain.cases.erasure import GROUNDS
from degree_auth.domain.review.staff_actions import CASE_NUMBER
from degree_auth.domain.shared.action_input import read_action
from degree_auth.domain.shared.free_text import LONGEST_REASON, prose
from degree_auth.domain.shared.reading import Fields, choice


class PersonalDataAction(StrEnum):
    """What staff can do about what is held of a case's person."""

    EXPORT_PERSON = "export_person"
    PROPOSE_ERASURE = "propose_erasure"
    APPROVE_ERASURE = "approve_erasure"
    WITHDRAW_ERASURE = "withdraw_erasure"


_REASON = prose(LONGEST_REASON, impersonal=True)
PERSONAL_DATA_ACTIONS: Mapping[PersonalDataAction, Fields] = {
    PersonalDataAction.EXPORT_PERSON: {"reason": _REASON},
    PersonalDataAction.PROPOSE_ERASURE: {"ground": choice(GROUNDS), "reason": _REASON},
    PersonalDataAction.APPROVE_ERASURE: {"reason": _REASON},
    PersonalDataAction.WITHDRAW_ERASURE: {"reason": _REASON},
}


@dataclass(frozen=True, slots=True)
class PersonalDataDecision:
    """One decision; `ground` is why the case is to be erased, `reason` says more and holds no personal data."""

    action: PersonalDataAction
    case_number: str
    reviewer: str
    reason: str
    ground: str = ""


def parse_personal_data_action(body: object) -> PersonalDataDecision:
    """Read the input of an execution.

    Raises:
        Malformed: not an object.
        Invalid: everything that is wrong with it, at once.
    """
    return PersonalDataDecision(**read_action(body, PERSONAL_DATA_ACTIONS, {"case_number": CASE_NUMBER}).complete())
