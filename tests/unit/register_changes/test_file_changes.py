"""Register changes that a file asks for: proposed once, approved by two people who did not send it, then written."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from degree_auth.adapters.review.file_change import file_change_page
from degree_auth.domain.applications.claim import Level
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.recheck import Cause
from degree_auth.domain.cases.register_change import ChangeKind
from degree_auth.domain.register.annual_report_row import RowMark
from degree_auth.domain.register.award import AwardRecord
from degree_auth.domain.register.record import values_of
from degree_auth.domain.register_changes.file_changes import FileChange, FileChangeStatus, change_as_dict
from degree_auth.domain.shared.chain import verify
from degree_auth.domain.shared.errors import Conflict, Invalid, NotFound
from degree_auth.messages import MESSAGES
from degree_auth.services.register.ports import MarkedRow, Proposal
from degree_auth.services.register_changes.file_change_desk import FileChangeDesk
from degree_auth.services.register_changes.file_proposals import FileProposals
from tests.doubles.memory import MemoryFileChanges
from tests.doubles.world import World


class Office:
    """A register of some records, and staff who decide on what files ask for."""

    def __init__(self, world: World | None = None) -> None:
        self.world = world or World()
        self.store = MemoryFileChanges()
        self.proposals = FileProposals(
            store=self.store,
            sealer=self.world.keyring,
            register=self.world.register,
            institutions=self.world.matching.institutions,
        )
        self.desk = FileChangeDesk(
            store=self.store,
            sealer=self.world.keyring,
            proposals=self.proposals,
            keeper=self.world.register,
            flags=self.world.flags,
            documents=self.world.documents,
            bucket="documents",
            lay_out=file_change_page,
        )

    @property
    def record(self) -> AwardRecord:
        return self.world.register.records[0]

    def file(self, mark: RowMark, record: AwardRecord, sender: str = "", import_id: str = "file-1") -> Proposal:
        """What becomes of one marked row of a file that comes now."""
        self.world.now += timedelta(minutes=1)
        now = self.world.now
        row = MarkedRow("2", mark, values_of(record))
        (told,) = self.proposals.propose([row], import_id, sender, now, now)
        assert all(MESSAGES[told.outcome])
        return told

    def act(self, action: str, change: str, reviewer: str, command: str = "", **more: Any) -> Any:
        """The answer to an action of a member of staff."""
        body = {"action": action, "change": change, "reviewer": reviewer, **more}
        return self.desk.carry_out(body, command or f"{action} {reviewer}", self.world.now)

    def approve(self, change: str, *reviewers: str) -> FileChange:
        """The change after these people approved it."""
        for reviewer in reviewers:
            self.act("approve_file_change", change, reviewer, reason="与来函一致")
        return self.store.changes[change]


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.mark.requirement("A11", "N3")
def test_a_deletion_is_proposed_and_changes_nothing_before_two_people_approve(office: Office) -> None:
    record, number = office.record, len(office.world.register.records)
    told = office.file(RowMark.DELETE, record)
    assert told.outcome == "file_change_proposed"
    assert len(office.world.register.records) == number
    assert office.approve(told.change_id, "li.ming").status is FileChangeStatus.PROPOSED
    assert len(office.world.register.records) == number
    change = office.approve(told.change_id, "zhao.lei")
    assert (change.status, change.kind) == (FileChangeStatus.APPLIED, ChangeKind.REMOVE)
    assert record not in office.world.register.records
    assert verify(change.change_id, [entry.as_dict() for entry in change.log], named="change_id") is None


@pytest.mark.requirement("A11")
def test_a_correction_changes_what_the_row_states_otherwise_and_leaves_what_it_leaves_empty(office: Office) -> None:
    record = office.record
    row = replace(record, discipline_name="园艺学", discipline_code="090201", institution_name="", name_pinyin="")
    told = office.file(RowMark.CORRECT, row)
    change = office.approve(told.change_id, "li.ming", "zhao.lei")
    assert change.fields == ("degree.discipline",)
    (after,) = (one for one in office.world.register.records if one.certificate_number == record.certificate_number)
    expected = replace(record, discipline_name="园艺学", discipline_code="090201")
    assert replace(after, record_id="") == replace(expected, record_id="")


@pytest.mark.requirement("A11")
@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"identity_number": "110105194912310029"}, "holder.identity_number"),
        ({"name": "欧阳正名"}, "holder.name"),
        ({"certificate_number": "1048642022999999"}, "degree.certificate_number"),
    ],
)
def test_a_corrected_holder_or_number_finds_the_record_that_it_corrects(
    office: Office, facts: dict[str, str], field: str
) -> None:
    row = replace(office.record, **facts)  # type: ignore[arg-type]
    told = office.file(RowMark.CORRECT, row)
    number = len(office.world.register.records)
    assert office.approve(told.change_id, "li.ming", "zhao.lei").fields == (field,)
    assert len(office.world.register.records) == number


@pytest.mark.requirement("A11", "N3")
def test_neither_one_person_twice_nor_whoever_sent_the_file_approves(office: Office) -> None:
    told = office.file(RowMark.DELETE, office.record, sender="wang.fang")
    with pytest.raises(Conflict, match="second_person_required"):
        office.approve(told.change_id, "wang.fang")
    office.approve(told.change_id, "li.ming")
    with pytest.raises(Conflict, match="second_person_required"):
        office.act("approve_file_change", told.change_id, "li.ming", "another execution", reason="同意")
    assert office.approve(told.change_id, "zhao.lei").approved_by == ("staff:li.ming", "staff:zhao.lei")


@pytest.mark.requirement("N1")
def test_the_same_row_proposes_nothing_twice(office: Office) -> None:
    first = office.file(RowMark.DELETE, office.record)
    again = office.file(RowMark.DELETE, office.record, import_id="file-2")
    assert (again.outcome, again.change_id) == ("file_change_waits", first.change_id)
    assert len(office.store.changes) == 1
    assert office.store.changes[first.change_id].version == 1


@pytest.mark.requirement("A11", "N1")
def test_what_is_so_already_or_not_found_is_said(office: Office) -> None:
    record = office.record
    assert office.file(RowMark.CORRECT, record).outcome == "file_change_unneeded"
    stranger = replace(record, name="无此人", identity_number="", certificate_number="1048642022888888")
    assert office.file(RowMark.DELETE, stranger).outcome == "file_change_not_found"
    assert office.file(RowMark.CORRECT, stranger).outcome == "file_change_not_found"
    another_level = replace(record, level=Level.DOCTOR, category_code="208", category_name="工学博士")
    assert office.file(RowMark.DELETE, another_level).outcome == "file_change_not_found"
    told = office.file(RowMark.DELETE, record)
    office.approve(told.change_id, "li.ming", "zhao.lei")
    assert office.file(RowMark.DELETE, record).outcome == "file_change_not_found"


@pytest.mark.requirement("A11", "N1")
def test_what_staff_closed_is_not_proposed_again_while_the_register_is_as_it_was(office: Office) -> None:
    record = office.record
    told = office.file(RowMark.DELETE, record)
    office.act("close_file_change", told.change_id, "li.ming", reason="来函未提及")
    assert office.file(RowMark.DELETE, record).outcome == "file_change_was_closed"
    office.world.register.records[0] = replace(record, discipline_name="园艺学")
    assert office.file(RowMark.DELETE, record).outcome == "file_change_proposed"
    change = office.approve(told.change_id, "li.ming", "zhao.lei")
    assert (change.status, change.reference) == (FileChangeStatus.APPLIED, f"{change.change_id}-2")


@pytest.mark.requirement("A11", "N1")
def test_a_register_that_moved_since_is_not_written_and_the_change_is_proposed_anew(office: Office) -> None:
    record = office.record
    told = office.file(RowMark.CORRECT, replace(record, discipline_name="园艺学"))
    office.approve(told.change_id, "li.ming")
    moved = replace(record, institution_name="另一名称大学")
    office.world.register.records[0] = moved
    change = office.approve(told.change_id, "zhao.lei")
    assert (change.status, change.approved_by) == (FileChangeStatus.PROPOSED, ())
    assert office.world.register.records[0] == moved
    assert office.approve(told.change_id, "li.ming2", "zhao.lei2").status is FileChangeStatus.APPLIED


@pytest.mark.requirement("N1")
def test_a_repeated_command_does_nothing_twice_and_goes_on_after_a_crash(office: Office) -> None:
    told = office.file(RowMark.DELETE, office.record)
    for _ in range(2):
        office.act("approve_file_change", told.change_id, "li.ming", "one", reason="同意")
    assert office.store.changes[told.change_id].approved_by == ("staff:li.ming",)
    whole = office.desk
    office.desk = replace(whole, flags=_Broken())  # type: ignore[arg-type]
    with pytest.raises(ConnectionError):
        office.act("approve_file_change", told.change_id, "zhao.lei", "two", reason="同意")
    assert office.store.changes[told.change_id].status is FileChangeStatus.APPROVED
    office.desk = whole
    office.act("approve_file_change", told.change_id, "zhao.lei", "two", reason="同意")
    change = office.store.changes[told.change_id]
    assert (change.status, change.version) == (FileChangeStatus.APPLIED, 4)
    office.act("approve_file_change", told.change_id, "zhao.lei", "two", reason="同意")
    assert office.store.changes[told.change_id] == change
    with pytest.raises(Conflict, match="file_change_ended"):
        office.act("approve_file_change", told.change_id, "sun.li", "three", reason="同意")


class _Broken:
    def flag(self, *_: object, **__: object) -> int:
        raise ConnectionError


@pytest.mark.requirement("A11", "A15")
def test_the_reports_that_an_applied_change_touches_are_called_into_question() -> None:
    world = World()
    office = Office(world)
    case: Case = world.issue(world.submit(world.body()))
    record = next(one for one in world.register.records if one.certificate_number in str(world.body()))
    told = office.file(RowMark.DELETE, record)
    assert world.cases.load(case.case_number).recheck is None
    office.approve(told.change_id, "li.ming", "zhao.lei")
    recheck = world.cases.load(case.case_number).recheck
    assert recheck is not None
    assert recheck.cause is Cause.REGISTER_CHANGE


@pytest.mark.requirement("A11", "N4")
def test_staff_see_before_and_after_and_what_is_kept_in_clear_holds_nobodys_data(office: Office) -> None:
    record = office.record
    told = office.file(RowMark.CORRECT, replace(record, discipline_name="园艺学"))
    answer = office.act("open_file_change", told.change_id, "li.ming")
    ((key, page),) = [(key, page) for key, page in office.world.documents.objects.items() if "file-changes" in key]
    assert answer.facts["location"].endswith(key)
    assert record.discipline_name in page.decode()
    assert "园艺学" in page.decode()
    stored = str(change_as_dict(office.store.changes[told.change_id]))
    for value in (record.name, record.identity_number, record.certificate_number, "园艺学"):
        assert value not in stored
        assert value not in str(answer)


@pytest.mark.requirement("N5")
def test_a_wrong_input_is_named(office: Office) -> None:
    with pytest.raises(Invalid) as caught:
        office.act("approve_file_change", "short", "Li Ming")
    assert {(problem.field, problem.code) for problem in caught.value.problems} == {
        ("change", "file_change_format"),
        ("reviewer", "reviewer_format"),
        ("reason", "required"),
    }
    with pytest.raises(NotFound):
        office.act("open_file_change", "A" * 22, "li.ming")
