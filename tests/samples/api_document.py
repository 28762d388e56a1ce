"""The OpenAPI document, which many tests hold answers and requests against: read once."""

from __future__ import annotations

from typing import Any

import yaml

from tools.environment import ROOT

DOCUMENT: dict[str, Any] = yaml.load((ROOT / "docs" / "openapi.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader)
