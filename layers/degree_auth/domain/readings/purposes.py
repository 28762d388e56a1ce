"""What sealed parts are opened for: on behalf of somebody, which is on record first, or by the machine for nobody."""

from __future__ import annotations

from enum import StrEnum


class Purpose(StrEnum):
    """What somebody reads a case, or what stands beside it, for."""

    OWN_CASE = "own_case"
    OWN_LIST = "own_list"
    OWN_DOCUMENT = "own_document"
    APPLICATION_REPEATED = "application_repeated"
    VERIFICATION = "verification"
    TASK_SHEET = "task_sheet"
    MESSAGES = "messages"
    REVIEW = "review"
    COMPARISON = "comparison"
    """An award record, to hold a claim against it: it may be somebody else's."""
    REGISTER_CHANGE = "register_change"
    STAFF_ACCOUNTS = "staff_accounts"
    EXPORT = "export"
    AUDIT = "audit"


class MachinePurpose(StrEnum):
    """What the machine opens a sealed part for. Nobody is shown what it finds."""

    COMPARISON = "comparison"
    """Holding a claim against the register, or against another claim."""

    IDENTITY = "identity"
    """Telling whether a case is a person's."""

    DECISION = "decision"
    """Deciding on a case, or changing its claim, as somebody asked."""

    ROUTING = "routing"
    """Finding whom a degree is asked of, and what that institution has explained."""

    PRESS = "press"
    """Printing a report or a written notice."""

    REGISTER_CHANGE = "register_change"
    """Writing what was approved of the register."""

    FEE = "fee"
    """The fee of an answer, by the degree's level."""

    SIGN_IN = "sign_in"
    """Proving who signs in: sessions, and the secrets that codes are made of."""

    LISTING = "listing"
    """What a list of tasks shows of a degree, and the digest by which its certificate is found."""

    PLACE = "place"
    """The place in a list behind which its reader asks for more."""

    NOTICE = "notice"
    """The address that a notice is sent to."""
