"""The second factor: one-time codes of RFC 6238 (HMAC-SHA-1, 6 digits, steps of 30 seconds), each used once."""

from __future__ import annotations

import base64
import hmac
from datetime import datetime

import pyotp

STEP_SECONDS = 30
SECRET_BYTES = 20
DRIFT_STEPS = 1
"""Steps by which the user's clock may be off, either way."""

ISSUER = "学位认证"
"""The name under which the user's authenticator shows the account."""


def secret_of(entropy: bytes) -> str:
    """A secret in base32, of 20 random bytes."""
    if len(entropy) != SECRET_BYTES:
        raise ValueError("a secret has 20 bytes")
    return base64.b32encode(entropy).decode()


def step_at(now: datetime) -> int:
    """The number of the time step that a moment lies in."""
    return int(now.timestamp()) // STEP_SECONDS


def code_at(secret: str, step: int) -> str:
    """The code of a time step."""
    return pyotp.HOTP(secret).at(step)


def accepted_step(secret: str, code: str, now: datetime, last_step: int) -> int | None:
    """The time step of a code that may be used now. None when the step is too far from now or not after the last one
    used."""
    return next((step for step in _fitting(secret, code, now) if step > last_step), None)


def is_used(secret: str, code: str, now: datetime, last_step: int) -> bool:
    """Whether a code would be good now, had it or a later one not been used."""
    fitting = _fitting(secret, code, now)
    return bool(fitting) and max(fitting) <= last_step


def _fitting(secret: str, code: str, now: datetime) -> list[int]:
    """The time steps around now whose code this is."""
    present = step_at(now)
    return [
        step
        for step in range(present - DRIFT_STEPS, present + DRIFT_STEPS + 1)
        if hmac.compare_digest(code_at(secret, step).encode(), code.encode())
    ]


def enrolment_uri(secret: str, username: str) -> str:
    """The `otpauth` address that an authenticator reads, as a QR code or a link."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=ISSUER)
