"""A link by which a holder shares the result of a report: which values, for how long, and how often it is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from degree_auth.domain.cases.report_state import ReportState
from degree_auth.domain.reports.masked_name import masked_name
from degree_auth.domain.reports.public_notice import cause_words
from degree_auth.domain.shared.errors import Conflict
from degree_auth.domain.shared.reading import Fields, choice, items, pattern, read_object, whole_number
from degree_auth.domain.shared.words import words_of
from degree_auth.domain.shared.working_days import shanghai_time

MOST_SHARES = 20
"""How many links of one case may be open at a time."""
MOST_DAYS = 90
MOST_VIEWS = 1000
LISTED_AFTER_ITS_END = timedelta(days=30)
"""For how long the holder still finds a link that has ended."""


class NameShown(StrEnum):
    """How the holder's name is shown."""

    MASKED = "masked"
    WHOLE = "whole"


class ShareState(StrEnum):
    """Whether a link still shows the result, and why not."""

    OPEN = "open"
    CLOSED = "closed"
    EXPIRED = "expired"
    USED_UP = "used_up"


SHARED_FIELDS: Mapping[str, tuple[str, ...]] = {
    "sex": ("sex",),
    "birth_date": ("birthDate",),
    "institution_name": ("degree", "institutionName"),
    "institution_code": ("degree", "institutionCode"),
    "level": ("degree", "level"),
    "category": ("degree", "category"),
    "discipline": ("degree", "discipline"),
    "study_form": ("degree", "studyForm"),
    "award_date": ("degree", "awardDate"),
    "certificate_number": ("degree", "certificateNumber"),
}
"""What of a report may be shared beside the name, and where the subject of its credential has it."""

SHARE_REQUEST: Fields = {
    "fields": items(choice(SHARED_FIELDS), needed=True),
    "name": choice(NameShown),
    "days": whole_number(1, MOST_DAYS, "share_days_invalid"),
    "views": whole_number(1, MOST_VIEWS, "share_views_invalid"),
}
SHARE_VIEW: Fields = {"token": pattern("[A-Za-z0-9_-]{43}", "share_token_format")}


@dataclass(frozen=True, slots=True)
class ShareRequest:
    """What the holder asks for."""

    fields: tuple[str, ...]
    name: NameShown
    days: int
    views: int


@dataclass(frozen=True, slots=True)
class Share:
    """One link. `sealed` (base64) holds the values, encrypted by its token, which is kept nowhere."""

    share_id: str
    report_number: str
    fields: tuple[str, ...]
    name: NameShown
    made_at: datetime
    ends_at: datetime
    most_views: int
    sealed: str
    used: int = 0
    closed_at: datetime | None = None

    def state(self, now: datetime) -> ShareState:
        """Whether it shows anything at this moment."""
        if self.closed_at is not None:
            return ShareState.CLOSED
        if self.ends_at <= now:
            return ShareState.EXPIRED
        return ShareState.USED_UP if self.used >= self.most_views else ShareState.OPEN


def parse_share_request(body: object) -> ShareRequest:
    """`{"fields", "name", "days", "views"}`.

    Raises:
        Malformed: not an object.
        Invalid: fields are missing, unknown or break a rule; all are named.
    """
    return ShareRequest(**read_object(body, SHARE_REQUEST).complete())


def parse_share_token(body: object) -> str:
    """`{"token"}`, as it stands in the link. Raises as `parse_share_request` does."""
    token: str = read_object(body, SHARE_VIEW).complete()["token"]
    return token


def free_slot(slots: Mapping[int, Share], now: datetime) -> int:
    """Where one more link of a case has its place: the first that is empty, or whose link has ended.

    Raises:
        Conflict: as many are open as may be.
    """
    for slot in range(MOST_SHARES):
        taken = slots.get(slot)
        if taken is None or taken.state(now) is not ShareState.OPEN:
            return slot
    raise Conflict("too_many_shares")


def chosen_values(subject: Mapping[str, Any], request: ShareRequest) -> dict[str, str]:
    """The values that the holder chose, as the report states them, from the subject of its credential."""
    name = str(subject["name"])
    values = {"holder_name": name if request.name is NameShown.WHOLE else masked_name(name)}
    for field in SHARED_FIELDS:
        if field in request.fields:
            value: Any = subject
            for step in SHARED_FIELDS[field]:
                value = value[step]
            values[field] = str(value)
    return values


def share_json(share: Share, now: datetime) -> dict[str, Any]:
    """A link as its holder finds it; the link itself is shown once, when it is made."""
    return {
        "share_id": share.share_id,
        "report_number": share.report_number,
        "fields": list(share.fields),
        "name": share.name.value,
        "made_at": shanghai_time(share.made_at),
        "ends_at": shanghai_time(share.ends_at),
        "views": share.most_views,
        "used": share.used,
        "state": share.state(now).value,
    }


def shared_result(
    share: Share, values: Mapping[str, str], state: ReportState, changed_at: datetime | None, cause: str
) -> dict[str, Any]:
    """What somebody sees who has the link; of a report that is no longer valid it says so first."""
    chinese, english = words_of(_SENTENCES[state])
    return {
        "state": state.value,
        "message": chinese,
        "message_en": english,
        "report_number": share.report_number,
        "values": dict(values),
        "changed_at": None if changed_at is None else shanghai_time(changed_at),
        "cause": cause_words(cause) if cause else None,
        "ends_at": shanghai_time(share.ends_at),
        "views_left": share.most_views - share.used,
    }


_SENTENCES = {
    ReportState.VALID: "report_valid",
    ReportState.SUPERSEDED: "report_superseded",
    ReportState.REVOKED: "report_revoked",
}
