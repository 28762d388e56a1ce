"""Cases under random histories of everybody's commands: one report at most, never a false one, all on record."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import cache
from itertools import pairwise
from random import Random

import pytest

from degree_auth.adapters.shared.retention import published_retention
from degree_auth.domain.cases.attachment import ScannedFile
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.erasure import ErasureStatus
from degree_auth.domain.cases.events import Event, EventType
from degree_auth.domain.cases.fold import evolve, replay
from degree_auth.domain.cases.held_by_history import held_by_history
from degree_auth.domain.cases.ledger import ledger
from degree_auth.domain.cases.stages import HeldBy, Machine, Stage, machine_for
from degree_auth.domain.cases.task import VERIFICATION_DAYS, Task
from degree_auth.domain.cases.timeline import event_words, timeline
from degree_auth.domain.notifications.platform_message import MESSAGES, institution_due, platform_event
from degree_auth.domain.notifications.public_event import public_event
from degree_auth.domain.reports.issued_document import DocumentKind
from degree_auth.domain.review.personal_data_actions import parse_personal_data_action
from degree_auth.domain.shared.chain import verify
from degree_auth.domain.shared.errors import DegreeAuthError
from degree_auth.domain.shared.plain_data import as_data, from_data
from degree_auth.domain.shared.working_days import shanghai_day
from degree_auth.domain.verification.history import task_history
from degree_auth.domain.verification.listing import listed_tasks
from degree_auth.domain.verification.messages import MOST_MESSAGES
from degree_auth.services.cases.applicant_deadlines import remind_applicants
from degree_auth.services.cases.attachments import withdraw_upload
from degree_auth.services.cases.nudge import Nudge
from degree_auth.services.cases.sealed_parts import open_submission
from degree_auth.services.review.erasures import Erasures
from tests.doubles.memory import MemoryShares
from tests.doubles.notified import MemoryOutbox
from tests.doubles.platform_events import problems_of
from tests.doubles.world import World, lead_of, principal
from tests.samples.feedback import denial_of

WALKS, STEPS = 80, 80
RESULTS = {
    "verified": 4,
    "partly_inconsistent": 4,
    "needs_material": 4,
    "not_this_institution": 3,
    "not_awarded": 1,
    "no_such_person": 1,
    "cannot_verify": 1,
}
KEPT_WHILE_FROZEN = {
    EventType.FEEDBACK_RECEIVED,
    EventType.WRITTEN_FEEDBACK_RECORDED,
    EventType.MESSAGE_SENT,
    EventType.ATTACHMENT_STORED,
    EventType.ATTACHMENT_WITHDRAWN,
    EventType.REPORT_FLAGGED,
    # A register that is being written is written to its end.
    EventType.REGISTER_CHANGE_APPLIED,
    EventType.REGISTER_CHANGE_REOPENED,
    EventType.REGISTER_CHANGE_CLOSED,
}
CHANGES_THE_CLAIM = (EventType.CLAIM_CORRECTED, EventType.APPLICATION_SUPPLEMENTED)


def standing(case: Case) -> tuple[object, ...]:
    """What the platform has to know of a case."""
    numbers = [None if one is None else one.report_number for one in (case.report, case.written_notice)]
    return case.stage, case.held_by, case.outcome, institution_due(case), numbers, case.former_reports


class Died(Exception):
    """A process that was killed."""


class Walk:
    """One case from its receipt on, with institution, staff, applicant, machines and the clock in any order."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        self.world = World(records=1)
        # Half of them are reviewed and verified first, half were matched and have their report.
        self.submitted = self.world.body(**({"discipline": "园艺学"} if seed % 2 else {}))
        begun = self.world.submit(self.submitted)
        self.number = (self.world.attach(begun) if seed % 2 else begun).case_number
        self.commands = 0
        self.looked_at = 0
        self.told: tuple[int, Case | None] = 0, None
        """How many entries were told so far, and the case after them."""
        self.read: tuple[Case, list[Event]] | None = None
        self.verified: Case | None = None
        self.erasures = Erasures(
            store=self.world.cases,
            sealer=self.world.keyring,
            documents=self.world.documents,
            shares=MemoryShares(),
            outbox=MemoryOutbox(),
        )
        self.refused = 0
        self.steps: dict[Callable[[], None], int] = {
            self.time_passes: 6,
            self.machines_go_round: 10,
            self.a_notice_arrives: 1,
            self.institution_answers: 5,
            self.institution_extends: 2,
            self.lead_reassigns: 2,
            self.staff_reviews: 6,
            self.staff_decides_on_the_task: 6,
            self.staff_enters_a_written_form: 2,
            self.staff_confirms_it: 1,
            self.applicant_supplements: 4,
            self.applicant_disputes: 4,
            self.staff_decides_on_the_recheck: 10,
            self.a_draw_finds_the_case: 2,
            self.the_register_is_kept: 6,
            self.the_register_changes: 4,
            self.an_import_flags_reports: 2,
            self.the_reconciler_comes_round: 2,
            self.applicant_asks_for_urgency: 1,
            self.they_exchange_messages: 2,
            self.applicant_submits_again: 2,
            self.staff_corrects_or_rejects: 2,
            self.a_process_dies: 3,
            self.institution_takes_an_answer_back: 3,
            self.the_holder_disavows: 2,
            self.the_holder_takes_it_back: 1,
            self.staff_decides_on_the_disavowal: 2,
            self.nobody_supplies: 1,
            self.a_scanner_finds_something: 1,
            self.staff_thinks_of_erasing: 2,
        }

        # What moves a case on from where it stands, so that the histories get far.
        self.pressing: dict[Stage, list[Callable[[], None]]] = {
            Stage.RECEIVED: [self.machines_go_round],
            Stage.MATERIAL_REVIEW: [self.staff_reviews],
            Stage.PARKED: [self.staff_reviews],
            Stage.AWAITING_APPLICANT: [self.applicant_supplements] * 4 + [self.nobody_supplies],
            Stage.VERIFICATION: [
                self.machines_go_round,
                self.lead_reassigns,
                self.institution_answers,
                self.institution_answers,
                self.staff_decides_on_the_task,
                self.time_passes,
            ],
            Stage.ISSUING: [self.machines_go_round],
            Stage.CONCLUDING: [self.machines_go_round],
            Stage.CONCLUDED: [self.applicant_disputes, self.the_register_is_kept],
            Stage.RECHECK_ADMISSION: [self.staff_decides_on_the_recheck],
            Stage.RECHECK_DECISION: [self.staff_decides_on_the_recheck],
            Stage.WITHDRAWN: [self.the_register_is_kept],
            Stage.REJECTED: [self.the_register_is_kept],
            Stage.ANNULLED: [self.the_register_is_kept],
            Stage.FROZEN: [
                self.institution_answers,
                self.staff_enters_a_written_form,
                self.staff_confirms_it,
                self.time_passes,
                self.machines_go_round,
                self.the_register_is_kept,
                self.the_holder_takes_it_back,
                self.staff_decides_on_the_disavowal,
            ],
        }

    def step(self) -> None:
        steps = list(self.steps)
        if self.rng.random() < 0.002:
            self.tried(lambda: self.world.own_case_commands.withdraw(self.number, self.world.now))
        if self.rng.random() < 0.4:
            self.rng.choice(self.pressing[self.case.stage])()
        else:
            self.rng.choices(steps, list(self.steps.values()))[0]()

    @property
    def case(self) -> Case:
        return self.world.cases.load(self.number) if self.read is None else self.read[0]

    @property
    def log(self) -> list[Event]:
        return self.world.cases.log(self.number) if self.read is None else self.read[1]

    def tried(self, command: Callable[[], object]) -> None:
        """A refusal is an answer, and changes nothing."""
        before = self.case
        try:
            command()
        except DegreeAuthError:
            self.refused += 1
            assert self.case == before

    def staff(self, action: str, **more: object) -> None:
        self.commands += 1
        command, reviewer = f"command-{self.commands}", self.rng.choice(["reviewer-1", "reviewer-2"])
        for _ in range(2):
            self.tried(lambda: self.world.staff(action, self.case, command=command, reviewer=reviewer, **more))

    def time_passes(self) -> None:
        self.world.now += timedelta(hours=self.rng.choice([1, 5, 20, 60, 120]))

    def a_notice_arrives(self) -> None:
        """Some weekday is free or not after all, as it has happened after the fact too."""
        day = shanghai_day(self.world.now) + timedelta(days=self.rng.randrange(-10, 15))
        if day.weekday() < 5:
            before = self.world.calendar
            version = f"notice-{self.rng.random()}"
            self.world.publish(replace(before, version=version, free_weekdays=before.free_weekdays ^ {day}))

    def machines_go_round(self) -> None:
        for go in (self.world.compare, self.world.attend, self.world.issue):
            once = go(self.case)
            if once.stage is not Stage.RECEIVED:
                assert go(self.case) == once

    def institution_answers(self) -> None:
        case = self.case
        if case.task is None:
            return
        asker = lead_of(case)
        if case.task.department_id:
            asker = principal("archive", case.task.institution_code, "archive", 2)
        result = self.rng.choices(list(RESULTS), list(RESULTS.values()))[0]
        discipline = self.rng.choice(["园林", "林学"])
        more = {"archive_values": {"degree.discipline": discipline}} if result == "partly_inconsistent" else {}
        for _ in range(2):
            self.tried(lambda: self.world.answer(case, result, asker, **more))

    def institution_extends(self) -> None:
        case = self.case
        if case.task is None or case.task.due is None:
            return
        body = {"due": (case.task.due + timedelta(days=self.rng.randrange(-3, 21))).isoformat(), "reason": "档案在外"}
        task_id = case.task.task_id
        self.tried(lambda: self.world.verification.announce_extension(lead_of(case), task_id, body, self.world.now))

    def lead_reassigns(self) -> None:
        case = self.case
        if case.task is None:
            return
        self.world.registrations.departments.add((case.task.institution_code, "archive"))
        body = {"department_id": self.rng.choice(["archive", None]), "reason": "归口"}
        task_id, counted = case.task.task_id, case.task.counted_due(self.world.calendar)
        self.tried(lambda: self.world.verification.reassign(lead_of(case), task_id, body, self.world.now))
        after = self.case.task
        assert after is not None
        assert after.counted_due(self.world.calendar) == counted

    def staff_reviews(self) -> None:
        action = self.rng.choice(["confirm_material"] * 4 + ["return_to_applicant", "release", "approve_urgency"])
        more: dict[str, object] = {} if action == "confirm_material" else {"reason": "按规定"}
        if action == "return_to_applicant":
            more["fields"] = ["certificate_scan"]
        self.staff(action, **more)

    def staff_decides_on_the_task(self) -> None:
        chance = self.rng.random()
        if chance < 0.4:
            self.staff("accept_archive_values", reason="以档案为准")
        elif chance < 0.55:
            self.staff("confirm_denial", reason="档案与数据库所载不符")
        else:
            self.staff("redirect_task", reason="转送", institution_code=self.rng.choice(["10001", "10003", "10246"]))

    def staff_enters_a_written_form(self) -> None:
        case = self.case
        if case.task is None:
            return
        self.world.registrations.letters.add((case.task.institution_code, "letter"))
        result = self.rng.choice(["verified", "not_awarded", "no_such_person"])
        verified = {"result": "verified", "handler": "经办人", "archive_reference": "档"}
        form = json.dumps(verified if result == "verified" else denial_of(result))
        self.world.documents.objects[f"case-forms/{self.number}/feedback.json"] = form.encode()
        self.world.documents.objects[f"case-forms/{self.number}/feedback.pdf"] = b"%PDF-1.7 a synthetic form"
        day = shanghai_day(self.world.now) - timedelta(days=self.rng.randrange(5))
        self.staff("record_written_feedback", exemption="letter", received_on=day.isoformat())

    def staff_confirms_it(self) -> None:
        self.staff("confirm_written_feedback")

    def applicant_submits_again(self) -> None:
        """The same application is the same case as long as that was not withdrawn or found ineligible."""
        if self.case.stood_at not in (Stage.WITHDRAWN, Stage.REJECTED, Stage.ANNULLED):
            again = self.world.submit(self.submitted)
            assert again.case_number == self.number

    def staff_corrects_or_rejects(self) -> None:
        if self.rng.random() < 0.4:
            self.staff("reject", reason="不符合条件")
        else:
            self.staff("correct_claim", reason="更正", degree={"discipline": self.rng.choice(["法语", "林学"])})

    def a_process_dies(self) -> None:
        """In the next command, before its commit or right after it, when no machine can be told any more."""
        if self.rng.random() < 0.5:
            self.world.cases.before_commit = self.die
        else:
            self.world.workflows.refuse = True
        try:
            self.rng.choice(self.pressing[self.case.stage])()
        except Died:
            pass
        finally:
            self.world.cases.before_commit = lambda: None
            self.world.workflows.refuse = False

    def die(self) -> None:
        raise Died

    def applicant_supplements(self) -> None:
        said = self.rng.choice(["", "", "", "法语", self.world.records[0].discipline_name])
        change = {"degree": {"discipline": said}} if said else {}
        if self.rng.random() < 0.8:
            self.tried(lambda: self.world.attach(self.case, kind="supplement"))
        for _ in range(2):
            self.tried(lambda: self.world.own_case_commands.supplement(self.number, change, self.world.now))

    def nobody_supplies(self) -> None:
        """The sweep comes round after days in which nothing came; again on the same day, it changes nothing."""
        self.world.now += timedelta(days=self.rng.choice([1, 16, 31]))
        nudge = Nudge(self.world.cases, self.world.workflows, self.world.faults.append)
        remind_applicants(self.world.cases, nudge, self.world.now)
        once = self.case
        remind_applicants(self.world.cases, nudge, self.world.now)
        assert self.case == once

    def a_scanner_finds_something(self) -> None:
        stored = [one for one in self.case.attachments if one.is_stored]
        if not stored:
            return
        file = self.rng.choice(stored)
        found = ScannedFile(self.number, file.attachment_id, file.sha256)
        for _ in range(2):
            assert withdraw_upload(self.world.cases, self.world.documents, found, self.world.now)

    def applicant_disputes(self) -> None:
        case = self.case
        if case.concluded_at is not None and self.rng.random() < 0.7:
            self.tried(lambda: self.world.attach(case, kind="evidence"))
        stored = [one.attachment_id for one in self.case.attachments if one.state == "stored"]
        body = {"reason": "与证书不符", "evidence": stored[-1:]}
        for _ in range(2):
            self.tried(lambda: self.world.disputes.dispute(self.number, body, self.world.now))
        if self.rng.random() < 0.1:
            self.tried(lambda: self.world.own_case_commands.withdraw(self.number, self.world.now))

    def staff_decides_on_the_recheck(self) -> None:
        action = self.rng.choice(["admit_recheck"] * 3 + ["refuse_recheck", "open_recheck"] + ["decide_recheck"] * 4)
        if self.case.stage is Stage.RECHECK_DECISION:
            action = "decide_recheck"
        more: dict[str, object] = {}
        if action == "decide_recheck":
            more["decision"] = self.rng.choice(["upheld", "superseded", "revoked"])
        if action == "open_recheck":
            more["cause"] = self.rng.choice(["institution_report", "register_change"])
        self.staff(action, reason="按规定", **more)

    def a_draw_finds_the_case(self) -> None:
        draw, report = f"draw-{self.rng.randrange(3)}", self.case.report
        drawn = "another" if report is None else report.report_number
        for _ in range(2):
            self.tried(lambda: self.world.rechecks.spot_check(self.number, draw, drawn, self.world.now))

    def the_register_is_kept(self) -> None:
        once = self.world.keep_register(self.case)
        assert self.world.keep_register(once) == once or once.change_stage is not None
        action = self.rng.choice(["approve_register_change"] * 4 + ["close_register_change"])
        self.staff(action, reason="相符")
        self.world.keep_register(self.case)

    def the_register_changes(self) -> None:
        """An annual report says something else of the award, or no longer has it; none brings back what an approved
        register change removed."""
        records = self.world.register.records
        if records and self.rng.random() < 0.5:
            discipline = self.rng.choice(["园林", "林学", "园艺学"])
            records[0] = replace(records[0], discipline_name=discipline)
        elif records:
            records.pop(0)
        elif all(entry.type is not EventType.REGISTER_CHANGE_APPLIED for entry in self.log):
            records.append(self.world.records[0])

    def an_import_flags_reports(self) -> None:
        for report in [one for one in self.world.cases.reports.values() if one.certificate_digest]:
            for _ in range(2):
                self.world.flags.flag([report.certificate_digest], self.world.now)

    def the_reconciler_comes_round(self) -> None:
        """Whatever machine died, there is one for the case and one for its register change afterwards."""
        for machine in Machine:
            self.world.workflows.running[machine].clear()
        self.world.reconcile()
        case = self.case
        for machine in Machine:
            wanted = machine is machine_for(case.stage) or (
                machine is Machine.REGISTER_CHANGE and case.change_stage is not None
            )
            assert (self.number in self.world.workflows.live_cases(machine)) == wanted

    def applicant_asks_for_urgency(self) -> None:
        for _ in range(2):
            self.tried(
                lambda: self.world.own_case_commands.request_urgency(self.number, {"reason": "入学"}, self.world.now)
            )

    def they_exchange_messages(self) -> None:
        case = self.case
        if case.task is None:
            return
        task_id, text, before = case.task.task_id, f"请看第 {self.rng.randrange(9)} 页", len(case.task.messages)
        for _ in range(2):
            self.tried(lambda: self.world.messages.send(lead_of(case), task_id, {"text": text}, None, self.world.now))
        self.staff("send_message", text=text)
        after = self.case.task
        assert after is not None
        assert before + 1 <= len(after.messages) <= before + 2 or len(after.messages) == MOST_MESSAGES

    def institution_takes_an_answer_back(self) -> None:
        case = self.case
        if not case.tasks:
            return
        task, rechecks = self.rng.choice(case.tasks), len(case.rechecks)
        asker = principal("lead", task.institution_code, None, 1)
        body = {"reason": f"原反馈有误之{self.rng.randrange(3)}"}
        for _ in range(2):
            self.tried(lambda: self.world.wrong_answers.receive(asker, task.task_id, body, self.world.now))
        assert len(self.case.rechecks) <= rechecks + 1

    def the_holder_disavows(self) -> None:
        for _ in range(2):
            self.tried(lambda: self.world.disavow(self.case))

    def the_holder_takes_it_back(self) -> None:
        for _ in range(2):
            self.tried(lambda: self.world.take_back(self.case))

    def staff_decides_on_the_disavowal(self) -> None:
        decision = self.rng.choice(["unfounded", "unfounded", "impersonation"])
        self.staff("decide_disavowal", reason="经核实", decision=decision)

    def staff_thinks_of_erasing(self) -> None:
        """One of them proposes it, cannot approve it, and mostly thinks better of it."""
        erasable = self.case.is_final and self.case.register_change is None
        before = self.case.erasure
        self.erases("propose_erasure", "li.ming", ground="holder_request")
        assert erasable or self.case.erasure == before
        self.erases("approve_erasure", "li.ming")
        if self.rng.random() < 0.8:
            self.erases("withdraw_erasure", "li.ming")

    def erases(self, action: str, reviewer: str, **more: str) -> None:
        self.commands += 1
        command = f"command-{self.commands}"
        body = {"action": action, "case_number": self.number, "reviewer": reviewer, "reason": "经核实", **more}
        for _ in range(2):
            self.tried(lambda: self.erasures.decide(parse_personal_data_action(body), command, self.world.now))

    def end(self) -> None:
        """The time of its files comes, then its own, or two people erase it: only once it has ended, and for good."""
        ended, goes_on = self.case.is_final, self.case.register_change is not None
        terms = published_retention()
        self.world.now += terms.files
        self.tried(lambda: self.erasures.end_time_of(self.number, terms, self.world.now))
        assert not (ended and any(one.is_held for one in self.case.attachments))
        if self.rng.random() < 0.5:
            self.erases("propose_erasure", "li.ming", ground="purpose_achieved")
            self.erases("approve_erasure", "zhao.qi")
        else:
            self.world.now += terms.case
            self.tried(lambda: self.erasures.end_time_of(self.number, terms, self.world.now))
        case, log = self.case, self.log
        erased = case.erasure is not None and case.erasure.status is ErasureStatus.DONE
        assert erased is (ended and not goes_on)
        if erased:
            for command in (
                self.institution_answers,
                self.staff_reviews,
                self.applicant_disputes,
                self.nobody_supplies,
            ):
                command()
            assert self.log == log
        self.the_log_makes_the_case_and_its_chain_holds()
        self.every_entry_can_be_told()

    def check(self) -> None:
        # Read once: no check changes anything.
        self.read = self.case, self.log
        self.the_log_makes_the_case_and_its_chain_holds()
        self.every_entry_can_be_told()
        self.there_is_one_report_at_most_and_what_it_says_was_confirmed()
        self.no_answer_is_contradicted()
        self.no_denial_stands_alone_against_the_register()
        self.there_is_one_written_notice_a_conclusion()
        self.nothing_moves_while_the_case_is_frozen()
        self.the_days_add_up()
        self.no_deadline_is_told_of_twice()
        self.every_task_has_its_deadline_and_survives_storage()
        self.read = None

    def the_log_makes_the_case_and_its_chain_holds(self) -> None:
        log = self.log
        if self.case == self.verified:
            return
        self.verified = self.case
        assert replay(log) == self.case
        assert verify(self.number, [entry.as_dict() for entry in log]) is None

    def every_entry_can_be_told(self) -> None:
        """To the event bus, to the platform, to the applicant and to the institution."""
        log = self.log
        told_before, after = self.told
        new = log[told_before:]
        for entry in new:
            before, after = after, evolve(after, entry)
            event = public_event(entry.as_dict())
            assert json.loads(json.dumps(event)) == event
            told = platform_event(event, after)
            assert (told is None) == (entry.type.value not in MESSAGES)
            # Of no change of stage, deadline, conclusion or report does the platform not hear.
            assert told is not None or before is not None
            if told is None and before is not None:
                assert standing(before) == standing(after), entry.type
            else:
                assert problems_of(told) == []
            assert all(event_words(entry))
        self.told = len(log), after
        if new:
            assert timeline(log)[0]["event"] == "application_received"
            assert all(task_history(log, task.task_id) for task in self.case.tasks)

    def there_is_one_report_at_most_and_what_it_says_was_confirmed(self) -> None:
        issued = self.world.cases.reports.values()
        reports = {one.report_number: one for one in issued if one.kind is DocumentKind.REPORT}
        in_force = [one for one in reports.values() if one.state == "valid"]
        case = self.case
        assert [one.report_number for one in in_force] == ([] if case.report is None else [case.report.report_number])
        assert [reports[one.report_number].state for one in case.former_reports] == [
            one.state for one in case.former_reports
        ]
        versions = sorted(one.version for one in reports.values())
        assert versions == list(range(1, len(versions) + 1))
        notices = [notice for year in self.world.cases.published.values() for _, notice in year]
        assert sorted(one.report_number for one in notices) == sorted(
            set(reports) - {one.report_number for one in in_force}
        )
        log = self.log
        for report in in_force:
            issued = next(one for one in log if one.data.get("sha256") == report.sha256)
            log_until = [one for one in log if one.seq < issued.seq]
            confirmed = [entry for entry in log_until if _confirms(entry)][-1]
            changed = [entry for entry in log_until if entry.type in CHANGES_THE_CLAIM and "resumes" not in entry.data]
            assert all(entry.seq < confirmed.seq for entry in changed)
            by_register = confirmed.type is EventType.CLAIM_COMPARED
            assert report.facts["basis"] == ("register" if by_register else "institution")
            degree = open_submission(self.world.keyring, case).claim.degree
            assert report.facts["discipline"] == degree.discipline or case.stood_at is Stage.ISSUING

    def no_answer_is_contradicted(self) -> None:
        """A report in force was not denied by the last answer, and the register does not say what that denied."""
        answers = [entry for entry in self.log if entry.type is EventType.FEEDBACK_RECEIVED]
        case = self.case
        if not answers or answers[-1].data["result"] not in ("not_awarded", "no_such_person"):
            return
        assert case.report is None or case.recheck is not None or case.stage is not Stage.CONCLUDED
        applied = [entry for entry in self.log if entry.type is EventType.REGISTER_CHANGE_APPLIED]
        if case.stage is Stage.CONCLUDED and case.recheck is None and applied and applied[-1].seq > answers[-1].seq:
            claim = open_submission(self.world.keyring, case).claim
            compared, _ = self.world.matching.outcome(claim)
            assert compared.result != "matched"

    def no_denial_stands_alone_against_the_register(self) -> None:
        """While the register has an award of the person, a person concludes what an institution denied, and settles the
        register change. Looked at right after the step, the register is as it was then."""
        log = self.log
        new, self.looked_at = log[self.looked_at :], len(log)
        holder = open_submission(self.world.keyring, self.case).claim.holder
        of_the_person = [
            one
            for one in self.world.register.records
            if one.identity_number == holder.identity_number
            or (one.name, one.birth_date) == (holder.name, holder.birth_date)
        ]
        if not of_the_person:
            return
        for entry in new:
            before = [one for one in log if one.seq < entry.seq]
            answers = [one for one in before if one.type is EventType.FEEDBACK_RECEIVED]
            if not answers:
                continue
            since = [one for one in before if one.seq > answers[-1].seq]
            if entry.type is EventType.CASE_CONCLUDED:
                decided = (EventType.DENIAL_CONFIRMED, EventType.RECHECK_DECIDED)
                assert any(one.type in decided and one.actor.startswith("staff:") for one in since)
            denied = answers[-1].data["result"] in ("not_awarded", "no_such_person")
            ends = (EventType.CASE_CONCLUDED, EventType.DENIAL_CONFIRMED, EventType.RECHECK_DECIDED)
            concluded = any(one.type in ends for one in since)
            if entry.type is EventType.REGISTER_CHANGE_CLOSED and denied and concluded:
                assert entry.actor.startswith("staff:") or entry.data["reason"] == "verified_again"

    def there_is_one_written_notice_a_conclusion(self) -> None:
        notices = [one for one in self.world.cases.reports.values() if one.kind is DocumentKind.WRITTEN_NOTICE]
        concluded = [entry for entry in self.log if entry.type is EventType.CASE_CONCLUDED]
        case = self.case
        assert {one.report_number for one in notices} == {entry.data["notice_number"] for entry in concluded}
        assert len(notices) == len(concluded) == case.notices
        in_force = [one.report_number for one in notices if one.state == "valid"]
        assert in_force == ([] if case.written_notice is None else [case.written_notice.report_number])
        assert case.report is None or case.written_notice is None

    def nothing_moves_while_the_case_is_frozen(self) -> None:
        """What comes from outside is kept; nobody decides, compares, issues or concludes anything."""
        frozen = False
        for entry in self.log:
            if entry.type in (EventType.DISAVOWAL_TAKEN_BACK, EventType.DISAVOWAL_DECIDED):
                frozen = False
            assert not frozen or entry.type in KEPT_WHILE_FROZEN
            frozen = frozen or entry.type is EventType.CASE_DISAVOWED
        case = self.case
        assert frozen is (case.stage is Stage.FROZEN) is (case.disavowal is not None)
        assert case.stage is not Stage.ANNULLED or case.report is None

    def the_days_add_up(self) -> None:
        case = self.case
        charged = ledger(held_by_history(self.log, self.world.now), self.world.now, self.world.calendar)
        days = [day for day, _ in charged.charged]
        assert days == sorted(set(days))
        assert charged.used(HeldBy.CENTRE) + charged.used(HeldBy.INSTITUTION) == len(days)
        began = case.rechecks[-1].opened_at if case.rechecks else case.received_at
        of_tasks = sum(
            task.used_days(self.world.calendar, self.world.now) for task in case.tasks if task.spans[0][0] >= began
        )
        assert of_tasks == charged.used(HeldBy.INSTITUTION)
        assert charged.held_by is (case.held_by if case.disavowal is None else HeldBy.NOBODY)

    def every_past_moment_can_be_counted_again(self) -> None:
        """What came later changes no working day of the past; a written form alone moves days, to the centre."""
        log = self.log
        for length, entry in enumerate(log, start=1):
            if any(later.at == entry.at for later in log[length:]):
                continue
            then = ledger(held_by_history(log[:length], entry.at), entry.at, self.world.calendar).charged
            again = ledger(held_by_history(log, entry.at), entry.at, self.world.calendar).charged
            assert [day for day, _ in again] == [day for day, _ in then]
            moved = {(was, now) for (_, was), (_, now) in zip(then, again, strict=True) if was is not now}
            assert moved <= {(HeldBy.INSTITUTION, HeldBy.CENTRE)}
            assert not moved or any(one.data.get("channel") == "written" for one in log[length:])

    def no_deadline_is_told_of_twice(self) -> None:
        log = self.log
        for kind in (EventType.TASK_REMINDED, EventType.TASK_OVERDUE):
            told = [(entry.data["task_id"], entry.data["due"]) for entry in log if entry.type is kind]
            assert all(one != following for one, following in pairwise(told))

    def every_task_has_its_deadline_and_survives_storage(self) -> None:
        case = self.case
        assert list(self.world.cases.tasks.values()) == listed_tasks(case)
        assert all(from_data(Task, as_data(task)) == task for task in case.tasks)
        assert [task for task in case.tasks[:-1] if task.is_with_institution] == []
        if case.task is not None and case.task.is_with_institution:
            assert case.stage is Stage.VERIFICATION
            due = case.task.counted_due(self.world.calendar)
            assert due is not None
            began = shanghai_day(case.task.spans[0][0])
            assert case.urgent or self.world.calendar.working_days_between(began, due) >= VERIFICATION_DAYS


def _confirms(event: Event) -> bool:
    if event.type is EventType.CLAIM_COMPARED:
        return bool(event.data["comparison"]["result"] == "matched")
    if event.type is EventType.FEEDBACK_RECEIVED:
        return bool(event.data["result"] == "verified")
    if event.type is EventType.RECHECK_DECIDED:
        return bool(event.data["decision"] == "superseded")
    return event.type is EventType.ARCHIVE_VALUES_ACCEPTED


@cache
def reached_by_walk(seed: int) -> frozenset[str]:
    """What a history came to, everything being right after each of its steps."""
    walk = Walk(seed)
    for _ in range(STEPS):
        walk.step()
        walk.check()
    walk.every_past_moment_can_be_counted_again()
    walk.end()
    return frozenset({entry.type.value for entry in walk.log} | {str(walk.case.outcome), str(walk.case.basis)})


@pytest.mark.requirement("A4", "A5", "A12", "N1", "N2", "N3")
@pytest.mark.parametrize("seed", range(WALKS))
def test_whatever_the_order_of_commands_the_record_stays_right(seed: int) -> None:
    assert reached_by_walk(seed)


@pytest.mark.requirement("A4", "A5")
def test_the_random_histories_reach_every_kind_of_end() -> None:
    # Nothing is unprintable here, no notice arrives, no file is refused, and no two records are alike; and each history
    # is of one case, so no other one has a report on its award.
    never = {"attachment_refused", "case_parked", "deadline_recounted", "register_change_reopened"}
    never |= {"report_adopted", "report_followed", "conclusion_followed"}
    # Nobody watches the centre, or takes work in hand, or reads messages here.
    never |= {"centre_reminded", "messages_read", "taken_in_hand", "given_back"}
    # The applicant signed in, and does not renew the link.
    never |= {"identity_confirmed", "access_link_renewed"}
    # Nobody takes a case in hand, reads messages, or watches the centre's own days.
    never |= {"taken_in_hand", "given_back", "messages_read", "centre_reminded", "centre_overdue"}
    missing = {kind.value for kind in EventType} - never
    missing |= {"reported", "not_confirmed", "cannot_verify", "impersonation", "register", "institution"}
    for seed in range(4 * WALKS):
        missing -= reached_by_walk(seed)
        if not missing:
            break
    assert missing == set()
