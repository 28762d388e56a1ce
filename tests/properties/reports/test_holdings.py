"""Several cases of one award under random histories of everybody's commands, overtaking each other and cut off: one
report in force, none beside a denial that nobody looks at, and nothing that waits is lost (N1, N2)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cache
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from degree_auth.domain.applications.claim import Claim
from degree_auth.domain.applications.submission import submission_from_dict
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import Event, EventType
from degree_auth.domain.cases.fold import replay
from degree_auth.domain.cases.report_state import Basis, ReportState
from degree_auth.domain.cases.result import AGAINST_THE_AWARD
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.cases.task import NamedInstitution
from degree_auth.domain.rechecks.decisions import allowed_decisions
from degree_auth.domain.reports.content import ReportContent
from degree_auth.domain.reports.holding import is_misused, is_report_in_force
from degree_auth.domain.reports.issued_document import DocumentKind, IssuedDocument
from degree_auth.domain.shared.errors import DegreeAuthError
from degree_auth.services.cases.report_following import ReportFollowing
from degree_auth.services.register.award_keys import holding_key
from degree_auth.services.reports.ports import PressedReport
from degree_auth.services.shared.sealing import open_json
from tests.doubles.world import World, lead_of

WALKS, STEPS, CASES = 60, 100, 5
NUMBERS = ("", "1033522024000999")
DISCIPLINES = ("", "园艺学")
RESULTS = {
    "verified": 5,
    "partly_inconsistent": 5,
    "not_awarded": 4,
    "no_such_person": 1,
    "cannot_verify": 2,
    "not_this_institution": 1,
    "needs_material": 1,
}
BY_THE_APPLICANT = (EventType.APPLICATION_WITHDRAWN, EventType.RECHECK_WITHDRAWN)
WAITING = (Stage.VERIFICATION, Stage.AWAITING_APPLICANT, Stage.RECHECK_DECISION)
HAS_A_REPORT = (EventType.REPORT_ISSUED, EventType.REPORT_ADOPTED)
CLAIMS = (
    EventType.APPLICATION_RECEIVED,
    EventType.CLAIM_CORRECTED,
    EventType.APPLICATION_SUPPLEMENTED,
    EventType.ARCHIVE_VALUES_ACCEPTED,
    EventType.RECHECK_DECIDED,
    EventType.REPORT_FOLLOWED,
    EventType.CONCLUSION_FOLLOWED,
)
"""Entries that carry the application as it stands from then on."""


class Died(Exception):
    """A process that was killed."""


@dataclass(frozen=True)
class Seen:
    """What is held against the next step: the cases, the notices in force that deny the award, the cases in which a
    denial waits, and whether the register has the person."""

    cases: dict[str, Case]
    notices: frozenset[str]
    denied_in: frozenset[str]
    in_register: bool


@dataclass
class About:
    """What a case is about: its claim, the institution that was asked in the place of the claimed one, and the holdings
    that were asked about before the claim became another."""

    claim: Claim | None = None
    named: NamedInstitution | None = None
    asked: set[str] = field(default_factory=set)

    def keys(self, world: World) -> set[str]:
        """The holdings of the claim, and of the claim under the name that was asked about."""
        if self.claim is None:
            return set()
        degree = self.claim.degree
        other = degree if self.named is None else replace(degree, institution_code=self.named.code)
        return {holding_key(world.keyring, replace(self.claim, degree=one)) for one in (degree, other)}


class Walk:
    """Cases of one award from their receipt on, with applicants, institutions, staff, imports and machines."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        self.world = World(records=1)
        self.record = self.world.records[0]
        self.commands = 0
        self.same: dict[str, str] = {}
        self.about: dict[str, About] = {}
        self.denied: dict[str, set[str]] = {}
        self.pressed: dict[str, ReportContent] = {}
        self.read: dict[str, tuple[Case, list[Event]]] | None = None
        self.shown: dict[str, tuple[Case, dict[str, IssuedDocument], dict[str, Any]]] = {}
        self.replayed: dict[str, tuple[list[Event], Case]] = {}
        press = self.world.press.press

        def noted(content: ReportContent) -> PressedReport:
            self.pressed[content.report_number] = content
            return press(content)

        self.world.press.press = noted  # type: ignore[method-assign]
        self.reached: set[str] = set()
        self.steps: dict[Callable[[], None], int] = {
            self.somebody_moves_a_case_on: 60,
            self.somebody_applies: 5,
            self.machines_go_round: 14,
            self.institution_answers: 12,
            self.staff_reviews: 9,
            self.staff_decides_on_the_task: 9,
            self.staff_decides_on_the_recheck: 12,
            self.applicant_acts: 7,
            self.the_register_is_kept: 4,
            self.the_register_changes: 4,
            self.a_draw_finds_a_case: 4,
            self.institution_takes_an_answer_back: 1,
            self.the_holder_disavows: 1,
            self.the_disavowal_ends: 4,
        }

    # What anybody does

    def somebody_moves_a_case_on(self) -> None:
        """What comes next in some case where it stands."""
        case = self.a_case()
        if case.stage is Stage.VERIFICATION and case.task is not None and case.task.takes_answer:
            self.institution_answers(case)
        elif case.stage is Stage.VERIFICATION:
            self.staff_decides_on_the_task(case)
        elif case.stage in (Stage.MATERIAL_REVIEW, Stage.PARKED):
            self.staff("confirm_material", case)
        elif case.stage is Stage.AWAITING_APPLICANT:
            self.tried(lambda: self.world.supplied(case))
        elif case.stage is Stage.RECHECK_ADMISSION:
            self.staff("admit_recheck", case, reason="按规定")
        elif case.stage is Stage.RECHECK_DECISION:
            self.staff(
                "decide_recheck", case, reason="按规定", decision=self.rng.choice(sorted(allowed_decisions(case)))
            )
        elif case.stage is Stage.CONCLUDED:
            self.applicant_acts()
        else:
            self.machines_go_round(case)

    def somebody_applies(self) -> None:
        if len(self.world.cases.cases) >= CASES:
            return
        caller = len(self.world.cases.cases)
        stated = self.world.body()
        stated["contact"]["mobile"] = f"1380013800{caller}"
        number, discipline = self.rng.choice(NUMBERS), self.rng.choice(DISCIPLINES)
        if self.world.register.records and self.rng.random() < 0.6:
            said = self.rng.choice(self.world.register.records)
            number, discipline = said.certificate_number, said.discipline_name
        stated["degree"] |= {"certificate_number": number} if number else {}
        stated["degree"] |= {"discipline": discipline} if discipline else {}
        case = self.world.submit(stated)
        self.tried(lambda: self.world.attach(case))

    def machines_go_round(self, case: Case | None = None) -> None:
        case = case or self.a_case()
        for go in (self.world.compare, self.world.attend, self.world.issue):
            go(self.world.cases.load(case.case_number))

    def institution_answers(self, case: Case | None = None) -> None:
        case = case or self.a_case(Stage.VERIFICATION)
        if case.task is None:
            return
        asked = case
        result = self.rng.choices(list(RESULTS), list(RESULTS.values()))[0]
        more: dict[str, Any] = {}
        if result == "partly_inconsistent":
            values = {"degree.discipline": self.rng.choice(["园林", self.record.discipline_name])}
            if self.rng.random() < 0.6:
                values["degree.certificate_number"] = self.rng.choice([NUMBERS[1], self.record.certificate_number])
            more["archive_values"] = values
        self.tried(lambda: self.world.answer(asked, result, lead_of(asked), **more))

    def staff_reviews(self) -> None:
        action = self.rng.choice(["confirm_material"] * 9 + ["release"] * 3 + ["correct_claim", "return_to_applicant"])
        more: dict[str, Any] = {} if action == "confirm_material" else {"reason": "按规定"}
        if action == "correct_claim":
            more["degree"] = {"discipline": self.rng.choice(["园艺学", self.record.discipline_name])}
        if action == "return_to_applicant":
            more["fields"] = ["certificate_scan"]
        self.staff(action, self.a_case(Stage.MATERIAL_REVIEW, Stage.PARKED), **more)

    def staff_decides_on_the_task(self, case: Case | None = None) -> None:
        case = case or self.a_case(Stage.VERIFICATION)
        action = self.rng.choice(["accept_archive_values"] * 3 + ["confirm_denial"] * 3 + ["redirect_task"] * 2)
        code = self.rng.choice([case.institution_code, self.record.institution_code, "10003"])
        more = {"institution_code": code} if action == "redirect_task" else {}
        self.staff(action, case, reason="按规定", **more)

    def staff_decides_on_the_recheck(self) -> None:
        case = self.a_case(Stage.RECHECK_ADMISSION, Stage.RECHECK_DECISION)
        action = "decide_recheck" if case.stage is Stage.RECHECK_DECISION else "admit_recheck"
        if self.rng.random() < 0.2:
            action = self.rng.choice(["refuse_recheck", "open_recheck", "decide_recheck"])
        more: dict[str, Any] = {}
        if action == "decide_recheck":
            more["decision"] = self.rng.choice(["upheld", "superseded", "revoked"])
        if action == "open_recheck":
            more["cause"] = self.rng.choice(["institution_report", "register_change"])
        self.staff(action, case, reason="按规定", **more)

    def applicant_acts(self) -> None:
        case, act = self.a_case(), self.rng.random()
        if act < 0.05:
            self.tried(lambda: self.world.own_case_commands.withdraw(case.case_number, self.world.now))
        elif act < 0.3:
            said = self.rng.choice(["", "园艺学", self.record.discipline_name])
            self.tried(lambda: self.world.attach(case, kind="supplement"))
            body = {"degree": {"discipline": said}} if said else {}
            self.tried(lambda: self.world.own_case_commands.supplement(case.case_number, body, self.world.now))
        else:
            self.tried(lambda: self.world.attach(case, kind="evidence"))
            stored = [one.attachment_id for one in self.now(case).attachments if one.state == "stored"]
            body = {"reason": "与证书不符", "evidence": stored[-1:]}
            self.tried(lambda: self.world.disputes.dispute(case.case_number, body, self.world.now))

    def the_register_is_kept(self) -> None:
        case = self.a_case()
        self.world.keep_register(case)
        action = self.rng.choice(["approve_register_change"] * 3 + ["close_register_change"])
        self.staff(action, case, reason="相符")
        self.world.keep_register(self.now(case))

    def the_register_changes(self) -> None:
        """A file says something else of the award, or has it no longer; the reports about it are looked at."""
        told = self.rng.random()
        if told < 0.3:
            self.world.register.records = []
        else:
            number = self.rng.choice(NUMBERS) or self.record.certificate_number
            discipline = self.rng.choice([self.record.discipline_name, "园艺学"])
            record = replace(self.record, certificate_number=number, discipline_name=discipline)
            others = [one for one in self.world.register.records if one.certificate_number != number]
            self.world.register.records = [record, *(others if told < 0.5 else [])]
        for key in {one.certificate_digest for one in self.world.cases.reports.values() if one.certificate_digest}:
            self.world.flags.flag([key], self.world.now)

    def a_draw_finds_a_case(self) -> None:
        case = self.a_case(Stage.CONCLUDED)
        number = "" if case.report is None else case.report.report_number
        draw = f"draw-{self.rng.randrange(4)}"
        self.tried(lambda: self.world.rechecks.spot_check(case.case_number, draw, number, self.world.now))

    def institution_takes_an_answer_back(self) -> None:
        case = self.a_case()
        if case.task is not None:
            self.tried(lambda: self.world.answer_wrong(case))

    def the_holder_disavows(self) -> None:
        case = self.a_case()
        self.tried(lambda: self.world.disavow(case))

    def the_disavowal_ends(self) -> None:
        case = self.a_case(Stage.FROZEN)
        decision = self.rng.choice(["unfounded", "impersonation", ""])
        if decision:
            self.staff("decide_disavowal", case, reason="经核实", decision=decision)
        else:
            self.tried(lambda: self.world.take_back(case))

    # How it happens

    def step(self) -> None:
        """One command; at times another one whole before its commit, or its process dies there, or whoever has the
        report is not told."""
        chance = self.rng.random()
        act = self.any_step()
        if chance < 0.25:
            self.world.cases.before_commit = self.overtaking(self.any_step(), self.rng.randrange(3))
        elif chance < 0.35:
            self.world.cases.before_commit = self.dying(self.rng.randrange(2))
        with self.untold(chance > 0.85):
            try:
                act()
            except Died:
                # What a machine does: the step again.
                self.world.cases.before_commit = lambda: None
                for case in self.cases:
                    self.world.issue(case)
            finally:
                self.world.cases.before_commit = lambda: None

    def any_step(self) -> Callable[[], None]:
        return self.rng.choices(list(self.steps), list(self.steps.values()))[0]

    def overtaking(self, other: Callable[[], None], commits: int) -> Callable[[], None]:
        left = commits

        def before_commit() -> None:
            nonlocal left
            left -= 1
            if left < 0:
                self.world.cases.before_commit = lambda: None
                other()

        return before_commit

    def dying(self, commits: int) -> Callable[[], None]:
        left = commits

        def before_commit() -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise Died

        return before_commit

    @contextmanager
    def untold(self, untold: bool) -> Iterator[None]:
        tell = ReportFollowing.update_other_cases
        if untold:
            ReportFollowing.update_other_cases = lambda *_: None  # type: ignore[method-assign, assignment]
        try:
            yield
        finally:
            ReportFollowing.update_other_cases = tell  # type: ignore[method-assign]

    def staff(self, action: str, case: Case, **more: Any) -> None:
        self.commands += 1
        reviewer = self.rng.choice(["reviewer-1", "reviewer-2"])
        command = f"command-{self.commands}"
        self.tried(lambda: self.world.staff(action, self.now(case), command=command, reviewer=reviewer, **more))

    def tried(self, command: Callable[[], object]) -> None:
        with suppress(DegreeAuthError):
            command()

    def a_case(self, *stages: Stage) -> Case:
        """Some case, of these stages if there is one."""
        if not self.world.cases.cases:
            self.somebody_applies()
        wanted = [one for one in self.cases if one.stage in stages]
        return self.rng.choice(wanted or self.cases)

    @property
    def cases(self) -> list[Case]:
        if self.read is None:
            return [self.world.cases.load(number) for number in self.world.cases.cases]
        return [case for case, _ in self.read.values()]

    def log(self, case_number: str) -> list[Event]:
        return self.world.cases.log(case_number) if self.read is None else self.read[case_number][1]

    def now(self, case: Case) -> Case:
        return self.world.cases.load(case.case_number)

    # What is always so

    def check(self, before: Seen) -> None:
        # Read once: no check changes anything.
        self.read = {one.case_number: (one, self.world.cases.log(one.case_number)) for one in self.cases}
        for case in self.cases:
            log = self.log(case.case_number)
            if self.replayed.get(case.case_number) != (log, case):
                assert replay(log) == case
                self.replayed[case.case_number] = log, case
            had = before.cases.get(case.case_number)
            new = log[0 if had is None else had.version :]
            self.reached |= {one.type.value for one in new}
            self.note_what_it_is_about(case, new)
            self.no_denial_against_the_register_concludes_alone(log, new, before)
            if had is not None:
                self.no_answer_that_waits_is_voided_without_a_person_or_an_institution(had, case, new)
                self.nothing_that_was_called_into_question_is_forgotten(had, case, new)
        self.of_what_institutions_call_one_award_one_report_is_in_force()
        self.no_report_stands_beside_a_denial_that_nobody_looks_at()
        self.no_page_shows_what_is_not_in_force()
        self.nobody_has_what_came_after_an_impostors_report_without_a_reviewer()
        for case in self.cases:
            had = before.cases.get(case.case_number)
            new = self.log(case.case_number)[0 if had is None else had.version :]
            self.the_register_alone_reports_nothing_that_was_denied(case, new, before)
        self.read = None

    def seen(self) -> Seen:
        return Seen(
            {one.case_number: one for one in self.cases},
            frozenset(one.report_number for one in self.denying_notices()),
            frozenset(one.case_number for one in self.cases if self.waits_as_denied(one)),
            bool(self.world.register.records),
        )

    def note_what_it_is_about(self, case: Case, new: list[Event]) -> None:
        """Follow the claim through the log: what each document is about, and what an institution called one award."""
        about = self.about.setdefault(case.case_number, About())
        for entry in new:
            if entry.type is EventType.TASK_REDIRECTED or entry.type is EventType.RECHECK_ADMITTED:
                about.named = next(one for one in case.tasks if one.task_id == entry.data["task_id"]).named_instead
            if entry.type is EventType.MATERIAL_CONFIRMED:
                about.named = None
            claimed, asked = about.claim, about.keys(self.world)
            if entry.type in CLAIMS and "sealed" in entry.data:
                sealed = open_json(self.world.keyring, case.case_number, entry.data["sealed"])
                about.claim = submission_from_dict(sealed).claim
            if entry.type in (EventType.ARCHIVE_VALUES_ACCEPTED, EventType.RECHECK_DECIDED) and about.claim != claimed:
                about.asked |= asked
            if entry.type in (EventType.CLAIM_CORRECTED, EventType.APPLICATION_SUPPLEMENTED) and claimed != about.claim:
                about.asked = set()
            if entry.type in (EventType.REPORT_ISSUED, EventType.REPORT_ADOPTED):
                self.join([self.key_of(entry.data["report_number"]), *sorted(about.asked)])
            if entry.type is EventType.CASE_CONCLUDED:
                self.denied[entry.data["notice_number"]] = asked

    def key_of(self, report_number: str) -> str:
        """The holding that a report is about."""
        said = self.pressed[report_number]
        holder = SimpleNamespace(name=said.holder_name, birth_date=said.birth_date)
        degree = SimpleNamespace(
            institution_code=said.institution_code, certificate_number=said.certificate_number, level=said.level
        )
        claim: Any = SimpleNamespace(holder=holder, degree=degree)
        return holding_key(self.world.keyring, claim)

    def group(self, key: str) -> str:
        while key in self.same:
            key = self.same[key]
        return key

    def join(self, keys: list[str]) -> None:
        first, *others = sorted({self.group(key) for key in keys})
        self.same |= dict.fromkeys(others, first)

    def reports_in_force(self) -> list[IssuedDocument]:
        return [one for one in self.world.cases.reports.values() if is_report_in_force(one)]

    def denying_notices(self) -> list[IssuedDocument]:
        notices = (one for one in self.world.cases.reports.values() if one.kind is DocumentKind.WRITTEN_NOTICE)
        return [one for one in notices if one.state is ReportState.VALID and one.facts["result"] in AGAINST_THE_AWARD]

    def waits_as_denied(self, case: Case) -> bool:
        """Whether the reviewer has a denial to decide on, or has asked again."""
        log = self.log(case.case_number)
        questioned = any(one.type is EventType.DENIAL_QUESTIONED for one in log)
        return questioned and case.report is None and case.answers[-1:] in (("not_awarded",), ("no_such_person",))

    def of_what_institutions_call_one_award_one_report_is_in_force(self) -> None:
        groups = [self.group(self.key_of(one.report_number)) for one in self.reports_in_force()]
        assert len(groups) == len(set(groups))

    def no_report_stands_beside_a_denial_that_nobody_looks_at(self) -> None:
        for report in self.reports_in_force():
            key = self.key_of(report.report_number)
            told = str([one.data for one in self.log(report.case_number)])
            for notice in self.denying_notices():
                if key in self.denied[notice.report_number]:
                    assert notice.report_number in told, (report.report_number, notice.report_number)

    def no_page_shows_what_is_not_in_force(self) -> None:
        in_force = {one.report_number for one in self.reports_in_force()}
        valid = in_force | {n for n, one in self.world.cases.reports.items() if one.state is ReportState.VALID}
        for case in self.cases:
            status = self.page(case)
            report, notice = status["report"], status["notice"]
            assert report is None or report["report_number"] in in_force
            document = None if notice is None else notice["document"]
            assert document is None or document["notice_number"] in valid
            if status["stage"] == Stage.CONCLUDED:
                assert (report is not None) is (status["outcome"] == "reported") is (notice is None)

    def page(self, case: Case) -> dict[str, Any]:
        """What the applicant sees. It is read again when the case or some report is another than it was then."""
        seen, reports, status = self.shown.get(case.case_number, (None, {}, {}))
        if seen != case or reports != self.world.cases.reports:
            status = self.world.own_case.status(case.case_number, self.world.now)
            self.shown[case.case_number] = case, dict(self.world.cases.reports), status
        return status

    def nobody_has_what_came_after_an_impostors_report_without_a_reviewer(self) -> None:
        """An annulled case has nothing. Whoever had a report that was revoked with it waits until staff have acted."""
        misused = {one.report_number for one in self.world.cases.reports.values() if is_misused(one)}
        for case in self.cases:
            assert case.stage is not Stage.ANNULLED or (case.report, case.written_notice) == (None, None)
            log = self.log(case.case_number)
            had = [one.seq for one in log if one.data.get("report_number") in misused and one.type in HAS_A_REPORT]
            since = [one for one in log if had and one.seq > had[-1]]
            if since and case.report is not None:
                corrected = [one for one in since if one.type is EventType.REPORT_SUPERSEDED]
                assert corrected or any(one.actor.startswith("staff:") for one in since), case.report
        self.reached |= {"misused"} if misused else set()

    def the_register_alone_reports_nothing_that_was_denied(self, case: Case, new: list[Event], before: Seen) -> None:
        """Neither what a notice in force denies, nor what waits for the reviewer, before the step and after it."""
        reported = [one for one in new if one.type in (EventType.REPORT_ISSUED, EventType.REPORT_ADOPTED)]
        answered = any(task.answer is not None for task in case.tasks)
        for entry in reported if not answered else ():
            key = self.key_of(entry.data["report_number"])
            for notice in self.denying_notices():
                assert notice.report_number not in before.notices or key not in self.denied[notice.report_number]
            for other in self.cases:
                if other.case_number in before.denied_in and self.waits_as_denied(other):
                    assert key not in self.about[other.case_number].keys(self.world)
                undecided = before.cases.get(other.case_number)
                if undecided is not None and undecided.report == other.report and other.report is not None:
                    lasting = other.recheck is not None and undecided.answers == other.answers
                    same = other.report.report_number == entry.data["report_number"]
                    assert not (lasting and same and not AGAINST_THE_AWARD.isdisjoint(other.answers))

    def no_denial_against_the_register_concludes_alone(self, log: list[Event], new: list[Event], before: Seen) -> None:
        if not (before.in_register and self.world.register.records):
            return
        for entry in [one for one in new if one.type is EventType.CASE_CONCLUDED]:
            since = [one for one in log if one.seq < entry.seq]
            answered = max(one.seq for one in since if one.type is EventType.FEEDBACK_RECEIVED)
            decided = [one for one in since if one.seq > answered and one.actor.startswith("staff:")]
            overtaken = [one for one in log if one.seq > entry.seq and one.type is EventType.RECHECK_OPENED]
            assert decided or overtaken

    def no_answer_that_waits_is_voided_without_a_person_or_an_institution(
        self, before: Case, after: Case, new: list[Event]
    ) -> None:
        """An answer is decided by staff, or by itself as the report says; or the report that it is about was corrected
        on an institution's word, which stands on record."""
        against = [one for one in before.answers if one != "verified"]
        if before.stage not in WAITING or not against or after.answers[: len(before.answers)] == before.answers:
            return
        followed = [one for one in new if one.type in (EventType.REPORT_FOLLOWED, EventType.CONCLUSION_FOLLOWED)]
        by_staff = [one for one in new if one.actor.startswith("staff:")]
        concluded = [one for one in new if one.type is EventType.CASE_CONCLUDED]
        assert by_staff or concluded or [one for one in followed if one.data.get("basis") != Basis.REGISTER]
        assert not [one for one in new if one.type in BY_THE_APPLICANT]

    def nothing_that_was_called_into_question_is_forgotten(self, before: Case, after: Case, new: list[Event]) -> None:
        """It is looked at, or the report has ended, or an institution has confirmed it against the register."""
        opened = [one for one in new if one.type is EventType.RECHECK_OPENED]
        gone = before.report != after.report
        verified = [one for one in new if one.data.get("confirmed_report") or one.data.get("upheld_report")]
        superseded = [one for one in new if one.data.get("decision") == "superseded"]
        if set(before.contested_by) - set(after.contested_by):
            told = {number for one in opened for number in one.data.get("notices", ())}
            assert gone or superseded or set(before.contested_by) <= told
        if before.flagged and not after.flagged:
            assert gone or superseded or opened or verified


@cache
def reached_by_walk(seed: int) -> frozenset[str]:
    """What a history came to, everything being right after each of its steps."""
    walk = Walk(seed)
    for _ in range(STEPS):
        before = walk.seen()
        walk.step()
        walk.check(before)
    return frozenset(walk.reached)


@pytest.mark.requirement("A2", "A5", "A6", "A15", "N1", "N2", "N3")
@pytest.mark.parametrize("seed", range(WALKS))
def test_whatever_happens_in_several_cases_of_one_award_its_record_stays_right(seed: int) -> None:
    assert reached_by_walk(seed)


@pytest.mark.requirement("A6", "A15")
def test_the_histories_of_one_award_reach_every_way_in_which_cases_meet() -> None:
    missing = {"report_adopted", "report_followed", "conclusion_followed", "notice_superseded", "report_flagged"}
    missing |= {"case_disavowed", "disavowal_taken_back", "disavowal_decided", "misused"}
    missing |= {"report_superseded", "report_revoked", "denial_questioned", "denial_confirmed", "case_parked"}
    for seed in range(4 * WALKS):
        missing -= reached_by_walk(seed)
        if not missing:
            break
    assert missing == set()
