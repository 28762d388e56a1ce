"""Values that replace what the applicant claimed (article 5): the archive's, and the awarding institution.

They come from the latest answer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from degree_auth.domain.applications.claim import Claim
from degree_auth.domain.applications.submission import parse_supplement
from degree_auth.domain.cases.case import Case
from degree_auth.domain.cases.changed_claim import ChangedClaim
from degree_auth.domain.cases.task import Task
from degree_auth.domain.readings.purposes import MachinePurpose
from degree_auth.domain.shared.plain_data import as_data, from_data
from degree_auth.domain.shared.working_days import shanghai_day
from degree_auth.domain.verification.feedback import Feedback
from degree_auth.services.cases.sealed_parts import changed_claim, open_submission
from degree_auth.services.register.award_keys import holding_key
from degree_auth.services.shared.machine_opening import for_nobody
from degree_auth.services.shared.ports import KeyedDigest, Opener, Sealer
from degree_auth.services.shared.sealing import open_json

_MARK_LENGTH = 16


def open_form(opener: Opener, case: Case, sealed: str) -> Feedback:
    """The feedback form that was sealed for its case, decrypted."""
    return from_data(Feedback, open_json(opener, case.case_number, sealed))


def latest_answer(opener: Opener, case: Case) -> tuple[Task, Feedback] | None:
    """The task that was answered last, and the form of its answer; personal data. None without an answer."""
    for task in reversed(case.tasks):
        if task.answer is not None:
            return task, open_form(opener, case, task.answer.sealed)
    return None


def asked_claim(opener: Opener, case: Case, task: Task) -> Claim:
    """The claim as a task asks about it: under the name of the awarding institution that the task goes to."""
    claim, named = open_submission(opener, case).claim, task.named_instead
    if named is None:
        return claim
    return replace(claim, degree=replace(claim.degree, institution_code=named.code, institution_name=named.name))


def asked_mark(digests: KeyedDigest, task: Task, claim: Claim) -> str:
    """The check mark of what a task asks: another one once it asks about another claim, or asks again."""
    content = json.dumps(as_data(claim), ensure_ascii=False, sort_keys=True)
    return digests.token("task-asked", f"{task.task_id}\n{task.asked_at.isoformat()}\n{content}")[:_MARK_LENGTH]


def archive_values(sealer: Sealer, case: Case) -> Mapping[str, str]:
    """The awarding institution, where the claim names another, and the archive's values; by field, personal data."""
    task = case.task
    if task is None or task.answer is None:
        return {}
    named = task.named_instead
    who = {} if named is None else {"degree.institution_code": named.code, "degree.institution_name": named.name}
    opener = for_nobody(sealer, MachinePurpose.DECISION)
    return {**who, **open_form(opener, case, task.answer.sealed).archive_values}


def claim_with_archive_values(sealer: Sealer, case: Case, now: datetime) -> ChangedClaim:
    """The application with the archive's values. Raises `Invalid`: it would break a rule with them."""
    opener = for_nobody(sealer, MachinePurpose.DECISION)
    before = open_submission(opener, case)
    if case.task is None:
        raise ValueError("no institution was asked")
    claim = merge_values(before.claim, archive_values(sealer, case), shanghai_day(now))
    asked = (before.claim, asked_claim(opener, case, case.task))
    return changed_claim(sealer, case.case_number, before, claim, sorted({holding_key(sealer, one) for one in asked}))


def merge_values(claim: Claim, values: Mapping[str, str], today: date) -> Claim:
    """A claim with values by dotted field. Raises `Invalid`: nothing differs, or a rule would be broken."""
    return parse_supplement(_by_section(values), claim, today, any_category=True)


def _by_section(values: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Values by dotted field in the shape of a submission."""
    nested: dict[str, dict[str, str]] = {}
    for field, value in values.items():
        section, _, name = field.partition(".")
        nested.setdefault(section, {})[name] = value
    return nested
