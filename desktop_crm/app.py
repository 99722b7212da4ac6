"""The program with a window: builds theme, tasks, context and windows, and swaps them when it must."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QFileOpenEvent, QIcon
from PySide6.QtWidgets import QApplication

from desktop_crm.core import paths
from desktop_crm.core.errors import CrmError, NeedsConfirmation
from desktop_crm.core.i18n import translator
from desktop_crm.ui import crash_log, errors, leaving, pace, shop_files
from desktop_crm.ui.context import Context
from desktop_crm.ui.main_window import MainWindow
from desktop_crm.ui.qt_texts import QtTexts
from desktop_crm.ui.shop_files import Answers
from desktop_crm.ui.state import State
from desktop_crm.ui.tasks import Tasks
from desktop_crm.ui.theme import Theme

if TYPE_CHECKING:
    from desktop_crm.services.shops import Shop
    from desktop_crm.ui.start_page import StartPage


class Application(QApplication):
    """``file_wanted(path)`` when macOS asks for a file; the other systems start the program with its path."""

    file_wanted = Signal(str)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QFileOpenEvent):
            self.file_wanted.emit(event.file())
            return True
        return super().event(event)


class Program(QObject):
    """What runs while the program runs: one window at a time, over at most one open shop."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self.state = State()
        self.theme = Theme(app, self.state)
        self.theme.apply()
        self.path: Path | None = None
        self.tasks = Tasks(parent=self)
        self.window: MainWindow | StartPage | None = None
        self._restoring: Path | None = None
        self._reading = False
        self._showing = False
        self._wanted = ""  # a file asked for while a window was coming up
        self._answers = Answers()
        self._app = app
        self._qt_texts = QtTexts(self)
        app.setQuitOnLastWindowClosed(False)
        app.applicationStateChanged.connect(pace.rest)
        self.theme.changed.connect(self._theme_changed)

    def open(self, path: Path, answers: Answers | None = None) -> None:
        """Close the shop that is open and open another one in a new window; ``answers`` to what was asked of it."""
        self._answers = answers or Answers()
        self._begin(path, partial(shop_files.open_asking, path, self._answers))

    def read(self, path: Path) -> None:
        """Open a shop that nothing is written to, because another window has it or nobody has said whose it is."""
        self._begin(path, partial(shop_files.open_reading, path), reading=True)

    def want(self, file: str) -> None:
        """Open a file somebody double-clicked while the program runs; the shop that is open is left first."""
        path, window = Path(file).absolute(), self.window
        if self._showing:
            self._wanted = file
        elif window is not None and path == self.path:
            window.raise_()
            window.activateWindow()
        elif not isinstance(window, MainWindow):
            self.open(path)
        elif window.may_close():
            leaving.first(window.ctx, window, lambda: self.open(path))

    def restore(self, copy: Path, damaged: Path | None = None) -> None:
        """Put a backup in the place of the open shop, or of a damaged one; if that fails it is opened as it was."""
        path = damaged or self.path
        if path is not None:
            self._restoring, self._answers = copy, Answers()
            self._begin(path, partial(shop_files.open_restored, path, copy))

    def _begin(self, path: Path, opener: Callable[[], Shop], *, reading: bool = False) -> None:
        self._close_shop()
        self.path, self._reading = path, reading
        self.tasks = Tasks(opener, parent=self)
        self._show_main()

    def start(self, error: str = "", damaged: Path | None = None, in_use: Path | None = None) -> StartPage:
        """Show the start page, with a way to bring a ``damaged`` shop back or to look at one that is ``in_use``."""
        from desktop_crm.ui.start_page import StartPage

        self._close_shop()
        page = StartPage(self._context(), error, damaged, in_use)
        page.chosen.connect(lambda path: self.open(Path(path)))
        page.ctx.rebuild_wanted.connect(lambda: self.start(error, damaged, in_use))
        page.wanted_restore.connect(lambda copy: self.restore(Path(copy), damaged))
        page.wanted_reading.connect(lambda path: self.read(Path(path)))
        self._show(page)
        return page

    def start_sample(self) -> None:
        """Open the sample shop; the first time it is made, with its progress on the start page."""
        if shop_files.sample_path().exists():
            self.open(shop_files.sample_path())
            return
        self.start().open_sample()

    def quit(self) -> None:
        """End the program: finish what is being saved, close the shop."""
        if self.path is not None:
            self.state.put("last_shop", str(self.path))
        self.state.save()
        self._close_shop()
        self._app.quit()

    def _context(self) -> Context:
        lang = self.state.language()
        self._speak(lang)
        return Context(self.tasks, translator(lang), self.theme, self.state, path=self.path, parent=self)

    def _speak(self, lang: str) -> None:
        """Let the letters and Qt's own texts, as in the menus of text fields and file dialogs, follow the language."""
        self.theme.speak()
        self._qt_texts.speak(lang)

    def _show_main(self) -> None:
        if isinstance(self.window, MainWindow):
            self.window.remember()  # the new one takes its place on the screen
        window = MainWindow(self._context(), reading=self._reading)
        if isinstance(self.window, MainWindow):  # the customer may still be looking
            window.ctx.customer_view.set(self.window.ctx.customer_view.on)
            if window.ctx.tasks is self.window.ctx.tasks:  # the same shop in another look
                window.backups.follow(self.window.backups)
        window.ctx.rebuild_wanted.connect(self._show_main)
        window.refused.connect(self._refused)
        window.ready.connect(self._opened)
        window.wanted_file.connect(self._other_file)
        window.wanted_new.connect(self._new)
        window.wanted_restore.connect(lambda copy: self.restore(Path(copy)))
        self._show(window)
        window.begin()

    def _show(self, window: MainWindow | StartPage) -> None:
        old = self.window
        self.window = window
        window.closed.connect(self.quit)
        errors.install_hooks(window.reporter)
        window.show()
        self._showing = True
        self._app.processEvents()  # paint before anything heavy is imported
        self._showing = False
        if old is not None:
            old.closed.disconnect()
            old.ctx.customer_view.blockSignals(True)
            old.hide()
            old.deleteLater()
            old.ctx.deleteLater()
        if self._wanted:
            file, self._wanted = self._wanted, ""
            QTimer.singleShot(0, self, lambda: self.want(file))

    def _opened(self) -> None:
        QTimer.singleShot(pace.SETTLED, self, pace.settle)
        if self.path is not None:
            self.state.put("last_shop", str(self.path))
            self.state.save()
        if self._restoring is not None and isinstance(self.window, MainWindow):
            self._restoring = None
            t = self.window.ctx.t
            self.window.ctx.toast(t("The backup was restored. What was there before is kept as a backup."))

    def _refused(self, error: BaseException) -> None:
        """The shop was not opened: a question about it first, else back to the start page with the sentence."""
        path = self.path
        if isinstance(error, NeedsConfirmation) and path is not None:
            self._ask(path, error)
            return
        if self._restoring is not None and path is not None:
            self._restoring = None
            self.open(path)
            self.tasks.failure.emit(error)
            return
        lang = self.state.language()
        if isinstance(error, CrmError):
            damaged, in_use = _is_lost(error), _can_be_read(error)
            self.start(translator(lang).error(error), path if damaged else None, path if in_use else None)
        else:
            self.start().reporter.tell(error)

    def _ask(self, path: Path, question: NeedsConfirmation) -> None:
        """Whose the file is, or whether the clock is right; without an answer nothing is opened."""
        from desktop_crm.services.devices import OtherComputer
        from desktop_crm.ui.computer_dialog import ComputerDialog

        assert self.window is not None
        ctx = self.window.ctx
        asked: ComputerDialog | errors.Message
        if isinstance(question, OtherComputer):
            asked = ComputerDialog(ctx, question, self.window)
            asked.answered.connect(lambda here: self.open(path, replace(self._answers, here=here)))
            asked.only_read.connect(lambda: self.read(path))
        else:
            t = ctx.t
            what, advice = t(question.message, **question.params), t(question.advice, **question.params)
            asked = errors.Message(ctx, what, advice, yes=t("Open all the same"), parent=self.window)
            asked.accepted.connect(lambda: self.open(path, replace(self._answers, clock=True)))
        asked.rejected.connect(self._not_answered)
        asked.open()

    def _not_answered(self) -> None:
        self._restoring = None
        self.start()

    def _new(self, name: str) -> None:
        """Make a shop beside the one that is open, then open it in its place."""
        window = self.window
        if isinstance(window, MainWindow) and window.may_close():
            shop_files.make(window.ctx, name, self.open, window)

    def _other_file(self, what: str) -> None:
        window = self.window
        if not isinstance(window, MainWindow) or not window.may_close():
            return
        if what == "sample":
            self.start_sample()
        else:
            from desktop_crm.ui.start_page import ask_shop

            file = ask_shop(window.ctx, window)
            if file is not None:
                window.ctx.tasks.background(shop_files.require_shop, file, done=self.open, owner=window)

    def _theme_changed(self) -> None:
        if self.theme.mode == "system" and isinstance(self.window, MainWindow) and self.window.may_close():
            self._show_main()

    def _close_shop(self) -> None:
        self.tasks.close()
        self.tasks = Tasks(parent=self)
        self.path = None


def main(argv: list[str]) -> int:
    """Start with a window, or without one where there is no display."""
    sample = "--sample" in argv
    files = [word for word in argv if not word.startswith("-") and word != "open"]
    if not has_display():
        from desktop_crm.ui import without_display

        return without_display.run(Path(files[0]) if files else None)
    app = QApplication.instance() or Application([sys.argv[0]])
    assert isinstance(app, QApplication)
    app.setApplicationName("Desktop CRM")
    app.setWindowIcon(QIcon(str(paths.resource_dir() / "desktop-crm.svg")))
    app.setDesktopFileName(paths.APP)
    program = Program(app)
    if isinstance(app, Application):
        app.file_wanted.connect(program.want)
    if sys.platform == "darwin" and not files:
        app.processEvents()  # the Finder names the file in an event
    last = program.state.text("last_shop")
    if files:
        program.open(Path(files[0]).absolute())
    elif program.window is not None:
        pass  # macOS has named one
    elif sample:
        program.start_sample()
    elif last and Path(last).exists():
        program.open(Path(last))
    else:
        program.start()
    crash_log.start()
    return app.exec()


def screenshots(shop: Path, folder: Path, *, lang: str, mode: str, width: int) -> list[Path]:
    """Draw every tab of ``shop`` into ``folder``, with or without a display; the files made."""
    from desktop_crm.ui.screenshots import SIZE, render_shop

    if not has_display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    return render_shop(shop, folder, lang=lang, mode=mode, size=(width, SIZE[1]))


def _is_lost(error: BaseException) -> bool:
    """Whether only a backup helps against what was wrong with a file."""
    from desktop_crm.store import faults  # brings SQLAlchemy, which the start does without

    sentences = (faults.DAMAGED[0], faults.SENTENCES[faults.NOTADB][0])
    return isinstance(error, CrmError) and error.message in sentences


def _can_be_read(error: BaseException) -> bool:
    """Whether a shop can be looked at: another window has it, or it lies where nothing can be written."""
    from desktop_crm.store import faults
    from desktop_crm.store.lock import InUse

    read_only = isinstance(error, CrmError) and error.message == faults.SENTENCES[faults.READONLY][0]
    return isinstance(error, InUse) or read_only


def has_display() -> bool:
    """Whether a window can be shown; only Linux can be without."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
