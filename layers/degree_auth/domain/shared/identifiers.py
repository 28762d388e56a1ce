"""The fixed forms of ids, codes and choices that stand in what people and programs send."""

from __future__ import annotations

from degree_auth.domain.shared.reading import choice, mapped_field, optional, pattern, whole_number
from degree_auth.domain.shared.words import Language

INSTITUTION_CODE = pattern("[0-9]{5}", "institution_code_format")
DEPARTMENT_ID = pattern("[a-z0-9-]{1,40}", "department_id_format")
ATTACHMENT_ID = pattern("[0-9a-f]{32}", "attachment_id_format")
EXEMPTION = pattern("[A-Za-z0-9_-]{1,40}", "exemption_format")
MONTH = pattern("20[0-9]{2}-(0[1-9]|1[0-2])", "month_format")
LANGUAGE = optional(choice(Language), Language.CHINESE)
VERSION = whole_number(1, 10**9, "not_a_version")
"""Of what somebody was shown and now decides on."""

SHA256 = mapped_field(pattern("[0-9a-fA-F]{64}", "sha256_format"), str.lower)
"""Of a file, in lower-case hexadecimal however it was written."""
