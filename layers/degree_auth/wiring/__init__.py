"""The one place where services meet their adapters; everything is made once a process, when first asked for."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from aws_lambda_powertools.utilities import parameters
from botocore.config import Config

from degree_auth.adapters.cases.table import CaseTable
from degree_auth.adapters.cases.workflows import DrawMachine, StepFunctions
from degree_auth.adapters.fees.rates import published_fee_rates
from degree_auth.adapters.fees.table import FeeTable
from degree_auth.adapters.institutions.institution_list import shipped_institutions
from degree_auth.adapters.notifications.event_bus import EventBus
from degree_auth.adapters.register.table import RegisterTable, RegisterWriter
from degree_auth.adapters.shared.documents import Bucket
from degree_auth.adapters.shared.keyring import Keyring
from degree_auth.adapters.shared.working_days import published_calendar
from degree_auth.domain.applications.institution_list import Institutions
from degree_auth.domain.cases.stages import Machine
from degree_auth.domain.reports.printable import Coverage
from degree_auth.observability import logger
from degree_auth.services.applications.intake import Intake
from degree_auth.services.applications.progress import Following
from degree_auth.services.cases.advance import Nudge
from degree_auth.services.fees.statements import FeeFiles, FeeStatements
from degree_auth.services.rechecks.answer_corrections import AnswerCorrections
from degree_auth.services.rechecks.commands import Rechecks
from degree_auth.services.rechecks.disputes import Disputes
from degree_auth.services.register.matching import Matching
from degree_auth.services.register_changes.report_flags import ReportFlags
from degree_auth.services.register_changes.upkeep import RegisterUpkeep
from degree_auth.services.reports.issuance import Issuance
from degree_auth.services.review.staff_decisions import Review
from degree_auth.services.spot_checks.checks import SpotCheckDesk, SpotChecks
from degree_auth.services.spot_checks.draw import SpotCheckDraw
from degree_auth.services.verification.commands import Verification
from degree_auth.services.verification.deadlines import TaskClock
from degree_auth.services.verification.evidence import Evidence
from degree_auth.services.verification.messages import TaskMessages
from degree_auth.services.verification.task_lists import TaskDesk
from degree_auth.services.verification.task_view import TaskForms

if TYPE_CHECKING:
    from degree_auth.adapters.accounts.table import AccountTable
    from degree_auth.adapters.institutions.registered import RegisteredOrganisations
    from degree_auth.adapters.institutions.table import OrganisationTable
    from degree_auth.adapters.notifications.queue import Queue
    from degree_auth.adapters.reports.log_table import ReportLogTable
    from degree_auth.adapters.reports.signing_key import SigningKey
    from degree_auth.services.accounts.provisioning import Provisioning
    from degree_auth.services.accounts.sessions import Sessions
    from degree_auth.services.institutions.own_organisation import OwnOrganisation
    from degree_auth.services.institutions.registration import Registration
    from degree_auth.services.notifications.webhooks import PlatformWebhook, Watching, WatchNotices
    from degree_auth.services.reports.log import ReportLog
    from degree_auth.services.shared.staff_desk import StaffDesk

INSTANT_WAIT_SECONDS = 8.0
"""How long the answer to a submission waits for a report that is on its way."""

CLOCK_SECONDS = 1
"""How long a process goes by the offset of the clock that it has read."""

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
    """The present moment; every service takes it as an argument.

    Outside production the template names a parameter that holds by how many seconds this clock is ahead
    of the real one, so that weeks pass in seconds.
    """
    return datetime.now(UTC) + _ahead()


def _ahead() -> timedelta:
    # Asked twice over: in production the template names no parameter, and one named by hand is not read either.
    name = os.environ.get("CLOCK_PARAMETER")
    if not name or setting("ENVIRONMENT") == "production":
        return timedelta(0)
    return timedelta(seconds=int(str(_settings().get(name, max_age=CLOCK_SECONDS))))


@cache
def _settings() -> parameters.SSMProvider:
    return parameters.SSMProvider(boto3_client=client("ssm"))


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
    """The table of cases; a function through which tasks are answered has the table of fees, too."""
    return CaseTable(
        setting("CASES_TABLE"), setting("AWS_REGION"), fees() if os.environ.get("ACCOUNTS_TABLE") else None
    )


@cache
def fees() -> FeeTable:
    """Verification fees."""
    return FeeTable(setting("ACCOUNTS_TABLE"), setting("AWS_REGION"))


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
        rechecks(),
        register_upkeep(),
    )


@cache
def verification() -> Verification:
    """Verification tasks, for functions that start and wake machines and read sheets."""
    return Verification(
        cases(), keyring(), documents(), nudge(), published_calendar(), organisation(), published_fee_rates()
    )


@cache
def rechecks() -> Rechecks:
    """Rechecks of concluded cases, as staff and draws decide on them."""
    return Rechecks(cases(), keyring(), register(), institutions(), nudge())


def disputes() -> Disputes:
    """Disputes, as applicants bring them."""
    return Disputes(cases(), keyring(), nudge(), timedelta(days=int(setting("DISPUTE_DAYS"))))


@cache
def register_upkeep() -> RegisterUpkeep:
    """Register changes beside manual verifications."""
    keeper = RegisterWriter(setting("REGISTER_TABLE"), keyring(), client("dynamodb"))
    return RegisterUpkeep(cases(), keyring(), changed_register(), keeper, institutions())


def changed_register() -> RegisterTable:
    """The register as it was last written, for whoever has just changed it or must not miss a change."""
    return RegisterTable(setting("REGISTER_TABLE"), setting("AWS_REGION"), keyring(), consistent=True)


def report_flags() -> ReportFlags:
    """Reports that a change of the register touches."""
    return ReportFlags(cases(), keyring(), changed_register(), institutions())


def task_desk() -> TaskDesk:
    """Lists of tasks for institutions' accounts."""
    return TaskDesk(cases(), keyring(), published_calendar())


def task_forms() -> TaskForms:
    """Tasks in full for institutions' accounts."""
    return TaskForms(cases(), keyring(), documents(), published_calendar(), organisation())


def task_messages() -> TaskMessages:
    """Messages on tasks."""
    return TaskMessages(cases(), keyring(), nudge())


def answer_corrections() -> AnswerCorrections:
    """Institutions' reports on their own answers."""
    return AnswerCorrections(cases(), keyring(), nudge())


def evidence() -> Evidence:
    """Files that institutions give with their answers."""
    return Evidence(cases(), documents())


@cache
def task_clock() -> TaskClock:
    """Routing, reminders and breaches of verification tasks."""
    return TaskClock(cases(), keyring(), organisation(), published_calendar())


@cache
def following() -> Following:
    """An applicant's view of a case."""
    return Following(cases(), keyring(), documents(), nudge(), published_calendar(), organisation())


@cache
def spot_check_draw() -> SpotCheckDraw:
    """Drawing reports for spot checks."""
    return SpotCheckDraw(cases(), documents(), keyring())


@cache
def spot_checks() -> SpotChecks:
    """Spot checks, step by step."""
    from degree_auth.adapters.spot_checks.table import DrawTable

    draws = DrawTable(setting("CASES_TABLE"), setting("AWS_REGION"))
    size = int(setting("SPOT_CHECK_SIZE"))
    return SpotChecks(spot_check_draw(), draws, cases(), documents(), rechecks(), size)


def spot_check_desk() -> SpotCheckDesk:
    """Spot checks as staff start them."""
    machine = DrawMachine(client("stepfunctions"), setting("SPOT_CHECK_MACHINE_ARN"))
    return SpotCheckDesk(spot_checks(), machine, setting("DOCUMENTS_BUCKET"))


@cache
def queue(setting_name: str) -> Queue:
    """The queue whose URL this setting has."""
    from degree_auth.adapters.notifications.queue import Queue

    return Queue(client("sqs"), setting(setting_name))


@cache
def platform_webhook() -> PlatformWebhook:
    """Telling the platform."""
    from degree_auth.adapters.notifications.webhook_sender import WebhookSender
    from degree_auth.services.notifications.webhooks import PlatformWebhook

    sender = WebhookSender(anywhere=True, local=setting("ENVIRONMENT") == "local")
    return PlatformWebhook(sender, os.environ.get("PLATFORM_WEBHOOK_URL", ""), platform_secret())


@cache
def watching() -> Watching:
    """Taking watches of reports."""
    from degree_auth.adapters.notifications.watch_table import WatchTable
    from degree_auth.services.notifications.webhooks import Watching

    return Watching(cases(), WatchTable(cases()), keyring())


@cache
def watch_notices() -> WatchNotices:
    """Telling those who watch a report."""
    from degree_auth.adapters.notifications.watch_table import WatchTable
    from degree_auth.adapters.notifications.webhook_sender import WebhookSender
    from degree_auth.services.notifications.webhooks import WatchNotices

    sender = WebhookSender(anywhere=False, local=setting("ENVIRONMENT") == "local")
    check_url = str(parameters.get_parameter(setting("CHECK_URL_PARAMETER")))
    return WatchNotices(WatchTable(cases()), keyring(), queue("WATCH_NOTICES_QUEUE_URL"), sender, check_url)


@cache
def accounts() -> AccountTable:
    """Accounts of institutions."""
    from degree_auth.adapters.accounts.table import AccountTable

    return AccountTable(setting("ACCOUNTS_TABLE"), setting("AWS_REGION"))


@cache
def organisations() -> OrganisationTable:
    """Institutions' organisations."""
    from degree_auth.adapters.institutions.table import OrganisationTable

    return OrganisationTable(setting("ACCOUNTS_TABLE"), setting("AWS_REGION"))


@cache
def organisation() -> RegisteredOrganisations:
    """What tasks ask of institutions' organisations."""
    from degree_auth.adapters.institutions.registered import RegisteredOrganisations

    return RegisteredOrganisations(organisations())


@cache
def provisioning() -> Provisioning:
    """Accounts as they are handed out."""
    from degree_auth.adapters.accounts.password_hashing import Argon2
    from degree_auth.services.accounts.provisioning import Provisioning

    return Provisioning(accounts(), keyring(), Argon2())


@cache
def own_organisation() -> OwnOrganisation:
    """A lead department's own organisation."""
    from degree_auth.services.institutions.own_organisation import OwnOrganisation

    return OwnOrganisation(organisations(), accounts(), provisioning())


@cache
def registration() -> Registration:
    """Staff decisions on institutions and their accounts."""
    from degree_auth.services.institutions.registration import Registration

    return Registration(
        organisations(),
        accounts(),
        provisioning(),
        keyring(),
        institutions(),
        documents(),
        setting("DOCUMENTS_BUCKET"),
    )


@cache
def staff_desk() -> StaffDesk:
    """Every action that staff can start: a further group is a line here."""
    from degree_auth.domain.fees.request import FeeAction
    from degree_auth.domain.institutions.staff_actions import OrganisationAction
    from degree_auth.domain.review.staff_actions import Action
    from degree_auth.domain.spot_checks.request import SpotCheckAction
    from degree_auth.services.review.staff_decisions import CaseDecisions
    from degree_auth.services.shared.staff_desk import StaffDesk

    return StaffDesk(
        (
            (Action, lambda: CaseDecisions(review())),
            (OrganisationAction, registration),
            (FeeAction, fee_files),
            (SpotCheckAction, spot_check_desk),
        )
    )


@cache
def sessions() -> Sessions:
    """Sign-in of institutions; what it needs is loaded only here, because most functions do without."""
    from degree_auth.adapters.accounts.password_hashing import Argon2
    from degree_auth.services.accounts.sessions import Sessions

    return Sessions(accounts(), keyring(), Argon2())


def fee_statements() -> FeeStatements:
    """Statements of verification fees."""
    return FeeStatements(fees(), institutions(), organisation().department_names)


def fee_files() -> FeeFiles:
    """Statements of verification fees for staff, in object storage."""
    return FeeFiles(fee_statements(), documents(), setting("DOCUMENTS_BUCKET"))


@cache
def report_log_table() -> ReportLogTable:
    """The report log, for reading and writing."""
    from degree_auth.adapters.reports.log_table import ReportLogTable

    return ReportLogTable(setting("CASES_TABLE"), setting("AWS_REGION"))


def report_log() -> ReportLog:
    """The writer of the report log."""
    from degree_auth.services.reports.log import ReportLog

    return ReportLog(report_log_table(), signing_key)


@cache
def signing_key() -> SigningKey:
    """The centre's signing key, for what is signed outside the press."""
    from degree_auth.adapters.reports.signing_key import SigningKey, read_chain

    certificate = parameters.get_parameter(setting("SIGNING_CERTIFICATE_PARAMETER"))
    return SigningKey(client("kms"), setting("SIGNING_KEY_ID"), read_chain(str(certificate)))


@cache
def issuance() -> Issuance:
    """Issuing reports; only here the press is loaded, which no other function carries."""
    from degree_auth.adapters.reports.press import ReportPress

    certificate = parameters.get_parameter(setting("SIGNING_CERTIFICATE_PARAMETER"))
    press = ReportPress(
        client("kms"),
        setting("SIGNING_KEY_ID"),
        str(certificate),
        setting("ENVIRONMENT"),
        Path(str(files("degree_auth_fonts"))),
    )
    check_url = parameters.get_parameter(setting("CHECK_URL_PARAMETER"))
    flags = report_flags()
    return Issuance(cases(), keyring(), changed_register(), institutions(), documents(), press, str(check_url), flags)
