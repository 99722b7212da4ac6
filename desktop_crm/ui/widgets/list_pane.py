"""A page's list with everything around it: quick filters, search, the empty state, and its reloading."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from desktop_crm.ui.context import Context
from desktop_crm.ui.table_model import Column, RowSource, TableModel
from desktop_crm.ui.widgets.buttons import Chip, ChipsBar
from desktop_crm.ui.widgets.empty_state import EmptyState
from desktop_crm.ui.widgets.list_view import ListView
from desktop_crm.ui.widgets.search_box import SearchBox


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
        self.model = TableModel(ctx, columns, source, self)
        self.view = ListView(ctx, self.model, name)
        self.chips = ChipsBar(ctx.theme, chips, self)
        self.chips.setVisible(bool(chips))
        self._first_chip = chips[0].key if chips else ""
        self._empty = empty
        self._nothing = EmptyState(
            ctx.theme, "search", ctx.t("Nothing found"), ctx.t("Try fewer letters or another filter."), ()
        )
        self._place = QStackedLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.chips)
        column.addLayout(self._place, 1)
        for widget in (self.view, self._nothing, *([empty] if empty else [])):
            self._place.addWidget(widget)  # in a layout with a parent: a widget without one would flash as a window
        self.chips.chosen.connect(lambda key: self.model.change(chip=key))
        self.model.loaded.connect(lambda _fresh: self._show_place())
        self.view.opened.connect(self.opened)
        self.view.current_changed.connect(self.current_changed)
        self._ctx = ctx
        if search is not None:
            self.view.attach_search(search)
            search.searched.connect(lambda text: self.model.change(text=text))

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

    def _show_place(self) -> None:
        query = self.model.query
        filtered = bool(query.text) or query.chip != self._first_chip or any(value for _name, value in query.extra)
        if self.model.rowCount():
            self._place.setCurrentWidget(self.view)
        else:
            self._place.setCurrentWidget(self._empty if self._empty is not None and not filtered else self._nothing)
        self._ctx.status_changed.emit()
