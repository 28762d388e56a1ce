"""Somebody at a page: looks with the eyes of axe, reads line by line, and works with the keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, expect

from degree_auth.domain.reports.masked_name import masked_name
from degree_auth.pages import words_of
from tools.identity_provider import CLAIMS

WIDTHS = (390, 1280)
"""A phone and a desk, in CSS pixels."""

HEIGHT = 844
SECONDS = 30
"""How long a page may wait for the stack; functions that start are slow."""

_MOST_TABS = 120
_CHINESE = re.compile("[㐀-鿿]")
_ENGLISH = re.compile("[A-Za-z][a-z]+")
# What has no other name in Chinese.
_NAMES = ("English", "JavaScript", "OpenAPI", "did:web", "Webhook", "webhook", "https", "PDF", "CSV", "JPEG", "PNG")

_OUT_OF_SIGHT = """() => {
  const root = document.documentElement;
  const wide = root.scrollWidth - root.clientWidth;
  const cells = [...document.querySelectorAll("td")].filter((cell) => {
    const { left, right, width, height } = cell.getBoundingClientRect();
    const clipped = cell.scrollWidth > cell.clientWidth + 1;
    return !width || !height || left < 0 || right > root.clientWidth + 0.5 || clipped;
  });
  return [...(wide > 0 ? [`the page is ${wide} pixels too wide`] : []),
    ...cells.map((cell) => `a cell is out of sight: ${cell.dataset.head}`)];
}"""

# Lines as they are read: the text of each block, without codes, moments, and what people wrote themselves.
_LINES = """() => {
  const lines = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const [text, parent] = [walker.currentNode, walker.currentNode.parentElement];
    if (!text.data.trim() || !parent.checkVisibility()) continue;
    if (parent.closest("script, style, noscript, time, .code, .said, body [lang], [aria-hidden=true]")) continue;
    let block = parent;
    while (getComputedStyle(block).display.startsWith("inline")) block = block.parentElement;
    lines.set(block, (lines.get(block) || "") + text.data);
  }
  const named = [...document.querySelectorAll("[aria-label]")].map((node) => node.getAttribute("aria-label"));
  return [document.title, ...lines.values(), ...named];
}"""


# How many answers the page waits for, and since when that has not changed.
_COUNT_REQUESTS = """() => {
  const [send, requests] = [window.fetch, { open: 0, since: performance.now() }];
  const note = (more) => { requests.open += more; requests.since = performance.now(); };
  window.requestsOfThisPage = requests;
  window.fetch = (...given) => {
    note(1);
    return send(...given).finally(() => note(-1));
  };
}"""
_SETTLED = """(quiet) => {
  const requests = window.requestsOfThisPage;
  return !document.querySelector("#view > [role=status], button[disabled]")
    && (!requests || (!requests.open && performance.now() - requests.since > quiet));
}"""
_QUIET_MILLISECONDS = 150
_LOOK_MILLISECONDS = 30


@dataclass
class Visitor:
    """Somebody at a page of the stack at `url`. `names` are those of people and things, in any language."""

    page: Page
    url: str
    names: set[str] = field(default_factory=set)
    troubles: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(SECONDS * 1000)
        self.page.add_init_script(f"({_COUNT_REQUESTS})()")
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))

    def _note(self, message: ConsoleMessage) -> None:
        # An answer of 4xx is one that the page words itself; the browser reports it all the same.
        refused = re.search(r"the server responded with a status of 4\d\d", message.text)
        if message.type in ("error", "warning") and not refused:
            self.troubles.append(message.text)

    def sign_in(self, person: Mapping[str, str]) -> None:
        """Sign in as a person."""
        self.page.goto(f"{self.url}/sign-in?to=my")
        self.prove(person)

    def prove(self, person: Mapping[str, str]) -> None:
        """Say who one is on the identity provider's own page, which leads back to one's cases."""
        for name in CLAIMS[::2]:
            self.page.fill(f"input:not([type=hidden])[name={name}]", person[name])
        self.page.select_option("select[name=identity_type]", person["identity_type"])
        self.page.locator("form button").last.click()
        self.page.wait_for_url(f"{self.url}/my")

    def open(self, name: str, language: str = "", **fragment: str) -> None:
        """Open a page, with values after # in its address, in a language or the one that was chosen last."""
        query = f"?lang={language}" if language else ""
        self.page.goto("about:blank")
        self.page.goto(f"{self.url}/{name}{query}" + (f"#{urlencode(fragment)}" if fragment else ""))
        self.settled()

    def settled(self) -> None:
        """Wait until the page has what it asked for, and asks for nothing more."""
        self.page.wait_for_load_state("load")
        self.page.wait_for_function(_SETTLED, arg=_QUIET_MILLISECONDS, polling=_LOOK_MILLISECONDS)

    @property
    def language(self) -> str:
        """`zh` or `en`."""
        return str(self.page.evaluate("document.documentElement.lang"))[:2]

    def change_language(self) -> None:
        """Show the page in the other language."""
        self.page.click("#other-language")
        self.settled()

    def word(self, key: str) -> str:
        """A text of the page in the present language."""
        name = self.page.url.partition("?")[0].partition("#")[0].rpartition("/")[2]
        return words_of(name)[key][self.language]

    def value(self, control: str) -> str:
        """What a control holds."""
        return self.page.input_value(control)

    def findings(self) -> list[str]:
        """What is wrong with the page as it stands, in both languages at both widths; none should be."""
        found = list(self.findings_in_this_language())
        self.change_language()
        return [*found, *self.findings_in_this_language(), *self.troubles]

    def findings_in_this_language(self) -> Iterator[str]:
        """What is wrong with the page as it stands, at both widths."""
        yield from (f"{self.language}: {line}" for line in self._mixed_lines())
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": HEIGHT})
            where = f"{self.language}, {width} pixels"
            yield from (f"{where}: {what}" for what in self.page.evaluate(_OUT_OF_SIGHT))
            yield from (f"{where}: {what}" for what in self._accessibility())

    def _accessibility(self) -> Iterator[str]:
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(Axe().axe_script)
        for violation in self.page.evaluate("axe.run({ resultTypes: ['violations'] })")["violations"]:
            places = ", ".join(str(node["html"])[:90] for node in violation["nodes"][:3])
            yield f"{violation['id']} ({violation['impact']}): {places}"

    def _mixed_lines(self) -> list[str]:
        other = _ENGLISH if self.language == "zh" else _CHINESE
        return [line for line in self.page.evaluate(_LINES) if other.search(without(line, {*self.names, *_NAMES}))]

    def heads(self) -> set[str]:
        """The heads of the columns of the tables, each of which a narrow screen shows in its cells."""
        return set(self.page.eval_on_selector_all("td", "cells => cells.map(cell => cell.dataset.head)"))

    # With the keyboard alone.

    def tab_to(self, control: str) -> None:
        """Press Tab until the control has the focus, which must be seen wherever it goes."""
        for _ in range(_MOST_TABS):
            self.page.keyboard.press("Tab")
            if self._focus_is_on(control):
                return
        raise AssertionError(f"Tab does not lead to {control}")

    def _focus_is_on(self, control: str) -> bool:
        found: dict[str, Any] = self.page.evaluate(
            """(control) => {
              const node = document.activeElement;
              const frame = node.closest(".drop") || node;
              const { top, bottom } = frame.getBoundingClientRect();
              return {
                there: node.matches(control), what: node.outerHTML.slice(0, 90),
                seen: node === document.body
                  || (getComputedStyle(frame).outlineStyle !== "none" && bottom > 0 && top < innerHeight),
              };
            }""",
            control,
        )
        assert found["seen"], f"the focus is not seen on {found['what']}"
        return bool(found["there"])

    def write(self, control: str, text: str) -> None:
        """Go to a line or an area by Tab and type."""
        self.tab_to(control)
        self.page.keyboard.type(text)

    def choose(self, control: str, value: str) -> None:
        """Go to a choice by Tab and press the arrow until it has the value."""
        self.tab_to(control)
        options = self.page.eval_on_selector_all(f"{control} option", "nodes => nodes.map(node => node.value)")
        for _ in range(options.index(value) - options.index(self.value(control))):
            self.page.keyboard.press("ArrowDown")
        assert self.value(control) == value

    def press(self, control: str, key: str = "Enter") -> None:
        """Go to a button, a link or a box by Tab and press a key."""
        self.tab_to(control)
        self.page.keyboard.press(key)

    # What survives.

    def keeps(self, typed: dict[str, str], happening: Callable[[], object]) -> None:
        """Whatever happens, what was typed is still there, by control."""
        happening()
        self.settled()
        assert {control: self.value(control) for control in typed} == typed

    def wait_for_value(self, control: str, value: str) -> None:
        """Wait until a control holds a value."""
        expect(self.page.locator(control)).to_have_value(value, timeout=SECONDS * 1000)

    def fill(self, typed: dict[str, str]) -> None:
        """Type into controls, by hand and mouse."""
        for control, text in typed.items():
            if self.page.locator(control).evaluate("node => node.tagName") == "SELECT":
                self.page.select_option(control, text)
            else:
                self.page.fill(control, text)

    def expect_visible(self, *parts: str) -> None:
        """Wait until parts of the page are seen."""
        for part in parts:
            expect(self.page.locator(part).first).to_be_visible(timeout=SECONDS * 1000)


def without(line: str, names: Iterable[str]) -> str:
    """A line without the names in it, the longest first."""
    for name in sorted(filter(None, names), key=len, reverse=True):
        line = line.replace(name, "")
    return line


def note_names(names: set[str], body: dict[str, Any]) -> dict[str, Any]:
    """The same application, whose names are known from now on."""
    holder, degree = body["holder"]["name"], body["degree"]
    names |= {
        holder,
        masked_name(holder),
        body["contact"]["email"],
        *(degree[part] for part in ("institution_name", "category", "discipline")),
    }
    return body
