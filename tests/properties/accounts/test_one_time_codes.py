"""One-time codes: those of RFC 6238, near enough in time, and each used once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlparse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from degree_auth.domain.accounts.one_time_codes import (
    STEP_SECONDS,
    accepted_step,
    code_at,
    enrolment_uri,
    secret_of,
    step_at,
)

pytestmark = pytest.mark.requirement("A13")
secrets = st.binary(min_size=20, max_size=20).map(secret_of)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


# RFC 6238, appendix B, SHA-1; the last six of the eight digits printed there.
@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    moment = datetime.fromtimestamp(seconds, UTC)
    assert code_at(secret_of(b"12345678901234567890"), step_at(moment)) == code
    assert accepted_step(secret_of(b"12345678901234567890"), code, moment, 0) == seconds // STEP_SECONDS


@given(secrets, moments, st.integers(-5, 5))
def test_a_code_is_taken_one_step_early_or_late_and_no_further(secret: str, now: datetime, off: int) -> None:
    code = code_at(secret, step_at(now) + off)
    near = {code_at(secret, step_at(now) + each) for each in (-1, 0, 1)}
    assert (accepted_step(secret, code, now, 0) is not None) == (code in near)
    assert abs(off) > 1 or code in near


@given(secrets, moments, st.integers(0, 60))
def test_a_code_is_used_once(secret: str, now: datetime, seconds_later: int) -> None:
    code = code_at(secret, step_at(now))
    used = accepted_step(secret, code, now, 0)
    assert used is not None
    again = accepted_step(secret, code, now + timedelta(seconds=seconds_later), used)
    # By chance a later step may have the same six digits; the step that was used never comes again.
    assert again is None or again > used


@given(secrets, moments, st.text(max_size=8))
def test_any_other_text_is_no_code(secret: str, now: datetime, text: str) -> None:
    near = {code_at(secret, step_at(now) + each) for each in (-1, 0, 1)}
    assert (accepted_step(secret, text, now, 0) is not None) == (text in near)


@given(secrets)
def test_the_enrolment_address_carries_secret_account_and_issuer(secret: str) -> None:
    address = urlparse(enrolment_uri(secret, "u10001-lead"))
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert unquote(address.path).endswith("u10001-lead")
    assert parse_qs(address.query)["secret"] == [secret]
    assert parse_qs(address.query)["issuer"] == ["学位认证"]


def test_a_secret_has_160_bits() -> None:
    with pytest.raises(ValueError, match="20 bytes"):
        secret_of(b"short")
