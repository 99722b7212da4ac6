"""A list as a workbook: one sheet with the rows as a table, one that says what they are."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple
from unicodedata import east_asian_width

from openpyxl.utils import get_column_letter

from desktop_crm.core.currencies import currency, to_major
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_, Translator
from desktop_crm.reports.workbook import MOST_ROWS, Book, Column, Sheet, Styled

NARROWEST, WIDEST = 6, 46  # characters
MEASURED = 1_000  # rows that decide how wide the columns are
ROOM = 3.5  # for the filter's arrow and the edges
_NO_TITLE = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
TITLE_LIMIT = 31  # of the name of a sheet


class Amount(NamedTuple):
    """Minor units of a currency."""

    minor: int
    currency: str


class Field(NamedTuple):
    """A column: ``kind`` is text, money, number, quantity, percent or date; anything else is text."""

    title: str
    kind: str


@dataclass(frozen=True, slots=True)
class ListFacts:
    """What is said about a list; ``filters`` are pairs of a name and what was chosen, ``made`` is local time.

    ``columns_left_out``: some columns are not for the eyes of customers.
    """

    shop: str
    title: str
    made: dt.datetime
    filters: tuple[tuple[str, str], ...]
    count: int
    columns_left_out: bool = False
    home_currency: str = "TWD"
    roc_dates: bool = False


def require_room(count: int) -> None:
    """Raise UserError when a sheet of Excel cannot hold ``count`` rows."""
    if count >= MOST_ROWS:
        raise UserError(
            N_("The list has %(count)s rows; a sheet holds only %(limit)s."),
            N_("Choose a quick filter or search for something, then export that."),
            count=f"{count:,}",
            limit=f"{MOST_ROWS - 1:,}",
        )


def build(fields: Sequence[Field], rows: Iterable[Sequence[Any]], facts: ListFacts, t: Translator) -> bytes:
    """The .xlsx file of ``rows``, one value per field; texts stay texts, whatever they begin with.

    Values are None, text, numbers, dates, aware or local datetimes, and ``Amount``. Raises UserError when there are
    too many rows.
    """
    require_room(facts.count)
    book = Book(roc_dates=facts.roc_dates, money_digits=currency(facts.home_currency).digits)
    sheet = book.sheet(_sheet_title(facts.title))
    look = _Look(book, facts.home_currency)
    columns = [Column(title, _KINDS.get(field.kind, "text"), 0, look.of(field.kind)) for title, field in _named(fields)]
    widths = [_width(column.title) + ROOM for column in columns]
    sheet.add_table("List", columns, _cells(fields, rows, look, widths))
    for place, width in enumerate(widths, start=1):
        sheet.page.column_dimensions[get_column_letter(place)].width = min(max(width, NARROWEST), WIDEST)
    sheet.set_page(f"{facts.shop}  {facts.title}", f"{facts.made:%Y-%m-%d %H:%M}")
    _about(book, facts, t)
    return book.save()


_KINDS = {"money": "number", "number": "number", "quantity": "number", "percent": "percent", "date": "date"}


class _Look:
    """The cell styles by kind and currency, made when first wanted."""

    def __init__(self, book: Book, home: str) -> None:
        self._book = book
        self._home = home
        self._money: dict[str, int] = {}
        self.day = book.style(book.date_format)
        self.moment = book.style(f"{book.date_format} hh:mm")
        self.whole = book.style("#,##0")
        self.parts = book.style("#,##0.####")

    def of(self, kind: str) -> int:
        """The style of a column."""
        found = {"number": self.whole, "quantity": self.whole, "date": self.day}
        if kind == "money":
            return self.money(self._home)
        if kind == "percent":
            return self._book.style("0.0%")
        return found[kind] if kind in found else self._book.style("@")

    def money(self, code: str) -> int:
        """The style of amounts; those of another currency say which."""
        if code not in self._money:
            digits = currency(code).digits
            plain = "#,##0" + ("." + "0" * digits if digits else "")
            self._money[code] = self._book.style(plain if code == self._home else f'"{code}" {plain}')
        return self._money[code]


def _cells(
    fields: Sequence[Field], rows: Iterable[Sequence[Any]], look: _Look, widths: list[float]
) -> Iterator[list[Any]]:
    """The rows as cells; ``widths`` grows with the first of them."""
    for number, row in enumerate(rows):
        cells = [_cell(field.kind, value, look) for field, value in zip(fields, row, strict=True)]
        if number < MEASURED:
            for place, cell in enumerate(cells):
                widths[place] = max(widths[place], _width(cell.value if isinstance(cell, Styled) else cell) + 1)
        yield cells


def _cell(kind: str, value: Any, look: _Look) -> Any:
    if isinstance(value, Amount):
        major = to_major(value.minor, value.currency)
        return Styled(look.money(value.currency), major)
    if isinstance(value, dt.datetime):
        return Styled(look.moment, value)
    if isinstance(value, dt.date):
        return Styled(look.day, value)
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, Decimal) and kind == "quantity":
        whole = value == value.to_integral_value()
        return Styled(look.whole, int(value)) if whole else Styled(look.parts, value.normalize())
    if isinstance(value, (int, Decimal, float)) and kind not in _KINDS:
        return Styled(look.whole if isinstance(value, int) else look.parts, value)
    return value


def _width(value: Any) -> float:
    """How many characters wide a value is shown."""
    if isinstance(value, str):
        lines = value.splitlines() or [""]
        return max(sum(1.9 if east_asian_width(sign) in "WF" else 1.0 for sign in line[:80]) for line in lines)
    if isinstance(value, dt.datetime):
        return 16
    if isinstance(value, dt.date):
        return 10
    return 0 if value is None else len(f"{value:,}") + 1


def _named(fields: Sequence[Field]) -> Iterator[tuple[str, Field]]:
    """Titles as a table wants them: there, and each only once."""
    seen: set[str] = set()
    for place, field in enumerate(fields, start=1):
        title = plain = " ".join(field.title.split()) or str(place)
        again = 2
        while title.casefold() in seen:
            title, again = f"{plain} {again}", again + 1
        seen.add(title.casefold())
        yield title, field


def _sheet_title(title: str) -> str:
    return _NO_TITLE.sub(" ", title)[:TITLE_LIMIT].strip(" '") or "List"


def _about(book: Book, facts: ListFacts, t: Translator) -> None:
    """The second sheet: whose list, which rows, when."""
    title = t("About this list")
    sheet = book.sheet(_sheet_title(title))
    name, value = book.style(color="666C74", wrap=True), book.style("@", wrap=True)
    count, moment = book.style("#,##0", align="left"), book.style(f"{book.date_format} hh:mm", align="left")
    sheet.add([facts.title], book.style(bold=True, size=14), height=26)
    sheet.skip()

    def line(what: str, said: Any, style: int = value) -> None:
        sheet.add([Styled(name, what), Styled(style, said)])

    line(t("Shop"), facts.shop)
    for what, said in facts.filters:
        line(what, said)
    line(t("Rows"), facts.count, count)
    line(t("Written on"), facts.made, moment)
    if facts.columns_left_out:
        line(t("Customer view"), t("Columns that are not for customers are left out."))
    if unfit := book.unfit_characters():
        line(t("Replaced"), t.plural("%(count)s character", "%(count)s characters", unfit))
    _place_about(sheet, facts)


def _place_about(sheet: Sheet, facts: ListFacts) -> None:
    sheet.page.column_dimensions["A"].width = 24
    sheet.page.column_dimensions["B"].width = 60
    sheet.set_page(f"{facts.shop}  {facts.title}", f"{facts.made:%Y-%m-%d %H:%M}")
