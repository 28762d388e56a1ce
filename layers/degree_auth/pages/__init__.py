"""The pages that the public API serves from its own origin.

Each page is one answer, complete in itself: the frame, the style, the words and the script are put together, and the
policy that goes with it allows exactly that script and that style by their hashes, nothing else. Pages find the API
relative to their own address, so they work under any stage.

Each page has a folder: its markup in page.html, its script, which starts with page.js, and its texts, Chinese and
English side by side, in words.json. What all pages have is in shared/.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from degree_auth.pages.facts import facts, labels
from degree_auth.pages.modules import collect, join

NAMES = ("apply", "case", "check", "docs", "my", "notices", "portal", "share")

SAFETY_HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    # A year. Browsers heed it only where the answer came by HTTPS, so the local stack stays within reach.
    "Strict-Transport-Security": "max-age=31536000",
}
"""What goes with every answer, page or not."""

_WORDS = re.compile(r'data-(words|label)="([\w.]+)"( [^>]*)?>')


@dataclass(frozen=True, slots=True)
class Page:
    """A page's HTML and the HTTP headers that must go with it."""

    html: str
    headers: Mapping[str, str]


@cache
def page(name: str, upload_origin: str = "") -> Page:
    """The page called `name`, one of `NAMES`, in Chinese; its script shows it in English to whoever chose that.

    Args:
        name: the last part of its address.
        upload_origin: scheme and host of the presigned uploads, when they go to another origin than the API's.

    Raises:
        KeyError: there is no such page.
    """
    if name not in NAMES:
        raise KeyError(name)
    style, words = read("shared/style.css"), words_of(name)
    script = join(collect(f"{name}/page", lambda module: read(f"{module}.js")))
    frame = read("shared/frame.html").replace(f'href="{name}"', f'href="{name}" aria-current="page"')
    marked = frame.replace("<!--main-->", read(f"{name}/page.html")).replace("page.title", f"{name}.title")
    content = _in_chinese(marked, words)
    for place, part in [
        ("/*style*/", style),
        ("/*words*/", _data(words)),
        ("/*facts*/", _data(facts())),
        ("/*script*/", script),
    ]:
        content = content.replace(place, part)
    policy = [
        "default-src 'none'",
        f"script-src '{_digest(script)}'",
        f"style-src '{_digest(style)}'",
        "img-src 'self'",
        f"connect-src 'self' {upload_origin}".rstrip(),
        "base-uri 'none'",
        # Scripts send the forms; were they not to run, a browser must not put a code into an address.
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ]
    return Page(
        content,
        {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Security-Policy": "; ".join(policy),
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-cache",
            **SAFETY_HEADERS,
        },
    )


def icon() -> str:
    """The icon of every page, as SVG."""
    return read("shared/icon.svg")


def words_of(name: str) -> dict[str, dict[str, str]]:
    """The words of a page, with the shared ones and the domain's: key -> {"zh", "en"}."""
    return {**labels(), **catalogue("shared"), **catalogue(name)}


def catalogue(folder: str) -> dict[str, dict[str, str]]:
    """The words that stand in one folder."""
    words: dict[str, dict[str, str]] = json.loads(read(f"{folder}/words.json"))
    return words


def read(name: str) -> str:
    """A file of this folder."""
    return (files(__name__) / name).read_text("utf-8").strip()


def _in_chinese(marked: str, words: Mapping[str, Mapping[str, str]]) -> str:
    """The markup with its texts: those of `data-words` between the tags, those of `data-label` as `aria-label`."""

    def filled(found: re.Match[str]) -> str:
        text = html.escape(words[found[2]]["zh"])
        return f'{found[0][:-1]} aria-label="{text}">' if found[1] == "label" else f"{found[0]}{text}"

    return _WORDS.sub(filled, marked)


def _data(value: object) -> str:
    """JSON that cannot end the element around it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
