"""The rows an import refused, as a file to mend and import again: the cells as they came, and why."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from desktop_crm.core.errors import EnvironmentFault
from desktop_crm.core.i18n import N_
from desktop_crm.services import import_files
from desktop_crm.services.import_files import Choice

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # what a workbook cannot hold
MOST_CELL = 32_767  # characters, of Excel


def save(choice: Choice, headings: Sequence[str], reasons: Mapping[int, str], title: str, target: Path) -> int:
    """Write the lines of ``reasons`` to ``target`` (.xlsx or .csv) with a last column ``title``; returns how many.

    Raises EnvironmentFault when nothing can be written there.
    """
    rows = list(_refused(choice, headings, reasons))
    extra = [""] * max((len(row) - len(headings) - 1 for row in rows), default=0)
    table = [[*headings, title, *extra], *rows]
    part = target.with_name(target.name + ".part")
    try:
        if target.suffix.lower() == ".xlsx":
            _write_workbook(part, table)
        else:
            with part.open("w", encoding="utf-8-sig", newline="") as file:
                csv.writer(file).writerows(table)
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise EnvironmentFault(
            N_("%(path)s cannot be written."), N_("Choose another folder, or close the file."), path=str(target)
        ) from error
    return len(rows)


def _refused(choice: Choice, headings: Sequence[str], reasons: Mapping[int, str]) -> Iterator[list[str]]:
    width = len(headings)
    for row in import_files.rows(choice, width):
        if row.line in reasons:
            cells = [*row.cells[:width], *[""] * (width - len(row.cells))]
            yield [*cells, reasons[row.line], *row.cells[width:]]


def _write_workbook(path: Path, table: Sequence[Sequence[str]]) -> None:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in table:
        cells = []
        for text in row:
            cell = WriteOnlyCell(sheet, value=CONTROL.sub(" ", text)[:MOST_CELL])
            cell.data_type = "s"  # a text that begins with = stays a text
            cell.number_format = "@"
            cells.append(cell)
        sheet.append(cells)
    book.save(path)
