"""Taking deliveries of the platform in: every application for itself, once or not at all (article 1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from degree_auth.domain.applications.platform_fields import PlatformFields
from degree_auth.domain.applications.submission import parse_submission
from degree_auth.domain.notifications.platform_delivery import Item, parse_platform_delivery
from degree_auth.domain.shared.errors import DegreeAuthError, Invalid, Unavailable
from degree_auth.domain.shared.working_days import shanghai_day
from degree_auth.services.applications.intake import PLATFORM, Intake, Received

LONGEST_DELIVERY = timedelta(seconds=18)
"""After this no further application of a delivery is begun; those that are left are to be sent again."""


class Taken(NamedTuple):
    """What became of one application: its id, where it has one, and its case or why there is none."""

    item_id: str | None
    became: Received | DegreeAuthError


@dataclass(frozen=True, slots=True)
class Deliveries:
    """Takes deliveries in; `intake` waits for no report, which the platform is told of when it is issued."""

    intake: Intake
    fields: PlatformFields
    report_fault: Callable[[str], None]

    def receive(self, body: object, now: Callable[[], datetime]) -> list[Taken]:
        """What became of each application, in their order. The same delivery again becomes the same.

        Raises:
            Malformed, Invalid: it is no delivery; nothing of it is taken.
        """
        until = now() + LONGEST_DELIVERY
        return [
            Taken(item_id, self._take(one, now(), until) if isinstance(one, Item) else one)
            for item_id, one in parse_platform_delivery(body)
        ]

    def _take(self, item: Item, now: datetime, until: datetime) -> Received | DegreeAuthError:
        if now > until:
            return Unavailable("try_again")
        try:
            body = self._checked_body(item, now)
            return self.intake.submit(body, f"delivery:{item.item_id}", PLATFORM, item.proven_by, now)
        except DegreeAuthError as refused:
            return refused
        except Exception as error:  # one application must not keep the others from being answered
            self.report_fault(f"an application of a delivery failed: {type(error).__name__}")
            return Unavailable("try_again")

    def _checked_body(self, item: Item, now: datetime) -> dict[str, object]:
        """The application in the system's own form. Raises `Invalid`: all that is wrong, by the platform's names."""
        body, wrong = self.fields.submission(item.data)
        try:
            parse_submission(body, shanghai_day(now))
        except Invalid as refused:
            raise Invalid(self.fields.problems(refused.problems, wrong)) from None
        if wrong:
            raise Invalid(wrong)
        return body
