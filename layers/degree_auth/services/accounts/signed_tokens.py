"""Tokens that say of themselves that the system gave them out: a content, and a keyed digest of it."""

from __future__ import annotations

import hmac

from degree_auth.services.shared.ports import KeyedDigest


def signed_token(sealer: KeyedDigest, purpose: str, content: str) -> str:
    """The content with its digest for this purpose."""
    return f"{content}.{sealer.token(purpose, content)}"


def content_of(sealer: KeyedDigest, purpose: str, token: str) -> str | None:
    """The content of a token that `signed_token` made for this purpose; None of any other text."""
    content, _, digest = token.rpartition(".")
    # Text that is not ASCII is none of ours, and may be such that it cannot be encoded.
    return content if token.isascii() and hmac.compare_digest(sealer.token(purpose, content), digest) else None
