"""Receiving an application (article 1): validate, compare, store once, then nudge; only then the answer leaves."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from degree_auth.domain.applications.bounds import (
    LOOK_AGAIN,
    MOST_APPLICATIONS,
    MOST_OPEN_CASES,
    MOST_OPEN_CASES_OF_A_RECORD,
    OWN_OPEN_CASES_OF_A_RECORD,
    applicant_kind,
    tomorrow,
)
from degree_auth.domain.applications.claim import Claim, Holder, Submission
from degree_auth.domain.applications.person import Authority, ProvenPerson, is_holder
from degree_auth.domain.applications.submission import parse_submission, submission_as_dict, warnings
from degree_auth.domain.cases import application, comparing
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.comparison_words import comparison_for_applicant
from degree_auth.domain.cases.fold import append_events
from degree_auth.domain.cases.names import proof_json
from degree_auth.domain.cases.numbering import new_case_number
from degree_auth.domain.cases.stages import Stage
from degree_auth.domain.register.award_identity import number_key_source
from degree_auth.domain.register.matching import MatchResult
from degree_auth.domain.shared.errors import Conflict, Forbidden, TooMany
from degree_auth.domain.shared.working_days import shanghai_day
from degree_auth.services.cases.lookup_keys import certificate_source, holder_key, link_digest, new_link_token
from degree_auth.services.cases.nudge import Nudge
from degree_auth.services.cases.ports import CaseStore, Count, OpenLimit, SubmissionKey
from degree_auth.services.cases.sealed_parts import is_case_of, seal_submission
from degree_auth.services.register.failed_comparisons import further_failure, own_failure
from degree_auth.services.register.matching import Matching
from degree_auth.services.shared.optimistic import until_stored
from degree_auth.services.shared.ports import Sealer, Stale, Taken, TooManyOpen, TooOften

_FIRST_PAUSE_SECONDS = 0.02
_LONGEST_PAUSE_SECONDS = 0.25


PLATFORM = "platform"
"""The source of an application that the platform delivered."""


class Received(NamedTuple):
    """What became of a submission: its case, the token of the case's link when it is new, whether it was proven who
    applies, and the claim that was sent."""

    case: Case
    access_token: str | None
    is_proven: bool
    sent: Claim


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Takes applications in; `wait_seconds` bounds how long an answer waits for a report that is on its way."""

    store: CaseStore
    sealer: Sealer
    matching: Matching
    nudge: Nudge
    report_fault: Callable[[str], None]
    wait_seconds: float

    def submit(
        self,
        body: object,
        idempotency_key: str | None,
        source: str,
        person: ProvenPerson | Authority | None,
        now: datetime,
    ) -> Received:
        """The case that the application became; the same application again gives the same case.

        The same means: of the same kind of applicant, the same idempotency key for the same holder, or the same
        content, unless that case was withdrawn or rejected, or became another person's. What the platform sends again
        under its own key gives the same case whatever became of it. `person` is who signed in; or by whose authority it
        was proven that the holder applies, for which the platform's signed delivery vouches.

        Who is not proven learns nothing of the register: nothing is compared before a reviewer has confirmed who
        applies, and the answer does not depend on what became of the case.

        Raises:
            Invalid: fields break rules; nothing is stored.
            Forbidden: the holder is not the person who signed in.
            TooMany: the person, or the record, had as many applications today as it may, or has as many cases open.
            Conflict: the idempotency key was used for another content.
            Unavailable: it could not be stored.
        """
        submission = parse_submission(body, shanghai_day(now))
        proven_by = _proof(person, submission.claim)
        case, token = self._store_once(submission, idempotency_key, source, proven_by, now)
        if proven_by is not None and case.stage is Stage.ISSUING:
            case = self._await_report(case)
        # A case that has become another person's since is no longer the submitter's to be told of.
        is_own = is_case_of(self.sealer, submission.claim.holder, case)
        return Received(case, token, proven_by is not None and is_own, submission.claim)

    def receipt(self, received: Received) -> dict[str, Any]:
        """The answer to the submitter: the case, by whose authority the applicant was proven, how the comparison came
        out so far, and what is unusual in what was sent; without report and links.

        The link's token is in the first answer alone. Who is not proven is told what was known before anything was
        looked up, also when the same application comes again.
        """
        case, proven = received.case, received.is_proven
        return {
            "case_number": case.case_number,
            "access_token": received.access_token,
            **proof_json(case.proven_by if proven else None),
            "stage": case.stage.value if proven else Stage.IDENTITY_REVIEW.value,
            "outcome": case.outcome.value if proven and case.outcome is not None else None,
            "comparison": comparison_for_applicant(case.comparison) if proven else None,
            "warnings": [problem.as_dict() for problem in warnings(received.sent, self.matching.institutions)],
        }

    def _store_once(
        self,
        submission: Submission,
        idempotency_key: str | None,
        source: str,
        proven_by: Authority | None,
        now: datetime,
    ) -> tuple[Case, str | None]:
        content = json.dumps(submission_as_dict(submission), ensure_ascii=False, sort_keys=True)
        # Who is proven otherwise, or not at all, never meets the case: an impostor sends what the holder sends.
        purpose = f"{applicant_kind(proven_by)}-submission"
        fingerprint = self.sealer.token(purpose, content)
        names = [fingerprint]
        if idempotency_key is not None:
            holder = submission.claim.holder
            identity = number_key_source(holder.identity_type, holder.identity_number)
            # The key is the client's and may be guessed, so it counts together with the holder, and with how proven.
            names.insert(0, self.sealer.token(f"{purpose}-key", f"{source}\n{idempotency_key}\n{identity}"))
            taken = self._taken_before(names[0], fingerprint) if source == PLATFORM else None
            if taken is not None:
                return taken, None
        replaced: dict[str, str] = {}
        beyond = _Beyond()

        holder_digest = self.sealer.token(
            f"{applicant_kind(proven_by)}-submission-count", holder_key(self.sealer, submission.claim.holder)
        )
        of_holder = Count(holder_digest, shanghai_day(now), MOST_APPLICATIONS)

        def refused(compared: object) -> None:
            # What was compared counts although it is not taken, so that nobody guesses on where nothing is taken.
            if compared is not None:
                self.store.count(of_holder)

        def attempt() -> tuple[Case, str | None]:
            nonlocal replaced
            case_number, token = new_case_number(now, secrets.token_bytes(5)), new_link_token()
            self.sealer.begin_case(case_number)
            keys = [SubmissionKey(name, fingerprint, case_number, replaced.get(name)) for name in names]
            # Whoever may not apply any more has nothing compared: a refusal would tell by its time what the register
            # holds. What was taken before is answered as ever.
            if self.store.counted(of_holder) >= MOST_APPLICATIONS:
                known, _ = self._find_known_case(names, fingerprint, submission.claim.holder, proven_by)
                if known is None:
                    raise TooMany.before(tomorrow(now), "too_many_applications", now)
                return known, None
            compared = None if proven_by is None else self._compare(submission)
            limits = self._limits(submission, proven_by, beyond, reports_at_once=_reports_at_once(compared))
            case, entries = append_events(
                case_number,
                None,
                application.receive(
                    source,
                    submission.claim.degree.institution_code,
                    seal_submission(self.sealer, case_number, submission),
                    holder_key(self.sealer, submission.claim.holder),
                    proven_by,
                    link_digest(self.sealer, token),
                    [limit.digest for limit in limits],
                ),
                now,
            )
            if compared is not None:
                case, more = append_events(case_number, case, comparing.enter_comparison(case, *compared), now)
                entries += more
            counts = [of_holder, *self._failure_counts(submission, case, proven_by, beyond, now)]
            try:
                self.store.commit(None, case, entries, submissions=keys, counts=counts, limits=limits)
            except TooOften:
                if len(counts) == 1 or not beyond.add_once("comparisons"):
                    refused(compared)
                    raise TooMany.before(tomorrow(now), "too_many_applications", now) from None
                raise Stale from None
            except TooManyOpen:
                if proven_by is None or not beyond.add_once("cases"):
                    refused(compared)
                    raise TooMany("too_many_open_cases", LOOK_AGAIN) from None
                raise Stale from None
            except Taken:
                existing, replaced = self._find_known_case(names, fingerprint, submission.claim.holder, proven_by)
                if existing is None:
                    raise Stale from None
                return existing, None
            self.nudge.new(case)
            return case, token

        return until_stored(attempt)

    def _failure_counts(
        self, submission: Submission, case: Case, proven_by: Authority | None, beyond: _Beyond, now: datetime
    ) -> list[Count]:
        """What a new case that does not match is counted by beside its holder: its certificate number."""
        if case.comparison is None or case.comparison["result"] == MatchResult.MATCHED:
            return []
        claim = submission.claim
        if "comparisons" in beyond:
            return [further_failure(self.sealer, claim, now)]
        return [own_failure(self.sealer, claim, proven_by, now)]

    def _limits(
        self, submission: Submission, proven_by: Authority | None, beyond: _Beyond, *, reports_at_once: bool
    ) -> list[OpenLimit]:
        """Under what a new case counts as open: its holder, and its certificate number, where a proven person has a
        place of their own. Of an unproven applicant nobody knows whose place that would be.

        What matches counts apart, until its report: what waits for reviewers holds up no match, and a match that is
        parked after all is bounded, too.
        """
        who, claim = applicant_kind(proven_by), submission.claim
        holder, record = holder_key(self.sealer, claim.holder), certificate_source(claim)
        if reports_at_once:
            return [OpenLimit(self.sealer.token(f"{who}-matched-open", holder), MOST_OPEN_CASES)]
        of_holder = OpenLimit(self.sealer.token(f"{who}-submission-open", holder), MOST_OPEN_CASES)
        if proven_by is None or "cases" in beyond:
            of_record = OpenLimit(self.sealer.token(f"{who}-record-open", record), MOST_OPEN_CASES_OF_A_RECORD)
        else:
            own = self.sealer.token(f"{who}-own-record-open", f"{holder}\n{record}")
            of_record = OpenLimit(own, OWN_OPEN_CASES_OF_A_RECORD)
        return [of_holder, of_record]

    def _compare(self, submission: Submission) -> tuple[dict[str, object], bool] | None:
        try:
            comparison, printable = self.matching.outcome(submission.claim)
        except Exception as error:  # the register's trouble must not refuse an application
            self.report_fault(f"comparison at submission failed: {type(error).__name__}")
            return None
        return comparison.as_dict(), printable

    def _taken_before(self, name: str, fingerprint: str) -> Case | None:
        """The case that the same message of the platform became, looked up before anything is compared: a slow delivery
        that comes again gets further each time. Raises `Conflict`: its key was used for another content."""
        key = self.store.submission(name)
        if key is None:
            return None
        if key.fingerprint != fingerprint:
            raise Conflict("idempotency_key_reused")
        return self.store.load(key.case_number)

    def _find_known_case(
        self, names: list[str], fingerprint: str, holder: Holder, proven_by: Authority | None
    ) -> tuple[Case | None, dict[str, str]]:
        """The live case known under one of the names, or the cases whose names may be taken over: they have ended, or
        have become another person's. Who is not proven is told of neither, so that no answer depends on it."""
        replaceable: dict[str, str] = {}
        for name in names:
            key = self.store.submission(name)
            if key is None:
                continue
            if key.fingerprint != fingerprint:
                raise Conflict("idempotency_key_reused")
            case = self.store.load(key.case_number)
            is_anothers = proven_by is not None and not is_case_of(self.sealer, holder, case)
            if not (is_anothers or application.may_be_made_anew(case, proven_by)):
                return case, {}
            replaceable[name] = key.case_number
        return None, replaceable

    def _await_report(self, case: Case) -> Case:
        deadline = time.monotonic() + self.wait_seconds
        pause = _FIRST_PAUSE_SECONDS
        while case.stage is Stage.ISSUING and time.monotonic() < deadline:
            time.sleep(pause)
            pause = min(pause * 1.25, _LONGEST_PAUSE_SECONDS)
            try:
                case = self.store.load(case.case_number)
            except Exception as error:  # the application is safe; only its report is not known yet
                self.report_fault(f"waiting for the report failed: {type(error).__name__}")
                break
        return case


def _proof(person: ProvenPerson | Authority | None, claim: Claim) -> Authority | None:
    """By whose authority the holder of a claim applies. Raises `Forbidden`: somebody else signed in."""
    if person is None or isinstance(person, Authority):
        return person
    if not is_holder(person, claim):
        raise Forbidden("not_the_holder")
    return person.authority


def _reports_at_once(compared: tuple[dict[str, object], bool] | None) -> bool:
    return compared is not None and compared[0]["result"] == MatchResult.MATCHED and compared[1]


class _Beyond(set[str]):
    """What of somebody's own with a certificate number is used up, so that it counts for the certificate number."""

    def add_once(self, what: str) -> bool:
        """Whether it was not used up before."""
        new = what not in self
        self.add(what)
        return new
