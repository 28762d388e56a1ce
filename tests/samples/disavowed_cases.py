"""Cases to disavow, wherever they stand, and how disavowals end."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from degree_auth.domain.applications.person import Authority
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.register.award import AwardRecord
from degree_auth.services.reports.check import check_report
from tests.doubles.report_log import MemoryReportLog
from tests.doubles.world import World
from tests.properties.cases.test_interleavings import BEGINNINGS
from tests.samples.claims import body_of
from tests.unit.reports.test_sharing import body

WAITS_FOR_SOMEBODY = {name: begin for name, begin in BEGINNINGS.items() if not name.startswith("frozen")}
EVERY_BEGINNING = pytest.mark.parametrize("beginning", sorted(WAITS_FOR_SOMEBODY))
DECISIONS = {"impersonation", "unfounded", "taken back"}


def case_that_waits(world: World, beginning: str) -> Case:
    return world.cases.load(WAITS_FOR_SOMEBODY[beginning](world).case_number)


def end_disavowal(world: World, case: Case, how: str) -> Case:
    """The disavowal came to its end."""
    return world.take_back(case) if how == "taken back" else world.decide_disavowal(case, how)


def as_it_stood(case: Case) -> Case:
    """The case without what its disavowal leaves on it."""
    bare = replace(case, version=0, head="", changed_at=case.received_at, commands=(), link_digest=None, disavowals=())
    return replace(bare, charged=(), sheet_version=None)


def check(world: World, number: str) -> dict[str, Any]:
    sha256 = world.cases.reports[number].sha256
    return check_report(world.cases, world.keyring, MemoryReportLog(), {"sha256": sha256}, pytest.fail)


def through_the_platform(world: World, caller: int = 5, **degree: Any) -> Case:
    """An application in the holder's name that the platform vouches for, with contact details of the caller's own."""
    stated = body(world, caller)
    stated["degree"] |= degree
    key = f"msg-{len(world.cases.cases)}"
    return world.intake.submit(stated, key, "platform", Authority.PUBLIC_SECURITY, world.now).case


def waits_beside(case: Case) -> str | None:
    """The disavowed application because of which a case waits for a reviewer."""
    reason = case.reason or {}
    return reason["case"] if case.stage is Stage.PARKED and reason["reason"] == "holder_disavowed_another" else None


def platform_case(world: World, record: AwardRecord, **holder: Any) -> Case:
    """The truthful application for a record, through the platform, with another holder's document perhaps."""
    stated = body_of(record)
    stated["holder"] |= holder
    key = f"msg-{len(world.cases.cases)}"
    return world.intake.submit(stated, key, "platform", Authority.PUBLIC_SECURITY, world.now).case
