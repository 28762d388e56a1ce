"""Receiving an application (article 1): validate, compare, store once, then nudge; only then the answer leaves."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from degree_auth.domain.applications.claim import Submission
from degree_auth.domain.applications.submission import parse_submission, submission_as_dict, warnings
from degree_auth.domain.cases import decisions
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.comparison_words import comparison_for_applicant
from degree_auth.domain.cases.fold import record
from degree_auth.domain.cases.numbering import new_case_number
from degree_auth.domain.cases.stages import Outcome, Stage
from degree_auth.domain.register.matching import holder_key_source
from degree_auth.domain.shared.errors import Conflict
from degree_auth.domain.shared.working_days import shanghai_day
from degree_auth.services.cases.advance import Nudge, holder_key, open_submission, seal_submission
from degree_auth.services.cases.ports import CaseStore, SubmissionKey
from degree_auth.services.register.matching import Matching
from degree_auth.services.shared.optimistic import until_stored
from degree_auth.services.shared.ports import Sealer, Stale, Taken

_FIRST_PAUSE_SECONDS = 0.02
_LONGEST_PAUSE_SECONDS = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Takes applications in; `wait_seconds` bounds how long an answer waits for a report that is on its way."""

    store: CaseStore
    sealer: Sealer
    matching: Matching
    nudge: Nudge
    report_fault: Callable[[str], None]
    wait_seconds: float

    def submit(self, body: object, idempotency_key: str | None, source: str, now: datetime) -> Case:
        """The case that the application became; the same application again gives the same case.

        The same means: the same idempotency key for the same holder, or the same content, unless that case was
        withdrawn or rejected.

        Raises:
            Invalid: fields break rules; nothing is stored.
            Conflict: the idempotency key was used for another content.
            Unavailable: it could not be stored.
        """
        submission = parse_submission(body, shanghai_day(now))
        case = self._store_once(submission, idempotency_key, source, now)
        if case.stage is Stage.ISSUING:
            case = self._await_report(case)
        return case

    def access_token(self, case_number: str) -> str:
        """The token that opens this case to its applicant; derived, so that a repeated submission gets the same."""
        return self.sealer.token("access-token", case_number)

    def receipt(self, case: Case) -> dict[str, Any]:
        """The first answer to the submitter: the case with its access token, how the comparison came out so far,
        and what is unusual in the claim; without report and links."""
        claim = open_submission(self.sealer, case).claim
        return {
            "case_number": case.case_number,
            "access_token": self.access_token(case.case_number),
            "stage": case.stage.value,
            "outcome": None if case.outcome is None else case.outcome.value,
            "comparison": comparison_for_applicant(case.comparison),
            "warnings": [problem.as_dict() for problem in warnings(claim, self.matching.institutions)],
        }

    def _store_once(self, submission: Submission, idempotency_key: str | None, source: str, now: datetime) -> Case:
        content = json.dumps(submission_as_dict(submission), ensure_ascii=False, sort_keys=True)
        fingerprint = self.sealer.token("submission", content)
        names = [fingerprint]
        if idempotency_key is not None:
            holder = submission.claim.holder
            identity = holder_key_source(holder.identity_type, holder.identity_number)
            # The key is the client's and may be guessed, so it counts together with the holder alone.
            names.insert(0, self.sealer.token("idempotency-key", f"{idempotency_key}\n{identity}"))
        replaced: dict[str, str] = {}

        def attempt() -> Case:
            nonlocal replaced
            case_number = new_case_number(now, secrets.token_bytes(5))
            keys = [SubmissionKey(name, fingerprint, case_number, replaced.get(name)) for name in names]
            case, entries = record(
                case_number,
                None,
                decisions.receive(
                    source,
                    submission.claim.degree.institution_code,
                    seal_submission(self.sealer, case_number, submission),
                    holder_key(self.sealer, submission.claim.holder),
                ),
                now,
            )
            compared = self._compared(submission)
            if compared is not None:
                case, more = record(case_number, case, decisions.compare(case, *compared), now)
                entries += more
            try:
                self.store.commit(None, case, entries, submissions=keys)
            except Taken:
                existing, replaced = self._existing(names, fingerprint)
                if existing is None:
                    raise Stale from None
                return existing
            self.nudge.new(case)
            return case

        return until_stored(attempt)

    def _compared(self, submission: Submission) -> tuple[dict[str, object], bool] | None:
        try:
            comparison, printable = self.matching.outcome(submission.claim)
        except Exception as error:  # the register's trouble must not refuse an application
            self.report_fault(f"comparison at submission failed: {type(error).__name__}")
            return None
        return comparison.as_dict(), printable

    def _existing(self, names: list[str], fingerprint: str) -> tuple[Case | None, dict[str, str]]:
        """The live case known under one of the names, or the ended cases whose names may be taken over."""
        replaceable: dict[str, str] = {}
        for name in names:
            key = self.store.submission(name)
            if key is None:
                continue
            if key.fingerprint != fingerprint:
                raise Conflict("idempotency_key_reused")
            case = self.store.load(key.case_number)
            came_to_nothing = case.stage is Stage.WITHDRAWN or case.outcome is Outcome.INELIGIBLE
            if not came_to_nothing:
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
