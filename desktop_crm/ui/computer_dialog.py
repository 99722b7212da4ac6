"""The question about a shop file that was last used on another computer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QRadioButton, QVBoxLayout, QWidget

from desktop_crm.ui.context import Context
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.dialog_height import DialogHeight
from desktop_crm.ui.widgets.form import combo
from desktop_crm.ui.widgets.labels import Label

if TYPE_CHECKING:
    from desktop_crm.services.devices import OtherComputer

MARGIN = 22


class ComputerDialog(QDialog):
    """``answered`` with what ``shops.open_shop`` takes as ``here``; ``only_read`` for a look without an answer."""

    answered = Signal(str)
    only_read = Signal()

    def __init__(self, ctx: Context, question: OtherComputer, parent: QWidget | None) -> None:
        super().__init__(parent)
        t, theme = ctx.t, ctx.theme
        self.ctx = ctx
        self.setWindowTitle("Desktop CRM")
        self.setMinimumWidth(theme.px(560))
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(MARGIN), theme.px(20), theme.px(MARGIN), theme.px(16))
        column.setSpacing(theme.px(10))
        column.addWidget(Label(t("This shop comes from another computer"), "name", wrap=True))
        column.addWidget(Label(self._whence(question), "soft", wrap=True))
        self.moved = QRadioButton(t("It has moved here for good"))
        self.moved.setChecked(True)
        self.copy = QRadioButton(t("This is a copy on a laptop"))
        self.letter = self._letters(question)
        moved = t("The numbers of quotations and orders go on. Do not use the file on the other computer any more.")
        copy = t(
            "The other computer goes on as well. Numbers made here get a letter of their own, as in %(example)s. "
            "What is entered here stays in this copy; bringing it back into the other one comes in a later version.",
            example=f"Q{self.letter.currentData()}2026-0001",
        )
        for choice, words in ((self.moved, moved), (self.copy, copy)):
            column.addSpacing(theme.px(4))
            column.addWidget(choice)
            column.addLayout(self._indented(Label(words, "muted", wrap=True)))
        column.addLayout(self._letter_row())
        column.addLayout(self._indented(Label(self._known(question), "small", wrap=True)))
        self.copy.toggled.connect(self.letter.setEnabled)
        column.addSpacing(theme.px(6))
        row = QHBoxLayout()
        row.addWidget(button(t("Look only"), self._look))
        row.addStretch(1)
        row.addWidget(button(t("Cancel"), self.reject))
        self.open_button = button(t("Open the shop"), self._answer, primary=True)
        self.open_button.setDefault(True)
        row.addWidget(self.open_button)
        column.addLayout(row)
        DialogHeight(self)

    def _whence(self, question: OtherComputer) -> str:
        from desktop_crm.core.dates import clock

        t, held = self.ctx.t, question.held
        name = held.computer or t("a computer without a name")
        if held.last_change is None:
            return t("It was last used on %(computer)s.", computer=name)
        local = clock.local(held.last_change)
        when = f"{t.date(local.date())} {local:%H:%M}"
        return t(
            "It was last used on %(computer)s; the last change there was on %(when)s.",
            computer=name,
            when=when,
        )

    def _letters(self, question: OtherComputer) -> QComboBox:
        from desktop_crm.services import devices

        box = combo([(letter, letter) for letter in devices.letters(question.held)])
        box.setCurrentIndex(max(0, box.findData(devices.proposed(question.held))))
        box.setAccessibleName(self.ctx.t("Letter of the numbers made here"))
        box.setEnabled(False)
        return box

    def _letter_row(self) -> QHBoxLayout:
        t = self.ctx.t
        row = self._indented(Label(t("Letter of the numbers made here")), 0)
        row.addWidget(self.letter)
        row.addStretch(1)
        return row

    def _known(self, question: OtherComputer) -> str:
        """Which letters are taken: the file knows of its own copies only, the user of all laptops."""
        from desktop_crm.services import devices

        t = self.ctx.t
        words = [f"{letter} ({name})" if name else letter for letter, name in devices.known(question.held)]
        taken = ("、" if t.lang.startswith("zh") else ", ").join(words)
        other = t("Every laptop needs a letter of its own; the title of its window shows it.")
        if not taken:
            return other
        return t("Taken in this file: %(letters)s.", letters=taken) + ("" if t.lang.startswith("zh") else " ") + other

    def _indented(self, widget: QWidget, stretch: int = 1) -> QHBoxLayout:
        """A row in a layout of its own: a widget around it would not know the height of wrapped words."""
        row = QHBoxLayout()
        row.addSpacing(self.ctx.theme.px(MARGIN))
        row.addWidget(widget, stretch)
        return row

    def _answer(self) -> None:
        from desktop_crm.services import devices

        self.accept()
        self.answered.emit(self.letter.currentData() if self.copy.isChecked() else devices.MOVED)

    def _look(self) -> None:
        self.accept()
        self.only_read.emit()
