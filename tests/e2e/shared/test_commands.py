"""The tools' commands as they are typed, on the running stack."""

from __future__ import annotations

import json
import re
import sys
from datetime import datetime
from typing import Any

import pytest

from tests.e2e.client import mismatching, run_module
from tools import clock, local_aws, one_time_code, recount_deadlines, sample_institutions, sample_staff, verify_chain
from tools.sample_institutions import INSTITUTIONS, SampleInstitutions, username_of


def typed(monkeypatch: pytest.MonkeyPatch, *words: str) -> None:
    """What stands on the command line behind the command."""
    monkeypatch.setattr(sys, "argv", ["command", *words])


def test_the_local_aws_says_where_it_is(stack, monkeypatch, capsys):
    typed(monkeypatch, "status")
    local_aws.main()
    assert capsys.readouterr().out.strip() == stack["aws_endpoint_url"]


def test_the_clock_says_what_time_it_is_there(portal, monkeypatch, capsys):
    before = portal.now()
    typed(monkeypatch)
    clock.main()
    assert datetime.fromisoformat(capsys.readouterr().out.strip()) >= before.replace(microsecond=0)


def test_sample_accounts_are_listed_and_get_one_time_codes(sample: SampleInstitutions, monkeypatch, capsys):
    sample_institutions.main()
    assert len(capsys.readouterr().out.splitlines()) == sum(1 + len(one.departments) for one in INSTITUTIONS)
    typed(monkeypatch, username_of(INSTITUTIONS[0].code))
    one_time_code.main()
    assert re.fullmatch(r"\d{6}\n", capsys.readouterr().out)
    typed(monkeypatch, "nobody")
    with pytest.raises(SystemExit, match=f"no such sample account: nobody; .*{username_of(INSTITUTIONS[0].code)}"):
        one_time_code.main()


def test_deadlines_are_counted_again(stack, monkeypatch, capsys):
    typed(monkeypatch)
    recount_deadlines.main()
    assert re.search(r"\d+ cases open, \d+ woken, \d+ restarted", capsys.readouterr().err)


@pytest.mark.requirement("N3")
def test_a_staff_action_is_answered_and_the_exported_log_of_its_case_is_unbroken(portal, tmp_path, monkeypatch, capsys):
    case_number = portal.apply(mismatching()).with_scan().case_number
    action: dict[str, Any] = {"action": "confirm_material", "case_number": case_number}
    monkeypatch.setenv("STAFF_INPUT", json.dumps(action))
    sample_staff.main()
    assert json.loads(capsys.readouterr().out)["done"] is True
    with pytest.raises(SystemExit):
        sample_staff.main()  # nothing is left to be confirmed
    path = tmp_path / "case.jsonl"
    path.write_text(run_module("tools.export_case_log", case_number), encoding="utf-8")
    assert verify_chain.main([str(path)]) == 0
    traced = run_module("tools.trace_case", case_number)
    assert "material_confirmed (centre)" in traced
    assert f"matching      {case_number}-" in traced


@pytest.mark.requirement("N3")
def test_the_exported_log_of_an_institution_is_unbroken(sample, tmp_path):
    path = tmp_path / "institution.jsonl"
    path.write_text(run_module("tools.export_case_log", INSTITUTIONS[0].code), encoding="utf-8")
    assert verify_chain.main([str(path)]) == 0
