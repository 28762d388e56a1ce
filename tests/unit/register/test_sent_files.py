"""Who of the staff sent an annual report file: named by a staff action, and by nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from degree_auth.adapters.register.import_machine import RegisterImportMachine
from degree_auth.adapters.shared.keyring import Keyring
from degree_auth.domain.register.sent_file import PROOF_LASTS, parse_sent_file
from degree_auth.domain.shared.errors import Invalid
from degree_auth.services.register.sent_files import SentFiles, proven_sender

pytestmark = pytest.mark.requirement("A11", "A13")
KEYRING = Keyring(b"a master secret of thirty-two bytes or more")
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
BODY = {"action": "send_register_file", "reviewer": "wang.fang", "source": "incoming/2026.csv", "sha256": "a" * 64}


class MemoryMachine:
    """`ImportMachine` in a dictionary."""

    def __init__(self) -> None:
        self.started: dict[str, Mapping[str, Any]] = {}

    def start(self, name: str, content: Mapping[str, Any]) -> None:
        self.started.setdefault(name, content)


def sent(**more: object) -> tuple[str, dict[str, Any]]:
    """The execution of the import that the action starts, and its input."""
    machine = MemoryMachine()
    SentFiles(KEYRING, machine).carry_out({**BODY, **more}, "staff:one", NOW)
    ((name, given),) = machine.started.items()
    return name, dict(given)


def test_the_import_that_the_action_starts_knows_who_sent_the_file() -> None:
    for more in ({}, {"rows": 31245, "sha256": "0" * 64}):
        name, given = sent(**more)
        assert proven_sender(KEYRING, name, given, NOW) == "wang.fang"
    assert proven_sender(KEYRING, "an upload", {"source": "incoming/2026.csv"}, NOW) is None


def test_a_proof_ends_before_the_name_of_its_execution_can_be_taken_again() -> None:
    name, given = sent()
    assert proven_sender(KEYRING, name, given, NOW + PROOF_LASTS) == "wang.fang"
    with pytest.raises(Invalid) as refused:
        proven_sender(KEYRING, name, given, NOW + PROOF_LASTS + timedelta(seconds=1))
    assert [problem.code for problem in refused.value.problems] == ["register_sending_too_old"]


@pytest.mark.parametrize(
    "change",
    [
        {"sender": "li.ming"},
        {"source": "incoming/other.csv"},
        {"rows": 7},
        {"sha256": "f" * 64},
        {"sha256": None},
        {"sent_at": "2026-12-23T02:00:00+00:00"},
        {"sent_at": None},
        {"sender": None},
        {"sender_proof": ""},
        {"sender_proof": None},
        {"sender_proof": "\u00e9"},
    ],
)
def test_a_proof_is_of_one_file_and_one_sender(change: dict[str, Any]) -> None:
    name, given = sent()
    with pytest.raises(Invalid) as refused:
        proven_sender(KEYRING, name, {**given, **change}, NOW)
    assert [problem.code for problem in refused.value.problems] == ["register_sender_not_proven"]


def test_a_proof_that_the_history_shows_is_worthless_to_another_execution() -> None:
    name, given = sent()
    with pytest.raises(Invalid):
        proven_sender(KEYRING, f"{name}-again", given, NOW)


def test_a_repeat_of_the_action_starts_no_second_import() -> None:
    machine = MemoryMachine()
    for _ in range(2):
        SentFiles(KEYRING, machine).carry_out(BODY, "staff:one", NOW)
    assert len(machine.started) == 1
    SentFiles(KEYRING, machine).carry_out(BODY, "staff:two", NOW)
    assert len(machine.started) == 2


@pytest.mark.requirement("N5")
@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("incoming/", "register_source_format"),
        ("incoming/check/2026.csv", "register_source_format"),
        ("chunks/1.csv", "register_source_format"),
        ("incoming/a\nb.csv", "register_source_format"),
        ("incoming/" + "x" * 300, "register_source_format"),
        (7, "not_text"),
        (None, "required"),
    ],
)
def test_a_file_that_cannot_be_imported_is_not_sent(source: object, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_sent_file({**BODY, "source": source})
    assert [problem.code for problem in refused.value.problems] == [code]


class _Answers:
    """Step Functions that answers each start so."""

    def __init__(self, code: str) -> None:
        self.code = code

    def start_execution(self, **_: object) -> None:
        raise ClientError({"Error": {"Code": self.code, "Message": ""}}, "StartExecution")


def test_an_import_that_runs_or_has_ended_under_its_name_is_left_alone() -> None:
    RegisterImportMachine(_Answers("ExecutionAlreadyExists"), "arn").start("sent-1", {})  # type: ignore[arg-type]
    with pytest.raises(ClientError):
        RegisterImportMachine(_Answers("AccessDenied"), "arn").start("sent-1", {})  # type: ignore[arg-type]
