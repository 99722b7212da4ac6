"""A small window around a form: title, what it is about, fields, Save and Cancel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop_crm.core.errors import UserError
from desktop_crm.ui.context import Context
from desktop_crm.ui.errors import Message
from desktop_crm.ui.recovery import Recovery
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.dialog_height import DialogHeight
from desktop_crm.ui.widgets.form import Form
from desktop_crm.ui.widgets.labels import Label, Note
from desktop_crm.ui.widgets.yielding import Yielding


class FormDialog(QDialog):
    """Subclasses add fields to ``form`` and write in ``save``, which ends in ``saved`` or ``refused``.

    Ctrl+Enter and Ctrl+S save; Esc closes, and asks first when something was typed. Cancel does not ask.
    """

    save: Callable[[], None]

    def __init__(self, ctx: Context, title: str, about: str, parent: QWidget, *, columns: int = 2) -> None:
        super().__init__(parent)
        self.ctx = ctx
        theme, t = ctx.theme, ctx.t
        self.setWindowTitle(title)
        self.setMinimumWidth(theme.px(480))
        self.form = Form(ctx, columns=columns)
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.px(20), theme.px(18), theme.px(20), theme.px(18))
        box.setSpacing(theme.px(12))
        box.addWidget(Label(title, "name"))
        self.about = Label(about, "muted", wrap=True)
        box.addWidget(self.about)
        self.about.setVisible(bool(about))
        self.place = Yielding(theme, self.form)  # the buttons stay in sight on a low screen
        box.addWidget(self.place)
        self.buttons = QHBoxLayout()
        self.buttons.addStretch(1)
        self._save = button(t("Save"), self._try, primary=True)
        for keys in ("Ctrl+Return", "Ctrl+Enter", "Ctrl+S"):  # not the button's own key: a new text takes that away
            QShortcut(QKeySequence(keys), self, self._save.click)
        self._save.setDefault(True)
        self.buttons.addWidget(self._save)
        box.addLayout(self.buttons)
        # second in line: Tab and Enter after the last field must not throw the typing away
        self.buttons.insertWidget(1, button(t("Cancel"), self.discard))
        DialogHeight(self)

    def survive(self, key: str) -> None:
        """Let what is typed survive a crash under ``key``; what was kept is put back. Called with the fields filled."""
        recovery = Recovery(f"{self.ctx.path}/{key}", self)
        if typed := recovery.found():
            self.form.set_texts(typed)
            found, t = Note(self.ctx.theme, "warning"), self.ctx.t
            found.say("", t("This is what you had typed before the program ended. Save it or go back."))
            box = self.layout()
            assert isinstance(box, QVBoxLayout)
            box.insertWidget(box.indexOf(self.place), found)
        self.form.changed.connect(lambda: recovery.keep(self.form.texts()))
        self.finished.connect(lambda _result: recovery.forget())

    def focus_on(self, name: str) -> None:
        """Put the cursor into a field once the window is there; a preset text is selected, so typing replaces it."""
        control = self.form.rows[name].control

        def take() -> None:
            control.setFocus()
            if isinstance(control, QLineEdit):
                control.selectAll()

        QTimer.singleShot(0, control, take)

    def reject(self) -> None:
        """Esc and the cross of the window."""
        if not self.form.dirty:
            self.discard()
            return
        t = self.ctx.t
        what, advice = t("What you typed here is not saved."), t("Leave without saving?")
        box = Message(self.ctx, what, advice, yes=t("Discard"), parent=self)
        box.accepted.connect(self._leave)
        box.open()

    def _leave(self) -> None:
        """Close both windows; some window managers then give the keys to none, so the window below asks for them."""
        self.discard()
        parent = self.parentWidget()
        if parent is not None:
            QTimer.singleShot(0, parent, parent.window().activateWindow)

    def discard(self) -> None:
        """Close without saving."""
        super().reject()

    def saved(self, said: str, outcome: Any) -> None:
        """Close, and say what was done with an offer to undo it."""
        self.accept()
        self.ctx.toast(said, outcome.changed.batch_id)

    def refused(self, error: BaseException) -> None:
        """Say it at the field at fault, or in a box."""
        if not self.form.show_error(error):
            self.ctx.tasks.failure.emit(error)

    def _try(self) -> None:
        try:
            self.save()
        except UserError as error:
            self.refused(error)
