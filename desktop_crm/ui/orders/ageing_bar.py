"""What is owed by age, in boxes under the list; a click shows the orders behind one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from desktop_crm.ui.context import Context
from desktop_crm.ui.orders.words import BUCKETS
from desktop_crm.ui.table_model import NOTHING
from desktop_crm.ui.widgets.buttons import FlowLayout
from desktop_crm.ui.widgets.labels import Kpi, restyle

if TYPE_CHECKING:
    from desktop_crm.services.receivables import Ageing


class AgeBox(Kpi):
    """One age; ``pressed`` by a click, Space or Enter."""

    pressed = Signal()

    def __init__(self, ctx: Context, name: str) -> None:
        super().__init__(ctx.theme, name, NOTHING)  # as tall as with a figure
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMinimumWidth(ctx.theme.px(84))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.rect().contains(event.position().toPoint()):
            self.pressed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.pressed.emit()
        else:
            super().keyPressEvent(event)


class AgeingBar(QWidget):
    """Five boxes; ``chosen(bucket)``, an empty text when the chosen one is pressed again."""

    chosen = Signal(str)

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self._ctx = ctx
        self._on = ""
        theme = ctx.theme
        row = FlowLayout(self, theme.px(8))
        row.setContentsMargins(theme.px(18), theme.px(12), theme.px(18), theme.px(12))
        self.boxes = {key: AgeBox(ctx, ctx.t(text)) for key, text in BUCKETS.items()}
        for key, box in self.boxes.items():
            box.pressed.connect(lambda key=key: self.chosen.emit("" if key == self._on else key))
            row.addWidget(box)

    def show_ageing(self, ageing: Ageing) -> None:
        """Show other sums."""
        for box, amount in zip(self.boxes.values(), ageing.buckets(), strict=True):
            box.set_figure(self._ctx.t.money(amount))

    def mark(self, bucket: str) -> None:
        """Show which box the list is narrowed to."""
        self._on = bucket
        for key, box in self.boxes.items():
            restyle(box, "kpi-on" if key == bucket else "kpi")
