"""The cards and how they stand: two columns, or one under the other where there is no room."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from desktop_crm.ui.context import Context
from desktop_crm.ui.today.cards import ListCard, RevenueCard
from desktop_crm.ui.today.lines import Command

TWO_COLUMNS = 980  # least width for them, at 15 px text


class Board(QWidget):
    """All cards; ``cards`` are those with lists, in the order of the keyboard."""

    def __init__(self, ctx: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "page")
        self._theme = ctx.theme
        self._make(ctx)
        self.cards = (self.visits, self.inspections, self.calls, self.owing, self.late, self.lapsing)
        px = ctx.theme.px
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._columns.setContentsMargins(px(18), px(16), px(18), px(16))
        self._columns.setSpacing(px(14))
        for cards, share in (
            ((self.visits, self.inspections, self.calls, self.owing), 54),
            ((self.revenue, self.late, self.lapsing), 46),
        ):
            column = QVBoxLayout()
            column.setSpacing(px(14))
            for card in cards:
                column.addWidget(card)
            column.addStretch(1)
            self._columns.addLayout(column, share)

    def _make(self, ctx: Context) -> None:
        t = ctx.t
        customer = Command("customer", t("Open customer"))
        plan = Command("plan", t("Plan follow-up"), "calendar-check", Qt.Key.Key_F)
        todo = (
            Command("done", t("Done"), "check", Qt.Key.Key_Space, tick=True),
            Command("next", t("Done, and next"), "arrow-right", Qt.Key.Key_N),
            Command("move", t("Move to another day"), "calendar", Qt.Key.Key_M),
            customer,
        )
        pay = Command("pay", t("Receive payment"), "banknote", Qt.Key.Key_P)
        self.visits = ListCard(
            ctx, t("Appointments today"), t("No appointment with a fixed time today."), todo, aligned=True, parent=self
        )
        self.inspections = ListCard(
            ctx,
            t("Equipment to look after"),
            t("No equipment is due today."),
            (
                Command("visited", t("Visit done"), "check", Qt.Key.Key_Space, tick=True),
                Command("move_visit", t("Move to another day"), "calendar", Qt.Key.Key_M),
                customer,
            ),
            parent=self,
        )
        self.calls = ListCard(
            ctx,
            t("To follow up"),
            t("Nothing waits. What you promised somebody appears here a week before its day."),
            todo,
            parent=self,
        )
        owes = (pay, plan, customer)
        self.owing = ListCard(
            ctx, t("Overdue money"), t("Nobody is late with a payment."), owes, aligned=True, parent=self
        )
        self.late = ListCard(
            ctx,
            t("Customers later than usual"),
            t("Everybody orders as usual. A rhythm is known from the fourth order on."),
            (plan,),
            aligned=True,
            parent=self,
        )
        self.lapsing = ListCard(
            ctx,
            t("Quotations about to lapse"),
            t("No offer lapses within a week."),
            (plan, customer),
            aligned=True,
            parent=self,
        )
        self.revenue = RevenueCard(ctx, self)
        ctx.customer_view.changed.connect(self._hide_private)
        self._hide_private(ctx.customer_view.on)

    def _hide_private(self, on: bool) -> None:
        """What other customers owe or order is nobody's business who looks on."""
        for card in (self.owing, self.late):
            card.setVisible(not on)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= self._theme.px(TWO_COLUMNS)
        way = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if self._columns.direction() != way:
            self._columns.setDirection(way)
