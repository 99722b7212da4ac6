"""A scrolling column of a few rows with a button under them: contacts, sites, equipment of a customer."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop_crm.ui.context import Context
from desktop_crm.ui.widgets.labels import Label, line


class RowsArea(QScrollArea):
    """``fill`` it again whenever other rows are to be shown."""

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self.ctx = ctx
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def fill(self, rows: Iterable[QLayout], nothing: str, add: QPushButton | None = None) -> None:
        """Show ``rows`` parted by lines, or say ``nothing``; ``add`` stands under them."""
        theme = self.ctx.theme
        inner = QWidget()
        inner.setProperty("look", "clear")
        column = QVBoxLayout(inner)
        column.setContentsMargins(theme.px(18), theme.px(8), theme.px(18), theme.px(8))
        column.setSpacing(theme.px(6))
        for row in rows:
            column.addLayout(row)
            column.addWidget(line())
        if not column.count():
            column.addWidget(Label(nothing, "muted", wrap=True))
        if add is not None:
            foot = QHBoxLayout()
            foot.addWidget(add)
            foot.addStretch(1)
            column.addLayout(foot)
        column.addStretch(1)
        self.setWidget(inner)
