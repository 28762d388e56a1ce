"""Reading what is known of an award from the holdings that name it, before a case is reported or denied (N1, N2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.report_state import ReportState
from degree_auth.domain.cases.result import AGAINST_THE_AWARD
from degree_auth.domain.reports.holding import Denial, Holding, Standing, is_misused
from degree_auth.services.cases.ports import CaseStore
from degree_auth.services.cases.report_following import ReportFollowing, latest_version
from degree_auth.services.shared.ports import Sealer


@dataclass(frozen=True, slots=True)
class Holdings:
    """Reads holdings, and the cases that they name, as these are in truth."""

    store: CaseStore
    sealer: Sealer

    def read(self, keys: Iterable[str]) -> tuple[Holding, ...]:
        """The holdings under these keys, each with the report that has taken the place of its latest one."""
        return tuple(self._read(key) for key in dict.fromkeys(keys))

    def standing(self, keys: Iterable[str], case: Case, now: datetime) -> Standing:
        """What there is of the award of a case under these keys."""
        standing = Standing(self.read(keys))
        denied_in = sorted({number for one in standing.holdings for number in one.denied_in})
        sharing = {number for one in standing.reports_in_force for number in (one.case_number, *one.adopted_by)}
        sharing |= {one.case_number for one in standing.latest_reports if is_misused(one)}
        return replace(
            standing,
            denials=tuple(one for number in denied_in if (one := self._denial(number, now)) is not None),
            sharing=tuple(self._case(number, now) for number in sorted(sharing - {case.case_number})),
        )

    def _read(self, key: str) -> Holding:
        found = self.store.holding(key)
        return found if found.latest is None else replace(found, latest=latest_version(self.store, found.latest))

    def _denial(self, case_number: str, now: datetime) -> Denial | None:
        """The denial of a case, unless it has ended in a report after all."""
        case = self._case(case_number, now)
        if case.report is not None:
            return None
        notice = None if case.written_notice is None else self.store.report(case.written_notice.report_number)
        in_force = notice if notice is not None and notice.state is ReportState.VALID else None
        said = {task.answer.result for task in case.tasks if task.answer is not None}
        return Denial(case_number, in_force, not AGAINST_THE_AWARD.isdisjoint(said))

    def _case(self, case_number: str, now: datetime) -> Case:
        return ReportFollowing(self.store, self.sealer).catch_up(case_number, now)
