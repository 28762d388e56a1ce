"""Reading a JSON object that somebody sent by a table of its fields: everything that is wrong with it at once (N5).

A table says of each field how its value is read and whether it may be left out. A field that is null counts as left
out, unless null is one of its values. What the sender wrote is never repeated, only the names of fields (N4).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from degree_auth.domain.shared.dates import parse_date
from degree_auth.domain.shared.errors import Invalid, Malformed, Problem, key_text

MOST_UNKNOWN_NAMED = 20
"""How many unknown fields of an object an answer names; of the others it gives the number."""

REQUIRED: Final = object()


class BrokenRule(Invalid):
    """A value breaks rules of its field; the codes say which."""

    def __init__(self, *codes: str) -> None:
        super().__init__([Problem("", code) for code in codes])


@dataclass(frozen=True, slots=True)
class Field:
    """How one field is read.

    `read` makes the canonical value of any JSON value but null; it raises `BrokenRule`, or `Invalid` with the places
    inside the value. `schema` says the same in JSON Schema, as far as that can. A field with a `default` may be left
    out; with `null`, null is a value: None.
    """

    read: Callable[[Any], Any]
    schema: Mapping[str, Any]
    default: Any = REQUIRED
    null: bool = False

    def fits(self, raw: object) -> bool:
        """Whether a value breaks no rule."""
        try:
            self.read(raw)
        except Invalid:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Section:
    """An object inside an object, always required; `check` adds what is wrong between its fields."""

    fields: Fields
    check: Callable[[Reading], None] | None = None


Fields = Mapping[str, Field | Section]


@dataclass(slots=True)
class Reading:
    """What was read: the values of all fields in order, those of a section in a mapping, and what is wrong."""

    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, path: str, *codes: str) -> None:
        """Add what is wrong with a field, or with the object when `path` is empty."""
        self.problems += [Problem(path, code) for code in codes]

    def has(self, *names: str) -> bool:
        """Whether all these fields are there and in order."""
        return all(self.values.get(name) is not None for name in names)

    def complete(self) -> dict[str, Any]:
        """The values of all fields. Raises `Invalid`: everything that is wrong."""
        if self.problems:
            raise Invalid(list(dict.fromkeys(self.problems)))
        return self.values


def required_object(body: object) -> dict[str, Any]:
    """A decoded JSON body that is an object. Raises `Malformed`."""
    if not isinstance(body, dict):
        raise Malformed("not_an_object")
    return body


def read_object(body: object, fields: Fields) -> Reading:
    """Read a decoded JSON body by a table. Raises `Malformed`: not an object."""
    return _read(required_object(body), fields)


def read_variant(body: object, tag: str, variants: Mapping[Any, Fields], common: Fields) -> Reading:
    """Read an object whose field `tag` says which fields it has beside the `common` ones.

    Without a known tag it is not known which fields are missing or too many; those that are there are read.

    Raises:
        Malformed: not an object.
    """
    content = required_object(body)
    chosen, fields = content.get(tag), {tag: choice(variants), **common}
    if isinstance(chosen, str) and chosen in variants:
        return _read(content, {**fields, **variants[chosen]})
    present = {
        name: form for variant in variants.values() for name, form in variant.items() if content.get(name) is not None
    }
    fields = {**fields, **present}
    return _read({name: content[name] for name in fields if name in content}, fields)


def _read(content: Mapping[str, Any], fields: Fields) -> Reading:
    reading = Reading(problems=_unknown_fields(content, fields))
    for name, form in fields.items():
        if isinstance(form, Section):
            inner = _section(content.get(name), form)
            reading.values[name] = inner.values
            reading.problems += _problems_inside(name, inner.problems)
        else:
            try:
                reading.values[name] = _value(content, name, form)
            except Invalid as refused:
                reading.problems += _problems_inside(name, refused.problems)
    return reading


def _section(content: object, section: Section) -> Reading:
    if not isinstance(content, dict):
        return Reading(problems=[Problem("", "required" if content is None else "not_an_object")])
    reading = _read(content, section.fields)
    if section.check:
        section.check(reading)
    return reading


def _value(content: Mapping[str, Any], name: str, form: Field) -> Any:
    raw = content.get(name)
    if raw is not None:
        return form.read(raw)
    if form.null and name in content:
        return None
    if form.default is REQUIRED:
        raise BrokenRule("required")
    return form.default


def _problems_inside(name: str, problems: Iterable[Problem]) -> list[Problem]:
    return [replace(one, field=f"{name}.{one.field}" if one.field else name) for one in problems]


def _unknown_fields(content: Mapping[str, Any], fields: Fields) -> list[Problem]:
    # A key is the sender's text: one that does not look like a field's name is not repeated in an answer.
    names = list(dict.fromkeys(key_text(key) for key in content if key not in fields))
    problems = [Problem(name, "unknown_field") for name in names[:MOST_UNKNOWN_NAMED]]
    if more := len(names) - len(problems):
        problems.append(Problem("", "more_unknown_fields", count=more))
    return problems


def optional(form: Field, default: Any = None, *, blank: bool = False) -> Field:
    """The field may be left out; with `blank`, an empty text leaves it out too."""
    if not blank:
        return replace(form, default=default)
    schema = {keyword: value for keyword, value in form.schema.items() if keyword != "minLength"}
    return replace(form, default=default, schema=schema, read=lambda raw: default if raw == "" else form.read(raw))


def mapped_field(form: Field, change: Callable[[Any], Any]) -> Field:
    """The same field, its value changed; `change` may raise `BrokenRule`."""
    return replace(form, read=lambda raw: change(form.read(raw)))


def text_of_form(fits: Callable[[str], bool], code: str, **schema: Any) -> Field:
    """A text of a fixed form, kept as it is; `code` says that it has another."""

    def read(raw: object) -> str:
        text = required_text(raw)
        if not fits(text):
            raise BrokenRule(code)
        return text

    return Field(read, {"type": "string", **schema})


def pattern(expression: str, code: str) -> Field:
    """A text of a fixed form: the whole of it fits the expression, in ASCII."""
    compiled = re.compile(expression, re.ASCII)
    return text_of_form(lambda text: compiled.fullmatch(text) is not None, code, pattern=f"^{expression}$")


def required_text(raw: object) -> str:
    """A value that is a text. Raises `BrokenRule`."""
    if not isinstance(raw, str):
        raise BrokenRule("not_text")
    return raw


def choice(options: Iterable[str], code: str = "unknown_choice") -> Field:
    """One of these texts; members of an enumeration are read into the member."""
    by_text = {str(option): option for option in options}

    def read(raw: object) -> str:
        if not isinstance(raw, str) or raw not in by_text:
            raise BrokenRule(code)
        return by_text[raw]

    return Field(read, {"type": "string", "enum": list(by_text)})


def _flag(raw: object) -> bool:
    if not isinstance(raw, bool):
        raise BrokenRule("not_true_or_false")
    return raw


FLAG = Field(_flag, {"type": "boolean"})


def must_be_true(code: str, no_flag: str = "not_true_or_false") -> Field:
    """JSON true and nothing else; `code` says that it is false, `no_flag` that it is neither."""

    def read(raw: object) -> bool:
        if raw is not True:
            raise BrokenRule(code if raw is False else no_flag)
        return True

    return Field(read, {"const": True})


def whole_number(least: int, most: int, code: str, beyond: str = "") -> Field:
    """A JSON integer from `least` to `most`; `beyond` is the code for one that is larger, where it has its own."""

    def read(raw: object) -> int:
        if not isinstance(raw, int) or isinstance(raw, bool) or raw < least:
            raise BrokenRule(code)
        if raw > most:
            raise BrokenRule(beyond or code)
        return raw

    return Field(read, {"type": "integer", "minimum": least, "maximum": most})


def _day(raw: object) -> Any:
    try:
        return parse_date(required_text(raw))
    except ValueError:
        raise BrokenRule("date_format") from None


DATE = Field(_day, {"type": "string"})
"""A day, in any of the forms that `parse_date` takes."""


def _mapping(raw: object) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise BrokenRule("not_an_object")
    return raw


MAPPING = Field(_mapping, {"type": "object"})
"""An object whose content another reader reads."""


def items(item: Field, most: int | None = None, too_many: str = "", *, needed: bool = False) -> Field:
    """A list without repetitions, as a tuple in the order that was sent; `needed` says that it must not be empty.

    What is wrong with any item is said of the list.
    """

    def read(raw: object) -> tuple[Any, ...]:
        values = required_list(raw, most, too_many)
        if needed and not values:
            raise BrokenRule("required")
        return tuple(dict.fromkeys(item.read(value) for value in values))

    schema: dict[str, Any] = {"type": "array", "items": item.schema}
    if needed:
        schema["minItems"] = 1
    if most is not None:
        schema["maxItems"] = most
    return Field(read, schema)


def required_list(raw: object, most: int | None = None, too_many: str = "") -> list[Any]:
    """A value that is a list of so many items at most. Raises `BrokenRule`."""
    if not isinstance(raw, list):
        raise BrokenRule("not_a_list")
    if most is not None and len(raw) > most:
        raise BrokenRule(too_many)
    return raw
