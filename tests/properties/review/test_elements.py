"""Elements of the review sheet: whatever a text holds, it stays text."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from degree_auth.adapters.review.elements import element, fragment


class Reader(HTMLParser):
    """Collects tags, attribute values and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.values: list[str | None] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.values += [value for _, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


MARKS = st.text(st.sampled_from("<>&\"'/=a;#x中 "), max_size=30)


@pytest.mark.requirement("N4")
@given(MARKS, MARKS)
def test_a_text_never_becomes_mark_up(text: str, value: str) -> None:
    read = Reader(element("p", fragment(text, element("b", text)), text, title=value))
    assert (read.tags, read.values, read.text) == (["p", "b"], [value], text * 3)


def test_an_element_without_children_has_no_end_tag() -> None:
    assert fragment(element("br"), element("td", "")) == "<br><td></td>"
