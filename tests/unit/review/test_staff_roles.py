"""The matrix of who of the staff may do what: every action by role, by code, and by second person; nothing leaks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from itertools import count

import pytest

from degree_auth.adapters.accounts.qr_code import qr_picture
from degree_auth.domain.accounts.one_time_codes import STEP_SECONDS
from degree_auth.domain.accounts.staff import Role, close
from degree_auth.domain.accounts.staff_actions import StaffAccountAction
from degree_auth.domain.cases.case import Case
from degree_auth.domain.fees.request import FeeAction
from degree_auth.domain.institutions.staff_actions import InstitutionAction
from degree_auth.domain.notifications.staff_actions import PlatformAction
from degree_auth.domain.register.annual_report_values import RowMark
from degree_auth.domain.register.sent_file import RegisterFileAction
from degree_auth.domain.register_changes.file_change_actions import FileChangeAction
from degree_auth.domain.review.personal_data_actions import PersonalDataAction
from degree_auth.domain.review.reading_actions import ReadingAction
from degree_auth.domain.review.staff_actions import Action
from degree_auth.domain.review.staff_roles import PERMITS, ROLES_OF
from degree_auth.domain.review.work_actions import WorkAction
from degree_auth.domain.shared.errors import DegreeAuthError, Forbidden
from degree_auth.domain.shared.words import Words
from degree_auth.domain.spot_checks.request import SpotCheckAction
from degree_auth.services.accounts.staff_readers import StaffReaders
from degree_auth.services.review.erasures import Erasures
from degree_auth.services.review.person_exports import PersonExports
from degree_auth.services.review.personal_data_desk import PersonalDataDesk
from degree_auth.services.review.staff_accounts import StaffAccounts
from degree_auth.services.review.staff_decisions import CaseDecisions
from degree_auth.services.shared.staff_desk import ActionResult, StaffDesk
from tests.doubles.institutions import USER, RegistrationOffice, lead_form
from tests.doubles.memory import MemoryShares
from tests.doubles.notified import MemoryOutbox
from tests.doubles.staff import StaffRoom
from tests.doubles.world import World
from tests.unit.register_changes.test_file_changes import Office
from tests.unit.verification.test_verification import written

GROUPS: tuple[type[StrEnum], ...] = (
    Action,
    InstitutionAction,
    FeeAction,
    SpotCheckAction,
    RegisterFileAction,
    FileChangeAction,
    PlatformAction,
    StaffAccountAction,
    ReadingAction,
    PersonalDataAction,
    WorkAction,
)
ACTIONS = [action for group in GROUPS for action in group]


@dataclass
class Witness:
    """A group of actions that does nothing but remember who came to it."""

    admitted: list[tuple[str, str]] = field(default_factory=list)

    def carry_out(self, body: object, command: str, now: datetime) -> ActionResult:
        assert isinstance(body, dict)
        assert "code" not in body, "a code is nothing that a decision needs"
        self.admitted.append((body["reviewer"], body["action"]))
        return ActionResult(Words("好", "done"), {})


def used(room: StaffRoom, name: str) -> str:
    """A code that has served another execution."""
    code = room.code(name)
    with suppress(Forbidden):
        room.admit(name, code, "another execution")
    return code


CODES: dict[str, Callable[[StaffRoom, str], str]] = {
    "right": lambda room, name: room.code(name),
    "used": used,
    "stale": lambda room, name: room.code(name, -2),
    "another's": lambda room, _name: room.code("bystander"),
    "wrong": lambda room, name: f"{(int(room.code(name)) + 1) % 1_000_000:06}",
    "missing": lambda _room, _name: "",
}


@pytest.mark.requirement("A13")
def test_every_action_has_its_roles_and_its_article_and_no_role_is_idle() -> None:
    assert PERMITS.keys() == set(ACTIONS)
    assert all(permit.roles and 1 <= permit.article <= 15 for permit in PERMITS.values())
    assert frozenset().union(*(permit.roles for permit in PERMITS.values())) == frozenset(Role)


@pytest.mark.requirement("A13")
@pytest.mark.parametrize("state", ["open", "closed", "proposed"])
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", ACTIONS)
def test_an_action_is_started_by_an_open_account_with_its_role_and_an_unused_code_and_by_nobody_else(
    action: StrEnum, role: Role, state: str
) -> None:
    witness, leaks = Witness(), []
    for kind, code_of in CODES.items():
        room = StaffRoom()
        room.open("bystander")
        room.open("asker", role)
        body = {"action": action.value, "reviewer": "asker", "code": code_of(room, "asker")}
        if state == "closed":
            before = room.store.accounts["asker"]
            room.store.replace_staff_account(before, *close(before, "bystander", "离职", "staff:0", room.now))
        if state == "proposed":
            del room.store.accounts["asker"]
        desk = room.desk((group, lambda: witness) for group in GROUPS)
        witness.admitted.clear()
        with suppress(DegreeAuthError):
            desk.carry_out(body, "execution", room.now)
        expected = state == "open" and kind == "right" and role in PERMITS[action].roles
        if witness.admitted != ([("asker", action.value)] if expected else []):
            leaks.append((state, kind))
    assert leaks == []


@dataclass
class Centre:
    """Staff before the real desk, over a case, a file's change and an account that wait for a second person."""

    world: World = field(default_factory=World)
    room: StaffRoom = field(default_factory=StaffRoom)

    def __post_init__(self) -> None:
        self.persons = count()
        self.office = Office(self.world)
        accounts = StaffAccounts(
            store=self.room.store,
            keys=self.room.keys,
            sealer=self.room.keyring,
            cases=self.world.cases,
            file_changes=self.office.store,
            documents=self.world.documents,
            bucket="documents",
            qr_picture=qr_picture,
            readings=self.world.readings,
            readers=StaffReaders(self.room.store, ROLES_OF),
        )
        self.registrations = RegistrationOffice()
        self.registrations.registration = replace(self.registrations.registration, staff=self.room.store)
        world = self.world
        erasures = Erasures(
            store=world.cases,
            sealer=world.keyring,
            documents=world.documents,
            shares=MemoryShares(),
            outbox=MemoryOutbox(),
        )
        exports = PersonExports(
            store=world.cases,
            sealer=world.keyring,
            documents=world.documents,
            bucket="documents",
            readings=world.readings,
            readers=StaffReaders(self.room.store, ROLES_OF),
        )
        self.desk: StaffDesk = self.room.desk(
            [
                (Action, lambda: CaseDecisions(self.world.review)),
                (FileChangeAction, lambda: self.office.desk),
                (StaffAccountAction, lambda: accounts),
                (InstitutionAction, lambda: self.registrations.registration),
                (PersonalDataAction, lambda: PersonalDataDesk(erasures, exports)),
            ]
        )
        for name in ("first", "other", "closed", "guardian"):
            self.room.open(name)

    def act(self, name: str, action: str, **more: object) -> ActionResult:
        answer = self.room.act(self.desk, name, action, **more)
        self.world.now = self.room.now
        return answer

    def looked_at(self) -> Case:
        """A case in material review of somebody who has none yet."""
        return self.world.attach(self.world.submit(self.world.body(next(self.persons), discipline="园艺学")))

    def asked(self) -> Case:
        case = self.looked_at()
        self.act("first", "confirm_material", case_number=case.case_number)
        return self.world.attend(self.world.cases.load(case.case_number))

    def version(self, case: Case) -> int:
        """What the review sheet shows now."""
        return self.world.cases.load(case.case_number).version

    def written_form(self) -> dict[str, object]:
        case = self.asked()
        self.world.registrations.letters.add((case.institution_code, "letter-7"))
        written(self.world, case, {"result": "verified", "handler": "经办人", "archive_reference": "档-1"})
        number, day = {"case_number": case.case_number}, f"{self.room.now:%Y-%m-%d}"
        digests = {
            field: self.world.documents.sha256(f"case-forms/{case.case_number}/{name}")
            for field, name in (("form_sha256", "feedback.json"), ("scan_sha256", "feedback.pdf"))
        }
        self.act("first", "record_written_feedback", **number, **digests, exemption="letter-7", received_on=day)
        return {"action": "confirm_written_feedback", **number, "version": self.version(case)}

    def register_change(self) -> dict[str, object]:
        case = self.world.answer(self.asked(), "verified")
        self.world.keep_register(self.world.issue(case))
        number = {"case_number": case.case_number}
        return {"action": "approve_register_change", **number, "reason": "相符", "version": self.version(case)}

    def file_change(self) -> dict[str, object]:
        told = self.office.file(RowMark.DELETE, self.office.record, sender="sender")
        body = {"action": "approve_file_change", "change": told.change_id, "reason": "相符", "proposal": 1}
        self.act("first", **body)
        return body

    def staff_account(self) -> dict[str, object]:
        account = {"account": "newcomer", "roles": ["reviewer"]}
        self.act("first", "propose_staff_account", **account, reason="入职")
        return {"action": "approve_staff_account", **account}

    def erasure(self) -> dict[str, object]:
        case = self.looked_at()
        number = {"case_number": case.case_number}
        self.act("first", "reject", **number, reason="不符合受理条件")
        self.act("first", "propose_erasure", **number, ground="holder_request", reason="持有人要求")
        return {"action": "approve_erasure", **number, "reason": "已核实"}

    def account_user(self) -> dict[str, object]:
        registration = self.registrations
        registration.upload("lead", lead_form())
        form = {"form": "lead", "sha256": registration.documents.sha256("registration/lead.json")}
        account = {"institution_code": "10001", "username": "u10001-lead"}
        self.act("first", "register_institution", **account, **form)
        return {"action": "approve_account_user", **account, "proposal": 1}

    def another_account_user(self) -> dict[str, object]:
        first = self.account_user()
        self.act("guardian", **first)  # type: ignore[arg-type]
        registration = self.registrations
        registration.upload("new-user", {"account_user": USER | {"name": "另一·样例"}})
        form = {"form": "new-user", "sha256": registration.documents.sha256("registration/new-user.json")}
        account = {"institution_code": "10001", "username": "u10001-lead", "notice_reference": "函1"}
        told = self.act("first", "propose_account_user", **account, **form)
        return {**first, "proposal": told.facts["proposal"]}


SECOND_PERSONS: Iterable[Callable[[Centre], dict[str, object]]] = (
    Centre.written_form,
    Centre.register_change,
    Centre.file_change,
    Centre.staff_account,
    Centre.erasure,
    Centre.account_user,
    Centre.another_account_user,
)


@pytest.mark.requirement("A11", "A13", "A14")
@pytest.mark.parametrize("prepare", SECOND_PERSONS, ids=lambda prepare: prepare.__name__)
@pytest.mark.parametrize(
    ("person", "refusal"), [("first", "second_person_required"), ("closed", "staff_not_proven"), ("other", "")]
)
def test_the_second_person_is_another_open_account(
    prepare: Callable[[Centre], dict[str, object]], person: str, refusal: str
) -> None:
    centre = Centre()
    body = prepare(centre)
    centre.act("guardian", "close_staff_account", account="closed", reason="离职")
    told = ""
    try:
        centre.act(person, **body)  # type: ignore[arg-type]
    except DegreeAuthError as refused:
        told = refused.code
    assert told == refusal


@pytest.mark.requirement("A11", "A13")
@pytest.mark.parametrize("spelling", ["First", "first ", "ｆirst", "fir\u200bst", "fіrst", "first.", "f-irst"])
def test_another_spelling_of_the_first_person_is_no_second_person(spelling: str) -> None:
    centre = Centre()
    body = centre.register_change()
    centre.room.later(seconds=STEP_SECONDS)
    with pytest.raises(DegreeAuthError) as refused:
        centre.desk.carry_out(
            {**body, "reviewer": spelling, "code": centre.room.code("first")}, "execution", centre.room.now
        )
    assert refused.value.code in ("invalid_input", "staff_not_proven", "second_person_required")


@pytest.mark.requirement("A11", "A13")
def test_whoever_sent_the_file_does_not_approve_what_it_asks_for() -> None:
    centre = Centre()
    body = centre.file_change()
    centre.room.open("sender")
    with pytest.raises(DegreeAuthError, match="second_person_required"):
        centre.act("sender", **body)  # type: ignore[arg-type]
