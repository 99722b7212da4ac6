"""Deliveries, payments and events of an order, told in rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from desktop_crm.core.i18n import N_, Translator
from desktop_crm.core.titles import INVOICE_KINDS, PAYMENT_METHODS
from desktop_crm.ui.orders.rows_view import Entry
from desktop_crm.ui.orders.words import cheque_pill, method_text, short_day
from desktop_crm.ui.table_model import Pill
from desktop_crm.ui.widgets.timeline import Event
from desktop_crm.ui.widgets.timeline_events import day_text

if TYPE_CHECKING:
    from desktop_crm.services.deliveries import DeliveryRow
    from desktop_crm.services.history import HistoryRow
    from desktop_crm.services.invoices import InvoiceRow
    from desktop_crm.services.order_view import OrderView
    from desktop_crm.services.payment_list import PaymentRow

CHEQUE_STEPS = {
    "deposited": N_("Deposited at the bank"),
    "cleared": N_("The cheque cleared"),
    "bounced": N_("The cheque bounced"),
}
NOTED = {  # what only the journal knows
    "orders.update": N_("Details changed"),
    "order_changes.change": N_("Order changed"),
    "instalments.set_plan": N_("Payment plan changed"),
    "orders.cancel": N_("Order cancelled"),
    "payments.cancel_payment": N_("Payment cancelled"),
    "payments.release": N_("Payment taken off this order"),
    "payments.set_cheque_state": N_("Cheque bounced"),
    "deliveries.cancel_delivery": N_("Delivery cancelled"),
    "deliveries.cancel_acceptance": N_("Acceptance cancelled"),
    "history.undo": N_("A change was undone"),
}


def delivery_entry(t: Translator, row: DeliveryRow, *, accepted: bool) -> Entry:
    """A hand-over; it can be taken back until the customer accepted."""
    facts = (
        t.date(row.delivered_on),
        t.plural("%(count)s line", "%(count)s lines", row.lines),
        row.received_by and t("received by %(name)s", name=row.received_by),
        row.note,
    )
    pill = Pill(t("Cancelled"), "neutral") if row.is_cancelled else None
    note = (
        () if row.is_cancelled else (("delivery_note", t("Delivery note ...")), ("priced_note", t("With prices ...")))
    )
    verbs = note if row.is_cancelled or accepted else (*note, ("cancel_delivery", t("Cancel the delivery")))
    return Entry(row.id, row.number, " · ".join(fact for fact in facts if fact), pill, "", verbs)


def invoice_entry(t: Translator, row: InvoiceRow, view: OrderView) -> Entry:
    """An invoice, receipt or allowance; while it stands it can be lowered or voided."""
    facts = (
        t.date(row.issued_on),
        t(INVOICE_KINDS[row.kind]),
        row.allowance_of and t("on %(number)s", number=row.allowance_of),
        row.buyer_tax_number and t("tax no. %(number)s", number=row.buyer_tax_number),
        row.tax and t("of which tax %(amount)s", amount=t.money(row.tax, view.currency)),
    )
    text = " · ".join(str(fact) for fact in facts if fact)
    if row.voided_on is not None:
        return Entry(row.id, row.number, text, Pill(t("Void"), "neutral"), t.money(row.total, view.currency))
    allow = (("allow", t("Note an allowance ...")),) if row.left > 0 else ()
    verbs = (*allow, ("void", t("Void it ...")))
    return Entry(row.id, row.number, text, None, t.money(row.total, view.currency), verbs)


def payment_entry(t: Translator, row: PaymentRow, figure: int, *, of_order: bool) -> Entry:
    """A payment with ``figure``, its part that matters here."""
    facts = [t.date(row.received_on), method_text(t, row)]
    if of_order and row.amount != row.share:
        facts.append(t("of %(amount)s", amount=t.money(row.amount, row.currency)))
    text = " · ".join(fact for fact in (*facts, row.note) if fact)
    return Entry(row.id, row.number, text, cheque_pill(t, row), t.money(figure, row.currency), _verbs(t, row, of_order))


def _verbs(t: Translator, row: PaymentRow, of_order: bool) -> tuple[tuple[str, str], ...]:
    from desktop_crm.models.payment import TRANSITIONS

    possible = TRANSITIONS.get(row.cheque_state, frozenset())
    steps = tuple((state, t(text)) for state, text in CHEQUE_STEPS.items() if state in possible)
    release = (("release", t("Keep it as a deposit")),) if of_order else ()
    return (*steps, *release, ("cancel_payment", t("Cancel the payment")))


def events_of(t: Translator, view: OrderView, history: Sequence[HistoryRow]) -> list[Event]:
    """What happened with an order, newest first: the documents by their day, and what only the journal knows."""
    told: list[tuple[dt.date, int, Event]] = []

    def tell(day: dt.date, icon: str, title: str, text: str = "", who: str = "") -> None:
        told.append((day, len(told), Event(day_text(t, day), icon, title, text, who, None, t.date(day))))

    origin = t("from quotation %(number)s", number=view.quotation_number) if view.quotation_number else ""
    tell(view.ordered_on, "shopping-bag", t("Order %(number)s", number=view.number), origin)
    for delivery in reversed(view.deliveries):
        by = t("received by %(name)s", name=delivery.received_by) if delivery.received_by else ""
        tell(delivery.delivered_on, "truck", t("Delivery %(number)s", number=delivery.number), by)
    if view.accepted_on is not None:
        tell(view.accepted_on, "circle-check", t("Accepted by customer"), view.accepted_by)
    for row in view.payments:
        amount = f"{t.price(row.share, row.currency)} · {t(PAYMENT_METHODS[row.method])}"
        tell(row.received_on, "banknote", t("Payment %(number)s", number=row.number), amount)
    for note in reversed(history):
        if note.action in NOTED:
            tell(note.happened_at.astimezone().date(), "history", t(NOTED[note.action]), "", note.actor)
    return [event for _day, _place, event in sorted(told, key=lambda one: one[:2], reverse=True)]


def due_text(t: Translator, view: OrderView) -> str:
    """When it was promised and is due, for the line under the figures."""
    parts = (
        view.promised_on and t("promised for %(day)s", day=short_day(t, view.promised_on)),
        view.due_on and view.balance and t("due %(day)s", day=short_day(t, view.due_on)),
        view.payment_terms,
    )
    return " · ".join(str(part) for part in parts if part)
