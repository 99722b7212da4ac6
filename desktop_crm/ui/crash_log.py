"""What the program writes down about itself: a log that rotates, and a report of each defect. Never customer data."""

from __future__ import annotations

import faulthandler
import logging
import re
import sys
import traceback
from pathlib import Path

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

from desktop_crm import __version__
from desktop_crm.core import paths
from desktop_crm.core.dates import clock
from desktop_crm.ui.worker import WorkerDefect

log = logging.getLogger(__name__)
LOG_BYTES = 500_000
REPORTS = 20  # the newest are kept
PACKAGE = "desktop_crm"
LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}
_PRIVATE = re.compile(r"""\"[^"]*\"|'[^']*'|\S*[/\\]\S*|\S*[^\x00-\x7f]\S*""")  # quoted words, paths, other scripts
_IN_FILE = re.compile(r'File "([^"]+)"(.*)')


def start() -> None:
    """Log into the user's data folder, with what Qt says and where a hard crash happened."""
    from logging.handlers import RotatingFileHandler  # after the window is painted

    folder = paths.log_dir()
    handler = RotatingFileHandler(
        folder / "desktop-crm.log", maxBytes=LOG_BYTES, backupCount=3, encoding="utf-8", delay=True
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logger = logging.getLogger(PACKAGE)
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    qInstallMessageHandler(note_qt)
    try:
        faulthandler.enable((folder / "hard-crash.txt").open("a", encoding="utf-8"))
    except OSError:
        log.warning("a hard crash could not be written down")


def note_qt(kind: QtMsgType, _context: QMessageLogContext, message: str | None) -> None:
    """Log what Qt has to say, without the names and paths in it."""
    log.log(LEVELS.get(kind, logging.WARNING), "Qt: %s", without_names(message or ""))


def without_names(text: str) -> str:
    """``text`` without quoted words, paths and words that are not plain English."""
    return _PRIVATE.sub("...", text)[:500]


def report_of(error: BaseException) -> str:
    """Program version, system and the places in the code; neither values nor messages, which may name customers."""
    lines = [f"Desktop CRM {__version__}", f"Python {sys.version.split()[0]} on {sys.platform}", ""]
    seen: BaseException | None = error
    while seen is not None:
        lines.append(type(seen).__name__)
        lines += [f"  {place(f.filename)}:{f.lineno} {f.name}" for f in traceback.extract_tb(seen.__traceback__)]
        if isinstance(seen, WorkerDefect):
            found = _IN_FILE.finditer(str(seen))
            lines += [f"  {place(match[1])}{match[2]}" for match in found]
        seen = seen.__cause__ or seen.__context__
    return "\n".join(lines)


def place(file: str) -> str:
    """A source file without the folders above its package, which may name a person."""
    parts = re.split(r"[/\\]", file)
    start = len(parts) - parts[::-1].index(PACKAGE) - 1 if PACKAGE in parts else max(len(parts) - 2, 0)
    return "/".join(parts[start:])


def write(report: str) -> Path:
    """Keep a report as a file beside the log; the oldest ones go."""
    file = paths.log_dir() / f"crash-{clock.now():%Y%m%d-%H%M%S-%f}.txt"
    try:
        file.write_text(report, encoding="utf-8")
        for old in sorted(file.parent.glob("crash-*.txt"))[:-REPORTS]:
            old.unlink(missing_ok=True)
    except OSError:
        log.warning("the crash report could not be written")
    return file
