"""What is deployed is known to the last file: each package is pinned by digests and in the bill of materials."""

from __future__ import annotations

import json
import re

import pytest

from tools import bill_of_materials
from tools.build_layers import Target, hashes, layer_packages

LAMBDA = Target.of_lambda("python3.13", "x86_64")


@pytest.mark.requirement("N4")
def test_every_package_of_a_layer_is_pinned_by_the_digests_of_its_files() -> None:
    known = hashes()
    for packages in layer_packages(LAMBDA).values():
        for name, version in packages.items():
            assert known[f"{name}=={version}"]
            assert all(re.fullmatch("[0-9a-f]{64}", one) for one in known[f"{name}=={version}"])


@pytest.mark.requirement("N4")
def test_the_bill_names_each_package_once_with_its_version_its_digests_and_its_layers(
    capsys: pytest.CaptureFixture[str],
) -> None:
    bill_of_materials.main()
    told = json.loads(capsys.readouterr().out)
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.6")
    listed = {
        (one["name"], one["version"]): sorted(place["value"] for place in one["properties"])
        for one in told["components"]
    }
    assert len(listed) == len(told["components"]) == len({one["bom-ref"] for one in told["components"]})
    assert all(one["hashes"] for one in told["components"])
    packages = layer_packages(LAMBDA)
    shipped = {(name, version) for each in packages.values() for name, version in each.items()}
    assert set(listed) == shipped
    assert all(sorted(layer for layer in packages if name in packages[layer]) == of for (name, _), of in listed.items())
