"""The synthetic register: whose awards can be applied for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import islice
from random import Random

import pytest

from bench.submission import fresh_bodies
from degree_auth.adapters.institutions.institution_list import shipped_institutions
from degree_auth.domain.applications.submission import parse_submission
from degree_auth.domain.register.annual_report_header import read_header
from degree_auth.domain.register.annual_report_row import read_row
from degree_auth.domain.register.matching import MatchResult, compare_claim, names_holder
from tools.demo.applications import sample_applications
from tools.sample_applications import applicants, body_of, undoubted
from tools.sample_files import write_csv
from tools.sample_register import write_sample
from tools.sample_rows import ODD_NAMES, Row, of_others, rows

TODAY = date(2026, 11, 25)
ROWS = list(rows(400, seed=3))


@pytest.fixture(scope="module")
def without_number() -> Row:
    """An award of before 2000 whose record has no identity number."""
    return next(row for row in ROWS if not row["ZJHM"])


def test_a_record_without_an_identity_number_makes_no_application(without_number):
    with pytest.raises(ValueError, match="identity number"):
        body_of(without_number)


def test_who_reads_the_sample_while_it_is_written_anew_reads_a_whole_file(tmp_path):
    (path,) = write_sample(tmp_path, records=400)
    whole = path.read_bytes()
    with path.open("rb") as reader:
        begun = reader.read(100)
        assert write_sample(tmp_path, records=400, seed=2) == [path]
        assert begun + reader.read() == whole
    assert path.read_bytes() != whole
    assert {one.suffix for one in tmp_path.iterdir()} == {".csv", ".json"}


def test_the_person_of_every_other_record_can_apply(without_number):
    able = list(applicants(ROWS))
    assert 0 < len(able) < len(ROWS)
    assert without_number not in able
    for row in able:
        parse_submission(body_of(row), TODAY)


@pytest.mark.requirement("A2")
def test_every_odd_name_of_the_register_can_be_claimed_and_matches():
    odd = [row for row in rows(6_000, seed=5) if row["XM"] in ODD_NAMES and row["ZJHM"]]
    assert {row["XM"] for row in odd} == set(ODD_NAMES)
    for row in odd:
        claim = parse_submission(body_of(row), TODAY).claim
        record = replace(read_row(list(row.values()), read_header(list(row))), record_id="r")
        assert compare_claim(claim, [record], shipped_institutions()).result is MatchResult.MATCHED
        assert record.name == claim.holder.name


@pytest.mark.requirement("A2")
def test_the_same_awards_of_other_people_match_their_own_records_alone():
    mine = undoubted(ROWS)
    others = [*of_others(mine, Random(1)), *of_others(mine, Random(2))]
    for field in ("XWZSBH", "ZJHM"):
        assert len({row[field] for row in [*mine, *others]}) == len(mine) + len(others)
    records = [replace(read_row(list(row.values()), read_header(list(row))), record_id="r") for row in others]
    for row, record in zip(others, records, strict=True):
        claim = parse_submission(body_of(row), TODAY).claim
        assert [one for one in records if names_holder(one, claim)] == [record]
        assert compare_claim(claim, [record], shipped_institutions()).result is MatchResult.MATCHED


def test_the_bench_applies_only_for_people_who_can(tmp_path, without_number):
    register = tmp_path / "register.csv"
    write_csv(register, [without_number] * 9 + undoubted(ROWS)[:1])
    bodies = list(islice(fresh_bodies(register), 20))
    assert len({body["contact"]["email"] for body in bodies}) == 20
    for body in bodies:
        parse_submission(body, TODAY)


@pytest.mark.parametrize("seed", range(3))
def test_only_the_application_that_is_to_be_refused_has_faults(tmp_path, seed):
    register = tmp_path / "register.csv"
    write_csv(register, rows(2000, seed))
    for application in sample_applications(register):
        if application.expected != "invalid":
            parse_submission(application.body, TODAY)
