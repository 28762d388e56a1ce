"""Who of AWS's principals starts the executions of which account of staff (A13): one belongs to the other.

CloudTrail tells, some minutes later, which principal started an execution. A principal is bound to the first account
that proved an execution of its; from then on each is known by the other. Plain data and decisions; no clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from degree_auth.domain.accounts.staff import StaffAccount, StaffStatus

START = "StartExecution"

WITNESS_TIME = timedelta(hours=1)
"""So long after a proof CloudTrail has told of its start; it does so within some 15 minutes."""

_OF_IDENTITY_CENTER = ":role/aws-reserved/sso.amazonaws.com/"
"""In the ARN of each role of a permission set; AWS lets nobody else create roles under this path."""


class Contradiction(StrEnum):
    """What does not agree about an execution."""

    ACCOUNT_UNDER_OTHER_PRINCIPAL = "account_under_other_principal"
    PRINCIPAL_OF_OTHER_ACCOUNT = "principal_of_other_account"


@dataclass(frozen=True, slots=True)
class Start:
    """An execution that a principal of AWS started, as CloudTrail tells it; `event_id` is CloudTrail's own of the call.

    One execution may be started twice at one moment: the same input under the same name is answered alike.
    """

    execution: str
    execution_arn: str
    principal: str
    at: datetime
    event_id: str


@dataclass(frozen=True, slots=True)
class SeenStart:
    """What is on record of a start. `staff_name` is the account that proved the execution, empty where none did;
    `principal` is sealed, `digest` its keyed digest."""

    execution: str
    staff_name: str
    principal: str
    digest: str
    at: datetime
    event_id: str
    contradictions: tuple[Contradiction, ...] = ()


def read_start(event: Mapping[str, Any]) -> Start | None:
    """The start that an event "AWS API Call via CloudTrail" tells of; None for a call that started nothing.

    Nothing of the input is needed, which CloudTrail may hide.
    """
    detail = event["detail"]
    if detail.get("eventName") != START or detail.get("errorCode"):
        return None
    arn = str(detail["responseElements"]["executionArn"])
    return Start(
        execution=arn.rpartition(":")[2],
        execution_arn=arn,
        principal=principal_of(detail["userIdentity"]),
        at=datetime.fromisoformat(detail["eventTime"]),
        event_id=str(detail["eventID"]),
    )


def principal_of(identity: Mapping[str, Any]) -> str:
    """Who an identity of CloudTrail is: the source identity that a role's session was given and cannot change, or the
    person that IAM Identity Center names its sessions by, or else its ARN, or else the service that called.

    A person is the same in whichever role they come. A source identity is whoever assumed the role first as far as the
    role's trust policy, or the identity provider, lets nobody choose another's (ADR 0046).
    """
    context, account = identity.get("sessionContext", {}), identity.get("accountId", "")
    if source := context.get("sourceIdentity"):
        return f"{account}/source-identity/{source}"
    if _OF_IDENTITY_CENTER in context.get("sessionIssuer", {}).get("arn", ""):
        return f"{account}/identity-center/{str(identity['arn']).rpartition('/')[2]}"
    return str(identity.get("arn") or identity.get("invokedBy") or identity.get("principalId", ""))


def contradictions_of(
    account: StaffAccount, digest: str, accounts: Iterable[StaffAccount]
) -> tuple[Contradiction, ...]:
    """What does not agree when this principal starts an execution that the account proves. An account to which no
    principal is bound contradicts none; nor does one that is closed."""
    found = []
    if account.principal_digest and account.principal_digest != digest:
        found.append(Contradiction.ACCOUNT_UNDER_OTHER_PRINCIPAL)
    others = [one for one in accounts if one.name != account.name and one.status is StaffStatus.OPEN]
    if any(one.principal_digest == digest for one in others):
        found.append(Contradiction.PRINCIPAL_OF_OTHER_ACCOUNT)
    return tuple(found)
