"""The units of quantity that are offered, each in the languages of documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QTableWidget, QTableWidgetItem

from desktop_crm.core.i18n import LANGUAGES
from desktop_crm.ui.context import Context
from desktop_crm.ui.settings.section import Section
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.labels import Label

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop_crm.core.settings import Units
    from desktop_crm.store.database import Outcome


class UnitsSection(Section):
    """A table to type into: a row per unit, a column per language."""

    def __init__(self, ctx: Context) -> None:
        t, theme = ctx.t, ctx.theme
        about = t("Products and lines offer these. A document in another language takes the word that stands there.")
        super().__init__(ctx, t("Units"), about)
        self._dirty = False
        self._filling = False
        self.table = UnitTable(0, len(LANGUAGES))
        self.table.setHorizontalHeaderLabels(list(LANGUAGES.values()))
        self.table.setAccessibleName(t("Units"))
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.verticalHeader().setDefaultSectionSize(theme.size("row"))
        self.table.setMinimumHeight(theme.px(380))
        self.table.itemChanged.connect(lambda _item: self._typed())
        row = QHBoxLayout()
        row.addWidget(button(t("Add a unit"), self.add, theme=theme, picture="plus"))
        row.addWidget(button(t("Delete the row"), self.remove, theme=theme, picture="trash-2"))
        row.addStretch(1)
        self.error = Label("", "error", wrap=True)
        self.error.hide()
        card = self.card()
        card.body.addWidget(self.table)
        card.body.addWidget(self.error)
        card.body.addLayout(row)

    @property
    def can_save(self) -> bool:
        return self._dirty

    def first_shown(self) -> None:
        """Show what is stored."""
        self.ctx.tasks.read(_read, done=self._fill, owner=self, slot="stored")

    def reload(self) -> None:
        """Read again unless something is typed."""
        if not self._dirty:
            self.first_shown()

    def forget(self) -> None:
        self._dirty = False
        self.first_shown()

    def rows(self) -> list[dict[str, str]]:
        """What stands in the table."""
        return [
            {language: self._text(row, column) for column, language in enumerate(LANGUAGES)}
            for row in range(self.table.rowCount())
        ]

    def add(self) -> None:
        """An empty row below the current one, ready to be typed into."""
        place = self.table.currentRow() + 1 or self.table.rowCount()
        self.table.insertRow(place)
        for column in range(len(LANGUAGES)):
            self.table.setItem(place, column, QTableWidgetItem(""))
        self.table.setCurrentCell(place, 0)
        self.table.edit(self.table.currentIndex())
        self._typed()

    def remove(self) -> None:
        """The current row goes."""
        if self.table.currentRow() >= 0:
            self.table.removeRow(self.table.currentRow())
            self._typed()

    def save(self) -> None:
        """Store the table, or say which row is wrong."""
        from desktop_crm.services import trade

        self.setFocus()  # a cell that is still open hands its text over
        self.ctx.tasks.write(trade.change_units, self.rows(), done=self._saved, failed=self._refused, owner=self)

    def _text(self, row: int, column: int) -> str:
        item = self.table.item(row, column)
        return item.text() if item is not None else ""

    def _fill(self, units: Units) -> None:
        self._filling = True
        self.table.setRowCount(len(units.rows))
        for row, words in enumerate(units.rows):
            for column, language in enumerate(LANGUAGES):
                self.table.setItem(row, column, QTableWidgetItem(words.get(language, "")))
        self._filling = False

    def _typed(self) -> None:
        if not self._filling:
            self._dirty = True
            self.error.hide()
            self.edited.emit()

    def _saved(self, outcome: Outcome[Any]) -> None:
        self._dirty = False
        self.ctx.toast(self.ctx.t("The units are stored."), outcome.changed.batch_id)
        self.edited.emit()
        self.reload()

    def _refused(self, error: BaseException) -> None:
        from desktop_crm.core.errors import UserError

        if not isinstance(error, UserError):
            self.ctx.tasks.failure.emit(error)
            return
        self.error.setText(self.ctx.t.error(error))
        self.error.show()
        row = error.params.get("row")
        if isinstance(row, int):
            self.table.setCurrentCell(row - 1, 0)
        self.table.setFocus()


class UnitTable(QTableWidget):
    """Enter edits the cell; Tab goes through the cells, and on from the last."""

    def __init__(self, rows: int, columns: int) -> None:
        super().__init__(rows, columns)
        self.setProperty("look", "inset")
        self.verticalHeader().hide()
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.horizontalHeader().setHighlightSections(False)
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.AnyKeyPressed
            | QAbstractItemView.EditTrigger.SelectedClicked
        )
        self.setTabKeyNavigation(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2) and self.currentIndex().isValid():
            self.edit(self.currentIndex())
        else:
            super().keyPressEvent(event)


def _read(session: Session) -> Units:
    from desktop_crm.services import trade

    return trade.load_units(session)
