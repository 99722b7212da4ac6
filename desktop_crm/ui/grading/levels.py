"""What each grade is offered, as a small table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop_crm.ui.context import Context
from desktop_crm.ui.table_model import NOTHING
from desktop_crm.ui.widgets.labels import GradeBadge, Label, line

if TYPE_CHECKING:
    from desktop_crm.services.service_levels import LevelRow


class LevelsTable(QWidget):
    """Grade, response, contact, payment, extras."""

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self._ctx = ctx
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(ctx.theme.px(10))
        self._grid.setVerticalSpacing(ctx.theme.px(7))

    def show_rows(self, rows: list[LevelRow]) -> None:
        """Show other offers."""
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        t = self._ctx.t
        heads = (t("Grade"), t("Response"), t("Rhythm"), t("Payment"), t("Extras"))
        for place, text in enumerate(heads):
            self._grid.addWidget(Label(text, "small"), 0, place)
        for number, row in enumerate(rows):
            self._grid.addWidget(line(), 2 * number + 1, 0, 1, len(heads))
            self._grid.addWidget(
                GradeBadge(self._ctx.theme, row.grade), 2 * number + 2, 0, Qt.AlignmentFlag.AlignVCenter
            )
            for place, text in enumerate(row.texts(t), start=1):
                label = Label(text or NOTHING, wrap=True)
                self._grid.addWidget(label, 2 * number + 2, place)
        for place in range(1, len(heads)):
            self._grid.setColumnStretch(place, 1)
