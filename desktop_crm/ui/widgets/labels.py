"""Plain-text labels, pills and the small frames around them; nothing here reads user text as mark-up."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QCoreApplication, QEvent, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop_crm.ui.table_model import Pill
from desktop_crm.ui.theme import Theme
from desktop_crm.ui.widgets.cells import paint_grade

Look = Literal[
    "",
    "title",
    "name",
    "heading",
    "bold",
    "muted",
    "soft",
    "small",
    "medium",
    "figure",
    "figure-bad",
    "accent",
    "error",
    "warn",
]


ROUNDING = 2  # pixels by which Qt's two ways of measuring a text differ


class Label(QLabel):
    """A label whose text is always plain; ``look`` names a style of the style sheet."""

    def __init__(self, text: str = "", look: Look = "", *, wrap: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)
        self.setWordWrap(wrap)
        if look:
            self.setProperty("look", look)

    def set_look(self, look: str) -> None:
        """Change the style."""
        restyle(self, look)


class ElidedLabel(Label):
    """One line that ends in an ellipsis where there is no room; the whole text is its tooltip.

    There is always room for ``least``, the beginning of the text or all of it.
    """

    least = ""

    def minimumSizeHint(self) -> QSize:
        whole, metrics = super().minimumSizeHint(), self.fontMetrics()
        if not self.least:
            return QSize(metrics.averageCharWidth() * 6, whole.height())
        return QSize(min(metrics.horizontalAdvance(self.least + "…") + ROUNDING, whole.width()), whole.height())

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setToolTip("")

    def paintEvent(self, event: QPaintEvent) -> None:
        metrics = self.fontMetrics()
        shown = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, self.contentsRect().width())
        if shown != self.text() and not self.toolTip():
            self.setToolTip(tooltip(self.text()))
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.contentsRect(), int(self.alignment() | Qt.AlignmentFlag.AlignVCenter), shown)
        painter.end()


class PillLabel(QLabel):
    """A short text on a rounded coloured ground."""

    def __init__(self, pill: Pill | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
        self._say(pill)
        if pill is None:
            self.hide()

    def show_pill(self, pill: Pill | None) -> None:
        """Show another pill, or none."""
        self._say(pill)
        self.setVisible(pill is not None)

    def _say(self, pill: Pill | None) -> None:
        if pill is not None:
            looks = {"neutral": "pill", "plain": "", "muted": "muted"}
            restyle(self, looks.get(pill.tone, f"pill-{pill.tone}"))
            QCoreApplication.sendEvent(self, QEvent(QEvent.Type.StyleChange))  # measures the padding anew
            self.setText(pill.text)


class ElidedPill(PillLabel):
    """A pill that ends in an ellipsis where there is no room; the whole text is its tooltip."""

    _whole = ""

    def _say(self, pill: Pill | None) -> None:
        self._whole = pill.text if pill is not None else ""
        super()._say(pill)
        self._shorten()

    def sizeHint(self) -> QSize:
        text = self.fontMetrics().horizontalAdvance(self._whole) + ROUNDING
        return QSize(self._padding() + text, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        few = self.fontMetrics().averageCharWidth() * 6
        return QSize(self._padding() + few, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._shorten()

    def _padding(self) -> int:
        return super().sizeHint().width() - self.fontMetrics().horizontalAdvance(self.text())

    def _shorten(self) -> None:
        metrics, room = self.fontMetrics(), self.width() - self._padding()
        self.setText(metrics.elidedText(self._whole, Qt.TextElideMode.ElideRight, room))
        self.setAccessibleName(self._whole)
        self.setToolTip(tooltip(self._whole) if self.text() != self._whole else "")


class GradeBadge(QWidget):
    """The rounded square with a grade letter."""

    def __init__(self, theme: Theme, grade: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._grade = grade
        self.setFixedSize(theme.size("badge"), theme.size("badge"))
        self.set_grade(grade)

    def set_grade(self, grade: str) -> None:
        """Show another letter; an empty one hides the badge."""
        self._grade = grade
        self.setAccessibleName(grade)
        self.setVisible(bool(grade))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_grade(painter, self._theme, self.rect(), self._grade)
        painter.end()


class Card(QFrame):
    """A white frame with an optional heading; add to ``body``."""

    def __init__(self, theme: Theme, heading: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "card")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(theme.px(16), theme.px(14), theme.px(16), theme.px(14))
        self.body.setSpacing(theme.px(8))
        self.heading = Label(heading, "heading", wrap=True, parent=self)
        self.heading.setVisible(bool(heading))
        self.body.addWidget(self.heading)


class Kpi(QFrame):
    """A figure under its name."""

    def __init__(self, theme: Theme, name: str, figure: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "kpi")
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.px(11), theme.px(8), theme.px(11), theme.px(8))
        box.setSpacing(theme.px(1))
        self._name = Label(name, "small")
        self._figure = Label(figure, "figure")
        box.addWidget(self._name)
        box.addWidget(self._figure)
        self.set_figure(figure)

    def set_figure(self, figure: str, *, bad: bool = False) -> None:
        """Show another figure; ``bad`` is for what is overdue."""
        self._figure.setText(figure)
        self._figure.set_look("figure-bad" if bad else "figure")
        self.setAccessibleName(f"{self._name.text()} {figure}")


class Note(QFrame):
    """A sentence on a tinted ground; ``lead`` stands before it in bold."""

    def __init__(self, theme: Theme, look: Literal["note", "warning"] = "note", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", look)
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.px(11), theme.px(9), theme.px(11), theme.px(9))
        box.setSpacing(theme.px(3))
        self.lead = Label("", "warn" if look == "warning" else "accent")
        self.text = Label("", "medium", wrap=True)
        box.addWidget(self.lead)
        box.addWidget(self.text)

    def say(self, lead: str, text: str) -> None:
        """Show another sentence; hides itself when there is none."""
        self.lead.setText(lead)
        self.lead.setVisible(bool(lead))
        self.text.setText(text)
        self.setVisible(bool(lead or text))


def line() -> QFrame:
    """A hairline across."""
    frame = QFrame()
    frame.setProperty("look", "line")
    return frame


def restyle(widget: QWidget, look: str) -> None:
    """Give ``widget`` another ``look`` and let the style sheet see it."""
    if widget.property("look") != look:
        widget.setProperty("look", look)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
        widget.updateGeometry()


def tooltip(text: str) -> str:
    """``text`` for a tooltip, where Qt would read mark-up."""
    from html import escape

    return f"<p>{escape(text)}</p>"
