"""A list at the left and a card at the right whose widths are remembered."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QSplitter, QWidget

from desktop_crm.ui.context import Context


class Split(QSplitter):
    """Two panes; ``name`` is where their widths are remembered, ``right`` the first width of the second pane."""

    def __init__(
        self,
        ctx: Context,
        name: str,
        left: QWidget,
        right: QWidget,
        width: int = 440,
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._ctx = ctx
        self._key = f"split/{name}"
        self.setChildrenCollapsible(False)
        self.setHandleWidth(1)
        if isinstance(right, QFrame) and not right.property("look"):
            right.setProperty("look", "detail")
        right.setMinimumWidth(ctx.theme.px(320))
        left.setMinimumWidth(ctx.theme.px(320))
        self.addWidget(left)
        self.addWidget(right)
        self.setStretchFactor(0, 1)
        self.setStretchFactor(1, 0)
        sizes = ctx.state.numbers(self._key)
        wide = ctx.theme.px(width)
        self.setSizes(sizes if len(sizes) == 2 else [max(wide, 1440 - wide), wide])
        self._timer = QTimer(self, singleShot=True, interval=400)
        self._timer.timeout.connect(lambda: ctx.state.put(self._key, self.sizes()))
        self.splitterMoved.connect(lambda _place, _index: self._timer.start())
