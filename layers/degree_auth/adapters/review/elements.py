"""HTML whose text is escaped by construction: a string is text, and only what `element` made is mark-up."""

from __future__ import annotations

from html import escape


class Markup(str):
    """HTML that `element` or `fragment` made."""

    __slots__ = ()


def element(tag: str, *children: str, **attributes: str) -> Markup:
    """An element with its children; `class_` names the attribute `class`. Without children it has no end tag."""
    names = "".join(f' {name.rstrip("_")}="{escape(value)}"' for name, value in attributes.items())
    return Markup(f"<{tag}{names}>{fragment(*children)}</{tag}>") if children else Markup(f"<{tag}{names}>")


def fragment(*children: str) -> Markup:
    """Children side by side."""
    return Markup("".join(child if isinstance(child, Markup) else escape(child) for child in children))
