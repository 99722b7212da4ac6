"""Receiving money for an order: how it came, and a sentence that says what it will settle."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from desktop_crm.core.dates import clock
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.core.titles import PAYMENT_METHODS
from desktop_crm.ui.context import Context
from desktop_crm.ui.widgets.edits import DateEdit, NumberEdit, TextEdit
from desktop_crm.ui.widgets.form import combo
from desktop_crm.ui.widgets.form_dialog import FormDialog
from desktop_crm.ui.widgets.labels import Note

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop_crm.services.instalments import InstalmentRow
    from desktop_crm.services.order_view import OrderView
    from desktop_crm.services.payments import ChequeDetails
    from desktop_crm.services.receivables import OpenItem
    from desktop_crm.store.database import Outcome

CHEQUE_FIELDS = ("cheque_number", "cheque_bank", "maturity_on")
TOLD = 3  # orders named in the sentence


class PaymentDialog(FormDialog):
    """Money for ``order`` first, then for the customer's oldest orders; the rest stays a deposit."""

    def __init__(
        self,
        ctx: Context,
        order: OrderView,
        parent: QWidget,
        amount: int = 0,
        plan: Sequence[InstalmentRow] = (),
    ) -> None:
        """Ask for ``amount`` (minor units), or for all that ``order`` owes; money may be for a part of its ``plan``."""
        from desktop_crm.core.currencies import currency, to_major

        t = ctx.t
        owes = t("%(number)s owes %(amount)s", number=order.number, amount=t.price(order.balance, order.currency))
        super().__init__(ctx, t("Receive payment"), f"{order.customer} · {owes}", parent)
        self._order = order
        self._items: list[OpenItem] = []
        self._rate = Decimal(1)
        self._open_parts = [row for row in plan if row.open > 0]
        self._add_fields(currency(order.currency).digits)
        self._what = Note(ctx.theme)
        box = self.layout()
        assert isinstance(box, QVBoxLayout)
        box.insertWidget(box.count() - 1, self._what)
        self._save.setText(t("Receive payment"))
        due = to_major(amount or order.balance, order.currency)
        self.form.set_values({"amount": due, "received_on": clock.today(), "method": "transfer"})
        self.form.changed.connect(self._say_what)
        self._show_fields()
        self.focus_on("amount")
        ctx.tasks.read(read, order.id, order.customer_id, done=self._start, owner=self)

    def _add_fields(self, digits: int) -> None:
        t, form = self.ctx.t, self.form
        form.add("amount", t("Amount"), NumberEdit(t, "amount", digits), required=True)
        form.add("received_on", t("Received on"), DateEdit(t, "received_on"), required=True)
        method = combo([(key, t(text)) for key, text in PAYMENT_METHODS.items()])
        form.add("method", t("How it came"), method)
        form.add("reference", t("Reference"), TextEdit(hint=t("last digits of the account, sender")))
        form.add("cheque_number", t("Cheque number"), TextEdit(limit=40), required=True)
        form.add("cheque_bank", t("Bank"), TextEdit(limit=80))
        form.add("maturity_on", t("Matures on"), DateEdit(t, "maturity_on"), required=True)
        if len(self._open_parts) > 1:
            form.add("part", t("Counts for"), self._part_box(), span=2)
        method.currentIndexChanged.connect(lambda _place: self._show_fields())

    def _part_box(self) -> QComboBox:
        """Whether the money is for a part of the plan; that part proposes its amount."""
        t, code = self.ctx.t, self._order.currency
        parts = [(row.id, f"{row.name} · {t.money(row.open, code)}") for row in self._open_parts]
        box = combo([(None, t("The earliest open part of the plan")), *parts])
        box.activated.connect(lambda place: self._propose(place - 1))
        return box

    def _propose(self, place: int) -> None:
        from desktop_crm.core.currencies import to_major

        if place >= 0:
            amount = min(self._open_parts[place].open, self._order.balance)
            control = self.form.rows["amount"].control
            assert isinstance(control, NumberEdit)
            control.set_value(to_major(amount, self._order.currency))
            self._say_what()

    def _show_fields(self) -> None:
        """A cheque has its own fields; the sender's account is asked for with a transfer."""
        method = self.form.rows["method"].control
        assert isinstance(method, QComboBox)
        for name in CHEQUE_FIELDS:
            self.form.rows[name].setVisible(method.currentData() == "cheque")
        self.form.rows["reference"].setVisible(method.currentData() == "transfer")
        self.adjustSize()

    def _start(self, found: tuple[list[OpenItem], Decimal]) -> None:
        self._items, self._rate = found
        self._say_what()

    # -- what it will do -------------------------------------------------------------------------

    def _say_what(self) -> None:
        amount = self._amount()
        if amount is None or not self._items:
            self._what.say("", "")
            return
        self._what.say("", "\n".join(self._sentences(amount)))
        self.adjustSize()

    def _amount(self) -> int | None:
        """The amount typed in minor units; None while it is no amount."""
        from desktop_crm.core.currencies import to_minor

        control = self.form.rows["amount"].control
        assert isinstance(control, NumberEdit)
        try:
            value = control.value()
            return None if value is None or value <= 0 else to_minor(value, self._order.currency)
        except UserError:
            return None

    def _sentences(self, amount: int) -> list[str]:
        t, code = self.ctx.t, self._order.currency
        shares = self._shares(amount)
        numbers = {item.order_id: item.number for item in self._items}
        owes: Counter[uuid.UUID] = Counter()
        for item in self._items:  # one per open part of an order
            owes[item.order_id] += item.balance
        said = []
        for key, share in list(shares.items())[:TOLD]:
            number, gets = numbers[key], t.money(share, code)
            if share == owes[key]:
                said.append(t("%(amount)s settles %(number)s.", amount=gets, number=number))
            else:
                rest = t.money(owes[key] - share, code)
                text = t(
                    "%(amount)s goes to %(number)s, which still owes %(rest)s.", amount=gets, number=number, rest=rest
                )
                said.append(text)
        if len(shares) > TOLD:
            more = len(shares) - TOLD
            said.append(t.plural("%(count)s more order gets a part.", "%(count)s more orders get a part.", more))
        if left := amount - sum(shares.values()):
            said.append(t("%(amount)s stays as a deposit.", amount=t.money(left, code)))
        return said

    def _shares(self, amount: int) -> dict[uuid.UUID, int]:
        from desktop_crm.services import receivables

        return receivables.propose(self._items, amount, self._order.currency, self._order.id)

    # -- saving ----------------------------------------------------------------------------------

    def save(self) -> None:
        """Take the money in."""
        from desktop_crm.core.currencies import to_minor
        from desktop_crm.services import payments

        typed = self.form.values()
        if typed["amount"] is None:
            raise UserError(N_("The amount is missing."), N_("Type what was received."), field="amount")
        amount = to_minor(typed["amount"], self._order.currency)
        if amount <= 0:
            raise UserError(N_("The amount must be greater than zero."), N_("Type what was received."), field="amount")
        self.ctx.tasks.write(
            payments.receive,
            self._order.customer_id,
            typed["method"],
            amount,
            day_of(typed["received_on"], "received_on"),
            self._shares(amount),
            cheque=_cheque(typed),
            currency=self._order.currency,
            rate=self._rate,
            reference=typed["reference"] if typed["method"] == "transfer" else "",
            part=typed.get("part"),
            done=lambda outcome: self._done(outcome, amount),
            failed=self.refused,
            owner=self,
        )

    def _done(self, _outcome: Outcome[uuid.UUID], amount: int) -> None:
        """Money that came is not undone but cancelled, so no undo is offered."""
        self.accept()
        self.ctx.toast(self.ctx.t("Received %(amount)s.", amount=self.ctx.t.price(amount, self._order.currency)))


def _cheque(typed: dict[str, Any]) -> ChequeDetails | None:
    from desktop_crm.services.payments import ChequeDetails

    if typed["method"] != "cheque":
        return None
    return ChequeDetails(typed["cheque_number"], day_of(typed["maturity_on"], "maturity_on"), typed["cheque_bank"])


def day_of(value: dt.date | None, field: str) -> dt.date:
    """A day that must be there; raises UserError."""
    if value is None:
        raise UserError(N_("The day is missing."), N_("Type it like 2026-11-21 or 11/21."), field=field)
    return value


def read(session: Session, order_id: uuid.UUID, customer_id: uuid.UUID) -> tuple[list[OpenItem], Decimal]:
    """What the customer owes, the oldest first, and the order's exchange rate; for the read lane."""
    from desktop_crm.models import Order
    from desktop_crm.services import receivables
    from desktop_crm.services.records import fetch

    return receivables.open_items(session, [customer_id]), fetch(session, Order, order_id).rate
