"""What every section of the settings is: a scrolled column of cards, most with a form that is saved at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop_crm.core.errors import UserError
from desktop_crm.ui.context import Context
from desktop_crm.ui.recovery import Recovery
from desktop_crm.ui.widgets.form import Form
from desktop_crm.ui.widgets.labels import Card, Label, Note


class Section(QWidget):
    """``edited``: whether there is something to save is another answer."""

    edited = Signal()

    def __init__(self, ctx: Context, title: str, about: str) -> None:
        super().__init__()
        self.ctx = ctx
        theme = ctx.theme
        inner = QWidget()
        inner.setProperty("look", "page")
        self.column = QVBoxLayout()
        self.column.setSpacing(theme.px(12))
        self.column.addWidget(Label(title, "name"))
        self.column.addWidget(Label(about, "muted", wrap=True))
        held = QWidget()
        held.setProperty("look", "clear")
        held.setMaximumWidth(theme.px(860))
        held.setLayout(self.column)
        self.column.setContentsMargins(0, 0, 0, 0)
        across = QHBoxLayout()
        across.addWidget(held, 100)
        across.addStretch(1)
        column = QVBoxLayout(inner)
        column.setContentsMargins(theme.px(22), theme.px(18), theme.px(22), theme.px(18))
        column.addLayout(across)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inner)
        area.setAccessibleName(title)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)

    @property
    def can_save(self) -> bool:
        """Whether something typed is not saved."""
        return False

    def card(self, heading: str = "") -> Card:
        """Another card at the foot of the column."""
        card = Card(self.ctx.theme, heading)
        self.column.addWidget(card)
        return card

    def first_shown(self) -> None:
        """Read what is shown; called once."""

    def reload(self) -> None:
        """Read again; what is typed and not saved stays."""

    def save(self) -> None:
        """Ctrl+S."""

    def forget(self) -> None:
        """What was typed is thrown away."""


class FormSection(Section):
    """A section around ``self.form``. Subclasses fill it in ``fill`` and name the services."""

    said: str  # msgid of the line after saving
    services: Callable[[], tuple[Callable[..., Any], Callable[..., Any]]]
    """Gives ``read(session)``, which gives what ``fill`` takes, and ``write(session, values)``."""
    fill: Callable[[Any], None]
    """Shows what is stored."""

    def __init__(self, ctx: Context, key: str, title: str, about: str, columns: int = 2) -> None:
        super().__init__(ctx, title, about)
        self.form = Form(ctx, columns)
        self.found = Note(ctx.theme, "warning")
        self.found.hide()
        self.column.addWidget(self.found)
        self.recovery = Recovery(f"{ctx.path}/settings/{key}", self)
        self.form.changed.connect(self._typed)

    @property
    def can_save(self) -> bool:
        return self.form.dirty

    def first_shown(self) -> None:
        """Show what is stored, and over it what was typed before a crash."""
        self._read(self._start)

    def reload(self) -> None:
        """Read again unless something is typed."""
        if not self.form.dirty:
            self._read(self.fill)

    def values(self) -> dict[str, Any]:
        """What to save; raises UserError."""
        return self.form.values()

    def save(self) -> None:
        """Store what is typed, or say at the field what is wrong."""
        try:
            values = self.values()
        except UserError as error:
            self.refused(error)
            return
        self.ctx.tasks.write(self.services()[1], values, done=self._saved, failed=self.refused, owner=self)

    def refused(self, error: BaseException) -> None:
        """Say it at the field at fault, or in a box."""
        if not self.form.show_error(error):
            self.ctx.tasks.failure.emit(error)

    def forget(self) -> None:
        self.form.dirty = False
        self.recovery.forget()

    def _read(self, done: Callable[[Any], object]) -> None:
        self.ctx.tasks.read(self.services()[0], done=done, owner=self, slot="stored")

    def _start(self, stored: Any) -> None:
        self.fill(stored)
        if typed := self.recovery.found():
            self.form.set_texts(typed)
            self.found.say("", self.ctx.t("This is what you had typed before the program ended. Save it or go back."))

    def _typed(self) -> None:
        self.recovery.keep(self.form.texts())
        self.edited.emit()

    def _saved(self, outcome: Any) -> None:
        self.forget()
        self.form.clear_errors()
        self.found.hide()
        self.ctx.toast(self.ctx.t(self.said), outcome.changed.batch_id)
        self.edited.emit()
        self.reload()
