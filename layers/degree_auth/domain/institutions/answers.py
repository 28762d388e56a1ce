"""What a lead department is shown of its accounts and of the coverage of its departments' scopes (article 9)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from degree_auth.domain.accounts.accounts import Account
from degree_auth.domain.institutions.routing import Coverage
from degree_auth.domain.institutions.scope import SCOPE_LABELS
from degree_auth.domain.reports.report import LABELS
from degree_auth.messages import text


def account_answer(account: Account, now: datetime) -> dict[str, Any]:
    """An account without anything about its user: whose it is, whether it is in use, how many sessions are open."""
    return {
        "account_id": account.account_id,
        "username": account.username,
        "tier": account.tier,
        "department_id": account.department_id,
        "password_set": account.temporary_until is None,
        "open_sessions": sum(now < one.ends_at for one in account.sessions),
    }


def coverage_answer(covered: Coverage) -> dict[str, Any]:
    """One combination, the departments that cover it, and where its tasks go: `routed_to` null is the lead one."""
    combination, routed = covered.combination, covered.routed
    chinese, english = text(routed.reason.value)
    return {
        "level": combination.level.value,
        "award_year": combination.award_year.value,
        "study_form": None if combination.study_group is None else combination.study_group.value,
        "departments": list(covered.departments),
        "routed_to": routed.department_id,
        "reason": {"code": routed.reason.value, "message": chinese, "message_en": english},
    }


def coverage_table(covered: Iterable[Coverage]) -> list[list[str]]:
    """Coverage as rows for a file, headings in both languages first."""
    table = [
        ["层级 Level", "授予年份 Award year", "学习形式 Study form", "部门 Departments", "分派到 Routed to", "说明 Why"]
    ]
    for one in covered:
        group = one.combination.study_group
        table.append(
            [
                " ".join(LABELS[one.combination.level]),
                " ".join(SCOPE_LABELS[one.combination.award_year]),
                "" if group is None else " ".join(SCOPE_LABELS[group]),
                ", ".join(one.departments),
                one.routed.department_id or "牵头部门 Lead department",
                " ".join(text(one.routed.reason.value)),
            ]
        )
    return table
