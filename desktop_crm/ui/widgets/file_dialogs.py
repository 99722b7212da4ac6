"""Asking for a file or a folder, beginning where the user keeps documents."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

ENDINGS = re.compile(r"\*(\.\w+)")


def ask_file(parent: QWidget, title: str, kinds: str, folder: str | Path = "") -> Path | None:
    """Let the user choose a file; None when they do not. ``kinds`` as Qt writes them: "Lists (*.csv *.txt)"."""
    chosen, _kind = QFileDialog.getOpenFileName(parent, title, str(folder or documents()), kinds)
    return Path(chosen) if chosen else None


def ask_folder(parent: QWidget, title: str, folder: str | Path = "") -> Path | None:
    """Let the user choose a folder; None when they do not."""
    chosen = QFileDialog.getExistingDirectory(parent, title, str(folder or documents()))
    return Path(chosen) if chosen else None


def ask_target(parent: QWidget, title: str, name: str, kinds: str, folder: str | Path = "") -> Path | None:
    """Ask where to write a file; what is typed without an ending of ``kinds`` gets that of the proposed ``name``."""
    chosen, _kind = QFileDialog.getSaveFileName(parent, title, str(Path(folder or documents()) / name), kinds)
    if not chosen:
        return None
    path = Path(chosen)
    return path if path.suffix.lower() in ENDINGS.findall(kinds) else path.with_name(path.name + Path(name).suffix)


def documents() -> Path:
    """The user's folder of documents, or their home where there is none."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(folder) if folder and Path(folder).is_dir() else Path.home()
