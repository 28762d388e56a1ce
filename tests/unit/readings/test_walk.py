"""A walk over every place of the code that opens a sealed part or hands out a file (N3, N4).

Each opens for the machine, for a purpose that is said there, or it begins a reading. `make lint` holds that there is no
third way: services have no other opener. Here every such place is listed, so that a new one fails until somebody has
looked at it; and every reading is carried out: its entry is written before anything is opened, and when it cannot be
written, nothing is opened and nothing is handed out.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from degree_auth.adapters.readings.listing import reading_list
from degree_auth.domain.cases.case import Case
from degree_auth.domain.readings.purposes import Purpose
from degree_auth.domain.readings.reader import link_bearer
from degree_auth.domain.readings.record import ReadingEntry
from degree_auth.domain.register.annual_report_values import RowMark
from degree_auth.domain.review.staff_roles import ROLES_OF
from degree_auth.domain.shared.errors import NotFound, Unavailable
from degree_auth.services.accounts.staff_readers import StaffReaders
from degree_auth.services.accounts.staff_traces import principal_context
from degree_auth.services.readings.readings import Reading
from degree_auth.services.review.person_exports import PersonExports
from degree_auth.services.review.readings_desk import ReadingsDesk
from degree_auth.services.shared.recorded_opening import RecordedOpening
from degree_auth.services.shared.sealing import seal_text
from tests.doubles.institutions import RegistrationOffice
from tests.doubles.readings import MemoryReadings
from tests.doubles.staff import MemoryStaff
from tests.doubles.world import World, lead_of, principal
from tests.unit.review.test_staff_roles import Centre
from tools.environment import ROOT

pytestmark = pytest.mark.requirement("N3", "N4")

PACKAGE = ROOT / "layers" / "degree_auth"
BEGINNINGS = {"begin", "begin_with_new_case", "once_on_record"}
"""What a reading begins with, by the name of what is called."""

FOR_NOBODY = {
    "accounts/applicant_sessions:SignIn.complete": ["SIGN_IN"],
    "accounts/applicant_sessions:ApplicantSessions.person": ["SIGN_IN"],
    "accounts/sessions:Sessions._step": ["SIGN_IN"],
    "accounts/sessions:Sessions.use_code.attempt": ["SIGN_IN"],
    "accounts/staff_gate:StaffGate._secret": ["SIGN_IN"],
    "applications/own_case_commands:OwnCaseCommands.supplement.decide": ["DECISION"],
    "cases/report_following:ReportFollowing._missing_events": ["DECISION"],
    "cases/sealed_parts:holders_of": ["IDENTITY"],
    "institutions/standing_explanations:explanations_of": ["ROUTING"],
    "notifications/contacts:_opener": ["NOTICE"],
    "notifications/webhooks:WatchMessages.deliver": ["NOTICE"],
    "rechecks/commands:Rechecks.spot_check.decide": ["COMPARISON"],
    "register/matching:compare_case": ["COMPARISON"],
    "register_changes/changes:RegisterChanges._apply": ["REGISTER_CHANGE"],
    "register_changes/changes:RegisterChanges._plan": ["REGISTER_CHANGE"],
    "register_changes/file_change_desk:FileChangeDesk._apply": ["REGISTER_CHANGE"],
    "register_changes/report_flags:ReportFlags._flag": ["COMPARISON"],
    "reports/holdings:Holdings.keys_asked": ["COMPARISON"],
    "reports/issuance:Issuance._confirm_claim": ["PRESS"],
    "review/erasures:Erasures._lookups": ["DECISION"],
    "review/person_exports:PersonExports.export": ["IDENTITY"],
    "reports/issuance:Issuance._issue_or_conclude": ["COMPARISON"],
    "reports/written_notices:WrittenNotices._content": ["PRESS"],
    "reports/written_notices:WrittenNotices._contesting_changes": ["COMPARISON"],
    "reports/written_notices:WrittenNotices._denied": ["COMPARISON"],
    "reports/written_notices:WrittenNotices._is_contradicted": ["COMPARISON"],
    "review/staff_decisions:Review._correction": ["DECISION"],
    "review/staff_decisions:Review._redirection": ["ROUTING"],
    "verification/archive_values:archive_values": ["DECISION"],
    "verification/archive_values:claim_with_archive_values": ["DECISION"],
    "verification/commands:Verification._asked_claim": ["DECISION"],
    "verification/commands:Verification._confirmation": ["DECISION"],
    "verification/commands:Verification._with_what_follows": ["FEE"],
    "verification/deadlines:TaskClock._route": ["ROUTING"],
    "verification/listed_degrees:described_task": ["LISTING"],
    "verification/task_lists:TaskDesk.place": ["PLACE"],
}
"""Where the machine opens, and what for. Whoever adds a line has seen that nobody is shown what is found there."""


def calls(names: set[str]) -> Iterator[tuple[str, str, ast.Call]]:
    """Every call of these names in services, functions and wiring: the place, the name, and the call."""
    roots = [PACKAGE / part for part in ("services", "wiring", "http")] + [ROOT / "functions"]
    for root in roots:
        for path in sorted(root.rglob("*.py")):
            module = path.relative_to(PACKAGE / "services" if "services" in path.parts else ROOT)
            yield from _calls_in(ast.parse(path.read_text("utf-8")), str(module.with_suffix("")), (), names)


def _calls_in(
    node: ast.AST, module: str, within: tuple[str, ...], names: set[str]
) -> Iterator[tuple[str, str, ast.Call]]:
    for child in ast.iter_child_nodes(node):
        named = isinstance(child, (ast.FunctionDef, ast.ClassDef))
        inside = (*within, child.name) if named else within  # type: ignore[attr-defined]
        if isinstance(child, ast.Call):
            function = child.func
            name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            if name in names and (name != "begin" or "readings" in ast.unparse(function)):
                yield f"{module}:{'.'.join(within)}", name, child
        yield from _calls_in(child, module, inside, names)


def test_the_machine_opens_where_it_is_known_to_and_says_what_for() -> None:
    found: dict[str, list[str]] = {}
    for place, _, call in calls({"for_nobody"}):
        purpose = call.args[1]
        assert isinstance(purpose, ast.Attribute), place
        found.setdefault(place, []).append(purpose.attr)
    assert {place: sorted(purposes) for place, purposes in found.items()} == FOR_NOBODY


def test_nobody_reaches_an_opener_in_another_way() -> None:
    """What type checks cannot see: casts, `getattr`, and a sealer's own `open`."""
    allowed = {"shared/raw_opening", "shared/sealing", "shared/recorded_opening", "readings/readings"}
    text = {path: path.read_text("utf-8") for path in (PACKAGE / "services").rglob("*.py")}
    suspects = [
        str(Path(*path.parts[path.parts.index("services") + 1 :]).with_suffix(""))
        for path, code in text.items()
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Call)
        and (
            getattr(node.func, "id", "") in {"cast", "getattr", "opener_of"}
            or (getattr(node.func, "attr", "") == "open" and "sealer" in ast.unparse(node.func).lower())
            or getattr(node.func, "attr", "") == "download_link"
        )
    ]
    # A cursor is opened beside its reader's list, and the machine's openings go by `machine_opening`.
    assert set(suspects) - allowed - {"shared/machine_opening"} == {"verification/task_lists"}
    assert Counter(suspects)["verification/task_lists"] == 1


# Every reading, carried out.


@dataclass
class Walk:
    """What happens in which order in whatever is walked; `broken` records cannot be written."""

    steps: list[str] = field(default_factory=list)
    broken: bool = False

    def watch(self, patch: pytest.MonkeyPatch, documents: Any) -> None:
        opened, linked, appended = RecordedOpening.open, Reading.link, MemoryReadings.append

        def opening(one: RecordedOpening, sealed: bytes, context: str) -> bytes:
            self.steps.append("open")
            return opened(one, sealed, context)

        def linking(one: Reading, *arguments: Any) -> str:
            self.steps.append("open")
            return linked(one, *arguments)

        def appending(store: MemoryReadings, before: Any, after: Any, entry: ReadingEntry) -> None:
            if self.broken:
                raise Unavailable("try_again")
            self.steps.append("write")
            appended(store, before, after, entry)

        patch.setattr(RecordedOpening, "open", opening)
        patch.setattr(Reading, "link", linking)
        patch.setattr(MemoryReadings, "append", appending)
        put = documents.put

        def putting(*arguments: Any) -> None:
            self.steps.append("put")
            put(*arguments)

        patch.setattr(documents, "put", putting)


Path_ = Callable[[], object]
"""Something that somebody reads by."""


def _asked(world: World) -> Case:
    case = world.asked()
    world.messages.send(lead_of(case), case.task_id or "", {"text": "请协助"}, None, world.now)
    world.reading_store.heads.clear()
    return case


def _issued(world: World) -> Case:
    case = world.issue(world.submit(world.body()))
    assert case.report is not None
    return case


def status(world: World) -> Path_:
    number = _issued(world).case_number
    return lambda: world.own_case.status(number, world.now)


def repeated(world: World) -> Path_:
    case, reader = _issued(world), world.own_case.caller.reader
    return lambda: world.own_case.report_of_submission(case, reader, world.now, is_new=False)


def download(world: World) -> Path_:
    case = _issued(world)
    return lambda: world.own_case.download_link(case, world.now)


def own_list(world: World) -> Path_:
    person = world.holder_of(_issued(world))
    return lambda: world.own_case_list.page(person, None, "192.0.2.1", world.now)


def task_form(world: World) -> Path_:
    case = _asked(world)
    return lambda: world.forms.form(lead_of(case), case.task_id or "", world.now)


def task_sheet(world: World) -> Path_:
    case = _asked(world)
    return lambda: world.sheets.sheet(lead_of(case), {"format": "csv"}, world.now)


def task_messages(world: World) -> Path_:
    case = _asked(world)
    return lambda: world.messages.read(lead_of(case), case.task_id or "", world.now)


def review_sheet(world: World) -> Path_:
    case = world.mismatched()
    return lambda: world.staff("open_review", case)


def file_change(world: World) -> Path_:
    centre = Centre(world)
    told = centre.office.file(RowMark.DELETE, centre.office.record, sender="sender")
    return lambda: centre.act("first", "open_file_change", change=told.change_id)


def staff_list(world: World) -> Path_:
    centre = Centre(world)
    account = centre.room.store.accounts["first"]
    sealed = seal_text(world.keyring, principal_context("first"), "arn:aws:iam::123456789012:user/first")
    centre.room.store.accounts["first"] = replace(account, principal=sealed)
    return lambda: centre.act("first", "list_staff_accounts")


def _desk(world: World) -> ReadingsDesk:
    return ReadingsDesk(
        store=world.reading_store,
        cases=world.cases,
        readings=world.readings,
        readers=StaffReaders(MemoryStaff(), ROLES_OF),
        documents=world.documents,
        bucket="documents",
        lay_out=reading_list,
    )


def audit_by_person(world: World) -> Path_:
    query = {"action": "list_readings", "reviewer": "auditor", "case_number": _issued(world).case_number}
    return lambda: _desk(world).carry_out(query, "staff:audit", world.now)


def audit_by_reader(world: World) -> Path_:
    query = {"action": "list_readings", "reviewer": "auditor", "reader": "staff:li.ming", "day": "2026-11-23"}
    return lambda: _desk(world).carry_out(query, "staff:audit", world.now)


LISTS = {"review/readings_desk:ReadingsDesk._by_reader", "review/readings_desk:ReadingsDesk._of_person"}
"""What is listed of entries opens no seal; that somebody looked is on record all the same."""


def person_export(world: World) -> Path_:
    case = _asked(world)
    centre = Centre(world)
    exports = PersonExports(
        store=world.cases,
        sealer=world.keyring,
        documents=world.documents,
        bucket="documents",
        readings=world.readings,
        readers=StaffReaders(centre.room.store, ROLES_OF),
    )
    return lambda: exports.export(case.case_number, "first", "export_person", "staff:1", world.now)


READINGS: dict[str, Callable[[World], Path_]] = {
    "applications/own_case:OwnCase.status": status,
    "applications/own_case:OwnCase.report_of_submission": repeated,
    "applications/own_case:OwnCase._reading_of_document": download,
    "applications/own_case_list:OwnCaseList._entries": own_list,
    "register_changes/file_change_desk:FileChangeDesk._show": file_change,
    "review/readings_desk:ReadingsDesk._by_reader": audit_by_reader,
    "review/readings_desk:ReadingsDesk._of_person": audit_by_person,
    "review/sheets:ReviewSheets.write": review_sheet,
    "review/sheets:ReviewSheets._records": review_sheet,
    "review/staff_accounts:StaffAccounts._list": staff_list,
    "review/person_exports:PersonExports._exported": person_export,
    "verification/messages:TaskMessages._messages": task_messages,
    "verification/task_sheets:TaskSheets._row": task_sheet,
    "verification/task_view:TaskForms._form": task_form,
}
"""Where a reading begins, and how somebody comes there."""

CALLED = "what the others call"
ELSEWHERE = {
    "institutions/registration:Registration._show_contacts": "an institution's own log; walked below",
    "readings/readings:Readings.begin": CALLED,
    "readings/readings:Readings.begin_with_new_case": CALLED,
}


def test_every_place_where_a_reading_begins_is_walked() -> None:
    found = {place for place, _, _ in calls(BEGINNINGS)}
    assert found == READINGS.keys() | ELSEWHERE.keys()
    walked = found - {place for place, why in ELSEWHERE.items() if why == CALLED}
    print(f"{len(READINGS) + 1} of {len(walked)} readings write their entry first")


@pytest.mark.parametrize("place", READINGS)
def test_a_reading_writes_its_entry_before_anything_is_opened(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    world, walk = World(), Walk()
    read = READINGS[place](world)
    walk.watch(monkeypatch, world.documents)
    read()
    assert walk.steps[0] == "write", walk.steps
    more = {"_of_person": 3, "ReviewSheets.write": 2, "ReviewSheets._records": 2}
    records = next((number for end, number in more.items() if place.endswith(end)), 1)
    assert walk.steps.count("write") == records
    assert ("open" in walk.steps) is (place not in LISTS)
    assert "write" not in walk.steps[walk.steps.index("put") if "put" in walk.steps else records :]


@pytest.mark.parametrize("place", READINGS)
def test_without_its_entry_there_is_no_reading(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    world, walk = World(), Walk(broken=True)
    read = READINGS[place](world)
    walk.watch(monkeypatch, world.documents)
    with pytest.raises(Unavailable):
        read()
    assert walk.steps == []


def test_contacts_are_opened_once_the_institutions_log_tells_it(monkeypatch: pytest.MonkeyPatch) -> None:
    office, walk = RegistrationOffice(), Walk()
    office.register()
    walk.watch(monkeypatch, office.documents)
    commit = office.institution_store.commit
    monkeypatch.setattr(office.institution_store, "commit", lambda change: (walk.steps.append("write"), commit(change)))
    office.act("show_contacts", reason="逾期")
    assert walk.steps == ["write", "open", "put"]

    def broken(change: object) -> None:
        raise Unavailable("try_again")

    walk.steps.clear()
    monkeypatch.setattr(office.institution_store, "commit", broken)
    with pytest.raises(Unavailable):
        office.act("show_contacts", reason="逾期")
    assert walk.steps == []


def test_who_has_just_applied_is_on_the_cases_own_log_and_opens_nothing() -> None:
    world = World()
    case = _issued(world)
    reader = world.own_case.caller.reader
    assert world.own_case.report_of_submission(case, reader, world.now, is_new=True) is not None
    assert world.reading_store.logs == {}
    reading = world.readings.begin_with_new_case(case.case_number)
    with pytest.raises(PermissionError):
        reading.open(b"sealed", case.case_number)
    assert world.cases.log(case.case_number)[0].seq == reading.opening.entry.seq == 1


def test_a_reading_opens_the_case_that_it_is_of_and_no_other() -> None:
    world = World()
    case, other = world.mismatched(), world.submit(world.body(1))
    reading = world.readings.begin(case.case_number, link_bearer(""), Purpose.OWN_CASE, world.now)
    with pytest.raises(PermissionError):
        reading.open(b"sealed", other.case_number)


def test_who_may_not_see_a_case_leaves_no_entry() -> None:
    world = World()
    case = world.asked()
    with pytest.raises(NotFound):
        world.forms.form(principal("lead", "99999", None, 1), case.task_id or "", world.now)
    assert world.reading_store.logs == {}
