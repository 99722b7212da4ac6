"""The left side of the editor: head, a notice, line grid, margin and totals."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from desktop_crm.services.document_lines import PriceTerms
from desktop_crm.ui.context import Context
from desktop_crm.ui.quotations.header_form import HeaderForm
from desktop_crm.ui.quotations.totals_box import Sums
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.labels import Note
from desktop_crm.ui.widgets.line_grid import LineGrid


class DraftForm(QScrollArea):
    """The grid is as high as its lines while there is room, and scrolls within itself otherwise."""

    def __init__(self, ctx: Context, terms: PriceTerms) -> None:
        super().__init__()
        theme = self._theme = ctx.theme
        inner = QWidget()
        inner.setProperty("look", "page")
        self.head = HeaderForm(ctx)
        self.notice = Note(theme, "warning", inner)
        self.notice.hide()
        self.grid = LineGrid(ctx, terms)
        self.sums = Sums(ctx)
        more = button(ctx.t("More fields"), self.head.toggle_more)
        more.setProperty("look", "link")
        self.head.fold_moved.connect(more.setText)
        self.head.fold_moved.connect(more.setAccessibleName)
        self._frame = QFrame()
        self._frame.setProperty("look", "card")
        box = QVBoxLayout(self._frame)
        box.setContentsMargins(1, theme.px(5), 1, theme.px(5))
        box.addWidget(self.grid)
        column = QVBoxLayout(inner)
        column.setContentsMargins(theme.px(18), theme.px(14), theme.px(18), theme.px(14))
        column.setSpacing(theme.px(14))
        column.addWidget(self.head)
        column.addWidget(more, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.notice)
        self._above = QVBoxLayout()
        column.addLayout(self._above)
        column.addWidget(self._frame, 100)
        column.addWidget(self.sums)
        column.addStretch(1)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(inner)
        self.grid.height_changed.connect(self._fit_grid)
        self._fit_grid()
        for row in self.head.main.rows.values():
            if isinstance(row.control, QLineEdit) and row.control is not self.head.customer:
                row.control.returnPressed.connect(self.focusNextChild)

    def put_above_grid(self, widget: QWidget) -> None:
        """Put a line between the head and the grid."""
        self._above.addWidget(widget)

    def _fit_grid(self) -> None:
        edge = self._theme.px(10) + 2
        full = self.grid.full_height()
        self._frame.setMaximumHeight(full + edge)
        self._frame.setMinimumHeight(min(full, self._theme.px(190)) + edge)
