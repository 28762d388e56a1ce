"""What sign-in, session and bounds add to a matched case: calls, units, price and time, as ratios to the same without.

Both run in turn in this process, by the real handlers against the emulator, as `matched_case` runs them. Without means:
who applies is known without a session, and nothing is written by which a person is found or bounded. The sign-in itself
is two requests of its own; the worst is one for each case.
"""

from __future__ import annotations

import os
import statistics
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import requests

from bench import capacity, matched_case
from bench.case_figures import median_of, seconds_of
from bench.figure import Baseline, Figure, Measurement, Run
from bench.prices import price
from bench.recording import Recorder, Tally, configure, handler, memory_sizes, request
from bench.submission import fresh_bodies
from bench.three_tasks import three_tasks
from degree_auth.adapters.shared.dynamo import Writes
from degree_auth.domain.applications.person import ProvenPerson, TokenFields, read_person
from degree_auth.wiring import accounts, shared
from tools.build_layers import Target
from tools.clock import now_of
from tools.environment import LAYERS
from tools.identity_provider import CLAIMS, CLIENT_ID

ROUNDS = 9
_SECONDS = 60
_OF_PERSONS = ("holder#", "count#", "open#")
_SIGN_IN = {"applicant_sign_in": "ApplicantSignInFunction"}
_TRANSITIONS = 2  # of issuance: the same with and without


def measure(run: Run, rounds: int = ROUNDS) -> list[Figure]:
    """Figures of the median case with, each against the median case without; and of a sign-in."""
    sys.path.append(str(LAYERS / "fonts" / "python"))
    bodies, reader = fresh_bodies(Path(run.stack["sample_register"])), run.aws.client("dynamodb")
    with three_tasks(run.aws, f"python{Target.here().python}") as machine:
        _configure(run.stack, machine)
        functions = {name: handler(name) for name in matched_case.FUNCTIONS}
        with_it: list[Tally] = []
        without: list[Tally] = []
        sign_ins: list[Tally] = []
        for turn in range(rounds + 1):
            signed_in = _sign_in(reader, next(bodies)["holder"], now_of(run.aws, run.stack))
            with_it.append(matched_case.matched_case(reader, run.stack, functions, bodies))
            with _nobody_asks_who():
                without.append(matched_case.matched_case(reader, run.stack, functions, bodies))
            sign_ins.append(signed_in)
            if turn == 0:
                # The first of each is cold.
                for tallies in (with_it, without, sign_ins):
                    tallies.clear()
    return _figures(with_it, without, sign_ins)


MEASUREMENT = Measurement(
    chinese="登录、会话与上限使一件比对一致的申请增加多少",
    english="what sign-in, session and bounds add to a matched case",
    measure=measure,
    needs_stack=True,
    quick={"rounds": 1},
)


def _figures(with_it: list[Tally], without: list[Tally], sign_ins: list[Tally]) -> list[Figure]:
    one, other = median_of(with_it), median_of(without)
    used, used_without = (
        matched_case.used_by(tally, tallies, _TRANSITIONS) for tally, tallies in ((one, with_it), (other, without))
    )
    took, took_without = (
        seconds_of(["applicant_api"], tallies)["applicant_api"] * 1000 for tallies in (with_it, without)
    )
    sign_in = median_of(sign_ins)
    paid = _paid_for_a_sign_in(sign_in, sign_ins)
    zh, en = "无登录、会话与上限", "without sign-in, session and bounds"

    def against(name: str, chinese: str, english: str, value: float, before: float, unit: str = "") -> Figure:
        return Figure(name, chinese, english, value, unit, Baseline(zh, en, before))

    both = price(used) + paid
    return [
        against("calls", "AWS 调用", "AWS calls", one.calls.total(), other.calls.total()),
        against("read_units", "读容量单位", "read units", used["read unit"], used_without["read unit"]),
        against("write_units", "写容量单位", "write units", used["write unit"], used_without["write unit"]),
        against("submission_ms", "提交的答复（本机）", "the submission's answer, here", took, took_without, "ms"),
        against("price", "每件价格", "price of a case", price(used), price(used_without), "USD"),
        against(
            "price_and_sign_in",
            "每件价格，每件各登录一次",
            "price, a sign-in for each",
            both,
            price(used_without),
            "USD",
        ),
        Figure("sign_in_calls", "登录一次：AWS 调用", "a sign-in: AWS calls", sign_in.calls.total(), ""),
        Figure("sign_in_ms", "登录一次（本机）", "a sign-in, here", _seconds(sign_ins) * 1000, "ms"),
        Figure("sign_in_price", "登录一次：价格", "a sign-in: price", paid, "USD"),
    ]


@contextmanager
def _nobody_asks_who() -> Iterator[None]:
    """Whoever applies is taken for the holder without a look, and is neither found nor bounded by anything stored."""
    known: list[ProvenPerson] = []

    def sign_in(_: str, holder: Mapping[str, str]) -> str:
        known[:] = [read_person(holder, TokenFields(*CLAIMS), datetime.now(UTC))]
        return "nobody asks"

    class Sessions:
        """Knows who applies."""

        def person(self, _token: str, _now: datetime) -> ProvenPerson:
            return known[0]

    def unless_of_persons(write: Any) -> Any:
        return lambda self, item, *rest, **more: (
            None if item.pk.startswith(_OF_PERSONS) else write(self, item, *rest, **more)
        )

    with (
        patch.object(matched_case, "sign_in", sign_in),
        patch.object(accounts, "applicant_sessions", Sessions),
        patch.object(Writes, "save", unless_of_persons(Writes.save)),
        patch.object(Writes, "update", unless_of_persons(Writes.update)),
    ):
        yield


def _configure(stack: dict[str, Any], machine: str) -> None:
    configure(stack, machine)
    os.environ |= {
        "PUBLIC_URL": stack["api_url"],
        "IDENTITY_ISSUER": stack["identity_provider"],
        "IDENTITY_CLIENT_ID": CLIENT_ID,
        "IDENTITY_SECRET_ID": stack["IdentityClientSecretArn"],
        "IDENTITY_SCOPE": "openid",
        **{f"IDENTITY_{kind}_CLAIM": name for kind, name in zip(("NAME", "TYPE", "NUMBER"), CLAIMS, strict=True)},
    }


def _sign_in(reader: Any, holder: Mapping[str, str], now: datetime) -> Tally:
    """A person signs in: both requests in this process, the provider's own page over HTTP. `now` is the stack's time,
    in which the provider's tokens are good."""
    app = handler("applicant_sign_in").app
    recorder = Recorder(reader, lambda *_: None)
    with patch.object(shared, "now", lambda: now), recorder.recording():
        begun = recorder.run("applicant_sign_in", app, request({}, "/sign-in", method="GET"))
        said = {name: holder[name] for name in CLAIMS}
        proven = requests.post(_header(begun, "Location"), data=said, allow_redirects=False, timeout=_SECONDS)
        back = request({}, "/sign-in/callback", method="GET")
        query = dict(pair.split("=", 1) for pair in proven.headers["Location"].partition("?")[2].split("&"))
        back["multiValueQueryStringParameters"] = {name: [value] for name, value in query.items()}
        back["headers"]["cookie"] = _header(begun, "Set-Cookie").partition(";")[0]
        opened = recorder.run("applicant_sign_in", app, back)
    if opened["statusCode"] != 302:
        raise RuntimeError(opened["body"])
    return recorder.tally


def _header(answer: Mapping[str, Any], name: str) -> str:
    return str(answer["headers"][name])


def _seconds(sign_ins: list[Tally]) -> float:
    return statistics.median(sum(seconds for _, seconds in one.seconds) for one in sign_ins)


def _paid_for_a_sign_in(sign_in: Tally, sign_ins: list[Tally]) -> float:
    """US dollars; what it writes is in no transaction."""
    return price(
        {
            "API request": len(sign_in.seconds),
            "Lambda request": len(sign_in.seconds),
            "Lambda GB-second": _seconds(sign_ins) * memory_sizes(_SIGN_IN)["applicant_sign_in"] / 1024,
            "read unit": sum(capacity.read_units(items, consistent=consistent) for items, consistent in sign_in.reads),
            "write unit": sum(capacity.transaction_write_units(one.item) / 2 for one in sign_in.writes),
        }
    )
