"""The canary."""

from __future__ import annotations

import time
from functools import cache

from degree_auth.adapters.reports.public_face import HttpPublicFace, is_signed_by_its_key
from degree_auth.services.reports.canary import Canary
from degree_auth.wiring import shared


@cache
def watcher() -> Canary:
    """The canary of this process."""
    return Canary(HttpPublicFace(shared.setting("SERVICE_URL")), is_signed_by_its_key, time.monotonic)
