"""Whatever JSON is sent, every reader takes it or names what is wrong, and never answers with anything else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from degree_auth.domain.accounts.sign_in import parse_new_password, parse_refresh, parse_sign_in
from degree_auth.domain.applications.submission import parse_submission, submission_fields
from degree_auth.domain.cases.attachment import ANNOUNCEMENT, SIGNATURES, parse_announcement
from degree_auth.domain.cases.result import Result
from degree_auth.domain.fees.request import FEE_STATEMENT, FeeAction, parse_fee_statement
from degree_auth.domain.institutions.own_institution_inputs import (
    DEPARTMENT,
    EXPLANATION,
    parse_department,
    parse_explanation,
)
from degree_auth.domain.institutions.registration_forms import (
    DEPARTMENT_FORM,
    LEAD_FORM,
    parse_department_form,
    parse_lead_form,
)
from degree_auth.domain.institutions.staff_actions import INSTITUTION_ACTIONS, parse_institution_action
from degree_auth.domain.notifications.platform_delivery import DELIVERY, ITEM, parse_platform_delivery
from degree_auth.domain.notifications.staff_actions import PLATFORM_ACTIONS, parse_platform_action
from degree_auth.domain.notifications.watch import parse_watch_removal, parse_watch_request
from degree_auth.domain.notifications.webhook import PLATFORM_MESSAGE, parse_platform_message
from degree_auth.domain.rechecks.dispute import DISPUTE, parse_dispute
from degree_auth.domain.reports.check_request import CODE_CHECK, FILE_CHECK, parse_check_request
from degree_auth.domain.reports.share import parse_share_request, parse_share_token
from degree_auth.domain.review.staff_actions import CASE_ACTIONS, parse_staff_action
from degree_auth.domain.shared.errors import DegreeAuthError, Invalid, Malformed
from degree_auth.domain.shared.reading import MOST_UNKNOWN_NAMED, Fields, Section
from degree_auth.domain.spot_checks.request import DRAW, SPOT_CHECK_ACTIONS, parse_spot_check_action
from degree_auth.domain.verification.answer_sheet import parse_sheet_request
from degree_auth.domain.verification.feedback import COMMON, feedback_fields, parse_feedback
from degree_auth.domain.verification.list_query import parse_task_search
from degree_auth.domain.verification.task_inputs import parse_answers, parse_extension, parse_reassignment
from degree_auth.messages import MESSAGES

TODAY = date(2026, 11, 23)
READERS: dict[str, Callable[[object], object]] = {
    "submission": lambda body: parse_submission(body, TODAY),
    "feedback": lambda body: parse_feedback(body, TODAY),
    "dispute": parse_dispute,
    "extension": parse_extension,
    "task search": parse_task_search,
    "task sheet": parse_sheet_request,
    "answers": parse_answers,
    "reassignment": parse_reassignment,
    "announcement": parse_announcement,
    "sign-in": parse_sign_in,
    "new password": parse_new_password,
    "refresh": parse_refresh,
    "check": parse_check_request,
    "share": parse_share_request,
    "share token": parse_share_token,
    "watch removal": parse_watch_removal,
    "watch": lambda body: parse_watch_request(body, local=False),
    "platform message": parse_platform_message,
    "platform delivery": parse_platform_delivery,
    "department": parse_department,
    "explanation": lambda body: parse_explanation("id", body),
    "lead form": parse_lead_form,
    "department form": parse_department_form,
    "case action": parse_staff_action,
    "institution action": parse_institution_action,
    "fee statement": parse_fee_statement,
    "spot check": parse_spot_check_action,
    "platform action": parse_platform_action,
}
TABLES: list[Fields] = [
    submission_fields(TODAY),
    COMMON,
    *feedback_fields(TODAY).values(),
    *(DISPUTE, ANNOUNCEMENT, CODE_CHECK, FILE_CHECK, PLATFORM_MESSAGE, DELIVERY, ITEM, DEPARTMENT, EXPLANATION),
    *(LEAD_FORM, DEPARTMENT_FORM, FEE_STATEMENT, DRAW),
    *CASE_ACTIONS.values(),
    *INSTITUTION_ACTIONS.values(),
    *SPOT_CHECK_ACTIONS.values(),
    *PLATFORM_ACTIONS.values(),
]


def names(fields: Fields) -> set[str]:
    """The names of all fields of a table, those of its sections among them."""
    inner = [names(form.fields) for form in fields.values() if isinstance(form, Section)]
    return set(fields).union(*inner)


KEYS = sorted(
    set().union(*map(names, TABLES), {"action", "reviewer", "case_number", "due", "url", "username", "password"})
)
WORDS = sorted(
    str(word) for word in (*CASE_ACTIONS, *INSTITUTION_ACTIONS, *SPOT_CHECK_ACTIONS, *FeeAction, *Result, *SIGNATURES)
)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.text(st.characters(codec=None, min_codepoint=0xD800), max_size=3)
    | st.sampled_from([*WORDS, "2026-11", "2026-11-23", "li.ming", "10001", "0" * 32]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*KEYS, "é"]), inner, max_size=8),
    max_leaves=16,
)
bodies = st.dictionaries(st.sampled_from([*KEYS, "more"]), values, max_size=12)


def outcome(read: Callable[[object], object], body: object) -> DegreeAuthError | None:
    try:
        read(body)
    except (Invalid, Malformed) as refused:
        return refused
    return None


@pytest.mark.requirement("N5")
@given(body=bodies | values)
def test_any_json_is_taken_or_its_problems_are_named(body: object) -> None:
    for read in READERS.values():
        refused = outcome(read, body)
        assert isinstance(refused, Malformed) is not isinstance(body, dict)
        if isinstance(refused, Invalid):
            assert refused.problems
            assert all(problem.code in MESSAGES for problem in refused.problems)


@pytest.mark.requirement("N5")
@pytest.mark.parametrize("reader", READERS)
def test_no_answer_grows_with_what_was_sent(reader: str) -> None:
    surprises = {f"surprise_{number}": number for number in range(200)}
    for tag, word in (("action", "reject"), ("action", "fee_statement"), ("result", "verified"), ("sha256", "x")):
        refused = outcome(READERS[reader], {tag: word, **surprises})
        assert refused is not None
        assert sum(problem.code == "unknown_field" for problem in refused.problems) <= MOST_UNKNOWN_NAMED
        assert len(refused.problems) < 2 * MOST_UNKNOWN_NAMED
