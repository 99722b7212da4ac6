"""The orders tab: the list with what is owed by age under it, the card of the one selected, a new order."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_crm.core.dates import clock
from desktop_crm.ui.context import Context
from desktop_crm.ui.list_page import ListPage
from desktop_crm.ui.orders import card_data
from desktop_crm.ui.orders.ageing_bar import AgeingBar
from desktop_crm.ui.orders.card import OrderCard
from desktop_crm.ui.orders.columns import COLUMNS, OrderSource
from desktop_crm.ui.orders.steps import OrderSteps
from desktop_crm.ui.widgets.buttons import Chip, button

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop_crm.services.receivables import Ageing


class Sums(NamedTuple):
    """What stands on chips, boxes and the tab."""

    counts: dict[str, int]
    ageing: Ageing


def read_sums(session: Session) -> Sums:
    """For the read lane."""
    from desktop_crm.services import order_list, receivables

    today = clock.today()
    return Sums(order_list.counts(session, today), receivables.aged(session, today))


class OrdersPage(ListPage):
    """List, ageing, card, dialogs."""

    card_of = staticmethod(card_data.read)
    counts_of = staticmethod(read_sums)
    can_import = True
    card_least = 372  # five columns of figures
    entities = (
        "customer_order", "payment", "payment_allocation", "cheque", "delivery", "acceptance", "customer",
        "instalment", "invoice_record",
    )  # fmt: skip

    def __init__(self, ctx: Context) -> None:
        t = ctx.t
        super().__init__(ctx, t("Orders"), search=t("Number, customer or project"), new=t("New order"))
        chips = [
            Chip("open", t("Open")),
            Chip("to_deliver", t("To deliver")),
            Chip("to_accept", t("To be accepted")),
            Chip("unpaid", t("Not paid")),
            Chip("overdue", t("Late")),
            Chip("to_invoice", t("Not invoiced")),
            Chip("all", t("All")),
        ]
        belongs = t(
            "What customers ordered stays here until delivered and paid. Accepted quotations come by themselves."
        )
        empty = ("shopping-bag", t("No open orders"), belongs)
        self.home.tool.add_first(button(t("Monthly statements ..."), self.monthly_statements))
        self.ageing = AgeingBar(ctx)
        self.card = OrderCard(ctx)
        self.sums: Sums | None = None
        self.steps = OrderSteps(ctx, self)
        self.furnish("orders", COLUMNS, OrderSource(t.lang), chips, empty, self.card)
        self._connect()

    def left_side(self) -> QWidget:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.list, 1)
        column.addWidget(self.ageing)
        return left

    def _connect(self) -> None:
        self.list.chips.chosen.connect(lambda _key: self.narrow(""))
        self.ageing.chosen.connect(self.narrow)
        self.card.wanted.connect(self.do)
        self.card.payment_wanted.connect(self._change_payment)
        self.card.delivery_wanted.connect(self.steps.change_delivery)
        self.card.invoice_wanted.connect(self._change_invoice)

    # -- what the window asks --------------------------------------------------------------------

    def open_record(self, entity: str, record: uuid.UUID) -> None:
        """Select an order; one that the quick filter does not have is looked for among all.

        A "statement" is that of a customer.
        """
        self.go_home()
        if entity == "statement":
            self.steps.papers.ask_statement(record)
            return
        if self.list.model.find(record) < 0:
            self._show_all("all")
        self.list.view.select(record)
        self.show_card(record)

    def show_new(self, record: uuid.UUID) -> None:
        """Select an order that was taken just now."""
        self._show_all("open")
        self.list.view.select(record)

    def _show_all(self, chip: str) -> None:
        """Every order of a quick filter, whatever was looked for before."""
        if self.home.tool.search is not None:
            self.home.tool.search.clear()
        self.ageing.mark("")
        self.list.chips.choose(chip)
        self.list.model.change(chip=chip, text="", extra=())

    def status_text(self) -> str:
        t = self.ctx.t
        count = t.plural("%(count)s order", "%(count)s orders", self.list.model.rowCount())
        if self.sums is None or not self.sums.ageing.total:
            return count
        owed = t("unpaid in all %(amount)s", amount=t.price(self.sums.ageing.total))
        return f"{count} · {owed}"

    # -- records ---------------------------------------------------------------------------------

    def new_record(self) -> None:
        """Open the editor of a new order."""
        from desktop_crm.ui.orders.editor import OrderEditor

        if not isinstance(self.top(), OrderEditor):
            self.push(OrderEditor(self.ctx, self))

    def bring_back(self, kind: str, record: str) -> bool:
        if record == "new":
            self.new_record()
        else:
            self.edit_order(uuid.UUID(record))
        return True

    def edit_record(self) -> None:
        """Change the selected order: its lines and prices, head and plan."""
        self.do("lines")

    def edit_order(self, record: uuid.UUID) -> None:
        """Open the editor of an order."""
        from desktop_crm.ui.orders.editor import OrderEditor

        if not isinstance(self.top(), OrderEditor):
            self.push(OrderEditor(self.ctx, self, record))

    def archive_record(self) -> None:
        """Cancel the selected order."""
        self.do("cancel")

    def receive_payment(self) -> None:
        """Money for the selected order."""
        self.do("receive")

    def monthly_statements(self) -> None:
        """Statements of account for everybody who owes something."""
        self.steps.papers.ask_statement(None)

    def print_record(self) -> None:
        """Print the paper that is shown; from the list, show the latest delivery note of the selected order.

        Before anything is delivered that is its confirmation.
        """
        show = getattr(self.top(), "print_sheet", None)
        if show is not None:
            show()
        elif self.card.shown is not None:
            standing = [row for row in self.card.shown.view.deliveries if not row.is_cancelled]
            if standing:
                self.steps.papers.show_delivery(standing[0].id)
            else:
                self.confirm_order()

    def plan_payments(self) -> None:
        """The payment plan of the selected order."""
        self.do("plan")

    def confirm_order(self) -> None:
        """The confirmation of the selected order."""
        self.do("confirmation")

    def note_invoice(self) -> None:
        """An invoice for the selected order."""
        self.do("invoice")

    def deliver(self) -> None:
        """Hand over the selected order."""
        self.do("deliver")

    def do(self, verb: str) -> None:
        """Do what a button of the card says with the selected order, if it is possible now."""
        shown = self.card.shown
        if shown is not None and verb == "lines" and "update" in shown.view.actions:
            self.edit_order(shown.view.id)
        elif shown is not None:
            self.steps.do(verb, shown)

    def _change_payment(self, verb: str, payment: uuid.UUID) -> None:
        if self.card.shown is not None:
            self.steps.change_payment(verb, payment, self.card.shown.view)

    def _change_invoice(self, verb: str, invoice: uuid.UUID) -> None:
        if self.card.shown is not None:
            self.steps.change_invoice(verb, invoice, self.card.shown)

    # -- showing ---------------------------------------------------------------------------------

    def narrow(self, bucket: str) -> None:
        """Show the unpaid orders of one age, or those of the quick filter again."""
        self.ageing.mark(bucket)
        if bucket:
            self.list.chips.choose("unpaid")
            self.list.model.change(chip="unpaid", extra=(("bucket", bucket),))
        elif self.list.model.query.extra:
            self.list.model.change(extra=())

    def count_text(self, key: str, count: int) -> str:
        from desktop_crm.services.order_list import COUNTED

        more = key == "to_invoice" and count > COUNTED
        return f"{self.ctx.t.number(COUNTED)}+" if more else super().count_text(key, count)

    def show_counts(self, counts: Sums) -> None:
        self.sums = counts
        super().show_counts(counts.counts)
        self.ageing.show_ageing(counts.ageing)
        self.ctx.status_changed.emit()
