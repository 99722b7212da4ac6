"""Handing the PDF on as people do: as a file on the clipboard, saved somewhere, or opened."""

from __future__ import annotations

import atexit
import re
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QMimeData, QObject, QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop_crm.core import paths
from desktop_crm.core.errors import EnvironmentFault
from desktop_crm.core.i18n import N_, translator
from desktop_crm.ui.context import Context

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]+')
WITHOUT_CLIPBOARD = ("offscreen", "minimal")  # Qt's stand-in there outlives Python and would free our data too late
NAME_LIMIT = 80  # characters; file systems count bytes, Chinese takes three


class Sheet(NamedTuple):
    """A PDF and the name of its file."""

    content: bytes
    name: str


class Sharing(QObject):
    """What the buttons of the card and of the viewer do with the PDF of a revision."""

    def __init__(self, ctx: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self._window = parent

    def put_on_clipboard(self, quotation: uuid.UUID, revision: int) -> None:
        """The file itself, for Ctrl+V into LINE or a mail."""

        def done(path: Path) -> None:
            copy_file(path)
            self._ctx.toast(self._ctx.t("The PDF file is on the clipboard: Ctrl+V in LINE sends it."))

        self._to_outbox(quotation, revision, done)

    def open(self, quotation: uuid.UUID, revision: int) -> None:
        """Show the PDF in the system's own viewer."""
        self._to_outbox(quotation, revision, self.open_file)

    def open_file(self, path: Path) -> None:
        """Show a file in the system's own viewer."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    def save_as(self, quotation: uuid.UUID, revision: int) -> None:
        """Ask where to, then write it there."""

        def ask(sheet: Sheet) -> None:
            folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
            title, kinds = self._ctx.t("Save the PDF"), self._ctx.t("PDF files (*.pdf)")
            chosen, _kind = QFileDialog.getSaveFileName(self._window, title, str(Path(folder) / sheet.name), kinds)
            if chosen:
                self._ctx.tasks.background(write_file, Path(chosen), sheet.content, done=self._saved, owner=self)

        self._ctx.tasks.read(sheet_of, quotation, revision, done=ask, owner=self)

    def _saved(self, path: Path) -> None:
        self._ctx.toast(self._ctx.t("Saved as %(name)s.", name=path.name))

    def _to_outbox(self, quotation: uuid.UUID, revision: int, done: Callable[[Path], object]) -> None:
        def write(sheet: Sheet) -> None:
            target = paths.outbox_dir() / sheet.name
            self._ctx.tasks.background(write_file, target, sheet.content, done=done, owner=self)

        self._ctx.tasks.read(sheet_of, quotation, revision, done=write, owner=self)


def sheet_of(session: Session, quotation: uuid.UUID, revision: int) -> Sheet:
    """The PDF as issued; drawn now and marked for drafts and imported ones. Revision 0 is the latest."""
    from desktop_crm.reports import quotation_pdf
    from desktop_crm.services import quotation_view

    view = quotation_view.load(session, quotation, revision or None)
    kept = quotation_view.pdf(session, quotation, view.revision)
    if kept is None:
        header = view.header
        second = translator(header.second_language) if header.second_language else None
        snapshot = quotation_view.snapshot(session, quotation, view.revision)
        kept = quotation_pdf.render(snapshot, translator(header.language), second=second)
    return Sheet(kept, file_name(view.number, view.revision, view.customer))


def file_name(number: str, revision: int, customer: str) -> str:
    """``Q2026-0187-2 宏益建設有限公司.pdf``, without what a file system forbids."""
    head = f"{number}-{revision}" if number and revision > 1 else number
    plain = _FORBIDDEN.sub(" ", f"{head} {customer}")
    return " ".join(plain.split())[:NAME_LIMIT].strip(" .") + ".pdf"


def write_file(path: Path, content: bytes) -> Path:
    """Write a file whole or not at all; raises EnvironmentFault."""
    part = path.with_suffix(".part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise EnvironmentFault(
            N_("The file %(name)s could not be written."),
            N_("Close it where it is open, or choose another folder."),
            name=path.name,
        ) from error
    return path


def copy_file(path: Path) -> None:
    """Put a file on the clipboard, as a file manager does."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    clipboard = QGuiApplication.clipboard()
    clipboard.setMimeData(data)
    if QGuiApplication.platformName() in WITHOUT_CLIPBOARD:
        atexit.unregister(clipboard.clear)
        atexit.register(clipboard.clear)
