"""What somebody unproven can learn of the register from any answer: nothing, by status, body, length and work done.

One script of requests goes through every route that somebody has who did not sign in, over many registers and with many
guesses. The answers must not differ, nor what was asked of AWS to make them, which stands here for the time they take;
`bench/oracle.py` takes the time itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain
from random import Random
from typing import Any

import boto3
import pytest

from degree_auth.domain.applications.claim import IdentityType
from degree_auth.domain.cases import claim_review
from degree_auth.services.applications import intake
from degree_auth.services.cases.advance import advance
from degree_auth.wiring import cases
from tests.doubles.applicant_desk import NOW, Answer, Desk, desk_over_tables, fill_register
from tests.samples.claims import award, body_of

pytestmark = pytest.mark.requirement("A1", "A2", "N4")

SUBMIT = ("POST", "/v1/applications")
OWN = "/v1/applications/{case_number}"
# A passport's number tells neither sex nor birth date, so that any part of the claim can be guessed by itself.
RECORD, OTHER = (
    replace(award(Random(seed), seed), identity_type=IdentityType.PASSPORT, identity_number=number)
    for seed, number in ((1, "E12345678"), (2, "E12345679"))
)
Script = list[tuple[str, Answer]]
SEEN = ("step", "status", "headers", "body", "length", "calls")


MOST_OPEN = 3
"""Few, so that the script comes beyond the bound soon."""


@pytest.fixture(scope="module", autouse=True)
def _few() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(intake, "MOST_OPEN_CASES", MOST_OPEN)
        yield


@pytest.fixture
def desk() -> Iterator[Desk]:
    with desk_over_tables() as opened:
        yield opened


def unproven(desk: Desk, body: dict[str, Any]) -> Iterator[tuple[str, Answer]]:
    """Everything that somebody unproven can ask with one application, step by step, with the answers."""
    key = {"idempotency-key": "synthetic-key"}
    first = desk.ask(*SUBMIT, body)
    number, link = first.body["case_number"], bearer(first)
    own: dict[str, Any] = {"number": number, "headers": link}
    file = {"content_type": "image/png", "size": 10}
    changed = {"degree": {"discipline": "园艺学"}}
    yield "submit", first
    yield "submit again", desk.ask(*SUBMIT, body)
    yield (
        "submit with a key",
        desk.ask(*SUBMIT, {**body, "contact": {**body["contact"], "email": "b@example.org"}}, key),
    )
    yield (
        "submit with it again",
        desk.ask(*SUBMIT, {**body, "contact": {**body["contact"], "email": "b@example.org"}}, key),
    )
    yield "submit with it other content", desk.ask(*SUBMIT, body, key)
    yield "submit with a fault", desk.ask(*SUBMIT, {**body, "consent": False})
    yield "follow", desk.ask("GET", OWN, **own)
    yield "attach", desk.ask("POST", f"{OWN}/attachments", {"kind": "identity_document", **file}, **own)
    yield "urgency", desk.ask("POST", f"{OWN}/urgency", {"reason": "入学报到在即"}, **own)
    yield "supplement", desk.ask("POST", f"{OWN}/supplements", changed, **own)
    yield "dispute", desk.ask("POST", f"{OWN}/disputes", {"reason": "不符", "evidence": ["0" * 32]}, **own)
    yield "report", desk.ask("GET", f"{OWN}/report", **own)
    yield "credential", desk.ask("GET", f"{OWN}/report", query={"format": "json"}, **own)
    yield "me", desk.ask("GET", "/v1/me", headers=link)
    yield "my cases", desk.ask("GET", "/v1/me/applications", headers=link)
    asked = claim_review.return_to_applicant
    advance(cases.table(), number, lambda case: asked(case, "a", "请更正", ["degree.discipline"], "c"), NOW)
    yield "follow, asked", desk.ask("GET", OWN, **own)
    yield "supplement, asked", desk.ask("POST", f"{OWN}/supplements", changed, **own)
    yield "follow, supplied", desk.ask("GET", OWN, **own)
    renewed = desk.ask("PUT", f"{OWN}/link", **own)
    yield "renew link", renewed
    yield "follow by the former link", desk.ask("GET", OWN, **own)
    own["headers"] = bearer(renewed)
    yield "withdraw", desk.ask("POST", f"{OWN}/withdrawal", **own)
    yield "follow, withdrawn", desk.ask("GET", OWN, **own)
    yield "revoke link", desk.ask("DELETE", f"{OWN}/link", **own)
    yield "follow by no link", desk.ask("GET", OWN, **own)
    yield "submit what was withdrawn", desk.ask(*SUBMIT, body)
    for which in range(MOST_OPEN):
        # Beyond the bound, too.
        more = {**body, "contact": {**body["contact"], "email": f"{which:02}@example.org"}}
        yield f"submit more, {which}", desk.ask(*SUBMIT, more)


def bearer(answer: Answer) -> dict[str, str]:
    return {"authorization": f"Bearer {answer.body['access_token']}"}


def told(script: Script, without: tuple[str, ...] = ()) -> list[tuple[Any, ...]]:
    """What can be seen of each answer, as `SEEN` names it, without some members of the body. Of what is drawn at random
    or signed, the length alone counts."""
    numbers = {answer.body["case_number"] for _, answer in script if "case_number" in answer.body}
    tokens = {answer.body["access_token"] for _, answer in script if answer.body.get("access_token")}
    ids = {answer.body["attachment_id"] for _, answer in script if "attachment_id" in answer.body}
    seen = []
    for step, answer in script:
        text = json.dumps({name: one for name, one in answer.body.items() if name not in without}, ensure_ascii=False)
        for drawn in (*numbers, *tokens, *ids, *re.findall(r"\?X-Amz-[^\"]+", text)):
            text = text.replace(drawn, f"<{len(drawn)}>")
        seen.append((step, answer.status, answer.headers, text, len(text), answer.calls))
    return seen


def differences(one: list[tuple[Any, ...]], other: list[tuple[Any, ...]]) -> list[tuple[Any, Any]]:
    return [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]]


def signed_in(desk: Desk, body: dict[str, Any], **degree: Any) -> dict[str, Any]:
    """What the holder is answered who signed in."""
    token = {"authorization": f"Bearer {desk.session(body)}"}
    mine = {
        **body,
        "degree": {**body["degree"], **degree},
        "contact": {**body["contact"], "email": "holder@example.org"},
    }
    answer = desk.ask(*SUBMIT, mine, token)
    assert answer.status == 202, answer.text
    return answer.body


def in_register(*records: Any) -> Callable[[Desk], None]:
    return lambda _: fill_register(*records)


def with_the_holders_cases(desk: Desk) -> None:
    """The holder has a case that matched, and one that did not."""
    fill_register(RECORD)
    assert signed_in(desk, body_of(RECORD))["comparison"]["result"] == "matched"
    assert signed_in(desk, body_of(RECORD), discipline="园艺学")["comparison"]["result"] == "mismatched"


def out_of_order(_: Desk) -> None:
    boto3.client("dynamodb").delete_table(TableName="register")


REGISTERS: dict[str, Callable[[Desk], None]] = {
    "everything as claimed": in_register(RECORD),
    "nobody": in_register(),
    "somebody else": in_register(OTHER),
    "the number of another": in_register(replace(RECORD, identity_number=OTHER.identity_number)),
    "another name": in_register(replace(RECORD, name="另一人")),
    "another discipline": in_register(replace(RECORD, discipline_name="历史学")),
    "another certificate": in_register(replace(RECORD, certificate_number=OTHER.certificate_number)),
    "two of the certificate": in_register(
        RECORD, replace(RECORD, identity_number=OTHER.identity_number, name="另一人")
    ),
    "the holder's own cases": with_the_holders_cases,
    "out of order": out_of_order,
}


@pytest.fixture(scope="module")
def reference(_few: None) -> Script:
    """What is answered where the register holds everything as claimed."""
    with desk_over_tables() as opened:
        REGISTERS["everything as claimed"](opened)
        return list(unproven(opened, body_of(RECORD)))


@pytest.mark.parametrize("register", [name for name in REGISTERS if name != "everything as claimed"])
def test_no_answer_to_somebody_unproven_depends_on_what_the_register_holds(
    desk: Desk, reference: Script, register: str
) -> None:
    REGISTERS[register](desk)
    assert differences(told(list(unproven(desk, body_of(RECORD)))), told(reference)) == []


def guess(section: str, **values: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda body: {**body, section: {**body[section], **values}}


# Of the same lengths as what is right, so that a length could tell nothing but a comparison.
GUESSES: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "the number": guess("holder", identity_number=OTHER.identity_number),
    "the name": guess("holder", name="某" * len(RECORD.name)),
    "the birth date": guess("holder", birth_date="1901-01-01"),
    "the discipline": guess("degree", discipline="某" * len(RECORD.discipline_name)),
    "the certificate": guess("degree", certificate_number=RECORD.certificate_number[:-1] + "9"),
}


@pytest.mark.parametrize("wrong", GUESSES)
def test_right_and_wrong_guesses_are_answered_alike(desk: Desk, reference: Script, wrong: str) -> None:
    fill_register(RECORD)
    # What is echoed of the claim, and what is unusual in the claim by itself, is the caller's own.
    own = ("claim", "warnings")
    guessed = list(unproven(desk, GUESSES[wrong](body_of(RECORD))))
    assert differences(told(guessed, own), told(reference, own)) == []


def test_the_script_would_tell_if_answers_or_work_differed(desk: Desk) -> None:
    fill_register(RECORD)
    body = body_of(RECORD)
    token = {"authorization": f"Bearer {desk.session(body)}"}
    right = desk.ask(*SUBMIT, body, token)
    wrong = desk.ask(*SUBMIT, GUESSES["the discipline"](body), token)
    (one,), (other,) = told([("submit", right)]), told([("submit", wrong)])
    seen = {name for name, here, there in zip(SEEN, one, other, strict=True) if here != there}
    assert seen == {"body", "length", "calls"}


@pytest.mark.parametrize("wrong", GUESSES)
def test_somebody_else_who_signed_in_is_told_of_nobody(desk: Desk, wrong: str) -> None:
    fill_register(RECORD)
    body = body_of(RECORD)
    token = {"authorization": f"Bearer {desk.session(body_of(replace(OTHER, identity_number='E12345670')))}"}
    right, guessed = (told([("submit", desk.ask(*SUBMIT, one, token))]) for one in (body, GUESSES[wrong](body)))
    assert guessed == right
    assert right[0][1] == 403


def test_no_call_to_the_register_is_made_for_somebody_unproven(desk: Desk) -> None:
    calls = list(chain.from_iterable(answer.calls for _, answer in unproven(desk, body_of(RECORD))))
    assert len(calls) > 40
    assert [call for call in calls if "register" in call] == []
