"""The height of dialogs: what their wrapped words need, but never more than the screen has."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QDialog

FRAME = 48  # pixels that the system's title bar and edges may take


class DialogHeight(QObject):
    """Watches a ``dialog``: of itself it counts with fewer lines of words that wrap, and cuts them or the fields."""

    def __init__(self, dialog: QDialog) -> None:
        super().__init__(dialog)
        self._dialog = dialog
        dialog.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Show, QEvent.Type.LayoutRequest) and self._dialog.isVisible():
            self._fit()  # not before it has its width
        if event.type() == QEvent.Type.Resize and self._dialog.isVisible():
            self._keep_inside()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        dialog, layout = self._dialog, self._dialog.layout()
        if layout is None:
            return
        wraps = layout.hasHeightForWidth()
        needed = layout.totalHeightForWidth(dialog.width()) if wraps else layout.totalSizeHint().height()
        room = dialog.screen().availableGeometry().height() - FRAME
        dialog.setMinimumHeight(min(needed, room))
        if dialog.height() > room:
            dialog.resize(dialog.width(), room)

    def _keep_inside(self) -> None:
        """Move a dialog up that grew over the lower edge of the screen, with its buttons."""
        dialog = self._dialog
        room, frame = dialog.screen().availableGeometry(), dialog.frameGeometry()
        over = frame.bottom() - room.bottom()
        if over > 0:
            dialog.move(frame.x(), max(room.top(), frame.y() - over))
