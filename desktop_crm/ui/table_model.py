"""One model for every list: ids and windows of rows read around the painted ones, sorted and filtered in SQL."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal

from desktop_crm.core.i18n import Translator
from desktop_crm.ui.context import Context

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Index = QModelIndex | QPersistentModelIndex
Row = Sequence[Any]  # (id, value of column 1, value of column 2, ...)
Kind = Literal[
    "text", "bold", "muted", "money", "figure", "number", "quantity", "percent", "date", "grade", "pill", "check"
]  # fmt: skip
Tone = Literal["neutral", "ok", "warn", "bad", "blue", "plain", "muted"]

PAGE = 100  # rows in one window
PAGES_KEPT = 12
KIND_ROLE = Qt.ItemDataRole.UserRole + 1
VALUE_ROLE = Qt.ItemDataRole.UserRole + 2
NOTHING = "—"
RIGHT = ("money", "figure", "number", "quantity", "percent")


class Pill(NamedTuple):
    """A short text on a rounded ground; ``plain`` and ``muted`` have none."""

    text: str
    tone: Tone = "neutral"


@dataclass(frozen=True, slots=True)
class Column:
    """A column, declared once. ``width`` is for 15 px text; ``show`` makes text or a ``Pill`` of a raw value.

    Where there is no room for all columns those with the highest ``rank`` go first; 0 stays always.
    """

    key: str
    title: str  # msgid
    width: int = 120
    kind: Kind = "text"
    sort_key: str | None = None
    stretch: bool = False
    private: bool = False  # hidden in the customer view
    rank: int = 0
    show: Callable[[Translator, Any], str | Pill] | None = None
    tip: Callable[[Translator, Any], str] | None = None
    cell: Callable[[Translator, Any], Any] | None = None  # what a workbook gets; else a plain date or number, or text

    @property
    def right(self) -> bool:
        """Whether its values stand at the right edge."""
        return self.kind in RIGHT


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What a list shows: typed text, quick filter, order, and whatever else its source understands."""

    text: str = ""
    chip: str = ""
    sort: str = ""
    descending: bool = False
    extra: tuple[tuple[str, Any], ...] = ()


class RowSource(Protocol):
    """Where the rows come from; runs in the read lane. A row is ``(id, one value per column ...)``.

    A source may also have ``position(session, query, id) -> int | None``, so that any record can be selected.
    """

    def count(self, session: Session, query: ListQuery) -> int:
        """How many rows the query has."""

    def window(self, session: Session, query: ListQuery, offset: int, limit: int) -> Sequence[Row]:
        """``limit`` rows from ``offset``, in the query's order."""


class TableModel(QAbstractTableModel):
    """Rows of ``source``; ``loaded`` after each answer to a new query or a reload (with ``fresh``: a new query)."""

    loaded = Signal(bool)
    located = Signal(int)  # the row asked for by seek

    def __init__(
        self, ctx: Context, columns: Sequence[Column], source: RowSource, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.query = ListQuery()
        self.replacing = False  # rows are being exchanged; what is current now means nothing
        self._ctx = ctx
        self._source = source
        self._count = 0
        self._counted: ListQuery | None = None  # what the count is of
        self._pages: OrderedDict[int, Sequence[Row]] = OrderedDict()
        self._texts: dict[tuple[int, int], str | Pill] = {}
        self._wanted: list[int] = []
        self._generation = 0
        self._fetching = False
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._fetch)

    def set_query(self, query: ListQuery) -> None:
        """Show another selection or order; the old rows stay until the first new ones are there."""
        self.query = query
        before = self._counted  # the same query once more is counted: its rows are others
        ordered_anew = before is not None and query != before and _unordered(query) == _unordered(before)
        self._read([0], fresh=True, count=self._count if ordered_anew else None)

    def change(self, **fields: Any) -> None:
        """The same query with other ``text``, ``chip``, ``sort``, ``descending`` or ``extra``."""
        self.set_query(replace(self.query, **fields))

    def reload(self) -> None:
        """Read the count and the pages in use again, without moving anything."""
        self._read(list(self._pages)[-3:] or [0], fresh=False)

    def row_id(self, row: int) -> uuid.UUID | None:
        """The id in ``row``, if that row has been read."""
        found = self.row(row)
        return found[0] if found is not None else None

    def row(self, row: int) -> Row | None:
        """The raw row, if it has been read."""
        page = self._pages.get(row // PAGE)
        place = row % PAGE
        return page[place] if page is not None and place < len(page) else None

    def some_texts(self, column: int, rows: int) -> list[tuple[str, bool]]:
        """What a column says in the first rows read, and whether that is a pill with a ground."""
        number, page = next(iter(self._pages.items()), (0, ()))
        shown = (self._shown(number * PAGE + place, column, row[column + 1]) for place, row in enumerate(page[:rows]))
        return [
            (one.text, one.tone not in ("plain", "muted")) if isinstance(one, Pill) else (one, False) for one in shown
        ]

    def find(self, record: uuid.UUID) -> int:
        """The row of ``record`` among the rows read; -1 if it is not there."""
        for number, page in self._pages.items():
            for place, row in enumerate(page):
                if row[0] == record:
                    return number * PAGE + place
        return -1

    def seek(self, record: uuid.UUID) -> None:
        """Find the row of any record, read or not; ``located`` follows if the query has it."""
        position = getattr(self._source, "position", None)
        if position is not None:
            self._ctx.tasks.read(position, self.query, record, done=self._found, owner=self, slot="seek")

    def _found(self, row: int | None) -> None:
        if row is not None and row < self._count:
            self.located.emit(row)

    # -- Qt's side -------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._ctx.t(column.title) + self._arrow(column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        column = self.columns[index.column()]
        if role == KIND_ROLE:
            return column.kind
        row = self.row(index.row())
        if row is None:
            self._want(index.row() // PAGE)
            return None
        value = row[index.column() + 1]
        if role == VALUE_ROLE:
            return self._shown(index.row(), index.column(), value)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            shown = self._shown(index.row(), index.column(), value)
            return shown.text if isinstance(shown, Pill) else shown
        if role == Qt.ItemDataRole.ToolTipRole and column.tip is not None:
            return column.tip(self._ctx.t, value)
        return None

    # -- reading ---------------------------------------------------------------------------------

    def _arrow(self, column: Column) -> str:
        if column.sort_key and column.sort_key == self.query.sort:
            return " ▼" if self.query.descending else " ▲"
        return ""

    def _shown(self, row: int, column: int, value: Any) -> str | Pill:
        key = (row, column)
        if key not in self._texts:
            self._texts[key] = show(self._ctx.t, self.columns[column], value)
        return self._texts[key]

    def _want(self, page: int) -> None:
        if page in self._wanted:
            self._wanted.remove(page)
        self._wanted = [*self._wanted[-2:], page]
        if not self._fetching:
            self._timer.start()

    def _fetch(self) -> None:
        pages = [page for page in self._wanted if page not in self._pages and page * PAGE < self._count]
        self._wanted.clear()
        if pages:
            self._fetching = True
            generation = self._generation
            self._ctx.tasks.read(
                _windows,
                self._source,
                self.query,
                pages,
                done=lambda found: self._arrived(generation, found),
                owner=self,
            )

    def _arrived(self, generation: int, found: dict[int, Sequence[Row]]) -> None:
        self._fetching = False
        if generation == self._generation:
            for number, rows in found.items():
                self._pages[number] = rows
                self._pages.move_to_end(number)
                self._announce(number * PAGE, number * PAGE + len(rows) - 1)
            while len(self._pages) > PAGES_KEPT:
                self._forget(next(iter(self._pages)))
        if self._wanted:
            self._timer.start()

    def _forget(self, number: int) -> None:
        del self._pages[number]
        for key in [key for key in self._texts if key[0] // PAGE == number]:
            del self._texts[key]

    def _read(self, pages: list[int], *, fresh: bool, count: int | None = None) -> None:
        """Read pages; they are counted anew unless ``count`` is known (half the time in a list of a million)."""
        self._generation += 1
        query = self.query
        self._ctx.tasks.read(
            _counted_windows,
            self._source,
            query,
            pages,
            count,
            done=lambda answer: self._replace(query, answer[0], answer[1], fresh),
            owner=self,
            slot="list",
        )

    def _replace(self, query: ListQuery, count: int, pages: dict[int, Sequence[Row]], fresh: bool) -> None:
        self.replacing = True
        self._counted = query
        self._fetching = False
        self._wanted.clear()
        self._texts.clear()
        self._pages = OrderedDict(pages)
        self._resize(count)
        if self._count:
            self._announce(0, self._count - 1)
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)
        self.replacing = False
        self.loaded.emit(fresh)

    def _resize(self, count: int) -> None:
        if count > self._count:
            self.beginInsertRows(QModelIndex(), self._count, count - 1)
            self._count = count
            self.endInsertRows()
        elif count < self._count:
            self.beginRemoveRows(QModelIndex(), count, self._count - 1)
            self._count = count
            self.endRemoveRows()

    def _announce(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))


def show(t: Translator, column: Column, value: Any) -> str | Pill:
    """What a cell says: the column's own ``show``, else by kind; nothing is a dash."""
    if column.show is not None:
        return column.show(t, value)
    if value is None or value == "":
        return NOTHING
    if isinstance(value, Pill):
        return value
    if isinstance(value, dt.date):
        return t.date(value)
    if column.kind == "percent":
        return t.percent(value)
    if column.kind == "money" and isinstance(value, int):
        return t.money(value)
    if isinstance(value, (int, Decimal)) and column.kind in RIGHT:
        return t.number(value, 4 if column.kind == "quantity" else 0)
    return str(value)


def _windows(session: Session, source: RowSource, query: ListQuery, pages: list[int]) -> dict[int, Sequence[Row]]:
    """The rows of each page; pages side by side are one window, for the way to a far offset costs most of it."""
    first, last = min(pages), max(pages)
    if last - first >= len(pages):
        return {page: source.window(session, query, page * PAGE, PAGE) for page in pages}
    rows = source.window(session, query, first * PAGE, (last - first + 1) * PAGE)
    return {page: rows[(page - first) * PAGE : (page - first + 1) * PAGE] for page in pages}


def _unordered(query: ListQuery) -> ListQuery:
    """What decides how many rows there are."""
    return replace(query, sort="", descending=False)


def _counted_windows(
    session: Session, source: RowSource, query: ListQuery, pages: list[int], count: int | None
) -> tuple[int, dict[int, Sequence[Row]]]:
    count = source.count(session, query) if count is None else count
    kept = [page for page in pages if page * PAGE < count] or [0]
    return count, _windows(session, source, query, kept)
