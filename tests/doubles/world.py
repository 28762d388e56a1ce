"""A whole system in memory: the real services over the doubles, one clock, and a driver that plays the machines."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import Any

import pytest

from degree_auth.adapters.fees.rates import published_fee_rates
from degree_auth.adapters.institutions.institution_list import shipped_institutions
from degree_auth.adapters.review.sheet import review_page
from degree_auth.adapters.shared.keyring import Keyring
from degree_auth.adapters.shared.working_days import published_calendar
from degree_auth.adapters.verification.task_sheet_files import read_sheet, write_sheet
from degree_auth.domain.accounts.principal import Principal
from degree_auth.domain.applications.claim import Claim
from degree_auth.domain.applications.person import Authority, ProvenPerson
from degree_auth.domain.applications.submission import parse_submission
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.result import DENIALS
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.readings.reader import Reader, link_bearer
from degree_auth.domain.register.award import AwardRecord
from degree_auth.domain.reports.printable import Coverage
from degree_auth.domain.review.staff_actions import parse_staff_action
from degree_auth.domain.review.staff_roles import ROLES_OF
from degree_auth.domain.shared.working_days import Calendar, shanghai_day
from degree_auth.services.accounts.staff_readers import StaffReaders
from degree_auth.services.applications.callers import Caller
from degree_auth.services.applications.intake import Intake, Received
from degree_auth.services.applications.own_case import OwnCase
from degree_auth.services.applications.own_case_commands import OwnCaseCommands
from degree_auth.services.applications.own_case_list import OwnCaseList
from degree_auth.services.applications.own_cases import OwnCases
from degree_auth.services.applications.own_readings import OwnReadings
from degree_auth.services.cases.attachments import receive_upload
from degree_auth.services.cases.nudge import Nudge
from degree_auth.services.cases.reconciliation import LookAgain, Pace, Reconciled, reconcile
from degree_auth.services.cases.report_following import ReportFollowing
from degree_auth.services.cases.sealed_parts import open_submission
from degree_auth.services.readings.readings import Readings
from degree_auth.services.rechecks.commands import Rechecks
from degree_auth.services.rechecks.disavowals import Disavowals
from degree_auth.services.rechecks.disputes import Disputes
from degree_auth.services.rechecks.wrong_answers import WrongAnswerStatements
from degree_auth.services.register.matching import Matching, compare_case
from degree_auth.services.register_changes.changes import RegisterChanges
from degree_auth.services.register_changes.report_flags import ReportFlags
from degree_auth.services.reports.issuance import Issuance
from degree_auth.services.reports.written_notices import WrittenNotices
from degree_auth.services.review.sheets import ReviewSheets
from degree_auth.services.review.staff_decisions import Done, Review
from degree_auth.services.verification.answer_files import AnswerFiles
from degree_auth.services.verification.commands import Verification
from degree_auth.services.verification.deadlines import TaskClock
from degree_auth.services.verification.forecasts import AnswerCounting, Forecasts
from degree_auth.services.verification.listed_degrees import described_task
from degree_auth.services.verification.messages import TaskMessages
from degree_auth.services.verification.seen_marks import SeenMarks
from degree_auth.services.verification.task_lists import TaskDesk
from degree_auth.services.verification.task_sheets import TaskSheets
from degree_auth.services.verification.task_view import TaskForms
from degree_auth.services.verification.written_forms import WrittenForms
from tests.doubles.memory import (
    CountingPress,
    MemoryAnswerTimes,
    MemoryCases,
    MemoryDocuments,
    MemoryExaminer,
    MemoryRegister,
    MemoryRegistrations,
    MemoryWorkflows,
)
from tests.doubles.readings import MemoryReadings
from tests.doubles.staff import MemoryStaff
from tests.samples.claims import award, body_of
from tests.samples.feedback import denial_of

EVERYTHING_PRINTS = Coverage.parse("0000-10FFFF")


def principal(account_id: str, institution_code: str, department_id: str | None, tier: int) -> Principal:
    """Who asks, as a session tells it."""
    return Principal(account_id, f"u-{account_id}", institution_code, department_id, tier)


def lead_of(case: Case) -> Principal:
    """The lead department's account of the institution that is asked last."""
    assert case.task is not None
    return principal("lead", case.task.institution_code, None, 1)


class Anybody:
    """A caller who may do everything: tests of what commands do are about cases, and not about who asks."""

    @property
    def reader(self) -> Reader:
        return link_bearer("192.0.2.1")

    def require(self, case: Case) -> None:
        pass

    def speaks_for_holder(self, case: Case) -> bool:
        return True

    def own_claim(self, case: Case, claim: Claim) -> Claim:
        return claim


class World:
    """Everything that a case needs, in memory; `records` are in the register."""

    def __init__(self, records: int = 5, coverage: Coverage = EVERYTHING_PRINTS) -> None:
        rng = Random(7)
        self.records: list[AwardRecord] = [award(rng, serial) for serial in range(records)]
        self.now = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
        self.register = MemoryRegister(list(self.records))
        self.workflows = MemoryWorkflows()
        self.documents = MemoryDocuments()
        self.examiner = MemoryExaminer(self.documents)
        self.press = CountingPress()
        self.keyring = Keyring(b"a master secret of thirty-two bytes or more")
        self.cases = MemoryCases(self.keyring.cases, partial(described_task, self.keyring))
        self.faults: list[str] = []
        institutions = shipped_institutions()
        self.matching = Matching(self.register, institutions, coverage)
        calendar = self.calendar = published_calendar()
        nudge = Nudge(self.cases, self.workflows, self.faults.append)
        self.intake = Intake(
            store=self.cases,
            sealer=self.keyring,
            matching=self.matching,
            nudge=nudge,
            report_fault=self.faults.append,
            wait_seconds=0,
        )
        self.registrations = MemoryRegistrations()
        self.reading_store = MemoryReadings()
        self.told: list[tuple[str, str, int, int]] = []
        self.readings = Readings(
            store=self.reading_store,
            sealer=self.keyring,
            links=self.documents,
            tell=lambda *counted: self.told.append(counted),
            report_fault=self.faults.append,
        )
        dispute_period = timedelta(days=60)
        self.own_case = OwnCase(
            store=self.cases,
            sealer=self.keyring,
            documents=self.documents,
            calendar=calendar,
            registrations=self.registrations,
            dispute_period=dispute_period,
            readings=self.readings,
            caller=Anybody(),
        )
        self.own_cases = OwnCases(self.cases, self.keyring)
        self.own_case_list = OwnCaseList(self.own_cases, self.readings)
        self.own_case_commands = OwnCaseCommands(
            store=self.cases,
            sealer=self.keyring,
            documents=self.documents,
            nudge=nudge,
            dispute_period=dispute_period,
            caller=Anybody(),
        )
        self.verification = Verification(
            store=self.cases,
            sealer=self.keyring,
            nudge=nudge,
            calendar=calendar,
            registrations=self.registrations,
            rates=published_fee_rates(),
        )
        seen = SeenMarks(self.cases, self.faults.append)
        self.desk = TaskDesk(self.cases, self.cases, self.keyring, calendar)
        self.forms = TaskForms(
            store=self.cases,
            sealer=self.keyring,
            calendar=calendar,
            registrations=self.registrations,
            readings=self.readings,
            seen=seen,
        )
        self.messages = TaskMessages(self.cases, self.keyring, nudge, self.readings, seen)
        self.sheets = TaskSheets(
            desk=self.desk,
            store=self.cases,
            digests=self.keyring,
            readings=self.readings,
            verification=self.verification,
            write=write_sheet,
            read=read_sheet,
        )
        self.wrong_answers = WrongAnswerStatements(self.cases, self.keyring, nudge)
        self.answer_files = AnswerFiles(self.cases, self.documents)
        self.answer_times = MemoryAnswerTimes()
        self.answer_counting = AnswerCounting(self.cases, self.answer_times, calendar)
        self.clock = TaskClock(
            forecasts=Forecasts(self.answer_times),
            store=self.cases,
            sealer=self.keyring,
            registrations=self.registrations,
            calendar=calendar,
        )
        self.disavowals = Disavowals(store=self.cases, sealer=self.keyring, nudge=nudge, calendar=calendar)
        self.rechecks = Rechecks(sealer=self.keyring, register=self.register, institutions=institutions, nudge=nudge)
        self.disputes = Disputes(sealer=self.keyring, nudge=nudge, period=dispute_period, caller=Anybody())
        self.changes = RegisterChanges(
            store=self.cases,
            sealer=self.keyring,
            register=self.register,
            keeper=self.register,
            institutions=institutions,
        )
        self.flags = ReportFlags(
            store=self.cases, sealer=self.keyring, register=self.register, institutions=institutions
        )
        self.review = Review(
            store=self.cases,
            sealer=self.keyring,
            institutions=institutions,
            documents=self.documents,
            nudge=nudge,
            verification=self.verification,
            written_forms=WrittenForms(
                verification=self.verification, documents=self.documents, examiner=self.examiner
            ),
            rechecks=self.rechecks,
            disavowals=self.disavowals,
            changes=self.changes,
            sheets=ReviewSheets(
                store=self.cases,
                sealer=self.keyring,
                register=self.register,
                institutions=institutions,
                registrations=self.registrations,
                documents=self.documents,
                bucket="documents",
                calendar=calendar,
                readings=self.readings,
                lay_out=review_page,
            ),
            readers=StaffReaders(MemoryStaff(), ROLES_OF),
            calendar=calendar,
        )
        self.issuance = Issuance(
            store=self.cases,
            sealer=self.keyring,
            register=self.register,
            institutions=institutions,
            documents=self.documents,
            press=self.press,
            check_url="https://example.org/check",
            flags=ReportFlags(store=self.cases, sealer=self.keyring, register=self.register, institutions=institutions),
            written_notices=WrittenNotices(
                store=self.cases,
                sealer=self.keyring,
                register=self.register,
                documents=self.documents,
                press=self.press,
                check_url="https://example.org/check",
                dispute_period=dispute_period,
            ),
        )

    def own_readings(self, caller: Caller) -> OwnReadings:
        """Who has viewed a case, as a caller is shown it."""
        return OwnReadings(
            store=self.cases,
            readings=self.reading_store,
            checks=self.reading_store,
            institution_name=lambda code, _: f"单位 {code}",
            caller=caller,
        )

    def publish(self, calendar: Calendar) -> None:
        """From now on everything is counted by this calendar."""
        self.calendar = self.cases.calendar = calendar
        self.own_case = replace(self.own_case, calendar=calendar)
        self.verification = replace(self.verification, calendar=calendar)
        self.disavowals = replace(self.disavowals, calendar=calendar)
        sheets = replace(self.review.sheets, calendar=calendar)
        self.review = replace(self.review, verification=self.verification, disavowals=self.disavowals, sheets=sheets)
        self.review = replace(self.review, calendar=calendar)
        self.desk, self.forms = replace(self.desk, calendar=calendar), replace(self.forms, calendar=calendar)
        self.sheets = replace(self.sheets, desk=self.desk, verification=self.verification)
        self.clock = replace(self.clock, calendar=calendar)

    def body(self, which: int = 0, **degree: Any) -> dict[str, Any]:
        """The truthful application for a record, with changed facts of the degree."""
        body = body_of(self.records[which])
        body["degree"] |= degree
        return body

    def submit(self, body: dict[str, Any], key: str | None = None) -> Case:
        """What the holder submits who signed in."""
        return self.received(body, key).case

    def received(self, body: dict[str, Any], key: str | None = None) -> Received:
        """The same, with what the answer tells."""
        return self.intake.submit(body, key, "api", self.person(body), self.now)

    def unproven(self, body: dict[str, Any], key: str | None = None) -> Received:
        """What somebody submits who did not sign in."""
        return self.intake.submit(body, key, "api", None, self.now)

    def person(self, body: dict[str, Any]) -> ProvenPerson:
        """The holder of an application, who signed in."""
        holder = parse_submission(body, shanghai_day(self.now)).claim.holder
        return ProvenPerson(
            holder.name, holder.identity_type, holder.identity_number, Authority.IDENTITY_PROVIDER, self.now
        )

    def holder_of(self, case: Case) -> ProvenPerson:
        """The holder whom a case names, who signed in."""
        holder = open_submission(self.keyring, case).claim.holder
        return ProvenPerson(
            holder.name, holder.identity_type, holder.identity_number, Authority.IDENTITY_PROVIDER, self.now
        )

    def disavow(self, case: Case, reason: str = "不是我申请的") -> Case:
        """The holder says that the case is not theirs."""
        return self.disavowals.disavow(self.holder_of(case), case.case_number, {"reason": reason}, self.now)

    def take_back(self, case: Case) -> Case:
        """The holder takes that back."""
        return self.disavowals.take_back(self.holder_of(case), case.case_number, self.now)

    def decide_disavowal(self, case: Case, decision: str, command: str = "disavowal") -> Case:
        """Staff decide whether somebody else applied."""
        return self.staff("decide_disavowal", case, command=command, reason="经核实", decision=decision).case

    def mismatched(self) -> Case:
        """A case in material review, with its certificate scan."""
        case = self.submit(self.body(discipline="园艺学"))
        assert case.stage is Stage.MATERIAL_REVIEW
        return self.attach(case)

    def attach(self, case: Case, content: bytes = b"%PDF-1.7 a synthetic scan", kind: str = "certificate_scan") -> Case:
        """Announce and upload a file."""
        announced = {"kind": kind, "content_type": "application/pdf", "size": len(content)}
        attachment_id, _, _ = self.own_case_commands.announce_attachment(case.case_number, announced, self.now)
        key = f"incoming/{case.case_number}/{attachment_id}"
        self.documents.put(key, content, "application/pdf")
        self.receive(key)
        return self.cases.load(case.case_number)

    def shown_report(self, case: Case) -> dict[str, str] | None:
        """What the applicant is shown of the report of a case."""
        shown: dict[str, str] | None = self.own_case.status(case.case_number, self.now)["report"]
        return shown

    def receive(self, key: str) -> str:
        """What becomes of an uploaded file."""
        return receive_upload(self.cases, self.documents, self.examiner, key, self.now)

    def staff(self, action: str, case: Case, command: str = "execution-1", **more: Any) -> Done:
        body = {"action": action, "case_number": case.case_number, "reviewer": "reviewer-1", **more}
        if action in ("confirm_identity", "confirm_written_feedback", "approve_register_change"):
            # The sheet was opened right before.
            body.setdefault("version", self.cases.load(case.case_number).version)
        folder = f"case-forms/{case.case_number}"
        # What lies there now is what was looked at.
        if action == "record_written_feedback":
            body.setdefault("form_sha256", self.documents.sha256(f"{folder}/feedback.json"))
            body.setdefault("scan_sha256", self.documents.sha256(f"{folder}/feedback.pdf"))
        if more.get("correction_sheet"):
            body.setdefault("sha256", self.documents.sha256(f"{folder}/correction.json"))
        return self.review.carry_out(parse_staff_action(body), command, self.now)

    def supplied(self, case: Case) -> Case:
        """The applicant uploads a file that was asked for, and says so."""
        self.attach(case, kind="supplement")
        return self.own_case_commands.supplement(case.case_number, {}, self.now)

    def compare(self, case: Case) -> Case:
        return compare_case(self.cases, self.keyring, self.matching, case.case_number, self.now)

    def asked(self, **degree: Any) -> Case:
        """A case that waits for its institution, whose task is routed."""
        case = self.attach(self.submit(self.body(**({"discipline": "园艺学"} | degree))))
        return self.attend(self.staff("confirm_material", case, command="confirm").case)

    def attend(self, case: Case) -> Case:
        return self.clock.attend(case.case_number, self.now)[0]

    def answer(self, case: Case, result: str, asker: Principal | None = None, **more: Any) -> Case:
        """The institution's feedback; what the form needs is filled in."""
        body: dict[str, Any] = {"result": result, "handler": "经办人", **more}
        if result in ("verified", "partly_inconsistent"):
            body = {"archive_reference": "档-2022-001", **body}
        if result in DENIALS:
            body = {**denial_of(result), **body}
        if result == "needs_material":
            body = {"fields": ["certificate_scan"], "reason": "请补充成绩单", **body}
        task = case.task
        assert task is not None
        return self.verification.receive_feedback(asker or lead_of(case), task.task_id, body, self.now)

    def forget(self, which: int = 0) -> None:
        """The register has nothing of the person of a record any more."""
        number = self.records[which].identity_number
        self.register.records = [one for one in self.register.records if one.identity_number != number]

    def denied(self, result: str = "not_awarded", asked: Case | None = None, asker: Principal | None = None) -> Case:
        """A case that is concluded by a denial which the register does not contradict."""
        asked = asked or self.asked()
        self.forget()
        return self.issue(self.answer(asked, result, asker))

    def issue(self, case: Case) -> Case:
        return self.issuance.issue(case.case_number, self.now)

    def answer_wrong(self, case: Case) -> Case:
        """The institution reports that its answer was wrong."""
        assert case.task is not None
        return self.wrong_answers.receive(lead_of(case), case.task.task_id, {"reason": "查错档案"}, self.now)

    def keep_register(self, case: Case) -> Case:
        """One round of the register change's machine."""
        return self.changes.attend(case.case_number, self.now).case

    def reconcile(
        self,
        grace: timedelta = timedelta(0),
        look_again: LookAgain | None = None,
        pace: Pace | None = None,
        after: timedelta = timedelta(minutes=1),
    ) -> Reconciled:
        self.now += after
        return reconcile(self.cases, self.workflows, self.now, grace, look_again, pace)

    def wait(self, case: Case, token: str) -> datetime:
        """What the verification machine does when nothing is left to do: keeps its token, and until when it waits."""
        case, look = self.clock.attend(case.case_number, self.now)
        self.cases.tokens[case.case_number] = (token, case.version)
        self.cases.waits[case.case_number] = look
        self.workflows.waiting.add(token)
        return look

    def drive(self, case_number: str) -> Case:
        """Do what the machines do for a case until it ends or waits for a person."""
        while True:
            case = self.cases.load(case_number)
            if case.stage is Stage.RECEIVED:
                self.compare(case)
            elif case.stage in (Stage.ISSUING, Stage.CONCLUDING):
                self.issue(case)
            elif case.stage is Stage.VERIFICATION and self.attend(case) != case:
                continue
            else:
                for running in self.workflows.running.values():
                    running -= {name for name in running if name.startswith(case_number)}
                return case


def tell_no_other_case(patch: pytest.MonkeyPatch) -> None:
    """Whoever corrects a report is cut off before the other cases of its holding are told."""
    patch.setattr(ReportFollowing, "update_other_cases", lambda *_: None)
