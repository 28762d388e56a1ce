"""The texts of notifications as files, one a kind, form and language: `asked.mail.zh.txt`, `asked.text.en.txt`.

A mail's first line is its subject; its body follows after an empty line. `$name` stands for a fact of the notification.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent


@cache
def template(kind: str, form: str, language: str) -> str:
    """The text of a kind (or `footer`) in the form `mail` or `text`, in `zh` or `en`, without its last line break.

    Raises:
        FileNotFoundError: there is none.
    """
    path = _FOLDER / f"{kind}.{form}.{language}.txt"
    return path.read_text(encoding="utf-8").rstrip("\n")
