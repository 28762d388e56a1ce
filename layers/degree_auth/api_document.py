"""The API's own description (OpenAPI), as it is served: the text that docs/ holds, and the same as JSON."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files


@cache
def api_document_text() -> str:
    """The document in YAML, as it was written."""
    return (files("degree_auth") / "data" / "openapi.yaml").read_text("utf-8")


@cache
def api_document_json() -> str:
    """The document in JSON."""
    # Here, because only this answer needs the reader, which takes some 30 ms to load.
    import yaml

    # The reader in C is ten times as fast, and as safe.
    return json.dumps(yaml.load(api_document_text(), Loader=yaml.CSafeLoader), ensure_ascii=False)
