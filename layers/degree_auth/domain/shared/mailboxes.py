"""Addresses of mailboxes (电子邮箱): the form in which they are stored, and what they must be like.

A domain in other letters than ASCII is stored as it travels, in A-labels (RFC 5890): `a@例子.中国` becomes
`a@xn--fsqu00a.xn--fiqs8s`. Whether a top-level domain is delegated is asked of nobody: new ones come every year.
"""

from __future__ import annotations

import re
import unicodedata

from degree_auth.domain.shared.text import line_form

LONGEST_MAILBOX = 254
"""Octets of a mailbox between `<` and `>` of an SMTP path of 256 (RFC 5321, 4.5.3.1.3)."""

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = "(?!(?![Xx][Nn])[A-Za-z0-9]{2}--)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"  # no reserved LDH label
_TOP_LEVEL = f"(?![0-9]+$)(?=..){_LABEL}"

MAILBOX = (
    rf"(?=.{{3,{LONGEST_MAILBOX}}}$)(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*"  # local part (RFC 5321, 4.5.3.1.1)
    rf"@(?:{_LABEL}\.)+{_TOP_LEVEL}"
)
"""What the whole form is: a dot-string, @, and labels of 1 to 63 letters, digits and hyphens, the last not a number."""

_STOPS = re.compile("[.\u3002]")
_MIDDLE_DOT, _BESIDE_MIDDLE_DOT = "\u30fb", re.compile("[\u3041-\u3096\u30a1-\u30fa\u3400-\u9fff]")
_OF_LABELS = frozenset({"Ll", "Lo", "Lm", "Mn", "Mc", "Nd"})


def mailbox_form(text: str) -> str:
    """The address in its line form, its domain in A-labels. A label that cannot be one stays as it is, and `MAILBOX`
    refuses it."""
    local, at, domain = line_form(text).rpartition("@")
    return f"{local}{at}{'.'.join(map(_a_label, _STOPS.split(domain)))}"


def _a_label(label: str) -> str:
    """A label as it travels: `xn--` and Punycode of the small letters, when it is made of letters, marks and digits
    (RFC 5892) and does not begin with a mark. Beside ideographs or kana, a Japanese middle dot may stand (its A.7)."""
    if label.isascii():
        return label
    # Letter by letter: the small sigma at the end of a word is another letter, and another domain (UTS 46).
    small = unicodedata.normalize("NFC", "".join(map(str.lower, label)))
    letters = small.replace(_MIDDLE_DOT, "") if _BESIDE_MIDDLE_DOT.search(small) else small
    categories = ["Nd" if char == "-" else unicodedata.category(char) for char in letters]
    if not _OF_LABELS.issuperset(categories) or categories[0].startswith("M"):
        return label
    return f"xn--{small.encode('punycode').decode('ascii')}"
