"""What belongs to this computer and not to the shop: language, sizes, colours, and who sits here."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QComboBox

from desktop_crm.core.i18n import LANGUAGES
from desktop_crm.ui.context import Context
from desktop_crm.ui.main_window import MainWindow
from desktop_crm.ui.settings.section import Section
from desktop_crm.ui.theme import tokens
from desktop_crm.ui.widgets.form import Form, combo
from desktop_crm.ui.widgets.labels import Label

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class ComputerSection(Section):
    """Each choice takes effect at once."""

    def __init__(self, ctx: Context) -> None:
        t = ctx.t
        about = t("For this computer only; the shop file does not carry it. Each choice takes effect at once.")
        super().__init__(ctx, t("Look and language"), about)
        limits = tokens()["limits"]
        self.language = combo(list(LANGUAGES.items()))
        self.mode = combo([("system", t("Like the system")), ("light", t("Light")), ("dark", t("Dark"))])
        self.text_size = combo([(size, str(size)) for size in range(limits["text_min"], limits["text_max"] + 1)])
        self.compact = QCheckBox(t("More rows on the screen"))
        self.me = combo([("", t("Nobody in particular"))])
        form = Form(ctx, 2)
        form.add("language", t("Language"), self.language)
        form.add("theme", t("Theme"), self.mode)
        form.add("text_size", t("Text size"), self.text_size)
        form.add("compact", t("Compact rows"), self.compact)
        self._show_choices()
        self.card(t("Look")).body.addWidget(form)
        who = Form(ctx, 2)
        who.add("me", t("I am"), self.me, span=2)
        card = self.card(t("Who works here"))
        card.body.addWidget(who)
        card.body.addWidget(Label(t("Then “My customers” shows those you are in charge of."), "muted", wrap=True))
        theme, state = ctx.theme, ctx.state
        self.language.activated.connect(
            lambda _n: self._change(lambda: state.put("language", self.language.currentData()))
        )
        self.mode.activated.connect(lambda _n: self._change(lambda: theme.choose(mode=self.mode.currentData())))
        self.text_size.activated.connect(
            lambda _n: self._change(lambda: theme.choose(text_size=self.text_size.currentData()))
        )
        self.compact.clicked.connect(lambda on: self._change(lambda: theme.choose(compact=on)))
        self.me.activated.connect(lambda _n: self._change(lambda: state.put("me", self.me.currentData())))

    def first_shown(self) -> None:
        self.reload()

    def reload(self) -> None:
        """Read who works here."""
        self.ctx.tasks.read(_names, done=self._fill, owner=self, slot="names")

    def _fill(self, names: list[tuple[uuid.UUID, str]]) -> None:
        fill_people(self.me, names, self.ctx.state.text("me"))

    def _change(self, change: Callable[[], object]) -> None:
        """Through the window, which asks before unsaved typing would be lost."""
        window = self.window()
        if isinstance(window, MainWindow):
            window.rebuild(change)
        else:
            change()
            self.ctx.rebuild_wanted.emit()
        self._show_choices()

    def _show_choices(self) -> None:
        """What is in force, also when the user has thought better of it."""
        theme = self.ctx.theme
        self.language.setCurrentIndex(self.language.findData(self.ctx.state.text("language", self.ctx.t.lang)))
        self.mode.setCurrentIndex(self.mode.findData(theme.mode))
        self.text_size.setCurrentIndex(self.text_size.findData(theme.text_size))
        self.compact.setChecked(theme.compact)


def fill_people(box: QComboBox, names: list[tuple[uuid.UUID, str]], chosen: str) -> None:
    """Put people behind the first entry of a box."""
    while box.count() > 1:
        box.removeItem(1)
    for key, name in names:
        box.addItem(name, str(key))
    box.setCurrentIndex(max(box.findData(chosen), 0))


def _names(session: Session) -> list[tuple[uuid.UUID, str]]:
    from desktop_crm.services import staff

    return staff.names(session)
