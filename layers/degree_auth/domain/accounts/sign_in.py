"""Reading what is sent to sign in, to set a password and to refresh a session; all problems at once (N5)."""

from __future__ import annotations

from dataclasses import dataclass

from degree_auth.domain.accounts.passwords import LONGEST, SHORTEST, normal_form, password_faults
from degree_auth.domain.accounts.username import USERNAME_PATTERN, is_username
from degree_auth.domain.shared.reading import (
    BrokenRule,
    Field,
    Fields,
    optional,
    pattern,
    read_object,
    required_text,
    text_of_form,
)

LONGEST_REFRESH_TOKEN = 200


def _secret(longest: int, shortest: int = 1) -> Field:
    """A text that nobody reads, its characters free; who sets a password checks that it has the `shortest` length."""

    def read(raw: object) -> str:
        text = required_text(raw)
        if not text:
            raise BrokenRule("required")
        if len(text) > longest:
            raise BrokenRule("too_long")
        # JSON can spell half a character, which has no bytes to hash.
        if any("\ud800" <= char <= "\udfff" for char in text):
            raise BrokenRule("control_character")
        return text

    return Field(read, {"type": "string", "minLength": shortest, "maxLength": longest})


USERNAME = text_of_form(is_username, "username_format", pattern=USERNAME_PATTERN)
ONE_TIME_CODE = pattern("[0-9]{6}", "one_time_code_format")
SIGN_IN: Fields = {"username": USERNAME, "password": _secret(LONGEST), "one_time_code": optional(ONE_TIME_CODE)}
PASSWORD_SETTING: Fields = {**SIGN_IN, "one_time_code": ONE_TIME_CODE, "new_password": _secret(LONGEST, SHORTEST)}
REFRESH: Fields = {"refresh_token": _secret(LONGEST_REFRESH_TOKEN)}


@dataclass(frozen=True, slots=True)
class Credentials:
    """What somebody signs in with; the code is left out at the first sign-in."""

    username: str
    password: str
    one_time_code: str | None


@dataclass(frozen=True, slots=True)
class NewPassword:
    """Present credentials and the password that is to come."""

    username: str
    password: str
    one_time_code: str
    new_password: str


def parse_sign_in(body: object) -> Credentials:
    """Read `{"username", "password", "one_time_code"?}`.

    Raises:
        Malformed: not an object.
        Invalid: everything that is wrong in form; whether it is right is not looked at here.
    """
    values = read_object(body, SIGN_IN).complete()
    return Credentials(values["username"], normal_form(values["password"]), values["one_time_code"])


def parse_new_password(body: object) -> NewPassword:
    """Read `{"username", "password", "one_time_code", "new_password"}`; the new password must keep the rules.

    Raises:
        Malformed: not an object.
        Invalid: everything that is wrong with it.
    """
    reading = read_object(body, PASSWORD_SETTING)
    values = reading.values
    if reading.has("new_password"):
        reading.refuse("new_password", *password_faults(values["new_password"], values.get("username", "")))
    if reading.has("password", "new_password") and normal_form(values["password"]) == normal_form(
        values["new_password"]
    ):
        reading.refuse("new_password", "password_unchanged")
    values = reading.complete()
    return NewPassword(
        values["username"],
        normal_form(values["password"]),
        values["one_time_code"],
        normal_form(values["new_password"]),
    )


def parse_refresh(body: object) -> str:
    """Read `{"refresh_token"}`. Raises `Malformed` or `Invalid`."""
    token: str = read_object(body, REFRESH).complete()["refresh_token"]
    return token
