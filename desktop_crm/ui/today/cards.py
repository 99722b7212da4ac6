"""The cards of the tab: a heading with how many there are, a short list, and what is said when it is empty."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from desktop_crm.core.dates import clock
from desktop_crm.ui.context import Context
from desktop_crm.ui.today.line_list import LineList
from desktop_crm.ui.today.lines import Command, Line
from desktop_crm.ui.today.revenue_chart import RevenueChart
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.labels import Card, Label

if TYPE_CHECKING:
    from desktop_crm.services.revenue_months import MonthRevenue


class ListCard(Card):
    """``list`` shows the lines; ``more`` asks for all of them where there are further ones."""

    more = Signal()

    def __init__(
        self,
        ctx: Context,
        title: str,
        empty: str,
        commands: Sequence[Command],
        *,
        aligned: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(ctx.theme, title, parent)
        self._ctx = ctx
        self._title = title
        self.list = LineList(ctx, title, commands, aligned=aligned)
        self.empty = Label(empty, "muted", wrap=True)
        self.all: QPushButton = button("", self.more.emit)
        self.all.setProperty("look", "link")
        for widget in (self.list, self.empty, self.all):
            self.body.addWidget(widget)
        self.list.hide()
        self.all.hide()

    def show_lines(self, lines: Sequence[Line], count: int, heading: str = "") -> None:
        """Show ``lines`` out of ``count``; ``heading`` replaces the title with its count."""
        t = self._ctx.t
        said = heading or (f"{self._title} {t.number(count)}" if count else self._title)
        self.heading.setText(said)
        self.list.setAccessibleName(said)
        self.list.show_lines(lines)
        self.list.setVisible(bool(lines))
        self.empty.setVisible(not lines)
        text = t("Show all %(count)s", count=t.number(count))
        self.all.setText(text)
        self.all.setAccessibleName(f"{self._title}: {text}")
        self.all.setVisible(count > len(lines))


class RevenueCard(Card):
    """This month and twelve months against the year before; hidden in the customer view."""

    def __init__(self, ctx: Context, parent: QWidget | None = None) -> None:
        t = ctx.t
        super().__init__(ctx.theme, t("Sales of this month"), parent)
        self._ctx = ctx
        self.span = Label("", "muted", wrap=True)
        self.chart = RevenueChart(ctx.theme, t)
        self.empty = Label(t("No orders in these two years. The first one starts the picture."), "muted", wrap=True)
        self.legend = Label(
            t("Bars: the last 12 months. Lines: the year before. Pale: not over yet."), "small", wrap=True
        )
        self.body.setSpacing(ctx.theme.px(4))
        for widget in (self.span, self.chart, self.empty, self.legend):
            self.body.addWidget(widget)
        self.empty.hide()
        ctx.customer_view.changed.connect(lambda on: self.setVisible(not on))
        self.setVisible(not ctx.customer_view.on)

    def show_months(self, months: tuple[MonthRevenue, ...]) -> None:
        """Show other figures; none at all is said in words."""
        t, today = self._ctx.t, clock.today()
        self.chart.show_months(months)
        for widget in (self.span, self.chart, self.legend):
            widget.setVisible(bool(months))
        self.empty.setVisible(not months)
        if not months:
            self.heading.setText(t("Sales of this month"))
            return
        this = months[-1]
        self.heading.setText(
            t(
                "Sales of this month %(amount)s · same month last year %(before)s",
                amount=t.amount(this.revenue),
                before=t.amount(this.before),
            )
        )
        first, last = f"{today.month}/1", f"{today.month}/{today.day}"
        self.span.setText(t("%(first)s–%(last)s against the whole month", first=first, last=last))
