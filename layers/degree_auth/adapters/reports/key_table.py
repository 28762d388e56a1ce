"""The public keys that ever signed credentials, in the table of cases: `signing-keys` / thumbprint (RFC 7638)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pynamodb.attributes import JSONAttribute

from degree_auth.adapters.shared.dynamo import Item, TableMeta, connect
from degree_auth.domain.reports.issuer import jwk_thumbprint

_KEYS = "signing-keys"


class _KeyItem(Item):
    class Meta(TableMeta): ...

    jwk = JSONAttribute()


class KeyTable:
    """Published keys in DynamoDB. One table a process."""

    def __init__(self, table_name: str, region: str) -> None:
        connect(_KeyItem.Meta, table_name, region)

    def record(self, jwk: Mapping[str, Any]) -> None:
        """Keep a public key for ever. Recording a key again replaces its entry, for instance with new certificates."""
        _KeyItem(_KEYS, jwk_thumbprint(jwk), jwk=dict(jwk)).save()

    def keys(self) -> list[dict[str, Any]]:
        """Every key that was recorded and not taken out, by thumbprint."""
        return [dict(item.jwk) for item in _KeyItem.query(_KEYS, consistent_read=True)]
