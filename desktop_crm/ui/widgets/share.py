"""Handing files on as people do: on the clipboard, saved somewhere, opened, shown in their folder."""

from __future__ import annotations

import atexit
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QMimeData, QObject, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QWidget

from desktop_crm.core import paths
from desktop_crm.core.errors import EnvironmentFault
from desktop_crm.core.i18n import N_
from desktop_crm.ui.context import Context
from desktop_crm.ui.widgets.file_dialogs import ask_target

_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]+')
WITHOUT_CLIPBOARD = ("offscreen", "minimal")  # Qt's stand-in there outlives Python and would free our data too late
NAME_LIMIT = 80  # characters; file systems count bytes, Chinese takes three


class Sheet(NamedTuple):
    """A PDF and the name of its file."""

    content: bytes
    name: str


class Share(QObject):
    """What can be done with a ``Sheet`` outside the program; says what happened in a toast."""

    def __init__(self, ctx: Context, window: QWidget) -> None:
        super().__init__(window)
        self._ctx = ctx
        self._window = window

    def to_clipboard(self, sheet: Sheet) -> None:
        """The file itself, for Ctrl+V into LINE or a mail."""

        def done(path: Path) -> None:
            copy_file(path)
            self._ctx.toast(self._ctx.t("The PDF file is on the clipboard: Ctrl+V in LINE sends it."))

        self.to_outbox(sheet, done)

    def open(self, sheet: Sheet) -> None:
        """Show it in the system's own viewer."""
        self.to_outbox(sheet, open_file)

    def save_as(self, sheet: Sheet) -> None:
        """Ask where to, then write it there."""
        t = self._ctx.t
        chosen = ask_target(self._window, t("Save the PDF"), sheet.name, t("PDF files (*.pdf)"))
        if chosen is not None:
            said = t("Saved as %(name)s.", name=chosen.name)
            self._ctx.tasks.background(
                write_file, chosen, sheet.content, done=lambda _path: self._ctx.toast(said), owner=self
            )

    def to_outbox(self, sheet: Sheet, done: Callable[[Path], object]) -> None:
        """Write it where files wait that go out, then ``done(path)``."""
        target = paths.outbox_dir() / sheet.name
        self._ctx.tasks.background(write_file, target, sheet.content, done=done, owner=self)


def clean_name(text: str, ending: str) -> str:
    """A file name of ``text`` without what a file system forbids."""
    return " ".join(_FORBIDDEN.sub(" ", text).split())[:NAME_LIMIT].strip(" .") + ending


def write_file(path: Path, content: bytes) -> Path:
    """Write a file whole or not at all; raises EnvironmentFault."""
    part = path.with_name(f"{path.name}.part")
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


def open_file(path: Path) -> bool:
    """Open a file with the system's own program; False when there is none."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def show_in_folder(path: Path) -> bool:
    """Show a file in the system's file manager, selected where that is possible."""
    import subprocess  # needed late

    if sys.platform == "win32":
        subprocess.Popen(["explorer", "/select,", os.path.normpath(path)])
        return True
    if sys.platform == "darwin":
        subprocess.Popen(["open", "-R", str(path)])
        return True
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))
