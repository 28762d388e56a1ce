"""Who has viewed a case, and how often its documents were checked, for the holder to see (N3, N4)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from degree_auth.domain.cases.case import Case
from degree_auth.domain.readings.names import reading_json
from degree_auth.domain.readings.record import ReadingEntry
from degree_auth.domain.shared.errors import Forbidden
from degree_auth.services.applications.callers import Caller
from degree_auth.services.cases.ports import CaseStore
from degree_auth.services.readings.ports import CheckCounts, ReadingStore
from degree_auth.services.shared.cursors import invalid_cursor

A_PAGE = 50
MOST_CHECK_DAYS = 31
_CURSOR = re.compile("[1-9][0-9]{0,5}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnReadings:
    """Shows the holder's side who has viewed a case; `institution_name` gives the name of an institution's code. It
    opens nothing, so it is no reading itself."""

    store: CaseStore
    readings: ReadingStore
    checks: CheckCounts
    institution_name: Callable[[str, datetime], str | None]
    caller: Caller

    def page(self, case_number: str, cursor: str | None, now: datetime) -> dict[str, Any]:
        """A page of entries, the latest first, and with the first page the checks of the case's documents by day.

        Raises:
            NotFound: the case is not the caller's to see.
            Forbidden: the holder has to sign in.
            Invalid: the cursor is none.
        """
        case = self.store.load(case_number)
        self.caller.require(case)
        if not self.caller.speaks_for_holder(case):
            raise Forbidden("holder_must_sign_in")
        if cursor is not None and not _CURSOR.fullmatch(cursor):
            raise invalid_cursor()
        found = self.readings.entries(case_number, A_PAGE + 1, None if cursor is None else int(cursor))
        shown = found[:A_PAGE]
        return {
            "readings": [self._entry(one, now) for one in shown],
            "next_cursor": str(shown[-1].seq) if len(found) > A_PAGE else None,
            "checks": self._checks(case) if cursor is None else [],
        }

    def _entry(self, entry: ReadingEntry, now: datetime) -> dict[str, Any]:
        code = entry.data["institution_code"]
        return reading_json(entry, self.institution_name(code, now) or code if code else None)

    def _checks(self, case: Case) -> list[dict[str, Any]]:
        documents = [case.report, case.written_notice, *case.former_reports]
        numbers = dict.fromkeys(one.report_number for one in documents if one is not None)
        return [
            {"number": number, "day": day.isoformat(), "count": count}
            for number in numbers
            for day, count in self.checks.checks_of(number, MOST_CHECK_DAYS)
        ]
