"""Spot checks of reports."""

from __future__ import annotations

from functools import cache

from degree_auth.adapters.cases.workflows import DrawMachine
from degree_auth.adapters.spot_checks.table import DrawTable
from degree_auth.services.spot_checks.checks import SpotCheckDesk, SpotChecks
from degree_auth.services.spot_checks.draw import SpotCheckDraw
from degree_auth.wiring import cases, rechecks, shared


@cache
def draw() -> SpotCheckDraw:
    """Drawing reports for spot checks."""
    return SpotCheckDraw(cases.table(), shared.documents(), shared.keyring())


@cache
def checks() -> SpotChecks:
    """Spot checks, step by step."""
    return SpotChecks(
        drawing=draw(),
        draws=DrawTable(shared.setting("CASES_TABLE"), shared.setting("AWS_REGION")),
        store=cases.table(),
        documents=shared.documents(),
        rechecks=rechecks.commands(),
        size=int(shared.setting("SPOT_CHECK_SIZE")),
    )


@cache
def desk() -> SpotCheckDesk:
    """Spot checks as staff start them."""
    machine = DrawMachine(shared.client("stepfunctions"), shared.setting("SPOT_CHECK_MACHINE_ARN"))
    return SpotCheckDesk(checks(), machine, shared.setting("DOCUMENTS_BUCKET"))
