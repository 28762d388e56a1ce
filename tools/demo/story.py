"""What the chapters of a run share, and leave for the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tools.demo.applicant import Applicant, apply, scan_of
from tools.demo.office import Office
from tools.demo.people import INSTITUTION
from tools.demo.stack import Stack, expect
from tools.demo.table import Ending
from tools.sample_institutions import SampleInstitutions
from tools.sample_rows import Row


@dataclass(slots=True)
class Story:
    """`people` are the run's records that no chapter has used; `first_month` is when it began, YYYY-MM, and `fees` what
    the institution had earned in that month by then.

    The rest is for "what to try next": reports by what they show, and cases that wait for somebody.
    """

    stack: Stack
    registrations: SampleInstitutions
    people: list[Row] = field(default_factory=list)
    endings: list[Ending] = field(default_factory=list)
    first_month: str = ""
    fees: dict[str, int] = field(default_factory=dict)
    verified: Applicant | None = None
    reports: dict[str, dict[str, Any]] = field(default_factory=dict)
    waiting: dict[str, Applicant] = field(default_factory=dict)
    _offices: dict[str | None, Office] = field(default_factory=dict)

    def office(self, department_id: str | None = None) -> Office:
        """The institution's lead department, or one of its verifying departments."""
        if department_id not in self._offices:
            self._offices[department_id] = Office(self.stack, self.registrations, INSTITUTION.code, department_id)
        return self._offices[department_id]

    @property
    def offices(self) -> list[Office]:
        """The departments that were at work."""
        return list(self._offices.values())

    @property
    def answered(self) -> list[str]:
        """The tasks that the institution answered in this run."""
        return [task_id for office in self._offices.values() for task_id in office.answered]

    def apply_and_confirm(self, body: dict[str, Any], *differing: str) -> Applicant:
        """An applicant whose claim the register does not bear out, reviewed and confirmed, so that the institution is
        asked; `differing` are the fields that the comparison is to name, none when the register has no such award."""
        applicant = apply(self.stack, body)
        comparison = applicant.answer["comparison"]
        named = {one["field"] for one in comparison["fields"]}
        wanted = ("mismatched" if differing else "not_found", set(differing))
        expect((comparison["result"], named) == wanted, f"{applicant.case_number}: {comparison}")
        applicant.attach("certificate_scan", scan_of(applicant.body))
        output = self.stack.act("confirm_material", applicant.case_number, reason="与影印件一致")
        expect(output["stage"] == "verification", f"{applicant.case_number}: {output}")
        return applicant
