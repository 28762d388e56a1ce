"""The one place where services meet their adapters; everything is made once a process, when first asked for."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from aws_lambda_powertools.utilities import parameters
from botocore.config import Config

from degree_auth.adapters.case_table import CaseTable
from degree_auth.adapters.documents import Bucket
from degree_auth.adapters.event_bus import EventBus
from degree_auth.adapters.institutions import shipped_institutions
from degree_auth.adapters.keyring import Keyring
from degree_auth.adapters.organisation import LeadDepartments
from degree_auth.adapters.register_table import RegisterTable
from degree_auth.adapters.workflows import StepFunctions
from degree_auth.adapters.working_days import published_calendar
from degree_auth.domain.case import Machine
from degree_auth.domain.institutions import Institutions
from degree_auth.domain.printable import Coverage
from degree_auth.observability import logger
from degree_auth.services.cases import Nudge
from degree_auth.services.following import Following
from degree_auth.services.intake import Intake
from degree_auth.services.issuance import Issuance
from degree_auth.services.matching import Matching
from degree_auth.services.review import Review
from degree_auth.services.task_clock import TaskClock
from degree_auth.services.verification import Verification

if TYPE_CHECKING:
    from degree_auth.adapters.account_table import AccountTable
    from degree_auth.adapters.report_log_table import ReportLogTable
    from degree_auth.adapters.signing_key import SigningKey
    from degree_auth.services.report_log import ReportLog
    from degree_auth.services.sessions import Sessions

INSTANT_WAIT_SECONDS = 8.0
"""How long the answer to a submission waits for a report that is on its way."""

_CLIENT = Config(
    connect_timeout=2,
    read_timeout=10,
    retries={"mode": "standard", "max_attempts": 4},
)
# Links that are handed out carry the present signature and the region's own address, the one that pages may talk to.
_STORAGE = _CLIENT.merge(
    Config(signature_version="s3v4", s3={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"})
)


def setting(name: str) -> str:
    """An environment variable of the function.

    Raises:
        RuntimeError: the template does not set it for this function.
    """
    value = os.environ.get(name)
    if not value:
        raise RuntimeError(f"the environment variable {name} is not set for this function")
    return value


def now() -> datetime:
    """The present moment; every service takes it as an argument."""
    return datetime.now(UTC)


@cache
def client(name: str) -> Any:
    """A boto3 client with bounded waits."""
    return boto3.client(name, config=_STORAGE if name == "s3" else _CLIENT)  # type: ignore[call-overload]


@cache
def keyring() -> Keyring:
    """Keys derived from the master secret."""
    return Keyring(str(parameters.get_secret(setting("MASTER_SECRET_ID"))).encode())


@cache
def cases() -> CaseTable:
    """The table of cases."""
    return CaseTable(setting("CASES_TABLE"), setting("AWS_REGION"))


@cache
def register() -> RegisterTable:
    """The award register."""
    return RegisterTable(setting("REGISTER_TABLE"), setting("AWS_REGION"), keyring())


def institutions() -> Institutions:
    """The institution list that ships with the package."""
    return shipped_institutions()


@cache
def platform_secret() -> bytes:
    """The secret shared with the national government service platform."""
    return str(parameters.get_secret(setting("PLATFORM_SECRET_ID"))).encode()


@cache
def event_bus() -> EventBus:
    """The event bus."""
    return EventBus(client("events"), setting("EVENT_BUS_NAME"))


@cache
def documents() -> Bucket:
    """Object storage."""
    return Bucket(client("s3"), setting("DOCUMENTS_BUCKET"))


@cache
def workflows() -> StepFunctions:
    """The state machines."""
    return StepFunctions(
        client("stepfunctions"),
        {machine: setting(f"{machine.name}_MACHINE_ARN") for machine in Machine},
    )


def nudge() -> Nudge:
    """Making machines go on after a commit."""
    return Nudge(cases(), workflows(), logger.error)


@cache
def matching() -> Matching:
    """Comparison with the register."""
    ranges = files("degree_auth").joinpath("data", "printable.txt").read_text("utf-8")
    return Matching(register(), institutions(), Coverage.parse(ranges))


@cache
def intake() -> Intake:
    """Receiving applications."""
    return Intake(cases(), keyring(), matching(), nudge(), logger.error, INSTANT_WAIT_SECONDS)


@cache
def review() -> Review:
    """Staff decisions on a case."""
    return Review(
        cases(),
        keyring(),
        register(),
        institutions(),
        documents(),
        nudge(),
        setting("DOCUMENTS_BUCKET"),
        verification(),
    )


@cache
def verification() -> Verification:
    """Verification tasks, for functions that start and wake machines and read sheets."""
    return Verification(cases(), keyring(), documents(), nudge(), published_calendar(), LeadDepartments())


@cache
def task_clock() -> TaskClock:
    """Routing, reminders and breaches of verification tasks."""
    return TaskClock(cases(), keyring(), LeadDepartments(), published_calendar())


@cache
def following() -> Following:
    """An applicant's view of a case."""
    return Following(cases(), keyring(), documents(), nudge(), published_calendar())


@cache
def accounts() -> AccountTable:
    """Accounts of institutions."""
    from degree_auth.adapters.account_table import AccountTable

    return AccountTable(setting("ACCOUNTS_TABLE"), setting("AWS_REGION"))


@cache
def sessions() -> Sessions:
    """Sign-in of institutions; what it needs is loaded only here, because most functions do without."""
    from degree_auth.adapters.password_hashing import Argon2
    from degree_auth.services.sessions import Sessions

    return Sessions(accounts(), keyring(), Argon2())


@cache
def report_log_table() -> ReportLogTable:
    """The report log, for reading and writing."""
    from degree_auth.adapters.report_log_table import ReportLogTable

    return ReportLogTable(setting("CASES_TABLE"), setting("AWS_REGION"))


def report_log() -> ReportLog:
    """The writer of the report log."""
    from degree_auth.services.report_log import ReportLog

    return ReportLog(report_log_table(), signing_key)


@cache
def signing_key() -> SigningKey:
    """The centre's signing key, for what is signed outside the press."""
    from degree_auth.adapters.signing_key import SigningKey, read_chain

    certificate = parameters.get_parameter(setting("SIGNING_CERTIFICATE_PARAMETER"))
    return SigningKey(client("kms"), setting("SIGNING_KEY_ID"), read_chain(str(certificate)))


@cache
def issuance() -> Issuance:
    """Issuing reports; only here the press is loaded, which no other function carries."""
    from degree_auth.adapters.press import ReportPress

    certificate = parameters.get_parameter(setting("SIGNING_CERTIFICATE_PARAMETER"))
    press = ReportPress(
        client("kms"),
        setting("SIGNING_KEY_ID"),
        str(certificate),
        setting("ENVIRONMENT"),
        Path(str(files("degree_auth_fonts"))),
    )
    check_url = parameters.get_parameter(setting("CHECK_URL_PARAMETER"))
    return Issuance(cases(), keyring(), register(), institutions(), documents(), press, str(check_url))
