"""Sessions of an account: how many there may be, and how long each lasts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

ACCESS_TIME = timedelta(minutes=15)
"""How long an access token is good for."""

SESSION_TIME = timedelta(hours=12)
"""How long a session can be refreshed after signing in: a working day."""

MOST_SESSIONS = 10
"""Open sessions of one account; a further one ends the oldest."""

MOST_WRONG_CODES = 5
"""Wrong one-time codes in one session; the last of them ends it. Whoever holds only the session guesses no further."""


@dataclass(frozen=True, slots=True)
class Session:
    """An open session; of its refresh token only a keyed digest is kept. `wrong_codes` were given in it."""

    session_id: str
    refresh_digest: str
    ends_at: datetime
    wrong_codes: int = 0
