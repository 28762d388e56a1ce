"""The offline verifier accepts what the log says and finds every way in which it could be made to lie."""

from __future__ import annotations

import copy
import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from degree_auth.domain.reports.check_json import check_json
from degree_auth.domain.reports.issued_document import IssuedDocument
from degree_auth.services.reports.log import ReportLog, entries_with_proofs, growth_proof
from tests.doubles.report_log import LocalSigner, MemoryReportLog
from tests.samples.report_log import NOW, authority, event, events, signer, signer_under
from tools.environment import ROOT
from tools.verify_report_log import FAILED, NOT_CHECKED, PASSED, main, verify

pytestmark = pytest.mark.requirement("A15", "N3")

REPORT = event(4)
STEPS = ("signature", "file", "inclusion", "issue", "standing", "growth")


def answered(store: MemoryReportLog, state: str = "valid") -> dict[str, Any]:
    """The answer of the online check, as it was saved."""
    report = IssuedDocument("n", REPORT.case_number, 1, state, REPORT.sha256, "key", NOW, {}, "award")
    answer = check_json("file", {"state": state, "report_number": "n"}, entries_with_proofs(store, report))
    saved: dict[str, Any] = json.loads(json.dumps(answer))
    return saved


def written(signs: LocalSigner, *batches: list[Any]) -> MemoryReportLog:
    store = MemoryReportLog()
    for number, batch in enumerate(batches):
        ReportLog(store, lambda: signs).enter(batch, NOW + timedelta(minutes=number))
    return store


@pytest.fixture
def store() -> MemoryReportLog:
    return written(signer()[0], list(events(5)), list(events(8, start=5)))


@pytest.fixture
def answer(store: MemoryReportLog) -> dict[str, Any]:
    return answered(store)


@pytest.fixture
def earlier(store: MemoryReportLog) -> dict[str, Any]:
    return store.heads[0].as_dict()


@pytest.fixture
def growth(store: MemoryReportLog) -> dict[str, Any]:
    return growth_proof(store, {"first": "5", "second": "13"})


def results(
    answer: dict[str, Any], *saved: object, sha256: str = REPORT.sha256, root: x509.Certificate | None = None
) -> dict[str, tuple[str, str]]:
    found = verify(sha256, answer, root or signer()[1], *saved)
    assert tuple(one.step for one in found) == STEPS
    assert all(one.sentence() for one in found)
    return {one.step: (one.result, one.reason) for one in found}


def test_a_logged_report_and_a_log_that_only_grew_pass_every_step(answer, earlier, growth) -> None:
    assert set(results(answer, earlier, growth).values()) == {(PASSED, "")}


def test_without_an_earlier_head_it_says_that_rewriting_was_not_checked(answer) -> None:
    found = results(answer)
    assert found.pop("growth") == (NOT_CHECKED, "no_earlier")
    assert set(found.values()) == {(PASSED, "")}


def test_another_file_is_not_what_was_logged(answer) -> None:
    assert results(answer, sha256=event(5).sha256)["file"] == (FAILED, "file")


@pytest.mark.parametrize(
    ("change", "step"),
    [
        (lambda log: log["head"].update(size=14), "signature"),
        (lambda log: log["head"].update(root="00" * 32), "signature"),
        (lambda log: log["head"].update(at="2026-11-25T10:02:00+08:00"), "signature"),
        (lambda log: log["head"].update(log_id="00" * 32), "signature"),
        (lambda log: log["head"].update(certificates=[]), "signature"),
        (lambda log: log["head"].update(signature="AAAA"), "signature"),
        (lambda log: log.update(head=None), "signature"),
        (lambda log: log["entries"][0].update(index=5), "inclusion"),
        (lambda log: log["entries"][0].update(index="4"), "inclusion"),
        (lambda log: log["entries"][0]["proof"].pop(), "inclusion"),
        (lambda log: log["entries"][0]["content"].update(version=2), "inclusion"),
        (lambda log: log["entries"][0]["content"].update(event="revoked"), "inclusion"),
        (lambda log: log["entries"][0]["content"].update(at="2026-11-24T10:00:00+08:00"), "inclusion"),
        (lambda log: log["entries"][0].update(content=None), "inclusion"),
        (lambda log: log["entries"].clear(), "issue"),
    ],
)
def test_whatever_is_changed_in_the_answer_fails(answer, change: Callable[[Any], object], step: str) -> None:
    change(answer["log"])
    assert results(answer)[step][0] == FAILED


def test_a_report_that_is_pending_or_unknown_is_not_proved(store, answer) -> None:
    pending = answered(MemoryReportLog())
    assert results(pending)["signature"] == (FAILED, "no_head")
    assert results({**answer, "state": "unknown", "log": None})["signature"] == (FAILED, "unknown_report")


def test_a_revoked_report_passes_as_revoked_and_never_as_valid() -> None:
    store = written(signer()[0], list(events(6)), [event(4, "revoked")])
    assert results(answered(store, "revoked"))["standing"] == (PASSED, "")
    assert results({**answered(store, "revoked"), "state": "valid"})["standing"] == (FAILED, "standing")
    assert results(answered(store, "superseded"))["standing"] == (FAILED, "standing")


@pytest.mark.requirement("A5", "A15")
def test_a_written_notice_is_proved_in_force_or_as_ended(store, answer) -> None:
    assert results({**answer, "state": "notice"})["standing"] == (PASSED, "")
    assert results({**answer, "state": "notice_superseded"})["standing"] == (FAILED, "standing")


def test_a_rewritten_log_is_found_although_it_is_signed_by_the_right_key(earlier, growth) -> None:
    forged = written(signer()[0], [event(99), *events(5)], list(events(7, start=5)))
    found = results(answered(forged), earlier, growth_proof(forged, {"first": "5", "second": "13"}))
    assert found.pop("growth") == (FAILED, "rewritten")
    assert set(found.values()) == {(PASSED, "")}
    assert results(answered(forged), earlier, growth)["growth"] == (FAILED, "rewritten")


def test_two_different_logs_of_one_size_are_told_apart(store, answer) -> None:
    forged = written(signer()[0], [event(99), *events(12)])
    assert results(answer, forged.heads[-1].as_dict())["growth"][0] == FAILED
    assert results(answer, store.heads[-1].as_dict())["growth"] == (PASSED, "")


@pytest.mark.parametrize(
    ("saved", "reason"),
    [
        (lambda head, growth: (head, None), "no_growth"),
        (lambda head, growth: (head, {**growth, "first": 6}), "no_growth"),
        (lambda head, growth: (head, {**growth, "proof": growth["proof"][1:]}), "rewritten"),
        (lambda head, growth: (head, {**growth, "proof": ["zz"]}), "unreadable"),
        (lambda head, growth: ({**head, "size": 4}, growth), "earlier_signature"),
        (lambda head, growth: ({}, growth), "unreadable"),
    ],
)
def test_growth_is_proved_or_it_fails(answer, earlier, growth, saved: Callable[..., Any], reason: str) -> None:
    assert results(answer, *saved(earlier, growth))["growth"] == (FAILED, reason)


def test_a_later_head_in_the_place_of_the_earlier_is_refused(store, earlier) -> None:
    old = written(signer()[0], list(events(5)))
    assert results(answered(old), store.heads[-1].as_dict())["growth"] == (FAILED, "shrunk")


def test_a_key_that_the_trusted_root_did_not_certify_is_refused() -> None:
    other_key, other = authority()
    forged = written(signer_under(other_key, other), list(events(6)))
    assert results(answered(forged))["signature"] == (FAILED, "chain")
    assert results(answered(forged), root=other)["signature"] == (PASSED, "")


def test_a_certificate_of_an_authority_that_is_none_is_refused() -> None:
    root_key, root = authority()
    leaf = signer_under(root_key, root)
    below = signer_under(leaf._key, x509.load_der_x509_certificate(leaf.certificates[0]))
    below.certificates = (*below.certificates, *leaf.certificates)
    assert results(answered(written(below, list(events(6)))), root=root)["signature"] == (FAILED, "chain")


def test_a_head_from_outside_the_certificates_time_is_refused() -> None:
    store = MemoryReportLog()
    ReportLog(store, lambda: signer()[0]).enter(list(events(6)), NOW + timedelta(days=900))
    assert results(answered(store))["signature"] == (FAILED, "chain")


@pytest.fixture
def saved(tmp_path: Path, store, answer, earlier, growth) -> Path:
    """A folder as somebody keeps it: report, answers, and the root."""
    (tmp_path / "report.pdf").write_bytes(b"report 4")
    assert hashlib.sha256(b"report 4").hexdigest() == REPORT.sha256
    for name, content in {"check": answer, "earlier": earlier, "growth": growth}.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(content), "utf-8")
    (tmp_path / "root.pem").write_bytes(signer()[1].public_bytes(Encoding.PEM))
    return tmp_path


def arguments(folder: Path, *more: str) -> list[str]:
    named = {"--report": "report.pdf", "--answer": "check.json", "--trust-root": "root.pem"}
    given = [part for name, file in named.items() for part in (name, str(folder / file))]
    return [*given, *more]


def test_the_command_says_each_step_and_a_verdict_in_both_languages(saved, capsys) -> None:
    more = ["--earlier", str(saved / "earlier.json"), "--growth", str(saved / "growth.json")]
    assert main(arguments(saved, *more)) == 0
    said = capsys.readouterr().out
    assert said.count("✓ 通过 ") == said.count("✓ PASSED ") == len(STEPS)
    assert "未被改写" in said
    assert "not rewritten since" in said
    assert "– 未检查  PDF 自身的签名" in said
    assert "– NOT CHECKED  the PDF's own signature" in said


def test_the_command_takes_a_saved_check_as_the_earlier_head(saved, capsys) -> None:
    assert main(arguments(saved, "--earlier", str(saved / "check.json"))) == 0


@pytest.mark.parametrize("file", ["report.pdf", "check.json", "root.pem"])
@pytest.mark.parametrize("content", [None, b"", b'{"a": 1, "a": 2}', b"[]", b"\xff"])
def test_a_file_that_is_missing_or_damaged_fails_in_plain_words(saved, capsys, file: str, content) -> None:
    if content is None:
        (saved / file).unlink()
    else:
        (saved / file).write_bytes(content)
    assert main(arguments(saved)) == 1
    said = capsys.readouterr().out
    assert "✕ 未通过 " in said
    assert (f"no such file: {saved / file}" in said) == (content is None)


def test_a_changed_answer_ends_with_a_failure(saved, answer, capsys) -> None:
    changed = copy.deepcopy(answer)
    changed["log"]["entries"][0]["content"]["version"] = 2
    (saved / "check.json").write_text(json.dumps(changed), "utf-8")
    assert main(arguments(saved)) == 1
    assert "do not rely on it" in capsys.readouterr().out


def test_it_runs_by_itself_without_the_sdk_of_aws(saved) -> None:
    blocked = "import sys; sys.modules.update(boto3=None, botocore=None, pynamodb=None)"
    program = f"{blocked}; import runpy; sys.argv[0] = {str(ROOT / 'tools' / 'verify_report_log.py')!r}"
    program += "; runpy.run_path(sys.argv[0], run_name='__main__')"
    ran = subprocess.run(  # noqa: S603 -- our own interpreter
        [sys.executable, "-c", program, *arguments(saved)], capture_output=True, text=True, check=False, cwd="/"
    )
    assert ran.returncode == 0, ran.stderr
