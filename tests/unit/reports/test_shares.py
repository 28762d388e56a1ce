"""A holder shares the result of a report by a link: chosen values, for some days, for some views."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from degree_auth.adapters.reports.press.credential import _claims
from degree_auth.adapters.reports.token_box import AesTokenBox
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.erasure import Erasure, ErasureStatus
from degree_auth.domain.reports.content import ReportContent
from degree_auth.domain.reports.share import (
    LISTED_AFTER_ITS_END,
    MOST_SHARES,
    SHARED_FIELDS,
    NameShown,
    ShareRequest,
    chosen_values,
    parse_share_request,
    parse_share_token,
)
from degree_auth.domain.shared.errors import Conflict, Forbidden, Invalid, Malformed, NotFound
from degree_auth.services.applications.callers import ByNobody
from degree_auth.services.cases.ports import Lookups
from degree_auth.services.reports.shares import OwnShares, end_shares, view_share
from tests.doubles.gateway import validator
from tests.doubles.memory import MemoryShares
from tests.doubles.world import World
from tests.samples.api_document import DOCUMENT
from tests.samples.filled import filled

pytestmark = pytest.mark.requirement("A15", "N4")
SUBJECT: dict[str, Any] = {
    "name": "欧阳示例",
    "sex": "female",
    "birthDate": "1949-12-31",
    "degree": {
        "institutionCode": "10001",
        "institutionName": "北京大学",
        "level": "bachelor",
        "category": "工学学士",
        "discipline": "园林",
        "studyForm": "regular",
        "awardDate": "2022-06-30",
        "certificateNumber": "1000142022000001",
    },
}
ASKED: dict[str, Any] = {"fields": ["institution_name", "level"], "name": "masked", "days": 30, "views": 2}


class Sharing:
    """A case with a report, its links, and whoever looks at them."""

    def __init__(self) -> None:
        self.world = World()
        self.case: Case = self.world.issue(self.world.submit(self.world.body()))
        assert self.case.report is not None
        payload = base64.urlsafe_b64encode(json.dumps({"credentialSubject": SUBJECT}).encode()).rstrip(b"=")
        self.world.documents.objects[f"{self.case.report.object_key}.jwt"] = b"e30." + payload + b".x"
        self.kept = MemoryShares()
        self.own = self.by(self.world.own_case.caller)

    def by(self, caller: Any) -> OwnShares:
        return OwnShares(replace(self.world.own_case, caller=caller), self.kept, self.world.keyring, AesTokenBox())

    def make(self, **changed: Any) -> tuple[dict[str, Any], str]:
        return self.own.make(self.case.case_number, ASKED | changed, self.world.now)

    def look(self, token: str, after: timedelta = timedelta(0)) -> dict[str, Any]:
        return view_share(
            self.world.cases,
            self.kept,
            self.world.keyring,
            AesTokenBox(),
            {"token": token},
            self.world.now + after,
        )

    def disavow(self) -> None:
        """The holder says that the case is not theirs."""
        self.world.disavow(self.case)
        end_shares(self.kept, self.case.case_number, self.world.now)

    def used(self) -> list[int]:
        return [one["used"] for one in self.own.links(self.case.case_number, self.world.now)]


@pytest.fixture
def sharing() -> Sharing:
    return Sharing()


def is_documented(name: str, body: Any) -> bool:
    return list(validator(DOCUMENT["components"]["schemas"][name]).iter_errors(body)) == []


def test_a_link_shows_what_was_chosen_and_nothing_else_and_each_look_counts(sharing: Sharing) -> None:
    made, token = sharing.make()
    assert is_documented("MadeShare", {**made, "link": f"https://example.org/share#t={token}"})
    shown = sharing.look(token)
    assert is_documented("SharedResult", shown)
    assert shown["values"] == {"holder_name": "欧阳**", "institution_name": "北京大学", "level": "bachelor"}
    assert (shown["state"], shown["views_left"]) == ("valid", 1)
    assert (made["used"], sharing.used()) == (0, [1])
    (listed,) = sharing.own.links(sharing.case.case_number, sharing.world.now)
    assert is_documented("Shares", {"shares": [listed]})
    # What is kept neither has the token nor any value.
    for hidden in (token, "欧阳", "北京大学"):
        assert hidden not in str(sharing.kept)
    assert sharing.look(sharing.make(name="whole")[1])["values"]["holder_name"] == "欧阳示例"


def test_a_link_that_shows_nothing_is_one_answer_whatever_the_cause(sharing: Sharing) -> None:
    used_up, expired, closed = sharing.make(views=1)[1], sharing.make(days=1)[1], sharing.make()
    sharing.look(used_up)
    for _ in range(2):
        sharing.own.close(sharing.case.case_number, closed[0]["share_id"], sharing.world.now)
    answers = []
    for token, after in ((used_up, 0), (expired, 1), (closed[1], 0), ("A" * 43, 0)):
        with pytest.raises(NotFound) as refused:
            sharing.look(token, timedelta(days=after))
        answers.append((refused.value.code, refused.value.problems))
    assert answers == [("share_unknown", ())] * 4
    later = sharing.own.links(sharing.case.case_number, sharing.world.now + timedelta(days=1))
    assert sorted(one["state"] for one in later) == ["closed", "expired", "used_up"]
    assert timedelta(days=7) < LISTED_AFTER_ITS_END


def test_a_report_that_is_no_longer_valid_is_said_to_be_so(sharing: Sharing) -> None:
    _, token = sharing.make()
    report = sharing.case.report
    assert report is not None
    standing = sharing.world.cases.reports[report.report_number]
    for state in ("superseded", "revoked"):
        sharing.world.cases.reports[report.report_number] = replace(
            standing, state=type(standing.state)(state), changed_at=sharing.world.now, cause="register_change"
        )
        shown = sharing.look(token)
        assert shown["state"] == state
        assert is_documented("SharedResult", shown)
        assert shown["changed_at"] is not None
        assert not shown["message"].isascii()


def test_only_who_speaks_for_the_holder_shares_lists_and_closes(sharing: Sharing) -> None:
    made, token = sharing.make()

    class ByLinkOfSignedIn:
        reader = sharing.own.own_case.caller.reader

        def require(self, case: Case) -> None: ...

        def speaks_for_holder(self, case: Case) -> bool:
            return False

        def own_claim(self, case: Case, claim: Any) -> Any:
            return claim

    number, now = sharing.case.case_number, sharing.world.now
    for caller, refusal in ((ByLinkOfSignedIn(), Forbidden), (ByNobody(), NotFound)):
        own = sharing.by(caller)
        for attempt in (
            lambda own=own: own.make(number, ASKED, now),
            lambda own=own: own.links(number, now),
            lambda own=own: own.close(number, made["share_id"], now),
        ):
            with pytest.raises(refusal):
                attempt()
    with pytest.raises(NotFound):
        sharing.own.close(number, "0" * 32, now)
    assert len(sharing.kept.places) == 1
    assert sharing.look(token)["state"] == "valid"


def test_a_case_without_a_report_or_frozen_shares_nothing(sharing: Sharing) -> None:
    waiting = sharing.world.submit(sharing.world.body(1, discipline="园艺学"))
    with pytest.raises(NotFound, match="report_not_issued"):
        sharing.own.make(waiting.case_number, ASKED, sharing.world.now)
    sharing.world.disavow(sharing.case)
    with pytest.raises(Conflict):
        sharing.make()
    assert sharing.kept.places == {}


def test_a_disavowal_ends_the_links_that_were_made_before_for_good(sharing: Sharing) -> None:
    _, token = sharing.make()
    sharing.disavow()
    with pytest.raises(NotFound, match="share_unknown"):
        sharing.look(token)
    sharing.world.take_back(sharing.case)
    with pytest.raises(NotFound, match="share_unknown"):
        sharing.look(token)
    assert sharing.used() == [0]
    _, another = sharing.make()
    assert sharing.look(another)["state"] == "valid"


def test_a_repeated_disavowal_ends_what_the_first_was_cut_off_before(sharing: Sharing) -> None:
    _, token = sharing.make()
    sharing.world.disavow(sharing.case)
    sharing.disavow()
    with pytest.raises(NotFound, match="share_unknown"):
        sharing.look(token)


def test_nobody_is_given_a_link_that_was_made_while_the_case_was_disavowed(sharing: Sharing) -> None:
    sharing.kept.before_add = sharing.disavow
    with pytest.raises(Conflict, match="case_frozen"):
        sharing.make()


def test_so_many_links_are_open_at_a_time_and_those_that_ended_make_room(sharing: Sharing) -> None:
    tokens = [sharing.make(views=1)[1] for _ in range(MOST_SHARES)]
    with pytest.raises(Conflict, match="too_many_shares"):
        sharing.make()
    sharing.look(tokens[3])
    _, token = sharing.make()
    assert len(sharing.kept.places) == MOST_SHARES
    assert sharing.look(token)["state"] == "valid"
    # The token whose place another link has now finds nothing of it.
    with pytest.raises(NotFound, match="share_unknown"):
        sharing.look(tokens[3])


def test_of_two_links_that_are_made_at_once_neither_is_lost(sharing: Sharing) -> None:
    tokens: list[str] = []

    def meanwhile() -> None:
        sharing.kept.before_add = lambda: None
        tokens.append(sharing.make()[1])

    sharing.kept.before_add = meanwhile
    tokens.append(sharing.make()[1])
    assert [sharing.look(token)["state"] for token in tokens] == ["valid", "valid"]
    assert len(sharing.kept.places) == 2


@given(
    fields=st.lists(st.sampled_from(sorted(SHARED_FIELDS)), unique=True, min_size=1), name=st.sampled_from(NameShown)
)
def test_no_value_is_shown_that_was_not_chosen(fields: list[str], name: NameShown) -> None:
    values = chosen_values(SUBJECT, ShareRequest(tuple(fields), name, 1, 1))
    assert values.keys() == {"holder_name", *fields}
    assert (values["holder_name"] == SUBJECT["name"]) is (name is NameShown.WHOLE)
    everything = {"sex": "female", "birth_date": "1949-12-31", "certificate_number": "1000142022000001"}
    assert not [one for field, one in everything.items() if field not in fields and one in values.values()]


def test_a_credential_has_every_value_that_may_be_shared() -> None:
    subject = _claims(filled(ReportContent), "log")["credentialSubject"]
    values = chosen_values(subject, ShareRequest(tuple(SHARED_FIELDS), NameShown.WHOLE, 1, 1))
    assert all(values.values())
    assert len(set(values.values())) > len(SHARED_FIELDS) - 3


@given(text=st.text(), other=st.text(min_size=1))
def test_only_the_token_opens_what_it_sealed(text: str, other: str) -> None:
    box = AesTokenBox()
    sealed = box.seal("token", text)
    assert box.open("token", sealed) == text
    assert sealed != box.seal("token", text)
    with pytest.raises(InvalidTag):
        box.open(f"token{other}", sealed)


@pytest.mark.requirement("N5")
def test_all_problems_of_a_request_are_named_at_once() -> None:
    with pytest.raises(Malformed):
        parse_share_request([])
    with pytest.raises(Invalid) as told:
        parse_share_request({"fields": [], "name": "x", "days": 91, "views": 0, "holder": 1})
    assert {one.field for one in told.value.problems} == {"fields", "name", "days", "views", "holder"}
    with pytest.raises(Invalid) as told:
        parse_share_request({"fields": ["holder_name", "sex"]})
    assert {one.field for one in told.value.problems} >= {"name", "days", "views"}
    with pytest.raises(Invalid):
        parse_share_token({"token": "short"})


def test_the_links_of_an_erased_report_answer_as_closed_ones_do_and_no_view_is_counted(sharing: Sharing) -> None:
    _, closed = sharing.make()
    _, open_still = sharing.make()
    (first, *_) = sharing.kept.pointers.values()
    sharing.kept.close(*first, sharing.world.now)
    report = sharing.case.report
    assert report is not None
    sharing.look(open_still)
    shared = sharing.world.cases
    shared.forget(sharing.case.case_number, Lookups(documents=(report.report_number,)), sharing.world.now)
    before = dict(sharing.kept.places)
    refusals = []
    for token in (closed, open_still, "A" * len(closed)):
        with pytest.raises(NotFound) as refused:
            sharing.look(token)
        refusals.append((refused.value.code, refused.value.args))
    assert len(set(refusals)) == 1
    assert sharing.kept.places == before


def test_the_links_of_a_case_that_has_another_cases_report_end_with_its_own_erasure(sharing: Sharing) -> None:
    _, token = sharing.make()
    sharing.kept.forget(sharing.case.case_number)
    with pytest.raises(NotFound, match="share_unknown"):
        sharing.look(token)
    assert sharing.own.links(sharing.case.case_number, sharing.world.now) == []


def test_nobody_is_given_a_link_that_was_made_while_the_case_came_to_be_erased(sharing: Sharing) -> None:
    cases, number = sharing.world.cases.cases, sharing.case.case_number
    erasure = Erasure("holder_request", "staff:li.ming", ErasureStatus.APPROVED)
    sharing.kept.before_add = lambda: cases.update({number: replace(cases[number], erasure=erasure)})
    with pytest.raises(NotFound):
        sharing.make()
