"""The items of the award register in DynamoDB.

Keys: `pk` is the certificate key (institution code, `#`, certificate number, both canonical), `sk` tells apart the
awards that share a certificate number. Former versions of a record stand under `<pk>!history`, their number in `sk`;
the marks of a running import under `import#<id>`. Everything about the person is sealed in one blob; in the clear
stand only the keys, keyed digests (`holder_key`, `person_key`, `content`), the version, when and by which import it
came, and on what an approved register change wrote, that change (`change_id`). Where a register change took a record
out, its key, the next version and that change stay (a tombstone). What carries a register change, no import alters:
only another register change does.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, KeysOnlyProjection

from degree_auth.adapters.shared.dynamo import Item, TableMeta
from degree_auth.adapters.shared.keyring import Keyring
from degree_auth.domain.applications.claim import IdentityType
from degree_auth.domain.register.award import AwardRecord
from degree_auth.domain.register.award_identity import (
    join_record_id,
    name_key_source,
    number_key_source,
    split_record_id,
)
from degree_auth.domain.register.record import record_from, values_of

HISTORY = "!history"


class ByHolder(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """The awards of one holder, found by the keyed digest of the identity number."""

    class Meta:
        index_name = "by_holder"
        projection = AllProjection()

    holder_key = UnicodeAttribute(hash_key=True)
    pk = UnicodeAttribute(range_key=True)


class ByPerson(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """The awards of people of one name and date of birth, found by the keyed digest of both."""

    class Meta:
        index_name = "by_person"
        projection = KeysOnlyProjection()

    person_key = UnicodeAttribute(hash_key=True)
    pk = UnicodeAttribute(range_key=True)


class AwardItem(Item):
    """One item of the register table: a record, a former version of one, or the tombstone of one."""

    holder_key = UnicodeAttribute(null=True)
    person_key = UnicodeAttribute(null=True)
    sealed = BinaryAttribute(legacy_encoding=False, null=True)
    content = UnicodeAttribute(null=True)
    version = NumberAttribute()
    import_id = UnicodeAttribute()
    imported_at = UnicodeAttribute()
    change_id = UnicodeAttribute(null=True)
    by_holder = ByHolder()
    by_person = ByPerson()


def award_items(table_name: str, region: str) -> type[AwardItem]:
    """The model bound to a table; endpoint and credentials come from the environment as boto3 reads them."""
    # An application is taken although the register cannot be read; one that hangs must not use up the request's time.
    waits = {"connect_timeout_seconds": 1, "read_timeout_seconds": 2, "max_retry_attempts": 1}
    named = {"table_name": table_name, "region": region, "billing_mode": "PAY_PER_REQUEST"}
    meta = type("Meta", (TableMeta,), named | waits)
    return type("AwardItem", (AwardItem,), {"Meta": meta})


class Seal:
    """Between a record and its item: what is sealed, and the keyed digests."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def number_key(self, identity_type: IdentityType, identity_number: str) -> str | None:
        source = number_key_source(identity_type, identity_number)
        return self._keyring.token("register-holder", source) if source else None

    def person_key(self, name: str, birth_date: date) -> str | None:
        source = name_key_source(name, birth_date)
        return self._keyring.token("register-person", source) if source else None

    def content(self, facts: str) -> str:
        return self._keyring.token("register-content", facts)

    def item(self, written: Written, import_id: str, now: datetime) -> dict[str, Any]:
        record = written.record
        partition, part = split_record_id(record.record_id)
        item: dict[str, Any] = {
            "pk": {"S": partition},
            "sk": {"S": part},
            "sealed": {"B": self._keyring.seal(written.facts.encode(), record.record_id)},
            "content": {"S": written.content},
            "version": {"N": "1"},
            "import_id": {"S": import_id},
            "imported_at": {"S": now.isoformat(timespec="seconds")},
        }
        number_key = self.number_key(record.identity_type, record.identity_number)
        if number_key is not None:
            item["holder_key"] = {"S": number_key}
        person_key = self.person_key(record.name, record.birth_date)
        if person_key is not None:
            item["person_key"] = {"S": person_key}
        return item

    def open(self, item: AwardItem, record_id: str | None = None) -> AwardRecord:
        record_id = record_id or join_record_id(item.pk, item.sk)
        return record_from(json.loads(self._keyring.open(item.sealed, record_id)), record_id)


@dataclass(frozen=True, slots=True)
class Written:
    """A record as text, and the keyed digest of that text by which a change is seen."""

    record: AwardRecord
    facts: str
    content: str

    @classmethod
    def of(cls, record: AwardRecord, seal: Seal) -> Written:
        facts = json.dumps(values_of(record), ensure_ascii=False)
        return cls(record, facts, seal.content(facts))
