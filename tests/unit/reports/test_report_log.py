"""The report log: what it takes in, what it signs, and what it answers."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from degree_auth.domain.reports.issued_document import IssuedDocument
from degree_auth.domain.reports.log import (
    PURPOSE,
    entry_leaf,
    file_digest,
    log_address,
    logged_event,
    parse_sizes,
    signed_head_from_dict,
)
from degree_auth.domain.reports.merkle import EMPTY_ROOT, Node, append_leaves, verify_consistency, verify_inclusion
from degree_auth.domain.shared.errors import Invalid, NotFound
from degree_auth.services.reports.check import check_report
from degree_auth.services.reports.log import (
    HEAD_AGE,
    LARGEST_BATCH,
    LogRewritten,
    ReportLog,
    entries_with_proofs,
    growth_proof,
    latest_head,
)
from tests.doubles.report_log import MemoryReportLog
from tests.doubles.world import World
from tests.samples.report_log import NOW, event, events, signer


@pytest.fixture
def store() -> MemoryReportLog:
    return MemoryReportLog()


@pytest.fixture
def log(store: MemoryReportLog) -> ReportLog:
    return ReportLog(store, lambda: signer()[0])


def report(number: int, state: str = "valid") -> IssuedDocument:
    one = event(number)
    return IssuedDocument("2026-AAAA-AAAA-AAAA", one.case_number, 1, state, one.sha256, "key", NOW, {}, "award")


@pytest.mark.requirement("N4", "A15")
def test_an_entry_names_neither_report_nor_case_nor_a_hash_that_the_online_check_answers_to() -> None:
    entry = {
        "case_number": "RZ1",
        "seq": 3,
        "type": "report_issued",
        "at": "2026-11-25T02:00:00.123456+00:00",
        "data": {"report_number": "2026-AAAA", "version": 1, "sha256": "ab" * 32, "object_key": "reports/x"},
    }
    content = logged_event(entry).content
    assert content == {
        "at": "2026-11-25T10:00:00+08:00",
        "event": "issued",
        "file": file_digest("ab" * 32),
        "version": 1,
    }
    assert not any(told in json.dumps(content) for told in ("RZ1", "2026-AAAA", "ab" * 32))


@pytest.mark.requirement("A15")
@pytest.mark.parametrize(
    ("kind", "word"),
    [("report_issued", "issued"), ("report_superseded", "superseded"), ("report_revoked", "revoked")],
)
def test_issue_supersede_and_revoke_are_entered(kind: str, word: str) -> None:
    data = {"report_number": "n", "version": 2, "sha256": "cd" * 32, "reason": "more"}
    entry = {"case_number": "RZ1", "seq": 3, "type": kind, "at": "2026-11-25T02:00:00+00:00", "data": data}
    assert logged_event(entry).event == word
    with pytest.raises(KeyError):
        logged_event({**entry, "type": "task_routed"})


@pytest.mark.requirement("N1", "N3")
def test_the_same_events_again_append_nothing_and_sign_nothing(store: MemoryReportLog, log: ReportLog) -> None:
    first = log.enter(events(5), NOW)
    signed = signer()[0].signed
    assert log.enter([*events(5), event(2)], NOW + timedelta(minutes=1)) == first
    assert (len(store.events), signer()[0].signed) == (5, signed)


@pytest.mark.requirement("N1")
def test_a_repetition_inside_a_batch_is_one_entry(store: MemoryReportLog, log: ReportLog) -> None:
    assert log.enter([event(1), event(1), event(2)], NOW).head.size == 2


@pytest.mark.requirement("N1")
def test_what_comes_out_of_order_is_entered_as_it_comes(store: MemoryReportLog, log: ReportLog) -> None:
    log.enter([event(1, "revoked"), event(2)], NOW)
    log.enter([event(1)], NOW)
    assert [one.event for one in store.events] == ["revoked", "issued", "issued"]
    assert entries_with_proofs(store, report(1, "revoked"))["state"] == "logged"


@pytest.mark.requirement("N1")
def test_a_long_batch_is_entered_in_several_transactions_under_one_head(store: MemoryReportLog, log: ReportLog) -> None:
    head = log.enter(events(3 * LARGEST_BATCH + 1), NOW)
    assert (head.head.size, len(store.heads)) == (3 * LARGEST_BATCH + 1, 1)


@pytest.mark.requirement("N1")
def test_an_entry_whose_head_could_not_be_signed_is_pending_until_the_next_run(store: MemoryReportLog) -> None:
    def no_certificate() -> None:
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 -- whatever it is
        ReportLog(store, no_certificate).enter([event(1)], NOW)  # type: ignore[arg-type]
    assert entries_with_proofs(store, report(1)) == {"state": "pending", "entries": [], "head": None}
    assert ReportLog(store, lambda: signer()[0]).enter([], NOW).head.size == 1
    assert entries_with_proofs(store, report(1))["state"] == "logged"


@pytest.mark.requirement("N3")
def test_a_head_is_signed_anew_every_day_and_never_turned_back(store: MemoryReportLog, log: ReportLog) -> None:
    empty = log.sign_head(NOW)
    assert (empty.head.size, empty.head.root) == (0, EMPTY_ROOT)
    assert log.sign_head(NOW + HEAD_AGE) is empty
    later = log.sign_head(NOW + HEAD_AGE + timedelta(seconds=1))
    assert later.head.at > empty.head.at
    earlier_clock = log.enter([event(1)], NOW)
    assert earlier_clock.head.at == later.head.at


@pytest.mark.requirement("N3")
def test_what_is_signed_begins_with_its_purpose_and_comes_back_from_its_json(log: ReportLog) -> None:
    signed = log.enter(events(3), NOW)
    first, size, _, at = signed.head.signed_text.decode().splitlines()
    assert (first, size, at) == (f"{PURPOSE} {signed.head.log_id}", "3", "2026-11-25T10:00:00+08:00")
    assert signed_head_from_dict(json.loads(json.dumps(signed.as_dict()))) == signed


@pytest.mark.requirement("N3")
@pytest.mark.parametrize("change", ["entry", "missing", "shorter", "tree"])
def test_a_log_that_was_rewritten_behind_a_signed_head_is_signed_no_more(
    store: MemoryReportLog, log: ReportLog, change: str
) -> None:
    log.enter(events(6), NOW)
    match change:
        case "entry":
            forged, nodes = append_leaves(type(store.standing)(), (one.leaf for one in [event(99), *events(6)]))
            store.standing, store.stored = forged, nodes
        case "missing":
            store.stored = {node: value for node, value in store.stored.items() if node != Node(2, 0)}
        case "shorter":
            store.standing, store.stored = append_leaves(type(store.standing)(), (one.leaf for one in events(4)))
        case "tree":
            store.standing = replace(store.standing, frontier=tuple(b"\0" * 32 for _ in store.standing.frontier))
    with pytest.raises(LogRewritten):
        log.enter([event(7)], NOW + timedelta(hours=1))
    assert len(store.heads) == 1


@pytest.mark.requirement("A15")
def test_the_answer_carries_entries_that_prove_themselves_under_the_signed_head(
    store: MemoryReportLog, log: ReportLog
) -> None:
    log.enter(events(9), NOW)
    log.enter([event(4, "superseded"), *events(3, start=20)], NOW)
    told = entries_with_proofs(store, report(4, "superseded"))
    assert told["state"] == "logged"
    assert [(one["index"], one["content"]["event"]) for one in told["entries"]] == [(4, "issued"), (9, "superseded")]
    for one in told["entries"]:
        proof = [bytes.fromhex(each) for each in one["proof"]]
        root = bytes.fromhex(told["head"]["root"])
        assert verify_inclusion(entry_leaf(one["content"]), one["index"], told["head"]["size"], proof, root)


@pytest.mark.requirement("A15")
def test_a_report_that_was_just_revoked_is_pending_until_that_is_logged(store: MemoryReportLog, log: ReportLog) -> None:
    log.enter(events(2), NOW)
    told = entries_with_proofs(store, report(1, "revoked"))
    assert (told["state"], len(told["entries"])) == ("pending", 1)


@pytest.mark.requirement("A15", "N1")
def test_a_damaged_log_keeps_nobody_from_checking_a_report() -> None:
    world = World()
    store, faults = MemoryReportLog(), list[str]()
    issued = world.issue(world.submit(world.body())).report
    assert issued is not None
    sha256 = world.cases.reports[issued.report_number].sha256
    ReportLog(store, lambda: signer()[0]).enter([replace(event(0), sha256=sha256), *events(3, start=1)], NOW)
    store.stored.clear()
    told = check_report(world.cases, world.keyring, store, {"sha256": sha256}, faults.append)
    assert (told["state"], told["log"]) == ("valid", {"state": "unavailable", "entries": [], "head": None})
    assert faults == ["the report log cannot be read: KeyError"]


@pytest.mark.requirement("N3")
def test_growth_between_any_two_sizes_is_proved(store: MemoryReportLog, log: ReportLog) -> None:
    with pytest.raises(NotFound):
        growth_proof(store, {"first": "1", "second": "2"})
    heads = [log.enter([event(number)], NOW).head for number in range(12)]
    for earlier in heads:
        for later in heads[earlier.size - 1 :]:
            told = growth_proof(store, {"first": str(earlier.size), "second": str(later.size)})
            proof = [bytes.fromhex(each) for each in told["proof"]]
            assert verify_consistency(earlier.size, earlier.root, later.size, later.root, proof)
    assert latest_head(store).head == heads[-1]


@pytest.mark.requirement("N5")
@pytest.mark.parametrize(
    ("asked", "problems"),
    [
        ({}, {("first", "required"), ("second", "required")}),
        ({"first": "0", "second": "11"}, {("first", "log_size_invalid"), ("second", "log_size_invalid")}),
        ({"first": "５", "second": "+5"}, {("first", "log_size_invalid"), ("second", "log_size_invalid")}),
        ({"first": "5\n", "second": "05"}, {("first", "log_size_invalid"), ("second", "log_size_invalid")}),
        ({"first": "7", "second": "6"}, {("first", "log_size_order")}),
    ],
)
def test_sizes_that_are_none_are_named_all_at_once(asked: dict[str, str], problems: set[tuple[str, str]]) -> None:
    with pytest.raises(Invalid) as refused:
        parse_sizes(asked, 10)
    assert {(one.field, one.code) for one in refused.value.problems} == problems
    assert all(one.as_dict()["message"] for one in refused.value.problems)


@pytest.mark.requirement("A15")
def test_the_log_stands_beside_the_page_that_checks_reports() -> None:
    assert log_address("https://example.org/v/check") == "https://example.org/v/v1/log/head"
