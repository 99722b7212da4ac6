"""The segment workbook of 10,000 customers against bare openpyxl writing the same cells with the same formats."""

from __future__ import annotations

import copy
import io
from typing import Any

import openpyxl
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from benchmarks import shops
from benchmarks.measuring import Line, milliseconds
from desktop_crm.core.i18n import translator
from desktop_crm.reports import segment_workbook
from desktop_crm.services import segment_figures
from desktop_crm.services.segment_figures import SegmentData
from desktop_crm.store import shop_file

ROUNDS, BAR = 3, 1.3
Cell = tuple[Any, int]  # value, number of its style
Rows = list[list[Cell | None]]


def lines() -> list[Line]:
    """The best of some rounds each, in turns, so that both see the same load."""
    database = shop_file.open_existing(shops.sample_shop(shops.MIDDLE))
    with database.read() as session:
        data = segment_figures.load(session)
    database.close()
    t = translator("zh_TW")
    sheets, styles = _read_back(segment_workbook.build(data, t))
    ours, bare = [], []
    for _ in range(ROUNDS):
        ours.append(milliseconds(lambda: segment_workbook.build(data, t)))
        bare.append(milliseconds(lambda: _write(sheets, styles)))
    return [
        Line(
            f"Segment workbook, {len(data.customers):,} customers, {_cells(data, sheets):,} cells, best of {ROUNDS}",
            min(ours) / 1000,
            "s",
            BAR,
            min(bare) / 1000,
            "openpyxl write-only, same cells and formats",
            relative=True,
            details={"ours": ours, "bare": bare},
        )
    ]


def _cells(data: SegmentData, sheets: dict[str, Rows]) -> int:
    return sum(cell is not None for rows in sheets.values() for row in rows for cell in row)


def _read_back(content: bytes) -> tuple[dict[str, Rows], dict[int, Any]]:
    """Every cell of the finished workbook and one example of each style."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    styles: dict[int, Any] = {}
    sheets: dict[str, Rows] = {}
    for sheet in book:
        rows: Rows = []
        for row in sheet.iter_rows():
            rows.append([None if cell.value is None else (cell.value, cell.style_id) for cell in row])
            for cell in row:
                styles.setdefault(cell.style_id, cell)
        sheets[sheet.title] = rows
    return sheets, styles


def _write(sheets: dict[str, Rows], examples: dict[int, Any]) -> bytes:
    """As fast as openpyxl allows: each style is described once and shared by its cells."""
    book = Workbook(write_only=True)
    known: dict[int, Any] = {}
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            cells: list[Any] = []
            for cell in row:
                if cell is None:
                    cells.append(None)
                    continue
                value, style = cell
                made = WriteOnlyCell(sheet, value)
                if style not in known:
                    _describe(made, examples[style])
                    known[style] = made._style
                made._style = known[style]
                cells.append(made)
            sheet.append(cells)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _describe(cell: Any, example: Any) -> None:
    cell.number_format = example.number_format
    for part in ("font", "alignment", "fill", "border"):
        setattr(cell, part, copy.copy(getattr(example, part)))
