"""Reading what is sent to sign in, to set a password and to refresh a session; all problems at once (N5)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from degree_auth.domain.accounts.accounts import is_username
from degree_auth.domain.accounts.passwords import LONGEST, normal_form, password_faults
from degree_auth.domain.shared.errors import Invalid, Malformed, Problem, shown_key

LONGEST_REFRESH_TOKEN = 200
CODE_PATTERN = r"^[0-9]{6}$"
_CODE = re.compile(CODE_PATTERN.replace("$", r"\Z"), re.ASCII)


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
    content, problems = _content(body, ("username", "password"), ("one_time_code",))
    if problems:
        raise Invalid(problems)
    return Credentials(content["username"], normal_form(content["password"]), content.get("one_time_code"))


def parse_new_password(body: object) -> NewPassword:
    """Read `{"username", "password", "one_time_code", "new_password"}`; the new password must keep the rules.

    Raises:
        Malformed: not an object.
        Invalid: everything that is wrong with it.
    """
    content, problems = _content(body, ("username", "password", "one_time_code", "new_password"), ())
    new = content.get("new_password")
    if new is not None:
        username = content.get("username", "")
        problems += [Problem("new_password", code) for code in password_faults(new, username)]
        if "password" in content and normal_form(content["password"]) == normal_form(new):
            problems.append(Problem("new_password", "password_unchanged"))
    if problems:
        raise Invalid(problems)
    return NewPassword(
        content["username"],
        normal_form(content["password"]),
        content["one_time_code"],
        normal_form(content["new_password"]),
    )


def parse_refresh(body: object) -> str:
    """Read `{"refresh_token"}`. Raises `Malformed` or `Invalid`."""
    content, problems = _content(body, ("refresh_token",), ())
    if problems:
        raise Invalid(problems)
    return content["refresh_token"]


def _content(
    body: object, required: tuple[str, ...], optional: tuple[str, ...]
) -> tuple[Mapping[str, str], list[Problem]]:
    """The fields that are in order, and what is wrong with the others."""
    if not isinstance(body, dict):
        raise Malformed("not_an_object")
    known = (*required, *optional)
    unknown = dict.fromkeys(shown_key(key) for key in body if key not in known)
    problems = [Problem(field, "unknown_field") for field in unknown]
    content: dict[str, str] = {}
    for name in known:
        value = body.get(name)
        if value is None:
            if name in required:
                problems.append(Problem(name, "required"))
        elif code := _fault(name, value):
            problems.append(Problem(name, code))
        else:
            content[name] = value
    return content, problems


def _fault(name: str, value: object) -> str | None:
    if not isinstance(value, str):
        return "not_text"
    if name == "username":
        return None if is_username(value) else "username_format"
    if name == "one_time_code":
        return None if _CODE.match(value) else "one_time_code_format"
    if not value:
        return "required"
    if len(value) > (LONGEST_REFRESH_TOKEN if name == "refresh_token" else LONGEST):
        return "too_long"
    # JSON can spell half a character, which has no bytes to hash.
    return "control_character" if any("\ud800" <= char <= "\udfff" for char in value) else None
