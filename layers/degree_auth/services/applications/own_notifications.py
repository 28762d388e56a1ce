"""Who may say how the applicant of a case is told: the holder, and where nobody signed in, whoever has the link."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from degree_auth.domain.cases.preconditions import require_thawed
from degree_auth.domain.notifications.recipient import Recipient
from degree_auth.domain.shared.errors import Conflict, Forbidden
from degree_auth.services.applications.callers import Caller
from degree_auth.services.cases.ports import CaseStore
from degree_auth.services.notifications.contacts import recipient_of_case
from degree_auth.services.notifications.notification_ports import Outbox
from degree_auth.services.shared.ports import Sealer


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnNotifications:
    """Finds the recipient of a case for a `caller`."""

    store: CaseStore
    outbox: Outbox
    sealer: Sealer
    caller: Caller

    def of_case(self, case_number: str) -> Callable[[], Recipient]:
        """What finds the recipient, looking at the caller's right each time.

        It raises `NotFound` or `Forbidden`, and `Conflict` while the case is frozen, or names another person than who
        applied: the contact is not theirs.
        """

        def find() -> Recipient:
            case = self.store.load(case_number)
            self.caller.require(case)
            if not self.caller.speaks_for_holder(case):
                raise Forbidden("holder_must_sign_in")
            require_thawed(case)
            if case.names_another:
                raise Conflict("person_not_confirmed")
            return recipient_of_case(self.outbox, self.sealer, case)

        return find
