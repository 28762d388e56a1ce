"""Reading an annual report file as an XLSX workbook: every sheet, with an account of rows, cells and parts.

The libraries for workbooks keep every text, or the whole sheet, in memory, or give no account of what they leave out
(see the decision record on the readers). Here each row is built by itself and let go, and the shared texts stand in
temporary files. The archive is checked to be whole, and each part that is read is read to its end, where its checksum
is compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from zipfile import ZipFile

from degree_auth.adapters.register.workbook.archive import check_archive
from degree_auth.adapters.register.workbook.contents import WORKSHEET, Contents, check_worksheets_listed, noted_rows
from degree_auth.adapters.register.workbook.damage import damage_refused
from degree_auth.adapters.register.workbook.merged_cells import read_merged_cells
from degree_auth.adapters.register.workbook.rows import Rows
from degree_auth.adapters.register.workbook.styles import Styles
from degree_auth.adapters.register.workbook.texts import shared_texts
from degree_auth.domain.register.annual_report_file import AnnualReportFile, AnnualReportSheet


def open_workbook(path: Path) -> AnnualReportFile:
    """The workbook's sheets in their order, hidden ones too; sheets that hold no cells by nature (charts) are counted.

    Raises:
        Invalid: while it is read: `register_file_unreadable`, `register_sheet_damaged`.
    """
    report = AnnualReportFile(format="xlsx")
    report.sheets = _sheets(path, report.parts)
    return report


def _sheets(path: Path, parts: Counter[str]) -> Iterator[AnnualReportSheet]:
    with ExitStack() as stack:
        with damage_refused():
            book = stack.enter_context(ZipFile(path))
            check_archive(book, parts)
            contents = Contents.of(book)
            check_worksheets_listed(book, contents)
            texts = stack.enter_context(shared_texts(book, contents.texts))
            styles = Styles.of(book, contents.styles) if contents.styles else Styles()
        for listed in contents.sheets:
            if listed.kind != WORKSHEET:
                parts[f"{listed.kind}s"] += 1
                continue
            sheet = AnnualReportSheet(name=listed.name, hidden=listed.hidden, full=False)
            with damage_refused():
                sheet.noted = noted_rows(book, listed.part)
                merged = read_merged_cells(book.open(listed.part))
                part = book.open(listed.part)
            sheet.rows = Rows(sheet, texts, styles, contents.epoch, merged).read(part)
            yield sheet
