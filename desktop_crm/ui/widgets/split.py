"""A list at the left and a card at the right whose widths are remembered."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QSplitter, QWidget

from desktop_crm.ui.context import Context

SHARE = 35  # of 100 of the width, for the second pane
LEAST = 280  # pixels at 15 px text that either pane keeps
FIRST = 370  # pixels the first pane has before the second gets its least


class Split(QSplitter):
    """Two panes; ``name`` is where their widths are remembered.

    Until the user moves the handle the second pane takes its share, between ``least`` and ``most`` at 15 px text.
    """

    def __init__(
        self,
        ctx: Context,
        name: str,
        left: QWidget,
        right: QWidget,
        least: int = 340,
        most: int = 560,
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._ctx = ctx
        self._key = f"split/{name}"
        self._limits = ctx.theme.px(least), ctx.theme.px(most)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(1)
        if isinstance(right, QFrame) and not right.property("look"):
            right.setProperty("look", "detail")
        for pane in (left, right):
            pane.setMinimumWidth(ctx.theme.px(LEAST))
            self.addWidget(pane)
        self.setStretchFactor(0, 1)
        self.setStretchFactor(1, 0)
        sizes = ctx.state.numbers(self._key)
        self._chosen = len(sizes) == 2  # by the user, who moved the handle once
        if self._chosen:
            self.setSizes(sizes)
        self._timer = QTimer(self, singleShot=True, interval=400)
        self._timer.timeout.connect(lambda: ctx.state.put(self._key, self.sizes()))
        self.splitterMoved.connect(self._moved)

    def _moved(self, _place: int, _index: int) -> None:
        self._chosen = True
        self._timer.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._chosen:
            px, width, (least, most) = self._ctx.theme.px, self.width(), self._limits
            least = max(px(LEAST), min(least, width - px(FIRST)))
            right = max(least, min(width * SHARE // 100, most))
            self.setSizes([width - right, right])
