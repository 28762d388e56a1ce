"""Applicants' sign-ins under way and sessions, in the table of institutions and accounts.

Items (`pk` / `sk`), each expires by itself; the secret itself is nowhere, and who it stands for is sealed:
- applicant-sign-in#digest / SIGN_IN: a sign-in under way.
- applicant-session#digest / SESSION: a session.
"""

from __future__ import annotations

from datetime import datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DeleteError, DoesNotExist

from degree_auth.adapters.shared.dynamo import CONDITION_FAILED, Item, TableMeta, connect, refusal_code
from degree_auth.services.accounts.ports import Kept


class KeptItem(Item):
    """What is kept for a time; `expires_at` in Unix seconds."""

    class Meta(TableMeta): ...

    sealed = UnicodeAttribute()
    ends_at = UnicodeAttribute()
    expires_at = NumberAttribute()


class ApplicantSessionTable:
    """Implements `ApplicantSessionStore`. One table a process."""

    def __init__(self, table_name: str, region: str) -> None:
        connect(KeptItem.Meta, table_name, region)

    def keep_sign_in(self, digest: str, kept: Kept) -> None:
        """Keep a sign-in that is under way."""
        _save(*_sign_in(digest), kept)

    def take_sign_in(self, digest: str) -> Kept | None:
        """A sign-in that was under way, once: of several who take it at the same time one gets it."""
        found = _read_kept(*_sign_in(digest))
        if found is None:
            return None
        try:
            KeptItem(*_sign_in(digest)).delete(condition=KeptItem.pk.exists())
        except DeleteError as error:
            if refusal_code(error) == CONDITION_FAILED:
                return None
            raise
        return found

    def keep_session(self, digest: str, kept: Kept) -> None:
        """Keep a session."""
        _save(*_session_key(digest), kept)

    def session(self, digest: str) -> Kept | None:
        """A session, by a consistent read."""
        return _read_kept(*_session_key(digest))

    def end_session(self, digest: str) -> None:
        """Remove a session. One that is not there is no error."""
        KeptItem(*_session_key(digest)).delete()


def _sign_in(digest: str) -> tuple[str, str]:
    return f"applicant-sign-in#{digest}", "SIGN_IN"


def _session_key(digest: str) -> tuple[str, str]:
    return f"applicant-session#{digest}", "SESSION"


def _save(pk: str, sk: str, kept: Kept) -> None:
    expires_at = int(kept.ends_at.timestamp()) + 1
    KeptItem(pk, sk, sealed=kept.sealed, ends_at=kept.ends_at.isoformat(), expires_at=expires_at).save()


def _read_kept(pk: str, sk: str) -> Kept | None:
    try:
        item = KeptItem.get(pk, sk, consistent_read=True)
    except DoesNotExist:
        return None
    return Kept(item.sealed, datetime.fromisoformat(item.ends_at))
