"""Who would move and why, each to be ticked or left out before anything changes."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.core.i18n import N_, Translator
from desktop_crm.ui.context import Context
from desktop_crm.ui.table_model import Column, ListQuery, Pill, TableModel
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.labels import Label
from desktop_crm.ui.widgets.list_view import ListView

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop_crm.services.grading import Mover
    from desktop_crm.services.grading_reasons import Reason

TONES = {"good": "ok", "warn": "warn", "bad": "bad", "plain": "neutral"}
TICK, EMPTY = "☑", "☐"
SHOWN_REASONS = 2


def _reason(t: Translator, reasons: tuple[Reason, ...]) -> Pill:
    comma = "，" if t.lang.startswith("zh") else ", "
    shown = reasons[:SHOWN_REASONS]
    overdue = any(reason.tone == "bad" for reason in shown)
    tone: Any = "bad" if overdue else TONES[reasons[0].tone] if reasons else "neutral"
    return Pill(comma.join(reason.text(t) for reason in shown), tone)


def _all_reasons(t: Translator, reasons: tuple[Reason, ...]) -> str:
    return "\n".join(reason.text(t) for reason in reasons)


COLUMNS = (
    Column("tick", "", 34),
    Column("customer", N_("Customer"), 190, "bold", stretch=True),
    Column("old", N_("From grade"), 74, "grade"),
    Column("new", N_("To grade"), 74, "grade"),
    Column("reasons", N_("Why"), 260, "pill", stretch=True, show=_reason, tip=_all_reasons),
)


class MoverSource:
    """The movers of the preview in hand; nothing is read from the file."""

    def __init__(self) -> None:
        self.movers: Sequence[Mover] = ()
        self.left_out: set[uuid.UUID] = set()

    def count(self, _session: Session, _query: ListQuery) -> int:
        """How many would move."""
        return len(self.movers)

    def window(self, _session: Session, _query: ListQuery, offset: int, limit: int) -> list[tuple[Any, ...]]:
        """Some of them."""
        return [
            (
                mover.customer_id,
                EMPTY if mover.customer_id in self.left_out else TICK,
                mover.name,
                mover.old_grade or "—",
                mover.new_grade,
                mover.reasons,
            )
            for mover in self.movers[offset : offset + limit]
        ]


class MoversList(QWidget):
    """The list with its two buttons; ``accepted(left_out)`` and ``skipped``; Space or a click on the box ticks."""

    accepted = Signal(object)
    skipped = Signal()
    opened = Signal(object)

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self._ctx = ctx
        self.source = MoverSource()
        self.model = TableModel(ctx, COLUMNS, self.source, self)
        self.view = ListView(ctx, self.model, ctx.t("Who would move"))
        self.view.setProperty("look", "inset")
        self.nothing = Label("", "muted", wrap=True)
        self.accept = button("", self._accept, primary=True)
        self.skip = button(ctx.t("Leave all as they are"), self.skipped.emit)
        row = QHBoxLayout()
        row.setSpacing(ctx.theme.px(7))
        row.addWidget(self.accept)
        row.addWidget(self.skip)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(ctx.theme.px(10))
        column.addWidget(self.nothing)
        column.addWidget(self.view, 1)
        column.addLayout(row)
        self.view.clicked.connect(self._clicked)
        self.view.installEventFilter(self)
        self.view.opened.connect(self.opened)

    def show_movers(self, movers: Sequence[Mover], nothing: str) -> None:
        """Show another preview; ``nothing`` is said when nobody moves."""
        self.source.movers = movers
        self.source.left_out.clear()
        self.model.set_query(ListQuery())
        self.nothing.setText(nothing)
        self.nothing.setVisible(not movers)
        if not movers and self.isAncestorOf(QApplication.focusWidget() or self):
            self.setFocus()  # or Qt hands the keyboard on: the page scrolls, and Enter opens the first tab
        for widget in (self.view, self.accept, self.skip):
            widget.setVisible(bool(movers))
        if movers and self.hasFocus():
            self.view.setFocus()
        self._count()

    def toggle(self, record: uuid.UUID) -> None:
        """Tick or untick one."""
        self.source.left_out ^= {record}
        self.model.reload()
        self._count()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Space ticks the current one; the table would only select it."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Space:
            record = self.view.current_id()
            if record is not None:
                self.toggle(record)
            return True
        return super().eventFilter(watched, event)

    def _clicked(self, index: QModelIndex) -> None:
        record = self.model.row_id(index.row())
        if index.column() == 0 and record is not None:
            # after the view has told which row is current, or the reload would go back to the one before
            QTimer.singleShot(0, self, lambda: self.toggle(record))

    def _count(self) -> None:
        count = len(self.source.movers) - len(self.source.left_out)
        self.accept.setText(self._ctx.t.plural("Accept the %(count)s ticked", "Accept the %(count)s ticked", count))
        self.accept.setAccessibleName(self.accept.text())
        self.accept.setEnabled(count > 0)

    def _accept(self) -> None:
        self.accepted.emit(frozenset(self.source.left_out))
