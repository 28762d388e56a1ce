"""Importing a file into the register: resumed, repeated, corrected, beside itself; never with plain personal data."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import boto3
import pytest
from cryptography.exceptions import InvalidTag
from moto import mock_aws
from openpyxl import Workbook

from degree_auth.adapters.institutions.institution_list import shipped_institutions
from degree_auth.adapters.register.import_files import BucketFiles, FolderFiles
from degree_auth.adapters.register.items import award_items
from degree_auth.adapters.register.reader import RegisterTable
from degree_auth.adapters.register.writer import RegisterOverloadedError, RegisterWriter, WriteRefusedError
from degree_auth.adapters.register_changes.table import FileChangeTable
from degree_auth.adapters.shared.keyring import Keyring
from degree_auth.domain.applications.submission import parse_submission
from degree_auth.domain.register.annual_report_columns import COLUMNS
from degree_auth.domain.register.annual_report_file import AnnualReportFile
from degree_auth.domain.register.matching import MatchResult, compare_claim
from degree_auth.domain.shared.errors import Invalid, NotFound
from degree_auth.messages import MESSAGES
from degree_auth.services.register import annual_import, annual_report_reading
from degree_auth.services.register import import_outcome as service
from degree_auth.services.register.annual_import import ImportResult, ImportUnfinishedError, RegisterImport
from degree_auth.services.register.ports import Counts
from degree_auth.wiring.register.annual_import import register_import
from tests.samples.register_reading import FILES
from tools.import_register import import_file, main
from tools.sample_applications import applications, body_of
from tools.sample_files import write_csv
from tools.sample_rows import Row, rows

REGION, TABLE, BUCKET = "ap-southeast-1", "register", "files"
KEYRING = Keyring(b"k" * 32)
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
SAMPLE = list(rows(120))


class Counting:
    """A DynamoDB client that counts the items it reads and writes."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.written = 0
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._client, name)
        if not callable(call) or name in ("get_paginator", "exceptions"):
            return call

        def counted(**request: Any) -> Any:
            self.calls.append(name)
            self.written += len(request.get("Statements", ()))
            self.written += len(request.get("TransactItems", ()))
            return call(**request)

        return counted


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counting]:
    """An empty register and a bucket, in memory."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        award_items(TABLE, REGION).create_table(wait=True)
        boto3.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        yield Counting(boto3.client("dynamodb"))


@pytest.fixture
def register(client: Counting) -> RegisterTable:
    """The register as claims are looked up in it."""
    return RegisterTable(TABLE, REGION, KEYRING)


def load(folder: Path, lines: list[Row], client: Any, name: str = "annual.csv") -> ImportResult:
    """Import rows as a file, one chunk at a time, for the emulator knows no threads."""
    path = folder / name
    write_csv(path, lines)
    return import_file(path, TABLE, KEYRING, client, together=1)


def importing(folder: Path, client: Any) -> RegisterImport:
    """The import beside a folder."""
    return register_import(FolderFiles(folder), TABLE, KEYRING, client)


def claim_of(row: Row) -> Any:
    """The claim of the person whose award a row tells of."""
    return parse_submission(body_of(row), NOW.date()).claim


@pytest.mark.requirement("A2")
def test_an_imported_award_is_found_and_matches_its_claim(
    client: Counting, register: RegisterTable, tmp_path: Path
) -> None:
    report = load(tmp_path, SAMPLE, client)
    assert report.counts == Counts(new=report.plan.records)
    assert report.plan.rows == len(SAMPLE)
    for row in (each for each in SAMPLE if each["ZJHM"]):
        claim = claim_of(row)
        outcome = compare_claim(claim, register.candidates(claim), shipped_institutions())
        assert outcome.result is MatchResult.MATCHED, row["XWZSBH"]
        assert outcome.record_id is not None
        found = register.get(outcome.record_id)
        assert found is not None
        assert found.certificate_number == row["XWZSBH"]


@pytest.mark.requirement("A2")
def test_every_sample_application_comes_to_what_it_is_a_sample_of(
    client: Counting, register: RegisterTable, tmp_path: Path
) -> None:
    lines = list(rows(1500))
    samples = list(applications(lines))
    # A look-up reads by certificate number and by holder, so no other record could be found.
    stated = "".join(json.dumps([one.body for one in samples], ensure_ascii=False).upper().split())
    load(tmp_path, [row for row in lines if row["XWZSBH"] in stated or (row["ZJHM"] and row["ZJHM"] in stated)], client)
    told: dict[str, set[str]] = {}
    for sample in samples:
        try:
            claim = parse_submission(sample.body, NOW.date()).claim
        except Invalid as refused:
            outcome, fields = "invalid", {problem.field for problem in refused.problems}
        else:
            compared = compare_claim(claim, register.candidates(claim), shipped_institutions())
            outcome, fields = compared.result.value, {each.field for each in compared.differences}
        expected = "matched" if sample.expected == "parked" else sample.expected
        assert (outcome, fields) == (expected, set(sample.fields)), sample.kind
        told.setdefault(sample.expected, set()).add(sample.kind)
    assert set(told) == {"matched", "mismatched", "not_found", "ambiguous", "invalid", "parked"}


@pytest.mark.requirement("N1")
def test_importing_a_file_again_changes_nothing_and_writes_no_record(client: Counting, tmp_path: Path) -> None:
    first = load(tmp_path, SAMPLE, client)
    client.written = 0
    again = load(tmp_path, SAMPLE, client)
    assert again.counts == Counts(unchanged=first.plan.records)
    assert client.written == 0


@pytest.mark.requirement("N1")
def test_an_interrupted_import_goes_on_where_it_stopped(
    client: Counting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "CHUNK_RECORDS", 20)
    path = tmp_path / "annual.csv"
    write_csv(path, SAMPLE)
    work = importing(tmp_path, client)
    plan = work.split(str(path))
    assert plan.chunks == 6
    work.import_chunk(plan.import_id, 1, NOW)
    work.import_chunk(plan.import_id, 4, NOW)
    with pytest.raises(ImportUnfinishedError):
        work.conclude(plan.import_id)
    client.calls.clear()
    report = import_file(path, TABLE, KEYRING, client, together=1)
    assert client.calls.count("batch_get_item") == 4
    assert report.counts == Counts(new=plan.records)
    assert not list((tmp_path / ".register-import").rglob("*.jsonl"))


@pytest.mark.requirement("N1")
def test_a_chunk_cut_off_before_its_mark_is_harmless_to_repeat(client: Counting, tmp_path: Path) -> None:
    path = tmp_path / "annual.csv"
    write_csv(path, SAMPLE)
    work = importing(tmp_path, client)
    plan = work.split(str(path))
    work.import_chunk(plan.import_id, 1, NOW)
    work.register.forget_chunks(plan.import_id)
    client.written = 0
    assert work.import_chunk(plan.import_id, 1, NOW) == Counts(unchanged=plan.records)
    assert client.written == 0
    assert work.import_chunk(plan.import_id, 1, NOW) == Counts(unchanged=plan.records)


def test_progress_cannot_outlive_the_table_that_it_tells_of(client: Counting, tmp_path: Path) -> None:
    path = tmp_path / "annual.csv"
    write_csv(path, SAMPLE)
    work = importing(tmp_path, client)
    plan = work.split(str(path))
    work.import_chunk(plan.import_id, 1, NOW)
    award_items(TABLE, REGION).delete_table()
    award_items(TABLE, REGION).create_table(wait=True)
    assert import_file(path, TABLE, KEYRING, client, together=1).counts == Counts(new=plan.records)


def test_concluding_twice_tells_the_same(client: Counting, tmp_path: Path) -> None:
    report = load(tmp_path, SAMPLE, client)
    work = importing(tmp_path, client)
    assert work.conclude(report.plan.import_id) == report
    assert work.import_chunk(report.plan.import_id, 1, NOW) == Counts()
    with pytest.raises(NotFound):
        work.conclude("no such import")
    with pytest.raises(NotFound):
        work.import_chunk("no such import", 1, NOW)


@pytest.mark.requirement("A11")
def test_a_changed_record_keeps_every_former_version(client: Counting, register: RegisterTable, tmp_path: Path) -> None:
    row = SAMPLE[0]
    imports = [load(tmp_path, [{**row, "ZSZYMC": name}], client) for name in ("天文学", "物理学", "天文学")]
    assert [report.counts for report in imports] == [Counts(new=1), Counts(changed=1), Counts(changed=1)]
    (record,) = register.candidates(claim_of(row))
    assert record.discipline_name == "天文学"
    history = register.history(record.record_id)
    assert [(each.version, each.record.discipline_name) for each in history] == [(1, "天文学"), (2, "物理学")]
    assert [each.import_id for each in history] == [report.plan.import_id for report in imports[:2]]


@pytest.mark.requirement("A11", "N2")
def test_a_file_that_tells_of_a_removed_record_still_is_imported_without_it_and_the_report_says_so(
    client: Counting, register: RegisterTable, tmp_path: Path
) -> None:
    load(tmp_path, SAMPLE[:3], client)
    (denied,) = register.candidates(claim_of(SAMPLE[0]))
    assert RegisterWriter(TABLE, KEYRING, client).revise(denied, None, "change", NOW)
    later = [SAMPLE[0], {**SAMPLE[1], "ZSZYMC": "另一专业"}, *SAMPLE[2:4]]
    assert load(tmp_path, later, client).counts == Counts(new=1, changed=1, unchanged=1, withheld=1)
    assert json.loads((tmp_path / "annual.csv.report.json").read_text(encoding="utf-8"))["withheld"] == 1
    assert register.get(denied.record_id) is None


@pytest.mark.requirement("A11", "N2", "N3")
def test_the_rows_that_stand_against_an_approved_change_are_counted_and_named(
    client: Counting, register: RegisterTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "CHUNK_RECORDS", 2)
    load(tmp_path, SAMPLE[:6], client)
    for place in (1, 4, 5):
        (record,) = register.candidates(claim_of(SAMPLE[place]))
        approved = replace(record, discipline_name="核定专业")
        assert RegisterWriter(TABLE, KEYRING, client).revise(record, approved, f"RZ{place}-R1", NOW)
    path = tmp_path / "annual.csv"
    work = importing(tmp_path, client)
    plan = work.split(str(path))
    for chunk in (3, 1, 2):
        # A repeat after a cut names a row once.
        work.import_chunk(plan.import_id, chunk, NOW)
        work.register.forget_chunks(plan.import_id) if chunk == 3 else None
    work.import_chunk(plan.import_id, 3, NOW)
    reports = [work.conclude(plan.import_id) for _ in range(2)]
    assert reports[0] == reports[1]
    assert reports[0].counts == Counts(unchanged=3, withheld=3)
    told = json.loads((tmp_path / "annual.csv.report.json").read_text(encoding="utf-8"))
    remark = {"code": "warning_against_register_change", "count": 3, "rows": ["3", "6", "7"]}
    assert told["account"]["warnings"][-1] == remark
    with (tmp_path / "annual.csv.withheld.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))[1:]
    assert [(line[0], *line[3:5]) for line in lines] == [
        (row, *MESSAGES["warning_against_register_change"]) for row in ("3", "6", "7")
    ]
    assert not list((tmp_path / ".register-import").rglob("*.withheld.json"))
    load(tmp_path, SAMPLE[:1], client)
    assert not (tmp_path / "annual.csv.withheld.csv").exists()


@pytest.mark.requirement("N2")
def test_awards_that_share_a_number_are_kept_apart_and_flagged_on_both_sides(
    client: Counting, register: RegisterTable, tmp_path: Path
) -> None:
    first, second = ordinary(2)
    copied = {code: first[code] for code in ("XWSYDWM", "XWSYDW", "XWZSBH")}
    twin = {**second, **copied}
    assert load(tmp_path, [first], client).plan.duplicates == 0
    assert [each.duplicate for each in register.candidates(claim_of(first))] == [False]
    load(tmp_path, [twin], client, "later.csv")
    found = register.candidates(claim_of(first))
    assert sorted(each.name for each in found) == sorted([first["XM"], twin["XM"]])
    assert all(each.duplicate for each in found)
    flagged = [register.get(each.record_id) for each in found]
    assert all(each is not None and each.duplicate for each in flagged)
    assert load(tmp_path, [first, twin], client, "both.csv").plan.duplicates == 2


def ordinary(count: int) -> list[Row]:
    """Rows of people with a resident identity card."""
    return [row for row in SAMPLE if row["ZJLXM"] == "01" and len(row["ZJHM"]) == 18][:count]


@pytest.mark.requirement("N5")
def test_faulty_rows_stand_in_a_file_beside_the_source_and_the_others_are_imported(
    client: Counting, tmp_path: Path
) -> None:
    good = ordinary(1)[0]
    bad = {**good, "ZJHM": "1.10199E+17", "CSRQ": "19990230"}
    contrary = {**good, "ZSZYMC": "另一专业"}
    report = load(tmp_path, [good, bad, good, contrary], client)
    plan = report.plan
    assert (plan.rows, plan.faulty, plan.repeated, plan.records) == (4, 2, 1, 1)
    with (tmp_path / "annual.csv.errors.csv").open(encoding="utf-8-sig", newline="") as file:
        told = [(line[0], line[1], line[2], line[5]) for line in list(csv.reader(file))[1:]]
    assert told == [
        ("3", "出生日期(CSRQ)", "row_date_invalid", ""),
        ("3", "身份证件号码(ZJHM)", "row_number_spoilt", ""),
        ("5", "", "row_contradicts_another", "2"),
    ]
    assert "1.10199E+17" not in (tmp_path / "annual.csv.errors.csv").read_text(encoding="utf-8-sig")
    assert json.loads((tmp_path / "annual.csv.report.json").read_text(encoding="utf-8"))["faulty"] == 2
    load(tmp_path, [good], client)
    assert not (tmp_path / "annual.csv.errors.csv").exists()


@pytest.mark.requirement("N5")
def test_a_file_without_a_needed_column_is_refused_whole_and_says_so_beside_itself(
    client: Counting, tmp_path: Path
) -> None:
    path = tmp_path / "annual.csv"
    path.write_text("姓名(XM),性别码(XBM)\n王伟,1\n", encoding="utf-8")
    with pytest.raises(Invalid):
        import_file(path, TABLE, KEYRING, client, together=1)
    told = json.loads((tmp_path / "annual.csv.failure.json").read_text(encoding="utf-8"))
    assert {problem["code"] for problem in told["problems"]} == {"register_header_not_found"}
    assert client.calls == []


@pytest.mark.requirement("N5")
def test_a_file_that_proves_broken_half_way_imports_nothing(
    client: Counting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "CHUNK_RECORDS", 20)
    path = tmp_path / "annual.csv"
    write_csv(path, SAMPLE)
    real = importing(tmp_path, client).open_report

    def breaking(path: Path) -> AnnualReportFile:
        report = real(path)
        (sheet,) = report.sheets
        lines = sheet.rows

        def rows() -> Iterator[Any]:
            yield from islice(lines, 60)
            raise Invalid([])

        sheet.rows = rows()
        report.sheets = iter((sheet,))
        return report

    work = replace(importing(tmp_path, client), open_report=breaking)
    with pytest.raises(Invalid):
        work.split(str(path))
    assert not list((tmp_path / ".register-import").rglob("*.jsonl"))
    assert client.written == 0


@pytest.mark.requirement("N4")
def test_nothing_about_a_person_stands_in_the_table_in_the_clear(client: Counting, tmp_path: Path) -> None:
    row = ordinary(1)[0]
    load(tmp_path, [row], client)
    load(tmp_path, [{**row, "ZSZYMC": "另一专业"}], client)
    stored = repr(client.scan(TableName=TABLE)["Items"])
    for column in ("XM", "XMPY", "ZJHM", "CSRQ", "ZSZYMC"):
        assert row[column] not in stored
    assert row["XWZSBH"] in stored


@pytest.mark.requirement("A2")
def test_a_look_up_asks_by_certificate_and_by_holder_whatever_it_finds(
    client: Counting, register: RegisterTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(tmp_path, SAMPLE, client)
    asked: list[str | None] = []
    items = register._items
    real = items._get_connection().query
    monkeypatch.setattr(
        items._get_connection(),
        "query",
        lambda *given, **named: (asked.append(named.get("index_name")), real(*given, **named))[1],
    )
    row = ordinary(1)[0]
    (found,) = register.candidates(claim_of(row))
    assert asked == [None, "by_holder"]
    claim = claim_of({**row, "XWZSBH": "1000142021999999"})
    asked.clear()
    assert found.record_id in {each.record_id for each in register.candidates(claim)}
    assert asked == [None, "by_holder"]
    stranger = replace(claim, holder=replace(claim.holder, identity_number="110199199909099990"))
    assert list(register.candidates(stranger)) == []


def test_a_record_of_another_master_secret_cannot_be_opened(client: Counting, tmp_path: Path) -> None:
    load(tmp_path, SAMPLE[:1], client)
    with pytest.raises(InvalidTag):
        RegisterTable(TABLE, REGION, Keyring(b"o" * 32)).candidates(claim_of(SAMPLE[0]))


@pytest.mark.requirement("N1")
def test_what_the_table_leaves_undone_is_repeated_and_then_given_up(client: Counting, tmp_path: Path) -> None:
    waits: list[float] = []
    load(tmp_path, SAMPLE[:1], client)
    (record,) = RegisterTable(TABLE, REGION, KEYRING).candidates(claim_of(SAMPLE[0]))
    fresh = [replace(record, record_id=f"{number}#part") for number in range(30)]

    class Reluctant:
        """Cancels transactions for what passes: the first two, or all."""

        def __init__(self, times: int) -> None:
            self._times = times

        def __getattr__(self, name: str) -> Any:
            return getattr(client, name)

        def transact_write_items(self, **request: Any) -> Any:
            self._times -= 1
            if self._times < 0:
                return client.transact_write_items(**request)
            codes = ["TransactionConflict", *["None"] * (len(request["TransactItems"]) - 1)]
            raise cancelled(client, codes)

    writer = RegisterWriter(TABLE, KEYRING, Reluctant(2), waits.append)
    assert writer.save(fresh, "import", NOW).counts == Counts(new=30)
    assert writer.save(fresh, "import", NOW).counts == Counts(unchanged=30)
    assert len(waits) == 2
    stubborn = RegisterWriter(TABLE, KEYRING, Reluctant(1000), waits.append)
    with pytest.raises(RegisterOverloadedError):
        stubborn.save([replace(record, record_id="new#part")], "import", NOW)
    assert max(waits) <= 5


@pytest.mark.requirement("N1", "N2")
def test_what_stands_already_is_left_out_of_a_transaction_and_the_others_are_stored(
    client: Counting, register: RegisterTable, tmp_path: Path
) -> None:
    load(tmp_path, SAMPLE[:1], client)
    (record,) = register.candidates(claim_of(SAMPLE[0]))
    fresh = [replace(record, record_id=f"{number}#part") for number in range(250)]
    other = RegisterWriter(TABLE, KEYRING, client)

    class Overtaken:
        """Lets somebody else store some of the records before the first transaction."""

        is_spent = False

        def __getattr__(self, name: str) -> Any:
            return getattr(client, name)

        def transact_write_items(self, **request: Any) -> Any:
            if not self.is_spent:
                self.is_spent = True
                others = [replace(fresh[number], discipline_name="乙") for number in (0, 7, 99, 100, 249)]
                assert other.save(others, "other", NOW).counts == Counts(new=5)
            return client.transact_write_items(**request)

    saved = RegisterWriter(TABLE, KEYRING, Overtaken()).save(fresh, "import", NOW)
    assert saved.counts == Counts(new=245, changed=5)
    assert other.save(fresh, "again", NOW).counts == Counts(unchanged=250)


@pytest.mark.requirement("N1", "N4")
def test_a_write_that_the_table_refuses_for_what_it_is_is_not_tried_again(client: Counting, tmp_path: Path) -> None:
    load(tmp_path, SAMPLE[:1], client)
    (record,) = RegisterTable(TABLE, REGION, KEYRING).candidates(claim_of(SAMPLE[0]))

    class Refusing:
        def __getattr__(self, name: str) -> Any:
            return getattr(client, name)

        def transact_write_items(self, **_: Any) -> Any:
            client.calls.append("refused")
            raise cancelled(client, ["ValidationError"], record.name)

    with pytest.raises(WriteRefusedError) as refused:
        RegisterWriter(TABLE, KEYRING, Refusing()).save([replace(record, record_id="new#part")], "import", NOW)
    assert (str(refused.value), client.calls.count("refused")) == ("ValidationError", 1)


def cancelled(client: Any, codes: Sequence[str], message: str = "") -> Exception:
    """What DynamoDB says when it cancels a transaction, for each of its items."""
    reasons = [{"Code": code, "Message": message} for code in codes]
    error: Exception = client.exceptions.TransactionCanceledException(
        {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}, "TransactWriteItems"
    )
    return error


@pytest.mark.requirement("N1")
def test_two_imports_that_change_one_record_at_once_keep_both_versions(
    client: Counting, register: RegisterTable, tmp_path: Path
) -> None:
    load(tmp_path, SAMPLE[:1], client)
    (record,) = register.candidates(claim_of(SAMPLE[0]))
    other = RegisterWriter(TABLE, KEYRING, client)

    class Overtaken:
        """Lets another import change the record between this one's reading and writing."""

        overtaken = False

        def __getattr__(self, name: str) -> Any:
            return getattr(client, name)

        def transact_write_items(self, **request: Any) -> Any:
            if not self.overtaken:
                self.overtaken = True
                other.save([replace(record, discipline_name="乙")], "other", NOW)
            return client.transact_write_items(**request)

    writer = RegisterWriter(TABLE, KEYRING, Overtaken(), lambda seconds: None)
    assert writer.save([replace(record, discipline_name="丙")], "mine", NOW).counts == Counts(changed=1)
    (now,) = register.candidates(claim_of(SAMPLE[0]))
    assert now.discipline_name == "丙"
    assert [each.record.discipline_name for each in register.history(now.record_id)] == [record.discipline_name, "乙"]


@pytest.mark.requirement("N1")
def test_the_same_steps_work_through_object_storage(client: Counting, register: RegisterTable, tmp_path: Path) -> None:
    storage = boto3.client("s3")
    path = tmp_path / "annual.csv"
    write_csv(path, [*SAMPLE, {**SAMPLE[0], "XBM": "9"}])
    storage.upload_file(str(path), BUCKET, "incoming/2026/annual.csv")
    work = register_import(BucketFiles(BUCKET, storage), TABLE, KEYRING, client)
    plan = work.split("incoming/2026/annual.csv")
    listed = json.loads(storage.get_object(Bucket=BUCKET, Key=f"chunks/{plan.import_id}/chunks.json")["Body"].read())
    assert listed == [{"import_id": plan.import_id, "chunk": 1}]
    for item in listed:
        work.import_chunk(item["import_id"], item["chunk"], NOW)
    report = work.conclude(plan.import_id)
    assert report.counts == Counts(new=plan.records)
    keys = {each["Key"] for each in storage.list_objects_v2(Bucket=BUCKET)["Contents"]}
    assert keys == {
        "incoming/2026/annual.csv",
        f"chunks/{plan.import_id}/report.json",
        "outcomes/2026/annual.csv.errors.csv",
        "outcomes/2026/annual.csv.report.json",
    }
    assert register.candidates(claim_of(SAMPLE[0]))
    for absent in ("incoming/none.csv", "outcomes/2026/annual.csv.report.json"):
        with pytest.raises(NotFound):
            work.split(absent)


@pytest.mark.requirement("N1", "N2")
def test_a_file_refused_as_a_whole_leaves_the_register_and_an_earlier_import_as_they_are(
    client: Counting, register: RegisterTable, tmp_path: Path
) -> None:
    load(tmp_path, SAMPLE, client)
    before = client.scan(TableName=TABLE)["Items"]
    path = tmp_path / "annual.csv"
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    client.calls.clear()
    with pytest.raises(Invalid) as caught:
        import_file(path, TABLE, KEYRING, client, together=1)
    assert [problem.code for problem in caught.value.problems] == ["register_last_row_cut"]
    assert client.calls == []
    assert client.scan(TableName=TABLE)["Items"] == before
    assert not list((tmp_path / ".register-import").rglob("*.jsonl"))
    told = json.loads((tmp_path / "annual.csv.failure.json").read_text(encoding="utf-8"))
    assert told["problems"][0]["detail"].startswith("row ")


@pytest.mark.requirement("N2")
def test_one_cut_character_changes_nothing_of_a_register_that_has_the_file(client: Counting, tmp_path: Path) -> None:
    for name in ("utf8-whole.csv", "utf8-one-cut-character.csv"):
        (tmp_path / name).write_bytes((FILES / name).read_bytes())
    import_file(tmp_path / "utf8-whole.csv", TABLE, KEYRING, client, together=1)
    report = import_file(tmp_path / "utf8-one-cut-character.csv", TABLE, KEYRING, client, together=1)
    assert report.counts == Counts(unchanged=4)


@pytest.mark.requirement("N2")
def test_an_import_that_other_rules_cut_is_not_resumed(
    client: Counting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "annual.csv"
    write_csv(path, SAMPLE)
    plan = importing(tmp_path, client).split(str(path))
    monkeypatch.setattr(annual_import, "READING_RULES", "another")
    work = importing(tmp_path, client)
    for step in (lambda: work.import_chunk(plan.import_id, 1, NOW), lambda: work.conclude(plan.import_id)):
        with pytest.raises(NotFound):
            step()
    assert import_file(path, TABLE, KEYRING, client, together=1).counts == Counts(new=plan.records)


@pytest.mark.requirement("A2", "N2")
def test_an_import_whose_records_do_not_add_up_is_not_concluded(client: Counting, tmp_path: Path) -> None:
    path = tmp_path / "annual.csv"
    write_csv(path, SAMPLE)
    work = importing(tmp_path, client)
    plan = work.split(str(path))
    chunk = tmp_path / ".register-import" / plan.import_id / "000001.jsonl"
    chunk.write_bytes(b"\n".join(chunk.read_bytes().splitlines()[:-1]))
    work.import_chunk(plan.import_id, 1, NOW)
    with pytest.raises(ImportUnfinishedError):
        work.conclude(plan.import_id)


@pytest.mark.requirement("N5")
def test_doubtful_rows_are_stored_and_stand_in_a_file_beside_the_source(client: Counting, tmp_path: Path) -> None:
    path = tmp_path / "doubtful.csv"
    path.write_bytes((FILES / "rows-against-themselves.csv").read_bytes())
    report = import_file(path, TABLE, KEYRING, client, together=1)
    assert report.counts == Counts(new=2)
    with (tmp_path / "doubtful.csv.warnings.csv").open(encoding="utf-8-sig", newline="") as file:
        told = [(line[0], line[1], line[2]) for line in list(csv.reader(file))[1:]]
    assert told == [
        ("2", "出生日期(CSRQ)", "warning_birth_date_differs"),
        ("3", "性别码(XBM)", "warning_sex_differs"),
    ]
    assert [(each["code"], each["count"]) for each in report.plan.account["warnings"]] == [
        ("warning_birth_date_differs", 1),
        ("warning_sex_differs", 1),
    ]


@pytest.mark.requirement("N5")
def test_a_preview_needs_no_register_and_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "annual.csv"
    write_csv(path, SAMPLE)
    assert main([str(path), "--check"]) == 0
    preview = json.loads(capsys.readouterr().out)
    assert (preview["would_be_imported"], preview["account"]["sheets"][0]["header_row"]) == (True, 1)
    assert [each["name"] for each in preview["sample"]] == [row["XM"][:1] + "**" for row in SAMPLE[:3]]
    assert main([str(path), "--check", "--rows", "7"]) == 1
    assert "register_rows_differ" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.requirement("N5")
def test_a_file_of_faulty_rows_alone_cannot_be_imported_and_the_preview_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "annual.csv"
    write_csv(path, [{**row, "XBM": "7"} for row in SAMPLE[:4]])
    assert main([str(path), "--check"]) == 1
    told = capsys.readouterr()
    assert json.loads(told.out)["would_be_imported"] is False
    assert "all 4 rows are faulty" in told.err
    assert "can be imported;" not in told.err
    write_csv(path, [SAMPLE[0], {**SAMPLE[1], "XBM": "7"}])
    assert main([str(path), "--check"]) == 0
    assert "1 rows can be imported, 1 faulty" in capsys.readouterr().err


@pytest.mark.requirement("N5")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "file"),
        (["", "--check"], "there is no such file"),
        (["nowhere.csv", "--check"], "there is no such file: nowhere.csv"),
        (["nowhere.csv"], "give --table and --secret"),
        ([str(FILES / "utf8-whole.csv"), "--chek"], "--chek"),
        ([str(FILES / "utf8-whole.csv"), "--check", "--rows", "many"], "--rows"),
        ([str(FILES / "utf8-whole.csv"), "--check", "--sha256", "abc"], "64 hexadecimal digits"),
        ([str(FILES / "utf8-whole.csv"), "--check", "--sender", "Wang Fang"], "--sender"),
    ],
)
def test_a_wrong_call_is_told_in_few_lines(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    told = capsys.readouterr().err
    assert (ended.value.code, len(told.splitlines()) <= 3) == (2, True)
    assert words in told
    assert "import_register FILE --check" in told


def write_marked(path: Path, lines: list[tuple[Row, str]]) -> None:
    """A file whose rows may be marked as deletions or corrections."""
    codes = [column.code for column in COLUMNS]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*(column.label for column in COLUMNS), "变更标识(BGBZ)"])
        writer.writerows([*(row.get(code, "") for code in codes), mark] for row, mark in lines)


@pytest.mark.requirement("A11", "N1", "N2")
def test_marked_rows_become_proposals_and_never_write_the_register(
    client: Counting, register: RegisterTable, tmp_path: Path
) -> None:
    load(tmp_path, SAMPLE[:3], client)
    path = tmp_path / "changes.csv"
    unknown = {**SAMPLE[5], "XWZSBH": "9999942022999999", "XWSYDWM": "99999"}
    corrected = {**SAMPLE[1], "ZSZYMC": "园艺学"}
    write_marked(
        path, [(SAMPLE[0], "删除"), (corrected, "更正"), (SAMPLE[2], "更正"), (unknown, "删除"), (SAMPLE[4], "")]
    )
    before = [register.candidates(claim_of(row)) for row in SAMPLE[:3]]
    report = import_file(path, TABLE, KEYRING, client, together=1, sender="wang.fang")
    assert [register.candidates(claim_of(row)) for row in SAMPLE[:3]] == before
    assert (report.plan.rows, report.plan.records, report.plan.marked, report.counts) == (5, 1, 4, Counts(new=1))
    assert report.proposals == {"file_change_proposed": 2, "file_change_unneeded": 1, "file_change_not_found": 1}
    assert report.plan.account["sheets"][0]["marked"] == 4
    with Path(f"{path}.changes.csv").open(encoding="utf-8-sig", newline="") as file:
        told = list(csv.reader(file))[1:]
    assert [(row[0], row[1], row[3]) for row in told] == [
        ("2", "删除", "file_change_proposed"),
        ("3", "更正", "file_change_proposed"),
        ("4", "更正", "file_change_unneeded"),
        ("5", "删除", "file_change_not_found"),
    ]
    changes = FileChangeTable(TABLE, boto3.client("dynamodb"))
    assert [changes.find(row[2]).kind.value for row in told[:2]] == ["remove", "update"]  # type: ignore[union-attr]
    assert all(row["XM"] not in Path(f"{path}.changes.csv").read_text("utf-8") for row in SAMPLE[:5])
    again = import_file(path, TABLE, KEYRING, client, together=1, sender="wang.fang")
    assert again.proposals == {"file_change_waits": 2, "file_change_unneeded": 1, "file_change_not_found": 1}


@pytest.mark.requirement("N1", "N2")
def test_an_import_is_not_concluded_before_its_marked_rows_are_proposed(client: Counting, tmp_path: Path) -> None:
    load(tmp_path, SAMPLE[:1], client)
    path = tmp_path / "changes.csv"
    write_marked(path, [(SAMPLE[0], "删除"), (SAMPLE[0], "删除")])
    work = importing(tmp_path, client)
    plan = work.split(str(path), sender="wang.fang")
    assert (plan.marked, plan.repeated, plan.chunks) == (1, 1, 0)
    with pytest.raises(ImportUnfinishedError, match="marked"):
        work.conclude(plan.import_id)
    for _ in range(2):
        work.propose(plan.import_id, NOW)
    assert work.conclude(plan.import_id).proposals == {"file_change_proposed": 1}
    assert work.conclude(plan.import_id).proposals == {"file_change_proposed": 1}


@pytest.mark.requirement("A11", "N3")
def test_marked_rows_of_a_file_that_nobody_is_named_for_wait_and_its_records_are_imported(
    client: Counting, tmp_path: Path
) -> None:
    load(tmp_path, SAMPLE[:1], client)
    path = tmp_path / "changes.csv"
    write_marked(path, [(SAMPLE[0], "删除"), (SAMPLE[4], "")])
    report = import_file(path, TABLE, KEYRING, client, together=1)
    assert (report.counts, report.proposals) == (Counts(new=1), {"file_change_needs_sender": 1})
    assert "file_change_needs_sender" in Path(f"{path}.changes.csv").read_text("utf-8")
    again = import_file(path, TABLE, KEYRING, client, together=1, sender="wang.fang")
    assert (again.counts, again.proposals) == (Counts(unchanged=1), {"file_change_proposed": 1})


@pytest.mark.requirement("A11", "N1", "N3")
def test_a_sender_named_while_the_import_runs_reaches_its_proposals(client: Counting, tmp_path: Path) -> None:
    load(tmp_path, SAMPLE[:1], client)
    path = tmp_path / "changes.csv"
    write_marked(path, [(SAMPLE[0], "删除")])
    work = importing(tmp_path, client)
    import_id = work.split(str(path)).import_id  # the upload starts the import and names nobody
    work.propose(import_id, NOW)
    assert work.split(str(path), sender="wang.fang").senders == ("wang.fang",)
    assert work.split(str(path)).senders == ("wang.fang",)
    with pytest.raises(ImportUnfinishedError, match="marked"):
        work.conclude(import_id)
    work.propose(import_id, NOW)
    assert work.split(str(path), sender="li.ming").senders == ("wang.fang", "li.ming")
    work.propose(import_id, NOW)
    report = work.conclude(import_id)
    assert (report.proposals, report.plan.senders) == ({"file_change_proposed": 1}, ("wang.fang", "li.ming"))
    with Path(f"{path}.changes.csv").open(encoding="utf-8-sig", newline="") as file:
        change_id = list(csv.reader(file))[1][2]
    change = FileChangeTable(TABLE, boto3.client("dynamodb")).find(change_id)
    assert change is not None
    assert change.senders == ("wang.fang", "li.ming")


@pytest.mark.requirement("A11", "N4")
def test_the_name_of_a_sheet_stands_beside_the_file_and_nowhere_else(client: Counting, tmp_path: Path) -> None:
    load(tmp_path, SAMPLE[:2], client)
    codes, path = [column.code for column in COLUMNS], tmp_path / "changes.xlsx"
    book = Workbook()
    for name, row in (("第一批", SAMPLE[0]), ("欧阳正名", SAMPLE[1])):
        sheet = book.create_sheet(name)
        sheet.append([*(column.label for column in COLUMNS), "变更标识(BGBZ)"])
        sheet.append([*(row.get(code, "") for code in codes), "删除"])
    book.remove(book.worksheets[0])
    book.save(path)
    assert import_file(path, TABLE, KEYRING, client, together=1, sender="wang.fang").plan.marked == 2
    with Path(f"{path}.changes.csv").open(encoding="utf-8-sig", newline="") as file:
        told = list(csv.reader(file))[1:]
    assert [row[0] for row in told] == ["第一批!2", "欧阳正名!2"]
    change = FileChangeTable(TABLE, boto3.client("dynamodb")).find(told[1][2])
    assert change is not None
    assert change.place == "2!2"
    assert "欧阳正名" not in str(boto3.client("dynamodb").scan(TableName=TABLE)["Items"])


@pytest.mark.requirement("A11", "N5")
def test_a_preview_refuses_as_many_marked_rows_as_the_import_does(
    client: Counting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(annual_report_reading, "MOST_MARKED", 2)
    path, work = tmp_path / "changes.csv", importing(tmp_path, client)
    write_marked(path, [(row, "删除") for row in SAMPLE[:2]])
    assert work.check(str(path)).would_be_imported
    assert work.split(str(path)).marked == 2
    write_marked(path, [(row, "删除") for row in SAMPLE[:3]])
    preview = work.check(str(path))
    assert not preview.would_be_imported
    with pytest.raises(Invalid) as refused:
        work.split(str(path))
    assert preview.problems == tuple(refused.value.problems)
    assert [problem.code for problem in preview.problems] == ["register_marks_too_many"]


@pytest.mark.requirement("A11", "N5")
def test_two_corrections_of_one_award_that_differ_are_no_correction(client: Counting, tmp_path: Path) -> None:
    path = tmp_path / "changes.csv"
    write_marked(path, [(SAMPLE[0], "更正"), ({**SAMPLE[0], "ZSZYMC": "园艺学"}, "更正"), (SAMPLE[1], "撤销")])
    plan = importing(tmp_path, client).split(str(path))
    assert (plan.marked, plan.faulty) == (0, 3)
