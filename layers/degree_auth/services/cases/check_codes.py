"""The check code of an issued document, without which its number tells nobody anything (article 15)."""

from __future__ import annotations

import hmac

from degree_auth.domain.reports.codes import check_code
from degree_auth.services.shared.ports import Sealer


def check_code_of(sealer: Sealer, number: str) -> str:
    """The check code of the report or written notice with this number, be there one or not."""
    return check_code(sealer.digest("check-code", number))


def is_check_code_of(sealer: Sealer, number: str, code: str) -> bool:
    """Whether the code is the number's; it takes as long whatever is wrong with it."""
    return hmac.compare_digest(code, check_code_of(sealer, number))
