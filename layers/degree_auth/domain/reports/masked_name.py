"""A person's name as a stranger may see it (N4)."""

from __future__ import annotations

import unicodedata


def masked_name(name: str) -> str:
    """A name as a stranger may see it: enough to recognise whom one has met, too little to learn whom one has not.

    A Chinese name keeps its surname (two characters if it is a compound one), a name in parts joined by a dot or by
    spaces keeps the first character of its first part (every part, if it is written in another script than Han);
    each hidden character becomes `*`, separators stay.
    """
    letters = [c for c in unicodedata.normalize("NFC", name.strip()) if unicodedata.category(c) not in _MARKS]
    if not letters:
        return ""
    han = all(_is_han(c) for c in letters if _is_letter(c))
    if han and all(_is_letter(c) for c in letters):
        kept = 2 if len(letters) > 2 and "".join(letters[:2]) in _COMPOUND_SURNAMES else 1
        return "".join(letters[:kept]) + "*" * (len(letters) - kept) if len(letters) > 1 else "*"
    shown = []
    for position, character in enumerate(letters):
        starts = position == 0 or (not han and not _is_letter(letters[position - 1]))
        shown.append(character if starts or not _is_letter(character) else "*")
    return "".join(shown)


_MARKS = frozenset({"Mn", "Me", "Cf", "Cc"})
_COMPOUND = (
    "欧阳上官司马诸葛司徒东方独孤南宫夏侯尉迟皇甫公孙慕容长孙宇文令狐端木轩辕百里呼延东郭南郭西门东门申屠公冶公羊"
    "澹台宗政濮阳淳于单于太叔仲孙钟离闾丘鲜于司空司寇赫连拓跋完颜第五梁丘左丘谷梁乐正漆雕壤驷公西巫马颛孙子车宰父"
    "歐陽司馬諸葛東方獨孤南宮尉遲公孫長孫軒轅東郭西門東門濮陽淳於鍾離赫連"
)
_COMPOUND_SURNAMES = frozenset(_COMPOUND[start : start + 2] for start in range(0, len(_COMPOUND), 2))


def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LN"


def _is_han(character: str) -> bool:
    point = ord(character)
    return 0x3400 <= point <= 0x9FFF or 0xF900 <= point <= 0xFAFF or 0x20000 <= point <= 0x3FFFF or point == 0x3007
