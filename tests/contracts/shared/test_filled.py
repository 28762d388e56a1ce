"""What the contracts store has no field that could be dropped unseen."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from degree_auth.domain.accounts.account import Account
from degree_auth.domain.accounts.account_log import AccountEvent
from degree_auth.domain.accounts.attempts import Attempts
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import Event
from degree_auth.domain.cases.recheck import Recheck
from degree_auth.domain.cases.register_change import RegisterChange
from degree_auth.domain.cases.task import Task
from degree_auth.domain.institutions.institution import (
    Department,
    Exemption,
    Explanation,
    Institution,
    InstitutionEvent,
)
from degree_auth.domain.institutions.machine_client import MachineClient
from degree_auth.domain.notifications.watch import Watches
from degree_auth.domain.register.award import AwardRecord
from degree_auth.domain.reports.issued_document import IssuedDocument
from degree_auth.domain.reports.log import SignedTreeHead
from degree_auth.services.cases.ports import SubmissionKey
from tests.samples.filled import assert_filled, filled

pytestmark = pytest.mark.requirement("N1")
STORED = [
    Account,
    AccountEvent,
    Attempts,
    AwardRecord,
    Case,
    Department,
    Event,
    Exemption,
    Explanation,
    Institution,
    IssuedDocument,
    InstitutionEvent,
    MachineClient,
    Recheck,
    RegisterChange,
    SignedTreeHead,
    SubmissionKey,
    Task,
    Watches,
]


@pytest.mark.parametrize("kind", STORED)
def test_every_field_of_what_is_stored_is_set(kind: type) -> None:
    assert_filled(filled(kind))


@dataclass(frozen=True)
class _Inner:
    mark: str = "usual"


@dataclass(frozen=True)
class _Outer:
    inner: tuple[_Inner, ...] = ()


def test_a_field_left_at_its_default_is_seen_however_deep_it_stands() -> None:
    assert_filled(filled(_Outer))
    for left in (_Outer(), _Outer((_Inner(),)), filled(Case, rechecks=(filled(Recheck, sealed=""),))):
        with pytest.raises(AssertionError, match="is left as it comes"):
            assert_filled(left)
