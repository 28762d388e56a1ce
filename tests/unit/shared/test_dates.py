"""Dates as people type them."""

from datetime import date

import pytest

from degree_auth.domain.shared.dates import parse_date


@pytest.mark.requirement("A1")
@pytest.mark.parametrize(
    "typed",
    [
        "2022-06-30",
        "2022-6-30",
        "2022/06/30",
        "2022.6.30",
        "20220630",
        "2022年6月30日",
        "2022年06月30日",
        "2022 年 6 月 30 日",
        "２０２２－０６－３０",
        "二〇二二年六月三十日",
        "二○二二年六月三十日",
        " 2022-06-30\n",
        "2022–06–30",
        "2022―06―30",
        "2022﹣06﹘30",
    ],
)
def test_a_date_is_read_in_the_forms_that_people_type(typed: str) -> None:
    assert parse_date(typed) == date(2022, 6, 30)


@pytest.mark.requirement("A1", "N5")
@pytest.mark.parametrize(
    "typed",
    [
        "",
        "2022-06",
        "30.06.2022",
        "06/30/2022",
        "22-06-30",
        "2022-02-30",
        "2021-02-29",
        "2022-13-01",
        "2022-06/30",
        "2022-06-30T00:00:00",
        "2022年6月三十日",
        "二〇二二年十十月一日",
        "二〇二二年六月三十二日",
        "٢٠٢٢-٠٦-٣٠",
        "2022630",
        "0000-01-01",
        "2022.6.30日",
        "2022-06-30\n1",
    ],
)
def test_what_is_no_date_or_could_be_two_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_date(typed)


@pytest.mark.requirement("A1")
@pytest.mark.parametrize(
    ("numeral", "day"),
    [("一", 1), ("十", 10), ("十一", 11), ("二十", 20), ("二十九", 29), ("三十", 30), ("三十一", 31)],
)
def test_chinese_numerals_of_days_are_read(numeral: str, day: int) -> None:
    assert parse_date(f"一九九九年十二月{numeral}日") == date(1999, 12, day)
