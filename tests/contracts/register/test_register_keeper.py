"""The contract of changes to the register (article 11), held by the table in DynamoDB and by its stand-in in memory
alike; and what the table adds to it: former versions, and imports that come afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from moto import mock_aws

from degree_auth.adapters.register.items import award_items
from degree_auth.adapters.register.reader import RegisterTable
from degree_auth.adapters.register.writer import RegisterOverloadedError, RegisterWriter
from degree_auth.adapters.shared.keyring import Keyring
from degree_auth.domain.applications.claim import Claim
from degree_auth.domain.applications.submission import parse_submission
from degree_auth.domain.register.annual_report_header import read_header
from degree_auth.domain.register.annual_report_row import read_row
from degree_auth.domain.register.award import AwardRecord
from degree_auth.domain.register.award_identity import award_source, join_record_id, partition_of
from degree_auth.services.register.award_keys import award_part
from degree_auth.services.register.ports import Counts
from tests.doubles.memory import MemoryRegister
from tests.samples.filled import filled
from tools.sample_applications import body_of
from tools.sample_rows import rows

REGION, TABLE = "ap-southeast-1", "register"
KEYRING = Keyring(b"k" * 32)
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
ROW = next(row for row in rows(50) if len(row["ZJHM"]) == 18)
RECORD = read_row(list(ROW.values()), read_header(list(ROW)))
OTHER_NUMBER = RECORD.certificate_number[:-1] + ("1" if RECORD.certificate_number[-1] != "1" else "2")
UNKNOWN_NUMBER = RECORD.certificate_number[:-1] + ("3" if RECORD.certificate_number[-1] != "3" else "4")


def claim(number: str = RECORD.certificate_number) -> Claim:
    """A claim of the holder's, with this certificate number; another holder's number, so that only it finds records."""
    stated = parse_submission(body_of(ROW), NOW.date()).claim
    stranger = replace(stated.holder, identity_number="110199199909099990")
    return replace(stated, holder=stranger, degree=replace(stated.degree, certificate_number=number))


class Table:
    """The register's table as its reader and its writer."""

    def __init__(self, client: Any, sleep: Callable[[float], None] = lambda seconds: None) -> None:
        self.reader = RegisterTable(TABLE, REGION, KEYRING)
        self.writer = RegisterWriter(TABLE, KEYRING, client, sleep)
        self.candidates, self.revise = self.reader.candidates, self.writer.revise
        self.certificate_version, self.of_person = self.reader.certificate_version, self.reader.of_person

    def save(self, record: AwardRecord) -> Counts:
        """Import one record under the id that it has in the register."""
        return self.writer.save([record], "import", NOW).counts

    def disciplines(self, record: AwardRecord) -> list[tuple[int, str]]:
        """The former versions of a record."""
        return [(one.version, one.record.discipline_name) for one in self.reader.history(record.record_id)]


Keeper = Table | MemoryRegister


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Iterator[Table]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        award_items(TABLE, REGION).create_table(wait=True)
        yield Table(boto3.client("dynamodb"))


@pytest.fixture(params=["table", "memory"])
def keeper(request: pytest.FixtureRequest) -> Keeper:
    if request.param == "memory":
        return MemoryRegister()
    table: Table = request.getfixturevalue("table")
    return table


def added(keeper: Keeper, record: AwardRecord = RECORD) -> AwardRecord:
    """The record as the register has it once it was added."""
    assert keeper.revise(None, record, "added", NOW)
    return found(keeper, record.certificate_number)[0]


def imported(table: Table, record: AwardRecord = RECORD) -> AwardRecord:
    """The record as the register has it once a file told of it."""
    assert table.save(placed(record)) == Counts(new=1)
    return found(table, record.certificate_number)[0]


def placed(record: AwardRecord) -> AwardRecord:
    """The record under the id that a file's record of it has."""
    partition = partition_of(record)
    return replace(record, record_id=join_record_id(partition, award_part(KEYRING, partition, award_source(record))))


def found(keeper: Keeper, number: str = RECORD.certificate_number) -> list[AwardRecord]:
    return list(keeper.candidates(claim(number)))


def holders_claim() -> Claim:
    """A claim of the holder's under a certificate number that the register lacks: only the holder finds records."""
    stated = parse_submission(body_of(ROW), NOW.date()).claim
    return replace(stated, degree=replace(stated.degree, certificate_number=UNKNOWN_NUMBER))


@contextmanager
def stale_index(table: Table, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The index by holder answers what it had when this began; the table itself goes on."""
    connection = table.reader._items._get_connection()
    query = connection.query
    (holder,) = {item["holder_key"]["S"] for item in boto3.client("dynamodb").scan(TableName=TABLE)["Items"]}
    before = query(holder, index_name="by_holder")

    def behind(*values: Any, **named: Any) -> Any:
        return before if named.get("index_name") == "by_holder" else query(*values, **named)

    with monkeypatch.context() as patch:
        patch.setattr(connection, "query", behind)
        yield


@contextmanager
def counted_reads(table: Table, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, bool]]]:
    """The reads that the table is asked for, and whether each is consistent."""
    connection = table.reader._items._get_connection()
    reads: list[tuple[str, bool]] = []

    def counted(name: str) -> Callable[..., Any]:
        call = getattr(connection, name)
        return lambda *values, **named: (
            reads.append((name, bool(named.get("consistent_read")))),
            call(*values, **named),
        )[1]

    with monkeypatch.context() as patch:
        for name in ("query", "get_item", "batch_get_item"):
            patch.setattr(connection, name, counted(name))
        yield reads


def moved(record: AwardRecord) -> AwardRecord:
    """The record under another certificate number."""
    return replace(record, certificate_number=OTHER_NUMBER)


@pytest.mark.requirement("A2", "A11")
@pytest.mark.parametrize("gone", ["removed", "moved"])
def test_a_record_that_was_just_taken_out_is_found_no_more_by_an_index_that_still_has_it(
    table: Table, monkeypatch: pytest.MonkeyPatch, gone: str
) -> None:
    record = added(table)
    holders = holders_claim()
    assert list(table.candidates(holders)) == [record]
    with stale_index(table, monkeypatch):
        assert table.revise(record, None if gone == "removed" else moved(record), gone, NOW)
        assert list(table.candidates(holders)) == []


@pytest.mark.requirement("A2", "A11")
def test_a_record_that_was_just_changed_is_found_as_it_now_is_by_an_index_that_is_behind(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = added(table)
    changed = replace(record, discipline_name="乙")
    with stale_index(table, monkeypatch):
        assert table.revise(record, changed, "changed", NOW)
        assert list(table.candidates(holders_claim())) == [changed]


@pytest.mark.requirement("A2")
def test_a_look_up_reads_what_was_last_written_and_what_an_index_finds_costs_one_read_more(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = added(table)
    with counted_reads(table, monkeypatch) as reads:
        assert list(table.candidates(claim())) == [record]
        assert reads == [("query", True), ("query", False)]
        reads.clear()
        assert list(table.candidates(holders_claim())) == [record]
        assert reads == [("query", True), ("query", False), ("batch_get_item", True)]
        reads.clear()
        assert list(table.candidates(claim(UNKNOWN_NUMBER))) == []
        assert reads == [("query", True), ("query", False)]


@pytest.mark.requirement("A11", "N1")
def test_a_record_is_added_once(keeper: Keeper) -> None:
    record = added(keeper)
    assert replace(record, record_id="") == replace(RECORD, record_id="")
    assert keeper.revise(None, RECORD, "added", NOW)
    assert found(keeper) == [record]
    assert not keeper.revise(None, replace(RECORD, discipline_name="乙"), "another", NOW)
    assert found(keeper) == [record]


@pytest.mark.requirement("A11", "N1")
def test_a_record_is_changed_where_it_stands(keeper: Keeper) -> None:
    record = added(keeper)
    changed = replace(record, discipline_name="乙")
    for _ in range(2):
        assert keeper.revise(record, changed, "changed", NOW)
        assert found(keeper) == [changed]


@pytest.mark.requirement("A11", "N1")
def test_a_record_whose_number_was_wrong_moves(keeper: Keeper) -> None:
    record = added(keeper)
    for _ in range(2):
        assert keeper.revise(record, moved(record), "moved", NOW)
        assert found(keeper) == []
        assert [one.certificate_number for one in found(keeper, OTHER_NUMBER)] == [OTHER_NUMBER]


@pytest.mark.requirement("A11", "N1")
def test_a_record_that_moves_to_where_it_is_told_of_already_leaves_its_former_place(keeper: Keeper) -> None:
    record, there = added(keeper), added(keeper, moved(RECORD))
    assert keeper.revise(record, moved(record), "moved", NOW)
    assert (found(keeper), found(keeper, OTHER_NUMBER)) == ([], [there])


@pytest.mark.requirement("A11", "N1", "N2")
def test_a_removed_record_is_found_no_more_and_may_be_added_anew(keeper: Keeper) -> None:
    record = added(keeper)
    for _ in range(2):
        assert keeper.revise(record, None, "removed", NOW)
        assert found(keeper) == []
    assert not keeper.revise(record, replace(record, discipline_name="乙"), "late", NOW)
    assert added(keeper) == record


@pytest.mark.requirement("A11", "N1")
def test_what_rests_on_an_outdated_record_changes_nothing(keeper: Keeper) -> None:
    record = added(keeper)
    changed = replace(record, discipline_name="乙")
    assert keeper.revise(record, changed, "changed", NOW)
    for after in (replace(record, discipline_name="丙"), moved(record), None):
        assert not keeper.revise(record, after, "outdated", NOW)
    assert not keeper.revise(moved(record), record, "unknown", NOW)
    assert (found(keeper), found(keeper, OTHER_NUMBER)) == ([changed], [])


@pytest.mark.requirement("A11", "N1", "N3")
@pytest.mark.parametrize("gone", [False, True])
def test_a_change_repeated_after_another_one_followed_it_counts_as_made(keeper: Keeper, gone: bool) -> None:
    record = added(keeper)
    changed = None if gone else replace(record, discipline_name="乙")
    later = replace(record, discipline_name="丙")
    assert keeper.revise(record, changed, "RZ1-R1", NOW)
    assert keeper.revise(changed, later, "RZ2-R1", NOW)
    assert keeper.revise(record, changed, "RZ1-R1", NOW)
    assert not keeper.revise(record, changed, "RZ3-R1", NOW)
    assert found(keeper) == [later]


@pytest.mark.requirement("A11", "N1")
def test_a_certificate_has_a_new_version_after_every_change_and_after_nothing_else(keeper: Keeper) -> None:
    versions = [keeper.certificate_version(claim())]

    def change(before: AwardRecord | None, after: AwardRecord | None) -> None:
        for _ in range(2):
            assert keeper.revise(before, after, "changed", NOW)
        versions.append(keeper.certificate_version(claim()))
        assert keeper.certificate_version(claim()) == versions[-1]

    change(None, RECORD)
    (record,) = found(keeper)
    change(record, replace(record, discipline_name="乙"))
    change(replace(record, discipline_name="乙"), record)
    change(record, None)
    change(None, record)
    change(record, None)
    assert len(set(versions)) == len(versions) == 7
    other = keeper.certificate_version(claim(OTHER_NUMBER))
    change(None, record)
    assert keeper.certificate_version(claim(OTHER_NUMBER)) == other


@pytest.mark.requirement("A11", "N3")
def test_every_version_is_kept_whatever_becomes_of_the_record(table: Table) -> None:
    record = added(table)
    later = replace(record, discipline_name="乙")
    assert table.revise(record, later, "changed", NOW)
    assert table.revise(later, None, "removed", NOW)
    assert added(table) == record
    assert table.revise(record, later, "changed again", NOW)
    assert table.disciplines(record) == [(1, record.discipline_name), (2, "乙"), (4, record.discipline_name)]


@pytest.mark.requirement("A11", "N2", "N3")
@pytest.mark.parametrize("gone", ["removed", "moved"])
def test_an_import_does_not_bring_back_what_a_change_took_out(table: Table, gone: str) -> None:
    record = added(table)
    assert table.revise(record, None if gone == "removed" else moved(record), gone, NOW)
    for told in (record, replace(record, discipline_name="乙")):
        assert table.save(told) == Counts(withheld=1)
    assert found(table) == []
    assert table.disciplines(record) == [(1, record.discipline_name)]


@pytest.mark.requirement("A11", "N1")
def test_a_record_removed_while_an_import_is_about_to_change_it_stays_out(table: Table) -> None:
    record = imported(table)
    counts = table.writer.save(
        [replace(record, discipline_name="乙")],
        "import",
        NOW,
        lambda changed: _done(table.revise(record, None, "removed", NOW)),
    ).counts
    assert (counts, found(table)) == (Counts(withheld=1), [])


Other = Callable[[Table, AwardRecord], None]
OTHERS: dict[str, tuple[bool, Other, Counts, str | None, list[tuple[int, str]]]] = {
    # whether a file told of the record before; what is done meanwhile; what the import reports of its row (discipline
    # 丙); what the register says then; its former versions
    "added": (False, lambda table, _: _approve(table, None, "乙"), Counts(withheld=1), "乙", []),
    "added alike": (False, lambda table, _: _approve(table, None, "丙"), Counts(unchanged=1), "丙", []),
    "added and removed": (
        False,
        lambda table, _: (_approve(table, None, "乙"), _approve(table, found(table)[0], None))[0],
        Counts(withheld=1),
        None,
        [(1, "乙")],
    ),
    "corrected": (True, lambda table, record: _approve(table, record, "乙"), Counts(withheld=1), "乙", [(1, "甲")]),
    "removed": (True, lambda table, record: _approve(table, record, None), Counts(withheld=1), None, [(1, "甲")]),
    "approved alike": (
        True,
        lambda table, record: _approve(table, record, "丙"),
        Counts(unchanged=1),
        "丙",
        [(1, "甲")],
    ),
    "told by another file": (False, lambda table, _: _tell(table, "乙"), Counts(changed=1), "丙", [(1, "乙")]),
    "changed by another file": (
        True,
        lambda table, _: _tell(table, "乙"),
        Counts(changed=1),
        "丙",
        [(1, "甲"), (2, "乙")],
    ),
}


@pytest.mark.requirement("A11", "N1", "N2", "N3")
@pytest.mark.parametrize("meanwhile", OTHERS)
@pytest.mark.parametrize("at", ["batch_get_item", "get_item", "transact_write_items"])
def test_an_import_overwrites_nothing_that_was_written_since_it_read(table: Table, meanwhile: str, at: str) -> None:
    told, other, counts, discipline, history = OTHERS[meanwhile]
    record = imported(table, replace(RECORD, discipline_name="甲")) if told else placed(RECORD)
    client = _Interrupted(at, lambda: other(table, record))
    saved = Table(client).writer.save([replace(record, discipline_name="丙")], "import", NOW)
    if client.is_spent:
        assert saved.counts == counts
        assert saved.withheld == ((record.record_id,) if counts.withheld else ())
        assert [one.discipline_name for one in found(table)] == ([] if discipline is None else [discipline])
        assert table.disciplines(record) == history
    else:
        # Nothing was to be replaced: the call did not come.
        assert (told, at) == (False, "get_item")


@pytest.mark.requirement("A11", "N2")
@pytest.mark.parametrize("gone", [False, True])
def test_a_file_does_not_undo_what_a_change_approved_and_another_change_may(table: Table, gone: bool) -> None:
    old = imported(table, replace(RECORD, discipline_name="甲"))
    approved = replace(old, discipline_name="乙")
    assert table.revise(old, approved, "RZ1-R1", NOW)
    if gone:
        assert table.revise(approved, None, "RZ2-R1", NOW)
    for name in ("甲", "丙"):
        saved = table.writer.save([replace(old, discipline_name=name)], "import", NOW)
        assert (saved.counts, saved.withheld) == (Counts(withheld=1), (old.record_id,))
    assert table.save(approved) == (Counts(withheld=1) if gone else Counts(unchanged=1))
    assert found(table) == ([] if gone else [approved])
    assert table.revise(None if gone else approved, old, "RZ3-R1", NOW)
    assert found(table) == [old]
    assert table.save(approved) == Counts(withheld=1)


@pytest.mark.requirement("A11", "N2")
def test_what_a_file_had_told_before_the_same_was_approved_is_approved(table: Table) -> None:
    record = imported(table)
    for _ in range(2):
        assert table.revise(None, RECORD, "RZ1-R1", NOW)
    assert table.save(replace(record, discipline_name="乙")) == Counts(withheld=1)
    assert found(table) == [record]
    assert table.disciplines(record) == [(1, record.discipline_name)]


@pytest.mark.requirement("N1")
@pytest.mark.parametrize("told", [False, True])
def test_a_write_whose_answer_is_lost_counts_once_and_is_made_once(table: Table, told: bool) -> None:
    record = imported(table) if told else placed(RECORD)
    later = replace(record, discipline_name="乙")
    client = _AnswersLost()
    saved = Table(client).writer.save([later], "import 2", NOW)
    assert client.lost == 1
    assert saved.counts == (Counts(changed=1) if told else Counts(new=1))
    assert table.disciplines(record) == ([(1, record.discipline_name)] if told else [])
    assert table.writer.save([later], "import 2", NOW).counts == Counts(unchanged=1)


@pytest.mark.requirement("A11", "N1")
def test_a_change_cut_off_before_or_after_its_transaction_is_complete_after_a_repeat(table: Table) -> None:
    record = added(table)
    for after_it in (False, True):
        with pytest.raises(ConnectionError):
            Table(_CutOff(after_it)).revise(record, moved(record), "moved", NOW)
        assert len(found(table)) == (0 if after_it else 1)
    assert table.revise(record, moved(record), "moved", NOW)
    assert (len(found(table)), len(found(table, OTHER_NUMBER))) == (0, 1)
    assert table.disciplines(record) == [(1, record.discipline_name)]


@pytest.mark.requirement("A11", "N1")
def test_the_same_change_twice_at_once_is_made_once_and_both_hear_so(table: Table) -> None:
    record = added(table)
    changed = replace(record, discipline_name="乙")
    overtaken = _Overtaken(lambda: _done(table.revise(record, changed, "changed", NOW)))
    assert Table(overtaken).revise(record, changed, "changed", NOW)
    assert (found(table), table.disciplines(record)) == ([changed], [(1, record.discipline_name)])


@pytest.mark.requirement("A11", "N1")
def test_a_change_that_the_table_keeps_refusing_is_given_up_and_changes_nothing(table: Table) -> None:
    record = added(table)
    with pytest.raises(RegisterOverloadedError):
        Table(_Refusing()).revise(record, None, "removed", NOW)
    assert found(table) == [record]


@pytest.mark.requirement("A11", "N1")
def test_every_field_of_a_record_comes_back_and_two_of_one_certificate_are_duplicates(keeper: Keeper) -> None:
    number = {"institution_code": RECORD.institution_code, "certificate_number": RECORD.certificate_number}
    one, other = filled(AwardRecord, **number), filled(AwardRecord, **number, category_code="another")
    for record in (one, other):
        assert keeper.revise(None, record, "added", NOW)
    read = {record.category_code: replace(record, record_id=one.record_id) for record in found(keeper)}
    assert read == {one.category_code: one, "another": other}


@pytest.mark.requirement("A11", "N2")
def test_the_records_of_a_person_are_found_by_number_and_by_name_with_birth_date(keeper: Keeper) -> None:
    mine = added(keeper)
    by_number = added(keeper, replace(RECORD, name="另一名", certificate_number=OTHER_NUMBER))
    by_name = added(keeper, replace(RECORD, identity_number="110199199909099990", certificate_number=UNKNOWN_NUMBER))
    stranger = replace(RECORD, identity_number="110199199909099990", name="另一人")
    added(keeper, replace(stranger, certificate_number="1000142020000001"))
    stated = holders_claim()
    unheard = replace(stated, degree=replace(stated.degree, certificate_number="1000142020000002"))
    assert {one.record_id for one in keeper.of_person(unheard)} == {one.record_id for one in (mine, by_number, by_name)}
    assert keeper.revise(by_name, None, "gone", NOW)
    assert {one.record_id for one in keeper.of_person(unheard)} == {one.record_id for one in (mine, by_number)}


def _approve(table: Table, before: AwardRecord | None, discipline: str | None) -> None:
    """A register change is applied; `discipline` None takes the record out."""
    after = None if discipline is None else replace(before or RECORD, discipline_name=discipline)
    assert table.revise(before, after, "RZ1-R1", NOW)


def _tell(table: Table, discipline: str) -> None:
    """Another file tells of the record."""
    table.writer.save([placed(replace(RECORD, discipline_name=discipline))], "another", NOW)


def _done(outcome: bool) -> None:
    assert outcome


class _Client:
    """A client whose transactions are interfered with."""

    def __init__(self) -> None:
        self.real = boto3.client("dynamodb")

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)


class _CutOff(_Client):
    """Breaks off before or after a transaction."""

    def __init__(self, after_it: bool) -> None:
        super().__init__()
        self._after_it = after_it

    def transact_write_items(self, **request: Any) -> Any:
        if self._after_it:
            self.real.transact_write_items(**request)
        raise ConnectionError


class _Overtaken(_Client):
    """Lets another writer go first, once."""

    def __init__(self, other: Callable[[], None]) -> None:
        super().__init__()
        self._others = [other]

    def transact_write_items(self, **request: Any) -> Any:
        if self._others:
            self._others.pop()()
        return self.real.transact_write_items(**request)


class _Interrupted(_Client):
    """Lets somebody else act once: after a reading call, before a writing one."""

    def __init__(self, at: str, other: Callable[[], None]) -> None:
        super().__init__()
        self._at, self._other = at, other
        self.is_spent = False

    def __getattr__(self, name: str) -> Any:
        call = getattr(self.real, name)
        if name != self._at or self.is_spent:
            return call

        def interrupted(**request: Any) -> Any:
            self.is_spent = True
            if "get" not in name:
                self._other()
                return call(**request)
            answer = call(**request)
            self._other()
            return answer

        return interrupted


class _AnswersLost(_Client):
    """Carries the first write out twice, as the SDK does when an answer does not come."""

    lost = 0

    def transact_write_items(self, **request: Any) -> Any:
        answer = self.real.transact_write_items(**request)
        if not self.lost:
            self.lost = 1
            return self.real.transact_write_items(**request)
        return answer


class _Refusing(_Client):
    """Cancels every transaction for a conflict."""

    def transact_write_items(self, **_: Any) -> Any:
        raise self.real.exceptions.TransactionCanceledException(
            {"CancellationReasons": [{"Code": "TransactionConflict"}]}, "TransactWriteItems"
        )
