"""The bill of materials of what is deployed: every package of every layer, in the form of CycloneDX 1.6.

python -m tools.bill_of_materials > bill-of-materials.json
"""

from __future__ import annotations

import json
from typing import Any

from tools.build_layers import Target, hashes, layer_packages
from tools.template import load


def bill(target: Target) -> dict[str, Any]:
    """The packages that layers for this target are made of, with the digests of the files that they may come from.

    It is the same whenever it is made: it bears neither a time nor a number of its own.
    """
    known = hashes()
    layers: dict[tuple[str, str], list[str]] = {}
    for layer, packages in layer_packages(target).items():
        for package in packages.items():
            layers.setdefault(package, []).append(layer)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "degree-auth"}},
        "components": [
            {
                "type": "library",
                "bom-ref": f"pkg:pypi/{name}@{version}",
                "name": name,
                "version": version,
                "purl": f"pkg:pypi/{name}@{version}",
                "hashes": [{"alg": "SHA-256", "content": one} for one in known[f"{name}=={version}"]],
                "properties": [{"name": "layer", "value": layer} for layer in of],
            }
            for (name, version), of in sorted(layers.items())
        ],
    }


def main() -> None:
    """Print it for the runtime and architecture that the template names by default."""
    declared = load()["Parameters"]
    target = Target.of_lambda(declared["PythonRuntime"]["Default"], declared["Architecture"]["Default"])
    print(json.dumps(bill(target), indent=1))


if __name__ == "__main__":
    main()
