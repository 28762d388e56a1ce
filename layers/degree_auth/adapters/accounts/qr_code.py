"""QR codes as plain data, for a page to draw."""

from __future__ import annotations


def qr_rows(text: str) -> list[str]:
    """The QR code of a text (ISO/IEC 18004, error correction M): a row a string, 1 is dark; without the quiet zone."""
    import segno  # at the first sign-in alone, so that no cold start pays for it

    return ["".join(str(module) for module in row) for row in segno.make(text, error="m", micro=False).matrix]
