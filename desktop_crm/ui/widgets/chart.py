"""What every small picture painted from the tokens has in common."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import QFont, QHelpEvent, QPainter
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from desktop_crm.core.i18n import Translator
from desktop_crm.ui.theme import Theme

LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
CENTRE = int(Qt.AlignmentFlag.AlignCenter)


class Chart(QWidget):
    """A painted picture with a fixed least size; ``tip_at`` says what is under the mouse."""

    def __init__(self, theme: Theme, t: Translator, name: str, height: int) -> None:
        super().__init__()
        self.theme, self.t = theme, t
        self.setAccessibleName(name)
        self.setMinimumSize(theme.px(228), theme.px(height))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def tip_at(self, position: QPointF) -> str:
        """What is under the mouse, for the tooltip."""
        return ""

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.tip_at(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def painter(self) -> QPainter:
        """A painter with smooth edges and the small font."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.font_of("medium"))
        return painter

    def font_of(self, size: str, *, bold: bool = False) -> QFont:
        """A font of the theme."""
        return self.theme.font(size, bold=bold)
