"""What staff decide on the accounts of staff, as it is started from the console; and how every action is proven."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice, product

from degree_auth.domain.accounts.sign_in import ONE_TIME_CODE
from degree_auth.domain.accounts.staff import Role
from degree_auth.domain.shared.action_input import REVIEWER, read_action
from degree_auth.domain.shared.free_text import LONGEST_REASON, prose
from degree_auth.domain.shared.reading import Fields, choice, items, pattern, read_object, required_object

CREDENTIALS: Fields = {"reviewer": REVIEWER, "code": ONE_TIME_CODE}
"""What every action carries: the account, and a one-time code of its authenticator."""

_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_BETWEEN_DIGITS = re.compile(r"[\s-]")
_SPACED_CODE = re.compile(r"[0-9](?:[\s-]*[0-9]){5}")
_SHOWN_NAME = re.compile(r"reviewer[^a-z0-9]+([a-z0-9][a-z0-9._-]{1,31})")
_SHOWN_CODE = re.compile(r"(?<![0-9])[0-9](?:[\s-]?[0-9]){5}(?![0-9])")
_MOST_SHOWN = 8


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
    """The account and the code that an input carries, read as people write them: blanks and hyphens, capitals and
    full-width characters make no difference, nor whether the code is a number. Of the rest nothing is looked at.

    Raises:
        Malformed: not an object.
        Invalid: one of them is missing or has not its form.
    """
    content = required_object(body)
    shown = {name: _plain(content[name]) for name in CREDENTIALS if name in content}
    values = read_object(shown, CREDENTIALS).complete()
    return values["reviewer"], values["code"]


def shown_credentials(body: object) -> Sequence[tuple[str, str]]:
    """Each account with each code that whoever reads an input finds in it, whatever its form; the first few."""
    text = unicodedata.normalize("NFKC", json.dumps(body, ensure_ascii=False)).lower()
    names = dict.fromkeys(_SHOWN_NAME.findall(text))
    codes = dict.fromkeys("".join(filter(str.isdigit, run)) for run in _SHOWN_CODE.findall(text))
    return list(islice(product(names, codes), _MOST_SHOWN))


def _plain(value: object) -> object:
    """Text in small half-width characters without blanks and hyphens around or between digits; a number in digits."""
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:06d}"
    if not isinstance(value, str):
        return value
    text = _UNSEEN.sub("", unicodedata.normalize("NFKC", value)).strip().lower()
    return _BETWEEN_DIGITS.sub("", text) if _SPACED_CODE.fullmatch(text) else text
