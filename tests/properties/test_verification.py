"""Cases under random histories of everybody's commands: one report at most, never a false one, all on record."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from degree_auth.adapters.working_days import published_calendar
from degree_auth.domain.case import Case, Event, EventType, HeldBy, Stage, replay
from degree_auth.domain.chain import verify
from degree_auth.domain.errors import DegreeAuthError
from degree_auth.domain.holding import held_by_history
from degree_auth.domain.ledger import ledger
from degree_auth.domain.task import VERIFICATION_DAYS, task_as_dict, task_from_dict
from degree_auth.domain.workdays import shanghai_day
from degree_auth.services.cases import open_submission
from tests.doubles.world import Account, World, lead_of

CALENDAR = published_calendar()


class Verifications(RuleBasedStateMachine):
    """One case from its review on, with institution, staff, applicant, machines and the clock in any order."""

    @initialize(urgent=st.booleans())
    def begin(self, urgent: bool) -> None:
        self.world = World(records=1)
        self.number = self.world.asked().case_number
        self.commands = 0
        self.accepted: list[str] = []
        if urgent:
            self.staff("approve_urgency", 1, reason="急")

    def case(self) -> Case:
        return self.world.cases.load(self.number)

    def log(self) -> list[Event]:
        return self.world.cases.log(self.number)

    def staff(self, action: str, reviewer: int, **more: object) -> None:
        self.commands += 1
        self.tried(
            lambda: self.world.staff(
                action, self.case(), command=f"c{self.commands}", reviewer=f"reviewer-{reviewer}", **more
            )
        )

    def tried(self, command: object) -> None:
        """A refusal is an answer, and changes nothing."""
        before = self.case()
        try:
            command()  # type: ignore[operator]
        except DegreeAuthError:
            assert self.case() == before

    @rule(hours=st.integers(1, 120))
    def time_passes(self, hours: int) -> None:
        self.world.now += timedelta(hours=hours)

    @rule()
    def machine_attends(self) -> None:
        first = self.world.attend(self.case())
        assert self.world.attend(self.case()) == first

    @precondition(lambda self: self.case().stage in (Stage.RECEIVED,))
    @rule()
    def machine_compares(self) -> None:
        self.world.compare(self.case())

    @precondition(lambda self: self.case().stage in (Stage.ISSUING,))
    @rule()
    def machine_issues(self) -> None:
        self.world.issue(self.case())

    @rule(
        discipline=st.sampled_from(["园林", "林学"]),
        result=st.sampled_from(
            [
                "verified",
                "verified",
                "partly_inconsistent",
                "partly_inconsistent",
                "not_awarded",
                "cannot_verify",
                "not_this_institution",
                "needs_material",
            ]
        ),
    )
    def institution_answers(self, result: str, discipline: str) -> None:
        case = self.case()
        if case.task is None:
            return
        asker = lead_of(case)
        if case.task.department_id:
            asker = Account("archive", case.task.institution_code, "archive", 2)
        more = {"archive_values": {"degree.discipline": discipline}} if result == "partly_inconsistent" else {}
        self.tried(lambda: self.world.answer(case, result, asker, **more))
        self.tried(lambda: self.world.answer(case, result, asker, **more))

    @precondition(lambda self: self.case().stage in (Stage.VERIFICATION,))
    @rule(days=st.integers(-3, 20))
    def institution_extends(self, days: int) -> None:
        case = self.case()
        if case.task is not None and case.task.due is not None:
            body = {"due": (case.task.due + timedelta(days=days)).isoformat(), "reason": "档案在外"}
            task_id = case.task.task_id
            self.tried(lambda: self.world.verification.announce_extension(lead_of(case), task_id, body, self.world.now))

    @precondition(lambda self: self.case().stage in (Stage.VERIFICATION,))
    @rule(department=st.sampled_from(["archive", None]))
    def lead_reassigns(self, department: str | None) -> None:
        case = self.case()
        if case.task is None:
            return
        self.world.organisation.departments.add((case.task.institution_code, "archive"))
        body, task_id, due = {"department_id": department, "reason": "归口"}, case.task.task_id, case.task.due
        self.tried(lambda: self.world.verification.reassign(lead_of(case), task_id, body, self.world.now))
        after = self.case().task
        assert after is not None
        assert after.due == due

    @precondition(lambda self: self.case().stage in (Stage.MATERIAL_REVIEW, Stage.AWAITING_APPLICANT, Stage.PARKED))
    @rule(
        action=st.sampled_from(
            ["confirm_material", "confirm_material", "return_to_applicant", "release", "reject", "approve_urgency"]
        )
    )
    def staff_reviews(self, action: str) -> None:
        more: dict[str, object] = {"fields": ["certificate_scan"]} if action == "return_to_applicant" else {}
        if action != "reject" or self.commands > 12:
            self.staff(action, 1, **({} if action == "confirm_material" else {"reason": "按规定"}), **more)

    @precondition(lambda self: self.case().stage in (Stage.VERIFICATION,))
    @rule()
    def staff_accepts_archive_values(self) -> None:
        before = self.case()
        self.staff("accept_archive_values", 1, reason="以档案为准")
        if self.case() != before:
            self.accepted.append(open_submission(self.world.keyring, self.case()).claim.degree.discipline)

    @precondition(lambda self: self.case().stage in (Stage.VERIFICATION,))
    @rule(code=st.sampled_from(["10001", "10003", "10246"]))
    def staff_sends_on(self, code: str) -> None:
        self.staff("redirect_task", 1, reason="转送", institution_code=code)

    @precondition(lambda self: self.case().stage in (Stage.VERIFICATION,))
    @rule(late=st.integers(0, 4), result=st.sampled_from(["verified", "not_awarded"]))
    def staff_enters_a_written_form(self, late: int, result: str) -> None:
        case = self.case()
        if case.task is None:
            return
        self.world.organisation.letters.add((case.task.institution_code, "letter"))
        form = f'{{"result": "{result}", "handler": "经办人", "archive_reference": "档"}}'
        self.world.documents.objects[f"review/{self.number}/feedback.json"] = form.encode()
        day = shanghai_day(self.world.now) - timedelta(days=late)
        self.staff("record_written_feedback", 1, exemption="letter", received_on=day.isoformat())

    @precondition(lambda self: self.case().stage in (Stage.VERIFICATION,))
    @rule(reviewer=st.integers(1, 2))
    def staff_confirms_it(self, reviewer: int) -> None:
        self.staff("confirm_written_feedback", reviewer)

    @precondition(lambda self: self.case().stage in (Stage.AWAITING_APPLICANT,))
    @rule(discipline=st.sampled_from(["", "", "法语", "recorded"]))
    def applicant_supplements(self, discipline: str) -> None:
        said = self.world.records[0].discipline_name if discipline == "recorded" else discipline
        change = {"degree": {"discipline": said}} if said else {}
        self.tried(lambda: self.world.following.supplement(self.number, change, self.world.now))

    @precondition(lambda self: len(self.log()) > 9)
    @rule()
    def applicant_withdraws(self) -> None:
        self.tried(lambda: self.world.following.withdraw(self.number, self.world.now))

    @invariant()
    def the_log_makes_the_case_and_its_chain_holds(self) -> None:
        log = self.log()
        assert replay(log) == self.case()
        assert verify(self.number, [entry.as_dict() for entry in log]) is None

    @invariant()
    def there_is_one_report_at_most_and_it_was_confirmed(self) -> None:
        assert len(self.world.cases.reports) <= 1
        case = self.case()
        assert bool(self.world.cases.reports) == (case.report is not None)
        for report in self.world.cases.reports.values():
            assert report.facts["basis"] == case.basis
            confirming = [e for e in self.log() if self.confirms(e)]
            assert confirming
            changed = [
                e.seq for e in self.log() if e.type in (EventType.CLAIM_CORRECTED, EventType.APPLICATION_SUPPLEMENTED)
            ]
            assert not [seq for seq in changed if seq > confirming[-1].seq]
            assert report.facts["discipline"] == open_submission(self.world.keyring, case).claim.degree.discipline

    @staticmethod
    def confirms(event: Event) -> bool:
        if event.type is EventType.CLAIM_COMPARED:
            return event.data["comparison"]["result"] == "matched"
        if event.type is EventType.FEEDBACK_RECEIVED:
            return event.data["result"] == "verified"
        return event.type is EventType.ARCHIVE_VALUES_ACCEPTED

    @invariant()
    def the_days_add_up(self) -> None:
        log, now = self.log(), self.world.now
        history = held_by_history(log)
        charged = ledger(history, now, CALENDAR)
        days = [day for day, _ in charged.charged]
        assert days == sorted(set(days))
        assert charged.used(HeldBy.CENTRE) + charged.used(HeldBy.INSTITUTION) == len(days)
        tasks = self.case().tasks
        assert sum(task.used_days(CALENDAR, now) for task in tasks) == charged.used(HeldBy.INSTITUTION)
        assert charged.held_by is self.case().held_by

    @invariant()
    def every_task_that_is_counted_has_a_deadline_and_survives_storage(self) -> None:
        case = self.case()
        for task in case.tasks:
            assert task_from_dict(task_as_dict(task)) == task
            assert task.allowed_days >= 1
        if case.stage is Stage.VERIFICATION and case.task is not None and case.task.is_open:
            due = case.task.counted_due(CALENDAR)
            assert due is not None
            if not case.urgent and len(case.task.spans) == 1:
                began = shanghai_day(case.task.spans[0][0])
                assert CALENDAR.working_days_between(began, due) >= VERIFICATION_DAYS


TestVerifications = pytest.mark.requirement("A4", "A5", "A12", "N1", "N2", "N3")(Verifications.TestCase)
TestVerifications.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
