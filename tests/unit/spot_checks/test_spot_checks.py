"""Spot checks from the draw to the estimate: every drawn report has its finding, and what is wrong is corrected."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.recheck import Cause
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.review.personal_data_actions import parse_personal_data_action
from degree_auth.domain.shared.actors import SYSTEM
from degree_auth.domain.shared.errors import Invalid, NotFound
from degree_auth.domain.spot_checks.draw import Method
from degree_auth.domain.spot_checks.request import DrawRequest
from degree_auth.services.review.erasures import Erasures
from degree_auth.services.spot_checks.checks import BATCH, SpotCheckDesk, SpotChecks
from degree_auth.services.spot_checks.draw import SpotCheckDraw
from tests.doubles.draws import MemoryDrawMachine, MemoryDraws
from tests.doubles.memory import MemoryShares
from tests.doubles.notified import MemoryOutbox
from tests.doubles.world import World


class Centre:
    """A world whose first records are reported, and the spot checks over it."""

    def __init__(self, reports: int = 4) -> None:
        self.world = World(records=reports)
        self.cases = [self.world.drive(self.world.submit(self.world.body(n)).case_number) for n in range(reports)]
        self.draws, self.machine = MemoryDraws(), MemoryDrawMachine()
        drawing = SpotCheckDraw(self.world.cases, self.world.documents, self.world.keyring)
        self.checks = SpotChecks(
            drawing=drawing,
            draws=self.draws,
            store=self.world.cases,
            documents=self.world.documents,
            rechecks=self.world.rechecks,
            size=50,
        )
        self.desk = SpotCheckDesk(self.checks, self.machine, "documents")

    def draw(self, size: int = 50, command: str = "execution-1") -> str:
        body = {
            "action": "draw_spot_check",
            "reviewer": "reviewer-1",
            "months": ["2026-11"],
            "method": "simple",
            "size": size,
        }
        return str(self.desk.carry_out(body, command, self.world.now).facts["draw_id"])

    def carry_out(self, draw_id: str) -> None:
        """What the machine does."""
        self.checks.draw(draw_id)
        start: int | None = 0
        while start is not None:
            start = self.checks.recheck(draw_id, start, self.world.now)

    def falsify(self, which: int) -> Case:
        """The register says something else of a reported award."""
        wrong = self.world.records[which]
        self.world.register.records = [
            replace(one, discipline_name="园林") if one == wrong else one for one in self.world.register.records
        ]
        return self.cases[which]

    def erase(self, which: int) -> None:
        """Two of staff have a case erased."""
        world, case = self.world, self.cases[which]
        erasures = Erasures(
            store=world.cases,
            sealer=world.keyring,
            documents=world.documents,
            shares=MemoryShares(),
            outbox=MemoryOutbox(),
        )
        asked = {"case_number": case.case_number, "reason": "本人要求", "ground": "holder_request"}
        for action, reviewer in (("propose_erasure", "li.ming"), ("approve_erasure", "zhao.qi")):
            more = {name: value for name, value in asked.items() if name != "ground" or action == "propose_erasure"}
            decision = parse_personal_data_action({"action": action, "reviewer": reviewer, **more})
            erasures.decide(decision, action, world.now)

    def result(self, draw_id: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.world.documents.objects[f"spot-checks/{draw_id}/result.json"])
        return found


@pytest.mark.requirement("A15")
def test_a_draw_that_the_register_confirms_is_settled_at_once() -> None:
    centre = Centre()
    draw_id = centre.draw()
    centre.carry_out(draw_id)
    found = centre.checks.summarise(draw_id, centre.world.now)
    assert (found.drawn, found.right, found.wrong, found.open) == (4, 4, 0, 0)
    assert centre.draws.open_draws() == []
    assert set(centre.result(draw_id)["findings"].values()) == {"right"}


@pytest.mark.requirement("A15", "A6")
def test_what_the_register_contradicts_goes_to_the_institution_and_then_the_way_of_a_dispute() -> None:
    centre = Centre()
    world = centre.world
    wrong = centre.falsify(0)
    draw_id = centre.draw()
    centre.carry_out(draw_id)
    found = centre.checks.summarise(draw_id, world.now)
    assert (found.right, found.wrong, found.open) == (3, 0, 1)
    assert centre.draws.open_draws() == [draw_id]
    assert found.rate is not None
    assert found.rate.low == 0
    assert found.rate.high > 0
    case = world.attend(world.cases.load(wrong.case_number))
    assert case.rechecks[-1].cause is Cause.SPOT_CHECK
    case = world.answer(case, "not_awarded")
    world.staff("decide_recheck", case, command="d", reason="档案无记载", decision="revoked")
    found = centre.checks.summarise(draw_id, world.now)
    assert (found.right, found.wrong, found.open) == (3, 1, 0)
    assert centre.draws.open_draws() == []
    assert wrong.report is not None
    assert world.cases.reports[wrong.report.report_number].state == "revoked"


@pytest.mark.requirement("A15", "N1", "N3")
@pytest.mark.parametrize("erase_before", ["re-verifying", "adding up"])
def test_a_draw_from_before_an_erasure_comes_to_its_end_and_counts_what_was_found(erase_before: str) -> None:
    centre = Centre()
    draw_id = centre.draw()
    centre.checks.draw(draw_id)
    if erase_before == "re-verifying":
        centre.erase(0)
        centre.carry_out(draw_id)
        expected = (4, 3, 0, 1)
    else:
        centre.carry_out(draw_id)
        before = centre.checks.summarise(draw_id, centre.world.now)
        centre.erase(0)
        assert centre.checks.summarise(draw_id, centre.world.now) == before
        expected = (4, 4, 0, 0)
    found = centre.checks.summarise(draw_id, centre.world.now)
    assert (found.drawn, found.right, found.wrong, found.open) == expected
    assert centre.draws.open_draws() == []


@pytest.mark.requirement("A15", "N6")
def test_staff_are_told_plainly_what_a_draw_has_come_to_so_far() -> None:
    centre = Centre()
    centre.falsify(0)
    draw_id = centre.draw()
    asked = {"action": "summarise_spot_check", "reviewer": "reviewer-1", "draw_id": draw_id}
    centre.carry_out(draw_id)
    assert "have not been added up yet" in centre.desk.carry_out(asked, "s", centre.world.now).words.en
    centre.checks.summarise(draw_id, centre.world.now)
    told = centre.desk.carry_out(asked, "s", centre.world.now).words
    assert "4 份报告中，无误 3 份，有误 0 份，尚无结论 1 份" in told.zh
    assert "right: 3, wrong: 0, undecided: 1" in told.en
    assert "差错率估计为 0.00%，95.00% 置信区间为 0.00% 至 25.00%。" in told.zh


@pytest.mark.requirement("A15", "N1")
def test_every_step_of_a_spot_check_can_be_repeated() -> None:
    centre = Centre()
    wrong = centre.falsify(0)
    draw_id = centre.draw()
    assert centre.draw() == draw_id
    assert list(centre.machine.started.values()) == [draw_id]
    for _ in range(3):
        centre.carry_out(draw_id)
    case = centre.world.cases.load(wrong.case_number)
    assert len(case.rechecks) == len(case.tasks) == 1
    first = centre.checks.summarise(draw_id, centre.world.now)
    assert centre.checks.summarise(draw_id, centre.world.now) == first


@pytest.mark.requirement("A15", "N1")
def test_a_report_under_dispute_when_drawn_is_looked_at_once_that_has_ended() -> None:
    centre = Centre()
    world = centre.world
    shown = world.attach(centre.cases[0], kind="evidence").attachments[-1].attachment_id
    disputed = world.disputes.dispute(centre.cases[0].case_number, {"reason": "有误", "evidence": [shown]}, world.now)
    draw_id = centre.draw()
    centre.carry_out(draw_id)
    assert world.cases.load(disputed.case_number) == disputed
    assert centre.checks.summarise(draw_id, world.now).open == 1
    world.staff("refuse_recheck", disputed, command="r", reason="证据不足")
    centre.carry_out(draw_id)
    assert centre.checks.summarise(draw_id, world.now).open == 0


@pytest.mark.requirement("A15")
def test_a_finding_is_about_the_report_that_was_drawn_and_about_no_later_one() -> None:
    centre = Centre(reports=1)
    world = centre.world
    shown = world.attach(centre.cases[0], kind="evidence").attachments[-1].attachment_id
    case = world.disputes.dispute(centre.cases[0].case_number, {"reason": "有误", "evidence": [shown]}, world.now)
    draw_id = centre.draw()
    centre.carry_out(draw_id)
    case = world.attend(world.staff("admit_recheck", case, command="a", reason="符合条件").case)
    case = world.answer(case, "partly_inconsistent", archive_values={"degree.discipline": "园林"})
    world.staff("decide_recheck", case, command="d", reason="以档案为准", decision="superseded")
    case = world.drive(case.case_number)
    centre.carry_out(draw_id)
    assert world.cases.load(case.case_number) == case
    found = centre.checks.summarise(draw_id, world.now)
    assert (found.right, found.wrong, found.open) == (0, 1, 0)


@pytest.mark.requirement("A15")
def test_what_stands_though_the_institution_could_not_verify_it_confirms_nothing() -> None:
    centre = Centre()
    world = centre.world
    contradicted = centre.falsify(0)
    draw_id = centre.draw()
    centre.carry_out(draw_id)
    case = world.answer(world.attend(world.cases.load(contradicted.case_number)), "cannot_verify")
    world.staff("decide_recheck", case, command="d", reason="无从否定", decision="upheld")
    found = centre.checks.summarise(draw_id, world.now)
    assert (found.right, found.wrong, found.open) == (3, 0, 1)
    assert centre.draws.open_draws() == []


@pytest.mark.requirement("A15", "N3")
def test_who_ordered_a_draw_and_when_stands_beside_it_once() -> None:
    centre = Centre(reports=1)
    draw_id = centre.draw()
    ordered = centre.world.now
    centre.world.now += timedelta(hours=1)
    assert centre.draw() == draw_id
    order = json.loads(centre.world.documents.objects[f"spot-checks/{draw_id}/order.json"])
    assert order["by"] == "staff:reviewer-1"
    assert datetime.fromisoformat(order["at"]) == ordered
    centre.world.now += timedelta(days=8)
    monthly = centre.checks.order_scheduled(centre.world.now)
    assert json.loads(centre.world.documents.objects[f"spot-checks/{monthly}/order.json"])["by"] == "system"


@pytest.mark.requirement("A15")
def test_a_report_that_stood_the_check_and_is_corrected_afterwards_was_wrong() -> None:
    centre = Centre(reports=1)
    world = centre.world
    draw_id = centre.draw()
    centre.carry_out(draw_id)
    assert centre.checks.summarise(draw_id, world.now).right == 1
    case = world.cases.load(centre.cases[0].case_number)
    case = world.staff("open_recheck", case, command="o", reason="复查", cause="institution_report").case
    case = world.attend(world.staff("admit_recheck", case, command="a", reason="复查").case)
    world.staff(
        "decide_recheck", world.answer(case, "not_awarded"), command="d", reason="档案无记载", decision="revoked"
    )
    assert centre.checks.summarise(draw_id, world.now).wrong == 1


@pytest.mark.requirement("A15")
def test_a_draw_closes_also_when_a_recheck_was_not_pursued() -> None:
    centre = Centre()
    world = centre.world
    wrong = centre.falsify(0)
    draw_id = centre.draw()
    centre.carry_out(draw_id)
    case = world.answer(world.attend(world.cases.load(wrong.case_number)), "needs_material")
    world.staff("refuse_recheck", case, command="r", reason="申请人未补充")
    assert centre.checks.summarise(draw_id, world.now).open == 1
    assert centre.draws.open_draws() == []


@pytest.mark.requirement("A15")
def test_the_schedule_draws_over_the_month_before_once() -> None:
    centre = Centre()
    centre.world.now += timedelta(days=8)
    draw_id = centre.checks.order_scheduled(centre.world.now)
    assert centre.checks.order_scheduled(centre.world.now + timedelta(hours=1)) == draw_id
    assert centre.draws.open_draws() == [draw_id]
    # Another size from now on: the month's order stands.
    assert replace(centre.checks, size=7).order_scheduled(centre.world.now) == draw_id
    centre.carry_out(draw_id)
    record = centre.checks.drawing.load(draw_id)
    assert (record["months"], record["method"], len(record["drawn"])) == (["2026-11"], "risk", 4)


@pytest.mark.requirement("A15")
def test_a_large_draw_is_carried_out_in_batches() -> None:
    centre = Centre(reports=BATCH + 1)
    draw_id = centre.checks.order("c", DrawRequest(("2026-11",), Method.SIMPLE, BATCH + 1), SYSTEM, centre.world.now)
    centre.checks.draw(draw_id)
    assert centre.checks.recheck(draw_id, 0, centre.world.now) == BATCH
    assert centre.checks.recheck(draw_id, BATCH, centre.world.now) is None
    assert all(one.stage is Stage.CONCLUDED for one in centre.world.cases.cases.values())


@pytest.mark.requirement("A15", "N5")
def test_an_order_names_all_that_is_wrong_with_it() -> None:
    centre = Centre(reports=1)
    body = {"action": "draw_spot_check", "months": ["2026-13"], "method": "guess", "size": 0, "name": "x"}
    with pytest.raises(Invalid) as refused:
        centre.desk.carry_out(body, "c", centre.world.now)
    assert {one.field for one in refused.value.problems} == {"reviewer", "months", "method", "size", "name"}
    order = {"action": "summarise_spot_check", "reviewer": "reviewer-1", "draw_id": "0" * 20}
    with pytest.raises(NotFound):
        centre.desk.carry_out(order, "c", centre.world.now)
