"""The expanded template in a compact form: one line for each of its parts, with a digest of its content.

python -m tests.template.expansion > tests/template/expansion.txt
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

from tools.template import Template, expand, load

RECORD = Path(__file__).with_suffix(".txt")
_SECTIONS = ("Parameters", "Conditions", "Outputs", "Resources")


def parts(expanded: Template) -> dict[str, str]:
    """Each parameter, condition, output and resource: its name -> its type and the SHA-256 digest of its content.

    The digest takes neither the order of keys nor the width of white space into account.
    """
    return {
        f"{section}.{_without_hash(name)}": f"{_kind(content)} {_digest(content)}"
        for section in _SECTIONS
        for name, content in sorted(expanded[section].items())
    }


def recorded() -> dict[str, str]:
    """The parts as `RECORD` holds them."""
    lines = RECORD.read_text(encoding="utf-8").splitlines()
    return dict(line.split(" ", 1) for line in lines)


def _kind(content: object) -> str:
    return str(content.get("Type", "-")) if isinstance(content, dict) else "-"


def _digest(content: object) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(_without_hash(re.sub(r"(\\n|\s)+", " ", text)).encode()).hexdigest()[:16]


def _without_hash(text: str) -> str:
    """The transform ends names of deployments with a hash of the whole API, which says nothing about the deployment."""
    return re.sub(r"(ApiDeployment)[0-9a-f]{10}|(deployment id: )[0-9a-f]{40}", r"\1\2", text)


def main() -> None:
    """Print the parts of template.yaml as it stands."""
    for name, form in parts(expand(load())).items():
        print(name, form)


if __name__ == "__main__":
    main()
