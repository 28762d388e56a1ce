"""The report log from end to end: issued, logged, proved to somebody offline, and never rewritten unseen."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from degree_auth.adapters.reports.log_table import NodeItem, ReportLogTable
from degree_auth.adapters.reports.signing_key import SigningKey, read_chain
from degree_auth.domain.reports.log import SignedTreeHead, TreeHead, entry_leaf
from degree_auth.domain.reports.merkle import Tree, append_leaves
from degree_auth.domain.shared.errors import Unavailable
from degree_auth.services.reports.log import ReportLog
from tests.e2e.client import SECONDS, Applied, Portal, matching, until
from tests.samples.report_log import NOW, events, signer
from tools.verify_report_log import FAILED, Finding, main

pytestmark = pytest.mark.requirement("A15", "N3")


def report_of(applied: Applied) -> dict[str, str]:
    """A case's report, once it is issued."""
    found: dict[str, str] = applied.at_stage("concluded")["report"]
    return found


def check_of(portal: Portal, applied: Applied) -> dict[str, Any]:
    """The check of a case's report."""
    report = report_of(applied)
    return portal.check(report_number=report["report_number"], check_code=report["check_code"])


def logged_check(portal: Portal, applied: Applied) -> dict[str, Any]:
    """The check of a report, once its issue is under a signed head."""
    return until(
        lambda: found if (found := check_of(portal, applied))["log"]["state"] == "logged" else None,
        "the report is logged",
    )


@pytest.fixture(scope="module")
def issued(portal) -> Applied:
    return portal.apply(matching(400))


@pytest.fixture(scope="module")
def first(portal, issued) -> dict[str, Any]:
    """The answer to a check, as an employer saves it."""
    return logged_check(portal, issued)


@pytest.fixture(scope="module")
def later(portal, first) -> dict[str, Any]:
    """The check of a report that was issued after it."""
    return logged_check(portal, portal.apply(matching(401)))


@pytest.fixture
def folder(tmp_path, issued, first) -> Path:
    (tmp_path / "report.pdf").write_bytes(requests.get(report_of(issued)["url"], timeout=SECONDS).content)
    return saved(tmp_path, check=first)


def saved(folder: Path, **answers: object) -> Path:
    for name, content in answers.items():
        (folder / f"{name}.json").write_text(json.dumps(content), "utf-8")
    return folder


def verified(portal: Portal, folder: Path, *more: str) -> int:
    """The exit code of the offline verifier over what lies in a folder."""
    given = ["--report", str(folder / "report.pdf"), "--answer", str(folder / "check.json")]
    return main([*given, "--trust-root", portal.trust_root, *more])


def consistency(portal: Portal, **sizes: object) -> requests.Response:
    return requests.get(f"{portal.url}/v1/log/consistency", params=sizes, timeout=SECONDS)


def test_an_issued_report_comes_to_be_logged_and_the_verifier_accepts_it(portal, first, folder):
    assert [one["content"]["event"] for one in first["log"]["entries"]] == ["issued"]
    assert verified(portal, folder) == 0


def test_the_head_is_served_to_everybody_and_grows(portal, first, later):
    head = requests.get(f"{portal.url}/v1/log/head", timeout=SECONDS).json()
    assert head["size"] >= later["log"]["head"]["size"] > first["log"]["head"]["size"]
    assert head["log_id"] == first["log"]["head"]["log_id"]


def test_a_log_that_only_grew_is_proved_so_between_two_saved_heads(portal, first, later, folder):
    old = first["log"]["head"]
    new = until(
        lambda: found if (found := portal.check(sha256=_sha256(folder)))["log"]["head"]["size"] > old["size"] else None,
        "the head has grown",
    )
    growth = consistency(portal, first=old["size"], second=new["log"]["head"]["size"])
    assert growth.status_code == 200, growth.text
    saved(folder, check=new, earlier=old, growth=growth.json())
    more = ["--earlier", str(folder / "earlier.json"), "--growth", str(folder / "growth.json")]
    assert verified(portal, folder, *more) == 0


@pytest.mark.alone
def test_a_log_rewritten_and_signed_anew_by_whoever_has_every_right_is_rejected(portal, first, later, folder, capsys):
    """Somebody exchanges the report's entry, mends the tree and has the real key sign it; the old head tells."""
    old, size = first["log"]["head"], later["log"]["head"]["size"]
    (mine,) = first["log"]["entries"]
    forged = {**mine["content"], "version": 99}
    contents = [json.loads(portal.items(f"log#node#0#{index}")[0]["content"]) for index in range(size)]
    contents[mine["index"]] = forged
    tree, nodes = append_leaves(Tree(), map(entry_leaf, contents))
    head = TreeHead(old["log_id"], size, tree.root, datetime.fromisoformat(later["log"]["head"]["at"]))
    chain = portal.client("ssm").get_parameter(Name=portal.stack["SigningCertificateParameter"])["Parameter"]["Value"]
    key = SigningKey(portal.client("kms"), portal.stack["SigningKeyId"], read_chain(chain))
    signed = SignedTreeHead(head, key.sign(head.signed_text), key.certificates)
    changes = {f"log#node#{node.level}#{node.place}": {"hash": value.hex()} for node, value in nodes.items()}
    changes["log#tree"] = {"frontier": b"".join(tree.frontier).hex()}
    changes["log#signed"] = {"body": json.dumps(signed.as_dict())}
    changes[f"log#file#{_sha256(folder)}"] = {"content": json.dumps(forged)}

    with changed(portal, changes):
        now = portal.check(sha256=_sha256(folder))
        growth = consistency(portal, first=old["size"], second=size).json()
    saved(folder, check=now, earlier=old, growth=growth)
    more = ["--earlier", str(folder / "earlier.json"), "--growth", str(folder / "growth.json")]
    assert verified(portal, folder, *more) == 1
    assert [line for line in capsys.readouterr().out.splitlines() if "FAILED" in line] == [
        Finding("growth", FAILED, "rewritten").sentence().en
    ]


@contextmanager
def changed(portal: Portal, changes: dict[str, dict[str, str]]) -> Iterator[None]:
    """Items of the table with other texts in them, by partition, for a while."""
    table, client = portal.stack["CasesTable"], portal.client("dynamodb")
    before = []
    for pk, texts in changes.items():
        (item,) = client.query(
            TableName=table, KeyConditionExpression="pk = :pk", ExpressionAttributeValues={":pk": {"S": pk}}
        )["Items"]
        before.append(item)
        client.put_item(TableName=table, Item=item | {name: {"S": value} for name, value in texts.items()})
    try:
        yield
    finally:
        for item in before:
            client.put_item(TableName=table, Item=item)


@pytest.mark.alone
def test_the_same_events_again_append_nothing(portal, issued, later):
    before = requests.get(f"{portal.url}/v1/log/head", timeout=SECONDS).json()
    (entry,) = [one for one in portal.items(issued.case_number, "EVENT#") if one["type"] == "report_issued"]
    image = {name: {"S": value} for name, value in entry.items()}
    record = {
        "eventID": "1",
        "eventName": "INSERT",
        "eventSource": "aws:dynamodb",
        "dynamodb": {"SequenceNumber": "1", "NewImage": image},
    }
    answered = portal.invoke(portal.function("LogReportsFunction"), {"Records": [record, record]})
    assert answered == {"batchItemFailures": []}
    assert requests.get(f"{portal.url}/v1/log/head", timeout=SECONDS).json() == before


@pytest.mark.requirement("N1")
def test_writers_at_the_same_moment_never_fork_a_log_in_a_real_table(portal, monkeypatch):
    for name, value in {
        "AWS_ENDPOINT_URL": portal.stack["aws_endpoint_url"],
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }.items():
        monkeypatch.setenv(name, value)
    store = ReportLogTable(f"concurrent-log-{uuid.uuid4().hex[:8]}", portal.stack["region"])
    NodeItem.create_table(billing_mode="PAY_PER_REQUEST", wait=True)

    def write(number: int) -> None:
        mine = events(25, start=10 * number)
        for start in range(0, len(mine), 5):
            try:
                ReportLog(store, lambda: signer()[0]).enter(mine[start : start + 5], NOW)
            except Unavailable:
                # As the stream does: the same batch again.
                ReportLog(store, lambda: signer()[0]).enter(mine[start : start + 5], NOW)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, range(4)))
    entered = {one.sha256 for number in range(4) for one in events(25, start=10 * number)}
    placed = sorted((store.entries_of(sha256) for sha256 in entered), key=lambda found: found[0].index)
    assert [[one.index for one in found] for found in placed] == [[index] for index in range(len(entered))]
    tree, nodes = append_leaves(Tree(), (entry_leaf(found[0].content) for found in placed))
    assert store.tree() == tree
    assert store.nodes(nodes) == nodes
    head = store.signed_head()
    assert head is not None
    assert (head.head.size, head.head.root) == (tree.size, tree.root)
    portal.client("dynamodb").delete_table(TableName=NodeItem.Meta.table_name)


def test_a_report_that_is_unknown_says_nothing_of_the_log(portal):
    assert portal.check(sha256="0" * 64)["log"] is None


@pytest.mark.requirement("N5")
def test_sizes_that_the_log_never_had_are_refused_in_plain_words(portal, later):
    answered = consistency(portal, first=0, second=10**12)
    assert answered.status_code == 422
    assert {one["field"]: one["code"] for one in answered.json()["error"]["details"]} == {
        "first": "log_size_invalid",
        "second": "log_size_invalid",
    }


@pytest.mark.requirement("N4")
def test_what_everybody_can_learn_of_the_log_names_nobody_and_no_report(portal, issued, first, folder):
    text = json.dumps(first["log"])
    number = report_of(issued)["report_number"]
    assert not any(told in text for told in (number, issued.case_number, _sha256(folder)))


def _sha256(folder: Path) -> str:
    return hashlib.sha256((folder / "report.pdf").read_bytes()).hexdigest()
