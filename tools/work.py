"""Shows what waits for staff on the local stack: the page that the dashboard would show, as a file, and its lists.

python -m tools.work            all lists
python -m tools.work review     one of them
"""

from __future__ import annotations

import html
import json
import re
import sys
from typing import Any

from tools.environment import LOCAL, LocalAws, outputs, say


def show(functions: Any, found: dict[str, str], name: str | None, language: str = "zh") -> str:
    """The page as the dashboard gets it; `functions` is a client of Lambda, `found` the stack's outputs.

    Raises:
        RuntimeError: the function failed.
    """
    asked = {"machine": found["StaffActionsMachineArn"], "language": language} | ({"list": name} if name else {})
    answered = functions.invoke(FunctionName=found["ShowWorkFunctionName"], Payload=json.dumps(asked).encode())
    payload = answered["Payload"].read().decode()
    if "FunctionError" in answered:
        raise RuntimeError(payload)
    return str(json.loads(payload))


def plain(page: str) -> str:
    """The page as lines of text: a line for each heading and row."""
    lines = re.split(r"</(?:h3|p|tr)>", re.sub(r"<cwdb-action.*?</cwdb-action>", "", page))
    texts = (re.sub(r"<[^>]*>", "", re.sub(r"</t[hd]><t[hd][^>]*>", " | ", line)).strip() for line in lines)
    return "\n".join(html.unescape(text) for text in texts if text)


def main() -> None:
    """Print the lists, and write the page."""
    found = outputs()
    name = sys.argv[1] if len(sys.argv) > 1 else None
    page = show(LocalAws(found["aws_endpoint_url"]).client("lambda"), found, name)
    path = LOCAL / "work.html"
    path.write_text(f'<!doctype html><meta charset="utf-8">{page}\n', "utf-8")
    print(plain(page))
    say(f"与控制台所示相同的页面：{path}", f"the page as the console shows it: {path}")


if __name__ == "__main__":
    main()
