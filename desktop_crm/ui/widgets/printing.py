"""Paper: a PDF shown before it is printed, and its pages drawn on a printer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QRect, QSize, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.ui.context import Context
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.dialog_height import FRAME
from desktop_crm.ui.widgets.pdf_view import PdfView
from desktop_crm.ui.widgets.share import Share, Sheet, open_file

DPI = 300


class PrintJob(QObject):
    """Draws the pages one by one, so that the window stays alive; ``ended(True)`` when all are on the printer."""

    ended = Signal(bool)

    def __init__(self, content: bytes, printer: QPrinter, parent: QObject) -> None:
        super().__init__(parent)
        self._printer = printer
        self._buffer = QBuffer(self)
        self._buffer.setData(QByteArray(content))
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self._document = QPdfDocument(self)
        self._document.load(self._buffer)
        self._painter = QPainter()
        self._pages = _chosen(printer, self._document.pageCount())

    def start(self) -> None:
        """Begin; without a page or a printer that takes them it has failed at once."""
        if not self._pages or not self._painter.begin(self._printer):
            self._end(False)
            return
        self._draw()

    def _draw(self) -> None:
        page = self._pages.pop(0)
        place = _fitted(self._document.pagePointSize(page), self._printer)
        self._painter.drawImage(place, _image(self._document, page, place.size()))
        if not self._pages:
            self._end(self._painter.end())
        elif self._printer.newPage():
            QTimer.singleShot(0, self, self._draw)
        else:
            self._painter.end()
            self._end(False)

    def _end(self, well: bool) -> None:
        self._document.close()
        self._buffer.close()
        self.ended.emit(well and self._printer.printerState() != QPrinter.PrinterState.Error)
        self.deleteLater()


class PrintPreview(QDialog):
    """The sheet as it will be printed; ``agreed`` when it shall be."""

    agreed = Signal()

    def __init__(self, ctx: Context, sheet: Sheet, parent: QWidget) -> None:
        super().__init__(parent)
        t, theme = ctx.t, ctx.theme
        self.setWindowTitle(t("Print %(name)s", name=sheet.name))
        room = self.screen().availableSize()
        self.resize(min(theme.px(760), room.width()), min(theme.px(820), room.height() - FRAME))
        self.pdf = PdfView(ctx, t("Page"))
        self.pdf.show_pdf(sheet.content)
        self.print_button = button(t("Print ..."), self._agree, primary=True)
        self.print_button.setDefault(True)
        row = QHBoxLayout()
        row.setContentsMargins(theme.px(16), theme.px(12), theme.px(16), theme.px(12))
        row.setSpacing(theme.px(10))
        row.addWidget(button(t("Open PDF"), lambda: Share(ctx, parent).open(sheet)))
        row.addStretch(1)
        row.addWidget(button(t("Cancel"), self.reject))
        row.addWidget(self.print_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.pdf, 1)
        column.addLayout(row)

    def _agree(self) -> None:
        self.accept()
        self.agreed.emit()


class Printing(QObject):
    """``print_sheet``: preview, the system's print dialog, the pages; where that fails the PDF opens instead."""

    def __init__(self, ctx: Context, window: QWidget) -> None:
        super().__init__(window)
        self._ctx = ctx
        self._window = window

    def print_sheet(self, sheet: Sheet, *, seen: bool = False) -> None:
        """Print after a preview; with ``seen`` the sheet stands on the screen already."""
        if seen:
            self._ask(sheet)
            return
        preview = PrintPreview(self._ctx, sheet, self._window)
        preview.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        preview.agreed.connect(lambda: self._ask(sheet))
        preview.open()

    def _ask(self, sheet: Sheet) -> None:
        printer = printer_for(sheet.content)
        printer.setDocName(sheet.name)
        dialog = QPrintDialog(printer, self._window)
        dialog.setWindowTitle(self._ctx.t("Print %(name)s", name=sheet.name))
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self._run(sheet, printer)
        dialog.deleteLater()

    def _run(self, sheet: Sheet, printer: QPrinter) -> None:
        job = PrintJob(sheet.content, printer, self)
        job.ended.connect(lambda well: self._ended(sheet, well))
        job.start()

    def _ended(self, sheet: Sheet, well: bool) -> None:
        t = self._ctx.t
        if well:
            self._ctx.toast(t("%(name)s went to the printer.", name=sheet.name))
            return
        said = t("Printing did not work from here. The PDF is open in another program: print it there.")

        def open_it(path: Path) -> None:
            open_file(path)
            self._ctx.toast(said)

        done: Callable[[Path], None] = open_it
        Share(self._ctx, self._window).to_outbox(sheet, done)


def printer_for(content: bytes) -> QPrinter:
    """A printer set to the paper of a PDF's first page, from edge to edge: the sheet has its own margins."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setResolution(DPI)
    printer.setFullPage(True)
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document = QPdfDocument()
    document.load(buffer)
    if document.pageCount():
        size = document.pagePointSize(0)
        upright = size.height() >= size.width()
        printer.setPageSize(QPageSize(size if upright else size.transposed(), QPageSize.Unit.Point))
        orientation = QPageLayout.Orientation.Portrait if upright else QPageLayout.Orientation.Landscape
        printer.setPageOrientation(orientation)
    document.close()
    return printer


def _chosen(printer: QPrinter, count: int) -> list[int]:
    """The pages asked for, from 0."""
    if printer.printRange() == QPrinter.PrintRange.PageRange and printer.fromPage():
        return list(range(printer.fromPage() - 1, min(printer.toPage() or count, count)))
    return list(range(count))


def _fitted(size: QSizeF, printer: QPrinter) -> QRect:
    """Where a page goes on the paper: as large as fits, in its middle."""
    paper = printer.paperRect(QPrinter.Unit.DevicePixel).toRect()
    inner = size.scaled(QSizeF(paper.size()), Qt.AspectRatioMode.KeepAspectRatio).toSize()
    return QRect((paper.width() - inner.width()) // 2, (paper.height() - inner.height()) // 2, *inner.toTuple())


def _image(document: QPdfDocument, page: int, size: QSize) -> QImage:
    drawn = document.render(page, size)
    sheet = QImage(drawn.size(), QImage.Format.Format_RGB32)
    sheet.fill(QColor(Qt.GlobalColor.white))
    painter = QPainter(sheet)
    painter.drawImage(0, 0, drawn)
    painter.end()
    return sheet
