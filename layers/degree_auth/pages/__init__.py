"""The pages that the public API serves from its own origin.

Each page is one answer, complete in itself: the frame, the style and the scripts beside this module
are put together, and the policy that goes with it allows exactly those by their hashes, nothing else. Pages
find the API relative to their own address, so they work under any stage.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import NamedTuple


class _Parts(NamedTuple):
    """A page's title, and the scripts that it is made of, after `shared.js`, in their order."""

    title: str
    scripts: tuple[str, ...]


_PAGES = {
    "apply": _Parts("申请认证 Apply", ("apply",)),
    "case": _Parts("查询进度 My case", ("files", "case_recheck", "case")),
    "check": _Parts("校验报告 Check a report", ("check_found", "check")),
    "notices": _Parts("更正公告 Corrections", ("notices",)),
    "portal": _Parts(
        "学位授予单位 For institutions",
        ("files", "portal_session", "portal_task", "portal_tasks", "portal_organisation", "portal"),
    ),
}
NAMES = tuple(_PAGES)


@dataclass(frozen=True, slots=True)
class Page:
    """A page's HTML and the HTTP headers that must go with it."""

    html: str
    headers: Mapping[str, str]


@cache
def page(name: str, upload_origin: str = "") -> Page:
    """The page called `name`, one of `NAMES`.

    Args:
        name: the last part of its address.
        upload_origin: scheme and host of the presigned uploads, when they go to another origin than the API's.

    Raises:
        KeyError: there is no such page.
    """
    title, scripts = _PAGES[name]
    style = _read("shared.css")
    script = "\n".join(_read(f"{part}.js") for part in ("shared", *scripts))
    html = _read("frame.html").replace(f'href="{name}"', f'href="{name}" aria-current="page"')
    for place, content in [
        ("<!--title-->", title),
        ("<!--main-->", _read(f"{name}.html")),
        ("/*style*/", style),
        ("/*script*/", script),
    ]:
        html = html.replace(place, content)
    policy = [
        "default-src 'none'",
        f"script-src '{_digest(script)}'",
        f"style-src '{_digest(style)}'",
        f"connect-src 'self' {upload_origin}".rstrip(),
        "base-uri 'none'",
        # Scripts send the forms; were they not to run, a browser must not put a code into an address.
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    ]
    return Page(
        html,
        {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Security-Policy": "; ".join(policy),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-cache",
        },
    )


def _read(name: str) -> str:
    return (files(__name__) / name).read_text("utf-8").strip()


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
