"""What staff decide on the accounts of staff, as it is started from the console; and how every action is proven."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from degree_auth.domain.accounts.sign_in import ONE_TIME_CODE
from degree_auth.domain.accounts.staff import Role
from degree_auth.domain.shared.action_input import REVIEWER, read_action
from degree_auth.domain.shared.free_text import LONGEST_REASON, prose
from degree_auth.domain.shared.reading import Fields, choice, items, pattern, read_object, required_object

CREDENTIALS: Fields = {"reviewer": REVIEWER, "code": ONE_TIME_CODE}
"""What every action carries: the account, and a one-time code of its authenticator."""


class StaffAccountAction(StrEnum):
    """What staff can decide about accounts of staff."""

    PROPOSE_STAFF_ACCOUNT = "propose_staff_account"
    APPROVE_STAFF_ACCOUNT = "approve_staff_account"
    CLOSE_STAFF_ACCOUNT = "close_staff_account"
    LIST_STAFF_ACCOUNTS = "list_staff_accounts"


STAFF_NAME = pattern("(?!.*[0-9]{5})[a-z][a-z0-9._-]{1,31}", "staff_name_format")
"""Assigned by staff; too few digits for a mobile or an identity number."""

_REASON = prose(LONGEST_REASON, impersonal=True)
_ROLES = items(choice(Role), needed=True)
STAFF_ACCOUNT_ACTIONS: Mapping[StaffAccountAction, Fields] = {
    StaffAccountAction.PROPOSE_STAFF_ACCOUNT: {"account": STAFF_NAME, "roles": _ROLES, "reason": _REASON},
    StaffAccountAction.APPROVE_STAFF_ACCOUNT: {"account": STAFF_NAME, "roles": _ROLES},
    StaffAccountAction.CLOSE_STAFF_ACCOUNT: {"account": STAFF_NAME, "reason": _REASON},
    StaffAccountAction.LIST_STAFF_ACCOUNTS: {},
}


@dataclass(frozen=True, slots=True)
class StaffAccountDecision:
    """One decision on an account, or the wish to see them all (no `account`)."""

    action: StaffAccountAction
    reviewer: str
    account: str = ""
    roles: tuple[Role, ...] = ()
    reason: str = ""


def parse_staff_account_action(body: object) -> StaffAccountDecision:
    """Read the input of an execution.

    Raises:
        Malformed: not an object.
        Invalid: everything that is wrong with it, at once.
    """
    return StaffAccountDecision(**read_action(body, STAFF_ACCOUNT_ACTIONS).complete())


def parse_credentials(body: object) -> tuple[str, str]:
    """The account and the code that an input carries; of the rest nothing is looked at.

    Raises:
        Malformed: not an object.
        Invalid: one of them is missing or has not its form.
    """
    content = required_object(body)
    values = read_object({name: content[name] for name in CREDENTIALS if name in content}, CREDENTIALS).complete()
    return values["reviewer"], values["code"]
