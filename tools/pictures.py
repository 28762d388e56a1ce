"""Makes the pictures of the documentation from the running stack: docs/pictures/*.png, all of synthetic data.

    python -m tools.pictures        brings the stack up, and takes check page, report, form and list of tasks

The people, degrees and institutions are the same every time; numbers, codes and days are those of the run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image
from playwright.sync_api import Browser, Page

from degree_auth.domain.shared.words import Words
from tools import chromium, local_aws
from tools.demo.applicant import Applicant, apply, save, scan_of
from tools.demo.stack import Stack
from tools.environment import ROOT, LocalAws, say
from tools.sample_institutions import INSTITUTIONS, SampleInstitutions, username_of
from tools.sample_register import Row, body_of, read_csv, undoubted
from tools.up import bring_up

PICTURES = ROOT / "docs" / "pictures"
LARGEST_BYTES = 150 * 1024
_WIDTH, _HEIGHT = 1120, 860
_COLOURS = 64
_REPORT_SCALE = 1.2
_TASKS = 4
_OTHER_DISCIPLINE = "园艺"


def main() -> None:
    """Make every picture.

    Raises:
        RuntimeError: this machine has no Chromium, or a picture is larger than it may be.
    """
    was_running = local_aws.endpoint() is not None
    found = bring_up()
    registrations = SampleInstitutions(found)
    registrations.provide()
    with chromium.running() as browser:
        for path in take(found, registrations, browser, PICTURES):
            say(f"已生成 {path.relative_to(ROOT)}", f"made {path.relative_to(ROOT)}")
    if not was_running:
        local_aws.stop()


def take(
    found: Mapping[str, Any], registrations: SampleInstitutions, browser: Browser, folder: Path, tasks: int = _TASKS
) -> list[Path]:
    """The pictures of the stack that `found` holds the outputs of, after one report and so many open tasks.

    Raises:
        RuntimeError: a picture is larger than it may be.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stack = Stack(found, LocalAws(found["aws_endpoint_url"]))
    awarded = undoubted(read_csv(Path(found["sample_register"])))
    first, *others = (row for row in awarded if row["XWSYDWM"] == INSTITUTIONS[0].code)
    applied = apply(stack, body_of(first))
    report = applied.report()
    for row in others[:tasks]:
        _ask(stack, row)
    link = stack.check_link(report)
    form, portal = f"{found['api_url']}/apply", f"{found['api_url']}/portal"
    return [
        _kept(folder / "report.png", _first_page(save(report))),
        _kept(folder / "check.png", _taken(browser, link, lambda page: page.wait_for_selector(".valid"))),
        _kept(folder / "apply.png", _taken(browser, form, lambda page: _fill(page, applied))),
        _kept(folder / "tasks.png", _taken(browser, portal, lambda page: _sign_in(page, registrations))),
    ]


def _ask(stack: Stack, row: Row) -> None:
    """Have the institution asked about a degree whose discipline is said otherwise than in the register."""
    body = body_of(row)
    body["degree"]["discipline"] = _OTHER_DISCIPLINE
    applicant = apply(stack, body)
    applicant.attach("certificate_scan", scan_of(body))
    stack.act("confirm_material", applicant.case_number)
    applicant.told("task_routed")


def _first_page(report: Path) -> Image.Image:
    page: Image.Image = pypdfium2.PdfDocument(report)[0].render(scale=_REPORT_SCALE).to_pil()
    return page


def _taken(browser: Browser, address: str, prepare: Callable[[Page], object]) -> Image.Image:
    page = browser.new_page(viewport={"width": _WIDTH, "height": _HEIGHT}, locale="zh-CN", reduced_motion="reduce")
    page.goto(address, wait_until="networkidle")
    prepare(page)
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0);")
    taken = Image.open(BytesIO(page.screenshot()))
    page.close()
    return taken


def _fill(page: Page, applied: Applicant) -> None:
    for name, value in applied.body["holder"].items():
        control = page.locator(f"#holder-{name}")
        if control.evaluate("node => node.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)


def _sign_in(page: Page, registrations: SampleInstitutions) -> None:
    username = username_of(INSTITUTIONS[0].code)
    page.fill("#username", username)
    page.fill("#password", registrations.account(username).password)
    page.fill("#one_time_code", registrations.one_time_code(username))
    page.click("#sign-in button")
    page.wait_for_selector("#view td")


def _kept(path: Path, picture: Image.Image) -> Path:
    """Write a picture with few colours, which makes it small."""
    picture.convert("RGB").quantize(_COLOURS).save(path, optimize=True)
    if path.stat().st_size > LARGEST_BYTES:
        raise RuntimeError(Words(f"图片过大：{path}", f"the picture is too large: {path}").lines)
    return path


if __name__ == "__main__":
    main()
