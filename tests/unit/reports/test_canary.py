"""The canary says of each step whether everybody's questions are answered rightly, and changes nothing (N1, N3)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from degree_auth.adapters.reports.public_face import HttpPublicFace, is_signed_by_its_key
from degree_auth.services.reports.canary import NO_CASE, NO_TOKEN, PAGES, UNKNOWN_FILE, Answered, Canary
from degree_auth.services.reports.log import ReportLog, growth_proof, latest_head
from tests.doubles.applicant_desk import desk_over
from tests.doubles.gateway import event
from tests.doubles.report_log import MemoryReportLog
from tests.doubles.world import World
from tests.samples.report_log import NOW, events, signer

DISPUTE = f"/v1/applications/{NO_CASE}/disputes"
pytestmark = pytest.mark.requirement("N1", "N3")


class Service:
    """A service that answers as ours does; `wrong` holds what it answers otherwise, by path."""

    def __init__(self) -> None:
        self.store = MemoryReportLog()
        self.log = ReportLog(self.store, lambda: signer()[0])
        self.log.enter(events(3), NOW)
        self.wrong: dict[str, Answered] = {}
        self.asked: list[tuple[str, str]] = []
        self.checked: list[tuple[Mapping[str, Any], str]] = []
        self.answers = {
            "/v1/report-checks": answer({"state": "unknown", "report": None}),
            "/v1/applications": refusal(422, "invalid_input"),
            DISPUTE: refusal(404, "not_found"),
        }

    def get(self, path: str) -> Answered:
        self.asked.append(("GET", path))
        place, parameters = urlsplit(path).path, dict(parse_qsl(urlsplit(path).query))
        if place in self.wrong:
            return self.wrong[place]
        if place == "/v1/log/head":
            return answer(latest_head(self.store).as_dict())
        if place == "/v1/log/consistency":
            return answer(growth_proof(self.store, parameters))
        return Answered(302 if place == "/" else 200, b"<!doctype html>")

    def post(self, path: str, content: Mapping[str, Any], token: str = "") -> Answered:
        self.asked.append(("POST", path))
        self.checked.append((content, token))
        return self.wrong.get(path, self.answers[path])


def answer(content: Any) -> Answered:
    return Answered(200, json.dumps(content).encode())


def refusal(status: int, code: str) -> Answered:
    return Answered(status, json.dumps({"error": {"code": code}}).encode())


def canary_of(service: Service) -> Canary:
    ticks = count()
    return Canary(service, is_signed_by_its_key, lambda: float(next(ticks)))


def faults(canary: Canary, now: datetime = NOW) -> dict[str, str]:
    return {step.name: step.fault for step in canary.round(now) if step.fault}


def test_a_service_that_is_well_passes_each_step_and_each_is_measured() -> None:
    service = Service()
    steps = canary_of(service).round(NOW)
    assert [step.name for step in steps] == ["page_home", *PAGES, "check", "apply", "dispute", "log_head"]
    assert [step.fault for step in steps] == [""] * len(steps)
    assert {step.milliseconds for step in steps} == {1000.0}


def test_it_reads_only_and_checks_only_what_was_never_issued() -> None:
    service = Service()
    canary_of(service).round(NOW)
    posted = [path for method, path in service.asked if method == "POST"]
    assert posted == ["/v1/report-checks", "/v1/applications", DISPUTE]
    assert service.checked == [({"sha256": UNKNOWN_FILE}, ""), ({}, ""), ({}, NO_TOKEN)]


@pytest.mark.parametrize(("path", "status"), [("/", 302), *((path, 200) for path in PAGES.values())])
def test_a_page_is_served_with_the_status_that_it_asks_for(path: str, status: int) -> None:
    with desk_over(World()) as desk:
        answered: Any = desk.public(event("GET", path), None)
    assert answered["statusCode"] == status


def test_what_it_applies_for_and_disputes_is_refused_as_it_expects_and_leaves_nothing_behind() -> None:
    world = World()
    with desk_over(world) as desk:
        applied = desk.ask("POST", "/v1/applications", {})
        bearer = {"authorization": f"Bearer {NO_TOKEN}"}
        disputed = desk.ask("POST", "/v1/applications/{case_number}/disputes", {}, bearer, number=NO_CASE)
    told = [(one.status, json.loads(one.text)["error"]["code"]) for one in (applied, disputed)]
    assert told == [(422, "invalid_input"), (404, "not_found")]
    assert world.cases.cases == {}


@pytest.mark.parametrize(
    ("path", "wrong", "fault"),
    [
        ("/", Answered(503), {"page_home": "status_503"}),
        ("/apply", Answered(503), {"page_apply": "status_503"}),
        ("/v1/notices", Answered(0), {"notices": "unreachable"}),
        ("/v1/report-checks", Answered(429), {"check": "status_429"}),
        ("/v1/report-checks", Answered(200, b'{"state": "valid"}'), {"check": "state"}),
        ("/v1/report-checks", Answered(200, b"<html>"), {"check": "unreadable"}),
        ("/v1/report-checks", Answered(200, b"[]"), {"check": "unreadable"}),
        ("/v1/applications", Answered(500), {"apply": "status_500"}),
        ("/v1/applications", Answered(202, b"{}"), {"apply": "status_202"}),
        (DISPUTE, Answered(0), {"dispute": "unreachable"}),
        (DISPUTE, Answered(404, b'{"error": {"code": "no_such_route"}}'), {"dispute": "code"}),
        (DISPUTE, Answered(404, b"<html>"), {"dispute": "unreadable"}),
        ("/v1/log/head", Answered(404), {"log_head": "status_404"}),
        ("/v1/log/head", Answered(200, b"{}"), {"log_head": "unreadable"}),
    ],
)
def test_a_wrong_answer_is_told_of_its_own_step_and_the_others_are_tried(
    path: str, wrong: Answered, fault: dict[str, str]
) -> None:
    service = Service()
    service.wrong[path] = wrong
    assert faults(canary_of(service)) == fault
    assert len(service.asked) == len(PAGES) + 5


def test_a_head_that_is_not_signed_by_its_key_or_too_old_is_told() -> None:
    service = Service()
    head = latest_head(service.store)
    forged = replace(head, head=replace(head.head, size=head.head.size + 1))
    service.wrong["/v1/log/head"] = answer(forged.as_dict())
    assert faults(canary_of(service)) == {"log_head": "signature"}
    service.wrong["/v1/log/head"] = answer(replace(head, certificates=()).as_dict())
    assert faults(canary_of(service)) == {"log_head": "signature"}
    del service.wrong["/v1/log/head"]
    assert faults(canary_of(service), NOW + timedelta(hours=25)) == {}
    assert faults(canary_of(service), NOW + timedelta(hours=27)) == {"log_head": "age"}
    assert faults(canary_of(service), NOW - timedelta(minutes=6)) == {"log_head": "age"}


def test_a_log_that_grew_is_well_and_one_that_was_cut_or_rewritten_is_told_in_every_round() -> None:
    service = Service()
    canary = canary_of(service)
    assert faults(canary) == {}
    service.log.enter(events(5, start=3), NOW + timedelta(minutes=5))
    assert faults(canary, NOW + timedelta(minutes=5)) == {}
    assert ("GET", "/v1/log/consistency?first=3&second=8") in service.asked

    service.store, service.log = MemoryReportLog(), None  # type: ignore[assignment]
    shorter = ReportLog(service.store, lambda: signer()[0])
    shorter.enter(events(4), NOW + timedelta(minutes=10))
    assert faults(canary, NOW + timedelta(minutes=10)) == {"log_head": "shrunk"}
    shorter.enter(events(9, start=20), NOW + timedelta(minutes=15))
    for _ in range(2):
        assert faults(canary, NOW + timedelta(minutes=15)) == {"log_head": "rewritten"}


@pytest.fixture
def server() -> Iterator[str]:
    """A server on this machine that echoes what it is asked."""

    class Echo(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send(302 if self.path == "/moved" else 200, self.path.encode())

        def do_POST(self) -> None:
            self._send(200, self.rfile.read(int(self.headers["Content-Length"])))

        def _send(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Location", "/")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    Thread(target=listening.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{listening.server_port}/stage"
    listening.shutdown()
    listening.server_close()


def test_the_network_is_asked_below_the_services_address_and_silence_is_no_exception(server: str) -> None:
    face = HttpPublicFace(server)
    assert face.get("/check") == Answered(200, b"/stage/check")
    assert face.post("/v1/report-checks", {"sha256": "00"}) == Answered(200, b'{"sha256": "00"}')
    assert HttpPublicFace(server.removesuffix("/stage")).get("/moved").status == 302
    assert HttpPublicFace("http://127.0.0.1:9").get("/") == Answered(0)
