"""The content of a report (电子认证报告): everything that it states."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from degree_auth.domain.applications.claim import Level, Sex, StudyForm
from degree_auth.domain.cases.report_state import Basis
from degree_auth.domain.reports.status_list import StatusPlace


@dataclass(frozen=True, slots=True)
class ReportContent:
    """Everything that one report states. Personal data: never logged.

    `version` begins with 1; it is above every one that the case has had, and above that of the report whose place it
    takes, which may be another case's. `issued_at` carries the offset +08:00.
    `institution_name` is the name on the certificate, `institution_code` has five digits,
    `check_url` is the address of the page that checks reports, `status` its place in a status list.
    """

    report_number: str
    check_code: str
    version: int
    issued_at: datetime
    holder_name: str
    sex: Sex
    birth_date: date
    institution_name: str
    institution_code: str
    level: Level
    category: str
    discipline: str
    study_form: StudyForm
    award_date: date
    certificate_number: str
    basis: Basis
    check_url: str
    status: StatusPlace | None = None

    def __post_init__(self) -> None:
        if self.issued_at.utcoffset() is None:
            raise ValueError("issued_at needs its offset from UTC")
        if self.version < 1:
            raise ValueError("versions count from 1")
        if not all(text.strip() for text in self.free_texts):
            raise ValueError("a report states every value")

    @property
    def free_texts(self) -> tuple[str, ...]:
        """The printed values that people typed: the ones a font may lack characters for."""
        return (
            self.holder_name,
            self.institution_name,
            self.category,
            self.discipline,
            self.certificate_number,
        )
