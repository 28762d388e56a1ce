"""The catalogues of sentences: each code once, in both languages, each sentence in its own."""

from __future__ import annotations

import re

import pytest

from degree_auth.messages import CATALOGUES, MESSAGES

CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.mark.requirement("N5")
def test_a_code_stands_in_one_catalogue() -> None:
    assert sum(len(catalogue.MESSAGES) for catalogue in CATALOGUES) == len(MESSAGES)


@pytest.mark.requirement("N5")
@pytest.mark.parametrize("code", MESSAGES)
def test_a_sentence_stands_in_each_language(code: str) -> None:
    chinese, english = MESSAGES[code]
    assert CHINESE.search(chinese)
    assert english.strip()
