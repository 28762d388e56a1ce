"""Recognizing the text of a page, offline and on the processor: RapidOCR, whose package brings its models (Apache-2.0).

Its packages unpack to more than Lambda takes. The layer ships them as the wheels that they come in, and the first use
in a process unpacks them.
"""

from __future__ import annotations

import io
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from degree_auth.domain.review.scan_advice import ScanLine, is_upright

WHEELS = "recognition_wheels"
"""The folder of the layer, beside its packages, in which the wheels lie."""
PAGE_PIXELS = 2000
"""The longer side of a page as it is read."""
SMALLEST_PIXELS = 400
"""Of the longer side of a picture: on a smaller one no text of a page can be read."""
NARROWEST_PIXELS = 100
"""Of the shorter side of a page as it is read: the engine fails on a strip."""
_TURNS = (0, 180, 90, 270)
"""Degrees by which a page that lies otherwise is turned."""


def recognized_lines(content: bytes, content_type: str) -> list[ScanLine]:
    """The lines of a picture, or of a PDF's first page, in reading order; none when nothing is read.

    Raises:
        ValueError: no page can be made of the content, or the engine fails on it.
    """
    page = _page(content, content_type)
    readings = (_lines(page.rotate(turn, expand=True) if turn else page) for turn in _TURNS)
    first = next(readings)
    if is_upright(first):
        return first
    return next((lines for lines in readings if is_upright(lines)), first)


def _page(content: bytes, content_type: str) -> Any:
    """The page as a picture of Pillow, in colour."""
    _unpack()
    image = import_module("PIL.Image")
    vars(image)["MAX_IMAGE_PIXELS"] = None  # the file was examined, and its pixels are bounded
    try:
        if content_type == "application/pdf":
            document = import_module("pypdfium2").PdfDocument(content)
            first = document[0]
            picture = first.render(scale=PAGE_PIXELS / max(first.get_size())).to_pil()
        else:
            picture = image.open(io.BytesIO(content))
            picture.draft("RGB", (PAGE_PIXELS, PAGE_PIXELS))
            if max(picture.size) < SMALLEST_PIXELS:
                raise ValueError("too small")
        picture.thumbnail((PAGE_PIXELS, PAGE_PIXELS))
        if min(picture.size) < NARROWEST_PIXELS:
            raise ValueError("too narrow")
        return picture.convert("RGB")
    except Exception as error:  # whatever the decoders raise: there is no page to read
        raise ValueError("no page") from error


def _lines(page: Any) -> list[ScanLine]:
    numpy = import_module("numpy")
    engine = _engine()
    try:
        read = engine(numpy.asarray(page)[:, :, ::-1])
    except Exception as error:  # what is read is advice: a page on which the engine fails is not read
        raise ValueError("not read") from error
    if read.txts is None:
        return []
    return [
        ScanLine(text, float(score), float(box[:, 1].mean()) / page.height)
        for text, score, box in zip(read.txts, read.scores, read.boxes, strict=True)
    ]


@cache
def _engine() -> Callable[[Any], Any]:
    """The recognizer with its models. Turning single lines is off: it takes upright ones for inverted."""
    _unpack()
    logging.getLogger("RapidOCR").disabled = True  # it logs what it reads
    processors = len(os.sched_getaffinity(0))
    engine: Callable[[Any], Any] = import_module("rapidocr").RapidOCR(
        params={
            "Global.use_cls": False,
            "Global.log_level": "critical",
            "EngineConfig.onnxruntime.intra_op_num_threads": processors,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )
    return engine


@cache
def _unpack() -> None:
    """Make the packages importable: unpack the layer's wheels once, however many processes begin at a time."""
    wheels = next(_found_wheels(), None)
    if wheels is None:
        return  # installed, as in a development environment
    names = sorted(path.name for path in wheels.glob("*.whl"))
    version = sha256("\n".join(names).encode()).hexdigest()[:16]
    place = Path(tempfile.gettempdir()) / f"{WHEELS}-{version}"
    if not place.is_dir():
        fresh = Path(tempfile.mkdtemp(dir=place.parent))
        for name in names:
            with ZipFile(wheels / name) as wheel:
                wheel.extractall(fresh)
        try:
            fresh.rename(place)
        except OSError:  # another process was first
            shutil.rmtree(fresh)
    sys.path.append(str(place))


def _found_wheels() -> Iterator[Path]:
    return (folder for entry in sys.path if (folder := Path(entry) / WHEELS).is_dir())
