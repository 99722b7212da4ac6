"""The contacts of the customer shown on the card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop_crm.ui.context import Context
from desktop_crm.ui.table_model import Pill
from desktop_crm.ui.widgets.buttons import button, icon_button
from desktop_crm.ui.widgets.labels import ElidedLabel, Label, PillLabel, line

if TYPE_CHECKING:
    from desktop_crm.services.contacts import ContactRow


class ContactsView(QScrollArea):
    """Names with their numbers; ``chosen(ContactRow | None)`` to edit one or add one."""

    chosen = Signal(object)

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self._ctx = ctx
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.show_rows([])

    def show_rows(self, rows: list[ContactRow]) -> None:
        """Show other contacts."""
        theme, t = self._ctx.theme, self._ctx.t
        inner = QWidget()
        inner.setProperty("look", "clear")
        column = QVBoxLayout(inner)
        column.setContentsMargins(theme.px(18), theme.px(8), theme.px(18), theme.px(8))
        column.setSpacing(theme.px(6))
        if not rows:
            column.addWidget(Label(t("Nobody is named here yet."), "muted", wrap=True))
        for row in rows:
            column.addLayout(self._row(row))
            column.addWidget(line())
        add = QHBoxLayout()
        add.addWidget(button(t("Add contact"), lambda: self.chosen.emit(None), theme=theme, picture="plus"))
        add.addStretch(1)
        column.addLayout(add)
        column.addStretch(1)
        self.setWidget(inner)

    def _row(self, row: ContactRow) -> QHBoxLayout:
        theme, t = self._ctx.theme, self._ctx.t
        words = QVBoxLayout()
        words.setSpacing(theme.px(2))
        head = QHBoxLayout()
        head.addWidget(Label(f"{row.name} {row.salutation}".strip(), "bold"))
        if row.is_primary:
            head.addWidget(PillLabel(Pill(t("Main contact"), "ok")))
        head.addStretch(1)
        words.addLayout(head)
        role = " · ".join(part for part in (row.department, row.title, row.note) if part)
        if role:
            words.addWidget(ElidedLabel(role, "small"))
        for point in row.points:
            label = Label(point.typed, "soft")
            label.setTextInteractionFlags(
                label.textInteractionFlags() | label.textInteractionFlags().TextSelectableByMouse
            )
            words.addWidget(label)
        made = QHBoxLayout()
        made.addLayout(words, 1)
        made.addWidget(icon_button(theme, "pencil", t("Edit %(name)s", name=row.name), lambda: self.chosen.emit(row)))
        return made
