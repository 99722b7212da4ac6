"""The states of orders, deliveries, payments and cheques in words."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from desktop_crm.core.dates import clock
from desktop_crm.core.i18n import N_, Translator
from desktop_crm.core.titles import CHEQUE_STATES, PAYMENT_METHODS
from desktop_crm.ui.table_model import Pill, Tone
from desktop_crm.ui.widgets.due import day_text

if TYPE_CHECKING:
    from desktop_crm.services.instalments import InstalmentRow
    from desktop_crm.services.payment_list import PaymentRow

BUCKETS = {
    "not_due": N_("Not due"),
    "1_30": N_("1–30 days"),
    "31_60": N_("31–60 days"),
    "61_90": N_("61–90 days"),
    "over_90": N_("Over 90 days"),
}
DELIVERY: dict[str, tuple[str, Tone]] = {
    "none": (N_("Not delivered"), "neutral"),
    "partial": (N_("Partly delivered"), "warn"),
    "waits": (N_("To be accepted"), "warn"),
    "accepted": (N_("Accepted by customer"), "ok"),
    "full": (N_("Delivered in full"), "ok"),
    "cancelled": (N_("Cancelled"), "neutral"),
}
CHEQUE: dict[str, Tone] = {"received": "neutral", "deposited": "blue", "cleared": "ok", "bounced": "bad"}


def delivery_pill(t: Translator, state: str, delivery_state: str, accepted_on: dt.date | None, waits: bool) -> Pill:
    """How far an order is handed over; ``waits`` for the customer's signature."""
    key = delivery_state
    if state == "cancelled":
        key = state
    elif accepted_on is not None:
        key = "accepted"
    elif waits:
        key = "waits"
    text, tone = DELIVERY[key]
    return Pill(t(text), tone)


def payment_pill(t: Translator, payment: str, due_on: dt.date | None, days_overdue: int, delivered: bool) -> Pill:
    """Whether an order is paid, when it is due or what that waits for, or for how long it has been."""
    if payment == "cancelled":
        return Pill(t("Cancelled"), "neutral")
    if payment == "settled":
        return Pill(t("Settled"), "ok")
    if payment == "overdue":
        return Pill(late(t, days_overdue), "bad")
    if due_on is None:
        return Pill(t("After acceptance") if delivered else t("After delivery"), "warn")
    return Pill(t("Due %(day)s", day=short_day(t, due_on)), "neutral")


def late(t: Translator, days: int) -> str:
    """Overdue by so many days."""
    return t.plural("%(count)s day late", "%(count)s days late", days)


def short_day(t: Translator, day: dt.date) -> str:
    """Month and day, or the whole date when it is far away."""
    return day_text(t, day)


def cheque_pill(t: Translator, row: PaymentRow) -> Pill | None:
    """The state of the cheque of a payment, if it is one."""
    if row.cheque_state not in CHEQUE:
        return None
    return Pill(t(CHEQUE_STATES[row.cheque_state]), CHEQUE[row.cheque_state])


def method_text(t: Translator, row: PaymentRow) -> str:
    """How a payment came; of a cheque also bank, number and maturity."""
    if row.maturity_on is None:
        return " · ".join(part for part in (t(PAYMENT_METHODS[row.method]), row.reference) if part)
    matures = t("matures %(day)s", day=short_day(t, row.maturity_on))
    return " · ".join(part for part in (row.cheque_bank, row.cheque_number, matures, row.reference) if part)


def instalment_pill(t: Translator, row: InstalmentRow, code: str = "") -> Pill:
    """How a part of the plan stands: paid when and how, paid in part, overdue, due, or waiting for its step."""
    if row.payment is not None:
        day, how = short_day(t, row.payment.received_on), t(PAYMENT_METHODS[row.payment.method])
        if row.payment.maturity_on is not None:
            how += " " + t("matures %(day)s", day=short_day(t, row.payment.maturity_on))
        return Pill(f"{day} {how}", "ok")
    if row.amount <= row.paid:
        return Pill(t("Settled"), "ok")
    days = (clock.today() - row.due_on).days if row.due_on else 0
    if days > 0:
        said = late(t, days)
    elif row.due_on is not None:
        said = t("Due %(day)s", day=short_day(t, row.due_on))
    else:
        said = t("After acceptance") if row.trigger == "acceptance" else t("After delivery")
    if row.paid:
        said = " · ".join((said, t("%(amount)s paid", amount=t.money(row.paid, code))))
    return Pill(said, "bad" if days > 0 else "neutral")
