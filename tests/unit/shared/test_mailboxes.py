"""Addresses of mailboxes; those that mean anybody are invented or of reserved domains."""

from __future__ import annotations

import re

import pytest

from degree_auth.domain.shared.mailboxes import MAILBOX, mailbox_form


def is_mailbox(text: str) -> bool:
    """Whether a typed text is the address of a mailbox."""
    return re.fullmatch(MAILBOX, mailbox_form(text)) is not None


@pytest.mark.requirement("A1")
@pytest.mark.parametrize(
    "typed",
    [
        "a@example.com",
        "first.last+tag@sub.example.org",
        "o'neil@example.com",
        "a@xn--fiq228c.xn--fiqs8s",
        "a@中文网.中国",
        "a@例子。公司",
        "a@日本・語.example",
        "a@Bücher.example",
        "a@straße.example",
        "a@example.xn--vermgensberatung-pwb",
        "a@example.travelersinsurance",
        "a@123.example",
        "ａ＠example．com",
        "x" * 64 + "@example.com",
        f"a@{'b' * 63}.example",
    ],
)
def test_mailboxes_of_all_valid_domains_are_taken(typed: str) -> None:
    assert is_mailbox(typed)


@pytest.mark.requirement("A1", "N5")
@pytest.mark.parametrize(
    "typed",
    [
        "a",
        "a@b",
        "@example.com",
        "a@@example.com",
        "a b@example.com",
        ".a@example.com",
        "a..b@example.com",
        "a@-example.com",
        "a@example-.com",
        "a@example..com",
        "a@example.com.",
        "a@example.123",
        "a@192.0.2.1",
        "a@ab--cd.example",
        "a@exa_mple.com",
        "a@例☃.中国",
        "x" * 65 + "@example.com",
        f"a@{'b' * 64}.example",
        "a@" + ".".join(["b" * 60] * 5),
        "张三@example.com",
    ],
)
def test_what_no_mailbox_can_be_is_refused(typed: str) -> None:
    assert not is_mailbox(typed)


@pytest.mark.requirement("A1", "N1")
def test_a_domain_is_stored_in_the_letters_in_which_it_travels() -> None:
    assert mailbox_form("a@例子.中国") == "a@xn--fsqu00a.xn--fiqs8s"
    assert mailbox_form(mailbox_form("a@例子.中国")) == mailbox_form("a@例子.中国")


@pytest.mark.requirement("A1")
def test_a_domain_in_capitals_is_the_same_domain() -> None:
    assert mailbox_form("a@ΛΟΓΟΣ.example") == mailbox_form("a@λογοσ.example") != mailbox_form("a@λογος.example")


@pytest.mark.requirement("A1", "N5")
def test_a_middle_dot_stands_beside_ideographs_or_kana_alone() -> None:
    assert not is_mailbox("a@б・г.example")
