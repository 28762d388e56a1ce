"""Columns that were spoilt before the file reached us, and honest ones that must not be taken for them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from degree_auth.domain.register.annual_report_columns import COLUMNS
from degree_auth.domain.register.annual_report_header import read_header
from degree_auth.domain.register.annual_report_row import read_row
from degree_auth.domain.register.contradictions import contradictions
from degree_auth.domain.register.spoilt_columns import ColumnEvidence, is_improbable
from degree_auth.domain.shared.errors import Invalid
from tools.sample_rows import Row, rows

HEADER = read_header([column.code for column in COLUMNS])
SAMPLE = list(rows(2000))


def refusals(lines: list[Row]) -> dict[str, str]:
    """The rule by which a file of these rows is refused, and the detail, without the sharing of numbers."""
    evidence = ColumnEvidence()
    for line in lines:
        cells = [line[column.code] for column in COLUMNS]
        evidence.meet_cells(cells, HEADER)
        try:
            record = read_row(cells, HEADER)
        except Invalid as invalid:
            evidence.meet_faults(invalid.problems, cells, HEADER)
        else:
            evidence.meet_record(record, contradictions(record))
    return {problem.code: problem.detail for problem in evidence.problems()}


def rounded(number: str) -> str:
    """A number as a spreadsheet keeps it."""
    return number[:15] + "0" * (len(number) - 15)


def later(written: str, days: int) -> str:
    """A date some days later."""
    day = date(int(written[:4]), int(written[4:6]), int(written[6:]))
    return f"{day + timedelta(days=days):%Y%m%d}"


@pytest.mark.requirement("N2")
def test_an_honest_register_raises_no_alarm() -> None:
    assert refusals(SAMPLE) == {}
    assert refusals(SAMPLE[:9]) == {}


@pytest.mark.requirement("N2", "N5")
def test_numbers_that_lost_their_last_digits_are_refused_be_it_in_one_unit_alone() -> None:
    plain = [line for line in SAMPLE if len(line["XWZSBH"]) == 16 and line["XWZSBH"].isdecimal()]
    spoilt = [{**line, "XWZSBH": rounded(line["XWZSBH"])} for line in plain]
    assert set(refusals(spoilt[:40])) == {"register_column_spoilt"}
    one_unit = [{**line, "XWZSBH": f"99999{rounded(line['XWZSBH'])[5:]}"} for line in plain[:12]]
    assert refusals([*plain, *one_unit]) == {"register_column_spoilt": "12 of 12, unit 99999"}


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize("wrapping", ["'{}", ' "{}"', "'{}'", '="{}"'])
def test_lost_digits_are_seen_whatever_wraps_the_numbers(wrapping: str) -> None:
    wrapped = [{**line, "XWZSBH": wrapping.format(rounded(line["XWZSBH"]))} for line in PLAIN[:40]]
    assert set(refusals(wrapped)) == {"register_column_spoilt"}


PLAIN = [line for line in SAMPLE if len(line["XWZSBH"]) == 16 and line["XWZSBH"].isdecimal()]


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize("between", [1, 3], ids=["rows beside each other", "rows of the unit among others"])
def test_numbers_that_were_rounded_in_a_run_inside_one_unit_are_refused(between: int) -> None:
    unit = [{**line, "XWZSBH": f"10001{place:011d}"} for place, line in enumerate(PLAIN[:300])]
    run = [{**line, "XWZSBH": rounded(line["XWZSBH"])} for line in unit[100:115]]
    lines = [*unit[:100], *run, *unit[115:]]
    others = iter(PLAIN[300:])
    mixed = [one for line in lines for one in (line, *(next(others) for _ in range(between - 1)))]
    (detail,) = refusals(mixed).values()
    assert detail.startswith("between rows ")
    assert refusals(unit) == {}


@pytest.mark.requirement("N2")
def test_an_honest_column_may_have_many_numbers_that_end_in_zero() -> None:
    sixteen = [{**line, "XWZSBH": f"1000142022{place * 10:06d}"} for place, line in enumerate(PLAIN[:4], start=1)]
    assert refusals(sixteen) == {}
    evidence = ColumnEvidence()
    for line in sixteen:
        evidence.meet_cells([line[column.code] for column in COLUMNS], HEADER)
    assert evidence.problems(sharing=2) == []
    ((doubt, number),) = evidence.doubts()
    assert (doubt.code, number) == ("warning_numbers_end_in_zero", 4)


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize(("step", "warned"), [(3, True), (10, False)])
def test_numbers_that_were_rounded_here_and_there_are_worth_a_look(step: int, warned: bool) -> None:
    evidence = ColumnEvidence()
    for place, line in enumerate(PLAIN[:40]):
        number = f"10001420220{place:04d}1"
        scattered = {**line, "XWZSBH": number if place % step else rounded(number)}
        evidence.meet_cells([scattered[column.code] for column in COLUMNS], HEADER)
    assert evidence.problems() == []
    assert [problem.code for problem, _ in evidence.doubts()] == ["warning_numbers_end_in_zero"] * warned


@pytest.mark.requirement("N2")
def test_each_digit_that_is_zero_counts() -> None:
    eighteen = [{**line, "XWZSBH": f"10001420220{place:04d}000"} for place, line in enumerate(PLAIN[:4], start=1)]
    assert refusals(eighteen) == {"register_column_spoilt": "4 of 4"}


@pytest.mark.requirement("N2", "N5")
def test_names_in_which_circles_stand_for_characters_are_refused_as_a_column() -> None:
    veiled = [{**line, "XM": line["XM"][0] + "○"} for line in SAMPLE[:12]]
    assert refusals(veiled) == {"register_names_veiled": "12 of 12"}
    assert refusals([{**SAMPLE[0], "XM": "张〇"}, *SAMPLE[1:12]]) == {}


def test_few_numbers_that_all_end_in_zero_are_refused_when_people_share_them() -> None:
    evidence = ColumnEvidence()
    for line in SAMPLE[:6]:
        evidence.meet_cells([{**line, "XWZSBH": "1000142022000010"}[column.code] for column in COLUMNS], HEADER)
    assert evidence.problems(sharing=0) == []
    assert [problem.code for problem in evidence.problems(sharing=6)] == ["register_column_spoilt"]


def test_a_part_of_a_file_that_was_rounded_is_seen_by_the_numbers_that_people_share() -> None:
    plain = [line for line in SAMPLE if len(line["XWZSBH"]) == 16 and line["XWZSBH"].isdecimal()][:60]
    evidence = ColumnEvidence()
    for place, line in enumerate(plain):
        number = f"10001420220000{place // 30}0" if place % 10 < 3 else f"10001420220{place:04d}1"
        evidence.meet_cells([{**line, "XWZSBH": number}[column.code] for column in COLUMNS], HEADER)
    assert evidence.problems(sharing=0) == []
    assert [problem.code for problem in evidence.problems(sharing=18)] == ["register_column_spoilt"]


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize("days", [1, -1, 1462, -1462])
def test_dates_that_are_all_shifted_alike_are_refused(days: int) -> None:
    shifted = [{**line, "CSRQ": later(line["CSRQ"], days)} for line in SAMPLE[:60]]
    assert "register_column_days_shifted" in refusals(shifted)


@pytest.mark.requirement("N2", "N5")
def test_a_column_that_was_sorted_by_itself_is_refused() -> None:
    dates = sorted(line["CSRQ"] for line in SAMPLE[:100])
    assert "register_columns_apart" in refusals(
        [{**line, "CSRQ": other} for line, other in zip(SAMPLE[:100], dates, strict=True)]
    )
    swapped = [{**line, "XBM": {"1": "2", "2": "1"}[line["XBM"]]} for line in SAMPLE[:100]]
    assert "register_columns_apart" in refusals(swapped)


@pytest.mark.requirement("N2", "N5")
def test_certificate_numbers_of_other_rows_are_refused_and_those_of_a_unit_with_a_new_code_are_not() -> None:
    lines = PLAIN[:60]
    numbers = [line["XWZSBH"] for line in lines]
    moved = [{**line, "XWZSBH": number} for line, number in zip(lines, [*numbers[1:], numbers[0]], strict=True)]
    assert set(refusals(moved)) == {"register_columns_apart"}
    renamed = [{**line, "XWZSBH": f"19998{line['XWZSBH'][5:]}"} for line in lines]
    assert refusals(renamed) == {}


@pytest.mark.requirement("N2", "N5")
@pytest.mark.parametrize(("days", "found"), [(-1462, {"register_columns_apart"}), (200, set())])
def test_award_dates_of_other_years_than_the_numbers_are_refused(days: int, found: set[str]) -> None:
    shifted = [{**line, "HXWRQ": later(line["HXWRQ"], days)} for line in PLAIN[:60] if line["HXWRQ"] > "19900101"]
    assert set(refusals(shifted)) == found


@pytest.mark.requirement("N2", "N5")
def test_identity_numbers_of_which_some_went_through_floating_point_are_refused() -> None:
    numbered = [line for line in SAMPLE if len(line["ZJHM"]) == 18 and line["ZJHM"].isdecimal()][:200]
    doubles = [{**line, "ZJHM": f"{float(line['ZJHM']):.0f}"} for line in numbered[::4]]
    assert set(refusals([*numbered, *doubles])) == {"register_column_spoilt"}
    mistyped = [{**line, "ZJHM": f"{line['ZJHM'][:-1]}{(int(line['ZJHM'][-1]) + 1) % 10}"} for line in numbered[::4]]
    assert refusals([*numbered, *mistyped]) == {}


@pytest.mark.requirement("N5")
def test_a_column_in_which_most_rows_break_one_rule_is_refused() -> None:
    wrong = [{**line, "XWLBM": "999"} if place % 3 else line for place, line in enumerate(SAMPLE[:30])]
    assert refusals(wrong) == {"register_column_faulty": "row_code_unknown: 20 of 30"}


@pytest.mark.parametrize(("marked", "total", "chance"), [(9, 9, 0.1), (21, 40, 0.1), (5, 5, 0.01), (13, 100, 0.01)])
def test_the_limit_is_one_honest_column_in_a_thousand_million(marked: int, total: int, chance: float) -> None:
    assert is_improbable(marked, total, chance)
    assert not is_improbable(round(total * chance), total, chance)
    assert not is_improbable(0, 0, chance)
