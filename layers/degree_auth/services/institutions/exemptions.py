"""Exemptions (说明函, article 14) as staff approve and withdraw them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from degree_auth.domain.institutions.institution import (
    Exemption,
    InstitutionEventType,
    add_institution_event,
)
from degree_auth.domain.institutions.staff_actions import (
    InstitutionDecision,
)
from degree_auth.domain.shared.actors import staff_actor
from degree_auth.domain.shared.errors import Conflict, NotFound
from degree_auth.domain.shared.words import Words
from degree_auth.domain.shared.working_days import shanghai_day
from degree_auth.services.institutions.ports import Change, InstitutionStore, Part
from degree_auth.services.shared.optimistic import until_stored
from degree_auth.services.shared.staff_desk import ActionResult


@dataclass(frozen=True, slots=True)
class Exemptions:
    """Carries out staff's decisions on exemptions. A repeat changes nothing."""

    store: InstitutionStore

    def approve(self, decision: InstitutionDecision, now: datetime) -> ActionResult:
        """Approve an exemption for a period. Raises `Conflict`: it is known with another period, or withdrawn."""
        if decision.valid_from is None or decision.valid_until is None:
            raise ValueError("an exemption has a period")
        wanted = Exemption(decision.exemption, decision.valid_from, decision.valid_until, decision.reviewer)
        data = {
            "exemption": wanted.reference,
            "valid_from": wanted.valid_from.isoformat(),
            "valid_until": wanted.valid_until.isoformat(),
            "reason": decision.reason,
        }

        def approve_exemption(present: Exemption | None) -> Exemption | None:
            if present is None:
                return wanted
            if present.withdrawn_on is None and (present.valid_from, present.valid_until) == (
                wanted.valid_from,
                wanted.valid_until,
            ):
                return None
            raise Conflict("exemption_known")

        self._change(decision, approve_exemption, InstitutionEventType.EXEMPTION_APPROVED, data, now)
        return _exemption_result(decision, Words("书面反馈说明函已批准。", "The exemption is approved."))

    def withdraw(self, decision: InstitutionDecision, now: datetime) -> ActionResult:
        """Withdraw an exemption from today on. Raises `NotFound`: there is none."""
        today = shanghai_day(now)
        data = {"exemption": decision.exemption, "withdrawn_on": today.isoformat(), "reason": decision.reason}

        def withdraw_exemption(present: Exemption | None) -> Exemption | None:
            if present is None:
                raise NotFound("not_found")
            if present.withdrawn_on is not None:
                return None
            return replace(present, withdrawn_on=today, version=present.version + 1)

        self._change(decision, withdraw_exemption, InstitutionEventType.EXEMPTION_WITHDRAWN, data, now)
        words = Words(
            "书面反馈说明函已撤回，自今日起收到的书面反馈不再录入。",
            "The exemption is withdrawn; written forms received from today on are not entered.",
        )
        return _exemption_result(decision, words)

    def _change(
        self,
        decision: InstitutionDecision,
        change: Callable[[Exemption | None], Exemption | None],
        kind: InstitutionEventType,
        data: dict[str, Any],
        now: datetime,
    ) -> None:
        def attempt() -> None:
            institution = self.store.institution(decision.institution_code)
            try:
                present = self.store.exemption(institution.code, decision.exemption)
            except NotFound:
                present = None
            part: Part | None = change(present)
            if part is not None:
                after, entry = add_institution_event(institution, kind, staff_actor(decision.reviewer), data, now)
                self.store.commit(Change(institution, after, entry, part))

        until_stored(attempt)


def _exemption_result(decision: InstitutionDecision, words: Words) -> ActionResult:
    return ActionResult(words, {"institution_code": decision.institution_code, "exemption": decision.exemption})
