"""Looking into files that strangers sent, and writing them anew. Whatever breaks here breaks alone.

Only the function that examines files has the packages for it (`layers/examination`). It has no permission and no
secret: it is handed a link that reads one file, and a link that writes its copy.
"""

from __future__ import annotations

from degree_auth.adapters.cases.examination.images import copied_image
from degree_auth.adapters.cases.examination.pdfs import copied_pdf
from degree_auth.adapters.cases.examination.refused import Refused

_COPIES = {"image/jpeg": copied_image, "image/png": copied_image, "application/pdf": copied_pdf}


def copied_file(content: bytes, content_type: str) -> bytes | str:
    """The copy that others are shown, or the message code for refusing the file."""
    try:
        return _COPIES[content_type](content, content_type)
    except Refused as refused:
        return refused.code
    except Exception:  # hostile bytes break parsers in ways that nobody lists
        return "attachment_not_read"
