"""Properties of report numbers, check codes and masked names."""

from __future__ import annotations

import hashlib
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from degree_auth.domain.reports.codes import (
    SYMBOLS,
    check_code,
    normalise_check_code,
    normalise_report_number,
    report_number,
)
from degree_auth.domain.reports.masked_name import masked_name
from degree_auth.domain.shared.errors import Invalid

digests = st.binary(min_size=32, max_size=32)
days = st.dates(date(2020, 1, 1), date(2099, 12, 31))
codes = st.one_of(
    st.builds(report_number, digests, days).map(lambda number: (number, normalise_report_number)),
    st.builds(check_code, digests).map(lambda code: (code, normalise_check_code)),
)
names = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=50)


def _full_width(text: str) -> str:
    return "".join(chr(ord(character) + 0xFEE0) for character in text)


@pytest.mark.requirement("N5")
@given(codes, st.sampled_from([str.lower, str.upper, _full_width]), st.sampled_from(["", " ", "-", "—", "\u3000"]))
def test_a_code_is_read_however_it_is_typed(code_and_reader, case, separator):
    code, reader = code_and_reader
    typed = separator.join(case(code.replace("-", "")))
    assert reader(typed.replace("0", "o").replace("1", "I")) == code


@pytest.mark.requirement("N5")
@given(codes, st.data())
def test_one_wrong_symbol_is_called_a_typing_slip(code_and_reader, data):
    code, reader = code_and_reader
    place = data.draw(st.sampled_from([i for i, symbol in enumerate(code) if symbol != "-"]))
    wrong = data.draw(st.sampled_from([symbol for symbol in SYMBOLS if symbol != code[place]]))
    with pytest.raises(Invalid) as told:
        reader(code[:place] + wrong + code[place + 1 :])
    assert told.value.problems[0].code.endswith("_mistyped")


@pytest.mark.requirement("N5")
@given(codes, st.data())
def test_two_exchanged_symbols_are_called_a_typing_slip(code_and_reader, data):
    code, reader = code_and_reader
    plain = list(code.replace("-", ""))
    places = st.sampled_from(range(len(plain)))
    first, second = data.draw(st.tuples(places, places).filter(lambda pair: plain[pair[0]] != plain[pair[1]]))
    plain[first], plain[second] = plain[second], plain[first]
    with pytest.raises(Invalid) as told:
        reader("".join(plain))
    assert told.value.problems[0].code.endswith("_mistyped")


@pytest.mark.requirement("N5")
@given(st.text(max_size=40))
def test_any_text_is_either_a_code_or_a_named_problem(typed):
    for reader in (normalise_report_number, normalise_check_code):
        try:
            code = reader(typed)
        except Invalid as told:
            problems = told.problems
        else:
            assert reader(code) == code
            continue
        assert problems
        assert all(problem.as_dict()["message"] for problem in problems)


@pytest.mark.requirement("N4")
@given(st.binary(), st.binary(), days)
def test_different_reports_have_different_numbers_and_codes(one, other, day):
    first, second = hashlib.sha256(one).digest(), hashlib.sha256(other).digest()
    assert (report_number(first, day) == report_number(second, day)) == (one == other)
    assert (check_code(first) == check_code(second)) == (one == other)


@pytest.mark.requirement("N4")
@given(names)
def test_a_masked_name_shows_less_than_the_name_and_invents_nothing(name):
    masked = masked_name(name)
    assert len(masked) <= len(name)
    shown = masked.replace("*", "")
    assert set(shown) <= set(name) | set(unicodedata.normalize("NFC", name))


@pytest.mark.requirement("N4")
@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=2, max_size=50))
def test_of_a_chinese_name_only_the_surname_shows(name):
    masked = masked_name(name)
    assert len(masked) == len(name)
    assert 1 <= len(masked.rstrip("*")) <= 2
    assert masked.endswith("*")
