"""What can be done to an annual report file as a workbook."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date
from random import Random

from openpyxl import Workbook, load_workbook

from degree_auth.domain.register.annual_report_columns import COLUMNS
from tests.samples.damaged_base import (
    CODES,
    LABELS,
    ROWS,
    Damage,
    Damaged,
    any_length,
    cells_of,
    flip,
    inline_workbook_of,
    sample,
    sixteenth,
    workbook_of,
)
from tests.samples.damaged_values import decimals, digits, swapped
from tools.sample_rows import Row

_SHEET, _TEXTS, _STYLES, _CONTENTS, _RELATIONS = (
    f"xl/{name}.xml{'.rels' if '_rels' in name else ''}"
    for name in ("worksheets/sheet1", "sharedStrings", "styles", "workbook", "_rels/workbook")
)


def inline_damages() -> dict[str, Damage]:
    """By kind, what can be done to the original as a workbook whose texts stand in their cells."""
    whole = inline_workbook_of(sample())
    text = _part(whole, _SHEET).decode()
    starts = [row.start() for row in re.finditer("<row ", text)]

    def row_at(place: int) -> list[int]:
        row = sum(start <= place for start in starts) - 2  # the header is a row as well
        return [row] if 0 <= row < ROWS else []

    def cut(random: Random) -> Damaged:
        return whole[: random.randrange(1, len(whole))], ()

    def bit(random: Random) -> Damaged:
        if random.random() < 0.5:
            return flip(whole, random.randrange(len(whole)), random), ()
        raw = text.encode()
        place = random.randrange(len(raw))
        return _packed(whole, {_SHEET: flip(raw, place, random)}), row_at(len(raw[:place].decode(errors="ignore")))

    def quote(random: Random) -> Damaged:
        place = random.randrange(starts[1], len(text))
        return _packed(whole, {_SHEET: (text[:place] + random.choice('"<&>') + text[place:]).encode()}), row_at(place)

    def encoding(random: Random) -> Damaged:
        raw = text.encode()
        place = random.randrange(len(raw))
        damaged = raw[:place] + random.choice((b"", b"\x80", b"\xff", b"\0", b"\xe5")) + raw[place + 1 :]
        return _packed(whole, {_SHEET: damaged}), row_at(len(raw[:place].decode(errors="ignore")))

    def count(random: Random) -> Damaged:
        number = random.randrange(2, ROWS + 2)
        other = random.choice((number - 1, number + 1, 0, 2, ROWS + 5))
        choice = random.random()
        if choice < 0.4:
            return _packed(whole, {_SHEET: text.replace(f'<row r="{number}"', f'<row r="{other}"').encode()}), ()
        if choice < 0.8:
            return _packed(whole, {_SHEET: text.replace(f'"B{number}"', f'"A{other}"').encode()}), (number - 2,)
        dimension = re.sub("<sheetData>", '<dimension ref="A1"/><sheetData>', text)
        return _packed(whole, {_SHEET: dimension.encode()}), ()

    def sheet(random: Random) -> Damaged:
        half = random.randrange(1, ROWS)
        return _two_sheets(sample()[:half], sample()[half:], random), ()

    def type_(random: Random) -> Damaged:
        cells = [cell for cell in re.finditer(r'<c r="[A-Z]+([0-9]+)"[^>]*t="(\w+)"', text) if int(cell[1]) > 1]
        cell = random.choice(cells)
        kind = random.choice(("s", "n", "b", "e", "str", "d", "inlineStr", "x"))
        return _packed(whole, {_SHEET: (text[: cell.start(2)] + kind + text[cell.end(2) :]).encode()}), (
            int(cell[1]) - 2,
        )

    def merged(random: Random) -> Damaged:
        return _merged(random)

    def shown(random: Random) -> Damaged:
        return _shown(random)

    def foreign(random: Random) -> Damaged:
        number = random.randrange(2, ROWS + 2)
        choice = random.random()
        if choice < 0.4:
            other = text.replace(f'<row r="{number}"', f'<x:row xmlns:x="urn:other" r="{number}"')
            end = other.index("</row>", other.index("<x:row"))
            return _packed(whole, {_SHEET: (other[:end] + "</x:row>" + other[end + 6 :]).encode()}), ()
        if choice < 0.7:
            return _packed(
                whole, {_SHEET: text.replace(f'<row r="{number}"', f'<row xmlns="" r="{number}"').encode()}
            ), ()
        endless = "<![CDATA[" + "<" * (2 << 20) + "]]>"
        return _packed(whole, {_SHEET: text.replace("</t>", endless + "</t>", 1).encode()}), ()

    def by_sixteenth(random: Random) -> Damaged:
        return whole[: sixteenth(whole, random)], ()

    def block(random: Random) -> Damaged:
        if random.random() < 0.5:
            start, end = any_length(whole, random)
            return whole[:end] + whole[start:], ()
        raw = text.encode()
        start, end = any_length(raw, random)
        return _packed(whole, {_SHEET: raw[:end] + raw[start:]}), ()

    def nuls(random: Random) -> Damaged:
        raw = text.encode() if random.random() < 0.5 else whole
        start = random.randrange(len(raw))
        length = random.choice((1, 2, 7, 64, 512))
        damaged = raw[:start] + b"\0" * length + raw[start + length :]
        return (damaged if raw is whole else _packed(whole, {_SHEET: damaged})), ()

    def mark(random: Random) -> Damaged:
        number = random.randrange(2, ROWS + 2)
        start = text.index(f'<row r="{number}"')
        place = random.choice([each.end() for each in re.finditer("<t[^>]*>", text) if each.end() > start][:17])
        mark = random.choice(("\ufeff", "\ufeff\ufeff", "\u200b", "_xFEFF_", "&#xFEFF;"))
        return _packed(whole, {_SHEET: (text[:place] + mark + text[place:]).encode()}), ()

    def archive(random: Random) -> Damaged:
        junk = random.choice((b"\0", b"x" * 30, b"\0" * 100, whole, b"PK\x05\x06" + bytes(18)))
        choice = random.random()
        if choice < 0.3:
            return whole + junk, ()
        if choice < 0.6:
            return junk + whole, ()
        place = whole.index(b"PK\x01\x02") if choice < 0.8 else whole.index(b"PK\x03\x04", 10)
        return whole[:place] + junk + whole[place:], ()

    def other_format(random: Random) -> Damaged:
        encoding = random.choice(("utf-16", "utf-16-le", "utf-16-be", "gb18030", "latin-1"))
        plain = re.sub(r"^<\?xml[^>]*\?>", "", text)
        named = random.choice((f'<?xml version="1.0" encoding="{encoding}"?>', ""))
        return _packed(whole, {_SHEET: (named + plain).encode(encoding, "xmlcharrefreplace")}), ()

    return {
        "cut": cut,
        "bit": bit,
        "quote": quote,
        "encoding": encoding,
        "count": count,
        "sheet": sheet,
        "type": type_,
        "digit": digits(inline_workbook_of),
        "merged": merged,
        "shown": shown,
        "foreign": foreign,
        "sixteenth": by_sixteenth,
        "block": block,
        "swap": swapped(inline_workbook_of),
        "NUL": nuls,
        "mark inside": mark,
        "archive": archive,
        "encoding of the part": other_format,
        "decimal": decimals(inline_workbook_of),
    }


_SERIALS = frozenset({"CSRQ", "HXWRQ"})


def _shared() -> bytes:
    """The original with its texts shared and its dates as days of a spreadsheet."""
    lines = [[_cell(code, cell) for code, cell in zip((*CODES, ""), cells_of(row), strict=True)] for row in sample()]
    book = workbook_of(LABELS, lines)
    texts: dict[str, int] = {}

    def shared(cell: re.Match[str]) -> str:
        return f't="s"><v>{texts.setdefault(cell[1], len(texts))}</v>'

    sheet = re.sub('t="inlineStr"><is><t>(.*?)</t></is>', shared, _part(book, _SHEET).decode())
    items = "".join(f"<si><t>{text}</t></si>" for text in texts)
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    relation = f'<Relationship Type="{kind}" Target="/{_TEXTS}" Id="rId99"/></Relationships>'
    relations = _part(book, _RELATIONS).decode().replace("</Relationships>", relation)
    packed = io.BytesIO(_packed(book, {_SHEET: sheet.encode(), _RELATIONS: relations.encode()}))
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr(_TEXTS, f'<sst xmlns="{main}" count="{len(texts)}" uniqueCount="{len(texts)}">{items}</sst>')
    return packed.getvalue()


def _cell(code: str, cell: str) -> object:
    return date(int(cell[:4]), int(cell[4:6]), int(cell[6:])) if code in _SERIALS else cell


def shared_damages() -> dict[str, Damage]:
    """By kind, what can be done to the original as a workbook of shared texts and days."""
    whole = _shared()
    text, texts = _part(whole, _SHEET).decode(), _part(whole, _TEXTS).decode()
    cells = [each for each in re.finditer(r'<c r="([A-Z]+)([0-9]+)"[^>]*>.*?</c>', text) if int(each[2]) > 1]
    with_text = [each for each in cells if 't="s"' in each[0]]
    with_days = [each for each in cells if 't="n"' in each[0]]
    items = list(re.finditer("<si>.*?</si>", texts))

    def put(cell: re.Match[str], instead: str) -> bytes:
        return _packed(whole, {_SHEET: (text[: cell.start()] + instead + text[cell.end() :]).encode()})

    def row_of(cell: re.Match[str]) -> list[int]:
        return [int(cell[2]) - 2]

    def shared_texts(random: Random) -> Damaged:
        choice = random.random()
        item = random.choice(items)
        if choice < 0.25:
            cell = random.choice(with_text)
            other = random.choice(("-1", "99999", "1.5", "", "x", "4294967296"))
            return put(cell, re.sub("<v>.*</v>", f"<v>{other}</v>", cell[0])), row_of(cell)
        if choice < 0.4:
            cell = random.choice(with_text)
            others = random.randrange(len(items))
            return put(cell, re.sub("<v>.*</v>", f"<v>{others}</v>", cell[0])), row_of(cell)
        if choice < 0.65:
            damaged = texts[: item.start()] + texts[item.end() :]
        elif choice < 0.8:
            damaged = texts[: item.start()] + item[0] + texts[item.start() :]
        elif choice < 0.9:
            damaged = texts[: item.start()] + f"<x{item[0][1:-5]}</xsi>" + texts[item.end() :]
        else:
            return _packed(whole, {_TEXTS: b""}), ()
        return _packed(whole, {_TEXTS: damaged.encode()}), ()

    def formats(random: Random) -> Damaged:
        styles = _part(whole, _STYLES).decode()
        form = random.choice(
            ("0.00E+00", "0%", "General", "@", ";;;", "yyyy", "mmm", '"*"', "#,##0", "[h]:mm", "000000")
        )
        styles = styles.replace('formatCode="yyyy\\-mm\\-dd"', f'formatCode="{form.replace(chr(34), "&quot;")}"')
        styles = styles.replace('formatCode="yyyy-mm-dd"', f'formatCode="{form.replace(chr(34), "&quot;")}"')
        return _packed(whole, {_STYLES: styles.encode()}), ()

    def days(random: Random) -> Damaged:
        choice = random.random()
        if choice < 0.4:
            contents = _part(whole, _CONTENTS).decode()
            from_1904 = re.sub("<workbookPr[^>]*/>", '<workbookPr date1904="1"/>', contents)
            return _packed(whole, {_CONTENTS: from_1904.encode()}), ()
        cell = random.choice(with_days)
        serial = int(re.search("<v>(.*)</v>", cell[0])[1])  # type: ignore[index]
        other = random.choice(
            (serial + 0.5, serial - 1462, -serial, serial * 1000, serial + 0.99999, "1E9", "NaN", "1E400")
        )
        return put(cell, re.sub("<v>.*</v>", f"<v>{other}</v>", cell[0])), row_of(
            cell
        ) if other == serial - 1462 else ()

    def hidden(random: Random) -> Damaged:
        choice = random.random()
        number = random.randrange(2, ROWS + 2)
        if choice < 0.4:
            return _packed(
                whole, {_SHEET: text.replace(f'<row r="{number}"', f'<row r="{number}" hidden="1"').encode()}
            ), ()
        if choice < 0.7:
            columns = '<cols><col min="1" max="9" width="0" hidden="1"/></cols><sheetData>'
            return _packed(whole, {_SHEET: text.replace("<sheetData>", columns).encode()}), ()
        contents = _part(whole, _CONTENTS).decode()
        state = random.choice(("hidden", "veryHidden"))
        return _packed(whole, {_CONTENTS: re.sub('state="visible"', f'state="{state}"', contents).encode()}), ()

    def inline(random: Random) -> Damaged:
        cell = random.choice(with_text)
        said = re.sub("<.*?>", "", items[int(re.search("<v>(.*)</v>", cell[0])[1])][0])  # type: ignore[index]
        whole_text, in_runs = f"<is><t>{said}</t></is>", f"<is><r><t>{said[:1]}</t></r><r><t>{said[1:]}</t></r></is>"
        read_aloud = f'<is><t>{said}</t><rPh sb="0" eb="1"><t>KANA</t></rPh></is>'
        instead = random.choice((whole_text, in_runs, read_aloud, "<is/>", "<is><t/></is>", "<is><x>1</x></is>"))
        is_same = instead in (whole_text, in_runs, read_aloud)
        start = f'<c r="{cell[1]}{cell[2]}" t="inlineStr">'
        return put(cell, f"{start}{instead}</c>"), () if is_same else row_of(cell)

    def formula(random: Random) -> Damaged:
        cell = random.choice(with_text)
        column = random.choice(("A", cell[1]))
        value = random.choice(("", "<v></v>", "<v>#REF!</v>", "<v>0</v>"))
        kind = random.choice(("", ' t="str"', ' t="e"', ' t="b"', ' t="n"'))
        form = random.choice(
            (f"<f>{column}2&amp;1</f>", '<f t="shared" si="0"/>', '<f t="array" ref="A1">A2</f>', "<f/>")
        )
        return put(cell, f'<c r="{cell[1]}{cell[2]}"{kind}>{form}{value}</c>'), row_of(cell)

    def number(random: Random) -> Damaged:
        cell = random.choice(with_text)
        value = items[int(re.search("<v>(.*)</v>", cell[0])[1])][0]  # type: ignore[index]
        said = re.sub("<.*?>", "", value)
        if not said.isdecimal():
            return put(cell, f'<c r="{cell[1]}{cell[2]}" t="n"><v>{said}</v></c>'), ()
        other = random.choice(
            (said, f"{said}.0", f"{float(said):.14E}", f"{float(said):.5E}", f"{said}.25", f"-{said}")
        )
        return put(cell, f'<c r="{cell[1]}{cell[2]}"><v>{other}</v></c>'), ()

    def header(random: Random) -> Damaged:
        names: list[object] = list(LABELS)
        if random.random() < 0.6:
            first, second = random.sample(range(len(CODES)), 2)
            names[first], names[second] = names[second], names[first]
        else:
            names = random.sample(names, len(names))
        return workbook_of(names, [cells_of(row) for row in sample()]), ()

    return {
        "shared texts": shared_texts,
        "number formats": formats,
        "days": days,
        "hidden": hidden,
        "inline text": inline,
        "formula": formula,
        "number": number,
        "header": header,
    }


def _merged(random: Random) -> Damaged:
    """A column of some rows merged into one cell, as somebody lays a table out."""
    book = load_workbook(io.BytesIO(inline_workbook_of(sample())))
    sheet = book.active
    column = random.randrange(1, len(COLUMNS) + 1)
    first = random.randrange(2, ROWS)
    last = min(ROWS + 1, first + random.randrange(1, 8))
    sheet.merge_cells(start_row=first, end_row=last, start_column=column, end_column=column)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue(), ()


def _shown(random: Random) -> Damaged:
    """A column of codes stored as numbers whose format shows the codes, or something else."""
    book = load_workbook(io.BytesIO(inline_workbook_of(sample())))
    sheet = book.active
    code, digits = random.choice((("ZYDM", 6), ("GBM", 3), ("MZM", 2), ("CSRQ", 8), ("XWSYDWM", 5)))
    column = next(place for place, each in enumerate(COLUMNS, start=1) if each.code == code)
    touched = []
    form = random.choice(("0" * digits, "0" * digits, "General", '"X"' + "0" * digits, "0%", "0,", ";;;"))
    for row, line in enumerate(sample()):
        value = line.get(code, "")
        if value.isdecimal() and len(value) == digits:
            cell = sheet.cell(row=row + 2, column=column)
            cell.value, cell.number_format = int(value), form
            touched.append(row)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue(), touched if form.startswith('"X"') else ()


def _part(book: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        return archive.read(name)


def _packed(book: bytes, parts: dict[str, bytes]) -> bytes:
    """The workbook with some parts replaced; the archive itself is whole."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as archive, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in archive.namelist():
            target.writestr(name, parts.get(name, archive.read(name)))
    return packed.getvalue()


def _two_sheets(first: Sequence[Row], second: Sequence[Row], random: Random) -> bytes:
    """Half of the rows on a second sheet: shown, hidden, without a header, or not listed at all."""
    book = Workbook()
    names = [*(column.label for column in COLUMNS), "备注(BZ)"]
    state, header = random.choice((("visible", 1), ("hidden", 1), ("veryHidden", 1), ("visible", 0), ("hidden", 0)))
    for sheet, lines, with_header in ((book.active, first, 1), (book.create_sheet("续"), second, header)):
        for cells in [names] * with_header + [[row.get(c.code) for c in COLUMNS] for row in lines]:
            sheet.append(cells)
    book.worksheets[1].sheet_state = state
    saved = io.BytesIO()
    book.save(saved)
    if random.random() < 0.2:
        listed = _part(saved.getvalue(), "xl/workbook.xml").decode()
        unlisted = re.sub('<sheet [^>]*name="续"[^>]*/>', "", listed)
        return _packed(saved.getvalue(), {"xl/workbook.xml": unlisted.encode()})
    return saved.getvalue()
