"""Pictures of every tab, as the user sees them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop
from PySide6.QtWidgets import QApplication

from desktop_crm.core.errors import CrmError
from desktop_crm.core.i18n import translator
from desktop_crm.ui import pages, shop_files
from desktop_crm.ui.context import Context
from desktop_crm.ui.main_window import MainWindow
from desktop_crm.ui.state import State
from desktop_crm.ui.tasks import Tasks
from desktop_crm.ui.theme import Theme

SIZE = (1440, 900)
PATIENCE = 30.0  # seconds for one tab
QUIET = 0.25  # seconds without work after which a tab is complete


def render_shop(
    shop: Path, folder: Path, *, lang: str, mode: str, size: tuple[int, int] = SIZE, text_size: int = 0
) -> list[Path]:
    """Open ``shop``, render every tab as PNG into ``folder`` and close it; the files made.

    Makes a QApplication if there is none. Raises what opening the shop raises.
    """
    app = QApplication.instance() or QApplication(["desktop-crm"])
    assert isinstance(app, QApplication)
    state = State()
    state.put("language", lang)
    theme = Theme(app, state)
    before = (theme.mode, theme.text_size)
    theme.choose(mode=mode, text_size=text_size or None)
    tasks = Tasks(partial(shop_files.open_file, shop))
    window = MainWindow(Context(tasks, translator(lang), theme, state, path=shop))
    window.resize(*size)
    refused: list[BaseException] = []
    window.refused.connect(refused.append)
    tasks.failure.connect(refused.append)
    window.show()
    try:
        window.begin()
        _settle(tasks)
        return render_tabs(window, folder, f"{lang}-{mode}", refused)
    finally:
        tasks.close()
        theme.choose(mode=before[0], text_size=before[1])
        window.hide()
        window.deleteLater()
        theme.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def render_tabs(window: MainWindow, folder: Path, suffix: str, refused: Sequence[BaseException] = ()) -> list[Path]:
    """Show every tab of an open ``window`` and save it as ``<folder>/<tab>-<suffix>.png``."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    window.ctx.customer_view.set(False)
    for key in window.page_keys():
        if not refused:
            window.show_page(key)
            _settle(window.ctx.tasks)
        if refused:
            raise refused[0] if isinstance(refused[0], CrmError) else RuntimeError(f"tab {key}") from refused[0]
        file = folder / f"{key}-{suffix}.png"
        window.grab().save(str(file))
        made.append(file)
    return made


def tabs() -> list[str]:
    """The keys of the tabs there are."""
    return [spec.key for spec in pages.available()]


def _settle(tasks: Tasks) -> None:
    """Let the lanes work until nothing has come for a moment."""
    end = time.monotonic() + PATIENCE
    quiet = time.monotonic()
    while time.monotonic() < end and time.monotonic() - quiet < QUIET:
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        if tasks.busy():
            quiet = time.monotonic()
        time.sleep(0.005)
