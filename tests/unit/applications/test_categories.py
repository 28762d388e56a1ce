"""Degree categories."""

import pytest

from degree_auth.domain.applications.categories import (
    CATEGORIES,
    categories_of,
    category_in_english,
    category_name,
    is_category_of,
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


@pytest.mark.requirement("A5")
@pytest.mark.parametrize(
    ("category", "english"),
    [
        ("工学学士", "Bachelor of Engineering"),
        ("理学博士学位", "Doctor of Science"),
        ("工商管理硕士专业学位", "Master of Business Administration"),
        ("工商管理硕士", "Master of Business Administration"),
        ("合成学硕士", None),
        ("工学", None),
    ],
)
def test_a_category_has_its_english_name_or_none(category: str, english: str | None) -> None:
    assert category_in_english(category) == english


@pytest.mark.requirement("A5", "N5")
def test_every_category_of_the_table_has_an_english_name() -> None:
    assert [name for name in CATEGORIES.values() if category_in_english(name) is None] == []


@pytest.mark.requirement("A1")
@pytest.mark.parametrize("level", Level)
def test_the_categories_to_choose_at_a_level_are_all_of_that_level_and_none_twice(level: Level) -> None:
    offered = [category.name for category in categories_of(level)]
    assert set(offered) == {name for code, name in CATEGORIES.items() if level_of_code(code) is level}
    assert len(offered) == len(set(offered))
    assert all(is_category_of(level, name) for name in offered)
    assert not any(is_category_of(other, name) for other in Level for name in offered if other is not level)
