"""Where things lie: the program's resources and the user's own folders."""

from __future__ import annotations

import os
import sys
from pathlib import Path

APP = "DesktopCRM"


def resource_dir() -> Path:
    """The folder of icons, fonts, tokens and translations, in a checkout and in a built program."""
    return _program_dir() / "resources"


def guide_dir() -> Path:
    """The folder of the guide's pages, in a checkout and in a built program."""
    return _program_dir() / "docs" / "guide"


def data_dir() -> Path:
    """The user's data folder (made if missing): shops, recovery files. ``DESKTOP_CRM_HOME`` overrides it."""
    return _made(os.environ.get("DESKTOP_CRM_HOME") or _platform("user_data_dir"))


def shops_dir() -> Path:
    """Where new shop files go unless the user says otherwise."""
    return _made(data_dir() / "shops")


def backups_dir() -> Path:
    """Where automatic backups go."""
    return _made(data_dir() / "backups")


def outbox_dir() -> Path:
    """Documents that were put on the clipboard or opened, as files."""
    return _made(data_dir() / "outbox")


def recovery_dir() -> Path:
    """One small file per form with unsaved typing."""
    return _made(data_dir() / "recovery")


def log_dir() -> Path:
    """Log files and crash reports."""
    return _made(data_dir() / "logs")


def _program_dir() -> Path:
    frozen = getattr(sys, "_MEIPASS", None)
    return Path(frozen) if frozen else Path(__file__).resolve().parents[2]


def _platform(which: str) -> str:
    import platformdirs

    return str(getattr(platformdirs, which)(APP, appauthor=False, roaming=False))


def _made(folder: str | Path) -> Path:
    path = Path(folder)
    path.mkdir(parents=True, exist_ok=True)
    return path
