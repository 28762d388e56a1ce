"""Makes the pictures of the documentation from the running stack: docs/pictures/*.png, all of synthetic data.

    python -m tools.pictures        brings the stack up, and takes a report and its online check in either language

The people, degrees and institutions are the same every time; numbers, codes and days are those of the run.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image
from playwright.sync_api import Browser

from degree_auth.domain.shared.words import Language, Words
from tools import chromium, local_aws
from tools.demo.applicant import apply, save
from tools.demo.stack import Stack
from tools.environment import ROOT, LocalAws, say
from tools.sample_applications import body_of, undoubted
from tools.sample_files import read_csv
from tools.sample_institutions import INSTITUTIONS
from tools.up import bring_up

PICTURES = ROOT / "docs" / "pictures"
LARGEST_BYTES = 150 * 1024
_WIDTH, _HEIGHT = 1120, 860
_COLOURS = 64
_REPORT_SCALE = 1.2
_CHECKS = {Language.CHINESE: "check.zh.png", Language.ENGLISH: "check.png"}


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
    """The pictures of a report of the stack that `found` holds the outputs of.

    Raises:
        RuntimeError: a picture is larger than it may be.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stack = Stack(found, LocalAws(found["aws_endpoint_url"]))
    awarded = undoubted(read_csv(Path(found["sample_register"])))
    # The last one: of the first ones, tests have institutions say this and that.
    *_, shown = (row for row in awarded if row["XWSYDWM"] == INSTITUTIONS[0].code)
    report = apply(stack, body_of(shown)).report()
    page, fragment = stack.check_link(report).split("#")
    return [
        _keep(folder / "report.png", _first_page(save(report))),
        *(
            _keep(folder / name, _valid(browser, f"{page}?lang={language}#{fragment}"))
            for language, name in _CHECKS.items()
        ),
    ]


def _first_page(report: Path) -> Image.Image:
    page: Image.Image = pypdfium2.PdfDocument(report)[0].render(scale=_REPORT_SCALE).to_pil()
    return page


def _valid(browser: Browser, address: str) -> Image.Image:
    """The check page once it says that the report is valid."""
    page = browser.new_page(viewport={"width": _WIDTH, "height": _HEIGHT}, reduced_motion="reduce")
    page.goto(address, wait_until="networkidle")
    page.wait_for_selector(".valid")
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0);")
    taken = Image.open(BytesIO(page.screenshot()))
    page.close()
    return taken


def _keep(path: Path, picture: Image.Image) -> Path:
    """Write a picture with few colours, which makes it small."""
    picture.convert("RGB").quantize(_COLOURS).save(path, optimize=True)
    if path.stat().st_size > LARGEST_BYTES:
        raise RuntimeError(Words(f"图片过大：{path}", f"the picture is too large: {path}").lines)
    return path


if __name__ == "__main__":
    main()
