"""The order card: what was ordered and from whom, what is delivered, paid and open, and the next step."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from desktop_crm.core.dates import clock
from desktop_crm.ui.context import Context
from desktop_crm.ui.orders.card_data import CardData
from desktop_crm.ui.orders.entries import delivery_entry, due_text, events_of, invoice_entry, payment_entry
from desktop_crm.ui.orders.lines_view import LinesView
from desktop_crm.ui.orders.rows_view import RowsView
from desktop_crm.ui.orders.words import delivery_pill
from desktop_crm.ui.widgets.buttons import ButtonRow, Chip, EvenLayout, SubTabs, button, more_button
from desktop_crm.ui.widgets.labels import ElidedLabel, Kpi, Note, PillLabel, line
from desktop_crm.ui.widgets.timeline import Timeline
from desktop_crm.ui.widgets.yielding import Yielding, give_way

TABS = ("lines", "deliveries", "payments", "invoices", "history")


class OrderCard(QFrame):
    """The right side of the tab; it asks the page for everything that changes data."""

    wanted = Signal(str)  # a verb of ``OrderSteps.do``
    payment_wanted = Signal(str, object)  # verb, payment id
    delivery_wanted = Signal(str, object)
    invoice_wanted = Signal(str, object)

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self._ctx = ctx
        self.shown: CardData | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Yielding(ctx.theme, self._head()))
        t = ctx.t
        texts = (t("Lines"), t("Deliveries"), t("Payments"), t("Invoices"), t("History"))
        self.tabs = SubTabs(ctx.theme, [Chip(key, text) for key, text in zip(TABS, texts, strict=True)])
        column.addWidget(self.tabs)
        column.addWidget(line())
        self.lines = LinesView(ctx)  # the others are put in their places by ``_show_tab``
        self.deliveries = RowsView(ctx, t("Nothing was delivered yet."))
        self.payments = RowsView(ctx, t("Nothing was paid yet."))
        self.invoices = RowsView(ctx, t("No invoice was noted yet."))
        self.history = Timeline(ctx.theme, "")
        self.stack = QStackedWidget(self)
        self.stack.setProperty("look", "clear")
        give_way(ctx.theme, self.stack)
        column.addWidget(self.stack, 1)
        self._tab = TABS[0]
        self._filled: set[str] = set()  # the tabs that show the order in hand
        self._places: dict[str, int] = {}  # of the tabs that were looked at, in the stack
        self.tabs.chosen.connect(self._show_tab)
        self._show_tab(self._tab)
        self.deliveries.wanted.connect(self.delivery_wanted)
        self.payments.wanted.connect(self.payment_wanted)
        self.invoices.wanted.connect(self.invoice_wanted)
        self.lines.plan.wanted.connect(self.wanted)
        self.setVisible(False)

    def _head(self) -> QVBoxLayout:
        theme, t = self._ctx.theme, self._ctx.t
        pad = QVBoxLayout()
        pad.setContentsMargins(theme.px(18), theme.px(16), theme.px(18), theme.px(8))
        pad.setSpacing(theme.px(12))
        self.number = ElidedLabel("", "name")
        self.state = PillLabel()
        self.about = ElidedLabel("", "small")
        self.terms = ElidedLabel("", "small")
        top = QHBoxLayout()
        top.setSpacing(theme.px(10))
        top.addWidget(self.number)
        top.addWidget(self.state, 0, Qt.AlignmentFlag.AlignVCenter)
        top.addStretch(1)
        names = QVBoxLayout()
        names.setSpacing(theme.px(2))
        names.addLayout(top)
        names.addWidget(self.about)
        names.addWidget(self.terms)
        pad.addLayout(names)
        pad.addWidget(self._buttons())
        figures = EvenLayout(None, theme.px(8))
        self.total, self.received, self.balance = (
            Kpi(theme, t("Order total")),
            Kpi(theme, t("Received")),
            Kpi(theme, t("Still owed")),
        )
        for kpi in (self.total, self.received, self.balance):
            figures.addWidget(kpi)
        pad.addLayout(figures)
        self.cheques = ElidedLabel("", "small")
        pad.addWidget(self.cheques)
        pad.addWidget(self._deposit_note())
        return pad

    def _buttons(self) -> ButtonRow:
        theme, t = self._ctx.theme, self._ctx.t
        self.receive = button(t("Receive payment"), lambda: self.wanted.emit("receive"), primary=True)
        self.deliver = button(t("Deliver"), lambda: self.wanted.emit("deliver"))
        self.accept = button(t("Sign off"), lambda: self.wanted.emit("accept"))
        self.invoice = button(t("Invoice"), lambda: self.wanted.emit("invoice"))
        texts = {
            "lines": t("Change the lines ..."),
            "edit": t("Change details ..."),
            "plan": t("Payment plan ..."),
            "confirmation": t("Order confirmation ..."),
            "statement": t("Statement of account ..."),
            "quotation": t("Open the quotation"),
            "customer": t("Open the customer"),
            "cancel_acceptance": t("Cancel the acceptance"),
            "cancel": t("Cancel the order ..."),
        }
        self.more = {key: QAction(text, self) for key, text in texts.items()}
        for key, action in self.more.items():
            action.triggered.connect(lambda _checked=False, key=key: self._act(key))
        more = more_button(theme, t("More"), list(self.more.values()))
        return ButtonRow(theme, [self.receive, self.deliver, self.accept, self.invoice, more])

    def _deposit_note(self) -> QWidget:
        self.deposit = Note(self._ctx.theme)
        self.use_deposit = button("", lambda: self.wanted.emit("use_deposit"))
        box = self.deposit.layout()
        assert isinstance(box, QVBoxLayout)
        row = QHBoxLayout()
        row.addWidget(self.deposit.text, 1)
        row.addWidget(self.use_deposit)
        box.addLayout(row)
        return self.deposit

    def show_data(self, data: CardData | None) -> None:
        """Show another order, or none."""
        self.shown = data
        self.setVisible(data is not None)
        if data is not None:
            self._fill(data)

    def _fill(self, data: CardData) -> None:
        t, view = self._ctx.t, data.view
        self.number.setText(view.number)
        waits = view.waits_for_acceptance
        self.state.show_pill(delivery_pill(t, view.state, view.delivery_state, view.accepted_on, waits))
        self.about.setText(" · ".join(part for part in (view.customer, view.project_name, self._origin(data)) if part))
        self.terms.setText(due_text(t, view))
        self.terms.setVisible(bool(self.terms.text()))
        amount = t.money if view.currency == t.home_currency else t.price
        self.total.set_figure(amount(view.total, view.currency))
        self.received.set_figure(amount(view.paid, view.currency))
        self.balance.set_figure(amount(view.balance, view.currency), bad=view.days_overdue(clock.today()) > 0)
        self._tell_cheques(data)
        self._offer_deposit(data)
        self._allow(data)
        self._fill_tabs(data)

    def _tell_cheques(self, data: CardData) -> None:
        """A cheque counts as received, yet it may bounce: say how much rests on cheques."""
        from desktop_crm.services import payment_list

        t, open_sum = self._ctx.t, payment_list.uncleared(data.view.payments)
        amount = t.price(open_sum, data.view.currency)
        said = t("Received, of which cheques not yet cleared: %(amount)s", amount=amount) if open_sum else ""
        self.cheques.setText(said)
        self.cheques.setVisible(bool(said))
        for widget in (self.state, self.received):
            widget.setToolTip(said)

    def _origin(self, data: CardData) -> str:
        view = data.view
        if not view.quotation_number:
            return ""
        return self._ctx.t(
            "from quotation %(number)s revision %(revision)s",
            number=view.quotation_number,
            revision=view.quotation_revision,
        )

    def _offer_deposit(self, data: CardData) -> None:
        t = self._ctx.t
        if not data.deposit:
            self.deposit.say("", "")
            return
        amount = t.money(data.deposit, data.view.currency)
        self.deposit.say("", t("This customer has an unused deposit."))
        self.use_deposit.setText(t("Use deposit %(amount)s", amount=amount))
        self.use_deposit.setAccessibleName(self.use_deposit.text())

    def _allow(self, data: CardData) -> None:
        actions = data.view.actions
        for made, verb in ((self.receive, "receive"), (self.deliver, "deliver"), (self.accept, "accept")):
            made.setEnabled(verb in actions)
        self.invoice.setEnabled("invoice" in actions)
        for verb in ("lines", "edit", "plan"):
            self.more[verb].setVisible("update" in actions)
        self.more["quotation"].setVisible(data.view.quotation_id is not None)
        self.more["cancel_acceptance"].setVisible("cancel_acceptance" in actions)
        self.more["cancel"].setVisible("cancel" in actions)

    def _show_tab(self, key: str) -> None:
        """Turn to a tab, which is put in its place and filled when it is looked at."""
        if key not in self._places:
            view = getattr(self, key)
            self._places[key] = self.stack.addWidget(view if key == "history" else _scrolled(view, self.stack))
        self._tab = key
        self.stack.setCurrentIndex(self._places[key])
        self._fill_tab()

    def _fill_tab(self) -> None:
        data, t = self.shown, self._ctx.t
        if data is None or self._tab in self._filled:
            return
        self._filled.add(self._tab)
        view = data.view
        if self._tab == "lines":
            self.lines.show_order(data)
        elif self._tab == "deliveries":
            accepted = view.accepted_on is not None
            self.deliveries.show_groups([("", [delivery_entry(t, row, accepted=accepted) for row in view.deliveries])])
        elif self._tab == "payments":
            self._fill_payments(data)
        elif self._tab == "invoices":
            rows = [invoice_entry(t, row, view) for row in data.invoices]
            self.invoices.show_groups([(self._not_invoiced(data), rows)])
        else:
            self.history.show_events(events_of(t, view, data.history))

    def _fill_payments(self, data: CardData) -> None:
        t = self._ctx.t
        bounced = [row for row in data.loose if row.cheque_state == "bounced"]
        free = [row for row in data.loose if row.free > 0]
        self.payments.show_groups(
            [
                ("", [payment_entry(t, row, row.share, of_order=True) for row in data.view.payments]),
                (t("Deposits of this customer"), [payment_entry(t, row, row.free, of_order=False) for row in free]),
                (t("Bounced cheques"), [payment_entry(t, row, row.amount, of_order=False) for row in bounced]),
            ]
        )

    def _fill_tabs(self, data: CardData) -> None:
        self._filled.clear()
        self._fill_tab()
        view = data.view
        counts = {
            "deliveries": len(view.deliveries),
            "payments": len(view.payments),
            "invoices": len(data.invoices),
        }
        self.tabs.show_counts({key: str(count or "") for key, count in counts.items()})

    def _not_invoiced(self, data: CardData) -> str:
        if not data.not_invoiced:
            return self._ctx.t("Invoiced in full")
        return self._ctx.t(
            "Not yet invoiced: %(amount)s", amount=self._ctx.t.price(data.not_invoiced, data.view.currency)
        )

    def _act(self, key: str) -> None:
        if self.shown is None:
            return
        view = self.shown.view
        if key == "quotation" and view.quotation_id is not None:
            self._ctx.open_record("quotation", view.quotation_id)
        elif key == "customer":
            self._ctx.open_record("customer", view.customer_id)
        else:
            self.wanted.emit(key)


def _scrolled(view: QWidget, parent: QWidget) -> QScrollArea:
    area = QScrollArea(parent)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(view)
    return area
