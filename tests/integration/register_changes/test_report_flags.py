"""An import that changes a record calls into question the reports that it no longer bears out, also when cut off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from degree_auth.adapters.cases.table import CaseTable
from degree_auth.adapters.institutions.institution_list import shipped_institutions
from degree_auth.adapters.register.import_files import FolderFiles
from degree_auth.adapters.register.items import award_items
from degree_auth.adapters.register.reader import RegisterTable
from degree_auth.adapters.shared.keyring import Keyring
from degree_auth.domain.applications.person import Authority
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import EventType
from degree_auth.domain.cases.recheck import Cause
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.rechecks.decisions import refuse
from degree_auth.domain.rechecks.questioning import open_recheck
from degree_auth.domain.reports.content import ReportContent
from degree_auth.services.applications.intake import Intake
from degree_auth.services.cases.advance import advance
from degree_auth.services.cases.nudge import Nudge
from degree_auth.services.register.annual_import import RegisterImport
from degree_auth.services.register.changed_awards import read_changes
from degree_auth.services.register.matching import Matching
from degree_auth.services.register_changes.report_flags import ReportFlags
from degree_auth.services.reports.issuance import Issuance
from degree_auth.services.reports.ports import PressedReport
from degree_auth.services.reports.written_notices import WrittenNotices
from degree_auth.wiring.register.annual_import import register_import
from tests.doubles.memory import CountingPress, MemoryDocuments, MemoryWorkflows
from tests.doubles.tables import create_table
from tests.doubles.world import EVERYTHING_PRINTS
from tools.sample_applications import body_of
from tools.sample_files import write_csv
from tools.sample_rows import Row, rows

REGION, KEYRING = "ap-southeast-1", Keyring(b"k" * 32)
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
SAMPLE = [row for row in rows(200) if row["ZJLXM"] == "01" and row["HXWRQ"] < "2005"][:6]


class Office:
    """Register and cases in tables, and what an annual report file goes through, step by step."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.files = folder, FolderFiles(folder)
        self.cases = CaseTable("cases", REGION)
        self.press = CountingPress()
        register = RegisterTable("register", REGION, KEYRING)
        institutions = shipped_institutions()
        nudge = Nudge(self.cases, MemoryWorkflows(), lambda fault: None)
        matching = Matching(register, institutions, EVERYTHING_PRINTS)
        self.intake = Intake(
            store=self.cases,
            sealer=KEYRING,
            matching=matching,
            nudge=nudge,
            report_fault=lambda fault: None,
            wait_seconds=0,
        )
        self.flags = ReportFlags(store=self.cases, sealer=KEYRING, register=register, institutions=institutions)
        documents = MemoryDocuments()
        self.issuance = Issuance(
            store=self.cases,
            sealer=KEYRING,
            register=register,
            institutions=institutions,
            documents=documents,
            press=self.press,
            check_url="https://example.org/check",
            flags=self.flags,
            written_notices=WrittenNotices(
                store=self.cases,
                sealer=KEYRING,
                register=register,
                documents=documents,
                press=self.press,
                check_url="https://example.org/check",
                dispute_period=timedelta(days=60),
            ),
        )
        self.dynamodb: Any = boto3.client("dynamodb")

    def work(self) -> RegisterImport:
        return register_import(self.files, "register", KEYRING, self.dynamodb)

    def split(self, lines: list[Row], name: str) -> str:
        path = self.folder / name
        write_csv(path, lines)
        return self.work().split(str(path)).import_id

    def flag(self, import_id: str, now: datetime = NOW) -> int:
        return self.flags.flag(read_changes(self.files, import_id, 1), now)

    def bring_in(self, lines: list[Row], name: str = "annual.csv", now: datetime = NOW) -> int:
        """What the machine does for a file of one chunk; gives how many reports did not match any more."""
        import_id = self.split(lines, name)
        self.work().import_chunk(import_id, 1, now)
        flagged = self.flag(import_id, now)
        self.work().conclude(import_id)
        return flagged

    def submitted(self, row: Row) -> Case:
        return self.intake.submit(body_of(row), None, "platform", Authority.PLATFORM, NOW).case

    def reported(self, row: Row) -> Case:
        case = self.submitted(row)
        return self.issuance.issue(case.case_number, NOW)

    def issued_without_a_look(self, row: Row) -> Case:
        """A report whose issuer was cut off before it looked at the register once more."""
        case, commit = self.submitted(row), self.cases.commit

        def cut_off(*stored: Any, **more: Any) -> None:
            commit(*stored, **more)
            raise ConnectionError

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(self.cases, "commit", cut_off)
            with pytest.raises(ConnectionError):
                self.issuance.issue(case.case_number, NOW)
        case = self.cases.load(case.case_number)
        assert (case.stage, case.report is not None) == (Stage.CONCLUDED, True)
        return case

    def overtaken(self, row: Row, flag_first: bool = True) -> str:
        """From now on an import corrects the row's record while the press is at work, and with `flag_first` looks for
        reports before there is one; gives the import's id."""
        import_id, press = self.split([corrected(row)], "overtaking.csv"), self.press.press

        def press_late(content: ReportContent) -> PressedReport:
            self.press.press = press  # type: ignore[method-assign]
            self.work().import_chunk(import_id, 1, NOW)
            if flag_first:
                assert self.flag(import_id) == 0
            return press(content)

        self.press.press = press_late  # type: ignore[method-assign]
        return import_id

    def opened(self, case: Case) -> int:
        return [one.type for one in self.cases.log(case.case_number)].count(EventType.RECHECK_OPENED)


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Office]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        award_items("register", REGION).create_table(wait=True)
        create_table("CasesTable", "cases", REGION)
        yield Office(tmp_path)


def corrected(row: Row) -> Row:
    return {**row, "ZSZYMC": "合成学"}


def of_another_category(row: Row) -> Row:
    """Another award to the register, for holder, level and category tell awards of one certificate apart."""
    return {**row, "XWLBM": "407" if row["XWLBM"] != "407" else "408"}


@pytest.mark.requirement("A11", "A15")
def test_an_import_flags_the_reports_that_it_no_longer_bears_out_and_no_others(office: Office) -> None:
    assert office.bring_in(SAMPLE) == 0
    touched, other, silent_one = (office.reported(row) for row in SAMPLE[:3])
    # Another column of the third record changes, which no report speaks of.
    silent = {**SAMPLE[2], "MZM": "02" if SAMPLE[2]["MZM"] != "02" else "01"}
    assert office.bring_in([corrected(SAMPLE[0]), SAMPLE[1], silent], "next.csv") == 1
    flagged = office.cases.load(touched.case_number)
    assert (flagged.stage, flagged.report) == (Stage.RECHECK_ADMISSION, touched.report)
    assert flagged.recheck is not None
    assert flagged.recheck.cause is Cause.REGISTER_CHANGE
    assert [office.cases.load(one.case_number) for one in (other, silent_one)] == [other, silent_one]


@pytest.mark.requirement("A11", "N1")
def test_an_import_cut_off_between_change_and_flag_flags_when_it_goes_on_and_only_once(office: Office) -> None:
    office.bring_in(SAMPLE)
    case = office.reported(SAMPLE[0])
    import_id = office.split([corrected(row) for row in SAMPLE[:2]], "next.csv")
    real, changes = office.dynamodb, []

    class Dying:
        """Dies after the first record was changed."""

        def __getattr__(self, name: str) -> Any:
            if name == "transact_write_items":
                return self.change
            return getattr(real, name)

        def change(self, **request: Any) -> Any:
            if changes:
                raise ConnectionError
            changes.append(real.transact_write_items(**request))

    office.dynamodb = Dying()
    with pytest.raises(ConnectionError):
        office.work().import_chunk(import_id, 1, NOW)
    office.dynamodb = real
    later = NOW + timedelta(hours=1)
    office.work().import_chunk(import_id, 1, later)
    assert len(read_changes(office.files, import_id, 1)) == 2
    assert [office.flag(import_id, later) for _ in range(2)] == [1, 1]
    office.work().conclude(import_id)
    assert office.opened(case) == 1
    assert not office.work().changes_awards(import_id, 1)


@pytest.mark.requirement("A11", "N1")
def test_the_same_file_again_after_another_one_is_another_change(office: Office) -> None:
    office.bring_in(SAMPLE)
    row = corrected(SAMPLE[0])
    case = office.reported(SAMPLE[0])
    office.bring_in([row], "a.csv")
    advance(office.cases, case.case_number, lambda now: refuse(now, "reviewer-1", "另行处理", "refuse"), NOW)
    assert office.bring_in([SAMPLE[0]], "b.csv", NOW + timedelta(days=1)) == 0
    assert office.bring_in([row], "a.csv", NOW + timedelta(days=2)) == 1
    assert office.opened(case) == 2


@pytest.mark.requirement("A2", "N1")
def test_new_records_note_nothing_and_ask_for_no_report(office: Office) -> None:
    import_id = office.split(SAMPLE, "annual.csv")
    office.work().import_chunk(import_id, 1, NOW)
    assert not office.work().changes_awards(import_id, 1)


@pytest.mark.requirement("A11", "A15", "N1")
def test_a_correction_that_comes_as_another_record_of_the_certificate_flags_its_report(office: Office) -> None:
    office.bring_in(SAMPLE)
    case = office.reported(SAMPLE[0])
    beside = of_another_category(SAMPLE[0])
    import_id = office.split([beside, SAMPLE[1]], "next.csv")
    office.work().import_chunk(import_id, 1, NOW)
    assert len(read_changes(office.files, import_id, 1)) == 1
    assert [office.flag(import_id) for _ in range(2)] == [1, 1]
    assert office.opened(case) == 1


@pytest.mark.requirement("A11", "N1")
def test_an_import_cut_off_after_it_added_a_record_still_flags(office: Office) -> None:
    office.bring_in(SAMPLE)
    beside = of_another_category(SAMPLE[0])
    import_id = office.split([beside], "next.csv")
    real = office.dynamodb

    class Dying:
        """Dies once the new record was written."""

        def __getattr__(self, name: str) -> Any:
            if name == "transact_write_items":
                return self.write
            return getattr(real, name)

        def write(self, **request: Any) -> Any:
            real.transact_write_items(**request)
            raise ConnectionError

    office.dynamodb = Dying()
    with pytest.raises(ConnectionError):
        office.work().import_chunk(import_id, 1, NOW)
    office.dynamodb = real
    office.work().import_chunk(import_id, 1, NOW)
    assert office.work().changes_awards(import_id, 1)


@pytest.mark.requirement("A11", "A15", "N1")
def test_a_report_that_an_import_overtook_is_called_into_question_by_whoever_issued_it(office: Office) -> None:
    office.bring_in(SAMPLE)
    office.overtaken(SAMPLE[0])
    issued = office.reported(SAMPLE[0])
    assert (issued.stage, issued.report is not None) == (Stage.RECHECK_ADMISSION, True)
    assert [one.cause for one in issued.rechecks] == [Cause.REGISTER_CHANGE]
    assert office.opened(issued) == 1


@pytest.mark.requirement("A11", "A15", "N1")
@pytest.mark.parametrize("order", ["look import", "import look", "look import look import import look"])
@pytest.mark.parametrize("refused_after", [1, 2, None])
def test_an_import_and_the_look_after_issuing_open_one_recheck_for_one_fault(
    office: Office, order: str, refused_after: int | None
) -> None:
    office.bring_in(SAMPLE)
    import_id = office.overtaken(SAMPLE[0], flag_first=False)
    case = office.issued_without_a_look(SAMPLE[0])
    for place, step in enumerate(order.split()):
        if place == refused_after:
            advance(office.cases, case.case_number, lambda now: refuse(now, "reviewer-1", "另行处理", "refuse"), NOW)
        if step == "import":
            assert office.flag(import_id) == 1
        else:
            office.issuance.issue(case.case_number, NOW)
    case = office.cases.load(case.case_number)
    assert [one.cause for one in case.rechecks] == [Cause.REGISTER_CHANGE]
    assert (office.opened(case), case.flagged) == (1, False)


@pytest.mark.requirement("A11", "A15", "N1")
def test_a_further_change_while_a_recheck_is_open_is_looked_at_after_it_once(office: Office) -> None:
    office.bring_in(SAMPLE)
    case = office.reported(SAMPLE[0])
    assert office.bring_in([corrected(SAMPLE[0])], "a.csv") == 1
    changes = [{**SAMPLE[0], "ZSZYMC": name} for name in ("另一合成学", "又一合成学")]
    ids = []
    for change in changes:
        ids.append(office.split([change], f"{change['ZSZYMC']}.csv"))
        office.work().import_chunk(ids[-1], 1, NOW)
        assert office.flag(ids[-1]) == 1
    assert office.cases.load(case.case_number).flagged
    for command in ("refuse-1", "refuse-2"):
        advance(office.cases, case.case_number, partial(refuse, reviewer="r", reason="另行处理", command=command), NOW)
        assert [office.flag(each) for each in ids] == [1, 1]
        assert office.opened(case) == 2
    assert office.cases.load(case.case_number).stage is Stage.CONCLUDED


@pytest.mark.requirement("A11", "A15", "N1")
def test_a_report_that_is_disputed_before_anybody_looked_again_is_looked_at_after_the_dispute(office: Office) -> None:
    office.bring_in(SAMPLE)
    office.overtaken(SAMPLE[0])
    case = office.issued_without_a_look(SAMPLE[0])
    advance(
        office.cases,
        case.case_number,
        lambda now: open_recheck(now, Cause.DISPUTE, "applicant", "synthetic", "dispute"),
        NOW,
    )
    for _ in range(2):
        assert office.issuance.issue(case.case_number, NOW).flagged
    case = advance(office.cases, case.case_number, lambda now: refuse(now, "r", "另行处理", "refuse"), NOW)
    assert [one.cause for one in case.rechecks] == [Cause.DISPUTE, Cause.REGISTER_CHANGE]
    assert office.issuance.issue(case.case_number, NOW) == case
