"""What a password must be like, what a username may be, and how passwords are hashed."""

from __future__ import annotations

import random
import re
import string

import pytest
from argon2 import extract_parameters
from hypothesis import given, settings
from hypothesis import strategies as st

from degree_auth.adapters.accounts.password_hashing import Argon2
from degree_auth.adapters.accounts.pinyin import NamesInPasswords
from degree_auth.adapters.institutions.institution_list import shipped_institutions
from degree_auth.domain.accounts.account import account_problems
from degree_auth.domain.accounts.passwords import is_guessable, normal_form, password_faults, temporary_password
from degree_auth.domain.accounts.sign_in import parse_new_password, parse_refresh, parse_sign_in
from degree_auth.domain.accounts.username import is_username
from degree_auth.domain.shared.errors import Invalid, Malformed

pytestmark = pytest.mark.requirement("A13")
GOOD = {
    "username": "u10001-lead",
    "password": "temporary",
    "one_time_code": "123456",
    "new_password": "春眠不觉晓处处闻啼鸟夜来",
}


@pytest.mark.parametrize(
    ("password", "faults"),
    [
        ("correct horse battery", []),
        ("elevenchars", ["password_too_short"]),
        ("my-U10001-Lead-password", ["password_has_username"]),
        ("abababababababab", ["password_common"]),
        ("aaaa", ["password_too_short", "password_common"]),
    ],
)
def test_a_password_breaks_all_the_rules_that_it_breaks(password: str, faults: list[str]) -> None:
    assert password_faults(password, "u10001-lead") == faults


@pytest.mark.parametrize(
    "password",
    [
        "Password1234!",
        "qwerty123456",
        "1234567890ab",
        "１２３４５６７８９０１２",
        "1QAZ2WSX3EDC",
        "P@ssw0rd1234",
        "administrator",
        "admin@123456",
        "woaini1314520",
        "5201314woaini",
        "beijing20080808",
        "qwertyuiop[]",
        "iloveyou1234",
        "abcdabcdabcd",
        "u10001-lead2026",
        "danganguan2026",
        "Xuewei2026!@#",
        "Bjdx10001@2026",
        "Pku@10001pku!",
        "beijingdaxue2026",
        "xueweibangongshi",
        "Qinghua123456!",
    ],
)
def test_a_common_leaked_or_simple_password_is_guessable(password: str) -> None:
    assert is_guessable(password, "u10001-lead", "10001")


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "春眠不觉晓处处闻啼鸟夜来",
        "kJ8#mQ2$vL9p",
        "winter-apple-77-birch",
        "x" + "4@8({[<369&1!|7$5+%2" * 6,
        "不二法门 2031 落霞孤鹜",
    ],
)
def test_a_long_or_random_password_is_not(password: str) -> None:
    assert not is_guessable(password, "u10001-lead", "10001")


@pytest.mark.parametrize(
    "signs",
    [string.printable[:94], string.ascii_letters + string.digits + 3 * string.punctuation],
    ids=["all signs alike", "mostly punctuation"],
)
@pytest.mark.parametrize("length", [12, 16])
def test_a_password_drawn_at_random_is_hardly_ever_refused(signs: str, length: int) -> None:
    draw = random.Random(length)
    drawn = ["".join(draw.choices(signs, k=length)) for _ in range(200)]
    refused = [one for one in drawn if is_guessable(one, "u10001-lead", "10001")]
    assert len(refused) <= 2, refused


@given(
    word=st.sampled_from(["xuewei", "password", "danganguan", "beijing", "admin"]),
    year=st.sampled_from(["2026", "2025", "123", "1234"]),
    signs=st.lists(st.sampled_from("!@#$%^&*()_+-=. "), min_size=2, max_size=6),
    places=st.randoms(use_true_random=False),
)
@settings(max_examples=60, deadline=None)
def test_signs_among_a_common_word_and_a_year_hide_neither(
    word: str, year: str, signs: list[str], places: random.Random
) -> None:
    text = list(word.capitalize() + year)
    for sign in signs:
        text.insert(places.randint(0, len(text)), sign)
    assert is_guessable("".join(text), "u10001-lead", "10001")


@pytest.mark.parametrize(
    ("code", "password"),
    [
        ("10335", "zhejiangdaxue2026"),
        ("10335", "zjnydx!2026@#10335"),
        ("10611", "chongqingdaxue-1929"),
        ("10335", "浙江大学浙江大学2026"),
    ],
)
def test_the_names_of_ones_institution_are_words_in_every_spelling(code: str, password: str) -> None:
    names = NamesInPasswords(shipped_institutions)(code)
    assert is_guessable(password, "u00000-lead", code, names)
    # Without them these passwords would have stood.
    assert not is_guessable(password, "u00000-lead", code)


@given(st.binary(min_size=32, max_size=32))
def test_a_temporary_password_keeps_the_rules_and_is_read_without_doubt(entropy: bytes) -> None:
    made = temporary_password(entropy)
    assert re.fullmatch(r"(?:[2-9A-HJKMNP-Z]{4}-){3}[2-9A-HJKMNP-Z]{4}", made)
    assert made == temporary_password(entropy) == normal_form(made)


def test_a_temporary_password_is_not_made_of_too_little() -> None:
    with pytest.raises(ValueError, match="32 random bytes"):
        temporary_password(b"short")


@pytest.mark.parametrize("name", ["u10001-lead", "lead.office", "dept_02-a", "abcd", "a" * 32])
def test_a_username_is_lower_case_ascii(name: str) -> None:
    assert is_username(name)


@pytest.mark.requirement("N4")
@pytest.mark.parametrize(
    "name", ["abc", "Abcd", "1abc", "a" * 33, "ab cd", "张三abc", "u13800138000", "abcd\n", "ａｂｃｄ"]
)
def test_what_is_no_username_or_could_be_a_persons_number_is_refused(name: str) -> None:
    assert not is_username(name)


def test_a_tier_one_account_has_no_department_and_a_tier_two_account_has_one() -> None:
    assert account_problems("lead", None, 1) == account_problems("dept", "d1", 2) == []
    assert [one.code for one in account_problems("lead", "d1", 1)] == ["tier_department"]
    assert [one.code for one in account_problems("dept", None, 2)] == ["tier_department"]
    assert [one.field for one in account_problems("X", None, 3)] == ["username", "tier"]


@pytest.mark.requirement("N5")
def test_all_that_is_wrong_with_a_new_password_is_told_at_once() -> None:
    body = {"username": "Bad Name", "password": 7, "one_time_code": "12345", "new_password": "short", "Extra!": 1}
    with pytest.raises(Invalid) as refused:
        parse_new_password(body)
    assert {(one.field, one.code) for one in refused.value.problems} == {
        ("*", "unknown_field"),
        ("username", "username_format"),
        ("password", "not_text"),
        ("one_time_code", "one_time_code_format"),
        ("new_password", "password_too_short"),
    }
    assert all(one.as_dict()["message_en"] for one in refused.value.problems)


@pytest.mark.requirement("N5")
@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("password", None, "required"),
        ("password", "", "required"),
        ("password", "x" * 129, "too_long"),
        ("password", "half \ud800 a character", "control_character"),
        ("one_time_code", "１２３４５６", "one_time_code_format"),
        ("one_time_code", "123456\n", "one_time_code_format"),
        ("one_time_code", 123456, "not_text"),
        ("username", None, "required"),
    ],
)
def test_a_fault_in_form_is_told_by_field(field: str, value: object, code: str) -> None:
    body = {"username": "u10001-lead", "password": "p", "one_time_code": "123456", field: value}
    with pytest.raises(Invalid) as refused:
        parse_sign_in(body)
    assert [(one.field, one.code) for one in refused.value.problems] == [(field, code)]


@pytest.mark.requirement("N5")
def test_what_is_no_object_is_malformed() -> None:
    for parse in (parse_sign_in, parse_new_password, parse_refresh):
        with pytest.raises(Malformed):
            parse([])
    with pytest.raises(Invalid):
        parse_refresh({"refresh_token": "x" * 201})


def test_the_new_password_is_another_one_in_every_width() -> None:
    assert parse_new_password(GOOD).new_password == GOOD["new_password"]
    with pytest.raises(Invalid) as refused:
        parse_new_password({**GOOD, "password": "ABCDEFGH-9876", "new_password": "ＡＢＣＤＥＦＧＨ－９８７６"})
    assert [one.code for one in refused.value.problems] == ["password_unchanged"]


def test_passwords_are_hashed_with_argon2id_and_the_decoy_takes_the_same_work() -> None:
    hashing = Argon2()
    kept = hashing.hash("a synthetic password")
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=1$")
    assert hashing.verify(kept, "a synthetic password")
    assert not hashing.verify(kept, "another password")
    assert not hashing.verify(hashing.decoy, "a synthetic password")
    assert extract_parameters(hashing.decoy) == extract_parameters(kept)
    assert len(hashing.decoy) == len(kept)
