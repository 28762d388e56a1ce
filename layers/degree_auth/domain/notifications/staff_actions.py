"""Reading what staff decide on the telling of the platform (article 15)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from degree_auth.domain.shared.action_input import read_action
from degree_auth.domain.shared.free_text import LONGEST_REASON, prose
from degree_auth.domain.shared.reading import Fields


class PlatformAction(StrEnum):
    """What staff can decide on the telling of the platform."""

    RESUME_PLATFORM = "resume_platform"


PLATFORM_ACTIONS: Mapping[PlatformAction, Fields] = {
    PlatformAction.RESUME_PLATFORM: {"reason": prose(LONGEST_REASON, impersonal=True)},
}


@dataclass(frozen=True, slots=True)
class PlatformDecision:
    """One decision; `reason` holds no personal data."""

    action: PlatformAction
    reviewer: str
    reason: str


def parse_platform_action(body: object) -> PlatformDecision:
    """Read the input of an execution.

    Raises:
        Malformed: not an object.
        Invalid: everything that is wrong with it, at once.
    """
    return PlatformDecision(**read_action(body, PLATFORM_ACTIONS).complete())
