"""The first screen: language and text size, then a new shop, an existing one, or the sample shop."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QMainWindow, QVBoxLayout, QWidget

from desktop_crm.core import paths
from desktop_crm.core.i18n import LANGUAGES
from desktop_crm.ui import shop_files
from desktop_crm.ui.context import Context
from desktop_crm.ui.errors import Reporter
from desktop_crm.ui.icons import pixmap
from desktop_crm.ui.theme import tokens
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.edits import TextEdit
from desktop_crm.ui.widgets.file_dialogs import ask_file
from desktop_crm.ui.widgets.form import Form, combo
from desktop_crm.ui.widgets.labels import Label
from desktop_crm.ui.widgets.progress import ProgressStrip


class StartPage(QMainWindow):
    """``chosen(path)`` when a shop is there to open; ``error`` is a sentence said above the choices.

    With a ``damaged`` shop the first choice is to bring a backup of it back: ``wanted_restore(backup)``. One that is
    ``in_use`` elsewhere can be looked at: ``wanted_reading``.
    """

    chosen = Signal(str)
    wanted_restore = Signal(str)
    wanted_reading = Signal(str)
    closed = Signal()

    def __init__(self, ctx: Context, error: str = "", damaged: Path | None = None, in_use: Path | None = None) -> None:
        super().__init__()
        self.ctx = ctx
        self._damaged = damaged
        self._in_use = in_use
        self._finished = False
        self.reporter = Reporter(ctx, self)
        self.setWindowTitle("Desktop CRM")
        self.resize(ctx.theme.px(860), ctx.theme.px(620))
        place = QWidget()
        place.setProperty("look", "page")
        column = QVBoxLayout(place)
        column.setContentsMargins(0, 0, 0, 0)
        column.addStretch(1)
        middle = QHBoxLayout()  # an alignment would give the box no height for sentences that wrap
        middle.addStretch(1)
        middle.addWidget(self._box(error))
        middle.addStretch(1)
        column.addLayout(middle)
        column.addStretch(1)
        column.addWidget(ProgressStrip(ctx))
        self.setCentralWidget(place)

    def make_shop(self, name: str) -> None:
        """Make an empty shop in the user's data folder and open it."""
        shop_files.make(self.ctx, name, self._open, self)

    def open_sample(self) -> None:
        """Open the sample shop; the first time it is made."""
        path = shop_files.sample_path()
        if path.exists():
            self._open(path)
            return
        self._buttons.setEnabled(False)
        self.ctx.tasks.heavy(
            shop_files.create_sample,
            path,
            done=self._open,
            failed=self._sample_failed,
            owner=self,
            title=self.ctx.t("Making the sample shop"),
        )

    def choose_backup(self) -> None:
        """Offer the backups of the damaged shop."""
        from desktop_crm.ui.backup_restore import RestoreDialog

        dialog = RestoreDialog(self.ctx, self, self._damaged)
        dialog.chosen.connect(self._restore)
        dialog.open()

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        if not self._finished:
            self.closed.emit()

    def _box(self, error: str) -> QWidget:
        ctx, t, theme = self.ctx, self.ctx.t, self.ctx.theme
        box = QFrame()
        box.setProperty("look", "card")
        box.setFixedWidth(theme.px(560))
        column = QVBoxLayout(box)
        column.setContentsMargins(theme.px(32), theme.px(28), theme.px(32), theme.px(28))
        column.setSpacing(theme.px(14))
        head = QHBoxLayout()
        sign = Label()
        sign.setPixmap(pixmap(theme, "handshake", "accentink", theme.px(34)))
        head.addWidget(sign)
        head.addWidget(Label("Desktop CRM", "title"), 1)
        column.addLayout(head)
        column.addWidget(
            Label(t("Customers, quotations, orders and grades, in one file on this computer."), "soft", wrap=True)
        )
        if error:
            column.addWidget(Label(error, "error", wrap=True))
        column.addWidget(self._looks(ctx))
        self._buttons = QWidget()
        steps = QVBoxLayout(self._buttons)
        steps.setContentsMargins(0, theme.px(6), 0, 0)
        steps.setSpacing(theme.px(8))
        if self._damaged is not None:
            steps.addWidget(button(t("Restore a backup ..."), self.choose_backup, primary=True, theme=theme))
        if self._in_use is not None:
            steps.addWidget(button(t("Open it for reading"), self._read, primary=True, theme=theme, picture="eye"))
        first = self._damaged is None and self._in_use is None
        steps.addWidget(button(t("Try the sample shop"), self.open_sample, primary=first, theme=theme, picture="store"))
        steps.addWidget(button(t("New shop ..."), self._ask_name, theme=theme, picture="file-plus"))
        steps.addWidget(button(t("Open shop ..."), self._ask_file, theme=theme, picture="folder-open"))
        column.addWidget(self._buttons)
        return box

    def _looks(self, ctx: Context) -> QWidget:
        t = ctx.t
        limits = tokens()["limits"]
        form = Form(ctx, 2)
        self.language = combo(list(LANGUAGES.items()))
        sizes = [(size, str(size)) for size in range(limits["text_min"], limits["text_max"] + 1)]
        self.text_size = combo(sizes)
        form.add("language", t("Language"), self.language)
        form.add("text_size", t("Text size"), self.text_size)
        form.set_values({"language": t.lang, "text_size": ctx.theme.text_size})
        self.language.activated.connect(self._look_chosen)
        self.text_size.activated.connect(self._look_chosen)
        return form

    def _look_chosen(self) -> None:
        self.ctx.state.put("language", self.language.currentData())
        self.ctx.theme.choose(text_size=self.text_size.currentData())
        self.ctx.rebuild_wanted.emit()

    def _ask_name(self) -> None:
        dialog = NameDialog(self.ctx, self)
        dialog.named.connect(self.make_shop)
        dialog.open()

    def _ask_file(self) -> None:
        file = ask_shop(self.ctx, self)
        if file is not None:
            self._open(file)

    def _sample_failed(self, error: BaseException) -> None:
        self._buttons.setEnabled(True)
        self.reporter.tell(error)

    def _restore(self, copy: str) -> None:
        self._finished = True
        self.wanted_restore.emit(copy)

    def _read(self) -> None:
        self._finished = True
        self.wanted_reading.emit(str(self._in_use))

    def _open(self, path: Path) -> None:
        self._finished = True
        self.chosen.emit(str(path))


class NameDialog(QDialog):
    """Asks for the name of a new shop: ``named(name)``."""

    named = Signal(str)

    def __init__(self, ctx: Context, parent: QWidget) -> None:
        super().__init__(parent)
        t, theme = ctx.t, ctx.theme
        self.setWindowTitle(t("New shop"))
        self.setMinimumWidth(theme.px(420))
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(22), theme.px(20), theme.px(22), theme.px(16))
        column.setSpacing(theme.px(14))
        form = Form(ctx, 1)
        self.name = TextEdit(limit=100)
        form.add("name", t("Name of the firm"), self.name, required=True)
        column.addWidget(form)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(button(t("Cancel"), self.reject))
        make = button(t("Make the shop"), self.accept, primary=True)
        make.setDefault(True)
        make.setEnabled(False)
        self.name.textChanged.connect(lambda text: make.setEnabled(bool(text.strip())))
        row.addWidget(make)
        column.addLayout(row)
        self.accepted.connect(lambda: self.named.emit(self.name.text().strip()))


def ask_shop(ctx: Context, parent: QWidget) -> Path | None:
    """Let the user choose a shop file; None when they do not."""
    return ask_file(parent, ctx.t("Open shop"), ctx.t("Shop files (*.dcrm)"), paths.shops_dir())
