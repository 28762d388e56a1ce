"""Reading what is known of an award from the holdings that name it, before a case is reported or denied (N1, N2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from degree_auth.domain.applications.claim import Holder
from degree_auth.domain.applications.person import is_known_holder
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.result import AGAINST_THE_AWARD
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.readings.purposes import MachinePurpose
from degree_auth.domain.rechecks.questioning import contest_report
from degree_auth.domain.reports.holding import (
    Denial,
    Holding,
    Standing,
    is_last_answered_against,
    is_misused,
    notices_in_force,
)
from degree_auth.services.cases.advance import changed
from degree_auth.services.cases.ports import CaseStore, Change
from degree_auth.services.cases.report_following import ReportFollowing, latest_version
from degree_auth.services.cases.sealed_parts import holders_of, open_submission
from degree_auth.services.register.award_keys import holding_key
from degree_auth.services.shared.machine_opening import for_nobody
from degree_auth.services.shared.ports import Sealer
from degree_auth.services.verification.archive_values import asked_claim


@dataclass(frozen=True, slots=True)
class Holdings:
    """Reads holdings, and the cases that they name, as these are in truth."""

    store: CaseStore
    sealer: Sealer

    def read(self, keys: Iterable[str]) -> tuple[Holding, ...]:
        """The holdings under these keys, each with the report that has taken the place of its latest one."""
        return tuple(self._read(key) for key in dict.fromkeys(keys))

    def asked_about(self, case: Case) -> tuple[Holding, ...]:
        """The award as a case claims it, and under the name under which its institution was asked."""
        return () if case.task is None else self.read(self.keys_asked(case))

    def keys_asked(self, case: Case) -> tuple[str, ...]:
        """The keys of these."""
        opener = for_nobody(self.sealer, MachinePurpose.COMPARISON)
        claimed = open_submission(opener, case).claim
        claims = (claimed,) if case.task is None else (claimed, asked_claim(opener, case, case.task))
        return tuple(dict.fromkeys(holding_key(self.sealer, claim) for claim in claims))

    def contesting_changes(
        self,
        case: Case,
        denied: Sequence[Holding],
        notice_number: str | None,
        now: datetime,
        recorded: Sequence[Holder] = (),
    ) -> list[Change]:
        """In this case an institution denied an award. The reports in force about that award are called into question,
        where it is sure that they are of the same holder.

        `denied` are the holdings of that award, `notice_number` is the written notice, if there is one, `recorded` are
        the holders of the award as the register has them. The changes are of the cases that issued the reports. They
        belong into the commit that ends this case, because nothing comes back to a case that has ended.
        """
        changes = []
        for report in Standing(tuple(denied)).reports_in_force:
            other = self.store.load(report.case_number)
            if other.case_number == case.case_number:
                continue
            if case.case_number in report.adopted_by or self._is_of_holder(case, [other], recorded):
                events = contest_report(other, report.report_number, notice_number)
                if events:
                    changes.append(Change(other, *changed(self.store, other, events, now)))
        return changes

    def standing(self, keys: Iterable[str], case: Case, now: datetime) -> Standing:
        """What there is of the award of a case under these keys. Nothing moves in a case that is frozen or annulled, so
        that what was denied there is found by its disavowal."""
        wanted = tuple(dict.fromkeys(keys))
        standing = Standing(self.read(wanted))
        sharing = {number for one in standing.reports_in_force for number in (one.case_number, *one.adopted_by)}
        sharing |= {one.case_number for one in standing.latest_reports if is_misused(one)}
        cases = tuple(self._case(number, now) for number in sorted(sharing - {case.case_number}))
        standing = replace(standing, sharing=cases)
        denied_in = {number for one in standing.holdings for number in one.denied_in}
        denied_in |= {number for key in wanted for number in self.store.disavowals_under(key).cases}
        denials = (self._denial(number, standing, case, now) for number in sorted(denied_in))
        return replace(standing, denials=tuple(one for one in denials if one is not None))

    def unsure_beside(self, case: Case, standing: Standing, recorded: Sequence[Holder]) -> dict[str, str] | None:
        """What the report of this case would share or supersede although nobody knows that it is of the same holder:
        the document and its case. None where there is nothing of the kind.

        `recorded` are the holders of the award as the register has them.
        """
        for report in standing.reports_in_force:
            having = [one for one in standing.sharing if one.case_number in (report.case_number, *report.adopted_by)]
            if case.case_number in (report.case_number, *report.adopted_by):
                continue
            if not self._is_of_holder(case, having, recorded):
                return {"document": report.report_number, "case": report.case_number}
        for notice in notices_in_force(standing.denials, case.case_number):
            if not self._is_of_holder(case, [self.store.load(notice.case_number)], recorded):
                return {"document": notice.report_number, "case": notice.case_number}
        return None

    def _is_of_holder(self, case: Case, others: Sequence[Case], recorded: Sequence[Holder] = ()) -> bool:
        """Whether a case is surely of the holder of the others, whose name, birth date and award are the same: by the
        documents, or because a reviewer found so."""
        if any(_are_found_one(case, one) for one in others):
            return True
        known = [holder for one in others for holder in holders_of(self.sealer, one)]
        return is_known_holder(holders_of(self.sealer, case), (*known, *recorded))

    def _read(self, key: str) -> Holding:
        found = self.store.holding(key)
        latest = None if found.latest is None else latest_version(self.store, found.latest)
        # What is about to be erased is as good as gone: its award is reported anew.
        return replace(found, latest=None if latest is not None and latest.is_being_erased else latest)

    def _denial(self, case_number: str, standing: Standing, beside: Case, now: datetime) -> Denial | None:
        """The denial of a case, unless it has ended in a report after all, or was annulled and an institution has
        confirmed the report in force, or may be of a namesake of the holder of the case `beside` it."""
        case = self._case(case_number, now)
        if case.report is not None:
            return None
        if case_number != beside.case_number and not self._is_of_holder(case, [beside]):
            return None
        if case.stage is Stage.ANNULLED and any(map(standing.is_confirmed, standing.reports_in_force)):
            return None
        notice = None if case.written_notice is None else self.store.report(case.written_notice.report_number)
        in_force = notice if notice is not None and notice.is_in_force else None
        said = {task.answer.result for task in case.tasks if task.answer is not None}
        against = is_last_answered_against(case) if case.stage is Stage.ANNULLED else bool(said & AGAINST_THE_AWARD)
        return Denial(case_number, in_force, against)

    def _case(self, case_number: str, now: datetime) -> Case:
        return ReportFollowing(self.store, self.sealer).catch_up(case_number, now)


def _are_found_one(one: Case, other: Case) -> bool:
    """Whether a reviewer found two cases to be of one person."""
    return other.case_number in one.same_holder_as or one.case_number in other.same_holder_as
