"""The days of a month or a week as a table of seven columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop_crm.core.i18n import Translator
from desktop_crm.ui.service.weeks import DAYS, first_weekday, week_start

if TYPE_CHECKING:
    from desktop_crm.services.followup_board import Pile

Index = QModelIndex | QPersistentModelIndex
CELL_ROLE = Qt.ItemDataRole.UserRole + 1
WEEK = dt.timedelta(days=7)


class Cell(NamedTuple):
    """A day, what is to be done on it, and whether it belongs to the month shown."""

    day: dt.date
    pile: Pile | None
    inside: bool


def span(day: dt.date, lang: str, *, month: bool) -> tuple[dt.date, int]:
    """The first day shown and the number of weeks, for the month or the week of ``day``."""
    if not month:
        return week_start(day, lang), 1
    first = week_start(day.replace(day=1), lang)
    following = (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
    return first, -(-(following - first).days // DAYS)


def heading(t: Translator, day: dt.date, *, month: bool) -> str:
    """November 2026, or the days of a week."""
    from babel.dates import format_interval, format_skeleton

    if month:
        return format_skeleton("yMMMM", day, locale=t.lang)
    first = week_start(day, t.lang)
    return format_interval(first, first + dt.timedelta(days=6), "yMMMd", locale=t.lang)


class MonthModel(QAbstractTableModel):
    """``show_days`` puts in what was read; cells know their day before."""

    def __init__(self, t: Translator, parent: QObject) -> None:
        super().__init__(parent)
        self.first = dt.date.min
        self.weeks = 0
        self._t = t
        self._month = 0  # 0: every day is inside
        self._piles: Mapping[dt.date, Pile] = {}
        self._names = _weekdays(t.lang)

    def show_span(self, day: dt.date, *, month: bool) -> bool:
        """Show the month or the week of ``day``, still without what is to be done; False when it is shown already."""
        first, weeks = span(day, self._t.lang, month=month)
        inside = day.month if month else 0
        if (first, weeks, inside) == (self.first, self.weeks, self._month):
            return False
        self.beginResetModel()
        self.first, self.weeks, self._month, self._piles = first, weeks, inside, {}
        self.endResetModel()
        return True

    def show_days(self, piles: Mapping[dt.date, Pile]) -> None:
        """Put in what is to be done."""
        self._piles = piles
        self.dataChanged.emit(self.index(0, 0), self.index(self.weeks - 1, DAYS - 1))

    def last(self) -> dt.date:
        """The last day shown."""
        return self.first + self.weeks * WEEK - dt.timedelta(days=1)

    def day(self, index: Index) -> dt.date:
        """The day of a cell."""
        return self.first + dt.timedelta(days=index.row() * DAYS + index.column())

    def place(self, day: dt.date) -> QModelIndex:
        """The cell of a day; an invalid index for one that is not shown."""
        days = (day - self.first).days
        return self.index(days // DAYS, days % DAYS) if 0 <= days < self.weeks * DAYS else QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self.weeks

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else DAYS

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._names[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        day = self.day(index)
        pile = self._piles.get(day)
        if role == CELL_ROLE:
            return Cell(day, pile, not self._month or day.month == self._month)
        if role == Qt.ItemDataRole.DisplayRole:
            return str(day.day)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            count = self._t.plural("%(count)s thing to do", "%(count)s things to do", pile.count if pile else 0)
            return f"{self._t.date(day, 'long')}: {count}"
        return None


def _weekdays(lang: str) -> list[str]:
    """Their short names in the order of the week."""
    from babel.dates import get_day_names

    names = get_day_names("abbreviated", context="stand-alone", locale=lang)
    first = first_weekday(lang)
    return [str(names[(first + number) % DAYS]) for number in range(DAYS)]
