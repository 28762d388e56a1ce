"""The function that recognizes text, as the function that has scans read calls it."""

from __future__ import annotations

import json
from typing import Any

from degree_auth.adapters.shared.documents import Bucket
from degree_auth.domain.review.scan_advice import ScanLine
from degree_auth.domain.shared.errors import Unavailable

_LINK_SECONDS = 300


class RecognizingFunction:
    """Implements `TextRecognition` by a function of its own, which can reach the one object that it is handed a link
    to."""

    def __init__(self, client: Any, name: str, bucket: Bucket) -> None:
        self._client = client
        self._name = name
        self._bucket = bucket

    def lines(self, key: str, content_type: str) -> list[ScanLine] | None:
        """The lines of the stored file, or None when it cannot be read.

        Raises:
            Unavailable: the function could not do its work.
        """
        link = self._bucket.download_link(key, "file", _LINK_SECONDS)
        asked = json.dumps({"read": link, "content_type": content_type})
        answer = self._client.invoke(FunctionName=self._name, Payload=asked.encode())
        content = json.loads(answer["Payload"].read())
        if "FunctionError" in answer:
            raise Unavailable("try_again")
        lines = content["lines"]
        return None if lines is None else [ScanLine(*line) for line in lines]
