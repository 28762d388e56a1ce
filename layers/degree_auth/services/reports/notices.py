"""The public list of corrections (article 15): which reports were superseded or revoked, the latest first."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from degree_auth.domain.reports.public_notice import public_notice_json
from degree_auth.domain.reports.status_list import FIRST_YEAR
from degree_auth.domain.shared.working_days import shanghai_day
from degree_auth.services.reports.ports import PublicNotices
from degree_auth.services.shared.cursors import cursor_of, invalid_cursor, place_of

PAGE_SIZE = 50

_CURSOR = re.compile(r"(20[0-9]{2})\|([0-9T:.+#A-Z-]{0,80})\Z", re.ASCII)


def notices_page(store: PublicNotices, cursor: str, now: datetime) -> dict[str, Any]:
    """One page of notices and the cursor of the next, None on the last page.

    A year without notices costs one read, so a page reads one year more than it takes from at most.

    Raises:
        Invalid: the cursor is not one of ours.
    """
    year, before = _read_cursor(cursor) if cursor else (shanghai_day(now).year, "")
    found: list[dict[str, Any]] = []
    while year >= FIRST_YEAR:
        # One more than is shown tells whether there is a further page.
        page = store.notices(year, before, PAGE_SIZE - len(found) + 1)
        room = PAGE_SIZE - len(found)
        found += [public_notice_json(notice) for _, notice in page[:room]]
        if len(page) > room:
            return {"notices": found, "next": _cursor_text(year, page[room - 1][0] if room else before)}
        year, before = year - 1, ""
    return {"notices": found, "next": None}


def _cursor_text(year: int, place: str) -> str:
    return cursor_of(f"{year}|{place}".encode())


def _read_cursor(cursor: str) -> tuple[int, str]:
    read = _CURSOR.match(place_of(cursor).decode(errors="replace"))
    if read is None:
        raise invalid_cursor()
    return int(read[1]), read[2]
