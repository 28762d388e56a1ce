"""Which characters the fonts can print."""

import pytest

from degree_auth.domain.reports.printable import Coverage, unprintable_characters


@pytest.mark.requirement("A5")
def test_what_no_font_has_is_named_once_in_order() -> None:
    coverage = Coverage.parse("# fonts\n0020-007E\n4E00-9FFF\n\n20BB7\n")
    assert unprintable_characters("王𠮷A", coverage) == ()
    assert unprintable_characters("䶮王𠮸䶮", coverage) == ("䶮", "𠮸")


@pytest.mark.requirement("A5")
def test_ranges_may_overlap_touch_and_come_in_any_order() -> None:
    coverage = Coverage.parse("0041-0043\n0030-0039\n0042-0046\n0047\n")
    assert unprintable_characters("0123ABCDEFG", coverage) == ()
    assert unprintable_characters("/:@H", coverage) == ("/", ":", "@", "H")


@pytest.mark.requirement("A5")
@pytest.mark.parametrize("text", ["0041-0040", "XYZ", "41,42"])
def test_a_line_that_is_no_range_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Coverage.parse(text)
