"""Which commands of the applicant a case admits now. The decisions themselves answer, so that no rule is written
twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from degree_auth.domain.cases import application, attachment_decisions
from degree_auth.domain.cases.attachment import Announcement, FileKind
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.changed_claim import ChangedClaim
from degree_auth.domain.cases.events import NewEvent
from degree_auth.domain.rechecks.decisions import submit_dispute, withdraw_dispute
from degree_auth.domain.shared.errors import Conflict, Invalid
from degree_auth.domain.verification import urgency


def withdraw(case: Case) -> list[NewEvent]:
    """The applicant withdraws the application, or the dispute that is open. None when that is done already.

    Raises:
        Conflict: the case has ended otherwise, or the institution has answered to the dispute.
    """
    return withdraw_dispute(case) if case.rechecks else application.withdraw(case)


HOLDERS_ALONE = frozenset({"urgency", "disputes", "withdrawal"})
"""What the holder alone may wish, and a link that was shared may not."""


def allowed_actions(case: Case, dispute_period: timedelta, now: datetime, *, for_holder: bool = True) -> list[str]:
    """The commands that the state of the case admits, each by the last part of the route that carries it out; those
    that are the holder's alone, `for_holder`.

    `attachments` means files of any kind. Evidence for a dispute is taken wherever `disputes` is allowed.
    """
    unchanged = ChangedClaim((), "", "", case.institution_code, "")
    announced = Announcement(FileKind.SUPPLEMENT.value, "", 1, None)
    tried: dict[str, Callable[[], list[NewEvent]]] = {
        "supplements": lambda: application.supplement(case, unchanged, ""),
        "attachments": lambda: attachment_decisions.announce_attachment(case, "", announced, now),
        "urgency": lambda: urgency.request_urgency(case, ""),
        "disputes": lambda: submit_dispute(case, "", (), "", dispute_period, now),
        "withdrawal": lambda: withdraw(case),
    }
    may = tried.keys() if for_holder else tried.keys() - HOLDERS_ALONE
    return [name for name, decide in tried.items() if name in may and _is_admitted(decide)]


def _is_admitted(decide: Callable[[], list[NewEvent]]) -> bool:
    try:
        return bool(decide())
    except Conflict:
        return False
    except Invalid:  # the state admits it, the content is still to come
        return True
