"""What the sheets of the segment workbook share: words, styles, and columns that formulas can point at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from desktop_crm.core.dates import roc_year
from desktop_crm.core.i18n import Translator
from desktop_crm.core.titles import CUSTOMER_TYPES
from desktop_crm.reports.workbook import HEAD_FILL, Book, Column, Sheet, Styled, reference
from desktop_crm.services.segment_figures import SegmentData
from desktop_crm.services.segments import STAGE_TITLES

GRADE_COLORS = {"A": "1F6F5C", "B": "2F63B0", "C": "8F5C0F", "D": "666C74"}  # as on the screen
QUIET_INK = "5F656C"


@dataclass(slots=True)
class DataSheet:
    """A sheet of records as formulas see it: where each column's values stand."""

    title: str
    columns: dict[str, int]
    first: int
    last: int

    def range(self, name: str) -> str:
        """The reference to all values of a column."""
        return reference(self.title, self.columns[name], self.first, self.last)


class Layout:
    """Words and cell styles of one workbook."""

    def __init__(self, book: Book, data: SegmentData, t: Translator) -> None:
        self.book, self.data, self.t = book, data, t
        self._styles: dict[str, int] = {}

    def day(self, day: dt.date) -> str:
        """A date in a sentence, in the calendar of the workbook."""
        return f"{roc_year(day)}/{day:%m/%d}" if self.book.roc_dates else self.t.date(day)

    def period(self) -> str:
        """The first and the last day of the period."""
        return f"{self.day(self.data.period_start)} – {self.day(self.data.as_of)}"

    def style(self, name: str) -> int:
        """The number of a named style; made when first used, because it needs a sheet."""
        if name not in self._styles:
            self._styles[name] = self._make(name)
        return self._styles[name]

    def _make(self, name: str) -> int:
        book = self.book
        if name in GRADE_COLORS:
            return book.style(bold=True, color=GRADE_COLORS[name], align="center")
        formats = {"number": "#,##0", "money": book.money_format, "percent": "0.0%", "score": "0.00"}
        kind, _, mark = name.partition(" ")
        bold, fill = mark == "total", HEAD_FILL if mark == "total" else ""
        if kind in formats:
            return book.style(formats[kind], bold=bold, fill=fill, rule=bold)
        if kind == "date":
            return book.style(book.date_format, align="center")
        if kind == "text":
            return book.style("@", bold=bold, fill=fill, rule=bold)
        return {
            "title": lambda: book.style(bold=True, size=16),
            "heading": lambda: book.style(bold=True, size=12),
            "quiet": lambda: book.style(color=QUIET_INK),
            "center": lambda: book.style(align="center"),
            "head": lambda: book.style(bold=True, fill=HEAD_FILL, align="center", wrap=True, rule=True),
            "wrap": lambda: book.style(wrap=True),
        }[kind]()

    def column(self, title: str, kind: str, width: float, style: str = "") -> Column:
        """A column whose style follows its kind; ``title`` is a text already in the workbook's language."""
        return Column(title, kind, width, self.style(style or kind))

    def grade(self, grade: str) -> Styled:
        """A grade in its colour."""
        return Styled(self.style(grade if grade in GRADE_COLORS else "center"), grade)

    def group(self, field: str, key: str) -> str:
        """What a customer's type, stage or grade is called."""
        titles = {"customer_type": CUSTOMER_TYPES, "stage": STAGE_TITLES}.get(field, {})
        return self.t(titles[key]) if key in titles else key

    def heading(self, sheet: Sheet, title: str, lines: Sequence[str]) -> None:
        """The title of a sheet and quiet lines under it."""
        sheet.add([title], self.style("title"), height=26)
        for line in lines:
            sheet.add([line], self.style("quiet"))

    def totals(self, sheet: Sheet, cells: Sequence[Any]) -> None:
        """A row of sums above a table; a cell is a text, or a kind and a formula."""
        label = self.style("text total")
        sheet.add(
            [Styled(self.style(f"{cell[0]} total"), cell[1]) if type(cell) is tuple else cell for cell in cells], label
        )
