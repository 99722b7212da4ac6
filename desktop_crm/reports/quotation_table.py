"""The lines of a quotation as blocks of a sheet: sections, items, options, alternatives, notes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from desktop_crm.core.i18n import N_
from desktop_crm.core.quantities import format_discount, format_quantity
from desktop_crm.models.snapshot import QuotationSnapshot, SnapshotLine
from desktop_crm.reports.letterhead import closed, headed
from desktop_crm.reports.quotation_words import TAX_MARKS, Words
from desktop_crm.reports.sheet import LEFT, WIDTH, Align, Band, Block, Style, Writer, space, stack
from desktop_crm.reports.styles import BOLD_CELL, CELL, GAP, HEAD, PAD, PALE_CELL, REMARK

_LEAST_NAME = 130.0

_OPTION_MARKS = {"option": N_("Option"), "alternative": N_("Alt.")}
_OPTION_SUMS = {
    "option": N_("Option: %(amount)s, not in the total"),
    "alternative": N_("Alternative: %(amount)s, not in the total"),
}
# key of the label, alignment, least and greatest width of the text
_COLUMNS: tuple[tuple[str, Align, float, float], ...] = (
    ("line_number", "left", 24.0, 62.0),
    ("item", "left", 0.0, 0.0),  # takes what is left
    ("quantity", "right", 30.0, 84.0),
    ("unit", "left", 24.0, 60.0),
    ("unit_price", "right", 50.0, 96.0),
    ("line_discount", "right", 34.0, 62.0),
    ("promised_on", "left", 50.0, 70.0),
    ("amount", "right", 60.0, 112.0),
)


@dataclass(frozen=True, slots=True)
class Column:
    """Where the text of one column stands."""

    x: float
    width: float
    align: Align


class LineTable:
    """Lays out the lines of ``snapshot`` over columns as wide as their widest figure."""

    def __init__(self, snapshot: QuotationSnapshot, words: Words, writer: Writer) -> None:
        self._lines = snapshot.lines
        self._words = words
        self._writer = writer
        self._left_out = set()  # columns nothing stands in
        if not any(line.discount_percent for line in snapshot.lines):
            self._left_out.add("line_discount")
        if not any(line.promised_on for line in snapshot.lines):
            self._left_out.add("promised_on")
        self._cells = self._all_cells()
        self.columns = self._fit_columns()

    def head(self) -> Band:
        """The column headers, one line for each language."""
        bands = []
        for level in range(2 if self._words.second else 1):
            band = space(HEAD.leading)
            for key, column in self.columns.items():
                texts = self._words.pair(key)
                if level < len(texts):
                    band.add(self._writer.line(texts[level], HEAD, column.x, column.width, column.align))
            bands.append(band)
        return headed(bands)

    def blocks(self) -> list[Block]:
        """One block for each line, with section subtotals where there is more than one sum to tell apart."""
        result: list[Block] = []
        subtotals = self._subtotals()
        for index, (line, cells) in enumerate(zip(self._lines, self._cells, strict=True)):
            if line.kind == "section":
                result.append(self._section(line))
            elif line.kind == "note":
                result.append(self._note(line))
            else:
                result.append(self._item(line, cells))
            if index in subtotals:
                result[-1].with_next = True
                result.append(self._subtotal(subtotals[index]))
        return result

    def _all_cells(self) -> list[dict[str, str]]:
        number = 0
        result = []
        for line in self._lines:
            number += line.kind == "item"
            result.append(self._cells_of(line, str(number)) if line.kind not in ("section", "note") else {})
        return result

    def _cells_of(self, line: SnapshotLine, number: str) -> dict[str, str]:
        lang = self._words.t.lang
        counted = line.kind == "item"
        return {
            "line_number": number if counted else self._words.t(_OPTION_MARKS[line.kind]),
            "quantity": format_quantity(line.quantity),
            "unit": line.unit,
            "unit_price": self._words.price(line.unit_price),
            "line_discount": format_discount(line.discount_percent, lang) if line.discount_percent else "",
            "promised_on": self._words.short_date(line.promised_on) if line.promised_on else "",
            "amount": self._words.amount(line.amount) if counted else "",
        }

    def _fit_columns(self) -> dict[str, Column]:
        """Columns as wide as their widest text; they give way when the names would get too little room."""
        wanted = [spec for spec in _COLUMNS if spec[0] not in self._left_out]
        widths = {key: self._natural(key, least, most) for key, _, least, most in wanted if key != "item"}
        gaps = 2 * PAD + GAP * (len(wanted) - 1)
        name = WIDTH - gaps - sum(widths.values())
        if name < _LEAST_NAME:
            scale = (WIDTH - gaps - _LEAST_NAME) / sum(widths.values())
            widths = {key: width * scale for key, width in widths.items()}
            name = _LEAST_NAME
        columns: dict[str, Column] = {}
        x = LEFT + PAD
        for key, align, _, _ in wanted:
            width = widths.get(key, name)
            columns[key] = Column(x, width, align)
            x += width + GAP
        return columns

    def _natural(self, key: str, least: float, most: float) -> float:
        figures = [self._writer.width(cells[key], CELL) for cells in self._cells if cells]
        headers = [self._writer.width(text, HEAD) for text in self._words.pair(key)]
        return min(max(least, *figures, *headers), most)

    def _item(self, line: SnapshotLine, cells: dict[str, str]) -> Block:
        """A line: its figures stand on the baseline of the first line of its name."""
        style = CELL if line.kind == "item" else PALE_CELL
        first = space(0.0)
        for key, column in self.columns.items():
            if key not in ("item", "unit"):
                first.add(self._writer.line(cells[key], style, column.x, column.width, column.align))
        texts = [*self._named("item", line.name, style), *self._named("item", line.specification, REMARK)]
        texts += self._named("item", line.also, REMARK)
        texts += [band for remark in self._remarks(line) for band in self._named("item", remark, REMARK)]
        units = self._named("unit", cells["unit"], style)
        rows = [space(PAD), *_merge([first], texts, units)]
        return closed([stack(rows[:2]), *rows[2:]])

    def _remarks(self, line: SnapshotLine) -> list[str]:
        """What must be said below a name: the sum of an option, a tax kind other than the usual."""
        remarks = []
        if line.kind in _OPTION_SUMS:
            remarks.append(self._words.text(_OPTION_SUMS[line.kind], amount=self._words.amount(line.amount)))
        if line.tax_kind in TAX_MARKS:
            remarks.append(self._words.text(TAX_MARKS[line.tax_kind]))
        return remarks

    def _named(self, key: str, text: str, style: Style) -> list[Band]:
        column = self.columns[key]
        return self._writer.lines(text, style, column.x, column.width)

    def _section(self, line: SnapshotLine) -> Block:
        bands = self._writer.lines(line.name, BOLD_CELL, LEFT + PAD, WIDTH - 2 * PAD) or [space(BOLD_CELL.leading)]
        block = closed([space(PAD), *bands])
        block.with_next = True
        return block

    def _note(self, line: SnapshotLine) -> Block:
        column = self.columns["item"]
        width = LEFT + WIDTH - PAD - column.x
        bands = []
        for text, style in ((line.name, PALE_CELL), (line.specification, REMARK)):
            bands += self._writer.lines(text, style, column.x, width)
        return closed([space(PAD), *bands])

    def _subtotal(self, minor: int) -> Block:
        amount = self.columns["amount"]
        label_width = amount.x - LEFT - PAD - 2 * GAP
        band = self._writer.line(self._words.label("section_subtotal"), PALE_CELL, LEFT + PAD, label_width, "right")
        band.add(self._writer.line(self._words.amount(minor), BOLD_CELL, amount.x, amount.width, "right"))
        return closed([space(PAD), band])

    def _subtotals(self) -> dict[int, int]:
        """After which line which section subtotal stands; none when one section holds everything."""
        starts = [i for i, line in enumerate(self._lines) if line.kind == "section"]
        groups = []
        for start, end in pairwise([0, *starts, len(self._lines)]):
            counted = [line.amount for line in self._lines[start:end] if line.kind == "item"]
            if counted:
                groups.append((start, end, sum(counted)))
        if len(groups) < 2:
            return {}
        return {end - 1: total for start, end, total in groups if self._lines[start].kind == "section"}


def _merge(*columns: list[Band]) -> list[Band]:
    """Columns of text beside each other, cut into one band for each line."""
    result: list[Band] = []
    for column in columns:
        for index, band in enumerate(column):
            if index < len(result):
                result[index].add(band)
            else:
                result.append(band)
    return result
