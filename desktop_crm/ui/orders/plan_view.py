"""The payment plan on the card: its parts with what is paid, and the two things one does with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from desktop_crm.core.i18n import Translator
from desktop_crm.ui.context import Context
from desktop_crm.ui.orders.words import instalment_pill
from desktop_crm.ui.table_model import Column, Pill
from desktop_crm.ui.widgets.buttons import ButtonRow, button
from desktop_crm.ui.widgets.inset_table import InsetTable
from desktop_crm.ui.widgets.labels import Label, Note

if TYPE_CHECKING:
    from desktop_crm.services.instalments import InstalmentRow
    from desktop_crm.ui.orders.card_data import CardData


def _instalment(t: Translator, value: tuple[InstalmentRow, str]) -> Pill:
    row, code = value
    return instalment_pill(t, row, code)


def _said(t: Translator, value: tuple[InstalmentRow, str]) -> str:
    return _instalment(t, value).text


PLAN = (
    Column("name", "", 100),
    Column("amount", "", 96, "money"),
    Column("state", "", 150, "pill", show=_instalment, tip=_said, stretch=True),
)


def part_name(t: Translator, row: InstalmentRow) -> str:
    """What a part is called, with its share unless the name says it."""
    share = f"{t.number(row.percent, 4)}%" if row.percent else ""
    return row.name if not share or share in row.name.replace("％", "%").replace(" ", "") else f"{row.name} {share}"


class PlanView(QWidget):
    """``wanted("plan")`` to change it, ``wanted("receive_part")`` for the money of the next part."""

    wanted = Signal(str)

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self.setProperty("look", "clear")
        t, px = ctx.t, ctx.theme.px
        self._ctx = ctx
        self.heading = Label(t("Payment plan"), "heading")
        self.table = InsetTable(ctx, t("Payment plan"), PLAN)
        self.warning = Note(ctx.theme, "warning")
        self.receive = button("", lambda: self.wanted.emit("receive_part"))
        self.change = button("", lambda: self.wanted.emit("plan"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(8))
        for widget in (self.heading, self.table, self.warning, ButtonRow(ctx.theme, [self.receive, self.change])):
            column.addWidget(widget)

    def show_plan(self, data: CardData) -> None:
        """Show the plan of another order, or a way to make one."""
        from desktop_crm.services import instalments

        t, view, plan = self._ctx.t, data.view, data.plan
        code = view.currency
        self.table.show_rows(
            [(n, part_name(t, row), t.money(row.amount, code), (row, code)) for n, row in enumerate(plan)]
        )
        for widget in (self.heading, self.table):
            widget.setVisible(bool(plan))
        sums = {"sum": t.money(sum(row.amount for row in plan), code), "total": t.money(view.total, code)}
        odd = t(
            "The plan comes to %(sum)s, the order to %(total)s. The difference counts with the last part until you"
            " change the plan.",
            **sums,
        )
        self.warning.say("", "" if instalments.fits(plan, view.total) else odd)
        self._offer(data)

    def _offer(self, data: CardData) -> None:
        t, view, part = self._ctx.t, data.view, data.next_part
        can_receive = part is not None and "receive" in view.actions
        self.receive.setVisible(can_receive)
        if part is not None:
            amount = t.money(part.open, view.currency)
            _name(self.receive, t("Receive “%(name)s” %(amount)s", name=part.name, amount=amount))
        _name(self.change, t("Change the payment plan ...") if data.plan else t("Make a payment plan ..."))
        self.change.setVisible("update" in view.actions)


def _name(made: QPushButton, text: str) -> None:
    made.setText(text.replace("&", "&&"))
    made.setAccessibleName(text)
