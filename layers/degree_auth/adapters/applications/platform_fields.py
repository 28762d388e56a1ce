"""The platform's names and codes that ship with the package."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files

from degree_auth.domain.applications.platform_fields import PlatformFields


@lru_cache(maxsize=1)
def published_platform_fields() -> PlatformFields:
    """Those of `data/platform_fields.json`, read once a process."""
    return PlatformFields(**json.loads((files("degree_auth") / "data" / "platform_fields.json").read_text("utf-8")))
