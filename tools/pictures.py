"""Makes the pictures of the documentation from the running stack: docs/pictures/*.png, all of synthetic data.

    python -m tools.pictures        brings the stack up, and takes a report, its online check, and pages of the guides
                                    in either language

The people, degrees and institutions are the same every time; numbers, codes and days are those of the run.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image
from playwright.sync_api import Browser, Page

from degree_auth.domain.review.work import WorkKind
from degree_auth.domain.shared.words import Language, Words
from tools import chromium, local_aws, work
from tools.demo.applicant import apply, save, scan_of
from tools.demo.people import INSTITUTION, claim
from tools.demo.stack import Stack
from tools.demo.story import Story
from tools.demo.verification import ARCHIVE, TAUGHT
from tools.environment import ROOT, LocalAws, say
from tools.identity_provider import CLAIMS
from tools.sample_applications import body_of, undoubted
from tools.sample_files import read_csv
from tools.sample_institutions import SampleInstitutions
from tools.up import bring_up

PICTURES = ROOT / "docs" / "pictures"
LARGEST_BYTES = 150 * 1024
_WIDTH, _HEIGHT = 1120, 860
_COLOURS = 64
_REPORT_SCALE = 1.2
_SUFFIXES = {Language.CHINESE: ".zh.png", Language.ENGLISH: ".png"}
_MARGIN = 8
_CONSOLE = "body{font-family:sans-serif} cwdb-action{display:none}"  # which makes buttons of these
_ANSWER = "section:has(> form #feedback-result)"


def main() -> None:
    """Make every picture.

    Raises:
        RuntimeError: this machine has no Chromium, or a picture is larger than it may be.
    """
    was_running = local_aws.endpoint() is not None
    found = bring_up()
    with chromium.running() as browser:
        for path in take(found, browser, PICTURES):
            say(f"已生成 {path.relative_to(ROOT)}", f"made {path.relative_to(ROOT)}")
    if not was_running:
        local_aws.stop()


def take(found: Mapping[str, Any], browser: Browser, folder: Path) -> list[Path]:
    """The pictures of a report and of pages of the stack that `found` holds the outputs of.

    Raises:
        RuntimeError: a picture is larger than it may be.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stack, registrations = Stack(found, LocalAws(found["aws_endpoint_url"])), SampleInstitutions(found)
    registrations.provide()
    awarded = undoubted(read_csv(Path(found["sample_register"])))
    # The last ones: of the first ones, tests have institutions say this and that.
    *_, reviewed, beside, shown = (row for row in awarded if row["XWSYDWM"] == INSTITUTION.code)
    report = apply(stack, body_of(shown)).report()
    waiting = apply(stack, claim(reviewed, discipline=TAUGHT))
    waiting.attach("certificate_scan", scan_of(waiting.body))
    story = Story(stack, registrations)
    asked = [story.apply_and_confirm(claim(row, discipline=TAUGHT), "degree.discipline") for row in (beside, shown)]
    tasks = [story.office(ARCHIVE).task_of(one.case_number)["task_id"] for one in asked]
    return [
        _keep(folder / "report.png", _first_page(save(report))),
        *(
            _keep(folder / f"{name}{suffix}", picture)
            for language, suffix in _SUFFIXES.items()
            for name, picture in {
                **_of_everybody(stack, browser, language, report),
                **_of_the_applicant(stack, browser, language, body_of(shown)),
                **_of_the_institution(story, browser, language, tasks[-1]),
                **_of_staff(stack, browser, language),
            }.items()
        ),
    ]


def _first_page(report: Path) -> Image.Image:
    page: Image.Image = pypdfium2.PdfDocument(report)[0].render(scale=_REPORT_SCALE).to_pil()
    return page


def _of_everybody(
    stack: Stack, browser: Browser, language: Language, report: Mapping[str, Any]
) -> dict[str, Image.Image]:
    """The online check, once it says that the report is valid."""
    page = _opened(browser)
    address, fragment = stack.check_link(report).split("#")
    return {"check": _taken(page, f"{address}?lang={language}#{fragment}", ".valid")}


def _of_the_applicant(
    stack: Stack, browser: Browser, language: Language, body: Mapping[str, Any]
) -> dict[str, Image.Image]:
    """The application as somebody begins it, and the cases of the same person, who has signed in."""
    page, url = _opened(browser), stack.found["api_url"]
    pictures = {"apply": _taken(page, f"{url}/apply?lang={language}", "#who:not([hidden])")}
    page.goto(f"{url}/sign-in?to=my")
    for name in CLAIMS[::2]:
        page.fill(f"input:not([type=hidden])[name={name}]", body["holder"][name])
    page.select_option("select[name=identity_type]", body["holder"]["identity_type"])
    page.locator("form button").last.click()
    page.wait_for_url(f"{url}/my")
    return {**pictures, "my": _taken(page, f"{url}/my?lang={language}", "#mine td")}


def _of_the_institution(story: Story, browser: Browser, language: Language, task_id: str) -> dict[str, Image.Image]:
    """The portal of a department: signing in, its tasks, one of them, and the answer to it."""
    office, page = story.office(ARCHIVE), _opened(browser)
    portal = f"{story.stack.found['api_url']}/portal?lang={language}"
    pictures = {"sign-in": _taken(page, portal, "#entry:not([hidden])")}
    page.fill("#username", office.username)
    page.fill("#password", story.registrations.account(office.username).password)
    page.fill("#one_time_code", story.registrations.one_time_code(office.username))
    page.click("#sign-in button")
    page.wait_for_selector("#views:not([hidden])")
    pictures["tasks"] = _taken(page, f"{portal}#view=tasks", "#view td")
    pictures["task"] = _taken(page, f"{portal}#view=task&id={task_id}", "#feedback-result")
    page.select_option("#feedback-result", "verified")
    return {**pictures, "answer": Image.open(BytesIO(page.locator(_ANSWER).screenshot()))}


def _of_staff(stack: Stack, browser: Browser, language: Language) -> dict[str, Image.Image]:
    """What waits for review, much as the console's dashboard shows it."""
    page = _opened(browser)
    listed = work.show(stack.aws.client("lambda"), dict(stack.found), WorkKind.REVIEW, language)
    page.set_content(f'<!doctype html><meta charset="utf-8"><style>{_CONSOLE}</style>{listed}')
    found = page.evaluate("document.querySelector('h3').getBoundingClientRect().top + scrollY")
    end = page.evaluate("document.querySelector('table').getBoundingClientRect().bottom + scrollY")
    height = min(_HEIGHT, end - found) + _MARGIN
    taken = page.screenshot(full_page=True, clip={"x": 0, "y": found, "width": _WIDTH, "height": height})
    return {"work": Image.open(BytesIO(taken))}


def _opened(browser: Browser) -> Page:
    """A page of a browser that remembers nothing."""
    return browser.new_context(
        viewport={"width": _WIDTH, "height": _HEIGHT}, locale="zh-CN", reduced_motion="reduce"
    ).new_page()


def _taken(page: Page, address: str, shown: str) -> Image.Image:
    """The page at an address, once it shows something."""
    page.goto("about:blank")
    page.goto(address, wait_until="networkidle")
    page.wait_for_selector(shown)
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0);")
    return Image.open(BytesIO(page.screenshot()))


def _keep(path: Path, picture: Image.Image) -> Path:
    """Write a picture with few colours, which makes it small."""
    picture.convert("RGB").quantize(_COLOURS).save(path, optimize=True)
    if path.stat().st_size > LARGEST_BYTES:
        raise RuntimeError(Words(f"图片过大：{path}", f"the picture is too large: {path}").lines)
    return path


if __name__ == "__main__":
    main()
