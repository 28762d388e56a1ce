"""What lists of tasks show of a degree, and the digest by which a task is found by its certificate (article 9, N4)."""

from __future__ import annotations

from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.task import Task
from degree_auth.domain.readings.purposes import MachinePurpose
from degree_auth.domain.register.award_identity import certificate_key
from degree_auth.domain.verification.listing import ListedDegree, listed_degree
from degree_auth.services.shared.machine_opening import for_nobody
from degree_auth.services.shared.ports import KeyedDigest, Sealer
from degree_auth.services.verification.archive_values import asked_claim


def described_task(sealer: Sealer, case: Case, task: Task) -> tuple[ListedDegree, str]:
    """The degree that a task asks about, as lists show it, and the digest of its certificate's number.

    The machine opens the claim and keeps what is nobody's: level, year, name and subject of the degree.
    """
    claim = asked_claim(for_nobody(sealer, MachinePurpose.LISTING), case, task)
    digest = task_certificate_digest(sealer, task.institution_code, claim.degree.certificate_number)
    return listed_degree(claim), digest


def task_certificate_digest(digests: KeyedDigest, institution_code: str, certificate_number: str) -> str:
    """The keyed digest by which an institution finds its tasks about a certificate."""
    return digests.token("task-certificate", certificate_key(institution_code, certificate_number))
