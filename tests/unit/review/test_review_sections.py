"""The review sheet carries what the later decisions of staff rest on, in every stage, also after the conclusion."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from degree_auth.domain.applications.person import Authority
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.shared.words import Language, Words
from degree_auth.messages import text
from degree_auth.services.applications.intake import PLATFORM
from tests.doubles.world import World
from tests.unit.rechecks.test_rechecks import disputed, reported

INSIDE_TAGS = re.compile(r"<[^>]+>")


def sheet_of(world: World, case: Case, **chosen: str) -> str:
    world.staff("open_review", case, **chosen)
    return world.documents.objects[f"review/{case.case_number}/sheet.html"].decode()


def rows_of(sheet: str, heading: str) -> list[list[str]]:
    """The rows of the table in the part with this heading, without mark-up."""
    part = sheet.partition(heading)[2].partition("<h2>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", part)
    return [[INSIDE_TAGS.sub("", cell) for cell in re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row)] for row in rows]


@pytest.mark.requirement("A6", "A10")
def test_a_dispute_is_shown_with_its_statement_and_links_to_its_evidence() -> None:
    world = World()
    case = disputed(world, reported(world))
    sheet = sheet_of(world, case)
    part = sheet.partition("再次核查 1")[2].partition("<h2>")[0]
    assert "申请人异议" in part
    assert "专业名称与证书不符" in part
    assert case.recheck is not None
    assert [one in part for one in case.recheck.evidence] == [True]
    admitted = world.staff("admit_recheck", case, command="admit", reason="符合条件").case
    assert "再次核查中" in sheet_of(world, admitted)


@pytest.mark.requirement("A15", "A10")
def test_a_recheck_that_staff_opened_is_shown_with_their_reason() -> None:
    world = World()
    case = reported(world)
    case = world.staff("open_recheck", case, command="o", reason="来信反映有误", cause="institution_report").case
    assert "来信反映有误" in sheet_of(world, case)


@pytest.mark.requirement("A5", "A6", "A10")
def test_archive_values_stand_beside_the_claim_until_the_decision_and_after_it() -> None:
    world = World()
    case = world.staff("admit_recheck", disputed(world, reported(world)), command="admit", reason="受理").case
    case = world.answer(world.attend(case), "partly_inconsistent", archive_values={"degree.discipline": "园林"})
    assert case.stage is Stage.RECHECK_DECISION
    rows = rows_of(sheet_of(world, case), "单位反馈")
    claimed = world.records[0].discipline_name
    assert [row[1:] for row in rows[1:]] == [[claimed, "园林"]]
    world.staff("decide_recheck", case, command="decide", reason="以档案为准", decision="superseded")
    case = world.drive(case.case_number)
    assert case.stage is Stage.CONCLUDED
    assert "<h2>再次核查" not in (sheet := sheet_of(world, case))
    assert "档-2022-001" in sheet


@pytest.mark.requirement("A5", "A10")
def test_a_denial_is_shown_with_the_archive_that_was_searched() -> None:
    world = World()
    case = world.issue(world.answer(world.asked(), "not_awarded", archive_searched="学校档案馆 2022 届学位档案"))
    part = sheet_of(world, case).partition("<h2>单位反馈")[2].partition("<h2>")[0]
    assert "学校档案馆 2022 届学位档案" in part


@pytest.mark.requirement("A11", "A10")
def test_a_proposed_register_change_is_shown_field_by_field_before_and_after() -> None:
    world = World()
    case = world.keep_register(world.answer(world.asked(discipline="园艺学"), "verified"))
    rows = rows_of(sheet_of(world, case), "<h2>数据库信息变更")
    assert [row[1:] for row in rows[1:]] == [[world.records[0].discipline_name, "园艺学"]]
    case = world.drive(case.case_number)
    assert case.stage is Stage.CONCLUDED
    assert "待第二人复核" in sheet_of(world, case)


@pytest.mark.requirement("A11", "A10")
def test_each_record_has_the_name_by_which_staff_choose_it() -> None:
    world = World()
    names = ["a" * 22, "b" * 22]
    twins = [replace(world.records[0], record_id=f"10001#1#{name}") for name in names]
    world.register.records[0:1] = [twins[0], replace(twins[1], discipline_name="林学")]
    case = world.keep_register(world.answer(world.asked(), "verified"))
    assert re.findall(r"<code>([^<]*)</code>", sheet_of(world, case)) == names
    world.staff("propose_register_change", case, command="p", record=names[1])


@pytest.mark.requirement("A10", "A11")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_parked_case_is_shown_with_its_reason_and_with_the_report_that_stands_against_it(language: str) -> None:
    world = World()
    first = world.drive(world.answer(world.asked(discipline="园艺学"), "verified").case_number)
    stated = world.body()
    stated["contact"]["mobile"] = "13800138001"
    other = world.drive(world.submit(stated).case_number)
    assert first.report is not None
    part = sheet_of(world, other, language=language)
    assert Words(*text("report_in_force_differs")).in_language(Language(language)) in part
    assert first.report.report_number in part
    assert first.case_number in part
    assert first.case_number not in str(world.own_case.status(other.case_number, world.now))


@pytest.mark.requirement("N4")
def test_what_people_wrote_is_text_on_the_sheet_and_never_mark_up() -> None:
    world = World()
    case = world.drive(world.answer(world.asked(), "verified", remark="<script>a</script>").case_number)
    assert case.task is not None
    assert "<script>" not in sheet_of(world, case)


@pytest.mark.requirement("A10", "N6")
def test_the_sheet_is_in_the_language_that_the_reviewer_chose() -> None:
    world = World()
    case = world.staff("admit_recheck", disputed(world, reported(world)), command="admit", reason="受理").case
    case = world.answer(world.attend(case), "partly_inconsistent", archive_values={"degree.discipline": "园林"})
    headings = re.compile(r"<(?:h1|h2|th)[^>]*>([^<]*)<")
    chinese, english = sheet_of(world, case), sheet_of(world, case, language="en")
    assert 'lang="zh-CN"' in chinese
    assert 'lang="en"' in english
    assert [one for one in headings.findall(chinese) if re.search("[a-z]", one)] == []
    assert [one for one in headings.findall(english) if re.search("[\u4e00-\u9fff]", one)] == []
    assert len(headings.findall(chinese)) == len(headings.findall(english)) > 20


@pytest.mark.requirement("A1", "A10")
def test_the_sheet_says_by_whom_the_applicant_was_proven() -> None:
    world = World()
    body = world.body(discipline="园艺学")
    delivered = world.intake.submit(body, "msg_1", PLATFORM, Authority.PUBLIC_SECURITY, world.now).case
    assert "身份由谁证明：公安机关，经国家政务服务平台" in sheet_of(world, delivered)
    assert "The public security authority, told by the platform" in sheet_of(world, delivered, language="en")
    unproven = world.unproven(body).case
    assert "身份尚未核验" in sheet_of(world, unproven)
    world.attach(unproven, kind="identity_document")
    confirmed = world.staff("confirm_identity", unproven).case
    assert "身份由谁证明：学位中心审核员" in sheet_of(world, confirmed)
