"""The keys worth knowing, at the right of the status bar; while the customer looks on, a word that says so."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent

from desktop_crm.ui.actions import shown_key
from desktop_crm.ui.context import Context
from desktop_crm.ui.widgets.labels import Label

PARTED = " · "


class HintLine(Label):
    """Follows F9 by itself. Where room is short fewer keys are shown, each of them whole."""

    def __init__(self, ctx: Context) -> None:
        super().__init__("", "small")
        self._t = ctx.t
        ctx.customer_view.changed.connect(self._show)
        self._show(ctx.customer_view.on)

    def _show(self, hidden: bool) -> None:
        t = self._t
        if hidden:
            self.setText(t("Customer view: cost, margin and grades are hidden (%(key)s)", key=shown_key("F9")))
        else:
            self.setText(
                t(
                    "%(find)s find anything · %(guide)s guide · %(view)s customer view",
                    find=shown_key("Ctrl+K"),
                    guide=shown_key("F1"),
                    view=shown_key("F9"),
                )
            )
        self.set_look("accent" if hidden else "small")

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def shown(self) -> str:
        """What there is room for."""
        parts, room = self.text().split(PARTED), self.contentsRect().width()
        while len(parts) > 1 and self.fontMetrics().horizontalAdvance(PARTED.join(parts)) > room:
            parts.pop()
        return self.fontMetrics().elidedText(PARTED.join(parts), Qt.TextElideMode.ElideRight, room)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(
            self.contentsRect(), int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), self.shown()
        )
        painter.end()
