"""What `make run` shows. It moves the stack's clock on by weeks, and takes every error of a function for its own."""

from __future__ import annotations

import pytest

from tools.demo.__main__ import main

pytestmark = pytest.mark.alone


def test_every_chapter_of_the_journey_ends_as_expected(stack, capsys):
    main()
    printed = capsys.readouterr().out
    assert "Concluded" in printed
    assert "✗" not in printed
