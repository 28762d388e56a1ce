"""Reading by a table of fields: every fault at once, null as left out, and an answer of bounded length."""

from __future__ import annotations

import json
from typing import Any

import pytest

from degree_auth.domain.shared.errors import Invalid, Malformed
from degree_auth.domain.shared.reading import (
    FLAG,
    MOST_UNKNOWN_NAMED,
    Field,
    Fields,
    Reading,
    Section,
    choice,
    items,
    optional,
    pattern,
    read_object,
    read_variant,
    whole_number,
)
from degree_auth.messages import MESSAGES

NUMBER = whole_number(1, 9, "not_a_year")
CODE = pattern("[a-z]+", "username_format")


def end_after_begin(period: Reading) -> None:
    if period.has("first", "last") and period.values["last"] < period.values["first"]:
        period.refuse("last", "period_order")


FIELDS: Fields = {
    "code": CODE,
    "colours": optional(items(choice(("red", "green")), 2, "months_count"), ()),
    "open": optional(FLAG, default=False),
    "period": Section({"first": NUMBER, "last": optional(NUMBER)}, end_after_begin),
    "department": Field(CODE.read, CODE.schema, null=True),
}
GOOD: dict[str, Any] = {"code": "abc", "period": {"first": 2}, "department": None}


def faults(body: object, fields: Fields = FIELDS) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refused:
        read_object(body, fields).complete()
    assert all(one.code in MESSAGES for one in refused.value.problems)
    return [(one.field, one.code) for one in refused.value.problems]


@pytest.mark.requirement("N5")
def test_what_is_left_out_has_its_default_and_what_is_sent_its_canonical_value() -> None:
    assert read_object(GOOD, FIELDS).complete() == {
        "code": "abc",
        "colours": (),
        "open": False,
        "period": {"first": 2, "last": None},
        "department": None,
    }
    body = {**GOOD, "colours": ["green", "red", "green"][:2], "department": "d", "period": {"first": 1, "last": 1}}
    values = read_object(body, FIELDS).complete()
    assert (values["colours"], values["department"], values["period"]["last"]) == (("green", "red"), "d", 1)


@pytest.mark.requirement("N5")
def test_every_fault_is_named_at_once_by_its_dotted_place() -> None:
    body = {
        "code": 7,
        "colours": ["red", "blue"],
        "open": "yes",
        "period": {"first": True, "last": 10, "middle": 5},
        "more": 1,
    }
    assert faults(body) == [
        ("more", "unknown_field"),
        ("code", "not_text"),
        ("colours", "unknown_choice"),
        ("open", "not_true_or_false"),
        ("period.middle", "unknown_field"),
        ("period.first", "not_a_year"),
        ("period.last", "not_a_year"),
        ("department", "required"),
    ]
    assert faults({**GOOD, "period": {"first": 3, "last": 2}}) == [("period.last", "period_order")]
    assert faults({**GOOD, "period": []}) == [("period", "not_an_object")]
    assert faults({**GOOD, "colours": "red"}) == [("colours", "not_a_list")]
    assert faults({**GOOD, "colours": ["red"] * 3}) == [("colours", "months_count")]


@pytest.mark.requirement("N5")
def test_null_counts_as_left_out_where_it_is_no_value() -> None:
    assert read_object({**GOOD, "colours": None, "open": None}, FIELDS).complete() == read_object(GOOD, FIELDS).values
    assert faults({"code": None, "period": None, "department": None}) == [("code", "required"), ("period", "required")]


@pytest.mark.requirement("N5")
@pytest.mark.parametrize("body", [None, [], "text", 1, True])
def test_what_is_no_object_is_malformed(body: object) -> None:
    with pytest.raises(Malformed, match="not_an_object"):
        read_object(body, FIELDS)
    with pytest.raises(Malformed, match="not_an_object"):
        read_variant(body, "kind", VARIANTS, {})


@pytest.mark.requirement("N5")
def test_an_answer_names_so_many_unknown_fields_and_counts_the_others() -> None:
    keys = {f"surprise_{number}": 1 for number in range(5000)}
    with pytest.raises(Invalid) as refused:
        read_object({**GOOD, **keys, "period": {"first": 1, **keys}}, FIELDS).complete()
    problems = refused.value.problems
    assert [(one.field, one.count) for one in problems if one.code == "more_unknown_fields"] == [
        ("", 5000 - MOST_UNKNOWN_NAMED),
        ("period", 5000 - MOST_UNKNOWN_NAMED),
    ]
    assert len(problems) == 2 * (MOST_UNKNOWN_NAMED + 1)
    answers = [one.as_dict() for one in problems]
    assert "4980" in answers[MOST_UNKNOWN_NAMED]["message"]
    assert "4980" in answers[MOST_UNKNOWN_NAMED]["message_en"]
    assert len(json.dumps(answers)) < 10_000


@pytest.mark.requirement("N4", "N5")
def test_keys_that_are_no_names_of_fields_are_not_repeated() -> None:
    assert faults({**GOOD, "张三": 1, "11010519491231002X": 2}) == [("*", "unknown_field")]


VARIANTS: dict[str, Fields] = {"call": {"number": NUMBER}, "write": {"code": CODE}}


@pytest.mark.requirement("N5")
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"kind": "call", "open": True, "code": "a"}, [("code", "unknown_field"), ("number", "required")]),
        ({"kind": "write", "code": "1"}, [("open", "required"), ("code", "username_format")]),
        ({"kind": "sing", "number": 5, "more": 1}, [("kind", "unknown_choice"), ("open", "required")]),
        ({"number": 10}, [("kind", "required"), ("open", "required"), ("number", "not_a_year")]),
        ({"kind": ["call"], "open": True}, [("kind", "unknown_choice")]),
    ],
)
def test_a_tag_says_which_fields_there_are(body: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    with pytest.raises(Invalid) as refused:
        read_variant(body, "kind", VARIANTS, {"open": FLAG}).complete()
    assert [(one.field, one.code) for one in refused.value.problems] == expected
