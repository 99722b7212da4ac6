"""The line grid of quotations and orders: typed with the keyboard alone, completed from the products."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView

from desktop_crm.services.quote_templates import TemplateRow
from desktop_crm.ui.context import Context
from desktop_crm.ui.widgets.line_delegate import ENTER, CellEdit, LineDelegate
from desktop_crm.ui.widgets.line_filler import LineFiller, price_menu
from desktop_crm.ui.widgets.line_keys import LINE_KEYS
from desktop_crm.ui.widgets.line_model import CODE, KINDS, NAME, PRICE, QUANTITY, UNIT, Index, LineModel, new_line

if TYPE_CHECKING:
    from desktop_crm.services.document_lines import PriceTerms
    from desktop_crm.services.prices import LastPrice
    from desktop_crm.services.products import ProductRow

WIDTHS = (92, 172, 72, 48, 92, 74, 126)  # at 15 px text; the name takes what is left


class LineGrid(QTableView):
    """``lines`` is the model; ``filler`` fills them with products and prices."""

    height_changed = Signal()
    section_wanted = Signal()

    def __init__(self, ctx: Context, terms: PriceTerms) -> None:
        super().__init__()
        self.lines = LineModel(ctx.t, terms, self)
        self.filler = LineFiller(ctx, self.lines, self)
        self._ctx = ctx
        self._collapsed: set[int] = set()
        self._delegate = LineDelegate(ctx, self, self.lines, self._is_collapsed)
        self.setModel(self.lines)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(ctx.t("Lines"))
        self._set_look()
        self._delegate.typed.connect(self._typed)
        self._delegate.left.connect(self._go_on)
        for signal in (self.lines.modelReset, self.lines.rowsInserted, self.lines.rowsRemoved, self.lines.rowsMoved):
            signal.connect(lambda *_rows: self._arrange())
        self._add_shortcuts()
        self._arrange()

    def _set_look(self) -> None:
        theme = self._ctx.theme
        self.setProperty("look", "inset")
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.AnyKeyPressed | triggers.DoubleClicked | triggers.EditKeyPressed)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(1)
        rows.setDefaultSectionSize(theme.size("row"))
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setFixedHeight(theme.size("header"))
        header.setMinimumSectionSize(theme.px(32))
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def _add_shortcuts(self) -> None:
        for one in LINE_KEYS:
            if one.verb:
                shortcut = QShortcut(QKeySequence(one.key), self)
                shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
                shortcut.activated.connect(getattr(self, one.verb))

    # -- size ------------------------------------------------------------------------------------

    def full_height(self) -> int:
        """The height at which nothing is scrolled."""
        return self.horizontalHeader().height() + self.verticalHeader().length() + 2 * self.frameWidth()

    def sizeHint(self) -> QSize:
        return QSize(self._ctx.theme.px(sum(WIDTHS)), min(self.full_height(), self._ctx.theme.px(190)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        widths = [self._ctx.theme.px(width) for width in WIDTHS]
        widths[NAME] += max(self.viewport().width() - sum(widths), -widths[NAME] * 2 // 5)
        for column, width in enumerate(widths):
            self.setColumnWidth(column, width)

    def _arrange(self) -> None:
        """Sections, notes and the last row go across; rows of a closed section are hidden."""
        self.clearSpans()
        hidden_to = 0
        for row, one in enumerate(self.lines.rows):
            if one.line.kind == "section":
                hidden_to = self.lines.section_end(row) if one.key in self._collapsed else 0
            if not one.line.is_priced:
                self.setSpan(row, CODE, 1, self.lines.columnCount())
            self.setRowHidden(row, one.line.kind != "section" and row < hidden_to)
        if not self.lines.read_only:
            self.setRowHidden(len(self.lines.rows), False)
            self.setSpan(len(self.lines.rows), CODE, 1, self.lines.columnCount())
        self.updateGeometry()
        self.height_changed.emit()

    def _is_section(self, row: int) -> bool:
        line = self.lines.line(row)
        return line is not None and line.kind == "section"

    def _is_collapsed(self, row: int) -> bool:
        return self.lines.rows[row].key in self._collapsed

    # -- going about -----------------------------------------------------------------------------

    def start_line(self) -> None:
        """Put the cursor where a new line is typed."""
        self._edit_at(len(self.lines.rows), CODE)

    def show_fault(self, row: int, field: str) -> None:
        """Go to the cell that is at fault; ``row`` counts from 1."""
        columns = {"name": NAME, "quantity": QUANTITY, "unit_price": PRICE}
        self._edit_at(row - 1, columns.get(field, NAME))

    def _edit_at(self, row: int, column: int) -> None:
        index = self.lines.index(row, column)
        self.setFocus()
        self.setCurrentIndex(index)
        self.scrollTo(index)
        if self.lines.editable(row, column):
            self.edit(index)

    def _go_on(self, key: int, column: int, how: str) -> None:
        """After Enter: code, quantity, price, next line. After Tab: the next cell that can be typed into."""
        row = self.lines.row_of(key) if key else len(self.lines.rows)
        line = self.lines.line(row)
        if line is None:
            if how != "enter":
                self._leave(forward=how == "tab")
            return
        if how != "enter":
            self._tab(row, column, 1 if how == "tab" else -1)
        elif column in (CODE, NAME) and line.is_priced:
            self._edit_at(row, QUANTITY)
        elif column == QUANTITY:
            self._edit_at(row, PRICE if line.unit else UNIT)
        elif column == UNIT:
            self._edit_at(row, PRICE)
        else:
            self._edit_at(row + 1, CODE)

    def _tab(self, row: int, column: int, step: int) -> None:
        place = row * self.lines.columnCount() + column + step
        last = len(self.lines.rows) * self.lines.columnCount()
        while 0 <= place <= last:
            row, column = divmod(place, self.lines.columnCount())
            line = self.lines.line(row)
            across = line is None or not line.is_priced
            wanted = column == CODE if across else self.lines.editable(row, column)
            if wanted and not self.isRowHidden(row):
                self._edit_at(row, column)
                return
            place += step
        self._leave(forward=step > 0)

    def _leave(self, *, forward: bool) -> None:
        self.setFocus()
        self.focusNextPrevChild(forward)

    # -- typing ----------------------------------------------------------------------------------

    def _typed(self, edit: CellEdit) -> None:
        text = edit.text().strip()
        chosen = edit.chosen.data if edit.chosen is not None else None
        if isinstance(chosen, TemplateRow):
            self.filler.insert_template(chosen, edit.key, lambda: QTimer.singleShot(0, self, self.start_line))
            return
        product: ProductRow | None = chosen
        if edit.key == 0:
            if text:
                edit.key = self._add(text, product)
            return
        row = self.lines.row_of(edit.key)
        line = self.lines.line(row)
        if line is None or (text == self.lines.edit_text(row, edit.column).strip() and product is None):
            return
        fields = self.lines.typed(row, edit.column, edit.text())
        if edit.column == CODE:
            self.lines.put(edit.key, product_id=None, **fields)
            self.filler.fill(edit.key, text, product)
        else:
            self.lines.put(edit.key, follows=False if edit.column == PRICE else None, **fields)
            if edit.column == QUANTITY:
                self.filler.follow(edit.key)

    def _add(self, text: str, product: ProductRow | None) -> int:
        """A new line of a product, or of words when no product is meant."""
        line = new_line(name=text, tax_kind=self.filler.tax_kind or "taxable", kind=self._kind_at_end())
        (key,) = self.lines.insert(len(self.lines.rows), [line])
        self.filler.fill(key, text, product)
        return key

    def _kind_at_end(self) -> str:
        last = self.lines.rows[-1].line.kind if self.lines.rows else "item"
        return last if last in KINDS else "item"

    def settle(self) -> None:
        """Take over what is being typed in a cell."""
        self._delegate.finish()

    # -- verbs -----------------------------------------------------------------------------------

    def copy_line(self) -> None:
        """Ctrl+D."""
        row = self.currentIndex().row()
        line = self._settled().line(row)
        if line is not None:
            self.lines.insert(row + 1, [line], follows=self.lines.rows[row].follows)
            self._stand(row + 1)

    def move_up(self) -> None:
        """Alt+Up."""
        self._move(-1)

    def move_down(self) -> None:
        """Alt+Down."""
        self._move(1)

    def want_section(self) -> None:
        """Ctrl+Shift+S: the editor asks for its name."""
        self.section_wanted.emit()

    def _move(self, step: int) -> None:
        self._stand(self._settled().move(self.currentIndex().row(), step))

    def remove_line(self) -> None:
        """Delete; Ctrl+Z brings it back."""
        row = self.currentIndex().row()
        self._settled().remove(row)
        self._stand(row)

    def insert_line(self) -> None:
        """Insert: an empty line above."""
        row = max(self.currentIndex().row(), 0)
        self._settled().insert(row, [new_line(tax_kind=self.filler.tax_kind or "taxable")])
        self._edit_at(row, CODE)

    def add_words(self, kind: str, text: str) -> None:
        """A section or a note below the current row, ready to be named."""
        row = self.currentIndex().row()
        place = row + 1 if 0 <= row < len(self.lines.rows) else len(self.lines.rows)
        self._settled().insert(place, [new_line(kind, name=text)])
        self._edit_at(place, CODE)

    def change_kind(self) -> None:
        """F6: to be paid for, an option, an alternative, and round again."""
        row = self.currentIndex().row()
        line = self._settled().line(row)
        if line is not None and line.is_priced:
            self.set_kind(KINDS[(KINDS.index(line.kind) + 1) % len(KINDS)])

    def set_kind(self, kind: str) -> None:
        """Make the current line an item, an option or an alternative."""
        row = self.currentIndex().row()
        line = self.lines.line(row)
        if line is not None and line.is_priced:
            self.lines.put(self.lines.rows[row].key, kind=kind)

    def fold(self, row: int) -> None:
        """Close or open the section in ``row``."""
        self._collapsed ^= {self.lines.rows[row].key}
        self._arrange()
        self.viewport().update()

    def paste(self) -> None:
        """Rows of a spreadsheet: code or name, quantity, price."""
        if not self.lines.read_only:
            row = self.currentIndex().row()
            place = row if row >= 0 else len(self.lines.rows)
            self.filler.paste(QGuiApplication.clipboard().text(), self._settled(), place)

    def ask_last_prices(self) -> None:
        """F4: what this customer paid for the product before."""
        row = self.currentIndex().row()
        line = self._settled().line(row)
        if line is not None and line.product_id is None:
            self._ctx.toast(self._ctx.t("Last prices are known for products only; this line is free text."))
        elif line is not None:
            self.filler.read_last_prices(self.lines.rows[row].key, self._offer_prices)

    def _offer_prices(self, key: int, found: list[LastPrice]) -> None:
        self.price_menu = price_menu(self._ctx.t, self, found, lambda price: self.filler.take_price(key, price))
        row = self.lines.row_of(key)
        self.price_menu.popup(self.viewport().mapToGlobal(self.visualRect(self.lines.index(row, PRICE)).bottomLeft()))

    # -- Qt's side -------------------------------------------------------------------------------

    def _settled(self) -> LineModel:
        """The lines, with what is being typed taken over."""
        self.settle()
        return self.lines

    def _stand(self, row: int) -> None:
        column = max(self.currentIndex().column(), 0)
        self.setFocus()
        self.setCurrentIndex(self.lines.index(max(0, min(row, self.lines.rowCount() - 1)), column))

    def event(self, event: QEvent) -> bool:
        """Ctrl+Z here takes back what was done to the lines, not the last stored change."""
        keys = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)
        override = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride
        if isinstance(event, QKeyEvent) and override and any(event.matches(key) for key in keys):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, index = event.key(), self.currentIndex()
        if self.lines.read_only:
            super().keyPressEvent(event)
        elif event.matches(QKeySequence.StandardKey.Undo):
            self.lines.undo()
        elif event.matches(QKeySequence.StandardKey.Redo):
            self.lines.redo()
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        elif key == Qt.Key.Key_Delete:
            self.remove_line()
        elif key == Qt.Key.Key_Insert:
            self.insert_line()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and self._is_section(index.row()):
            if self._is_collapsed(index.row()) == (key == Qt.Key.Key_Right):
                self.fold(index.row())
        elif key in ENTER and index.isValid():
            self._edit_at(index.row(), index.column())
        elif key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab) and index.isValid():
            self._tab(index.row(), index.column(), 1 if key == Qt.Key.Key_Tab else -1)
        elif key == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        index: Index = self.indexAt(event.position().toPoint())
        line = self.lines.line(index.row())
        if event.button() != Qt.MouseButton.LeftButton or not index.isValid():
            return
        if line is None:
            QTimer.singleShot(0, self, self.start_line)
        elif line.kind == "section" and event.position().x() < self._ctx.theme.px(28):
            self.fold(index.row())

    def keep_as_product(self) -> None:
        """Make a product of a line that was typed freely."""
        row = self.currentIndex().row()
        line = self._settled().line(row)
        if line is not None and line.is_priced and line.product_id is None:
            self.filler.keep_as_product(self.lines.rows[row].key, self)

    def _show_menu(self, place: QPoint) -> None:
        index = self.indexAt(place)
        line = self.lines.line(index.row())
        if line is None or self.lines.read_only:
            return
        t = self._ctx.t
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if line.is_priced:
            for kind, text in zip(KINDS, (t("To be paid for"), t("Option"), t("Alternative")), strict=True):
                action = menu.addAction(text, partial(self.set_kind, kind))
                action.setCheckable(True)
                action.setChecked(line.kind == kind)
            menu.addSeparator()
            menu.addAction(t("Last prices"), self.ask_last_prices)
            if line.product_id is None and line.name:
                menu.addAction(t("Keep as product ..."), self.keep_as_product)
        menu.addAction(t("Copy line"), self.copy_line)
        menu.addAction(t("Insert line above"), self.insert_line)
        menu.addAction(t("Delete line"), self.remove_line)
        menu.popup(self.viewport().mapToGlobal(place))
