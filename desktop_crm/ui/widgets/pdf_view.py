"""A PDF inside the program: pages on a paper-coloured ground, drawn when they come into sight, with zoom."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QEvent, QIODevice, QObject, QRect, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtPdf import QPdfDocument
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop_crm.ui.context import Context
from desktop_crm.ui.widgets.buttons import icon_button
from desktop_crm.ui.widgets.labels import Label

ZOOMS = (0.5, 0.67, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0)  # of the width of the view


class PageStack(QWidget):
    """The pages under each other; only those in sight are drawn, and kept until the document or zoom changes."""

    def __init__(self, ctx: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self._document: QPdfDocument | None = None
        self._images: dict[int, QImage] = {}
        self._boxes: list[QRect] = []

    def show_document(self, document: QPdfDocument | None) -> None:
        """Show another document."""
        self._document = document
        self._images.clear()

    def arrange(self, width: int, widest: int, zoom: float) -> QSize:
        """Place the pages for a view ``width`` pixels wide; the size of all of them.

        At zoom 1 a page is as wide as the view, but not wider than ``widest``.
        """
        gap = self._ctx.theme.px(22)
        old = [box.size() for box in self._boxes]
        self._boxes = []
        y = gap
        wide = max(int(min(width - 2 * gap, widest) * zoom), 40)
        for number in range(self._document.pageCount() if self._document else 0):
            size = self._document.pagePointSize(number) if self._document else QSizeF(1, 1)
            high = int(wide * size.height() / max(size.width(), 1.0))
            self._boxes.append(QRect(max(gap, (width - wide) // 2), y, wide, high))
            y += high + gap
        if [box.size() for box in self._boxes] != old:
            self._images.clear()
        self.update()
        return QSize(max(wide + 2 * gap, width), y)

    def page_at(self, y: int) -> int:
        """The page at a height, counted from 1; 0 when there is none."""
        return next((n for n, box in enumerate(self._boxes, 1) if y <= box.bottom()), len(self._boxes))

    def page_count(self) -> int:
        """How many pages there are."""
        return len(self._boxes)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._ctx.theme
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.color("paper"))
        for number, box in enumerate(self._boxes):
            if box.intersects(event.rect()):
                self._shadow(painter, box)
                painter.drawImage(box, self._image(number, box.size()))
        painter.end()

    def _shadow(self, painter: QPainter, box: QRect) -> None:
        painter.fillRect(box.adjusted(-1, -1, 1, 2), self._ctx.theme.color("line"))

    def _image(self, number: int, size: QSize) -> QImage:
        if number not in self._images and self._document is not None:
            ratio = self.devicePixelRatioF()
            drawn = self._document.render(number, QSize(int(size.width() * ratio), int(size.height() * ratio)))
            sheet = QImage(drawn.size(), QImage.Format.Format_RGB32)
            sheet.fill(QColor(Qt.GlobalColor.white))
            painter = QPainter(sheet)
            painter.drawImage(0, 0, drawn)
            painter.end()
            self._images[number] = sheet
        return self._images.get(number, QImage())


class PdfView(QFrame):
    """``show_pdf(bytes)`` keeps place and zoom, so that a preview can follow the typing."""

    shown = Signal(int)  # pages

    def __init__(self, ctx: Context, name: str, *, widest: int = 1000) -> None:
        super().__init__()
        self._ctx = ctx
        self._zoom = 1.0
        self._widest = ctx.theme.px(widest)  # of a page at 100 %
        self._document: QPdfDocument | None = None
        self._buffer: QBuffer | None = None
        self.setAccessibleName(name)
        self.setProperty("look", "paper")
        self._name = name
        self.pages = PageStack(ctx)
        self.area = QScrollArea()
        self.area.setProperty("look", "paper")
        self.area.setWidget(self.pages)
        self.area.setAccessibleName(name)
        self.area.viewport().installEventFilter(self)
        self.area.verticalScrollBar().valueChanged.connect(lambda _y: self._tell())
        self.text = Label("", "muted", wrap=True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.text.setMargin(ctx.theme.px(30))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.text, 1)
        column.addWidget(self.area, 1)
        column.addWidget(self._foot())
        self.clear("")

    def _foot(self) -> QWidget:
        theme, t = self._ctx.theme, self._ctx.t
        foot = self._bar = QWidget()
        row = QHBoxLayout(foot)
        row.setContentsMargins(theme.px(12), theme.px(4), theme.px(12), theme.px(6))
        row.setSpacing(theme.px(6))
        self._page = Label("", "small")
        self._percent = Label("", "small")
        row.addStretch(1)
        row.addWidget(self._page)
        row.addSpacing(theme.px(10))
        row.addWidget(icon_button(theme, "minus", t("Smaller"), lambda: self._step(-1)))
        row.addWidget(self._percent)
        row.addWidget(icon_button(theme, "plus", t("Larger"), lambda: self._step(1)))
        row.addStretch(1)
        return foot

    def page_count(self) -> int:
        """How many pages are shown."""
        return self._document.pageCount() if self._document else 0

    def show_pdf(self, content: bytes) -> None:
        """Show another document at the same place."""
        buffer = QBuffer(self)
        buffer.setData(QByteArray(content))
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        document = QPdfDocument(self)
        document.load(buffer)
        old = (self._document, self._buffer)
        place = self.area.verticalScrollBar().value()
        self._document, self._buffer = document, buffer
        self.pages.show_document(document)
        self._close(*old)
        self._swap(True)
        self._arrange()
        self.area.verticalScrollBar().setValue(place)
        self.shown.emit(document.pageCount())

    def clear(self, sentence: str) -> None:
        """Show a sentence in the place of a document."""
        self.pages.show_document(None)
        self._close(self._document, self._buffer)
        self._document = self._buffer = None
        self.text.setText(sentence)
        self._swap(False)

    def _swap(self, document: bool) -> None:
        self.text.setVisible(not document)
        self.area.setVisible(document)
        self._bar.setVisible(document)

    @staticmethod
    def _close(document: QPdfDocument | None, buffer: QBuffer | None) -> None:
        if document is not None and buffer is not None:
            document.close()
            document.deleteLater()
            buffer.close()
            buffer.deleteLater()

    def _step(self, step: int) -> None:
        place = min(range(len(ZOOMS)), key=lambda n: abs(ZOOMS[n] - self._zoom))
        self._zoom = ZOOMS[max(0, min(place + step, len(ZOOMS) - 1))]
        self._arrange()

    def _arrange(self) -> None:
        view = self.area.viewport()
        size = self.pages.arrange(view.width(), self._widest, self._zoom)
        self.pages.resize(size.expandedTo(view.size()))
        self._percent.setText(self._ctx.t.percent(self._zoom))
        self._tell()

    def _tell(self) -> None:
        middle = self.area.verticalScrollBar().value() + self.area.viewport().height() // 2
        page, pages = self.pages.page_at(middle), self.pages.page_count()
        self._page.setText(f"{self._name} {page}/{pages}" if pages else self._name)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The pages follow the width of the view."""
        if event.type() == QEvent.Type.Resize and watched is self.area.viewport():
            self._arrange()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
