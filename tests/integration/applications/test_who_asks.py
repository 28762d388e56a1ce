"""Who may do what: every route of an applicant by every kind of caller, over one table; each cell is a test."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from random import Random
from typing import Any

import pytest

from degree_auth.domain.cases.events import Event, EventType
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.reports.share import NameShown, Share
from degree_auth.services.reports.shares import share_digest
from degree_auth.wiring import accounts
from degree_auth.wiring.reports import shares
from tests.doubles.applicant_desk import BASE, Answer, Desk, desk_over, signed, signed_delivery
from tests.doubles.interleaved import Ports
from tests.doubles.world import World
from tests.samples.api_document import DOCUMENT
from tests.samples.claims import award, body_of
from tools.platform_words import as_platform

pytestmark = pytest.mark.requirement("A1", "A10", "N4")

OWN = "/v1/applications/{case_number}"
DISAVOWAL = "/v1/me/applications/{case_number}/disavowal"
NOWHERE = "RZ2026112300000000"
HERE = {"origin": "https://api.example.org"}
ROUTES: dict[str, tuple[str, str, object]] = {
    "sign in": ("GET", "/sign-in", None),
    "come back": ("GET", "/sign-in/callback", None),
    "submit": ("POST", "/v1/applications", None),
    "deliver": ("POST", "/v1/platform/applications", None),
    "deliver all": ("POST", "/v1/platform/deliveries", None),
    "me": ("GET", "/v1/me", None),
    "my cases": ("GET", "/v1/me/applications", None),
    "sign out": ("DELETE", "/v1/me/session", None),
    "disavow": ("POST", DISAVOWAL, {"reason": "不是我申请的"}),
    "take back": ("DELETE", DISAVOWAL, None),
    "follow": ("GET", OWN, None),
    "attach": ("POST", f"{OWN}/attachments", {"kind": "supplement", "content_type": "image/png", "size": 10}),
    "evidence": ("POST", f"{OWN}/attachments", {"kind": "evidence", "content_type": "image/png", "size": 10}),
    "urgency": ("POST", f"{OWN}/urgency", {"reason": "入学报到在即"}),
    "supplement": ("POST", f"{OWN}/supplements", {}),
    "dispute": ("POST", f"{OWN}/disputes", {"reason": "与证书不符", "evidence": ["0" * 32]}),
    "report": ("GET", f"{OWN}/report", None),
    "viewers": ("GET", f"{OWN}/readings", None),
    "told": ("GET", f"{OWN}/notifications", None),
    "tell": ("PUT", f"{OWN}/notifications", {"switched_off": [], "language": "zh"}),
    "ask code": ("POST", f"{OWN}/notifications/codes", {"channel": "mail"}),
    "enter code": ("POST", f"{OWN}/notifications/proofs", {"channel": "mail", "code": "000000"}),
    "shares": ("GET", f"{OWN}/shares", None),
    "share": ("POST", f"{OWN}/shares", {"fields": ["level"], "name": "masked", "days": 7, "views": 3}),
    "unshare": ("DELETE", f"{OWN}/shares/{{share_id}}", None),
    "view share": ("POST", "/v1/report-shares", {"token": "A" * 43}),
    "renew link": ("PUT", f"{OWN}/link", None),
    "revoke link": ("DELETE", f"{OWN}/link", None),
    "withdraw": ("POST", f"{OWN}/withdrawal", None),
}

# What a caller who may is answered: of some, the state of a new case refuses them, once it is clear who asks.
YES: dict[str, tuple[int, str | None]] = {
    "sign in": (302, None),
    "submit": (202, None),
    "deliver": (202, None),
    "deliver all": (207, None),
    "me": (200, None),
    "my cases": (200, None),
    "sign out": (204, None),
    "disavow": (200, None),
    "take back": (409, "case_not_frozen"),
    "follow": (200, None),
    "attach": (201, None),
    "evidence": (201, None),
    "urgency": (200, None),
    "supplement": (409, "nothing_was_asked"),
    "dispute": (409, "case_not_concluded"),
    "report": (404, "report_not_issued"),
    "viewers": (200, None),
    "told": (200, None),
    "tell": (200, None),
    "ask code": (202, None),
    "enter code": (409, "code_void"),
    "shares": (200, None),
    "share": (404, "report_not_issued"),
    "unshare": (404, "not_found"),
    "view share": (404, "share_unknown"),
    "renew link": (200, None),
    "revoke link": (204, None),
    "withdraw": (200, None),
}
OTHERWISE: dict[str, tuple[int, str | None]] = {
    "nobody": (401, "access_token_missing"),
    "ended": (401, "session_ended"),
    "nothing": (404, "not_found"),
    "not self": (403, "not_the_holder"),
    "elsewhere": (403, "other_origin"),
    "unsigned": (401, "signature_invalid"),
    "proves no": (401, "sign_in_not_proven"),
    # Of a case whose applicant signed in, a link shows and supplies; of any other it stands for the applicant.
    "not shared": (403, "holder_must_sign_in"),
    # An application of somebody unproven: taken, and nothing is compared.
    "unproven": (202, None),
}

# A browser has the cookie of a session; a foreign page makes it send a request. The platform signs what it sends.
MATRIX = """
             | holder    | browser   | foreign   | other     | other's   | no        | link      | void      | made-up   | platform
             |           |           | page      | person    | browser   | credential|           | link      | token     |
 sign in     | yes       | yes       | yes       | yes       | yes       | yes       | yes       | yes       | yes       | yes
 come back   | proves no | proves no | proves no | proves no | proves no | proves no | proves no | proves no | proves no | proves no
 submit      | yes       | yes       | elsewhere | not self  | not self  | unproven  | ended     | ended     | ended     | unproven
 deliver     | unsigned  | unsigned  | unsigned  | unsigned  | unsigned  | unsigned  | unsigned  | unsigned  | unsigned  | yes
 deliver all | unsigned  | unsigned  | unsigned  | unsigned  | unsigned  | unsigned  | unsigned  | unsigned  | unsigned  | yes
 me          | yes       | yes       | yes       | yes       | yes       | nobody    | ended     | ended     | ended     | nobody
 my cases    | yes       | yes       | yes       | yes       | yes       | nobody    | ended     | ended     | ended     | nobody
 sign out    | yes       | yes       | elsewhere | yes       | yes       | nobody    | yes       | yes       | yes       | nobody
 disavow     | yes       | yes       | elsewhere | nothing   | nothing   | nobody    | ended     | ended     | ended     | nobody
 take back   | yes       | yes       | elsewhere | nothing   | nothing   | nobody    | ended     | ended     | ended     | nobody
 follow      | yes       | yes       | yes       | nothing   | nothing   | nobody    | yes       | nothing   | nothing   | nobody
 attach      | yes       | yes       | elsewhere | nothing   | nothing   | nobody    | yes       | nothing   | nothing   | nobody
 evidence    | yes       | yes       | elsewhere | nothing   | nothing   | nobody    | not shared| nothing   | nothing   | nobody
 urgency     | yes       | yes       | elsewhere | nothing   | nothing   | nobody    | not shared| nothing   | nothing   | nobody
 supplement  | yes       | yes       | elsewhere | nothing   | nothing   | nobody    | yes       | nothing   | nothing   | nobody
 dispute     | yes       | yes       | elsewhere | nothing   | nothing   | nobody    | not shared| nothing   | nothing   | nobody
 report      | yes       | yes       | yes       | nothing   | nothing   | nobody    | yes       | nothing   | nothing   | nobody
 viewers     | yes       | yes       | yes       | nothing   | nothing   | nobody    | not shared| nothing   | nothing   | nobody
 told        | yes       | yes       | yes       | nothing   | nothing   | nobody    | not shared| nothing   | nothing   | nobody
 tell        | yes       | yes       | elsewhere | nothing   | nothing   | nobody    | not shared| nothing   | nothing   | nobody
 ask code    | yes       | yes       | elsewhere | nothing   | nothing   | nobody    | not shared| nothing   | nothing   | nobody
 enter code  | yes       | yes       | elsewhere | nothing   | nothing   | nobody    | not shared| nothing   | nothing   | nobody
 shares      | yes       | yes       | yes       | nothing   | nothing   | nobody    | not shared| nothing   | nothing   | nobody
 share       | yes       | yes       | elsewhere | nothing   | nothing   | nobody    | not shared| nothing   | nothing   | nobody
 unshare     | yes       | yes       | elsewhere | nothing   | nothing   | nobody    | not shared| nothing   | nothing   | nobody
 view share  | yes       | yes       | yes       | yes       | yes       | yes       | yes       | yes       | yes       | yes
 renew link  | yes       | yes       | elsewhere | nothing   | nothing   | nobody    | not shared| nothing   | nothing   | nobody
 revoke link | yes       | yes       | elsewhere | nothing   | nothing   | nobody    | not shared| nothing   | nothing   | nobody
 withdraw    | yes       | yes       | elsewhere | nothing   | nothing   | nobody    | not shared| nothing   | nothing   | nobody
"""  # noqa: E501 -- a table


@dataclass(frozen=True)
class Made:
    """A case, what was submitted, and what the submitter was answered."""

    body: dict[str, Any]
    answer: dict[str, Any]

    @property
    def number(self) -> str:
        return str(self.answer["case_number"])


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def cookie(token: str) -> dict[str, str]:
    return {"cookie": f"other=1; __Host-applicant={token}", **HERE}


def revoked(desk: Desk, made: Made) -> dict[str, str]:
    link, session = bearer(made.answer["access_token"]), bearer(desk.session(made.body))
    assert desk.ask("DELETE", f"{OWN}/link", headers=session, number=made.number).status == 204
    return link


PEOPLE = count(1)
"""Each test has people of its own."""


def somebody() -> dict[str, Any]:
    """An application of somebody who has never applied; the register holds nobody."""
    which = next(PEOPLE)
    return body_of(award(Random(which), which))


CALLERS: dict[str, Callable[[Desk, Made], dict[str, str]]] = {
    "holder": lambda desk, made: bearer(desk.session(made.body)),
    "browser": lambda desk, made: cookie(desk.session(made.body)),
    "foreign page": lambda desk, made: cookie(desk.session(made.body)) | {"origin": "https://evil.example.org"},
    "other person": lambda desk, _: bearer(desk.session(somebody())),
    "other's browser": lambda desk, _: cookie(desk.session(somebody())),
    "no credential": lambda *_: {},
    "link": lambda _, made: bearer(made.answer["access_token"]),
    "void link": revoked,
    "made-up token": lambda _, made: bearer(made.answer["access_token"][:-1] + "_"),
    "platform": lambda _, made: signed(made.body)[1],
}


def cells() -> Iterator[tuple[str, str, str]]:
    """Route, caller and what is expected, of each cell of the matrix."""
    first, second, *rows = [[cell.strip() for cell in line.split("|")] for line in MATRIX.strip("\n").splitlines()]
    callers = [" ".join(filter(None, pair)) for pair in zip(first, second, strict=False)][1:]
    callers = [*callers, *first[1 + len(callers) :]]
    for route, *expected in rows:
        yield from ((route, caller, one) for caller, one in zip(callers, expected, strict=True))


CELLS = list(cells())
# A case may have been made by any of three.
EVERY_CELL = [
    (*cell, by)
    for cell in CELLS
    for by in ("holder", "platform", "nobody")
    if by == "holder" or "{" in ROUTES[cell[0]][1]
]


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with desk_over(World()) as opened:
        yield opened


def made_by(desk: Desk, by: str) -> Made:
    body = somebody()
    if by == "platform":
        return Made(body, desk.delivered(body, message_id=f"msg_{next(PEOPLE)}").body)
    credential = bearer(desk.session(body)) if by == "holder" else {}
    return Made(body, desk.ask("POST", "/v1/applications", body, credential).body)


def asked(desk: Desk, route: str, made: Made, credential: dict[str, str], number: str = "") -> Answer:
    method, path, sent = ROUTES[route]
    raw = ""
    if route in ("submit", "deliver", "deliver all"):
        # The same person's next application.
        sent = {**made.body, "contact": {**made.body["contact"], "email": f"{next(PEOPLE)}@example.org"}}
    if route == "deliver":
        raw, headers = signed(sent, message_id=f"msg_{next(PEOPLE)}")
    if route == "deliver all":
        raw, headers = signed_delivery([as_platform(sent)], message_id=f"msg_{next(PEOPLE)}")
    if raw:
        credential = {**credential, **(headers if "webhook-id" in credential else {})}
    return desk.ask(method, path, sent, credential, number=(number or made.number) if "{" in path else "", raw=raw)


def test_the_matrix_has_every_route_of_an_applicant_and_every_caller(desk: Desk) -> None:
    routes = {(method, path) for app in desk.apps for path, methods in app.routes.items() for method in methods}
    assert {ROUTES[route][:2] for route in ROUTES} == routes | {ROUTES["view share"][:2]}
    assert {(route, caller) for route, caller, _ in CELLS} == {
        (route, caller) for route in ROUTES for caller in CALLERS
    }
    assert len(CELLS) == len(ROUTES) * len(CALLERS)


@pytest.mark.parametrize(("route", "caller", "expected", "by"), EVERY_CELL)
def test_a_cell_of_the_matrix(desk: Desk, route: str, caller: str, expected: str, by: str) -> None:
    made = made_by(desk, by)
    credential = CALLERS[caller](desk, made)
    if expected == "not shared" and by != "holder":
        expected = "yes"
    answer = asked(desk, route, made, credential)
    assert (answer.status, answer.code) == (OTHERWISE.get(expected) or YES[route])
    assert answer.headers["cache-control"] == "no-store"
    if expected == "nothing":
        # Somebody else's case and no case look alike.
        unknown = asked(desk, route, made, credential, NOWHERE)
        assert (unknown.status, unknown.text) == (answer.status, answer.text)
    if route == "submit" and answer.status == 202:
        assert (answer.body["proven_by"] is None) == (expected == "unproven")
    if expected != "yes":
        # Nothing has happened.
        after = desk.ask("GET", OWN, headers=bearer(desk.session(made.body)), number=made.number).body
        assert (after["stage"], after["urgency_request"], after["attachments"]) == (made.answer["stage"], None, [])


def shared_result(world: World, made: Made, views: int) -> dict[str, str]:
    """The result of a case, shared by a link; what is sent to look at it."""
    report = world.drive(made.number).report
    assert report is not None
    token = "A" * 43
    sealed = shares.box().seal(token, json.dumps({"holder_name": "张**", "level": "bachelor"}))
    ends_at = world.now + timedelta(days=7)
    shared = Share("1" * 32, report.report_number, ("level",), NameShown.MASKED, world.now, ends_at, views, sealed)
    shares.table().add(made.number, 0, None, shared, share_digest(world.keyring, token))
    return {"token": token}


def test_a_shared_result_is_shown_alike_to_whoever_has_its_link_and_uses_up_a_view() -> None:
    world = World()
    with desk_over(world) as desk:
        body = world.body()
        credential = bearer(desk.session(body))
        made = Made(body, desk.ask("POST", "/v1/applications", body, credential).body)
        asked_with = shared_result(world, made, len(CALLERS))
        seen = [
            desk.ask("POST", "/v1/report-shares", asked_with, CALLERS[caller](desk, made)).body for caller in CALLERS
        ]
        assert [one.pop("views_left") for one in seen] == list(reversed(range(len(CALLERS))))
        assert all(one == seen[0] for one in seen)
        assert desk.ask("POST", "/v1/report-shares", asked_with).status == 404


def test_a_result_that_an_impostor_shared_is_shown_to_nobody_once_the_holder_disavows_the_case() -> None:
    world = World()
    with desk_over(world) as desk:
        body = world.body()
        made = Made(body, desk.delivered(body).body)
        asked_with, session = shared_result(world, made, 9), bearer(desk.session(body))
        assert desk.ask("POST", "/v1/report-shares", asked_with).status == 200
        assert asked(desk, "disavow", made, session).status == 200
        assert desk.ask("POST", "/v1/report-shares", asked_with).status == 404
        assert asked(desk, "take back", made, session).status == 200
        assert desk.ask("POST", "/v1/report-shares", asked_with).status == 404


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_what_a_browser_says_of_the_sender_counts_before_the_origin(desk: Desk, site: str) -> None:
    """A page under the same domain is another origin, and no person's address bar sends a change."""
    made = made_by(desk, "holder")
    sent_by = {**cookie(desk.session(made.body)), "sec-fetch-site": site}
    assert asked(desk, "withdraw", made, sent_by).code == "other_origin"
    sent_by["sec-fetch-site"] = "same-origin"
    del sent_by["origin"]
    assert asked(desk, "withdraw", made, sent_by).status == 200


def test_a_cookie_without_a_word_of_its_sender_changes_nothing(desk: Desk) -> None:
    made = made_by(desk, "holder")
    silent = {"cookie": f"__Host-applicant={desk.session(made.body)}"}
    assert asked(desk, "withdraw", made, silent).code == "other_origin"
    # A neighbour under the same domain can set a cookie for the whole domain, but none of this name.
    tossed = {"cookie": f"applicant={desk.session(made.body)}", **HERE}
    assert asked(desk, "withdraw", made, tossed).code == "access_token_missing"


def test_a_renewed_link_opens_the_case_and_the_former_one_does_not(desk: Desk) -> None:
    made = made_by(desk, "nobody")
    former = bearer(made.answer["access_token"])
    renewed = asked(desk, "renew link", made, former).body["access_token"]
    assert asked(desk, "follow", made, former).status == 404
    assert asked(desk, "follow", made, bearer(renewed)).status == 200


WRITES = sorted(name for name, (method, path, _) in ROUTES.items() if path.startswith(OWN) and method != "GET")


@pytest.mark.requirement("N1")
@pytest.mark.parametrize("route", WRITES)
@pytest.mark.parametrize("by", ["holder", "platform", "nobody"])
def test_a_link_that_is_revoked_while_it_is_used_does_nothing_afterwards(route: str, by: str) -> None:
    """The holder revokes it before any call that the command makes to a port: the command came first, or not at all."""
    world = World()
    with desk_over(world) as desk:
        at, reached = 1, True
        while reached:
            made = returned(world, made_by(desk, by)) if route == "supplement" else made_by(desk, by)
            link, session = bearer(made.answer["access_token"]), bearer(desk.session(made.body))
            detached = []

            def revoke() -> None:
                detached[0]()  # noqa: B023
                assert desk.ask("DELETE", f"{OWN}/link", headers=session, number=made.number).status == 204  # noqa: B023
                detached[0] = ports.attach(world)  # noqa: B023

            ports = Ports(at, revoke)
            detached.append(ports.attach(world))
            answer = asked(desk, route, made, link)
            detached[0]()
            reached, at = ports.made >= at, at + 1
            log = [one.type for one in world.cases.log(made.number)]
            if EventType.ACCESS_LINK_REVOKED in log:
                assert log[-1] is EventType.ACCESS_LINK_REVOKED, (ports.at, log)
            assert answer.status in (200, 201, 204, 404, YES[route][0], 403)
        assert at > 3


def returned(world: World, made: Made) -> Made:
    """The case, asked by a reviewer for a file that is there already."""
    case = world.cases.load(made.number)
    if case.stage is Stage.RECEIVED:
        case = world.drive(made.number)
    world.staff("return_to_applicant", case, command="return", reason="请补充", fields=["certificate_scan"])
    world.attach(case)
    return made


@pytest.mark.requirement("N1", "N4")
def test_a_link_that_is_revoked_while_it_reads_is_shown_nothing() -> None:
    world = World()
    with desk_over(world) as desk:
        made = made_by(desk, "holder")
        log, session = world.cases.log, bearer(desk.session(made.body))

        def revoked_first(number: str) -> list[Event]:
            world.cases.log = log  # type: ignore[method-assign]
            assert desk.ask("DELETE", f"{OWN}/link", headers=session, number=number).status == 204
            return log(number)

        world.cases.log = revoked_first  # type: ignore[method-assign]
        assert asked(desk, "follow", made, bearer(made.answer["access_token"])).status == 404


@pytest.mark.requirement("N1", "N4")
def test_who_is_no_longer_the_holder_when_a_command_is_decided_does_nothing() -> None:
    """A claim that comes to name somebody else between the look and the decision."""
    world = World()
    with desk_over(world) as desk:
        made = returned(world, made_by(desk, "platform"))
        session, victim = bearer(desk.session(made.body)), somebody()

        def changed() -> None:
            world.cases.before_commit = lambda: None
            world.own_case_commands.supplement(
                made.number, {"holder": victim["holder"], "degree": victim["degree"]}, world.now
            )

        world.cases.before_commit = changed
        assert asked(desk, "withdraw", made, session).status == 404
        assert world.cases.load(made.number).stage is Stage.IDENTITY_REVIEW


@pytest.mark.parametrize("by", ["holder", "platform", "nobody"])
def test_actions_are_told_to_whoever_may_ask_for_them(desk: Desk, by: str) -> None:
    made = made_by(desk, by)
    told = asked(desk, "follow", made, bearer(made.answer["access_token"])).body["allowed_actions"]
    every = asked(desk, "follow", made, bearer(desk.session(made.body))).body["allowed_actions"]
    assert every == ["attachments", "urgency", "withdrawal"]
    assert told == (["attachments"] if by == "holder" else every)


UNMOVED: dict[str, tuple[int, str | None]] = {
    "follow": (200, None),
    "viewers": (200, None),
    "revoke link": (204, None),
    # What ends a link or lists those that are there moves nothing; here there is none.
    "shares": (200, None),
    "unshare": (404, "not_found"),
}
"""What a holder is answered of a frozen case where nothing would move."""


def test_a_frozen_case_is_shown_to_its_holder_and_no_route_of_it_moves_it(desk: Desk) -> None:
    made = made_by(desk, "platform")
    link, session = bearer(made.answer["access_token"]), bearer(desk.session(made.body))
    frozen = asked(desk, "disavow", made, session)
    assert (frozen.status, frozen.body["stage"], frozen.body["allowed_actions"]) == (200, "frozen", ["take_back"])
    assert asked(desk, "disavow", made, session).text == frozen.text
    timeline = asked(desk, "follow", made, session).body["timeline"]
    for route in (name for name, (_, path, _) in ROUTES.items() if path.startswith(OWN)):
        told = asked(desk, route, made, link)
        # The link is told what a link is told that never was one.
        assert (told.status, told.text) == (404, asked(desk, route, made, link, NOWHERE).text), route
        answer = asked(desk, route, made, session)
        shown = UNMOVED.get(route, (409, "case_frozen"))
        assert (answer.status, answer.code) == shown, route
    assert asked(desk, "follow", made, session).body["timeline"] == timeline
    assert asked(desk, "take back", made, session).body["stage"] == made.answer["stage"]
    assert asked(desk, "follow", made, link).status == 404


@pytest.mark.parametrize(
    ("sent", "status"), [({}, 422), ({"reason": ""}, 422), ({"reason": "x", "by": "y"}, 422), ([], 400)]
)
def test_what_is_wrong_with_a_disavowal_is_told_to_the_holder_alone(desk: Desk, sent: object, status: int) -> None:
    made, other = made_by(desk, "platform"), somebody()
    for body, expected in ((made.body, status), (other, 404)):
        session = bearer(desk.session(body))
        assert desk.ask("POST", DISAVOWAL, sent, session, number=made.number).status == expected
    after = desk.ask("GET", OWN, headers=bearer(desk.session(made.body)), number=made.number).body
    assert after["stage"] == made.answer["stage"]


def test_a_person_lists_the_cases_that_name_them_whoever_made_them_and_no_others(desk: Desk) -> None:
    body = somebody()
    made = {
        desk.ask("POST", "/v1/applications", body, bearer(desk.session(body))).body["case_number"]: "identity_provider",
        desk.ask("POST", "/v1/applications", body).body["case_number"]: None,
        desk.delivered({**body, "contact": {**body["contact"], "email": "another@example.org"}}).body["case_number"]: (
            "public_security"
        ),
    }
    made_by(desk, "holder")
    listed = desk.ask("GET", "/v1/me/applications", headers=bearer(desk.session(body))).body["applications"]
    assert {one["case_number"]: one["proven_by"] for one in listed} == made
    # What is asked of the person is said, whoever made the case.
    assert [one["case_number"] for one in listed if not one["asks_applicant"]] == []


@pytest.mark.parametrize("proven_by", ["platform", "public_security", "immigration", "bank", "certificate_authority"])
def test_platform_and_applicant_are_told_the_same_of_by_whose_authority_it_is(desk: Desk, proven_by: str) -> None:
    body = somebody()
    told = desk.delivered(body, proven_by).body
    session = bearer(desk.session(body))
    again = desk.delivered(body, proven_by, "msg_2").body
    status = desk.ask("GET", OWN, headers=session, number=told["case_number"]).body
    (listed,) = desk.ask("GET", "/v1/me/applications", headers=session).body["applications"]
    assert (again["case_number"], again["access_token"]) == (told["case_number"], None)
    answers = [(one["proven_by"], one["proven_by_name"]) for one in (told, again, status, listed)]
    assert answers == [(proven_by, told["proven_by_name"])] * 4
    # The same application by the person is another case: of this one, somebody else may have the link.
    own = desk.ask("POST", "/v1/applications", body, session).body
    assert own["case_number"] != told["case_number"]
    assert (own["proven_by"], own["access_token"] is not None) == ("identity_provider", True)


@pytest.mark.parametrize("wrong", ["reviewer", "identity_provider", "somebody", "", None, 1])
def test_a_delivery_that_does_not_say_who_proved_its_user_is_refused(desk: Desk, wrong: Any) -> None:
    refused = desk.delivered(somebody(), wrong)
    assert refused.status == 422
    assert [one["field"] for one in refused.body["error"]["details"]] == ["proven_by"]


def test_a_session_that_is_none_is_never_taken_for_nobody(desk: Desk) -> None:
    """Whoever believes to be signed in is not silently an unproven applicant."""
    refused = desk.ask("POST", "/v1/applications", somebody(), cookie("made-up"))
    assert (refused.status, refused.code) == (401, "session_ended")


# Signing in: what OWASP asks of it.


def begun(desk: Desk, accept: str = "*/*", **query: str) -> tuple[dict[str, str], str]:
    """A sign-in under way: the cookie that the browser has, and the provider's address."""
    answer = desk.ask("GET", "/sign-in", headers={"accept": accept}, query=query)
    return {"cookie": answer.headers["set-cookie"].partition(";")[0]}, answer.headers["location"]


def came_back(desk: Desk, kept: dict[str, str], query: dict[str, str], accept: str = "*/*") -> Answer:
    return desk.ask("GET", "/sign-in/callback", headers={**kept, "accept": accept}, query=query)


def person(body: dict[str, Any]) -> dict[str, str]:
    return {name: body["holder"][name] for name in ("name", "identity_type", "identity_number")}


def test_cookies_are_the_hosts_own_and_out_of_reach_of_scripts_other_sites_and_plain_http(desk: Desk) -> None:
    kept, address = begun(desk)
    opened = came_back(desk, kept, desk.provider.signed_in(address, person(somebody())))
    flags = "Path=/; Max-Age={}; HttpOnly; SameSite={}; Secure"
    assert kept["cookie"].startswith("__Host-sign-in=")
    name, _, told = opened.headers["set-cookie"].partition("; ")
    assert (name.partition("=")[0], told) == ("__Host-applicant", flags.format(3600, "Strict"))
    begun_again = desk.ask("GET", "/sign-in")
    assert begun_again.headers["set-cookie"].partition("; ")[2] == flags.format(600, "Lax")
    token = name.partition("=")[2]
    ended = desk.ask("DELETE", "/v1/me/session", headers=cookie(token))
    assert ended.headers["set-cookie"] == f"__Host-applicant=; {flags.format(0, 'Strict')}"
    assert desk.ask("GET", "/v1/me", headers=cookie(token)).code == "session_ended"
    for answer in (opened, begun_again):
        # Neither code nor state is told to where the browser goes next, nor kept anywhere.
        assert (answer.headers["referrer-policy"], answer.headers["cache-control"]) == ("no-referrer", "no-store")


def test_a_sign_in_is_good_once_and_in_the_browser_that_began_it(desk: Desk) -> None:
    """Nobody is signed in as somebody else by an address that is slipped to them (login CSRF)."""
    mine, address = begun(desk)
    victim, _ = begun(desk)
    for browser in (victim, {}, {"cookie": "sign-in=" + mine["cookie"].partition("=")[2]}):
        query = desk.provider.signed_in(begun(desk)[1], person(somebody()))
        assert came_back(desk, browser, query).code == "sign_in_over"
    query = desk.provider.signed_in(address, person(somebody()))
    assert came_back(desk, mine, query).status == 302
    assert came_back(desk, mine, query).code == "sign_in_over"


def test_a_session_is_drawn_anew_whatever_the_browser_had_before(desk: Desk) -> None:
    """A token that somebody planted never becomes a session (session fixation)."""
    planted = {"cookie": "__Host-applicant=planted"}
    kept, address = begun(desk)
    both = {"cookie": f"{kept['cookie']}; {planted['cookie']}"}
    opened = came_back(desk, both, desk.provider.signed_in(address, person(somebody())))
    assert "planted" not in opened.headers["set-cookie"]
    assert desk.ask("GET", "/v1/me", headers=planted).code == "session_ended"


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example.org", "//evil.example.org", "/\\evil.example.org", "my@evil.example.org", "my/../x", ""],
)
def test_a_sign_in_leads_to_pages_of_this_origin_alone(desk: Desk, wanted: str) -> None:
    assert desk.ask("GET", "/sign-in", query={"to": wanted}).status == 422


@pytest.mark.parametrize("page", ["my", "apply", "case", "check"])
def test_a_sign_in_leads_back_to_the_page_that_was_left_and_names_no_token_in_an_address(desk: Desk, page: str) -> None:
    kept, address = begun(desk, to=page)
    opened = came_back(desk, kept, desk.provider.signed_in(address, person(somebody())))
    assert opened.headers["location"] == f"{BASE}/{page}"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"error": "access_denied", "state": "s"}, "sign_in_not_proven"),
        ({"code": "c", "state": "s"}, "sign_in_over"),
        ({}, "sign_in_not_proven"),
    ],
)
def test_a_browser_that_is_refused_is_led_to_a_page_and_a_program_is_told_in_json(
    desk: Desk, query: dict[str, str], code: str
) -> None:
    led = came_back(desk, {}, query, "text/html,application/xhtml+xml,*/*;q=0.8")
    assert (led.status, led.headers["location"]) == (303, f"{BASE}/my#refused={code}")
    assert "set-cookie" not in led.headers
    told = came_back(desk, {}, query, "application/json")
    assert (told.status, told.code) == (401, code)


def test_whoever_the_provider_cannot_name_is_led_to_a_page_that_says_so(desk: Desk) -> None:
    kept, address = begun(desk)
    query = desk.provider.signed_in(address, {"name": "某人"})
    assert came_back(desk, kept, query, "text/html").headers["location"] == f"{BASE}/my#refused=identity_not_proven"


def test_no_token_and_no_person_is_kept_in_the_clear(desk: Desk) -> None:
    body = somebody()
    kept, address = begun(desk)
    opened = came_back(desk, kept, desk.provider.signed_in(address, person(body)))
    token = opened.headers["set-cookie"].partition("=")[2].partition(";")[0]
    table = accounts.applicant_table()
    items = str((table.sign_ins, table.sessions))
    secrets = (token, kept["cookie"].partition("=")[2], *person(body).values())
    assert [secret for secret in secrets if len(secret) > 2 and secret in items and secret not in ("passport",)] == []


def test_every_route_of_the_matrix_is_described(desk: Desk) -> None:
    for method, path, _ in ROUTES.values():
        assert method.lower() in DOCUMENT["paths"][path]
