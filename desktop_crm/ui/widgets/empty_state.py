"""What stands where a list would be empty: what belongs there and the first steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_crm.ui.icons import pixmap
from desktop_crm.ui.theme import Theme
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.labels import Label

LEAST = 150  # pixels at 15 px text: the narrowest list has room for it
Step = tuple[str, Callable[[], object]]


class EmptyState(QWidget):
    """An icon, a title, a sentence and buttons; the first one is the main step."""

    def __init__(
        self, theme: Theme, picture: str, title: str, text: str, steps: Sequence[Step], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("look", "page")
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.px(16), theme.px(24), theme.px(16), theme.px(24))
        box.setSpacing(theme.px(10))
        box.addStretch(2)
        image = QLabel()
        image.setPixmap(pixmap(theme, picture, "ink3", theme.px(44)))
        box.addWidget(image, 0, Qt.AlignmentFlag.AlignHCenter)
        self.title = Label(title, "name", wrap=True)
        self.title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        box.addWidget(self.title)
        self.text = Label(text, "muted", wrap=True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.text.setMinimumWidth(theme.px(LEAST))
        self.text.setMaximumWidth(theme.px(440))
        centred = QHBoxLayout()
        centred.addStretch(1)
        centred.addWidget(self.text, 4)
        centred.addStretch(1)
        box.addLayout(centred)
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        row.addStretch(1)
        for number, (name, pressed) in enumerate(steps):
            row.addWidget(button(name, pressed, primary=number == 0))
        row.addStretch(1)
        box.addLayout(row)
        box.addStretch(3)
