"""Webhooks that go out: addresses, messages, repetitions, and watches of reports."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from degree_auth.adapters.notifications.webhook_sender import WebhookSender
from degree_auth.domain.notifications.watch import (
    LASTS,
    LONGEST_PROOF,
    MOST_CHALLENGES_FOR_A_REPORT,
    MOST_CHALLENGES_TO_A_HOST,
    MOST_WATCHES,
    REPEAT_TIME,
    WatchRemoval,
    WatchRequest,
    echoes,
    parse_watch_removal,
    parse_watch_request,
)
from degree_auth.domain.notifications.webhook import (
    RETRY_SECONDS,
    retry_after,
    secret_text,
    signed_headers,
    verify_signature,
)
from degree_auth.domain.notifications.webhook_address import is_public, webhook_address
from degree_auth.domain.shared.errors import Conflict, Invalid, Malformed, NotFound, TooMany
from degree_auth.services.notifications.ports import Sent
from degree_auth.services.notifications.webhooks import (
    Undelivered,
    Watching,
    WatchMessages,
    watch_secret,
)
from tests.doubles.gateway import validator
from tests.doubles.memory import MemoryWatches
from tests.doubles.world import World
from tests.samples.api_document import DOCUMENT
from tests.template.model import SOURCE

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
URL = "https://hooks.example.org/degree/3f9c"


@dataclass
class MemorySender:
    """A receiver; `answers` are given in turn, then every message is taken."""

    answers: list[Sent | None] = field(default_factory=list)
    posts: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Sent:
        self.posts.append((url, dict(headers), body))
        answer = self.answers.pop(0) if self.answers else Sent.TAKEN
        if answer is None:
            raise Undelivered("500")
        return answer


def proof_of(asked: dict[str, Any]) -> bytes:
    """What an address answers that wants to be told."""
    return json.dumps({"challenge": asked["data"]["challenge"]}).encode()


@dataclass
class MemoryAddress:
    """Addresses that are asked to prove themselves; `answer` makes what they answer of the challenge's body."""

    answer: Callable[[dict[str, Any]], bytes] = proof_of
    asked: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    def ask(self, url: str, headers: Mapping[str, str], body: bytes) -> bytes:
        self.asked.append((url, dict(headers), body))
        return self.answer(json.loads(body))


@dataclass
class MemoryQueue:
    """A queue of notices."""

    messages: list[dict[str, Any]] = field(default_factory=list)

    def send(self, messages: Sequence[Mapping[str, Any]]) -> None:
        self.messages += [dict(message) for message in messages]


def event(kind: str, seq: int = 4, **facts: Any) -> dict[str, Any]:
    return {
        "case_number": "RZ20261119K7Q2M9XD",
        "seq": seq,
        "type": kind,
        "at": NOW.isoformat(),
        "hash": "ab",
        "facts": facts,
    }


def problems_of(name: str, body: dict[str, Any]) -> list[Any]:
    """What a body breaks of the schema that the OpenAPI document gives its webhook."""
    media = DOCUMENT["webhooks"][name]["post"]["requestBody"]["content"]["application/json"]
    return list(validator(media["schema"]).iter_errors(body))


@pytest.mark.requirement("N4")
@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.org/",
        "ftp://hooks.example.org/",
        "hooks.example.org",
        "https:///x",
        "https://user@hooks.example.org/",
        "https://user:pass@hooks.example.org/",
        "https://@hooks.example.org/",
        "https://hooks.example.org@127.0.0.1/",
        "https://hooks.example.org:8443/",
        "https://hooks.example.org:x/",
        "https://hooks.example.org/#part",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://2130706433/",
        "https://0x7f.0.0.1/",
        "https://0x7f000001/",
        "https://127.1/",
        "https://localhost/",
        "https://hooks/",
        "https://hooks.example.org./",
        "https://hooks..example.org/",
        "https://-hooks.example.org/",
        "https://hooks.example.org\\@127.0.0.1/",
        "https://hooks.example.org/a b",
        "https://hooks.example.org/a\r\nHost: b",
        "https://ｈooks.example.org/",
        "https://hooks.example。org/",
        "https://hooks.example.org/" + "a" * 500,
        "http://127.0.0.1/",
        "http://169.254.169.254:80/",
        "http://10.0.0.1:8000/",
    ],
)
def test_nothing_is_sent_but_over_https_to_a_host_name(url: str) -> None:
    assert webhook_address(url) is None
    # Nor does a deployment take it; how long it may be stands beside the pattern.
    platforms = SOURCE["Parameters"]["PlatformWebhookUrl"]
    assert not re.fullmatch(platforms["AllowedPattern"], url) or len(url) > platforms["MaxLength"]
    assert re.fullmatch(platforms["AllowedPattern"], URL)
    if "127.0.0.1:" not in url:
        assert webhook_address(url, local=True) is None


@pytest.mark.requirement("N4")
def test_an_address_is_read_as_it_will_be_used() -> None:
    found = webhook_address("https://Hooks.Example.org:443/a?b=c")
    assert found is not None
    assert (found.host, found.port, found.tls, found.target) == ("hooks.example.org", 443, True, "/a?b=c")
    found = webhook_address("https://hooks.xn--fiqs8s")
    assert found is not None
    assert found.target == "/"
    assert webhook_address("http://127.0.0.1:8000/a") is None
    found = webhook_address("http://127.0.0.1:8000/a", local=True)
    assert found is not None
    assert not found.tls


@pytest.mark.requirement("N4")
@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",  # noqa: S104 -- refused
            "224.0.0.1",
        ),
        *("240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1"),
        *("ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "2002:0a00:0001::", "64:ff9b::a00:1"),
        *("64:ff9b::7f00:1", "64:ff9b:1::a00:1", "2001:0:a00:1::f5ff:fffe", "2001:db8::1", "fd00:ec2::254", "name", ""),
        *("fec0::1", "feff::1", "1000::1", "5f00::1"),
    ],
)
def test_no_address_of_an_inner_network_is_public_however_it_is_wrapped(address: str) -> None:
    assert not is_public(address)


@pytest.mark.requirement("N4")
@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.215.14", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"]
)
def test_addresses_of_the_public_internet_are(address: str) -> None:
    assert is_public(address)


@pytest.mark.requirement("N1")
def test_attempts_grow_further_apart_and_end() -> None:
    waits = [retry_after(attempts) for attempts in range(1, len(RETRY_SECONDS) + 2)]
    assert waits[-1] is None
    assert list(RETRY_SECONDS) == sorted(RETRY_SECONDS) == waits[:-1]
    # A queue hides a message for twelve hours from its receipt, and the attempt has taken some of them.
    assert max(RETRY_SECONDS) <= 43_000


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def watches() -> MemoryWatches:
    return MemoryWatches()


def requested(world: World, which: int = 0, url: str = URL) -> WatchRequest:
    shown = world.shown_report(world.issue(world.submit(world.body(which))))
    assert shown is not None
    return WatchRequest(shown["report_number"], shown["check_code"], url)


def watching(world: World, watches: MemoryWatches, address: MemoryAddress | None = None) -> Watching:
    return Watching(world.cases, watches, world.keyring, address or MemoryAddress())


def notices(world: World, watches: MemoryWatches, sender: MemorySender, queue: MemoryQueue) -> WatchMessages:
    return WatchMessages(
        store=watches, sealer=world.keyring, queue=queue, sender=sender, check_url="https://example.org/check"
    )


@pytest.mark.requirement("A15", "N4")
def test_a_wrong_code_and_an_unknown_report_are_refused_alike(world: World, watches: MemoryWatches) -> None:
    first, second = requested(world), requested(world, 1)
    with pytest.raises(NotFound) as wrong:
        watching(world, watches).watch(replace(first, check_code=second.check_code), None, NOW)
    del world.cases.reports[first.report_number]
    with pytest.raises(NotFound) as absent:
        watching(world, watches).watch(first, None, NOW)
    assert (wrong.value.code, wrong.value.problems) == (absent.value.code, absent.value.problems)
    assert watches.kept == {}


@pytest.mark.requirement("A15", "N4")
def test_a_written_notice_is_no_report_to_watch(world: World, watches: MemoryWatches) -> None:
    case = world.denied()
    document = world.own_case.status(case.case_number, world.now)["notice"]["document"]
    with pytest.raises(NotFound, match="report_unknown"):
        watching(world, watches).watch(WatchRequest(document["notice_number"], document["check_code"], URL), None, NOW)


@pytest.mark.requirement("A15", "N1", "N4")
def test_a_request_sent_again_is_the_same_watch_and_its_secret_is_shown_again_for_an_hour(
    world: World, watches: MemoryWatches
) -> None:
    asked, address = requested(world), MemoryAddress()
    taking = watching(world, watches, address)
    first, secret = taking.watch(asked, "key-of-mine", NOW)
    assert taking.watch(asked, "key-of-mine", NOW + REPEAT_TIME - timedelta(seconds=1)) == (first, secret)
    assert first.expires_at == NOW + LASTS
    assert len(watches.kept[asked.report_number].watches) == len(address.asked) == 1
    assert "example" not in str(watches.kept)
    assert len(secret) == 32
    assert secret_text(secret).startswith("whsec_")
    # Nobody else is shown it, nor it later, and the address is not asked for that.
    for key, moment in (("key-of-another", NOW), (None, NOW), ("key-of-mine", NOW + REPEAT_TIME)):
        with pytest.raises(Conflict, match="watch_exists"):
            taking.watch(asked, key, moment)
    assert len(address.asked) == 1
    other, another = taking.watch(replace(asked, url=f"{URL}/other"), "key-of-mine", NOW)
    assert (other.watch_id, another) != (first.watch_id, secret)
    assert taking.watch(asked, None, NOW + LASTS)[1] != secret


@pytest.mark.requirement("A15", "N4")
def test_an_address_is_asked_once_by_a_signed_challenge_before_it_takes_a_place(
    world: World, watches: MemoryWatches
) -> None:
    asked, address = requested(world), MemoryAddress()
    made, secret = watching(world, watches, address).watch(asked, None, NOW)
    ((url, headers, body),) = address.asked
    assert url == URL
    assert verify_signature(headers, body, secret, NOW).startswith(f"{made.watch_id}-")
    assert problems_of("watch.challenge", json.loads(body)) == []
    for hidden in (asked.report_number, asked.check_code, secret_text(secret)):
        assert hidden not in body.decode() + str(headers)
    watching(world, watches, address).watch(replace(asked, url=f"{URL}/other"), None, NOW)
    first, second = (json.loads(body)["data"]["challenge"] for _, _, body in address.asked)
    assert first != second


def _nobody(_: dict[str, Any]) -> bytes:
    raise Undelivered("500")


@pytest.mark.requirement("A15", "N1", "N4")
@pytest.mark.parametrize(
    "answer",
    [
        _nobody,
        lambda _: b"",
        lambda _: b"ok",
        lambda _: b"{}",
        lambda _: b"\xff\xfe",
        lambda _: b"[" * 1024,
        lambda asked: json.dumps(asked).encode(),
        lambda asked: asked["data"]["challenge"].encode(),
        lambda asked: json.dumps(asked["data"]["challenge"]).encode(),
        lambda asked: json.dumps(asked["data"]).encode(),
        lambda asked: json.dumps({"challenge": asked["data"]["challenge"].lower()}).encode(),
        lambda asked: json.dumps({"challenge": [asked["data"]["challenge"]]}).encode(),
        lambda _: json.dumps({"challenge": "\ud800"}).encode(),
    ],
)
def test_an_address_that_does_not_prove_itself_takes_no_place(
    world: World, watches: MemoryWatches, answer: Callable[[dict[str, Any]], bytes]
) -> None:
    asked = requested(world)
    with pytest.raises(Invalid) as refused:
        watching(world, watches, MemoryAddress(answer)).watch(asked, None, NOW)
    assert [(one.field, one.code) for one in refused.value.problems] == [("url", "watch_unproven")]
    assert watches.kept == {}


@given(st.binary(max_size=200) | st.text().map(lambda text: json.dumps({"challenge": text}).encode()))
def test_no_answer_but_the_challenge_is_proof(answer: bytes) -> None:
    assert not echoes(answer, "A" * 43)
    assert echoes(b'{"challenge": "' + b"A" * 43 + b'"}', "A" * 43)


@pytest.mark.requirement("N1", "N4")
def test_nobody_has_a_stranger_asked_without_end(world: World, watches: MemoryWatches) -> None:
    asked, address = requested(world), MemoryAddress(_nobody)
    taking = watching(world, watches, address)
    for number in range(MOST_CHALLENGES_FOR_A_REPORT):
        with pytest.raises(Invalid):
            taking.watch(replace(asked, url=f"https://host{number}.example.org/"), None, NOW)
    with pytest.raises(TooMany, match="too_many_challenges") as refused:
        taking.watch(asked, None, NOW)
    assert refused.value.until == datetime(2026, 11, 23, 16, tzinfo=UTC)
    assert len(address.asked) == MOST_CHALLENGES_FOR_A_REPORT
    with pytest.raises(Invalid):
        taking.watch(asked, None, NOW + timedelta(days=1))
    # A host is left in peace whatever the report and however it is written.
    sealed = world.keyring.token("watch-host", "hooks.example.org:443")
    watches.challenges[f"host#{sealed}"] = (datetime(2026, 11, 24, tzinfo=UTC).date(), MOST_CHALLENGES_TO_A_HOST)
    with pytest.raises(TooMany):
        taking.watch(replace(asked, url="https://HOOKS.example.org:443/else"), None, NOW + timedelta(days=1))
    assert len(address.asked) == MOST_CHALLENGES_FOR_A_REPORT + 1


@pytest.mark.requirement("A15", "N1", "N4")
def test_who_has_the_secret_removes_the_watch_and_nobody_else(world: World, watches: MemoryWatches) -> None:
    asked = requested(world)
    taking = watching(world, watches)
    made, secret = taking.watch(asked, None, NOW)
    other, _ = taking.watch(replace(asked, url=f"{URL}/other"), None, NOW)
    right = WatchRemoval(asked.report_number, made.watch_id, secret_text(secret))
    for wrong in (
        replace(right, watch_id=other.watch_id),
        replace(right, secret=secret_text(b"x" * 32)),
        replace(right, report_number="2026-AAAA-AAAA-AAAA"),
    ):
        with pytest.raises(NotFound, match="watch_unknown"):
            taking.remove(wrong)
    assert len(watches.kept[asked.report_number].watches) == 2
    taking.remove(right)
    assert watches.kept[asked.report_number].watches == (other,)
    with pytest.raises(NotFound, match="watch_unknown"):
        taking.remove(right)
    # Its place is free, and what comes now is another watch.
    assert taking.watch(asked, None, NOW)[0].watch_id != made.watch_id


@pytest.mark.requirement("N5")
def test_all_problems_of_a_removal_are_named_at_once() -> None:
    with pytest.raises(Malformed):
        parse_watch_removal("x")
    with pytest.raises(Invalid) as told:
        parse_watch_removal({"report_number": 3, "watch_id": "x", "secret": "whsec_", "url": "x"})
    assert {(one.field, one.code) for one in told.value.problems} == {
        ("report_number", "not_text"),
        ("watch_id", "watch_id_format"),
        ("secret", "watch_secret_format"),
        ("url", "unknown_field"),
    }


@pytest.mark.requirement("N1")
def test_at_most_so_many_watch_a_report_and_the_expired_make_room(world: World, watches: MemoryWatches) -> None:
    asked = requested(world)
    for number in range(MOST_WATCHES):
        watching(world, watches).watch(replace(asked, url=f"{URL}/{number}"), None, NOW)
    address = MemoryAddress()
    with pytest.raises(Conflict, match="too_many_watches"):
        watching(world, watches, address).watch(asked, None, NOW)
    assert address.asked == []
    watching(world, watches).watch(asked, None, NOW + LASTS)
    assert len(watches.kept[asked.report_number].watches) == 1


@pytest.mark.requirement("N1")
def test_of_two_that_watch_at_once_neither_is_lost(world: World, watches: MemoryWatches) -> None:
    asked = requested(world)

    def meanwhile() -> None:
        watches.before_replace = lambda: None
        watching(world, watches).watch(replace(asked, url=f"{URL}/other"), None, NOW)

    watches.before_replace = meanwhile
    watching(world, watches).watch(asked, None, NOW)
    assert len(watches.kept[asked.report_number].watches) == 2


@pytest.mark.requirement("N1", "N4")
def test_of_two_that_watch_from_one_address_at_once_one_is_taken(world: World, watches: MemoryWatches) -> None:
    asked = requested(world)

    def meanwhile() -> None:
        watches.before_replace = lambda: None
        watching(world, watches).watch(asked, "key-of-another", NOW)

    watches.before_replace = meanwhile
    with pytest.raises(Conflict, match="watch_exists"):
        watching(world, watches).watch(asked, "key-of-mine", NOW)
    assert len(watches.kept[asked.report_number].watches) == 1


@pytest.mark.requirement("A15", "N1", "N4")
def test_each_watcher_is_told_once_more_until_it_listens_and_learns_no_number(
    world: World, watches: MemoryWatches
) -> None:
    asked = requested(world)
    made, secret = watching(world, watches).watch(asked, None, NOW)
    watching(world, watches).watch(replace(asked, url=f"{URL}/other"), None, NOW)
    sender, queue = MemorySender(answers=[None]), MemoryQueue()
    telling = notices(world, watches, sender, queue)
    assert telling.spread(event("report_revoked", 9, report_number=asked.report_number), NOW) == 2
    first = queue.messages[0]
    assert URL not in str(queue.messages)
    with pytest.raises(Undelivered):
        telling.deliver(first, NOW)
    assert telling.deliver(first, NOW)
    (url, headers, body), (_, again, same) = sender.posts
    assert (url, body) == (URL, same)
    assert verify_signature(headers, body, secret, NOW) == f"{made.watch_id}-9" == again["webhook-id"]
    message = json.loads(body)
    assert problems_of("report.state_changed", message) == []
    assert message["data"]["state"] == "revoked"
    for hidden in (asked.report_number, asked.check_code, "RZ2026"):
        assert hidden not in body.decode() + str(headers)


@pytest.mark.requirement("A15", "N1")
def test_who_is_gone_or_expired_is_told_no_more(world: World, watches: MemoryWatches) -> None:
    asked = requested(world)
    watching(world, watches).watch(asked, None, NOW)
    sender, queue = MemorySender(answers=[Sent.GONE]), MemoryQueue()
    telling = notices(world, watches, sender, queue)
    told = event("report_superseded", 9, report_number=asked.report_number)
    assert telling.spread(told, NOW + LASTS) == 0
    assert telling.spread(told, NOW) == 1
    assert not telling.deliver(queue.messages[0], NOW + LASTS)
    assert telling.deliver(queue.messages[0], NOW)
    assert not telling.deliver(queue.messages[0], NOW)
    assert telling.spread(told, NOW) == 0
    assert len(sender.posts) == 1


def test_only_corrections_are_told_to_watchers(world: World, watches: MemoryWatches) -> None:
    asked = requested(world)
    watching(world, watches).watch(asked, None, NOW)
    telling = notices(world, watches, MemorySender(), MemoryQueue())
    assert telling.spread(event("report_issued", report_number=asked.report_number), NOW) == 0
    assert telling.spread(event("report_revoked"), NOW) == 0
    assert telling.spread(event("report_revoked", report_number="2026-A"), NOW) == 0
    assert len(watch_secret(world.keyring, "x")) == 32


@pytest.mark.requirement("N5")
def test_all_problems_of_a_watch_are_named_at_once() -> None:
    with pytest.raises(Malformed):
        parse_watch_request([], local=False)
    with pytest.raises(Invalid) as told:
        parse_watch_request({"check_code": 3, "url": "http://127.0.0.1:1/", "x": 1}, local=False)
    assert {(one.field, one.code) for one in told.value.problems} == {
        ("report_number", "required"),
        ("check_code", "not_text"),
        ("url", "webhook_url_format"),
        ("x", "unknown_field"),
    }
    with pytest.raises(Invalid) as told:
        parse_watch_request({"sha256": "ab" * 32}, local=True)
    assert {one.field for one in told.value.problems} == {"sha256", "report_number", "check_code", "url"}
    with pytest.raises(Invalid) as told:
        parse_watch_request({"report_number": "x", "check_code": "y", "url": 3}, local=True)
    assert "url" in {one.field for one in told.value.problems}


UNPROVEN = ("/302", "/404", "/unproven")
"""Where a receiver on this machine does not answer a challenge as it should."""


class Listening:
    """A receiver on this machine; answers as its path says, and proves itself when it is asked to."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, str], bytes]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                if b"watch.challenge" in body:
                    self.prove(body)
                    return
                outer.heard.append((self.path, dict(self.headers.items()), body))
                if self.path == "/silent":
                    return
                status = int(self.path.strip("/"))
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("Location", f"http://127.0.0.1:{self.server.server_address[1]}/200")
                self.end_headers()
                if status == 201:
                    with contextlib.suppress(OSError):
                        self.wfile.write(b"x" * 100_000)

            def prove(self, body: bytes) -> None:
                self.send_response({"/302": 302, "/404": 404}.get(self.path, 200))
                self.end_headers()
                asked = json.loads(body)
                self.wfile.write(body if self.path in UNPROVEN else proof_of(asked))

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def listening() -> Iterator[Listening]:
    listening = Listening()
    yield listening
    listening.server.shutdown()


def test_a_post_arrives_with_its_headers_and_body(listening: Listening) -> None:
    sender = WebhookSender(anywhere=False, local=True)
    headers = signed_headers(b"secret", "message-1", b"{}", NOW)
    for path in ("/200", "/201", "/204"):
        assert sender.post(listening.url + path, headers, b"{}") is Sent.TAKEN
    assert sender.post(f"{listening.url}/410", headers, b"{}") is Sent.GONE
    _, heard, body = listening.heard[0]
    assert {name.lower(): value for name, value in heard.items()}.items() >= headers.items()
    assert body == b"{}"
    assert heard["Host"] == listening.url.removeprefix("http://")


def test_of_an_answer_only_the_beginning_is_read(listening: Listening) -> None:
    sender = WebhookSender(anywhere=False, local=True)
    assert sender.ask(f"{listening.url}/201", {}, b"{}") == b"x" * LONGEST_PROOF
    assert sender.ask(f"{listening.url}/204", {}, b"{}") == b""
    for path in ("/302", "/410", "/500"):
        with pytest.raises(Undelivered):
            sender.ask(listening.url + path, {}, b"{}")
    with pytest.raises(Undelivered):
        WebhookSender(anywhere=False, local=False).ask(f"{listening.url}/200", {}, b"{}")


@pytest.mark.requirement("N1", "N4")
@pytest.mark.parametrize(
    "path", ["/301", "/302", "/307", "/308", "/400", "/401", "/404", "/429", "/500", "/503", "/silent"]
)
def test_any_other_answer_is_none_and_leads_nowhere(listening: Listening, path: str) -> None:
    with pytest.raises(Undelivered):
        WebhookSender(anywhere=False, local=True).post(listening.url + path, {}, b"{}")
    assert [where for where, _, _ in listening.heard] == [path]


@pytest.mark.requirement("N1")
def test_who_does_not_listen_or_answers_a_byte_at_a_time_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("degree_auth.adapters.notifications.webhook_sender._ATTEMPT_SECONDS", 0.5)
    sender = WebhookSender(anywhere=False, local=True)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        with pytest.raises(Undelivered):
            sender.post(url, {}, b"{}")
        listener.listen()
        stopped = threading.Event()

        def drip() -> None:
            taken, _ = listener.accept()
            with taken:
                for byte in b"HTTP/1.1 200 OK\r\nX: " + b"y" * 1000:
                    if stopped.wait(0.05):
                        return
                    try:
                        taken.sendall(bytes([byte]))
                    except OSError:
                        return

        threading.Thread(target=drip, daemon=True).start()
        with pytest.raises(Undelivered):
            sender.post(url, {}, b"{}")
        stopped.set()


class Secured:
    """A receiver over TLS whose certificate is another host's than `localhost`; `drip` answers a byte at a time."""

    def __init__(self, folder: Path, *, drip: bool = False) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hooks.example.org")])
        made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        made = made.serial_number(1).not_valid_before(NOW - timedelta(days=3650))
        made = made.not_valid_after(NOW + timedelta(days=3650))
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("hooks.example.org")]), critical=False)
        self.certificate = folder / "certificate.pem"
        self.certificate.write_bytes(made.sign(key, SHA256()).public_bytes(Encoding.PEM))
        secret = folder / "key.pem"
        secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(self.certificate, secret)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.place = self._listener.getsockname()
        self.heard = b""
        self._drip = drip
        self.cut = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        answer = b"HTTP/1.1 200 OK\r\nX: " + b"y" * 1000 if self._drip else b"HTTP/1.1 204 No Content\r\n\r\n"
        pace = 0.05 if self._drip else 0
        try:
            with self._context.wrap_socket(self._listener.accept()[0], True) as taken:
                while not self.heard.endswith(b"{}"):
                    self.heard += taken.recv(4096)
                for byte in answer:
                    taken.sendall(bytes([byte]))
                    time.sleep(pace)
        except OSError:
            self.cut.set()


def sending_to(secured: Secured, monkeypatch: pytest.MonkeyPatch) -> WebhookSender:
    """A sender for which every name leads to the receiver, whose certificate it trusts."""

    def connected(*_: object) -> socket.socket:
        plain = socket.socket()
        plain.connect(secured.place)
        return plain

    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    monkeypatch.setattr(socket, "create_connection", connected)
    trusting = ssl.create_default_context(cafile=str(secured.certificate))
    monkeypatch.setattr("degree_auth.adapters.notifications.webhook_sender._tls_context", lambda: trusting)
    return WebhookSender(anywhere=False, local=False)


@pytest.mark.requirement("N4")
def test_over_tls_the_host_named_is_asked_for_and_has_to_prove_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secured = Secured(tmp_path)
    assert sending_to(secured, monkeypatch).post("https://hooks.example.org/x?y", {"a": "b"}, b"{}") is Sent.TAKEN
    assert secured.heard.startswith(b"POST /x?y HTTP/1.1\r\n")
    assert b"\r\nHost: hooks.example.org\r\n" in secured.heard
    other = Secured(tmp_path)
    with pytest.raises(Undelivered, match="SSLCertVerificationError"):
        sending_to(other, monkeypatch).post("https://other.example.org/", {}, b"{}")
    assert other.heard == b""


@pytest.mark.requirement("N1")
def test_over_tls_too_who_answers_a_byte_at_a_time_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("degree_auth.adapters.notifications.webhook_sender._ATTEMPT_SECONDS", 0.5)
    dripping = Secured(tmp_path, drip=True)
    with pytest.raises(Undelivered):
        sending_to(dripping, monkeypatch).post(URL, {}, b"{}")
    assert dripping.cut.wait(60)


@pytest.mark.requirement("N4")
def test_a_name_that_leads_to_an_inner_network_is_not_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    def connected(*_: object) -> socket.socket:
        raise AssertionError("connected")

    def resolving_to(*addresses: str) -> None:
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)

    monkeypatch.setattr(socket, "create_connection", connected)
    for addresses in (("10.0.0.1",), ("8.8.8.8", "169.254.169.254"), ("::1",), ()):
        resolving_to(*addresses)
        with pytest.raises(Undelivered):
            WebhookSender(anywhere=False, local=True).post(URL, {}, b"{}")
    resolving_to("8.8.8.8")
    with pytest.raises(AssertionError, match="connected"):
        WebhookSender(anywhere=False, local=False).post(URL, {}, b"{}")
    resolving_to("10.0.0.1")
    with pytest.raises(AssertionError, match="connected"):
        WebhookSender(anywhere=True, local=False).post(URL, {}, b"{}")
    for url in ("http://127.0.0.1:1/", "https://10.0.0.1/"):
        with pytest.raises(Undelivered):
            WebhookSender(anywhere=True, local=False).post(url, {}, b"{}")
