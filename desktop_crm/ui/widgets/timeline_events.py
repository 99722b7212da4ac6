"""Timeline items in words."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from desktop_crm.core.dates import clock
from desktop_crm.core.i18n import Translator
from desktop_crm.core.titles import INTERACTION_KINDS, INVOICE_KINDS, ORDER_STATES, PAYMENT_METHODS, QUOTATION_STATES
from desktop_crm.ui.widgets.timeline import Event

if TYPE_CHECKING:
    from desktop_crm.services.customer_card import TimelineItem

ICONS = {
    "call": "phone",
    "visit": "map-pin",
    "message": "message-circle",
    "mail": "mail",
    "meeting": "users",
    "quotation": "file-text",
    "order": "shopping-bag",
    "payment": "banknote",
    "invoice": "receipt",
    "follow_up": "circle-check",
}


DOCUMENTS = frozenset({"quotation", "customer_order"})


def events_of(t: Translator, items: list[TimelineItem], opened: frozenset[str] = DOCUMENTS) -> list[Event]:
    """The events of the card's timeline; a click opens records of the entities ``opened``."""
    return [_event(t, item, opened) for item in items]


def day_text(t: Translator, day: dt.date) -> str:
    """Today, yesterday, the day, or the whole date of another year."""
    days = (clock.today() - day).days
    if days in (0, 1):
        return t("Today") if days == 0 else t("Yesterday")
    return t.date(day, "day" if day.year == clock.today().year else "short")


def _event(t: Translator, item: TimelineItem, opened: frozenset[str]) -> Event:
    target = (item.entity, item.id) if item.entity in opened else None
    title, text = _words(t, item)
    return Event(day_text(t, item.on), ICONS.get(item.kind, "circle"), title, text, item.staff, target)


def _words(t: Translator, item: TimelineItem) -> tuple[str, str]:
    amount = "" if item.amount is None else t.price(item.amount, item.currency)
    if item.kind == "quotation":
        title = t("Quotation %(number)s, revision %(revision)s", number=item.title, revision=item.revision)
        until = t("valid until %(day)s", day=t.date(item.until, "day")) if item.until else ""
        return title if item.title else t("Quotation draft"), _joined(
            item.text, amount, t(QUOTATION_STATES[item.state]), until
        )
    if item.kind == "order":
        state = t(ORDER_STATES[item.state])
        return t("Order %(number)s", number=item.title), _joined(item.text, amount, state)
    if item.kind == "payment":
        return t("Payment %(number)s", number=item.title), _joined(amount, t(PAYMENT_METHODS[item.state]))
    if item.kind == "invoice":
        return f"{t(INVOICE_KINDS[item.state])} {item.title}", amount
    if item.kind == "follow_up":
        return item.title, item.text
    kind = t(INTERACTION_KINDS[item.kind])
    spent = t("%(count)s min", count=item.minutes) if item.minutes else ""
    return f"{kind} · {item.contact}" if item.contact else kind, _joined(item.text, spent)


def _joined(*parts: str | None) -> str:
    return " · ".join(part for part in parts if part)
