"""Deliveries and payments of an order: a few rows in words, each with what can be done to it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.ui.context import Context
from desktop_crm.ui.table_model import Pill
from desktop_crm.ui.widgets.buttons import more_button
from desktop_crm.ui.widgets.labels import ElidedLabel, Label, PillLabel, line


@dataclass(frozen=True, slots=True)
class Entry:
    """A row: its number in bold, a pill, a figure at the right, one line of facts; ``verbs`` are (key, text)."""

    id: uuid.UUID
    title: str
    facts: str
    pill: Pill | None = None
    figure: str = ""
    verbs: tuple[tuple[str, str], ...] = ()


class RowsView(QWidget):
    """Groups of entries under headings; ``wanted(verb, id)``."""

    wanted = Signal(str, object)

    def __init__(self, ctx: Context, nothing: str) -> None:
        super().__init__()
        self.setProperty("look", "clear")
        self._ctx = ctx
        self._nothing = nothing
        self._inner = QWidget()
        px = ctx.theme.px
        column = QVBoxLayout(self)
        column.setContentsMargins(px(18), px(10), px(18), px(14))
        column.addWidget(self._inner)
        column.addStretch(1)

    def show_groups(self, groups: Sequence[tuple[str, Sequence[Entry]]]) -> None:
        """Show other entries, each group under its heading (if it has one); empty groups are left out."""
        theme = self._ctx.theme
        self._inner.hide()
        self._inner.deleteLater()
        self._inner = QWidget(self)
        box = QVBoxLayout(self._inner)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.px(8))
        if not any(entries for _heading, entries in groups):
            box.addWidget(Label(self._nothing, "muted", wrap=True))
        for heading, entries in groups:
            if heading and entries:
                box.addSpacing(theme.px(6))
                box.addWidget(Label(heading, "heading"))
            for entry in entries:
                box.addLayout(self._row(entry))
                box.addWidget(line())
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(0, self._inner)

    def _row(self, entry: Entry) -> QHBoxLayout:
        theme = self._ctx.theme
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        head.addWidget(Label(entry.title, "bold"))
        if entry.pill is not None:
            head.addWidget(PillLabel(entry.pill))
        head.addStretch(1)
        if entry.figure:
            head.addWidget(Label(entry.figure, "bold"))
        words = QVBoxLayout()
        words.setSpacing(theme.px(2))
        words.addLayout(head)
        words.addWidget(ElidedLabel(entry.facts, "small"))
        made = QHBoxLayout()
        made.setSpacing(theme.px(10))
        made.addLayout(words, 1)
        if entry.verbs:
            made.addWidget(self._menu(entry), 0, Qt.AlignmentFlag.AlignVCenter)
        return made

    def _menu(self, entry: Entry) -> QWidget:
        actions: list[QAction | None] = []
        for verb, text in entry.verbs:
            action = QAction(text, self._inner)
            action.triggered.connect(lambda _checked=False, verb=verb: self.wanted.emit(verb, entry.id))
            actions.append(action)
        return more_button(self._ctx.theme, self._ctx.t("More about %(number)s", number=entry.title), actions)
