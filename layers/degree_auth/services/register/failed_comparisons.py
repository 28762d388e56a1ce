"""How comparisons that do not match are counted, wherever they happen: once each, with the entry that records them.

Somebody's first few with a certificate number are their own. What goes beyond is counted for the certificate number,
whoever compares, so that the others leave everybody their own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from degree_auth.domain.applications.bounds import MOST_FAILED_COMPARISONS, OWN_FAILED_COMPARISONS, applicant_kind
from degree_auth.domain.applications.claim import Claim
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.events import NewEvent
from degree_auth.domain.shared.working_days import shanghai_day
from degree_auth.services.cases.advance import advance_once
from degree_auth.services.cases.lookup_keys import certificate_source, holder_key
from degree_auth.services.cases.ports import CaseStore, Count
from degree_auth.services.shared.optimistic import until_stored
from degree_auth.services.shared.ports import KeyedDigest, TooOften


def own_failure(sealer: KeyedDigest, claim: Claim, proven_by: str | None, now: datetime) -> Count:
    """The count of one's own comparisons with a certificate number that do not match."""
    who = f"{applicant_kind(proven_by)}\n{holder_key(sealer, claim.holder)}"
    digest = sealer.token("own-failed-comparison-count", f"{who}\n{certificate_source(claim)}")
    return Count(digest, shanghai_day(now), OWN_FAILED_COMPARISONS)


def further_failure(sealer: KeyedDigest, claim: Claim, now: datetime, *, bounded: bool = True) -> Count:
    """The count of everybody's further ones."""
    digest = sealer.token("failed-comparison-count", certificate_source(claim))
    return Count(digest, shanghai_day(now), MOST_FAILED_COMPARISONS if bounded else None)


def record_failed_comparison(
    store: CaseStore,
    sealer: KeyedDigest,
    case: Case,
    claim: Claim,
    decide: Callable[[Case], Sequence[NewEvent]],
    now: datetime,
) -> Case:
    """Record a comparison of a case that did not match, and count it. A machine's comparison is never refused: beyond
    the bound it counts on, so that the next application is."""

    def counted(count: Count) -> Case:
        return until_stored(lambda: advance_once(store, case.case_number, decide, now, counts=[count]))

    try:
        return counted(own_failure(sealer, claim, case.proven_by, now))
    except TooOften:
        return counted(further_failure(sealer, claim, now, bounded=False))
