"""Makes the pictures of the documentation from the running stack: docs/pictures/*.png, all of synthetic data.

    python -m tools.pictures        brings the stack up, and takes check page, report, form and list of tasks

The people, degrees and institutions are the same every time; numbers, codes and days are those of the run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import islice
from pathlib import Path
from urllib.parse import urlencode

import pypdfium2
from PIL import Image
from playwright.sync_api import Browser, Page

from tools import chromium, local_aws
from tools.demo.applicant import Applicant, apply, save, scan_of
from tools.demo.stack import Stack
from tools.environment import ROOT, LocalAws, say
from tools.sample_organisation import INSTITUTIONS, SampleOrganisation, username_of
from tools.sample_register import UNPRINTABLE, Row, body_of, read_csv
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
    stack, organisation = Stack(found, LocalAws(found["aws_endpoint_url"])), SampleOrganisation(found)
    organisation.provide()
    PICTURES.mkdir(parents=True, exist_ok=True)
    people = _people(Path(found["sample_register"]))
    applied = apply(stack, body_of(next(people)))
    report = applied.report()
    for row in islice(people, _TASKS):
        _ask(stack, row)
    _keep("report", _first_page(save(report)))
    with chromium.running() as browser:
        link = urlencode({"n": report["report_number"], "c": report["check_code"]})
        _keep("check", _taken(browser, f"{found['check_url']}#{link}", lambda page: page.wait_for_selector(".valid")))
        _keep("apply", _taken(browser, f"{found['api_url']}/apply", lambda page: _fill(page, applied)))
        _keep("tasks", _taken(browser, f"{found['api_url']}/portal", lambda page: _sign_in(page, organisation)))
    if not was_running:
        local_aws.stop()


def _people(register: Path) -> Iterator[Row]:
    """People of the first sample institution whose degrees are of our days and whose names can be printed."""
    return (
        row
        for row in read_csv(register)
        if row["XWSYDWM"] == INSTITUTIONS[0].code
        and row["HXWRQ"] >= "2016"
        and row["ZJLXM"] == "01"
        and len(row["XM"]) > 2
        and UNPRINTABLE not in row["XM"]
    )


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


def _sign_in(page: Page, organisation: SampleOrganisation) -> None:
    username = username_of(INSTITUTIONS[0].code)
    page.fill("#username", username)
    page.fill("#password", organisation.account(username).password)
    page.fill("#one_time_code", organisation.one_time_code(username))
    page.click("#sign-in button")
    page.wait_for_selector("#view td")


def _keep(name: str, picture: Image.Image) -> None:
    """Write a picture with few colours, which makes it small."""
    path = PICTURES / f"{name}.png"
    picture.convert("RGB").quantize(_COLOURS).save(path, optimize=True)
    if path.stat().st_size > LARGEST_BYTES:
        raise RuntimeError(f"图片过大 · the picture is too large: {path}")
    say(f"已生成 {path.relative_to(ROOT)}", "made")


if __name__ == "__main__":
    main()
