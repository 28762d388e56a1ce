"""What the main job is made of, as far as it needs no stack: new people, the day of a reminder, its verdicts."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from degree_auth.adapters.institutions.institution_list import shipped_institutions
from degree_auth.adapters.shared.working_days import published_calendar
from degree_auth.domain.applications.submission import parse_submission
from degree_auth.domain.cases.report_state import ReportState
from degree_auth.domain.cases.result import Result
from degree_auth.domain.cases.stages import Outcome, Stage
from degree_auth.domain.register.annual_report_header import read_header
from degree_auth.domain.register.annual_report_row import read_row
from degree_auth.domain.register.matching import MatchResult, compare_claim
from degree_auth.domain.shared.words import Words
from degree_auth.domain.verification.deadlines import REMINDER_DAYS
from tools import local_aws
from tools.demo.applications import Played, as_expected
from tools.demo.deadlines import reminder_day
from tools.demo.people import claim, new_people
from tools.demo.stack import Unexpected, until
from tools.demo.table import Ending, count_words, show
from tools.demo.words import (
    NOTHING,
    answer_words,
    compared_words,
    outcome_words,
    problems_words,
    records,
    sentence,
    stage_words,
    state_words,
)
from tools.sample_applications import Application

TODAY = date(2026, 11, 25)


@pytest.mark.requirement("A2")
def test_people_of_two_runs_are_others_and_each_claim_matches_its_own_record_alone():
    people = new_people(8) + new_people(8)
    assert len({row["XWZSBH"] for row in people}) == len(people)
    records = [read_row(list(row.values()), read_header(list(row))) for row in people]
    for row, record in zip(people, records, strict=True):
        submitted = parse_submission(claim(row), TODAY).claim
        assert compare_claim(submitted, [record], shipped_institutions()).result is MatchResult.MATCHED
        other = parse_submission(claim(row, discipline="园艺"), TODAY).claim
        assert compare_claim(other, [record], shipped_institutions()).result is MatchResult.MISMATCHED


@pytest.mark.requirement("A12")
@pytest.mark.parametrize("later", range(0, 40, 3))
def test_the_clock_is_moved_to_a_day_that_has_its_reminder_and_is_before_the_deadline(later):
    calendar = published_calendar()
    due = calendar.add_working_days(TODAY + timedelta(days=later), 10)
    assert reminder_day(due) < due
    assert calendar.working_days_between(reminder_day(due), due) == REMINDER_DAYS


def test_what_does_not_come_is_an_error_that_names_it(monkeypatch):
    monkeypatch.setattr("tools.demo.stack.SECONDS", 0)
    with pytest.raises(Unexpected, match="the report"):
        until(lambda: None, "报告", "the report")


def test_the_table_marks_what_is_not_as_expected(capsys):
    same, dispute = Words("一致", "same"), Words("异议", "a dispute")
    endings = [
        Ending(same, stage_words("concluded"), compared_words({"result": "matched"}), Words("RZ-1", "RZ-1")),
        Ending(dispute, NOTHING, NOTHING, Words("没有应答", "no answer"), as_expected=False),
    ]
    show(endings)
    *_, right, right_en, wrong, wrong_en = capsys.readouterr().out.splitlines()
    assert "✗" not in right + right_en
    assert right.split() == ["一致", "已办结", "一致", "RZ-1"]
    assert right_en.split() == ["same", "Concluded", "equal", "RZ-1"]
    assert wrong.endswith("没有应答  ✗ 与预期不符")
    assert wrong_en.startswith("a dispute ")
    assert wrong_en.endswith("no answer  ✗ not as expected")
    assert count_words(endings) == ("2 项中 1 项符合预期", "1 of 2 as expected")


@pytest.mark.parametrize(
    ("token", "report", "former", "known", "expected"),
    [
        ("a token", "a file", [], False, True),
        ("a token", None, [], False, False),
        (None, "a file", [], True, True),
        # Somebody had the report of a former run revoked.
        (None, None, [{"state": "revoked"}], True, True),
        (None, None, [], True, False),
    ],
)
def test_a_run_knows_the_cases_of_a_former_one_and_takes_what_was_done_with_them_for_no_fault(
    token, report, former, known, expected, tmp_path
):
    application = Application(Words("一致", "same"), "matched", (), {})
    answer = {"case_number": "RZ-1", "access_token": token, "stage": "concluded", "former_reports": former}
    played = Played(application, 201, answer, tmp_path if report else None)
    assert (played.is_known, as_expected(played)) == (known, expected)


@pytest.mark.parametrize(("before", "counted"), [("", 2), ("earlier\n", 2), ('{"level":"ERROR"}\n', 2)])
def test_what_functions_logged_as_an_error_during_a_run_is_counted(before, counted, tmp_path, monkeypatch):
    log = tmp_path / "local-aws.log"
    monkeypatch.setattr(local_aws, "LOG", log)
    assert (local_aws.log_size(), local_aws.function_errors(since=0)) == (0, 0)
    log.write_text(before, encoding="utf-8")
    began = local_aws.log_size()
    assert local_aws.function_errors(began) == 0
    with log.open("a", encoding="utf-8") as file:
        file.write('2026-11-30 WARNING [lambda] failed\n{"level":"ERROR","message":"unforeseen fault"}\n')
        file.write('{"level":"INFO","message":"ERROR"}\n{"level":\n[1]\n{"level":"CRITICAL"}\n')
    assert local_aws.function_errors(began) == counted


def test_the_log_of_a_local_aws_that_was_started_anew_is_counted_from_its_beginning(tmp_path, monkeypatch):
    log = tmp_path / "local-aws.log"
    monkeypatch.setattr(local_aws, "LOG", log)
    log.write_text('{"level":"ERROR"}\n', encoding="utf-8")
    assert local_aws.function_errors(since=5000) == 1


@pytest.mark.requirement("N6")
def test_no_line_mixes_the_languages():
    told = [stage_words(stage) for stage in Stage]
    told += [compared_words({"result": result.value}) for result in MatchResult]
    told += [state_words(state) for state in ReportState] + [outcome_words(outcome) for outcome in Outcome]
    told += [answer_words(result) for result in Result] + [records(1), records(2)]
    told += [problems_words([{"field": one, "code": "required"} for one in ("holder.name", "consent")])]
    told += [sentence({"zh": "已受理再次核查。说明：相符", "en": "The recheck was admitted. Reason: 相符"})]
    for words in told:
        assert not re.search("[a-z]", words.zh)
        assert words.en.isascii()
