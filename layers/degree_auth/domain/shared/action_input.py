"""Reading the small JSON input with which staff start an action: which action, who asks, and the action's own fields.

No field may hold personal data: an execution's input is kept for long (N4).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from degree_auth.domain.shared.reading import Fields, Reading, pattern, read_variant

LONGEST_REFERENCE = 100

REVIEWER = pattern("[a-z0-9][a-z0-9._-]{1,31}", "reviewer_format")
FILE_NAME = pattern("(?![a-z0-9-]*[0-9]{11})[a-z0-9][a-z0-9-]{0,39}", "file_name_format")


def read_action(body: object, actions: Mapping[Any, Fields], common: Fields = MappingProxyType({})) -> Reading:
    """Read `action`, `reviewer`, the fields `common` to all actions, and the action's own fields.

    Raises:
        Malformed: not an object.
    """
    return read_variant(body, "action", actions, {**common, "reviewer": REVIEWER})
