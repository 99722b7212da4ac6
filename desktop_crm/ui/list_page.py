"""What the tabs with a list have in common: the list at the left, the card of the record selected at the right."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, cast

from PySide6.QtWidgets import QWidget

from desktop_crm.core.errors import UserError
from desktop_crm.ui.context import Context
from desktop_crm.ui.page import Page
from desktop_crm.ui.table_model import Column, RowSource
from desktop_crm.ui.widgets.buttons import Chip, button
from desktop_crm.ui.widgets.empty_state import EmptyState, Step
from desktop_crm.ui.widgets.hold import hold, release
from desktop_crm.ui.widgets.list_pane import ListPane
from desktop_crm.ui.widgets.split import Split

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class RecordCard(Protocol):
    """The right side; None clears it."""

    def show_data(self, data: Any) -> None:
        """Show another record."""


class ListPage(Page):
    """A subclass builds its card, calls ``furnish``, and names what the read lane calls: ``card_of``, ``counts_of``.

    Both run without Qt; ``counts_of`` gives the number of each quick filter, of which ``uncounted`` are not shown.
    """

    list: ListPane
    card_of: Callable[[Session, uuid.UUID], Any]
    counts_of: Callable[[Session], Any]
    uncounted: frozenset[str] = frozenset()
    first_sort = ""
    widest_chip = "all"  # the quick filter that leaves out least
    card_least = 340  # pixels at 15 px text that the card has where room is short
    can_import = False  # whether lists of these records can be imported

    def __init__(self, ctx: Context, title: str, *, search: str, new: str) -> None:
        super().__init__(ctx, title, search=search)
        self._new = new
        self._show_data: Callable[[Any], None] | None = None
        self._counted = True
        self.home.tool.add(button(new, self.new_record, primary=True, theme=ctx.theme, picture="plus"))

    def furnish(
        self,
        name: str,
        columns: Sequence[Column],
        source: RowSource,
        chips: Sequence[Chip],
        empty: tuple[str, str, str],
        card: QWidget,
    ) -> None:
        """Put list and ``card`` side by side; ``empty`` is icon, title and sentence of a list without records."""
        ctx, title = self.ctx, self.home.tool.title.text()
        picture, nothing, belongs = empty
        steps: list[Step] = [(self._new, self.new_record)]
        if self.can_import:
            steps.append((ctx.t("Import ..."), self.import_file))
        teaching = EmptyState(ctx.theme, picture, nothing, belongs, steps)
        self.list = ListPane(ctx, title, columns, source, chips=chips, search=self.home.tool.search, empty=teaching)
        shown: RecordCard = card  # type: ignore[assignment]
        self._show_data = shown.show_data
        self._split = Split(ctx, name, self.left_side(), card, self.card_least, parent=self.home)
        self.home.body.addWidget(self._split)
        self.list.opened.connect(self.open_selected)
        self.list.current_changed.connect(self.show_card)
        self.list.model.loaded.connect(self._loaded)

    def left_side(self) -> QWidget:
        """The list, and whatever a tab sets under it."""
        return self.list

    # -- what the window asks --------------------------------------------------------------------

    def hold(self) -> None:
        """Paint list and card together: each moves the other, and the list would be painted three times."""
        hold(self._split)

    def first_shown(self) -> None:
        self._counted = False
        self.list.start(self.first_sort)

    def reload(self) -> None:
        self.list.model.reload()
        self.show_card(self.list.view.current_id())
        self.read_counts()

    def open_record(self, entity: str, record: uuid.UUID) -> None:
        """Select a record; one that the quick filter does not have is looked for in the widest."""
        self.go_home()
        if self.list.model.find(record) < 0:
            self.list.show_all(self.widest_chip)
        self.list.view.select(record)
        self.show_card(record)

    def go_home(self) -> None:
        """Close the editors on top that may be closed."""
        while self.top() is not self.home and self.pop():
            pass

    def has_selection(self) -> bool:
        return self.list.view.current_id() is not None

    def new_record(self) -> None:
        """Ctrl+N; every tab has its own."""

    def edit_record(self) -> None:
        """Ctrl+E; every tab has its own."""

    def open_selected(self, record: uuid.UUID) -> None:
        """Enter or a double click on a row."""
        self.edit_record()

    def export_list(self) -> None:
        """Ctrl+Shift+E: what the list shows, as a workbook."""
        self.list.export()

    # -- showing ---------------------------------------------------------------------------------

    def show_card(self, record: uuid.UUID | None) -> None:
        """Read and show the card of a record, or clear it."""
        if record is None:
            self._fill_card(None)
        else:
            self.ctx.tasks.read(
                self.card_of, record, done=self._fill_card, failed=self._unread, owner=self, slot="card"
            )
        self.ctx.status_changed.emit()

    def _unread(self, error: BaseException) -> None:
        """A record that was taken back meanwhile has no card; the list is read again as well and says so."""
        if isinstance(error, UserError):
            self._fill_card(None)
        else:
            self.ctx.tasks.failure.emit(error)

    def _loaded(self, _fresh: bool) -> None:
        if not self.list.model.rowCount():
            release(self._split)
        if not self._counted:  # after the card, which the first row has asked for by now
            self._counted = True
            self.read_counts()
        self.ctx.status_changed.emit()

    def _fill_card(self, data: Any) -> None:
        """Show other data; the keyboard goes to the list when the button it was on is gone or disabled."""
        assert self._show_data is not None
        before = cast("QWidget | None", self.window().focusWidget())
        mine = before is not None and self.isAncestorOf(before)
        self._show_data(data)
        release(self._split)
        if mine and self.window().focusWidget() is not before:
            self.take_focus()

    def read_counts(self) -> None:
        """Count the quick filters again."""
        self.ctx.tasks.read(self.counts_of, done=self.show_counts, owner=self, slot="counts")

    def count_text(self, key: str, count: int) -> str:
        """The number of the quick filter ``key`` as it shows it."""
        return self.ctx.t.number(count)

    def show_counts(self, counts: Any) -> None:
        """Put the numbers on the quick filters."""
        shown = {key: self.count_text(key, count) for key, count in counts.items() if key not in self.uncounted}
        self.list.chips.show_counts(shown)
