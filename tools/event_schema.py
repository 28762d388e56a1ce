"""Writes the schema of the platform's events as a file of its own, from the API's document, for whoever receives them.

python -m tools.event_schema
"""

from __future__ import annotations

import json
from typing import Any

import yaml

from tools.environment import ROOT

SCHEMA = ROOT / "docs" / "schemas" / "platform-event.schema.json"
_REFERENCE = "#/components/schemas/"


def event_schema() -> str:
    """The schema as JSON Schema 2020-12, complete in itself."""
    document = yaml.safe_load((ROOT / "docs" / "openapi.yaml").read_text(encoding="utf-8"))
    schemas: dict[str, Any] = document["components"]["schemas"]
    used: dict[str, Any] = {}

    def own(node: Any) -> Any:
        if isinstance(node, list):
            return [own(one) for one in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            name = node["$ref"].removeprefix(_REFERENCE)
            if name not in used:
                used[name] = None
                used[name] = own(schemas[name])
            return {"$ref": f"#/$defs/{name}"}
        return {key: own(inner) for key, inner in node.items()}

    body = own(schemas["PlatformEvent"])
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Event of a case, for the platform"}
    return json.dumps({**head, **body, "$defs": dict(sorted(used.items()))}, ensure_ascii=False, indent=2) + "\n"


def main() -> None:
    """Write the file."""
    SCHEMA.parent.mkdir(exist_ok=True)
    SCHEMA.write_text(event_schema(), encoding="utf-8")


if __name__ == "__main__":
    main()
