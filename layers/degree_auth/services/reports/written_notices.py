"""Concluding a case without a report (articles 4, 5): look at the register once more, then tell the applicant in
writing, once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.recheck import Cause
from degree_auth.domain.cases.report_state import ReportState
from degree_auth.domain.cases.result import Result
from degree_auth.domain.cases.stages import Outcome, Stage
from degree_auth.domain.readings.purposes import MachinePurpose
from degree_auth.domain.rechecks.decisions import dispute_until
from degree_auth.domain.rechecks.questioning import open_recheck
from degree_auth.domain.register.award import claim_of
from degree_auth.domain.reports.codes import notice_number
from degree_auth.domain.reports.holding import Holding, is_concluded_against
from degree_auth.domain.reports.issued_document import DocumentKind, IssuedDocument
from degree_auth.domain.reports.written_notice import WrittenNoticeContent, notice_facts
from degree_auth.domain.shared.actors import SYSTEM
from degree_auth.domain.shared.working_days import SHANGHAI, shanghai_day
from degree_auth.domain.verification import denials
from degree_auth.services.cases.advance import advance, advance_once, unless_changed
from degree_auth.services.cases.check_codes import check_code_of
from degree_auth.services.cases.ports import CaseStore, Change
from degree_auth.services.cases.sealed_parts import open_submission
from degree_auth.services.register.award_keys import holding_key, recorded_holders
from degree_auth.services.register.ports import Register
from degree_auth.services.reports.holdings import Holdings
from degree_auth.services.reports.ports import WrittenNoticePress
from degree_auth.services.shared.machine_opening import for_nobody
from degree_auth.services.shared.ports import Documents, Sealer
from degree_auth.services.verification.archive_values import asked_claim, open_form


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenNotices:
    """Concludes cases whose institution confirmed nothing.

    `register` is read as it was last written, `check_url` is the page that checks reports and notices,
    `dispute_period` how long after a conclusion it may be disputed.
    """

    store: CaseStore
    sealer: Sealer
    register: Register
    documents: Documents
    press: WrittenNoticePress
    check_url: str
    dispute_period: timedelta

    def conclude(self, case: Case, now: datetime) -> Case:
        """Conclude a case that stands in concluding, or give its denial to a reviewer when the register has awards of
        the person and nobody has decided yet. A case that changed meanwhile is left to the next look.

        As with a report, number and code are derived, the file is stored before the commit, and the commit is
        conditional: a crash leaves at most a file that nothing refers to. That the award is denied is noted under its
        holding, also where it waits for the reviewer: the register alone does not report the same award beside it.
        """
        alone = denials.is_concluded_without_person(case)
        holdings = self._denied(case)
        if alone and self._is_contradicted(case):
            return advance_once(
                self.store, case.case_number, unless_changed(case, denials.question_denial), now, holdings=holdings
            )
        content = self._content(case, now)
        pressed = self.press.press_notice(content)
        key = f"reports/{content.notice_number}/{pressed.sha256}"
        self.documents.put(f"{key}.pdf", pressed.pdf, "application/pdf")
        notice = IssuedDocument(
            report_number=content.notice_number,
            case_number=case.case_number,
            version=content.version,
            state=ReportState.VALID,
            sha256=pressed.sha256,
            object_key=key,
            issued_at=content.issued_at,
            facts=notice_facts(content),
            certificate_digest="",
            supersedes=None if case.written_notice is None else case.written_notice.report_number,
            kind=DocumentKind.WRITTEN_NOTICE,
            timestamp=pressed.timestamp,
        )
        after = advance_once(
            self.store,
            case.case_number,
            unless_changed(
                case,
                lambda now_case: denials.conclude_without_report(
                    now_case, notice.report_number, notice.version, notice.sha256, notice.object_key
                ),
            ),
            now,
            report=notice,
            holdings=holdings,
            beside=lambda now_case: self._contesting_changes(now_case, holdings, notice.report_number, now),
        )
        return self._open_recheck_if_overtaken(after, now) if alone else after

    def _contesting_changes(
        self, case: Case, denied: Sequence[Holding], notice_number: str, now: datetime
    ) -> list[Change]:
        if not is_concluded_against(case):
            return []
        claim = open_submission(for_nobody(self.sealer, MachinePurpose.COMPARISON), case).claim
        recorded = recorded_holders(self.sealer, self.register, claim)
        return self._holdings.contesting_changes(case, denied, notice_number, now, recorded)

    def _denied(self, case: Case) -> tuple[Holding, ...]:
        """What is not confirmed: the award that was asked about, and whatever else the register has of an institution
        that does not know the person."""
        claim = open_submission(for_nobody(self.sealer, MachinePurpose.COMPARISON), case).claim
        known = self.register.of_person(claim) if denials.denies_the_person(case) else ()
        records = denials.records_denied(case, claim, known)
        further = (holding_key(self.sealer, claim_of(record)) for record in records)
        return self._holdings.read((*self._holdings.keys_asked(case), *further))

    @property
    def _holdings(self) -> Holdings:
        return Holdings(self.store, self.sealer)

    def _open_recheck_if_overtaken(self, case: Case, now: datetime) -> Case:
        """The case, with its conclusion called into question if an import overtook it.

        The import brought an award of the person after the register was read here, and found no report to flag.
        """
        if case.stage is not Stage.CONCLUDED or case.written_notice is None or not self._is_contradicted(case):
            return case
        command = f"denial-overtaken:{case.written_notice.report_number}"
        return advance(
            self.store,
            case.case_number,
            unless_changed(
                case,
                lambda now_case: open_recheck(now_case, Cause.REGISTER_CHANGE, SYSTEM, "register_changed", command),
            ),
            now,
            command=command,
        )

    def _is_contradicted(self, case: Case) -> bool:
        claim = open_submission(for_nobody(self.sealer, MachinePurpose.COMPARISON), case).claim
        return bool(denials.contradicting_records(claim, self.register.of_person(claim)))

    def _content(self, case: Case, now: datetime) -> WrittenNoticeContent:
        task = case.task
        if task is None or task.answer is None:
            raise ValueError("no institution has answered")
        opener = for_nobody(self.sealer, MachinePurpose.PRESS)
        form, concluded = open_form(opener, case, task.answer.sealed), denials.conclusion(case)
        version = case.notices + 1
        digest = self.sealer.digest("notice-number", f"{case.case_number}#{version}")
        number = notice_number(digest, shanghai_day(now))
        return WrittenNoticeContent(
            notice_number=number,
            check_code=check_code_of(self.sealer, number),
            version=version,
            issued_at=now.astimezone(SHANGHAI).replace(microsecond=0),
            claim=asked_claim(opener, case, task),
            comparison=case.comparison or {},
            asked_code=task.institution_code,
            result=Result(form.result),
            outcome=Outcome(concluded["outcome"]),
            code=concluded["notice"],
            archive_searched=form.archive_searched,
            archive_reference=form.archive_reference,
            reason=form.reason,
            decided=(case.reason or {}).get("confirmed", ""),
            dispute_until=dispute_until(now, self.dispute_period),
            check_url=self.check_url,
        )
