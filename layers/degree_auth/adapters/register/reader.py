"""Reading the award register: the records that a claim may be about, one record, and its former versions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from degree_auth.adapters.register.items import HISTORY, AwardItem, Seal, award_items
from degree_auth.adapters.shared.keyring import Keyring
from degree_auth.domain.applications.claim import Claim
from degree_auth.domain.register.award import AwardRecord
from degree_auth.domain.register.award_identity import certificate_key, split_record_id


@dataclass(frozen=True, slots=True)
class FormerVersion:
    """A version of a record that was replaced: which, and when and by which import it had come."""

    record: AwardRecord
    version: int
    import_id: str
    imported_at: str


class RegisterTable:
    """Reading the register as it was last written; what a look-up costs does not depend on the register's size."""

    def __init__(self, table_name: str, region: str, keyring: Keyring) -> None:
        self._items = award_items(table_name, region)
        self._seal = Seal(keyring)

    def candidates(self, claim: Claim) -> Sequence[AwardRecord]:
        """The records that a claim may be about: those of its certificate, or when there are none, the holder's.

        Two queries, and a batch read of what the holder's leads to, for the index may be behind and still have a record
        that a register change took out. Both are asked always: otherwise the time of an answer would tell whether the
        register has a certificate. Records that share a certificate are marked duplicates of each other.
        """
        degree, holder = claim.degree, claim.holder
        found = self._partition(certificate_key(degree.institution_code, degree.certificate_number))
        number_key = self._seal.number_key(holder.identity_type, holder.identity_number)
        of_holder = () if number_key is None else self._of_holder(number_key)
        return found or of_holder

    def of_person(self, claim: Claim) -> Sequence[AwardRecord]:
        """Every record that may be of the claim's person: those of its certificate, of its identity number, and of its
        name with its date of birth. Three queries and a batch read of what the indexes lead to."""
        degree, holder = claim.degree, claim.holder
        number_key = self._seal.number_key(holder.identity_type, holder.identity_number)
        person_key = self._seal.person_key(holder.name, holder.birth_date)
        found = [
            *self._partition(certificate_key(degree.institution_code, degree.certificate_number)),
            *(() if number_key is None else self._of_holder(number_key)),
            *(() if person_key is None else self._of_namesakes(person_key)),
        ]
        return list({record.record_id: record for record in reversed(found)}.values())[::-1]

    def certificate_version(self, claim: Claim) -> str:
        """Names what the register has of the claim's certificate; another name after every change, for records and
        tombstones alike are counted up."""
        partition = certificate_key(claim.degree.institution_code, claim.degree.certificate_number)
        items = self._items.query(partition, consistent_read=True)
        return " ".join(f"{item.sk}:{int(item.version)}" for item in items)

    def get(self, record_id: str) -> AwardRecord | None:
        """The record with this id, or None; one query, so that the duplicate mark is right.

        Raises:
            ValueError: not a record's id.
        """
        partition, _ = split_record_id(record_id)
        return next((record for record in self._partition(partition) if record.record_id == record_id), None)

    def history(self, record_id: str) -> Sequence[FormerVersion]:
        """The former versions of a record, the oldest first; where it was out of the register, a version is left out.

        Raises:
            ValueError: not a record's id.
        """
        partition, part = split_record_id(record_id)
        items = self._items.query(f"{partition}{HISTORY}", self._items.sk.startswith(f"{part}#"), consistent_read=True)
        return [
            FormerVersion(self._seal.open(item, record_id), int(item.version), item.import_id, item.imported_at)
            for item in items
            if item.sealed is not None
        ]

    def _of_holder(self, number_key: str) -> Sequence[AwardRecord]:
        items = self._items_of(self._items.by_holder.query(number_key))
        return [self._seal.open(item) for item in items if item.holder_key == number_key]

    def _of_namesakes(self, person_key: str) -> Sequence[AwardRecord]:
        items = self._items_of(self._items.by_person.query(person_key))
        return [self._seal.open(item) for item in items if item.person_key == person_key]

    def _items_of(self, found: Iterable[AwardItem]) -> Iterator[AwardItem]:
        """What an index led to, as it is now, in the order of the keys."""
        keys = sorted((item.pk, item.sk) for item in found)
        items = {(item.pk, item.sk): item for item in self._items.batch_get(keys, consistent_read=True)}
        return (items[key] for key in keys if key in items)

    def _partition(self, partition: str) -> Sequence[AwardRecord]:
        items = self._items.query(partition, consistent_read=True)
        records = [self._seal.open(item) for item in items if item.sealed is not None]
        if len(records) > 1:
            return [replace(record, duplicate=True) for record in records]
        return records
