"""Degree categories."""

import pytest

from degree_auth.domain.applications.categories import (
    CATEGORIES,
    category_name,
    known_category,
    level_of_code,
    level_of_name,
)
from degree_auth.domain.applications.claim import Level


@pytest.mark.requirement("A2")
@pytest.mark.parametrize(
    ("code", "name", "level"),
    [
        ("408", "工学学士", Level.BACHELOR),
        ("302", "经济学硕士", Level.MASTER),
        ("213", "艺术学博士", Level.DOCTOR),
        ("346", "工商管理硕士", Level.MASTER),
        ("30251", "金融硕士", Level.MASTER),
    ],
)
def test_a_code_has_its_name_and_level(code: str, name: str, level: Level) -> None:
    assert (category_name(code), level_of_code(code)) == (name, level)


@pytest.mark.requirement("A2")
def test_the_name_of_every_category_says_the_level_of_its_code() -> None:
    assert all(level_of_name(name) is level_of_code(code) for code, name in CATEGORIES.items())


@pytest.mark.requirement("A1")
def test_a_category_is_known_with_and_without_the_word_degree() -> None:
    assert known_category("工学学士学位")
    assert known_category("法律硕士专业学位")
    assert not known_category("魔法学士")
    assert level_of_name("工学") is None
