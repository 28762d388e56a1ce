"""The Chromium of this machine, which the browser tests and the pictures drive.

It comes from the system's packages, with fonts for Chinese. The one without windows needs half the time of the other.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from degree_auth.domain.shared.words import Words

INSTALL = "apt-get install chromium-headless-shell fonts-noto-cjk"
"""How it is installed on Debian."""

_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def program() -> str | None:
    """Where it is installed, None when this machine has none."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


@contextmanager
def running() -> Iterator[Browser]:
    """A process of it, without a window.

    Raises:
        RuntimeError: this machine has none.
    """
    path = program()
    if path is None:
        raise RuntimeError(Words(f"本机没有 Chromium：{INSTALL}", f"this machine has no Chromium: {INSTALL}").lines)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path)
        try:
            yield browser
        finally:
            browser.close()
