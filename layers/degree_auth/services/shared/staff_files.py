"""The files that staff put where a staff action looks for them."""

from __future__ import annotations

import json

from degree_auth.domain.shared.errors import Malformed
from degree_auth.services.shared.ports import Documents


def json_file(documents: Documents, key: str, largest: int) -> object:
    """What a JSON file of at most `largest` bytes holds.

    Raises:
        NotFound: there is no such file.
        TooLarge: it has more bytes.
        Malformed: it is not JSON.
    """
    try:
        return json.loads(documents.get(key, largest))
    except ValueError:
        raise Malformed("malformed_json") from None
