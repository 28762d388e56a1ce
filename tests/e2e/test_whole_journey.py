"""What `make run` shows. It moves the stack's clock on by weeks, so its file's name puts it behind the other tests."""

from __future__ import annotations

from tools.demo.__main__ import main


def test_every_chapter_of_the_journey_ends_as_expected(stack, capsys):
    main()
    printed = capsys.readouterr().out
    assert "Concluded" in printed
    assert "✗" not in printed
