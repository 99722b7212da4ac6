"""A page's list with everything around it: quick filters, search, the empty state, and its reloading."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from desktop_crm.ui.context import Context
from desktop_crm.ui.list_export import ListJob, ask_and_write
from desktop_crm.ui.table_model import Column, RowSource, TableModel
from desktop_crm.ui.widgets.buttons import Chip, ChipsBar
from desktop_crm.ui.widgets.empty_state import EmptyState
from desktop_crm.ui.widgets.list_view import ListView
from desktop_crm.ui.widgets.search_box import SearchBox
from desktop_crm.ui.widgets.yielding import Yielding


class ListPane(QWidget):
    """``model`` and ``view`` are the list; ``chips`` the quick filters. ``empty`` stands there when nothing matches

    an unfiltered query; a search or filter without a hit shows ``nothing_found``.
    """

    opened = Signal(object)
    current_changed = Signal(object)

    def __init__(
        self,
        ctx: Context,
        name: str,
        columns: Sequence[Column],
        source: RowSource,
        *,
        chips: Sequence[Chip] = (),
        search: SearchBox | None = None,
        empty: EmptyState | None = None,
    ) -> None:
        super().__init__()
        self._ctx = ctx
        self.model = TableModel(ctx, columns, source, self)
        self.view = ListView(ctx, self.model, name)
        self.chips = ChipsBar(ctx.theme, chips, self)
        self.chips.setVisible(bool(chips))
        self._first_chip = chips[0].key if chips else ""
        self.narrowed = ""  # what further narrows the list, in words, for its workbook
        self._name, self._source = name, source
        self._chips = {chip.key: chip for chip in chips}
        self._add_menu()
        nothing = EmptyState(
            ctx.theme, "search", ctx.t("Nothing found"), ctx.t("Try fewer letters or another filter."), ()
        )
        self._nothing = Yielding(ctx.theme, nothing)  # or it would ask for its height also while rows are shown
        self._empty = Yielding(ctx.theme, empty) if empty is not None else None
        self._place = QStackedLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.chips)
        column.addLayout(self._place, 1)
        for widget in (self.view, self._nothing, *([self._empty] if self._empty else [])):
            self._place.addWidget(widget)  # in a layout with a parent: a widget without one would flash as a window
        self.chips.chosen.connect(lambda key: self.model.change(chip=key))
        self.model.loaded.connect(lambda _fresh: self._show_place())
        self.view.opened.connect(self.opened)
        self.view.current_changed.connect(self.current_changed)
        if search is not None:
            self.view.attach_search(search)
            search.searched.connect(lambda text: self.model.change(text=text))

    def hasHeightForWidth(self) -> bool:
        """No: the rows take what is left, however the quick filters wrap, and take it from nobody."""
        return False

    def start(self, sort: str = "", *, descending: bool = False) -> None:
        """Read the first rows."""
        self.model.change(sort=sort, descending=descending, chip=self._first_chip)

    def show_all(self, chip: str = "all") -> None:
        """Give up search text and quick filter, so that any record can be selected."""
        query = self.model.query
        if query.text or query.chip != chip:
            if self.view.search_box is not None:
                self.view.search_box.clear()
            self.chips.choose(chip)
            self.model.change(chip=chip, text="")

    def export(self) -> None:
        """Ask where, then write what the list shows as a workbook, in the worker."""
        ask_and_write(self._ctx, self, self.job())

    def job(self) -> ListJob:
        """What is exported now: the rows of the query, every column but those hidden from customers."""
        header, columns, hides = self.view.horizontalHeader(), self.model.columns, self._ctx.customer_view.on
        order = [header.logicalIndex(place) for place in range(len(columns))]
        shown = tuple(place for place in order if not (hides and columns[place].private))
        left_out = len(shown) < len(columns)
        query = self.model.query
        return ListJob(self._name, columns, shown, self._source, query, self._filters(), self._ctx.t.lang, left_out)

    def _filters(self) -> tuple[tuple[str, str], ...]:
        """Quick filter, further narrowing, search and order in words; what is private only outside customer view."""
        t, query, hides = self._ctx.t, self.model.query, self._ctx.customer_view.on
        chip = self._chips.get(query.chip)
        columns = [column for column in self.model.columns if not (hides and column.private)]
        sorted_by = next((t(column.title) for column in columns if column.sort_key == query.sort), "")
        if sorted_by and query.descending:
            sorted_by = t("%(column)s, descending", column=sorted_by)
        found = (
            (t("Quick filter"), chip.text if chip is not None and not (hides and chip.private) else ""),
            (t("Narrowed to"), self.narrowed),
            (t("Search"), query.text.strip()),
            (t("Sorted by"), sorted_by if query.sort else ""),
        )
        return tuple((what, said) for what, said in found if said)

    def _add_menu(self) -> None:
        action = QAction(self._ctx.t("Export this list ..."), self.view)
        action.triggered.connect(lambda _checked=False: self.export())
        self.view.addAction(action)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def _show_place(self) -> None:
        query = self.model.query
        filtered = bool(query.text or self.narrowed) or query.chip != self._first_chip
        if self.model.rowCount():
            self._place.setCurrentWidget(self.view)
        else:
            self._place.setCurrentWidget(self._empty if self._empty is not None and not filtered else self._nothing)
        self._ctx.status_changed.emit()
