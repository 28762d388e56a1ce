"""The function that examines files, as the function that receives them calls it."""

from __future__ import annotations

import json
from typing import Any

from degree_auth.adapters.shared.documents import Bucket
from degree_auth.domain.shared.errors import Unavailable

_LINK_SECONDS = 120
_CRASHES = ("Runtime.", "Sandbox.")
"""How the types of errors begin that Lambda names itself: the process ended, or its time was up."""


class ExaminingFunction:
    """Implements `Examiner` by a function of its own, which can reach the two objects that it is handed links to."""

    def __init__(self, client: Any, name: str, bucket: Bucket) -> None:
        self._client = client
        self._name = name
        self._bucket = bucket

    def examine(self, source: str, target: str, content_type: str) -> str | None:
        """None when the file is whole and harmless, with its copy at `target`; else the message code for refusing it.

        Raises:
            Unavailable: the function could not do its work, which is not the file's fault.
        """
        links = {
            "read": self._bucket.download_link(source, "file", _LINK_SECONDS),
            "write": self._bucket.writing_link(target, content_type, _LINK_SECONDS),
        }
        asked = json.dumps({**links, "content_type": content_type})
        answer = self._client.invoke(FunctionName=self._name, Payload=asked.encode())
        content: dict[str, Any] = json.loads(answer["Payload"].read())
        if "FunctionError" not in answer:
            reason: str | None = content["reason"]
            return reason
        if _is_crash(content):
            return "attachment_too_complex"
        raise Unavailable("try_again")


def _is_crash(error: dict[str, Any]) -> bool:
    """Whether the function did not live to answer: too little memory or time for this file, or a broken parser."""
    kind, message = str(error.get("errorType", "")), str(error.get("errorMessage", ""))
    return kind.startswith(_CRASHES) or "Task timed out" in message
