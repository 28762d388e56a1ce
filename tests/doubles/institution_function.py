"""The institutions' function over tables in memory, with 10001 registered, asked as the gateway asks it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import boto3
import pytest

from degree_auth.domain.accounts.principal import Principal
from degree_auth.domain.institutions.institution import Institution, InstitutionEventType, add_institution_event
from degree_auth.services.institutions.ports import Change
from degree_auth.wiring import shared
from degree_auth.wiring.institutions import table as institutions
from tests.doubles.cloud import cloud_in_memory
from tests.doubles.tables import create_table
from tools.made_once import forget

REGION = "ap-southeast-1"
LEAD = Principal("lead", "lead", "10001", None, 1)
"""The lead department of the institution that is registered."""


@contextmanager
def institution_function(url: str) -> Iterator[None]:
    """The function's environment, at this address. Its clock is this machine's."""
    machines = ("MATCHING", "VERIFICATION", "ISSUANCE", "DISPUTE", "REGISTER_CHANGE")
    environment = {
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "ACCOUNTS_TABLE": "accounts",
        "CASES_TABLE": "cases",
        "NOTIFICATIONS_TABLE": "notifications",
        "DOCUMENTS_BUCKET": "documents",
        "MASTER_SECRET_ID": "master-of-institutions",
        "PUBLIC_URL": url,
        **{f"{machine}_MACHINE_ARN": "arn" for machine in machines},
    }
    with pytest.MonkeyPatch.context() as patch, cloud_in_memory():
        for name, value in environment.items():
            patch.setenv(name, value)
        patch.setattr(shared, "now", lambda: datetime.now(UTC))
        forget()
        boto3.client("secretsmanager").create_secret(Name=environment["MASTER_SECRET_ID"], SecretString="s" * 64)
        queue = boto3.client("sqs").create_queue(QueueName="notifications")
        patch.setenv("NOTIFICATIONS_QUEUE_URL", queue["QueueUrl"])
        create_table("CasesTable", "cases", REGION)
        create_table("AccountsTable", "accounts", REGION)
        create_table("NotificationsTable", "notifications", REGION)
        fresh = Institution("10001", "北京大学", "研究生院", "sealed", "fingerprint")
        change = add_institution_event(fresh, InstitutionEventType.INSTITUTION_REGISTERED, "staff", {}, shared.now())
        institutions.table().commit(Change(None, *change))
        yield
    forget()
