"""Tables in moto as the template declares them, indexes too."""

from __future__ import annotations

import boto3

from tests.template.model import SOURCE


def create_table(logical_id: str, name: str, region: str) -> None:
    """Create an empty table with the keys and indexes of a table of the template."""
    declared = SOURCE["Resources"][logical_id]["Properties"]
    wanted = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
    boto3.client("dynamodb", region_name=region).create_table(
        TableName=name, **{key: declared[key] for key in wanted if key in declared}
    )
