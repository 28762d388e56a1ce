"""Institutions: codes, names in time, successors."""

import csv
from datetime import date
from pathlib import Path

import pytest

from degree_auth.adapters.institutions.institution_list import shipped_institutions
from degree_auth.domain.applications.institution_list import InstitutionName, Institutions

MERGED = date(2000, 5, 1)
SAMPLE = Institutions(
    [
        InstitutionName("90001", "甲学院", None, date(1990, 1, 1)),
        InstitutionName("90001", "甲大学", date(1990, 1, 1), MERGED, "90002"),
        InstitutionName("90002", "乙大学"),
        InstitutionName("90003", "丙学院", None, MERGED),
    ]
)


@pytest.mark.requirement("A2")
def test_a_code_has_the_name_of_the_day() -> None:
    assert SAMPLE.names("90001", date(1989, 12, 31)) == ("甲学院",)
    assert SAMPLE.names("90001", date(1990, 1, 1)) == ("甲大学",)
    assert SAMPLE.names("90001", MERGED) == ()
    assert SAMPLE.names("99999", MERGED) == ()


@pytest.mark.requirement("A2", "A3")
def test_the_successor_answers_from_the_day_of_the_merger_on() -> None:
    assert SAMPLE.successor("90001", date(2000, 4, 30)) == "90001"
    assert SAMPLE.successor("90001", MERGED) == "90002"
    assert SAMPLE.successor("90003", MERGED) == "90003"
    assert SAMPLE.successor("99999", MERGED) == "99999"


@pytest.mark.requirement("A3")
def test_a_circle_of_successors_is_an_error() -> None:
    circle = Institutions(
        [InstitutionName("1", "甲", None, MERGED, "2"), InstitutionName("2", "乙", None, MERGED, "1")]
    )
    with pytest.raises(ValueError, match="circle"):
        circle.successor("1", MERGED)


@pytest.mark.requirement("A2")
def test_a_name_is_known_in_canonical_form_and_for_its_period() -> None:
    assert SAMPLE.has_name("90001", "甲 学院")
    assert SAMPLE.has_name("90001", "甲大学", date(1995, 1, 1))
    assert not SAMPLE.has_name("90001", "甲学院", date(1995, 1, 1))


@pytest.mark.requirement("A1")
def test_a_page_holds_former_names_too_and_never_parts_the_names_of_one_code() -> None:
    assert [hit.listed.name for hit in SAMPLE.page("甲", "", 10)[0]] == ["甲学院", "甲大学"]
    assert [hit.listed.code for hit in SAMPLE.page("90002", "", 10)[0]] == ["90002"]
    everything, end = SAMPLE.page("", "", 10_000)
    assert end is None
    for limit in range(1, len(everything) + 1):
        paged, after = [], ""
        while after is not None:
            names, after = SAMPLE.page("", after, limit)
            paged += names
        assert paged == list(everything)


@pytest.mark.requirement("A2")
def test_the_shipped_list_holds_real_codes_and_renamings() -> None:
    shipped = shipped_institutions()
    assert shipped.names("10001", date(2020, 1, 1)) == ("北京大学",)
    assert shipped.names("10487", date(2000, 5, 25)) == ("华中理工大学",)
    assert shipped.names("10487", date(2000, 5, 26)) == ("华中科技大学",)
    everything = [hit.listed for hit in shipped.page("1", "", 10_000)[0]]
    assert len({row.code for row in everything}) > 2_700
    assert all(len(row.code) == 5 and row.code.isascii() and row.code.isdigit() for row in everything)


@pytest.mark.requirement("A2")
def test_every_shipped_code_has_exactly_one_name_today() -> None:
    shipped = shipped_institutions()
    codes = {hit.listed.code for hit in shipped.page("1", "", 10_000)[0]}
    assert all(len(shipped.names(code, date(2026, 11, 23))) == 1 for code in codes)


@pytest.mark.requirement("A1")
@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("北大", "10001"),
        ("Peking University", "10001"),
        ("ｐｅｋｉｎｇ  university", "10001"),
        ("peking univ", "10001"),
        ("北京医科大学", "10001"),
        ("Xian Jiaotong University", "10698"),
        ("XI'AN JIAOTONG UNIVERSITY", "10698"),
        ("华中工学院", "10487"),
        ("中科大", "10358"),
        ("北京 航空 航天 大学", "10006"),
        ("中国矿业大学（北京）", "11413"),
        ("Shanghai Jiao Tong", "10248"),
        ("10003", "10003"),
        ("四川联合大学", "10610"),
        ("长春地质学院", "10183"),
        ("华北电力大学（保定）", "10054"),
        ("上海财大", "10272"),
        ("首经贸", "10038"),
        ("南信大", "10300"),
    ],
)
def test_short_english_and_former_names_find_the_code_first(query: str, code: str) -> None:
    hits, _ = shipped_institutions().page(query, "", 100)
    assert hits[0].listed.code == code


@pytest.mark.requirement("A1")
def test_a_name_found_by_an_alias_says_so() -> None:
    (first, *_), _ = shipped_institutions().page("北大", "", 100)
    assert (first.listed.name, first.alias) == ("北京大学", "北大")
    (named, *_), _ = shipped_institutions().page("北京大学", "", 100)
    assert (named.listed.name, named.alias) == ("北京大学", None)


@pytest.mark.requirement("A1")
def test_a_name_cut_short_is_looked_for_only_when_no_name_holds_it() -> None:
    hits, _ = shipped_institutions().page("上海财大", "", 100)
    assert {hit.alias for hit in hits} == {"上海财大"}  # a browser offers what holds the typed text
    first, after = shipped_institutions().page("华理大", "", 1)
    rest, end = shipped_institutions().page("华理大", str(after), 100)
    assert end is None
    assert not {hit.listed.code for hit in first} & {hit.listed.code for hit in rest}
    whole, _ = shipped_institutions().page("交通大学", "", 1000)
    assert all("交通大学" in (hit.alias or hit.listed.name) for hit in whole)
    assert shipped_institutions().page("财大", "", 100)[0] == shipped_institutions().page(" 财 大 ", "", 100)[0]


@pytest.mark.requirement("A1")
@pytest.mark.parametrize("query", ["·", "（）", "--"])
def test_a_search_for_punctuation_finds_nothing(query: str) -> None:
    assert shipped_institutions().page(query, "", 100) == ((), None)


@pytest.mark.requirement("N2")
def test_an_alias_is_no_name_of_the_code_when_claims_are_compared() -> None:
    assert not shipped_institutions().has_name("10001", "北大")


def test_every_alias_belongs_to_a_listed_code_and_is_none_of_its_names() -> None:
    with Path("layers/degree_auth/data/institution_names.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    shipped = shipped_institutions()
    assert {row["kind"] for row in rows} == {"short", "english", "translation", "former"}
    assert all(shipped.is_known(row["code"]) and not shipped.has_name(row["code"], row["name"]) for row in rows)
    assert len({(row["code"], row["name"]) for row in rows}) == len(rows)
