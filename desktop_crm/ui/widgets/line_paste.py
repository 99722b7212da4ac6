"""Rows pasted from a spreadsheet as lines: code or name, quantity, unit, price."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from desktop_crm.core.errors import UserError
from desktop_crm.core.limits import scaled
from desktop_crm.core.quantities import parse_decimal
from desktop_crm.services.document_lines import DraftLine

MOST = 500  # rows taken from one paste


class Pasted(NamedTuple):
    """A line, and whether its price was among the cells."""

    line: DraftLine
    has_price: bool


def read_table(text: str, tax_kind: str = "taxable") -> list[Pasted]:
    """The lines in tab-separated ``text``; a heading row is left out, a lone text in a table is a section."""
    rows = [[cell.strip().strip('"') for cell in row.split("\t")] for row in text.replace("\r", "").split("\n")]
    rows = [row for row in rows if any(row)][:MOST]
    wide = any(len(row) > 1 for row in rows)
    if (
        wide
        and len(rows) > 1
        and sum(map(bool, rows[0])) > 1
        and not any(_number(cell) is not None for cell in rows[0])
    ):
        rows = rows[1:]
    return [_line(row, wide, tax_kind) for row in rows]


def _line(cells: list[str], wide: bool, tax_kind: str) -> Pasted:
    first = cells[0] or next(filter(None, cells), "")
    if wide and sum(map(bool, cells)) == 1:
        return Pasted(DraftLine(first, kind="section"), False)
    names: list[str] = [first]
    numbers: list[Decimal] = []
    unit = ""
    for cell in cells[1:]:
        value = _number(cell)
        if value is not None:
            numbers.append(value)
        elif cell and not numbers:
            names.append(cell)
        elif cell and not unit:
            unit = cell
    code, name = (names[0], names[1]) if len(names) > 1 else ("", names[0])
    specification = " ".join(names[2:])
    quantity = numbers[0] if numbers else Decimal(1)
    price = numbers[1] if len(numbers) > 1 else Decimal(0)
    line = DraftLine(name, quantity, price, code=code, specification=specification, unit=unit, tax_kind=tax_kind)
    return Pasted(line, len(numbers) > 1)


def _number(cell: str) -> Decimal | None:
    """The number in a cell, if it can stand on a line."""
    try:
        value = parse_decimal(cell, field="quantity")
        scaled(value, "unit_price")
        scaled(value, "quantity")
    except UserError:
        return None
    return value
