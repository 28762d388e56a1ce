"""Erasing a case: nothing of its holder stays readable anywhere, and everything that proves something still does."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

import tests.doubles.world as world_module
from degree_auth.adapters.cases.table import CaseTable
from degree_auth.adapters.fees.table import FeeTable
from degree_auth.adapters.institutions.institution_list import shipped_institutions
from degree_auth.adapters.notifications.notification_table import NotificationTable
from degree_auth.adapters.notifications.watch_table import WatchTable
from degree_auth.adapters.readings.table import ReadingTable
from degree_auth.adapters.reports.share_table import ShareTable
from degree_auth.adapters.reports.status_table import StatusListTable
from degree_auth.adapters.reports.token_box import AesTokenBox
from degree_auth.adapters.shared.case_keys import CaseKeys
from degree_auth.adapters.shared.keyring import Keyring
from degree_auth.adapters.shared.retention import published_retention
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.fold import replay
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.fees.request import parse_fee_statement
from degree_auth.domain.notifications.recipient import Address, Channel, Recipient
from degree_auth.domain.notifications.watch import Watches
from degree_auth.domain.reports.log import logged_event
from degree_auth.domain.reports.share import NameShown, Share
from degree_auth.domain.review.personal_data_actions import parse_personal_data_action
from degree_auth.domain.review.staff_roles import ROLES_OF
from degree_auth.domain.shared.chain import verify
from degree_auth.domain.shared.errors import Conflict, NotFound
from degree_auth.domain.shared.working_days import shanghai_day
from degree_auth.services.accounts.staff_readers import StaffReaders
from degree_auth.services.cases.lookup_keys import holder_key
from degree_auth.services.cases.ports import DescribeTask
from degree_auth.services.cases.sealed_parts import open_submission
from degree_auth.services.fees.statements import FeeStatements
from degree_auth.services.reports.check import check_report
from degree_auth.services.reports.log import ReportLog, entries_with_proofs
from degree_auth.services.reports.status_lists import StatusLists
from degree_auth.services.review.erasures import KEPT_FOR_OTHERS, Erasures
from degree_auth.services.review.person_exports import PersonExports
from degree_auth.services.review.retention_sweep import RetentionSweep
from tests.doubles.memory import MemoryCases, MemoryShares
from tests.doubles.notified import MemoryOutbox
from tests.doubles.report_log import MemoryReportLog, MemoryStatusLists
from tests.doubles.staff import StaffRoom
from tests.doubles.tables import create_table
from tests.doubles.world import World
from tests.samples.report_log import signer
from tests.unit.rechecks.test_rechecks import disputed, verified_again

pytestmark = pytest.mark.requirement("N1", "N3", "N4")
REGION = "ap-southeast-1"
SHARES, OUTBOX = MemoryShares(), MemoryOutbox()
SECRET = b"a master secret of thirty-two bytes or more"


@pytest.fixture(params=["table", "memory"])
def world(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    if request.param == "memory":
        monkeypatch.setattr(f"{__name__}.SHARES", MemoryShares())
        monkeypatch.setattr(f"{__name__}.OUTBOX", MemoryOutbox())
        yield World()
        return
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)

    def table(keys: CaseKeys, describe: DescribeTask) -> CaseTable:
        return CaseTable("erased-cases", REGION, FeeTable("erased-accounts", REGION), keys, describe)

    monkeypatch.setattr(world_module, "MemoryCases", table)
    monkeypatch.setattr(
        world_module, "MemoryReadings", lambda: ReadingTable("erased-cases", REGION, boto3.client("dynamodb"))
    )
    with mock_aws():
        there = World()
        for kind in ("Cases", "Accounts", "Notifications"):
            create_table(f"{kind}Table", f"erased-{kind.lower()}", REGION)
        yield there


def erasures(world: World) -> Erasures:
    if isinstance(world.cases, MemoryCases):
        shares, outbox = SHARES, OUTBOX
    else:
        shares, outbox = ShareTable("erased-accounts", REGION), NotificationTable("erased-notifications", REGION)
    return Erasures(store=world.cases, sealer=world.keyring, documents=world.documents, shares=shares, outbox=outbox)


def act(world: World, action: str, case: Case, reviewer: str, command: str, **more: Any) -> Any:
    body = {"action": action, "case_number": case.case_number, "reviewer": reviewer, "reason": "经核实", **more}
    return erasures(world).decide(parse_personal_data_action(body), command, world.now)


def erased(world: World, case: Case) -> Case:
    act(world, "propose_erasure", case, "li.ming", "c1", ground="holder_request")
    act(world, "approve_erasure", case, "zhao.qi", "c2")
    return world.cases.load(case.case_number)


def reported(world: World) -> Case:
    """A case with a corrected claim, files, an answer of the institution, and a report."""
    case = world.drive(world.answer(world.asked(), "verified").case_number)
    return world.staff("close_register_change", case, command="close", reason="无需变更").case


def sharing(world: World, first: Case) -> Case:
    """Another application for the same award, which ended in the same report."""
    body = world.body()
    body["contact"]["mobile"] = "13800138009"
    case = world.drive(world.submit(body).case_number)
    assert case.case_number != first.case_number
    assert case.report == first.report
    return case


def everything(world: World) -> Iterator[tuple[str, Any]]:
    """Every item and object there is, as it is stored."""
    for key, content in world.documents.objects.items():
        yield key, content.decode("latin-1")
    if isinstance(world.cases, MemoryCases):
        for number, log in world.cases.logs.items():
            yield number, [one.as_dict() for one in log]
        yield "cases", [repr(one) for one in world.cases.cases.values()]
        yield "reports", [repr(one) for one in world.cases.reports.values()]
        yield "found by", [repr(world.cases.naming), repr(world.cases.submissions), repr(world.cases.holdings)]
        yield "shared", [[repr(one), one.sealed] for one in SHARES.places.values()]
        yield "told", [[repr(one), *(each.sealed for each in one.addresses)] for one in OUTBOX.recipients.values()]
        yield "read", [[one.as_dict() for one in log] for log in world.reading_store.logs.values()]
        return
    client = boto3.client("dynamodb")
    names = client.list_tables()["TableNames"]
    assert sorted(names) == ["erased-accounts", "erased-cases", "erased-notifications"]
    for name in names:
        for page in client.get_paginator("scan").paginate(TableName=name):
            for item in page["Items"]:
                yield f"{item['pk']['S']} {item['sk']['S']}", item


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield key
            yield from leaves(one)
    elif isinstance(value, (list, tuple, set)):
        for one in value:
            yield from leaves(one)
    elif isinstance(value, str) and value.startswith(("{", "[")):
        yield value
        try:
            yield from leaves(json.loads(value))
        except ValueError:
            return
    else:
        yield value


def opened(world: World, keyring: Keyring, case_number: str) -> Iterator[str]:
    """Whatever of everything can be read: in clear, or with all the keys that there are, in any form."""
    for _, stored in everything(world):
        for leaf in leaves(stored):
            if isinstance(leaf, str):
                yield leaf
            for sealed in _as_bytes(leaf):
                for open_ in (keyring.open, keyring.open_by_master):
                    for context in (case_number, f"data-key/{case_number}"):
                        try:
                            yield open_(sealed, context).decode("utf-8", "replace")
                        except Exception:  # noqa: S112 - it does not open, which is what is asked
                            continue


def _as_bytes(leaf: Any) -> Iterator[bytes]:
    if isinstance(leaf, bytes):
        yield leaf
    if isinstance(leaf, str):
        try:
            yield base64.b64decode(leaf, validate=True)
        except ValueError:
            return


def what_names(world: World, case: Case) -> list[str]:
    holder = open_submission(world.keyring, case).claim.holder
    degree = open_submission(world.keyring, case).claim.degree
    return [holder.name, holder.identity_number, degree.certificate_number, holder_key(world.keyring, holder)]


def spread(world: World, case: Case) -> list[str]:
    """A case that was looked at, exported, shared and told of; what may be read of it elsewhere than in its log."""
    sealed = base64.b64encode(world.keyring.seal(b"applicant@example.com", case.case_number)).decode()
    address = Address(Channel.MAIL, "digest", sealed, "a***@example.com", world.now)
    at = erasures(world)
    at.outbox.replace_recipient(Recipient(case.case_number), Recipient(case.case_number, addresses=(address,)))
    assert case.report is not None
    token, number = "t" * 43, case.report.report_number
    kept = AesTokenBox().seal(token, open_submission(world.keyring, case).claim.holder.name)
    ends = world.now + timedelta(days=9)
    share = Share("a" * 32, number, (), NameShown.WHOLE, world.now, ends, 9, kept)
    at.shares.add(case.case_number, 3, None, share, "digest of a token")
    world.staff("open_review", case, command="look")
    for scan in case.attachments:
        world.documents.put(f"scan-texts/{case.case_number}/{scan.attachment_id}/{scan.sha256}", b"sealed", "")
    room = StaffRoom()
    room.open("zhao.qi")
    exports = PersonExports(
        store=world.cases,
        sealer=world.keyring,
        documents=world.documents,
        bucket="documents",
        readings=world.readings,
        readers=StaffReaders(room.store, ROLES_OF),
    )
    # Asked for by another case of the person, which is erased on its own.
    beside = world.submit(world.body(discipline="法学"))
    told = exports.export(beside.case_number, "zhao.qi", "export_person", "staff:9", world.now)
    assert set(told.facts["cases"]) == {case.case_number, beside.case_number}
    world.staff("reject", beside, command="r", reason="重复")
    erased(world, beside)
    return ["applicant@example.com", kept]


def test_nothing_of_the_holder_is_read_with_all_keys_and_all_proofs_hold(world: World) -> None:
    case, other = reported(world), world.submit(world.body(2))
    names = what_names(world, case)
    more = spread(world, case)
    number = case.report.report_number if case.report else ""
    fresh = Keyring(SECRET)
    fresh.cases.read_from(world.cases.stored_key)
    before = list(opened(world, fresh, case.case_number))
    assert all(any(name in one for one in before) for name in (*names, *more))
    where = [key for key in world.documents.objects if case.case_number in key or number in key]
    assert {key.partition("/")[0] for key in where} >= {
        "review",
        "exports",
        "reports",
        "attachments",
        "copies",
        "scan-texts",
    }

    after = erased(world, case)
    assert after.erasure is not None
    assert after.erasure.status == "done"
    fresh = Keyring(SECRET)
    fresh.cases.read_from(world.cases.stored_key)
    found = list(opened(world, fresh, case.case_number))
    # The holder's keyed digest stays in the chained log, which opens nothing and leads nowhere.
    readable = [name for name in (*names[:3], *more) if any(name in one for one in found)]
    assert readable == []
    assert erasures(world).shares.of_case(case.case_number) == {}
    assert erasures(world).outbox.recipient(case.case_number) == Recipient(case.case_number)
    assert world.cases.cases_naming(names[3], 10) == []
    assert not [key for key in world.documents.objects if case.case_number in key or number in key]

    # What proves something still does: chains, the fold, the other case.
    for one in (case, other):
        log = world.cases.log(one.case_number)
        stored = world.cases.load(one.case_number)
        assert verify(one.case_number, [entry.as_dict() for entry in log], None) is None
        assert (log[-1].seq, log[-1].hash) == (stored.version, stored.head)
        assert replay(log) == stored
    assert open_submission(fresh, world.cases.load(other.case_number))


def test_the_check_of_an_erased_report_answers_honestly(world: World) -> None:
    case = reported(world)
    assert case.report is not None
    erased(world, case)
    told = check_report(world.cases, world.keyring, MemoryReportLog(), {"sha256": case.report.sha256}, pytest.fail)
    assert told["state"] == "valid"
    assert told["report"]["report_number"] == case.report.report_number
    assert told["report"]["erased_at"] is not None
    assert told["report"]["holder_name"] is None


def test_log_lists_fees_and_links_of_other_reports_stand_after_an_erasure(world: World) -> None:
    """Every proof that held of every report before holds of every report afterwards, of the erased one too."""
    case, other = reported(world), world.drive(world.submit(world.body(2)).case_number)
    reports = [world.cases.report(one.report.report_number) for one in (case, other) if one.report is not None]
    kept = [one for one in reports if one is not None]
    log = MemoryReportLog()
    happened = [
        logged_event(entry.as_dict())
        for one in (case, other)
        for entry in world.cases.log(one.case_number)
        if entry.type.value in ("report_issued", "report_superseded", "report_revoked")
    ]
    ReportLog(log, lambda: signer()[0]).enter(happened, world.now)
    proofs = [entries_with_proofs(log, one) for one in kept]
    assert [one["state"] for one in proofs] == ["logged"] * 2
    period = f"{shanghai_day(world.now):%Y-%m}"
    fees = FeeStatements(
        world.cases.fees if isinstance(world.cases, MemoryCases) else FeeTable("erased-accounts", REGION),
        shipped_institutions(),
    )
    asked = parse_fee_statement({"action": "fee_statement", "reviewer": "li.ming", "from": period, "to": period})
    owed = fees.state(asked).statement
    assert owed.tasks == 1

    erased(world, case)
    now = [world.cases.report(one.report_number) for one in kept]
    assert [one and one.status for one in now] == [one.status for one in kept]
    assert [one and world.cases.status_holder(one.status) for one in kept if one.status] == [
        one.report_number for one in kept if one.status
    ]
    assert [entries_with_proofs(log, one) for one in now if one is not None] == proofs
    assert fees.state(asked).statement == owed


def test_a_status_list_is_signed_as_before_after_an_erasure_and_a_revocation_stays_in_it(world: World) -> None:
    case, other = reported(world), world.drive(world.submit(world.body(2)).case_number)
    revoked = verified_again(world, disputed(world, other), "not_this_institution")
    revoked = world.staff("decide_recheck", revoked, command="d", reason="非其授予", decision="revoked").case
    revoked = world.drive(revoked.case_number)
    revoked = world.staff("close_register_change", revoked, command="close", reason="无需变更").case
    in_memory = isinstance(world.cases, MemoryCases)
    store = MemoryStatusLists(world.cases) if in_memory else StatusListTable("erased-cases", REGION)
    signed: list[Mapping[str, Any]] = []

    class Signer:
        thumbprint = "key"

        def sign(self, claims: Mapping[str, Any], check_url: str) -> str:
            signed.append(claims)
            return f"credential {len(signed)}"

    lists = StatusLists(store, Signer, "https://check.example/check")
    assert lists.renew(world.now) == 1
    assert other.report is not None
    document = world.cases.report(other.report.report_number)
    assert document is not None
    assert document.status is not None
    assert document.status.index in set(store.set_bits(document.status.list_id))
    for one in (case, revoked):
        erased(world, one)
    # Nothing that the list says has changed, so it is not signed anew; signed by another key, it says the same.
    assert lists.renew(world.now) == 0
    Signer.thumbprint = "another key"
    assert lists.renew(world.now) == 1
    assert signed[0]["credentialSubject"]["encodedList"] == signed[1]["credentialSubject"]["encodedList"]
    assert document.status.index in set(store.set_bits(document.status.list_id))


def test_two_people_are_needed(world: World) -> None:
    case = reported(world)
    with pytest.raises(Conflict, match="erasure_not_proposed"):
        act(world, "approve_erasure", case, "zhao.qi", "c0")
    act(world, "propose_erasure", case, "li.ming", "c1", ground="holder_request")
    with pytest.raises(Conflict, match="second_person_required"):
        act(world, "approve_erasure", case, "li.ming", "c2")
    assert open_submission(world.keyring, world.cases.load(case.case_number))
    act(world, "withdraw_erasure", case, "zhao.qi", "c3")
    with pytest.raises(Conflict, match="erasure_not_proposed"):
        act(world, "approve_erasure", case, "zhao.qi", "c4")


def test_a_report_is_erased_with_the_last_case_that_has_it(world: World) -> None:
    first = world.drive(world.submit(world.body()).case_number)
    second = sharing(world, first)
    with pytest.raises(Conflict, match="erasure_report_shared"):
        act(world, "propose_erasure", first, "li.ming", "c1", ground="holder_request")
    assert erased(world, second).erasure is not None
    after = erased(world, first)
    assert after.erasure is not None
    assert after.erasure.status == "done"
    assert first.report is not None
    document = world.cases.report(first.report.report_number)
    assert document is not None
    assert document.erased_at is not None


def test_the_sweep_comes_back_to_what_was_kept_for_another_case(world: World) -> None:
    first = world.drive(world.submit(world.body()).case_number)
    terms = published_retention()
    world.now += timedelta(days=60)
    second = sharing(world, first)
    faults: list[str] = []
    sweep = RetentionSweep(erasures=erasures(world), due=world.cases, terms=terms, report_fault=faults.append)
    begun = shanghai_day(first.concluded_at or world.now)
    done = {}
    for days in (0, KEPT_FOR_OTHERS.days, 2 * KEPT_FOR_OTHERS.days, 3 * KEPT_FOR_OTHERS.days):
        world.now += begun + terms.case + timedelta(days=days) - shanghai_day(world.now)
        swept_until_lately(world)
        done[days] = sweep.sweep(world.now)
    assert [one["kept"] for one in done.values()] == [1, 1, 1, 0]
    assert [one["erased"] for one in done.values()] == [0, 0, 1, 1]
    assert world.cases.load(second.case_number).erasure is not None
    assert faults == []


def test_what_is_stored_after_its_time_ends_with_the_next_sweep(world: World) -> None:
    """A link that takes an upload may outlive the term; then the day on which the file was due is over already."""
    case = world.submit(world.body(discipline="园艺学"))
    announced = {"kind": "identity_document", "content_type": "application/pdf", "size": 25}
    attachment_id, _, _ = world.own_case_commands.announce_attachment(case.case_number, announced, world.now)
    world.staff("reject", case, command="r", reason="不符合受理条件")
    terms = published_retention()
    sweep = RetentionSweep(erasures=erasures(world), due=world.cases, terms=terms, report_fault=pytest.fail)
    world.cases.mark_swept(shanghai_day(world.now).isoformat())
    world.now += terms.identity_documents + timedelta(days=3)
    assert sweep.sweep(world.now) == _done()
    world.documents.put(f"incoming/{case.case_number}/{attachment_id}", b"%PDF-1.7 a synthetic scan", "application/pdf")
    assert world.receive(f"incoming/{case.case_number}/{attachment_id}") == "stored"
    world.now += timedelta(days=1)
    assert sweep.sweep(world.now) == _done(files=1)
    assert not [key for key in world.documents.objects if case.case_number in key]


def test_what_goes_on_is_not_erased(world: World) -> None:
    for case in (world.submit(world.body(1, discipline="园艺学")), world.asked()):
        with pytest.raises(Conflict, match="erasure_too_early"):
            act(world, "propose_erasure", case, "li.ming", "c1", ground="holder_request")


def test_nothing_happens_to_an_erased_case_and_nothing_of_it_is_opened(world: World) -> None:
    case = reported(world)
    erased(world, case)
    for refused in (
        lambda: world.staff("open_recheck", case, command="r", reason="来函", cause="institution_report"),
        lambda: world.staff("send_message", case, command="m", text="请复核", task_id=f"{case.case_number}-1"),
        lambda: open_submission(world.keyring, world.cases.load(case.case_number)),
    ):
        with pytest.raises((Conflict, ValueError)):
            refused()
    with pytest.raises(NotFound):
        world.own_cases.authorise_holder(world.person(world.body()), case.case_number)


def test_the_same_person_applies_anew_afterwards(world: World) -> None:
    case = world.drive(world.submit(world.body()).case_number)
    assert case.stage is Stage.CONCLUDED
    erased(world, case)
    again = world.drive(world.submit(world.body()).case_number)
    assert again.case_number != case.case_number
    assert again.report is not None
    assert case.report is not None
    assert again.report.report_number != case.report.report_number


class CutOff(Exception):
    """The process dies here."""


@pytest.mark.parametrize("step", ["delete_all", "forget", "commit"])
def test_cut_off_anywhere_it_is_finished_by_a_repeat_or_by_the_sweep(
    world: World, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    case = reported(world)
    act(world, "propose_erasure", case, "li.ming", "c1", ground="holder_request")
    target: Any = world.documents if step == "delete_all" else world.cases
    original: Callable[..., Any] = getattr(target, step)
    calls = 0

    def dies(*given: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == (1 if step != "commit" else 2):
            raise CutOff
        return original(*given, **named)

    monkeypatch.setattr(target, step, dies)
    with pytest.raises(CutOff):
        act(world, "approve_erasure", case, "zhao.qi", "c2")
    monkeypatch.setattr(target, step, original)
    assert world.cases.load(case.case_number).erasure is not None
    faults: list[str] = []
    sweep = RetentionSweep(
        erasures=erasures(world), due=world.cases, terms=published_retention(), report_fault=faults.append
    )
    assert sweep.sweep(world.now)["erased"] == 1
    assert faults == []
    after = world.cases.load(case.case_number)
    assert after.erasure is not None
    assert after.erasure.status == "done"
    assert sweep.sweep(world.now)["erased"] == 0


def test_what_is_over_ends_by_itself_files_first(world: World) -> None:
    case = world.attach(world.submit(world.body(discipline="园艺学")), kind="identity_document")
    case = world.attach(case)
    case = world.staff("reject", case, command="r", reason="不符合受理条件").case
    terms = published_retention()
    faults: list[str] = []
    sweep = RetentionSweep(erasures=erasures(world), due=world.cases, terms=terms, report_fault=faults.append)
    start = world.now
    for scan in case.attachments:
        world.documents.put(f"scan-texts/{case.case_number}/{scan.attachment_id}/{scan.sha256}", b"sealed", "")

    def swept_after(time: timedelta) -> tuple[dict[str, int], list[str]]:
        world.now = start + time
        swept_until_lately(world)
        done = sweep.sweep(world.now)
        files = world.cases.load(case.case_number).attachments
        return done, [one.kind for one in files if one.is_stored]

    both, one = ["identity_document", "certificate_scan"], ["certificate_scan"]
    assert swept_after(terms.identity_documents - timedelta(days=1)) == (_done(), both)
    assert swept_after(terms.identity_documents) == (_done(files=1), one)
    kept = [key.partition("/")[0] for key in world.documents.objects if case.case_number in key]
    assert sorted(kept) == ["attachments", "copies", "scan-texts"]
    assert swept_after(terms.files) == (_done(files=1), [])
    assert open_submission(world.keyring, world.cases.load(case.case_number))
    assert swept_after(terms.case) == (_done(erased=1), [])
    with pytest.raises(Conflict, match="case_erased"):
        world.keyring.seal(b"x", case.case_number)
    assert faults == []


def swept_until_lately(world: World) -> None:
    """Each day had its sweep; the test leaves out those of years, in which nothing was over."""
    world.cases.mark_swept((shanghai_day(world.now) - timedelta(days=10)).isoformat())


def _done(**counts: int) -> dict[str, int]:
    return {"files": 0, "erased": 0, "kept": 0, "failed": 0, **counts}


def test_watches_of_an_erased_report_are_gone(world: World) -> None:
    case = reported(world)
    assert case.report is not None
    number = case.report.report_number
    if isinstance(world.cases, MemoryCases):
        erased(world, case)
        assert world.cases.erased_watches == [number]
        return
    watches = WatchTable(world.cases)
    watches.replace_watches(Watches(number), Watches(number, 1))
    erased(world, case)
    assert watches.watches(number).version == 0
