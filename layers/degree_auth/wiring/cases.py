"""The table of cases, its stream, and the state machines that move cases on."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

from degree_auth.adapters.cases.examiner import ExaminingFunction
from degree_auth.adapters.cases.items import entry_of_image
from degree_auth.adapters.cases.table import CaseTable
from degree_auth.adapters.cases.workflows import StepFunctions
from degree_auth.domain.cases.stages import Machine
from degree_auth.observability import logger
from degree_auth.services.cases.nudge import Nudge
from degree_auth.services.verification.listed_degrees import described_task
from degree_auth.wiring import shared
from degree_auth.wiring.fees import table as fees

EXAMINATION_SECONDS = 60
"""The time limit of the function that examines files."""


@cache
def table() -> CaseTable:
    """The table of cases; a function through which tasks are answered has the table of fees, too."""
    opens = bool(os.environ.get("MASTER_SECRET_ID"))
    return CaseTable(
        shared.setting("CASES_TABLE"),
        shared.setting("AWS_REGION"),
        fees.table() if os.environ.get("ACCOUNTS_TABLE") else None,
        shared.keyring().cases if opens else None,
        partial(described_task, shared.keyring()) if opens else None,
    )


@cache
def examiner() -> ExaminingFunction:
    """The function that looks into files; it may take as long as it is allowed to run."""
    client = shared.patient_client("lambda", EXAMINATION_SECONDS + 5)
    return ExaminingFunction(client, shared.setting("EXAMINE_FILE_FUNCTION"), shared.documents())


@cache
def entry_reader() -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """What reads an entry of the case log from an item image of the table's stream."""
    return entry_of_image


@cache
def workflows() -> StepFunctions:
    """The state machines."""
    return StepFunctions(
        shared.client("stepfunctions"),
        {machine: shared.setting(f"{machine.name}_MACHINE_ARN") for machine in Machine},
    )


@cache
def nudge() -> Nudge:
    """Making machines go on after a commit."""
    return Nudge(table(), workflows(), logger.error)
