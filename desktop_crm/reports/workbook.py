"""Workbooks whose every cell is typed and whose every formula carries its value.

openpyxl makes styles, tables, charts and page set-up; the rows themselves are written here as XML and put
into its package afterwards. openpyxl can neither store a formula's value nor keep pace with large sheets.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from typing import IO, Any, NamedTuple

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

EPOCH = dt.date(1899, 12, 30).toordinal()
FIRST_DAY = dt.date(1900, 3, 1)  # before it the day numbers of Excel are wrong
LONGEST_TEXT = 32_767
MOST_ROWS = 1_048_576  # of a sheet, headings included
CHUNK = 2_000  # rows or texts written at once
WIDEST_PAGE = 200  # characters; more would print too small to read
DATE, ROC_DATE = "yyyy-mm-dd", "[$-404]e/mm/dd"
INK, LINE, HEAD_FILL = "22262B", "E4E1DA", "F1EFEA"
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE_LIKE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # Excel would read _x0041_ as the letter A
_SHEET_DATA = re.compile(rb"<sheetData\s*/>|<sheetData>\s*</sheetData>")
_DIMENSION = re.compile(rb'<dimension ref="[^"]*"\s*/>')

_OFFICE = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TEXTS_DECLARED = {  # openpyxl writes its texts inline and knows no shared ones
    "[Content_Types].xml": (
        b"</Types>",
        b'<Override PartName="/xl/sharedStrings.xml" ContentType='
        b'"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>',
    ),
    "xl/_rels/workbook.xml.rels": (
        b"</Relationships>",
        b'<Relationship Id="rIdTexts" Type="' + _OFFICE + b'/sharedStrings" Target="/xl/sharedStrings.xml"/>',
    ),
}


class Formula(NamedTuple):
    """A formula without its equals sign, and the value it has now."""

    text: str
    value: int | float | Decimal | str


class Styled(NamedTuple):
    """A value in a style other than its column's."""

    style: int
    value: Any


@dataclass(slots=True)
class Book:
    """A workbook in the making; ``money_digits`` are the decimals of the home currency."""

    roc_dates: bool = False
    money_digits: int = 0
    workbook: Any = field(default_factory=Workbook)
    sheets: list[Sheet] = field(default_factory=list)
    _texts: dict[str, int] = field(default_factory=dict)
    _uses: int = 0

    def __post_init__(self) -> None:
        self.workbook.remove(self.workbook.active)

    @property
    def date_format(self) -> str:
        """The number format of dates, of the Gregorian or the ROC calendar."""
        return ROC_DATE if self.roc_dates else DATE

    @property
    def money_format(self) -> str:
        """The number format of amounts in the home currency."""
        return "#,##0" + ("." + "0" * self.money_digits if self.money_digits else "")

    def sheet(self, title: str) -> Sheet:
        """Add a sheet."""
        sheet = Sheet(self, self.workbook.create_sheet(title))
        self.sheets.append(sheet)
        return sheet

    def style(
        self,
        number_format: str = "General",
        *,
        bold: bool = False,
        size: int = 11,
        color: str = INK,
        fill: str = "",
        align: str = "",
        wrap: bool = False,
        rule: bool = False,
    ) -> int:
        """The number of a cell style; the same wishes give the same number."""
        cell = Cell(self.workbook.worksheets[0], row=1, column=1)
        cell.number_format = number_format
        cell.font = Font(name="Calibri", size=size, bold=bold, color=color)
        upright = "top" if wrap and not align else "center"
        cell.alignment = Alignment(horizontal=align or None, vertical=upright, wrap_text=wrap)
        if fill:
            cell.fill = PatternFill("solid", fgColor=fill)
        if rule:
            cell.border = Border(top=Side("thin", color=LINE), bottom=Side("thin", color=LINE))
        return int(cell.style_id)

    def text_index(self, text: str) -> int:
        """The place of a text among the shared texts, which are the only form every reader knows."""
        self._uses += 1
        found = self._texts.get(text)
        if found is None:
            found = self._texts[text] = len(self._texts)
        return found

    def money(self, minor: int) -> int | Decimal:
        """An amount in minor units as the number a cell shows."""
        return Decimal(minor).scaleb(-self.money_digits) if self.money_digits else minor

    def clean(self, text: str) -> str:
        """``text`` as XML may hold it: control characters become a visible sign."""
        text = text[:LONGEST_TEXT].replace("\r\n", "\n").replace("\r", "\n")
        text = _FORBIDDEN.sub("\ufffd", text)
        return escaped(_ESCAPE_LIKE.sub("_x005F_", text))

    def unfit_characters(self) -> int:
        """How many characters of the texts so far become that sign."""
        return sum(len(_FORBIDDEN.findall(text)) for text in self._texts)

    def save(self) -> bytes:
        """The finished .xlsx file."""
        draft = io.BytesIO()
        self.workbook.save(draft)
        done = io.BytesIO()
        rows = {f"xl/worksheets/sheet{place}.xml": sheet for place, sheet in enumerate(self.sheets, start=1)}
        with zipfile.ZipFile(draft) as source, zipfile.ZipFile(done, "w", zipfile.ZIP_DEFLATED) as target:
            for item in source.infolist():
                content = source.read(item)
                if item.filename in rows:
                    with target.open(item.filename, "w", force_zip64=True) as stream:
                        rows[item.filename].fill(content, stream)
                    continue
                if item.filename in _TEXTS_DECLARED:
                    end, entry = _TEXTS_DECLARED[item.filename]
                    content = content.replace(end, entry + end, 1)
                target.writestr(item.filename, content)
            with target.open("xl/sharedStrings.xml", "w", force_zip64=True) as stream:
                self._share_texts(stream)
        return done.getvalue()

    def _share_texts(self, stream: IO[bytes]) -> None:
        head = (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
            f'count="{self._uses}" uniqueCount="{len(self._texts)}">'
        )
        stream.write(head.encode())
        texts = iter(self._texts)
        while some := list(islice(texts, CHUNK)):
            items = (f'<si><t xml:space="preserve">{self.clean(text)}</t></si>' for text in some)
            stream.write("".join(items).encode())
        stream.write(b"</sst>")


@dataclass(slots=True)
class Column:
    """A column of a table: ``kind`` is text, number, money, percent or date; ``width`` in characters."""

    title: str
    kind: str
    width: float
    style: int = 0


@dataclass(slots=True)
class Sheet:
    """A sheet: ``page`` is openpyxl's, for everything but the cells."""

    book: Book
    page: Worksheet
    _rows: list[str] = field(default_factory=list)
    _kept: list[bytes] = field(default_factory=list)  # rows of a large sheet, compressed
    _next: int = 1
    _widest: int = 1
    _text_ranges: list[str] = field(default_factory=list)

    @property
    def next_row(self) -> int:
        """The number of the row the next ``add`` will write."""
        return self._next

    def skip(self, count: int = 1) -> None:
        """Leave rows empty."""
        self._next += count

    def add(self, cells: Sequence[Any], style: int = 0, height: float | None = None) -> int:
        """Write a row of values, ``Styled`` or ``Formula``; None leaves a cell out. Returns the row's number."""
        row = self._next
        parts = []
        for number, cell in enumerate(cells, start=1):
            own, value = cell if isinstance(cell, Styled) else (style, cell)
            if value is not None:
                parts.append(f'<c r="{get_column_letter(number)}{row}" s="{own}"{self._content(value)}')
        tall = f' ht="{height}" customHeight="1"' if height else ""
        self._rows.append(f'<row r="{row}"{tall}>{"".join(parts)}</row>')
        self._widest = max(self._widest, len(cells))
        self._next += 1
        return row

    def _content(self, value: Any) -> str:
        """The rest of a cell element after its style; text is always typed as text."""
        if isinstance(value, Formula):
            kind = ' t="str"' if isinstance(value.value, str) else ""
            shown = self.book.clean(value.value) if isinstance(value.value, str) else _number(value.value)
            return f"{kind}><f>{escaped(value.text)}</f><v>{shown}</v></c>"
        if isinstance(value, str):
            return f' t="s"><v>{self.book.text_index(value)}</v></c>' if value else "/>"
        if isinstance(value, dt.datetime):
            minutes = value.hour * 60 + value.minute
            return f"><v>{value.toordinal() - EPOCH + minutes / 1440!r}</v></c>"
        if isinstance(value, dt.date):
            if value < FIRST_DAY:
                return self._content(value.isoformat())
            return f"><v>{value.toordinal() - EPOCH}</v></c>"
        return f"><v>{_number(value)}</v></c>"

    def add_table(self, name: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> tuple[int, int]:
        """Write headings and rows as a table with filters; returns the first and the last data row.

        ``name`` is the table's name in formulas. Each value follows its column's kind; money is in minor units.
        """
        head = self.book.style(bold=True, fill=HEAD_FILL, wrap=True, align="center", rule=True)
        heading = self.add([column.title for column in columns], head, height=32)
        first = self._next
        self._data(columns, rows)
        if self._next == first:
            self.skip()  # a table needs a row
        last = self._next - 1
        self._decorate(name, columns, heading, last)
        return first, last

    def _data(self, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> None:
        letters = [get_column_letter(number) for number in range(1, len(columns) + 1)]
        money = self.book.money if self.book.money_digits else None
        heads = [
            (f'<c r="{letter}', f'" s="{column.style}"', column.kind == "text", column.kind == "money" and money)
            for letter, column in zip(letters, columns, strict=True)
        ]
        texts, content, uses = self.book._texts, self._content, 0
        append = self._rows.append
        row = self._next
        for values in rows:
            parts = [f'<row r="{row}">']
            for (start, style, is_text, scale), value in zip(heads, values, strict=True):
                if value is None or value == "":
                    continue
                kind = type(value)
                if kind is Styled:
                    style, value = f'" s="{value[0]}"', value[1]
                    kind = type(value)
                if is_text and kind is str:
                    uses += 1
                    found = texts.setdefault(value, len(texts))
                    parts.append(f'{start}{row}{style} t="s"><v>{found}</v></c>')
                elif kind is int and not scale:
                    parts.append(f"{start}{row}{style}><v>{value}</v></c>")
                else:
                    shown = scale(value) if scale and kind is int else value
                    parts.append(f"{start}{row}{style}{content(shown)}")
            parts.append("</row>")
            append("".join(parts))
            row += 1
            if row % CHUNK == 0:
                self._keep()
        self._next = row
        self.book._uses += uses
        self._widest = max(self._widest, len(columns))

    def _decorate(self, name: str, columns: Sequence[Column], heading: int, last: int) -> None:
        end = get_column_letter(len(columns))
        table = Table(displayName=name, ref=f"A{heading}:{end}{last}")
        table._initialise_columns()
        table.tableColumns = [TableColumn(id=place, name=column.title) for place, column in enumerate(columns, start=1)]
        table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=True)
        self.page.add_table(table)
        for number, column in enumerate(columns, start=1):
            letter = get_column_letter(number)
            self.page.column_dimensions[letter].width = column.width
            if column.kind == "text":
                self._text_ranges.append(f"{letter}{heading}:{letter}{last}")
        self.page.freeze_panes = f"C{heading + 1}"
        self.page.print_title_rows = f"{heading}:{heading}"

    def set_page(self, header: str, footer: str, pages_high: int = 0) -> None:
        """Landscape A4 with page header, page numbers and a print area over all rows.

        One page wide, or two with the first columns repeated; ``pages_high`` limits the height, 0 does not.
        """
        page = self.page
        page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9
        widths = sum(column.width for column in page.column_dimensions.values())
        page.page_setup.fitToWidth, page.page_setup.fitToHeight = (2 if widths > WIDEST_PAGE else 1), pages_high
        if widths > WIDEST_PAGE:
            page.print_title_cols = "A:B"
        page.sheet_properties.pageSetUpPr.fitToPage = True
        page.page_margins.left = page.page_margins.right = 0.4
        page.page_margins.top, page.page_margins.bottom = 0.75, 0.7
        page.page_margins.header = page.page_margins.footer = 0.3
        page.oddHeader.left.text = header.replace("&", "&&")
        page.oddHeader.right.text = "&A"
        page.oddFooter.left.text = footer.replace("&", "&&")
        page.oddFooter.right.text = "&P / &N"
        page.print_area = f"A1:{get_column_letter(self._widest)}{self._next - 1}"
        page.sheet_view.showGridLines = False

    def _keep(self) -> None:
        """Make the rows so far small."""
        self._kept.append(zlib.compress("".join(self._rows).encode(), 1))
        self._rows.clear()

    def fill(self, xml: bytes, stream: IO[bytes]) -> None:
        """Write openpyxl's XML of the sheet with the rows put in, and no green marks on numbers kept as text."""
        extent = f'<dimension ref="A1:{get_column_letter(self._widest)}{max(self._next - 1, 1)}"/>'.encode()
        if self._text_ranges:
            marks = f'<ignoredErrors><ignoredError sqref="{" ".join(self._text_ranges)}" numberStoredAsText="1"/>'
            xml = xml.replace(b"</headerFooter>", f"</headerFooter>{marks}</ignoredErrors>".encode(), 1)
        head, tail = _SHEET_DATA.split(_DIMENSION.sub(extent, xml, count=1), maxsplit=1)
        stream.write(head + b"<sheetData>")
        for chunk in self._kept:
            stream.write(zlib.decompress(chunk))
        stream.write("".join(self._rows).encode())
        stream.write(b"</sheetData>" + tail)


def reference(title: str, column: int, first: int, last: int | None = None) -> str:
    """A fixed reference to cells of another sheet: 'Title'!$C$5:$C$99."""
    letter = get_column_letter(column)
    cells = f"${letter}${first}" if last is None else f"${letter}${first}:${letter}${last}"
    return f"'{title.replace(chr(39), chr(39) * 2)}'!{cells}"


def escaped(text: str) -> str:
    """``text`` with the signs that mean something in XML replaced."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _number(value: int | float | Decimal) -> str:
    if isinstance(value, float):
        return repr(value)
    return format(value, "f") if isinstance(value, Decimal) else str(value)
