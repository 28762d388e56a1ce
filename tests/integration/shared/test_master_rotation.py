"""The master secret is turned while the system runs: nothing is lost, nothing unreadable, cut off anywhere (N1, N4)."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import boto3
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from moto import mock_aws

import tests.doubles.world as world_module
from degree_auth.adapters.accounts.applicant_table import ApplicantSessionTable
from degree_auth.adapters.cases.table import CaseTable
from degree_auth.adapters.fees.table import FeeTable
from degree_auth.adapters.notifications.watch_table import WatchTable
from degree_auth.adapters.register.reader import RegisterTable
from degree_auth.adapters.register.writer import RegisterWriter
from degree_auth.adapters.register_changes.table import FileChangeTable
from degree_auth.adapters.shared.keyring import BEFORE_VERSIONS, BY_MASTER, Keyring
from degree_auth.adapters.shared.master_secret import derived, parse_master_secret, turned
from degree_auth.domain.cases.case import Case
from degree_auth.domain.notifications.watch import Watch, Watches
from degree_auth.domain.register.award_identity import award_source, join_record_id, partition_of
from degree_auth.domain.register.record import values_of
from degree_auth.domain.register_changes.file_change import FileChange, propose
from degree_auth.domain.shared.chain import verify
from degree_auth.services.accounts.ports import Kept
from degree_auth.services.cases.sealed_parts import open_submission
from degree_auth.services.register.award_keys import award_part
from degree_auth.services.shared.sealing import open_json, open_text, seal_json, seal_text
from degree_auth.services.verification.archive_values import latest_answer
from tests.doubles.tables import create_table
from tests.doubles.world import World
from tests.samples.claims import award
from tests.samples.filled import filled
from tools.resealing import Pass, Resealing
from tools.rotate_master import Rotation, UnderWayError, UnexplainedError

pytestmark = pytest.mark.requirement("N1", "N4")
REGION = "ap-southeast-1"
PLAIN = "a master secret of thirty-two bytes or more"
TABLES = {name: f"turning-{name}" for name in ("cases", "register", "accounts", "notifications")}
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SETTLE = 960
_DISCIPLINES = ("园艺学", "农学", "林学", "历史学")


class FormerRelease(Keyring):
    """Seals as the releases did that knew neither versions nor data keys."""

    def begin_case(self, case_number: str) -> None:
        pass

    def seal(self, plaintext: bytes, context: str) -> bytes:
        nonce = os.urandom(12)
        key = derived(PLAIN.encode(), "seal")
        return BEFORE_VERSIONS + nonce + AESGCM(key).encrypt(nonce, plaintext, context.encode())


class Stack:
    """Three tables and a secret in moto, a clock of its own, and what was stored in each generation."""

    def __init__(self) -> None:
        self.client, self.secrets = boto3.client("dynamodb"), boto3.client("secretsmanager")
        for room, name in TABLES.items():
            create_table(f"{room.capitalize()}Table", name, REGION)
        self.secrets.create_secret(Name="master", SecretString=PLAIN)
        self.time = 1_795_000_000.0
        self.slept: list[float] = []
        self.meanwhile: Callable[[], None] = lambda: None
        self.kept: list[Callable[[Keyring], None]] = []
        self.worlds: list[tuple[World, Case]] = []

    def secret(self) -> bytes:
        return str(self.secrets.get_secret_value(SecretId="master")["SecretString"]).encode()

    def keyring(self, kind: type[Keyring] = Keyring) -> Keyring:
        return kind(self.secret, lambda: self.time)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds
        self.meanwhile()

    def rotation(self, client: Any = None, secrets: Any = None, page_items: int = 7) -> Rotation:
        return Rotation(
            client or self.client,
            secrets or self.secrets,
            "master",
            TABLES,
            SETTLE,
            clock=lambda: self.time,
            sleep=self.sleep,
            page_items=page_items,
        )

    def rotate(self) -> int:
        return self.rotation().run().sealed

    def fill(self, name: str, keyring: Keyring, patch: pytest.MonkeyPatch) -> None:
        """Store something of every kind, and remember how each is read."""
        patch.setattr(world_module, "MemoryCases", lambda *more: CaseTable(TABLES["cases"], REGION, self.fees, *more))
        patch.setattr(world_module, "Keyring", lambda _: keyring)
        world = World()
        world.now = datetime.fromtimestamp(self.time, UTC)
        asked = world.asked(discipline=_DISCIPLINES[len(self.worlds)])
        case = world.answer(asked, "partly_inconsistent", archive_values={"degree.discipline": "哲学"})
        self.worlds.append((world, case))
        claim = open_submission(keyring, case).claim
        number = case.case_number

        def read_case(now: Keyring) -> None:
            table = CaseTable(TABLES["cases"], REGION, None, now.cases)
            stored, log = table.load(number), table.log(number)
            assert open_submission(now, stored).claim.holder == claim.holder
            assert latest_answer(now, stored) is not None
            for entry in log:
                for key in ("sealed", "sealed_changes"):
                    assert key not in entry.data or open_json(now, number, entry.data[key])
            assert verify(number, [one.as_dict() for one in log], None) is None
            assert (log[-1].seq, log[-1].hash) == (stored.version, stored.head)

        record = award(Random(name), 1)
        partition = partition_of(record)
        record_id = join_record_id(partition, award_part(keyring, partition, award_source(record)))
        writer = RegisterWriter(TABLES["register"], keyring, self.client, lambda _: None)
        writer.save([replace(record, record_id=record_id)], "import", NOW)
        self._keep_others(name, keyring)
        self.kept.append(read_case)
        self.kept.append(lambda now: self._read_record(now, record_id, values_of(record)))

    @staticmethod
    def _read_record(now: Keyring, record_id: str, values: list[str]) -> None:
        found = RegisterTable(TABLES["register"], REGION, now).get(record_id)
        assert found is not None
        assert values_of(found) == values

    def _keep_others(self, name: str, keyring: Keyring) -> None:
        changes = FileChangeTable(TABLES["register"], self.client)
        change = filled(FileChange)
        sealed = seal_json(keyring, f"row-{name}", {"row": name})
        change = propose(replace(change, change_id=f"row-{name}", sealed=sealed, log=()), NOW)
        changes.save(change, None)

        def read_change(now: Keyring) -> None:
            found = changes.find(f"row-{name}")
            assert found is not None
            assert open_json(now, f"row-{name}", found.sealed) == {"row": name}

        watches = WatchTable(CaseTable(TABLES["cases"], REGION))
        number = f"2026-{name}"
        one = Watch(
            "w1", "address", seal_text(keyring, f"watch#{number}#w1", "https://example.org"), NOW + timedelta(days=1)
        )
        watches.replace_watches(Watches(number), Watches(number, 1, (one,)))

        def read_watch(now: Keyring) -> None:
            assert open_text(now, f"watch#{number}#w1", watches.watches(number).watches[0].sealed)

        sessions = ApplicantSessionTable(TABLES["accounts"], REGION)
        sessions.keep_session(f"d{name}", Kept(seal_json(keyring, f"d{name}", {"who": name}), NOW))

        def read_session(now: Keyring) -> None:
            kept = sessions.session(f"d{name}")
            assert kept is not None
            assert open_json(now, f"d{name}", kept.sealed) == {"who": name}

        contexts = {
            (f"institution#1000{len(self.kept)}", "INSTITUTION"): f"1000{len(self.kept)}",
            (f"institution#1000{len(self.kept)}", f"ACCOUNT#a{name}"): f"one-time-code/a{name}",
            ("staff", f"ACCOUNT#{name}"): f"staff-one-time-code/{name}",
            ("staff", f"START#{name}#2026"): f"staff-principal/{name}",
            (f"account#a{name}", "RECIPIENT"): f"notified#account#a{name}",
        }
        for (pk, sk), context in contexts.items():
            table = TABLES["notifications" if sk == "RECIPIENT" else "accounts"]
            body = json.dumps({"form": seal_text(keyring, context, name), "wait": [name, None, 3]})
            self.client.put_item(TableName=table, Item={"pk": {"S": pk}, "sk": {"S": sk}, "body": {"S": body}})

        def read_accounts(now: Keyring) -> None:
            for (pk, sk), context in contexts.items():
                key = {"pk": {"S": pk}, "sk": {"S": sk}}
                table = TABLES["notifications" if sk == "RECIPIENT" else "accounts"]
                body = json.loads(self.client.get_item(TableName=table, Key=key)["Item"]["body"]["S"])
                assert open_text(now, context, body["form"]) == name
                assert body["wait"] == [name, None, 3]

        self.kept += [read_change, read_watch, read_session, read_accounts]

    fees = property(lambda _: FeeTable(TABLES["accounts"], REGION))

    def read_all(self) -> int:
        """Read everything that was ever stored, with a process that has just started."""
        for read in self.kept:
            read(self.keyring())
        return len(self.kept)

    def versions(self) -> tuple[int, ...]:
        return tuple(sorted(parse_master_secret(self.secret()).versions))


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield Stack()


def test_records_of_three_generations_are_read_after_each_turn(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    stack.fill("former", stack.keyring(FormerRelease), monkeypatch)
    stack.fill("first", stack.keyring(), monkeypatch)
    assert stack.rotate() > 0
    assert stack.versions() == (2,)
    stack.fill("second", stack.keyring(), monkeypatch)
    stack.rotate()
    stack.fill("third", stack.keyring(), monkeypatch)
    assert stack.versions() == (3,)
    assert stack.read_all() == 4 * 6
    # The case of the former release has a key of its own now, under which its next entry is sealed.
    _, case = stack.worlds[0]
    keys = stack.keyring().cases
    table = CaseTable(TABLES["cases"], REGION, stack.fees, keys)
    stored = table.stored_key(case.case_number)
    assert stored is not None
    assert stored.wrapped is not None


def test_it_is_waited_until_every_request_is_over_that_read_before(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack.fill("former", stack.keyring(FormerRelease), monkeypatch)
    stack.rotate()
    assert sum(stack.slept) >= SETTLE


def test_what_a_slow_process_writes_under_the_former_version_is_found_before_that_ends(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack.fill("former", stack.keyring(FormerRelease), monkeypatch)
    slow = Keyring(stack.secret())

    def once() -> None:
        stack.meanwhile = lambda: None
        stack.fill("slow", slow, monkeypatch)

    stack.meanwhile = once
    stack.rotate()
    assert stack.versions() == (2,)
    assert stack.read_all() == 2 * 6


class CutOff(Exception):
    """The command dies here."""


class Failing:
    """A client that lets so many writes through and then dies, before or after the next one."""

    def __init__(self, client: Any, writes: int, *, after: bool) -> None:
        self._client, self._left, self._after = client, writes, after

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._client, name)
        if name not in {"update_item", "put_secret_value", "delete_item"}:
            return call

        def counted(**given: Any) -> Any:
            self._left -= 1
            if self._left < 0 and not self._after:
                raise CutOff
            answer = call(**given)
            if self._left < 0:
                raise CutOff
            return answer

        return counted


@pytest.mark.parametrize("after", [False, True])
def test_cut_off_at_any_write_it_goes_on_and_nothing_is_lost(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, *, after: bool
) -> None:
    stack.fill("former", stack.keyring(FormerRelease), monkeypatch)
    stack.fill("first", stack.keyring(), monkeypatch)
    for writes in (0, 1, 2, 3, 5, 8, 13, 21, 34, 55):
        client, secrets = (Failing(one, writes, after=after) for one in (stack.client, stack.secrets))
        try:
            stack.rotation(client, secrets).run()
        except CutOff:
            stack.time += 301
        stack.read_all()
    while len(stack.versions()) > 1 or stack.versions() == (1,):
        stack.rotate()
    assert stack.read_all() == 2 * 6
    assert "Item" not in stack.client.get_item(
        TableName=TABLES["accounts"], Key={"pk": {"S": "rotation"}, "sk": {"S": "STATE"}}
    )


def test_two_who_turn_at_once_make_one_version_and_the_second_gives_way(stack: Stack) -> None:
    first = stack.rotation()
    other: list[type[Exception]] = []

    def meanwhile() -> None:
        try:
            stack.rotation().run()
        except UnderWayError:
            other.append(UnderWayError)

    stack.meanwhile = meanwhile
    first.run()
    assert other
    assert stack.versions() == (2,)


def test_a_version_that_somebody_has_sealed_under_is_never_replaced(stack: Stack) -> None:
    """Two turn from the same reading: the store of secrets takes the first one's version alone."""
    one, two = stack.rotation(), stack.rotation()
    secret = one._secret()
    one._put(_turned(secret), "turn-2")
    sealed = stack.keyring().seal(b"x", "10001")
    two._put(_turned(secret), "turn-2")
    assert stack.keyring().open(sealed, "10001") == b"x"


def _turned(secret: Any) -> Any:
    return turned(secret, 1)


def test_what_looks_sealed_and_does_not_open_ends_no_version(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    stack.fill("former", stack.keyring(FormerRelease), monkeypatch)
    strange = seal_text(stack.keyring(), "a context that nobody knows", "text")
    item = {"pk": {"S": "institution#10001"}, "sk": {"S": "STRANGE"}, "body": {"S": strange}}
    stack.client.put_item(TableName=TABLES["accounts"], Item=item)
    with pytest.raises(UnexplainedError, match="STRANGE"):
        stack.rotate()
    assert stack.versions() == (1, 2)
    stack.read_all()
    stack.client.delete_item(TableName=TABLES["accounts"], Key={"pk": item["pk"], "sk": item["sk"]})
    stack.rotate()
    assert stack.versions() == (2,)


def test_the_key_of_an_erased_case_does_not_come_back(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    stack.fill("former", stack.keyring(FormerRelease), monkeypatch)
    _, case = stack.worlds[0]
    key = {"pk": {"S": case.case_number}, "sk": {"S": "CASE"}}
    stack.client.update_item(
        TableName=TABLES["cases"],
        Key=key,
        UpdateExpression="SET key_destroyed = :yes REMOVE data_key, sealed_again",
        ExpressionAttributeValues={":yes": {"BOOL": True}},
    )
    stack.rotate()
    assert stack.versions() == (2,)
    assert "data_key" not in stack.client.get_item(TableName=TABLES["cases"], Key=key)["Item"]


def test_a_pass_over_empty_tables_is_clean(stack: Stack) -> None:
    done = Resealing(stack.client, TABLES, stack.keyring()).run(Pass(0), lambda _: None)
    assert done.is_clean


def test_what_is_sealed_by_the_token_of_a_link_holds_up_no_version(stack: Stack) -> None:
    sealed = base64.b64encode(BY_MASTER + bytes([1]) + bytes(60)).decode()
    item = {"pk": {"S": "shares#RZ20261123K7Q2M9XD"}, "sk": {"S": "SLOT#00"}, "body": {"S": sealed}}
    stack.client.put_item(TableName=TABLES["accounts"], Item=item)
    stack.rotate()
    assert stack.versions() == (2,)


def test_no_label_of_the_store_leads_to_a_version_that_has_ended(stack: Stack) -> None:
    for _ in range(2):
        stack.rotate()
        labels = stack.secrets.describe_secret(SecretId="master")["VersionIdsToStages"].values()
        stages = sorted({stage for one in labels for stage in one})
        assert stages == ["AWSCURRENT", "AWSPREVIOUS"]
        for stage in stages:
            text = stack.secrets.get_secret_value(SecretId="master", VersionStage=stage)["SecretString"]
            assert parse_master_secret(text.encode()).former == ()
            assert PLAIN not in text


def test_a_turning_that_was_cut_off_before_its_last_write_still_takes_the_label_away(stack: Stack) -> None:
    class Dies:
        def __getattr__(self, name: str) -> Any:
            return getattr(stack.secrets, name)

        def put_secret_value(self, **given: Any) -> Any:
            if "forget" in given["ClientRequestToken"]:
                raise ConnectionError
            return stack.secrets.put_secret_value(**given)

    with pytest.raises(ConnectionError):
        stack.rotation(secrets=Dies()).run()
    assert stack.versions() == (2,)
    stack.time += 301
    stack.rotate()
    text = stack.secrets.get_secret_value(SecretId="master", VersionStage="AWSPREVIOUS")["SecretString"]
    assert PLAIN not in text
    assert stack.versions() == (2,)
