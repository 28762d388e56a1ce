"""Where the files of a case lie in the bucket of documents, each content under its own SHA-256 in hex."""

from __future__ import annotations

from uuid import uuid4

from degree_auth.domain.cases.attachment import Attachment

FOLDERS_OF_FILES = ("attachments", "copies", "scan-texts")
"""Folders that have one for each file of each case: a file that goes is removed from all of them."""


def incoming_key(case_number: str, attachment_id: str) -> str:
    """Where an upload link writes."""
    return f"incoming/{case_number}/{attachment_id}"


def examined_key(case_number: str, attachment_id: str) -> str:
    """Where a file lies while it is examined; another place for each examination."""
    return f"examined/{case_number}/{attachment_id}/{uuid4().hex}"


def stored_key(case_number: str, attachment_id: str, sha256: str) -> str:
    """Where an attachment with this content is kept, as it was sent; nobody is handed a link to it."""
    return f"attachments/{case_number}/{attachment_id}/{sha256}"


def copy_key(case_number: str, attachment_id: str, sha256: str) -> str:
    """Where the copy of an attachment with this content is kept, which others are shown."""
    return f"copies/{case_number}/{attachment_id}/{sha256}"


def scan_text_key(case_number: str, attachment_id: str, sha256: str) -> str:
    """Where the text is kept, sealed, that a machine read of a certificate scan with this content."""
    return f"scan-texts/{case_number}/{attachment_id}/{sha256}"


def shown_key(case_number: str, file: Attachment) -> str | None:
    """Where the copy of a stored file is kept, for a link that hands it out; None for any other file."""
    return copy_key(case_number, file.attachment_id, file.sha256) if file.is_stored and file.sha256 else None
