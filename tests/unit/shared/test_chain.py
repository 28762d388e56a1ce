"""The canonical form behind the case log, and the offline command that verifies an exported log."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from degree_auth.domain.institutions.institution import Institution, InstitutionEventType, add_institution_event
from degree_auth.domain.readings.purposes import Purpose
from degree_auth.domain.readings.reader import link_bearer
from degree_auth.domain.readings.record import note
from degree_auth.domain.shared.chain import canonical_json, entry_hash, genesis
from tests.doubles.readings import MemoryReadings
from tools.export_case_log import exported_readings
from tools.verify_chain import main

CASE_READ = "RZ20261123K7Q2M9XD"


def exported(path: Path, *, head: bool = True) -> list[str]:
    """Write a synthetic log of three entries; its lines."""
    lines, previous = [], genesis("SYNTHETIC-0001")
    for seq, kind in enumerate(["received", "compared", "issued"], start=1):
        entry = {"case_number": "SYNTHETIC-0001", "seq": seq, "type": kind, "at": "2026-11-23T10:00:00+08:00"}
        entry |= {"actor": "system", "data": {"合成": True}, "previous_hash": previous}
        previous = entry_hash(previous, entry)
        lines.append(json.dumps({**entry, "hash": previous}, ensure_ascii=False))
    if head:
        lines.append(json.dumps({"head": {"seq": 3, "hash": previous}}))
    path.write_text("\n".join(lines), "utf-8")
    return lines


@pytest.mark.requirement("N3")
def test_object_keys_stand_in_the_order_of_rfc_8785() -> None:
    # The example of RFC 8785, section 3.2.3: by UTF-16 code units the emoji comes before U+FB33.
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    ordered = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    assert list(json.loads(canonical_json(dict.fromkeys(keys, 0)))) == ordered


@pytest.mark.requirement("N3")
def test_text_is_escaped_no_more_than_rfc_8785_asks() -> None:
    assert canonical_json({"a": "€$\u000f\nA'B\"\\𠮷"}).decode() == '{"a":"€$\\u000f\\nA\'B\\"\\\\𠮷"}'


@pytest.mark.requirement("N3")
@pytest.mark.parametrize("value", [1.0, Decimal(1), b"x", {1: "a"}, {1, 2}])
def test_what_has_no_single_spelling_cannot_stand_in_the_log(value: object) -> None:
    with pytest.raises(TypeError):
        canonical_json([value])


@pytest.mark.requirement("N3")
@pytest.mark.parametrize("value", [2**53, -(2**53), "\ud800"])
def test_inexact_numbers_and_broken_text_cannot_stand_in_the_log(value: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        canonical_json([value])


@pytest.mark.requirement("N3")
def test_the_command_finds_a_whole_log_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exported(tmp_path / "case.jsonl")
    assert main([str(tmp_path / "case.jsonl")]) == 0
    assert "记录链完整" in capsys.readouterr().out


@pytest.mark.requirement("N3")
def test_the_command_names_the_first_broken_entry(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = tmp_path / "good.jsonl", tmp_path / "bad.jsonl"
    exported(good)
    lines = exported(bad)
    bad.write_text("\n".join([lines[0], lines[1].replace("compared", "approved"), *lines[2:]]), "utf-8")
    assert main([str(good), str(bad)]) == 1
    whole, whole_en, broken, broken_en = capsys.readouterr().out.splitlines()
    assert (whole.split()[0], whole_en.split()[0]) == ("完整", "WHOLE")
    assert (broken.split()[0], broken_en.split()[0]) == ("断裂", "BROKEN")
    assert "第 2 条" in broken
    assert "entry 2" in broken_en


@pytest.mark.requirement("N3")
def test_the_command_says_what_it_cannot_tell_without_a_head(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = exported(tmp_path / "case.jsonl", head=False)
    (tmp_path / "case.jsonl").write_text("\n".join(lines[:2]), "utf-8")
    assert main([str(tmp_path / "case.jsonl")]) == 0
    assert "未提供链尾" in capsys.readouterr().out


@pytest.mark.requirement("N3")
def test_the_command_finds_a_log_cut_off_before_its_head(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = exported(tmp_path / "case.jsonl")
    (tmp_path / "case.jsonl").write_text("\n".join([*lines[:2], lines[3]]), "utf-8")
    assert main([str(tmp_path / "case.jsonl")]) == 1
    assert "第 3 条" in capsys.readouterr().out


@pytest.mark.requirement("N3")
@pytest.mark.parametrize(
    "content",
    ["", "[]", "{", '{"seq": 1, "seq": 2}', '{"head": {"seq": 1}}', '{"head": {"seq": "1", "hash": ""}}', "\udcff"],
)
def test_the_command_refuses_what_is_no_log(content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "case.jsonl").write_bytes(content.encode("utf-8", "surrogateescape"))
    assert main([str(tmp_path / "case.jsonl"), str(tmp_path / "absent.jsonl")]) == 1
    assert capsys.readouterr().out.count("断裂") == 2


@pytest.mark.requirement("N3", "A8")
def test_the_command_reads_an_institutions_log_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    institution, lines = Institution("10001", "合成大学", "学位办", "", ""), []
    for which in range(3):
        now = datetime(2026, 11, 23, 2, which, tzinfo=UTC)
        changed = InstitutionEventType.EXPLANATION_CHANGED
        institution, entry = add_institution_event(institution, changed, "account:a", {"version": which}, now)
        lines.append(json.dumps(entry.as_dict(), ensure_ascii=False))
    head = json.dumps({"head": {"seq": institution.log_seq, "hash": institution.log_hash}})
    path = tmp_path / "log.jsonl"
    path.write_text("\n".join([*lines, head]), "utf-8")
    assert main([str(path)]) == 0
    assert "10001" in capsys.readouterr().out
    for broken in (
        [*lines[:2], head],
        [lines[0], lines[2], head],
        [lines[0].replace("10001", "10003"), *lines[1:], head],
    ):
        path.write_text("\n".join(broken), "utf-8")
        assert main([str(path)]) == 1


@pytest.mark.requirement("N3")
def test_the_command_reads_the_record_of_who_read_a_case_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = MemoryReadings()
    for hour in range(3):
        before = store.record(CASE_READ)
        noted = note(before, link_bearer(""), Purpose.OWN_CASE, "digest", datetime(2026, 11, 20 + hour, tzinfo=UTC))
        store.append(before, noted.record, noted.entry)
    lines = list(exported_readings(store, CASE_READ))  # type: ignore[arg-type]
    path = tmp_path / "readings.jsonl"
    path.write_text("\n".join(lines), "utf-8")
    assert main([str(path)]) == 0
    assert CASE_READ in capsys.readouterr().out
    for broken in (lines[1:], [*lines[:2], lines[3]], [lines[0].replace("link", "holder"), *lines[1:]]):
        path.write_text("\n".join(broken), "utf-8")
        assert main([str(path)]) == 1
