"""Register changes that a file asks for: proposed once, approved by two people who did not send it, then written."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from degree_auth.adapters.review.file_change import file_change_page
from degree_auth.adapters.review.file_change_list import file_change_list
from degree_auth.domain.applications.claim import Level
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.recheck import Cause
from degree_auth.domain.cases.register_change import ChangeKind
from degree_auth.domain.register.annual_report_values import RowMark
from degree_auth.domain.register.award import AwardRecord
from degree_auth.domain.register.record import values_of
from degree_auth.domain.register_changes.file_change import FileChange, approve, propose
from degree_auth.domain.register_changes.open_file_changes import FileChangeStatus, file_change_waits, in_order_of_work
from degree_auth.domain.review.staff_roles import ROLES_OF
from degree_auth.domain.shared.chain import verify
from degree_auth.domain.shared.errors import Conflict, Invalid, NotFound
from degree_auth.domain.shared.plain_data import as_data
from degree_auth.messages import MESSAGES
from degree_auth.services.accounts.staff_readers import StaffReaders
from degree_auth.services.register.ports import MarkedRow, Proposal
from degree_auth.services.register_changes.file_change_desk import FileChangeDesk
from degree_auth.services.register_changes.file_proposals import FileProposals
from degree_auth.services.shared.ports import Stale
from tests.doubles.memory import MemoryFileChanges
from tests.doubles.staff import MemoryStaff
from tests.doubles.world import World

SHEET = "欧阳正名"
"""A sheet's name, in which somebody has written whom it is about."""


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
            listed=self.store,
            proposals=self.proposals,
            keeper=self.world.register,
            flags=self.world.flags,
            documents=self.world.documents,
            bucket="documents",
            readings=self.world.readings,
            readers=StaffReaders(MemoryStaff(), ROLES_OF),
            lay_out=file_change_page,
            lay_out_list=file_change_list,
        )

    @property
    def record(self) -> AwardRecord:
        return self.world.register.records[0]

    def file(
        self, mark: RowMark, record: AwardRecord, sender: str = "wang.fang", import_id: str = "file-1"
    ) -> Proposal:
        """What becomes of one marked row of a file that comes now."""
        self.world.now += timedelta(minutes=1)
        now = self.world.now
        row = MarkedRow(f"{SHEET}!2", "3!2", mark, values_of(record))
        (told,) = self.proposals.propose([row], import_id, [sender] if sender else [], now, now)
        assert all(MESSAGES[told.outcome])
        return told

    def act(self, action: str, change: str, reviewer: str, command: str = "", **more: Any) -> Any:
        """The answer to an action of a member of staff."""
        body = {"action": action, "change": change, "reviewer": reviewer, **more}
        if action == "approve_file_change":
            # The page was opened right before.
            found = self.store.find(change)
            body.setdefault("proposal", 1 if found is None else found.proposal)
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


@pytest.mark.requirement("A11", "A13")
@pytest.mark.parametrize("typed", ["li-ming", "liming", "li_ming", "li.ming."])
def test_whoever_sent_the_file_is_known_by_any_spelling_of_the_accounts_name(office: Office, typed: str) -> None:
    told = office.file(RowMark.DELETE, office.record, sender=typed)
    with pytest.raises(Conflict, match="second_person_required"):
        office.approve(told.change_id, "li.ming")
    office.approve(told.change_id, "zhao.lei", "wang.fang")


@pytest.mark.requirement("A11", "A13")
def test_an_approval_of_whoever_sends_a_further_file_counts_no_more_by_whatever_spelling(office: Office) -> None:
    told = office.file(RowMark.DELETE, office.record, sender="wang.fang")
    office.approve(told.change_id, "li.ming")
    office.file(RowMark.DELETE, office.record, sender="li-ming", import_id="file-2")
    assert office.store.changes[told.change_id].approved_by == ()


@pytest.mark.requirement("A11", "N3")
def test_neither_one_person_twice_nor_whoever_sent_the_file_approves(office: Office) -> None:
    told = office.file(RowMark.DELETE, office.record, sender="wang.fang")
    with pytest.raises(Conflict, match="second_person_required"):
        office.approve(told.change_id, "wang.fang")
    office.approve(told.change_id, "li.ming")
    with pytest.raises(Conflict, match="second_person_required"):
        office.act("approve_file_change", told.change_id, "li.ming", "another execution", reason="同意")
    assert office.approve(told.change_id, "zhao.lei").approved_by == ("staff:li.ming", "staff:zhao.lei")


@pytest.mark.requirement("A11", "A13")
def test_an_approval_is_of_the_proposal_that_its_giver_saw(office: Office) -> None:
    told = office.file(RowMark.DELETE, office.record)
    shown = office.act("open_file_change", told.change_id, "li.ming")
    page = office.world.documents.objects[f"review/file-changes/{told.change_id}.html"].decode()
    assert (shown.facts["proposal"], "提议编号（proposal） 1" in page) == (1, True)
    office.act("close_file_change", told.change_id, "wu.di", reason="与来函不符")
    change = office.store.changes[told.change_id]
    office.store.save(propose(change, office.world.now), change)
    with pytest.raises(Conflict, match="file_change_proposed_anew"):
        office.act("approve_file_change", told.change_id, "li.ming", reason="同意", proposal=1)
    assert office.store.changes[told.change_id].approved_by == ()
    assert office.approve(told.change_id, "li.ming").approved_by == ("staff:li.ming",)


@pytest.mark.requirement("A11", "N3")
def test_a_marked_row_waits_until_its_sender_is_named(office: Office) -> None:
    assert office.file(RowMark.DELETE, office.record, sender="").outcome == "file_change_needs_sender"
    assert not office.store.changes
    assert office.file(RowMark.CORRECT, office.record, sender="").outcome == "file_change_unneeded"
    told = office.file(RowMark.DELETE, office.record, sender="wang.fang")
    assert told.outcome == "file_change_proposed"
    assert office.file(RowMark.DELETE, office.record, sender="").outcome == "file_change_waits"


@pytest.mark.requirement("A11", "N3")
def test_whoever_sends_the_same_row_in_a_further_file_does_not_approve_it_either(office: Office) -> None:
    told = office.file(RowMark.DELETE, office.record, sender="wang.fang")
    office.approve(told.change_id, "li.ming")
    for _ in range(2):
        assert office.file(RowMark.DELETE, office.record, sender="li.ming").outcome == "file_change_waits"
    change = office.store.changes[told.change_id]
    assert (change.senders, change.approved_by, change.version) == (("wang.fang", "li.ming"), (), 3)
    for sender in change.senders:
        with pytest.raises(Conflict, match="second_person_required"):
            office.act("approve_file_change", told.change_id, sender, "another execution", reason="同意")
    change = office.approve(told.change_id, "zhao.lei", "sun.li")
    assert (change.status, change.reference) == (FileChangeStatus.APPLIED, f"{change.change_id}-1")
    assert verify(change.change_id, [entry.as_dict() for entry in change.log], named="change_id") is None


@pytest.mark.requirement("N1")
def test_the_same_row_proposes_nothing_twice(office: Office) -> None:
    first = office.file(RowMark.DELETE, office.record)
    again = office.file(RowMark.DELETE, office.record, import_id="file-2")
    assert (again.outcome, again.change_id) == ("file_change_waits", first.change_id)
    assert len(office.store.changes) == 1
    assert office.store.changes[first.change_id].version == 1


@pytest.mark.requirement("A11", "N1", "N2")
def test_a_row_counts_as_proposed_only_when_its_change_is_stored(office: Office) -> None:
    saved = office.store.save
    overtaken = iter([True])

    def busy(change: FileChange, former: FileChange | None) -> None:
        if next(overtaken, False):
            raise Stale  # and nobody stored the change
        saved(change, former)

    office.store.save = busy  # type: ignore[method-assign]
    told = office.file(RowMark.DELETE, office.record)
    assert told.outcome == "file_change_proposed"
    assert office.store.changes[told.change_id].is_open


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
def test_a_closed_correction_of_a_number_is_proposed_again_only_when_a_record_of_either_number_changed(
    office: Office,
) -> None:
    record = office.record
    row = replace(record, certificate_number="1048642022999999")
    told = office.file(RowMark.CORRECT, row)
    office.act("close_file_change", told.change_id, "li.ming", reason="来函未提及")
    assert office.file(RowMark.CORRECT, row).outcome == "file_change_was_closed"
    office.world.register.records[0] = replace(record, discipline_name="园艺学")
    assert office.file(RowMark.CORRECT, row).outcome == "file_change_proposed"


@pytest.mark.requirement("A11", "N1")
def test_a_change_that_was_closed_by_an_older_look_is_proposed_again(office: Office) -> None:
    record = office.record
    told = office.file(RowMark.DELETE, record)
    office.world.register.records[0] = replace(record, discipline_name="园艺学")
    office.act("close_file_change", told.change_id, "li.ming", reason="来函未提及")
    assert office.file(RowMark.DELETE, record).outcome == "file_change_proposed"


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


@pytest.mark.requirement("A11", "N1")
def test_a_slow_run_takes_no_approval_away_that_was_given_after_it_looked(office: Office) -> None:
    record = office.record
    told = office.file(RowMark.CORRECT, replace(record, discipline_name="园艺学"))
    office.approve(told.change_id, "li.ming")
    whole = office.desk

    class SlowKeeper:
        def revise(self, *_: object) -> bool:
            office.desk = whole
            office.world.register.records[0] = replace(record, institution_name="另一名称大学")
            office.approve(told.change_id, "zhao.lei")  # finds the register moved, and proposes anew
            office.act("approve_file_change", told.change_id, "li.ming", "after another look", reason="同意")
            return False

    office.desk = replace(whole, keeper=SlowKeeper())  # type: ignore[arg-type]
    change = office.approve(told.change_id, "zhao.lei")
    assert (change.status, change.approved_by) == (FileChangeStatus.PROPOSED, ("staff:li.ming",))
    assert [entry.type.value for entry in change.log].count("file_change_proposed") == 2


@pytest.mark.requirement("A11", "N1")
@pytest.mark.parametrize(
    ("found", "reason"),
    [
        ({"discipline_name": "园艺学"}, "file_change_unneeded"),
        ({"certificate_number": "1048642022777777", "identity_number": "", "name": "另一人"}, "file_change_not_found"),
    ],
)
def test_a_change_that_can_no_longer_be_written_is_closed_for_what_it_is(
    office: Office, found: dict[str, str], reason: str
) -> None:
    record = office.record
    told = office.file(RowMark.CORRECT, replace(record, discipline_name="园艺学"))
    office.world.register.records[0] = replace(record, **found)  # type: ignore[arg-type]
    change = office.approve(told.change_id, "li.ming", "zhao.lei")
    assert (change.status, change.log[-1].data) == (FileChangeStatus.CLOSED, {"reason": reason})
    assert all(MESSAGES[reason])


@pytest.mark.requirement("A11", "N1")
def test_a_change_that_means_several_records_by_now_is_closed_as_such(office: Office) -> None:
    record = office.record
    told = office.file(RowMark.CORRECT, replace(record, certificate_number="1048642022999999"))
    twins = [replace(record, record_id=f"{one}", certificate_number=f"104864202277777{one}") for one in (1, 2)]
    office.world.register.records[0:1] = twins
    change = office.approve(told.change_id, "li.ming", "zhao.lei")
    assert (change.status, change.log[-1].data) == (FileChangeStatus.CLOSED, {"reason": "file_change_ambiguous"})


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


@pytest.mark.requirement("A11", "N1", "N2")
def test_anybody_of_the_staff_brings_to_its_end_what_two_approved_and_a_fault_cut_off(office: Office) -> None:
    told = office.file(RowMark.DELETE, office.record)
    office.approve(told.change_id, "li.ming")
    whole = office.desk
    office.desk = replace(whole, flags=_Broken())  # type: ignore[arg-type]
    with pytest.raises(ConnectionError):
        office.approve(told.change_id, "zhao.lei")
    office.desk = whole
    with pytest.raises(Conflict, match="change_being_applied"):
        office.act("close_file_change", told.change_id, "sun.li", reason="来函未提及")
    change = office.approve(told.change_id, "sun.li")
    assert change.status is FileChangeStatus.APPLIED
    assert change.approved_by == ("staff:li.ming", "staff:zhao.lei")


class _Broken:
    def flag_after(self, *_: object, **__: object) -> int:
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
    assert f"{SHEET}!2" in page.decode()
    change = office.store.changes[told.change_id]
    assert change.place == "3!2"
    stored = str(as_data(change))
    for value in (record.name, record.identity_number, record.certificate_number, "园艺学", SHEET):
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


def _moved(office: Office) -> AwardRecord:
    """The record as it stands after somebody else has changed it."""
    day = office.record.award_date.day % 27 + 1
    return replace(office.record, award_date=office.record.award_date.replace(day=day))


@pytest.mark.requirement("A11", "N2")
def test_a_sender_of_a_closed_change_does_not_approve_it_when_it_is_proposed_again(office: Office) -> None:
    row = replace(office.record, discipline_name="园艺学")
    told = office.file(RowMark.CORRECT, row)
    office.act("close_file_change", told.change_id, "zhao.lei", reason="不改")
    office.file(RowMark.CORRECT, row, sender="he.hua", import_id="file-2")
    office.world.register.records[0] = _moved(office)
    assert office.file(RowMark.CORRECT, row, sender="li.ming", import_id="file-3").outcome == "file_change_proposed"
    for sender in ("wang.fang", "he.hua", "li.ming"):
        with pytest.raises(Conflict, match="second_person_required"):
            office.approve(told.change_id, sender)


@pytest.mark.requirement("A11", "N2")
def test_a_sender_who_came_while_an_approved_change_was_being_written_does_not_approve_it_anew(office: Office) -> None:
    row = replace(office.record, discipline_name="园艺学")
    told = office.file(RowMark.CORRECT, row)
    approved = approve(office.store.changes[told.change_id], "a.bcd", "", 1, "one", office.world.now)
    office.store.changes[told.change_id] = approve(approved, "zhao.lei", "", 1, "two", office.world.now)
    office.file(RowMark.CORRECT, row, sender="he.hua", import_id="file-2")
    change = office.store.changes[told.change_id]
    assert (change.status, len(change.approved_by), "he.hua" in change.senders) == (FileChangeStatus.APPROVED, 2, True)


class _CutOffError(Exception):
    """Stands for a fault in the middle of the writing."""


def _three_open(office: Office, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A change that is approved and not written, one that lacks the second person, and one that nobody has seen."""
    record = office.record
    rows = {
        "seen by one": replace(record, discipline_name="园艺学"),
        "unwritten": replace(record, discipline_name="植物保护"),
        "unseen": replace(record, discipline_name="茶学"),
    }
    ids = {name: office.file(RowMark.CORRECT, row).change_id for name, row in rows.items()}
    office.approve(ids["seen by one"], "li.ming")

    def cut_off(*_: object) -> bool:
        raise _CutOffError

    with monkeypatch.context() as patched:
        patched.setattr(type(office.world.register), "revise", cut_off)
        with pytest.raises(_CutOffError):
            office.approve(ids["unwritten"], "li.ming", "zhao.lei")
    return ids


@pytest.mark.requirement("A11", "N3")
def test_what_was_approved_and_not_written_is_measured_and_so_is_what_waits_for_people(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert file_change_waits(office.store.open_changes(), office.world.now).open == 0
    ids = _three_open(office, monkeypatch)
    assert [one.change_id for one in in_order_of_work(office.store.open_changes())] == [
        ids["unwritten"],
        ids["seen by one"],
        ids["unseen"],
    ]
    now = office.world.now + timedelta(days=12, minutes=20)
    waits = file_change_waits(office.store.open_changes(), now)
    assert (waits.open, waits.half_approved, waits.unwritten, waits.oldest_waiting_days) == (3, 1, 1, 12)
    assert waits.oldest_unwritten == timedelta(days=12, minutes=20)
    office.approve(ids["unwritten"], "wu.di")  # whoever starts it again has it written
    assert office.store.changes[ids["unwritten"]].status is FileChangeStatus.APPLIED
    after = file_change_waits(office.store.open_changes(), now)
    assert (after.open, after.unwritten, after.oldest_unwritten) == (2, 0, timedelta())


@pytest.mark.requirement("A11", "N4")
@pytest.mark.parametrize(("language", "waits"), [("zh", "写入（已两人批准）"), ("en", "being written (two approved)")])
def test_the_staff_list_what_is_open_in_the_order_of_its_urgency_without_personal_data(
    language: str, waits: str, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = _three_open(office, monkeypatch)
    office.world.now += timedelta(days=3)
    answer = office.desk.carry_out(
        {"action": "list_file_changes", "reviewer": "li.ming", "language": language}, "list", office.world.now
    )
    assert {name: answer.facts[name] for name in ("open", "half_approved", "unwritten", "oldest_waiting_days")} == {
        "open": 3,
        "half_approved": 1,
        "unwritten": 1,
        "oldest_waiting_days": 3,
    }
    key = answer.facts["location"].removeprefix("s3://documents/")
    table = list(csv.reader(office.world.documents.objects[key].decode("utf-8-sig").splitlines()))
    assert [row[0] for row in table[1:]] == [ids["unwritten"], ids["seen by one"], ids["unseen"]]
    assert all(change_id[0].isalpha() for change_id in ids.values())
    assert (table[1][2], [row[4] for row in table[1:]]) == (waits, ["3", "3", "3"])
    content = office.world.documents.objects[key].decode()
    assert not any(secret in content for secret in (office.record.name, office.record.certificate_number, SHEET))
