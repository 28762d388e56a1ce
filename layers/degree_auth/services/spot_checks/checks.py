"""Spot checks (article 15): drawing, re-verifying what was drawn, and what it came to."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from degree_auth.domain.shared.actors import SYSTEM, staff_actor
from degree_auth.domain.shared.errors import Conflict
from degree_auth.domain.shared.words import Words
from degree_auth.domain.shared.working_days import SHANGHAI, shanghai_time
from degree_auth.domain.spot_checks.draw import Method
from degree_auth.domain.spot_checks.finding import awaits_finding, finding_of, is_checked
from degree_auth.domain.spot_checks.request import DrawRequest, parse_spot_check_action
from degree_auth.domain.spot_checks.summary import Summary, summary
from degree_auth.services.cases.ports import CaseStore
from degree_auth.services.cases.report_following import ReportFollowing
from degree_auth.services.rechecks.commands import Rechecks
from degree_auth.services.shared.ports import Documents
from degree_auth.services.shared.staff_desk import ActionResult
from degree_auth.services.spot_checks.draw import SpotCheckDraw
from degree_auth.services.spot_checks.ports import Draws, SpotCheckMachine

BATCH = 25
"""Reports that one step of the machine re-verifies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpotChecks:
    """Carries out spot checks; every step can be repeated. `size` is how many the schedule draws a month."""

    drawing: SpotCheckDraw
    draws: Draws
    store: CaseStore
    documents: Documents
    rechecks: Rechecks
    size: int

    def order(self, command: str, request: DrawRequest, by: str, now: datetime) -> str:
        """Order a draw and return its id; the same command orders one draw. It is carried out today or on a later
        day."""
        draw_id = self.drawing.order(command, request, by, now)
        self.draws.add(draw_id, now)
        return draw_id

    def order_scheduled(self, now: datetime) -> str:
        """Order the month's own draw: over the reports of the month before, weighted by risk. Gives the draw's id."""
        last = now.astimezone(SHANGHAI).replace(day=1) - timedelta(days=1)
        command = f"scheduled-{last:%Y-%m}"
        try:
            return self.order(command, DrawRequest((f"{last:%Y-%m}",), Method.RISK, self.size), SYSTEM, now)
        except Conflict:
            # Ordered already, when another number was to be drawn: that order stands.
            return self.drawing.draw_id(command)

    def draw(self, draw_id: str) -> None:
        """Draw as ordered; one that is drawn stays as it is."""
        self.drawing.draw(draw_id)

    def recheck(self, draw_id: str, start: int, now: datetime) -> int | None:
        """Re-verify the next batch from `start` on; gives where to go on, None after the last."""
        drawn = self.drawing.load(draw_id)["drawn"]
        for one in drawn[start : start + BATCH]:
            if not is_checked(self.store.load(one["case_number"]), draw_id):
                self.rechecks.spot_check(one["case_number"], draw_id, one["report_number"], now)
        following = start + BATCH
        return following if following < len(drawn) else None

    def summarise(self, draw_id: str, now: datetime) -> Summary:
        """What the draw has come to so far, kept beside it; once nothing more can be found out, it is closed."""
        record = self.drawing.load(draw_id)
        reports = ReportFollowing(self.store, self.rechecks.sealer)
        cases = {one["report_number"]: reports.catch_up(one["case_number"], now) for one in record["drawn"]}
        findings = {number: finding_of(case, draw_id, number) for number, case in cases.items()}
        found = summary(record, findings)
        result = {
            "draw_id": draw_id,
            "at": shanghai_time(now),
            **found.as_dict(),
            "findings": {number: finding.value for number, finding in sorted(findings.items())},
        }
        content = json.dumps(result, ensure_ascii=False, indent=2).encode()
        self.documents.put(f"spot-checks/{draw_id}/result.json", content, "application/json")
        if not any(awaits_finding(case, draw_id, number) for number, case in cases.items()):
            self.draws.close(draw_id, now)
        return found

    def open_draws(self) -> Sequence[str]:
        """The draws that still wait for findings."""
        return self.draws.open_draws()


@dataclass(frozen=True, slots=True)
class SpotCheckDesk:
    """Spot checks as staff start them."""

    checks: SpotChecks
    machine: SpotCheckMachine
    bucket: str

    def carry_out(self, body: object, command: str, now: datetime) -> ActionResult:
        """Order a draw and have it carried out, or say what one has come to and have it added up anew.

        Raises:
            Malformed, Invalid: what is wrong with the input.
            NotFound: there is no such draw.
            Conflict: the command has ordered a draw by other terms.
        """
        asked = parse_spot_check_action(body)
        if asked.request is None:
            words = _result_words(self.checks.drawing.result(asked.draw_id))
            self.machine.carry_out(asked.draw_id, command)
            return ActionResult(words, self._facts(asked.draw_id))
        draw_id = self.checks.order(command, asked.request, staff_actor(asked.reviewer), now)
        self.machine.carry_out(draw_id, command)
        return ActionResult(
            Words(
                f"已下达抽查，正在抽取与再次核查。抽查编号 {draw_id}。",
                f"The spot check is ordered; reports are being drawn and re-verified. Draw {draw_id}.",
            ),
            self._facts(draw_id),
        )

    def _facts(self, draw_id: str) -> Mapping[str, Any]:
        return {"draw_id": draw_id, "location": f"s3://{self.bucket}/spot-checks/{draw_id}/"}


def _result_words(result: Mapping[str, Any]) -> Words:
    """The results of a draw as they were added up last. Asking for them has them added up again."""
    if not result:
        return Words(
            "抽查结果尚未统计，请稍后再次查询。",
            "The results of the spot check have not been added up yet. Please ask again shortly.",
        )
    drawn, right, wrong, undecided = (result[name] for name in ("drawn", "right", "wrong", "open"))
    at = f"{datetime.fromisoformat(result['at']).astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    rate = _rate_words(result["error_rate"])
    return Words(
        f"截至 {at}，抽取的 {drawn} 份报告中，无误 {right} 份，有误 {wrong} 份，尚无结论 {undecided} 份。{rate.zh}"
        "现已重新统计，稍后再次查询可得最新结果。",
        f"As of {at}, of {drawn} reports drawn, right: {right}, wrong: {wrong}, undecided: {undecided}. "
        f"{rate.en} The results are being added up anew; ask again shortly for the latest.",
    )


def _rate_words(rate: Mapping[str, str] | None) -> Words:
    """The estimated error rate with its confidence interval, in per cent."""
    if rate is None:
        return Words(
            "因尚无结论，没有差错率估计。", "Nothing is decided yet, so there is no estimate of the error rate."
        )
    estimate, low, high, confidence = (
        f"{float(rate[name]) * 100:.2f}%" for name in ("estimate", "low", "high", "confidence")
    )
    return Words(
        f"差错率估计为 {estimate}，{confidence} 置信区间为 {low} 至 {high}。",
        f"The estimated error rate is {estimate}, with a {confidence} confidence interval from {low} to {high}.",
    )
