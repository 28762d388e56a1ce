"""QR codes: as plain data, for a page to draw, and as pictures."""

from __future__ import annotations

import io


def qr_rows(text: str) -> list[str]:
    """The QR code of a text (ISO/IEC 18004, error correction M): a row a string, 1 is dark; without the quiet zone."""
    import segno  # at the first sign-in alone, so that no cold start pays for it

    return ["".join(str(module) for module in row) for row in segno.make(text, error="m", micro=False).matrix]


def qr_picture(text: str) -> bytes:
    """The QR code of a text as an SVG picture, with its quiet zone."""
    import segno  # when a key is given out alone, so that no cold start pays for it

    found = io.BytesIO()
    segno.make(text, error="m", micro=False).save(found, kind="svg", scale=8, light="white")
    return found.getvalue()
