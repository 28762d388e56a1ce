"""Tables in moto as the template declares them, indexes too."""

from __future__ import annotations

from functools import cache
from typing import Any

import boto3

from tools.template import table_as_declared


def create_table(logical_id: str, name: str, region: str) -> None:
    """Create an empty table with the keys and indexes of a table of the template."""
    _client(region).create_table(TableName=name, **table_as_declared(logical_id))


@cache
def _client(region: str) -> Any:
    """Hundreds of tests create tables, each in an account of its own, which moto gives and takes away behind it."""
    return boto3.client("dynamodb", region_name=region)
