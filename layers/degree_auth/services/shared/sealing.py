"""Personal data as it is stored: encrypted for one context, such as a case number, and written as base64."""

from __future__ import annotations

import base64
import json
from typing import Any

from degree_auth.services.shared.ports import Opener, Sealer


def seal_text(sealer: Sealer, context: str, text: str) -> str:
    """Text encrypted for one context, base64."""
    return base64.b64encode(sealer.seal(text.encode(), context)).decode()


def open_text(opener: Opener, context: str, sealed: str) -> str:
    """What `seal_text` made for this context."""
    return opener.open(base64.b64decode(sealed), context).decode()


def seal_json(sealer: Sealer, context: str, content: object) -> str:
    """JSON encrypted for one context, base64."""
    return seal_text(sealer, context, json.dumps(content, ensure_ascii=False))


def open_json(opener: Opener, context: str, sealed: str) -> Any:
    """What `seal_json` made for this context."""
    return json.loads(open_text(opener, context, sealed))
