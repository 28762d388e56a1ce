"""How a case comes to its report without a person, and what stands in the way (articles 1, 2, 5). Repeatable (N1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from degree_auth.domain.applications.claim import Holder
from degree_auth.domain.applications.person import is_same_person, proves_birth_date
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.comparing import parking_event
from degree_auth.domain.cases.events import EventType, NewEvent
from degree_auth.domain.cases.result import Result
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.shared.actors import SYSTEM

_OF_THE_HOLDER = frozenset({"holder.name", "holder.birth_date", "holder.identity_number"})


def disavowed_case_beside(case: Case, disavowed: Iterable[Case]) -> Case | None:
    """The other application that stands in the way of a report of this case, of those that its holder has `disavowed`
    (A1).

    Whoever made that one may have made this one, with other contact details. It stands in the way while staff have not
    decided on it, and for good once it was found an impersonation, until a reviewer who knows of it releases this case.
    """
    others = (one for one in disavowed if one.case_number not in (case.case_number, *case.released_beside))
    return next((one for one in others if any(disavowal.stands for disavowal in one.disavowals)), None)


def who_did_not_sign_in(case: Case, applicant: Holder, holders: Sequence[Holder]) -> list[Holder]:
    """The `holders` of a case whose disavowals stand in its way; `applicant` is for whom it was made.

    Whoever signed in to apply is the holder, who has said "not by me" of the other. That is worth nothing for somebody
    else, whom an archive has put in their place since.
    """
    return [one for one in holders if not (case.holder_signed_in and is_same_person(applicant, one))]


def is_told_by_name(disavowed: Case, holder: Holder) -> bool:
    """Whether the birth date of a disavowed claim is proven to be its holder's, who signed in by document and name.

    One of three proves it: the number of the document contains the birth date, the register has that document for the
    award, or an institution has confirmed the award. Without a proof, a namesake could claim somebody else's award,
    disavow the claim, and so hold up the person who has the award.
    """
    if proves_birth_date(holder):
        return True
    if any(task.answer is not None and task.answer.result is Result.VERIFIED for task in disavowed.tasks):
        return True
    found = disavowed.comparison
    if found is None or found["record"] is None:
        return False
    return all(one["field"] not in _OF_THE_HOLDER for one in found["differences"])


def park(case: Case, reason: str, against: Mapping[str, str] | None = None) -> list[NewEvent]:
    """A case whose report cannot be made as it should waits for a person; `reason` is a message code, `against` names
    what stands against it: the `document`, a report or a written notice, and the `case` that it is of or waits in."""
    return [parking_event(reason, against)] if case.stage is Stage.ISSUING else []


def issue_report(
    case: Case, report_number: str, version: int, sha256: str, object_key: str, superseding: Sequence[NewEvent] = ()
) -> list[NewEvent]:
    """Record the report of a case, or nothing when it may not be issued (articles 2, 5; N1).

    A report may be issued while its case stands in the stage `issuing`. A case enters that stage when the register
    matches the claim, when the institution verifies it, when a reviewer accepts the values of the archive, when a
    recheck corrects the report, and when staff release a parked case that the institution has confirmed. The case
    leaves that stage with the report, so one report is recorded. Right before, the issuance has made sure of this in
    this very version of the case (`services/reports/issuance.py`):

    - The claim is confirmed still: by the institution's answer, or by the register as it is now.
    - No other application that its holder has disavowed stands in the way (`disavowed_case_beside`; A1).
    - It is sure whose the documents are that would be shared or give way (`other_holders_case`; A1).
    - Nothing stands against a report that rests on the register alone (`domain/reports/sharing.py`, `objection`).
    - No report in force of the same award says the same; the case would end in that one.
    - Every character can be printed.

    `superseding` are the events by which the report or the notice in force gives way to this one.
    """
    if case.stage is not Stage.ISSUING:
        return []
    data = {"report_number": report_number, "version": version, "sha256": sha256, "object_key": object_key}
    return [*superseding, NewEvent(EventType.REPORT_ISSUED, SYSTEM, data)]
