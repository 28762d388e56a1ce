"""Disavowals, as holders make them and take them back, and what staff decide on them (article 1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from degree_auth.domain.applications.bounds import LOOK_AGAIN, MOST_OPEN_DISAVOWALS
from degree_auth.domain.applications.person import ProvenPerson, is_same_person
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.disavowal import DisavowalStatus
from degree_auth.domain.cases.events import NewEvent
from degree_auth.domain.rechecks import disavowals
from degree_auth.domain.review.staff_actions import StaffAction
from degree_auth.domain.shared.errors import TooMany
from degree_auth.domain.shared.free_text import parse_text
from degree_auth.domain.shared.working_days import Calendar
from degree_auth.services.applications.own_cases import OwnCases
from degree_auth.services.cases.advance import advance_once
from degree_auth.services.cases.lookup_keys import document_key
from degree_auth.services.cases.nudge import Nudge
from degree_auth.services.cases.ports import CaseStore, Change, OpenLimit
from degree_auth.services.cases.sealed_parts import holders_of
from degree_auth.services.register.award_keys import name_and_birth_key
from degree_auth.services.reports.holdings import Holdings
from degree_auth.services.shared.optimistic import until_stored
from degree_auth.services.shared.ports import Sealer, TooManyOpen
from degree_auth.services.shared.sealing import seal_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Disavowals:
    """Takes disavowals of the holder who signed in, and staff's decisions on them."""

    store: CaseStore
    sealer: Sealer
    nudge: Nudge
    calendar: Calendar

    def disavow(self, person: ProvenPerson, case_number: str, body: object, now: datetime) -> Case:
        """The holder says that the case is not theirs; it is frozen at once. A repeat changes nothing.

        Raises:
            NotFound: alike for a case of another person and for one that does not exist.
            Malformed, Invalid: what is wrong with the reason.
            Conflict: staff have decided already that it is this holder's.
            TooMany: as many disavowals of this holder wait for a decision as may.
        """
        self._own_cases.authorise_document(person, case_number)
        reason = parse_text(body, "reason", disavowals.LONGEST_DISAVOWAL)
        sealed = seal_json(self.sealer, case_number, {"name": person.name, "reason": reason})
        key = document_key(self.sealer, person)

        def decide(case: Case) -> list[NewEvent]:
            # Nobody speaks for somebody else, whom an archive has named or who was named before.
            own = [one for one in holders_of(self.sealer, case) if is_same_person(person, one)]
            named = (name_and_birth_key(self.sealer, one) for one in own)
            under = (key, *named, *Holdings(self.store, self.sealer).keys_asked(case), *case.asked)
            return disavowals.disavow(case, key, sealed, list(dict.fromkeys(under)), limit.digest)

        limit = OpenLimit(self.sealer.token("disavowals-open", self._own_cases.key_of(person)), MOST_OPEN_DISAVOWALS)
        try:
            return self._carry_out(person, case_number, decide, now, [limit])
        except TooManyOpen:
            raise TooMany("too_many_disavowals", LOOK_AGAIN) from None

    def take_back(self, person: ProvenPerson, case_number: str, now: datetime) -> Case:
        """The holder takes their own back; the case goes on, unless somebody else has disavowed it, too. A repeat
        changes nothing.

        Raises:
            NotFound: as `disavow` does.
            Conflict: there is nothing of theirs to take back, or it can be taken back no more.
        """
        self._own_cases.authorise_document(person, case_number)
        key = document_key(self.sealer, person)

        def decide(case: Case) -> list[NewEvent]:
            return disavowals.take_back(case, key, self.calendar, now)

        return self._carry_out(person, case_number, decide, now)

    def staff_decision(self, case: Case, action: StaffAction, command: str, now: datetime) -> list[NewEvent]:
        """What staff's decision does to a frozen case."""
        report = None if case.report is None else self.store.report(case.report.report_number)
        return disavowals.decide(
            case,
            DisavowalStatus(action.decision),
            action.reviewer,
            action.reason,
            command,
            self.calendar,
            now,
            issued_here=report is not None and report.case_number == case.case_number,
        )

    def contesting_changes(self, case: Case, action: StaffAction, now: datetime) -> list[Change]:
        """What staff's decision does to other cases: an answer that denied the award is not lost with an annulled
        case."""
        ends = disavowals.ends_a_denial(case, DisavowalStatus(action.decision))
        holdings = Holdings(self.store, self.sealer)
        return holdings.contesting_changes(case, holdings.asked_about(case), None, now) if ends else []

    @property
    def _own_cases(self) -> OwnCases:
        return OwnCases(self.store, self.sealer)

    def _carry_out(
        self,
        person: ProvenPerson,
        case_number: str,
        decide: Callable[[Case], list[NewEvent]],
        now: datetime,
        limits: Sequence[OpenLimit] = (),
    ) -> Case:
        def decide_for_holder(case: Case) -> list[NewEvent]:
            # The claim may have come to name somebody else since it was looked at.
            self._own_cases.require_document(person, case)
            return decide(case)

        case = until_stored(lambda: advance_once(self.store, case_number, decide_for_holder, now, limits=limits))
        self.nudge(case)
        return case
