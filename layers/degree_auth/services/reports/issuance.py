"""Issuing the report of a case, once (articles 2, 5): look again, number, press, store, commit, look once more."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from degree_auth.domain.applications.claim import Claim
from degree_auth.domain.applications.institution_list import Institutions
from degree_auth.domain.cases import comparing
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType, NewEvent
from degree_auth.domain.cases.report_state import HOLDER_DISAVOWED, HOLDER_UNSURE, Basis, ReportState
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.readings.purposes import MachinePurpose
from degree_auth.domain.register.award import AwardRecord, claim_of
from degree_auth.domain.register.matching import Comparison, MatchResult, compare_claim
from degree_auth.domain.reports import issuing, sharing
from degree_auth.domain.reports.codes import report_number
from degree_auth.domain.reports.content import ReportContent
from degree_auth.domain.reports.holding import Standing
from degree_auth.domain.reports.issued_document import IssuedDocument
from degree_auth.domain.reports.masked_name import masked_name
from degree_auth.domain.reports.printable import UnprintableCharacter
from degree_auth.domain.reports.printed import masked_date, masked_number
from degree_auth.domain.shared.text import name_form
from degree_auth.domain.shared.working_days import SHANGHAI, shanghai_day
from degree_auth.services.cases.advance import advance, advance_once, unless_changed
from degree_auth.services.cases.check_codes import check_code_of
from degree_auth.services.cases.lookup_keys import document_key
from degree_auth.services.cases.ports import CaseStore, Disavowed
from degree_auth.services.cases.report_following import ReportFollowing
from degree_auth.services.cases.sealed_parts import holders_of, open_submission
from degree_auth.services.register.award_keys import (
    certificate_digest,
    holding_key,
    name_and_birth_key,
    recorded_holders,
)
from degree_auth.services.register.failed_comparisons import record_failed_comparison
from degree_auth.services.register.matching import printed_institution
from degree_auth.services.register.ports import Register
from degree_auth.services.register_changes.report_flags import ReportFlags
from degree_auth.services.reports.holdings import Holdings
from degree_auth.services.reports.ports import Press
from degree_auth.services.reports.print_keys import print_key
from degree_auth.services.reports.status_lists import free_place
from degree_auth.services.reports.written_notices import WrittenNotices
from degree_auth.services.shared.machine_opening import for_nobody
from degree_auth.services.shared.optimistic import until_stored
from degree_auth.services.shared.ports import Documents, Sealer, Stale

_PRESSINGS = 3
"""How often a report is pressed at most when its case keeps changing: one pressing takes seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuance:
    """Issues reports; `register` is read as it was last written, `check_url` is the page that checks reports."""

    store: CaseStore
    sealer: Sealer
    register: Register
    institutions: Institutions
    documents: Documents
    press: Press
    check_url: str
    flags: ReportFlags
    written_notices: WrittenNotices

    def issue(self, case_number: str, now: datetime) -> Case:
        """Issue the report of a case that stands in issuing, or the written notice of one in concluding; any other case
        is issued nothing.

        Number and code are derived from the case, the file is stored before the commit, and the commit
        is conditional: of two that issue at once one is recorded, and a crash leaves at most a file
        that nothing refers to. An award of one holder has one report in force: a case that would say the same ends in
        it, one that says otherwise supersedes it. The register is looked at once more after the commit.
        """

        def attempt() -> Case:
            case = self._issue_or_conclude(case_number, now)
            if case.stage in (Stage.ISSUING, Stage.CONCLUDING):
                raise Stale
            return case

        case = until_stored(attempt, _PRESSINGS)
        ReportFollowing(self.store, self.sealer).update_other_cases(case, now)
        return self._flag_if_overtaken(case, now)

    def _flag_if_overtaken(self, case: Case, now: datetime) -> Case:
        """Compare the claim of a reported case once more, and flag its report when the register no longer matches.

        An import may have changed the register between the reading and the commit. That import found no report to
        flag. What the institution verified does not rest on the register.
        """
        if case.report is None or case.basis is not Basis.REGISTER:
            return case
        issued = self.store.report(case.report.report_number)
        if issued is None or isinstance(self._confirm_claim(case), _ConfirmedClaim):
            return case
        self.flags.flag([issued.certificate_digest], now)
        return self.store.load(case.case_number)

    def _issue_or_conclude(self, case_number: str, now: datetime) -> Case:
        case = ReportFollowing(self.store, self.sealer).catch_up(case_number, now)
        if case.stage is Stage.CONCLUDING:
            return self.written_notices.conclude(case, now)
        if case.stage is not Stage.ISSUING:
            return case
        confirmed = self._confirm_claim(case)
        if isinstance(confirmed, Comparison):
            replaced = unless_changed(
                case, lambda now_case: comparing.replace_comparison(now_case, confirmed.as_dict())
            )
            claim = open_submission(for_nobody(self.sealer, MachinePurpose.COMPARISON), case).claim
            return record_failed_comparison(self.store, self.sealer, case, claim, replaced, now)
        by_institution = confirmed.basis is Basis.INSTITUTION
        keys = (holding_key(self.sealer, confirmed.claim), *(case.asked if by_institution else ()))
        standing = self._holdings.standing(keys, case, now)
        content = self._content(case, confirmed, sharing.next_version(case, standing), now)
        disavowed, by_holder = self._read_disavowals(case, confirmed.claim, keys)
        beside = issuing.disavowed_case_beside(case, by_holder)
        if beside is not None:
            return self._park(case, HOLDER_DISAVOWED, now, {"case": beside.case_number})
        unsure = self._unsure_beside(case, confirmed.claim, standing) if by_institution else None
        if unsure is not None:
            return self._park(case, HOLDER_UNSURE, now, unsure)
        content_key = self.sealer.token("report-content", _content_key_source(content))
        objected = None if by_institution else sharing.objection(standing, content_key)
        if objected is not None:
            return self._park(case, objected[0].value, now, objected[1])
        present = sharing.to_adopt(standing, content_key)
        if present is not None:
            return advance_once(
                self.store,
                case_number,
                unless_changed(case, lambda now_case: sharing.adopt(now_case, present, standing)),
                now,
                adopted=present.report_number,
                holdings=standing.holdings,
                as_read=standing.overtaken_cases(by_institution=by_institution),
                disavowed=disavowed,
            )
        try:
            pressed = self.press.press(content)
        except UnprintableCharacter:
            return self._park(case, "unprintable_character", now)
        key = f"reports/{content.report_number}/{pressed.sha256}"
        self.documents.put(f"{key}.pdf", pressed.pdf, "application/pdf")
        self.documents.put(f"{key}.jwt", pressed.credential.encode(), "application/vc+jwt")
        ended = sharing.supersede_standing(case, standing, content.report_number)
        report = IssuedDocument(
            report_number=content.report_number,
            case_number=case_number,
            version=content.version,
            state=ReportState.VALID,
            sha256=pressed.sha256,
            object_key=key,
            issued_at=content.issued_at,
            facts=_public_facts(content),
            certificate_digest=certificate_digest(self.sealer, content.institution_code, content.certificate_number),
            print_key=print_key(
                self.sealer,
                content.report_number,
                content.holder_name,
                content.birth_date.isoformat(),
                content.certificate_number,
            ),
            content_key=content_key,
            supersedes=_first_report(ended),
            timestamp=pressed.timestamp,
            status=content.status,
            confirmed_by_institution=by_institution,
        )
        return advance_once(
            self.store,
            case_number,
            # Whatever changed while the press was at work, the claim included: it is looked at anew.
            unless_changed(
                case,
                lambda now_case: issuing.issue_report(
                    now_case,
                    report.report_number,
                    report.version,
                    report.sha256,
                    report.object_key,
                    ended,
                ),
            ),
            now,
            report=report,
            holdings=standing.holdings,
            as_read=standing.overtaken_cases(by_institution=by_institution),
            disavowed=disavowed,
        )

    def _read_disavowals(
        self, case: Case, confirmed: Claim, holdings: Sequence[str]
    ) -> tuple[list[Disavowed], Iterator[Case]]:
        """What was disavowed under a document of the holder, as claimed and as confirmed, under name and birth date,
        and of the award; and of these the cases that the holder disavowed. Nothing counts against the holder who signed
        in, and nothing is read."""
        people = holders_of(self.sealer, case)
        applicant = people[-1]
        others = issuing.who_did_not_sign_in(case, applicant, people)
        if not others:
            return [], iter(())
        holders = (*others, confirmed.holder)
        documents = {document_key(self.sealer, one): None for one in holders if one.identity_number}
        if case.holder_signed_in:
            # An archive may have changed the name alone.
            documents.pop(document_key(self.sealer, applicant), None)
        names = dict.fromkeys(name_and_birth_key(self.sealer, one) for one in holders)
        disavowed = [self.store.disavowals_under(key) for key in dict.fromkeys((*documents, *names, *holdings))]
        return disavowed, self._disavowed_by_holder(disavowed, documents, names)

    def _disavowed_by_holder(
        self, disavowed: Iterable[Disavowed], documents: Collection[str], names: Collection[str]
    ) -> Iterator[Case]:
        """The cases that whoever has one of these documents disavowed, or surely whoever has the name and birth date;
        each read when it is looked at."""
        for number in dict.fromkeys(number for one in disavowed for number in one.cases):
            other = self.store.load(number)
            standing = [one for one in other.disavowals if one.stands]
            if any(one.made_by in documents for one in standing):
                yield other
                continue
            told = {key for one in standing for key in one.under if key in names}
            if told and self._is_told_by_name(other, told):
                yield other

    def _is_told_by_name(self, disavowed: Case, told: Collection[str]) -> bool:
        """Whether it is sure whose name it is; it is where the case has come to name nobody of that name."""
        named = [one for one in holders_of(self.sealer, disavowed) if name_and_birth_key(self.sealer, one) in told]
        return not named or any(issuing.is_told_by_name(disavowed, one) for one in named)

    def _unsure_beside(self, case: Case, claim: Claim, standing: Standing) -> dict[str, str] | None:
        """What there is of the award that may be another holder's; what the register matched has the register's
        document."""
        if not standing.reports_in_force and not standing.denials:
            return None
        return self._holdings.unsure_beside(case, standing, recorded_holders(self.sealer, self.register, claim))

    @property
    def _holdings(self) -> Holdings:
        return Holdings(self.store, self.sealer)

    def _park(self, case: Case, reason: str, now: datetime, against: Mapping[str, str] | None = None) -> Case:
        parked = unless_changed(case, lambda now_case: issuing.park(now_case, reason, against))
        return advance(self.store, case.case_number, parked, now)

    def _confirm_claim(self, case: Case) -> _ConfirmedClaim | Comparison:
        """What may be printed (N2): what the institution verified, or what the register now has for the claim.

        After the institution's answer the claim is what it verified, or what its archive says and a
        reviewer accepted; whatever else changes the claim takes that basis away again. Where the register
        no longer matches, its new comparison is given instead.
        """
        claim = open_submission(for_nobody(self.sealer, MachinePurpose.PRESS), case).claim
        if case.basis is Basis.INSTITUTION:
            return _ConfirmedClaim(claim, Basis.INSTITUTION)
        candidates = self.register.candidates(claim)
        again = compare_claim(claim, candidates, self.institutions)
        if again.result is not MatchResult.MATCHED:
            return again
        record = next(one for one in candidates if one.record_id == again.record_id)
        return _ConfirmedClaim(
            _claim_of_record(record, printed_institution(claim, record, self.institutions)), Basis.REGISTER
        )

    def _content(self, case: Case, confirmed: _ConfirmedClaim, version: int, now: datetime) -> ReportContent:
        number = report_number(self.sealer.digest("report-number", f"{case.case_number}#{version}"), shanghai_day(now))
        holder, degree = confirmed.claim.holder, confirmed.claim.degree
        issued_at = now.astimezone(SHANGHAI).replace(microsecond=0)
        return ReportContent(
            report_number=number,
            check_code=check_code_of(self.sealer, number),
            version=version,
            issued_at=issued_at,
            holder_name=holder.name,
            sex=holder.sex,
            birth_date=holder.birth_date,
            institution_name=degree.institution_name,
            institution_code=degree.institution_code,
            level=degree.level,
            category=degree.category,
            discipline=degree.discipline,
            study_form=degree.study_form,
            award_date=degree.award_date,
            certificate_number=degree.certificate_number,
            basis=confirmed.basis,
            check_url=self.check_url,
            status=free_place(self.store, self.sealer, number, issued_at),
        )


def _first_report(ended: Sequence[NewEvent]) -> str | None:
    """The number of the report that gives way first; a written notice is none."""
    return next((one.data["report_number"] for one in ended if one.type is EventType.REPORT_SUPERSEDED), None)


@dataclass(frozen=True, slots=True)
class _ConfirmedClaim:
    """What a report certifies, and who confirmed it."""

    claim: Claim
    basis: Basis


def _claim_of_record(record: AwardRecord, institution_name: str) -> Claim:
    """What the register records, as it is printed."""
    recorded = claim_of(record)
    holder = replace(recorded.holder, name=name_form(record.name))
    return Claim(holder, replace(recorded.degree, institution_name=institution_name))


def _content_key_source(content: ReportContent) -> str:
    """What a report says of holder and award: equal for two reports that say the same. Personal data."""
    return json.dumps(
        [
            content.holder_name,
            content.sex.value,
            content.birth_date.isoformat(),
            content.institution_name,
            content.institution_code,
            content.level.value,
            content.category,
            content.discipline,
            content.study_form.value,
            content.award_date.isoformat(),
            content.certificate_number,
        ],
        ensure_ascii=False,
    )


def _public_facts(content: ReportContent) -> dict[str, Any]:
    """What the online check shows: all that is printed, with name, date of birth and certificate number masked."""
    return {
        "holder_name": masked_name(content.holder_name),
        "sex": content.sex.value,
        "birth_date": masked_date(content.birth_date),
        "institution_name": content.institution_name,
        "institution_code": content.institution_code,
        "level": content.level.value,
        "category": content.category,
        "discipline": content.discipline,
        "study_form": content.study_form.value,
        "award_date": content.award_date.isoformat(),
        "certificate_number": masked_number(content.certificate_number),
        "basis": content.basis.value,
    }
