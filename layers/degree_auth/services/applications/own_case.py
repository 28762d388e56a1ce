"""What the applicant sees of a case (N6), and the applicant's own commands on it."""

from __future__ import annotations

import hmac
import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from degree_auth.domain.applications.claim import Submission
from degree_auth.domain.applications.claim_changes import changed_fields, changes
from degree_auth.domain.applications.person import same_person
from degree_auth.domain.applications.submission import claim_as_dict, parse_supplement
from degree_auth.domain.cases import decisions
from degree_auth.domain.cases.attachment import parse_announcement
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.comparison_words import comparison_for_applicant
from degree_auth.domain.cases.events import Event, NewEvent
from degree_auth.domain.cases.fold import replay
from degree_auth.domain.cases.holding import held_by_history
from degree_auth.domain.cases.ledger import CENTRE_DAYS, INSTITUTION_DAYS, PROMISED_DAYS, ledger
from degree_auth.domain.cases.names import HELD_BY_NAMES, STAGE_NAMES, proof_answer, request_answer
from degree_auth.domain.cases.next_step import next_step, notice
from degree_auth.domain.cases.numbering import is_case_number
from degree_auth.domain.cases.stages import HeldBy, Stage
from degree_auth.domain.cases.timeline import timeline
from degree_auth.domain.institutions.standing_explanations import shown_explanations
from degree_auth.domain.rechecks import applicant_actions
from degree_auth.domain.rechecks.answers import rechecks_for_applicant
from degree_auth.domain.rechecks.decisions import dispute_until
from degree_auth.domain.reports.report import check_code
from degree_auth.domain.shared.errors import NotFound
from degree_auth.domain.shared.free_text import LONGEST_URGENCY_REASON, parse_text
from degree_auth.domain.shared.working_days import SHANGHAI, Calendar, shanghai_day
from degree_auth.messages import text
from degree_auth.services.cases.advance import (
    Nudge,
    advance,
    holder_key,
    link_digest,
    new_link_token,
    open_submission,
    seal_submission,
    urgency_reason,
)
from degree_auth.services.cases.attachments import DOWNLOAD_SECONDS, UPLOAD_SECONDS, announce
from degree_auth.services.cases.ports import CaseStore
from degree_auth.services.cases.report_following import ReportFollowing
from degree_auth.services.institutions.ports import Registrations
from degree_auth.services.institutions.standing_explanations import explanations_of
from degree_auth.services.shared.ports import Documents, Sealer
from degree_auth.services.shared.sealing import seal_json

_LARGEST_CREDENTIAL = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCase:
    """An applicant's view of, and commands on, the case that its link opens, or the holder who signed in.

    `dispute_period` is how long after a conclusion it may be disputed.
    """

    store: CaseStore
    sealer: Sealer
    documents: Documents
    nudge: Nudge
    calendar: Calendar
    registrations: Registrations
    dispute_period: timedelta

    def authorise(self, case_number: str, token: str) -> None:
        """Raises `NotFound` alike for a token that does not fit and for a case that does not exist."""
        if not is_case_number(case_number):
            raise NotFound("not_found")
        kept = self.store.load(case_number).link_digest
        if kept is None or not hmac.compare_digest(kept.encode(), link_digest(self.sealer, token).encode()):
            raise NotFound("not_found")

    def renew_link(self, case_number: str, now: datetime) -> str:
        """The token of a new link of the case; the former one is void."""
        token = new_link_token()
        digest = link_digest(self.sealer, token)
        advance(self.store, case_number, lambda case: decisions.renew_link(case, digest), now)
        return token

    def revoke_link(self, case_number: str, now: datetime) -> None:
        """Make the case's link void. A repeat changes nothing."""
        advance(self.store, case_number, decisions.revoke_link, now)

    def status(self, case_number: str, now: datetime) -> dict[str, Any]:
        """Stage, holder, working day n of m, what happens next, and the timeline, without links."""
        log = self.store.log(case_number)
        case, news = ReportFollowing(self.store, self.sealer).seen(replay(log), now)
        log += news
        return {
            "case_number": case.case_number,
            "stage": case.stage.value,
            "stage_name": STAGE_NAMES[case.stage]._asdict(),
            "outcome": None if case.outcome is None else case.outcome.value,
            **proof_answer(case.proven_by),
            "holder": case.held_by.value,
            "holder_name": HELD_BY_NAMES[case.held_by]._asdict(),
            "clock": self._clock(log, now),
            "next": next_step(case)._asdict(),
            "claim": claim_as_dict(open_submission(self.sealer, case).claim),
            "comparison": comparison_for_applicant(case.comparison),
            "attachments": [
                {
                    "attachment_id": one.attachment_id,
                    "kind": one.kind,
                    "content_type": one.content_type,
                    "size": one.size,
                    "state": one.state,
                    "reason": None if one.reason is None else dict(zip(("zh", "en"), text(one.reason), strict=True)),
                }
                for one in case.attachments
                if one.task_id is None
            ],
            "request": request_answer(case.request),
            "urgent": case.urgent,
            "urgency_request": self._urgency_request(case),
            "notice": self._notice(case),
            "report": self.report(case),
            "former_reports": [asdict(one) for one in case.former_reports],
            "rechecks": rechecks_for_applicant(case),
            "explanations": shown_explanations(explanations_of(self.registrations, self.sealer, case, now)),
            "timeline": timeline(log),
            "allowed_actions": applicant_actions.allowed_actions(case, self.dispute_period, now),
        }

    def report(self, case: Case) -> dict[str, str] | None:
        """Number, check code and a download link that lives for minutes; none while there is no report."""
        case = self._in_truth(case)
        if case.report is None:
            return None
        return {
            "report_number": case.report.report_number,
            "check_code": check_code(self.sealer.digest("check-code", case.report.report_number)),
            "url": self.download_link(case),
        }

    def _notice(self, case: Case) -> dict[str, Any] | None:
        """The written notice: reason, last day of a dispute, and its document with a link as for a report. A case whose
        report another case revoked has the reason alone: the document is that case's."""
        told, issued = notice(case), case.written_notice
        if told is None:
            return None
        if issued is None:
            return {**told, "dispute_until": None, "document": None}
        number = issued.report_number
        document = {
            "notice_number": number,
            "check_code": check_code(self.sealer.digest("check-code", number)),
            "version": issued.version,
            "issued_at": issued.issued_at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
            "url": self.documents.download_link(f"{issued.object_key}.pdf", f"{number}.pdf", DOWNLOAD_SECONDS),
        }
        until = dispute_until(issued.issued_at, self.dispute_period)
        return {**told, "dispute_until": until.isoformat(), "document": document}

    def download_link(self, case: Case) -> str:
        """A short-lived link to the signed PDF. Raises `NotFound` when there is no report."""
        case = self._in_truth(case)
        if case.report is None:
            raise NotFound("report_not_issued")
        name = f"{case.report.report_number}.pdf"
        return self.documents.download_link(f"{case.report.object_key}.pdf", name, DOWNLOAD_SECONDS)

    def credential(self, case: Case) -> dict[str, Any]:
        """The machine-readable credential. Raises `NotFound` when there is no report."""
        case = self._in_truth(case)
        if case.report is None:
            raise NotFound("report_not_issued")
        return {
            "report_number": case.report.report_number,
            "version": case.report.version,
            "sha256": case.report.sha256,
            "credential": self.documents.get(f"{case.report.object_key}.jwt", _LARGEST_CREDENTIAL).decode(),
        }

    def _in_truth(self, case: Case) -> Case:
        """The case with its report as it stands, whichever case corrected it."""
        return ReportFollowing(self.store, self.sealer).seen(case, case.changed_at)[0]

    def withdraw(self, case_number: str, now: datetime) -> Case:
        """Withdraw the application, or the open dispute. A repeat changes nothing.

        Raises:
            Conflict: the case has ended otherwise.
        """
        ReportFollowing(self.store, self.sealer).catch_up(case_number, now)
        case = advance(self.store, case_number, applicant_actions.withdraw, now)
        self.nudge(case)
        return case

    def supplement(self, case_number: str, body: object, now: datetime) -> Case:
        """Supply what was asked for; an empty object when files alone were asked for.

        Raises:
            Malformed, Invalid: what is wrong with the changes, or missing of what was asked for.
            Conflict: nothing was asked.
        """
        command = "supplement:" + self.sealer.token("supplement", f"{case_number}\n{json.dumps(body, sort_keys=True)}")

        def decide(case: Case) -> list[NewEvent]:
            # While something is asked it is an answer, even if it says what an earlier one said.
            if command in case.commands and case.stage is not Stage.AWAITING_APPLICANT:
                return []
            before = open_submission(self.sealer, case)
            claim = before.claim if body == {} else parse_supplement(body, before.claim, shanghai_day(now))
            return decisions.supplement(
                case,
                changed_fields(before.claim, claim),
                seal_submission(self.sealer, case_number, Submission(claim, before.contact, before.consent)),
                seal_json(self.sealer, case_number, changes(before.claim, claim)),
                claim.degree.institution_code,
                holder_key(self.sealer, claim.holder),
                command,
                other_person=not same_person(before.claim.holder, claim.holder),
            )

        ReportFollowing(self.store, self.sealer).catch_up(case_number, now)
        case = advance(self.store, case_number, decide, now)
        self.nudge(case)
        return case

    def request_urgency(self, case_number: str, body: object, now: datetime) -> Case:
        """Ask for urgent handling, with a reason. The first request stands; a repeat changes nothing.

        Raises:
            Malformed, Invalid: what is wrong with the reason.
            Conflict: the case has ended.
        """
        reason = parse_text(body, "reason", LONGEST_URGENCY_REASON)
        sealed = seal_json(self.sealer, case_number, {"reason": reason})
        case = advance(self.store, case_number, lambda case: decisions.request_urgency(case, sealed), now)
        self.nudge(case)
        return case

    def announce_attachment(
        self, case_number: str, body: object, now: datetime, key: str | None = None
    ) -> tuple[str, str, str]:
        """Attachment id, upload link and content type for a file of the announced type and size; the same announcement
        again, told by the caller's key or by what it announces, is the same attachment.

        Raises:
            Malformed, Invalid: what is wrong with the announcement.
            Conflict: the case takes no files any more, or has as many as it may; or the key announced something else.
        """
        announced = parse_announcement(body)
        attachment_id = announce(
            self.store,
            case_number,
            announced,
            lambda case, attachment_id: decisions.announce_attachment(
                case, attachment_id, announced.kind, announced.content_type, announced.size, announced.sha256, now
            ),
            now,
            key=key,
        )
        link = self.documents.upload_link(
            f"incoming/{case_number}/{attachment_id}", announced.content_type, announced.size, UPLOAD_SECONDS
        )
        return attachment_id, link, announced.content_type

    def _urgency_request(self, case: Case) -> dict[str, str] | None:
        reason = urgency_reason(self.sealer, case)
        if case.urgency_request is None or reason is None:
            return None
        at = datetime.fromisoformat(case.urgency_request["at"]).astimezone(SHANGHAI)
        return {"requested_at": at.isoformat(timespec="seconds"), "reason": reason}

    def _clock(self, log: list[Event], now: datetime) -> dict[str, Any]:
        charged = ledger(held_by_history(log, now), now, self.calendar)
        due = charged.due(self.calendar)
        return {
            "working_day": charged.working_day,
            "of": PROMISED_DAYS,
            "centre": {"used": charged.used(HeldBy.CENTRE), "of": CENTRE_DAYS},
            "institution": {"used": charged.used(HeldBy.INSTITUTION), "of": INSTITUTION_DAYS},
            "due": None if due is None else due.isoformat(),
            "promise_broken": charged.promise_broken,
            "provisional": charged.provisional(self.calendar),
        }
