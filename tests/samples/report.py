"""A synthetic report's content."""

from __future__ import annotations

import hashlib
from datetime import date, datetime

from degree_auth.domain.applications.claim import Level, Sex, StudyForm
from degree_auth.domain.cases.report_state import Basis
from degree_auth.domain.reports.codes import check_code, report_number
from degree_auth.domain.reports.content import ReportContent
from degree_auth.domain.reports.status_list import StatusPlace
from degree_auth.domain.shared.working_days import SHANGHAI

_DIGEST = hashlib.sha256(b"synthetic report").digest()
CONTENT = ReportContent(
    report_number=report_number(_DIGEST, date(2026, 11, 23)),
    check_code=check_code(_DIGEST),
    version=1,
    issued_at=datetime(2026, 11, 23, 17, 30, 5, tzinfo=SHANGHAI),
    holder_name="合成䶮𠮷㛃",
    sex=Sex.FEMALE,
    birth_date=date(1999, 2, 3),
    institution_name="样本大学",
    institution_code="99999",
    level=Level.MASTER,
    category="工学硕士",
    discipline="样本科学与技术",
    study_form=StudyForm.REGULAR,
    award_date=date(2022, 6, 30),
    certificate_number="9999932022000123",
    basis=Basis.REGISTER,
    check_url="https://check.example/check",
    status=StatusPlace("2026-1", 94_567),
)
