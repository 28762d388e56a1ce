"""Canonical forms over arbitrary text: stable, blind to harmless variation, and blind to nothing else."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from degree_auth.domain.applications.claim import IdentityType
from degree_auth.domain.applications.identity import (
    PATTERNS,
    canonical_identity_number,
    check_character,
    lifelong_part,
)
from degree_auth.domain.shared.dates import parse_date
from degree_auth.domain.shared.text import (
    category_key,
    code_form,
    line_form,
    name_form,
    name_key,
    phrase_form,
    phrase_key,
)
from tests.samples.claims import full_width

FORMS = (line_form, name_form, name_key, phrase_form, phrase_key, category_key, code_form)
RENEWED = (IdentityType.HK_MACAO_PERMIT, IdentityType.TAIWAN_PERMIT)
CARD = IdentityType.RESIDENT_IDENTITY_CARD
han = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF) | st.sampled_from("䶮㛃𠮷𠀀")
names = st.text(han, min_size=1, max_size=6)
ascii_text = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=20)
anything = st.text(max_size=30)
typed_numbers = {kind: st.from_regex(PATTERNS[kind], fullmatch=True) for kind in IdentityType}  # slow to make
days = st.dates(date(1900, 1, 1), date(2099, 12, 31))


@pytest.mark.requirement("A2")
@pytest.mark.parametrize("form", FORMS)
@given(text=anything)
def test_a_form_of_a_form_is_itself(form: Callable[[str], str], text: str) -> None:
    once = form(text)
    if form is category_key:
        assume(not once.endswith("学位"))
    assert form(once) == once


@pytest.mark.requirement("A2")
@pytest.mark.parametrize("form", FORMS)
@given(text=ascii_text)
def test_full_width_signs_are_their_half_width_selves(form: Callable[[str], str], text: str) -> None:
    assert form(full_width(text)) == form(text)


@pytest.mark.requirement("A2")
@pytest.mark.parametrize("form", FORMS)
@given(text=anything)
def test_composed_and_decomposed_text_is_the_same(form: Callable[[str], str], text: str) -> None:
    assert form(unicodedata.normalize("NFD", text)) == form(unicodedata.normalize("NFC", text))


@pytest.mark.requirement("A2")
@given(names, st.lists(st.sampled_from(" \u3000\u00a0\u200b\ufeff\u2009"), max_size=4), st.data())
def test_spaces_and_invisible_signs_in_a_chinese_name_change_nothing(
    name: str, noise: list[str], data: st.DataObject
) -> None:
    typed = name
    for sign in noise:
        at = data.draw(st.integers(0, len(typed)))
        typed = typed[:at] + sign + typed[at:]
    assert name_key(typed) == name_key(name)


@pytest.mark.requirement("A2", "N2")
@given(names, names)
def test_different_chinese_names_have_different_keys(first: str, second: str) -> None:
    assert (name_key(first) == name_key(second)) == (first == second)


@pytest.mark.requirement("A2", "N2")
@given(ascii_text, ascii_text)
def test_certificate_numbers_are_equal_only_when_their_signs_are(first: str, second: str) -> None:
    assert (code_form(first) == code_form(second)) == (first.upper() == second.upper())


@pytest.mark.requirement("A2", "N2")
@given(st.text(han | st.sampled_from("()-A1"), min_size=1), st.text(han | st.sampled_from("()-A1"), min_size=1))
def test_phrases_are_equal_only_when_their_signs_are(first: str, second: str) -> None:
    assert (phrase_key(first) == phrase_key(second)) == (first == second)


@pytest.mark.requirement("A2")
@given(days)
def test_every_day_is_read_back_from_each_form(day: date) -> None:
    y, m, d = day.year, day.month, day.day
    for typed in (day.isoformat(), f"{day:%Y%m%d}", f"{y}/{m}/{d}", f"{y}.{m}.{d}", f"{y}年{m}月{d}日"):
        assert parse_date(typed) == parse_date(full_width(typed)) == day


@pytest.mark.requirement("N5")
@given(st.text(st.sampled_from("0123456789〇一二三十年月日-/. ０○"), max_size=12) | anything)
def test_whatever_is_typed_for_a_date_is_a_date_or_refused(text: str) -> None:
    with suppress(ValueError):  # any other error fails
        assert parse_date(text).year > 0


@pytest.mark.requirement("A2")
@given(st.from_regex("[1-9][0-9]{14}", fullmatch=True).filter(str.isascii))
def test_fifteen_digits_grow_to_eighteen_that_pass_their_check(number: str) -> None:
    grown = canonical_identity_number(CARD, number)
    assert grown[:6] + grown[8:17] == number
    assert grown[6:8] == "19"
    assert check_character(grown[:17]) == grown[17]
    assert canonical_identity_number(CARD, grown.lower()) == grown


@pytest.mark.requirement("A1")
@given(st.from_regex("[0-9]{17}", fullmatch=True).filter(str.isascii), st.data())
def test_the_check_character_finds_a_wrong_digit_and_two_swapped(first: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, 16))
    digit = data.draw(st.sampled_from("0123456789"))
    wrong = first[:at] + digit + first[at + 1 :]
    assert (check_character(wrong) == check_character(first)) == (wrong == first)
    here = data.draw(st.integers(0, 15))
    swapped = first[:here] + first[here + 1] + first[here] + first[here + 2 :]
    assert (check_character(swapped) == check_character(first)) == (swapped == first)


@pytest.mark.requirement("A1", "N4")
@pytest.mark.parametrize("kind", IdentityType)
@given(data=st.data())
def test_two_people_never_share_the_part_of_a_number_that_is_for_life(kind: IdentityType, data: st.DataObject) -> None:
    """Two numbers of one kind have the same part only if they differ in nothing but how they are written and how often
    the document was renewed."""
    numbers = typed_numbers[kind]
    one, other = (canonical_identity_number(kind, data.draw(numbers)) for _ in range(2))
    own = lifelong_part(kind, one)
    assert lifelong_part(kind, own) == own
    if kind in RENEWED:
        # The letter of Hong Kong and Macao tells these apart; a T, and what follows eight digits, tells nothing.
        kept = [number.removeprefix("T")[: 9 if number[0] in "HM" else 8] for number in (one, other)]
    else:
        kept = [number.replace("軍", "军").removesuffix("号") for number in (one, other)]
        kept = kept if kind is IdentityType.MILITARY else [one, other]
    assert (own == lifelong_part(kind, other)) == (kept[0] == kept[1])
    # One digit of what is for life makes another person.
    place = data.draw(st.sampled_from([at for at, sign in enumerate(own) if sign.isdigit()]))
    changed = own[:place] + str((int(own[place]) + 1) % 10) + own[place + 1 :]
    assert lifelong_part(kind, changed) != own
