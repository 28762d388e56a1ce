"""The pictures of the documentation can be taken anew."""

from __future__ import annotations

import pytest
from PIL import Image

from tools import pictures


@pytest.mark.requirement("N6")
def test_every_picture_of_the_documentation_is_taken_of_the_running_stack(stack, chromium, tmp_path):
    taken = pictures.take(stack, chromium, tmp_path)
    assert {path.name for path in taken} == {path.name for path in pictures.PICTURES.glob("*.png")}
    for path in taken:
        with Image.open(path) as picture:
            assert (picture.format, picture.mode) == ("PNG", "P")
            assert picture.width >= 600
