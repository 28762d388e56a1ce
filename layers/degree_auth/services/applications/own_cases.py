"""Who may see a case from outside the centre, and a proven person's own cases, whoever made them (article 1; N4).

A case is seen by whoever has the token in its link, and by its holder, who signed in. An institution sees a task and
never the case (`domain/verification/access.py`); the platform learns what `domain/notifications/` tells it.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Any

from degree_auth.domain.applications.person import ProvenPerson
from degree_auth.domain.cases.applicant_deadline import asked_until_json
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.names import HELD_BY_NAMES, STAGE_NAMES, proof_json, request_json
from degree_auth.domain.cases.next_step import asks_applicant, next_step
from degree_auth.domain.cases.numbering import is_case_number
from degree_auth.domain.rechecks.disavowals import holder_actions
from degree_auth.domain.shared.errors import NotFound
from degree_auth.domain.shared.working_days import shanghai_time
from degree_auth.services.cases.lookup_keys import document_key, holder_key, link_digest
from degree_auth.services.cases.ports import CaseStore
from degree_auth.services.cases.report_following import ReportFollowing
from degree_auth.services.cases.sealed_parts import is_case_of, open_submission
from degree_auth.services.shared.cursors import invalid_cursor
from degree_auth.services.shared.ports import Sealer

_A_PAGE = 20


@dataclass(frozen=True, slots=True)
class OwnCases:
    """Opens a case to those who may see it, and lists the cases of which a person is the holder."""

    store: CaseStore
    sealer: Sealer

    def authorise_link(self, token: str, case_number: str) -> None:
        """Whoever has the token in the case's own link sees the case.

        Raises:
            NotFound: the token does not fit, or there is no such case; both alike.
        """
        if not is_case_number(case_number):
            raise NotFound("not_found")
        self.require_link(token, self.store.load(case_number))

    def authorise_holder(self, person: ProvenPerson, case_number: str) -> None:
        """The holder who signed in sees the case, whoever made it.

        Raises:
            NotFound: the case names another person, or there is no such case; both alike.
        """
        if not is_case_number(case_number):
            raise NotFound("not_found")
        self.require_holder(person, self.store.load(case_number))

    def require_link(self, token: str, case: Case) -> None:
        """Raises `NotFound`: the token is not that of the link of the case, as it was read."""
        kept = case.link_digest
        if kept is None or not hmac.compare_digest(kept.encode(), link_digest(self.sealer, token).encode()):
            raise NotFound("not_found")

    def require_holder(self, person: ProvenPerson, case: Case) -> None:
        """Raises `NotFound`: the case, as it was read, is somebody else's."""
        if not is_case_of(self.sealer, person, case):
            raise NotFound("not_found")

    def list_page(self, person: ProvenPerson, cursor: str | None) -> dict[str, Any]:
        """A page of the person's cases, the latest first; `cursor` is where an earlier page ended.

        Raises:
            Invalid: the cursor is none.
        """
        if cursor is not None and not is_case_number(cursor):
            raise invalid_cursor()
        key = self.key_of(person)
        numbers = self.store.cases_naming(key, _A_PAGE + 1, cursor)
        shown = [
            case for number in numbers[:_A_PAGE] if is_case_of(self.sealer, person, case := self.store.load(number))
        ]
        following = numbers[_A_PAGE - 1] if len(numbers) > _A_PAGE else None
        return {"applications": [self.entry(person, case) for case in shown], "next_cursor": following}

    def key_of(self, person: ProvenPerson) -> str:
        """The keyed digest by which the cases that name the person are found."""
        return holder_key(self.sealer, person)

    def entry(self, person: ProvenPerson, case: Case) -> dict[str, Any]:
        """What the list says of one case, and what the person may say of it."""
        # The report as it stands, whichever case corrected it.
        case = ReportFollowing(self.store, self.sealer).with_missing_entries(case, case.changed_at)[0]
        degree = open_submission(self.sealer, case).claim.degree
        return {
            "case_number": case.case_number,
            "institution_name": degree.institution_name,
            "category": degree.category,
            "received_at": shanghai_time(case.received_at),
            "stage": case.stage.value,
            "stage_name": STAGE_NAMES[case.stage]._asdict(),
            "outcome": None if case.outcome is None else case.outcome.value,
            **proof_json(case.proven_by),
            "held_by": case.held_by.value,
            "held_by_name": HELD_BY_NAMES[case.held_by]._asdict(),
            "next": next_step(case)._asdict(),
            "asks_applicant": asks_applicant(case),
            "asked_until": asked_until_json(case),
            "request": request_json(case.request),
            "report_number": None if case.report is None else case.report.report_number,
            "allowed_actions": holder_actions(case, document_key(self.sealer, person)),
        }
