"""Warranties and what happened to a piece of equipment, in words."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from desktop_crm.core.dates import clock
from desktop_crm.core.i18n import N_, Translator
from desktop_crm.core.titles import EQUIPMENT_STATES
from desktop_crm.ui.table_model import NOTHING, Pill
from desktop_crm.ui.widgets.timeline import Event
from desktop_crm.ui.widgets.timeline_events import day_text

if TYPE_CHECKING:
    from desktop_crm.services import equipment_card

ENDING_DAYS = 60
ICONS = {"visit": "wrench", "follow_up": "circle-check", "delivery": "truck", "acceptance": "handshake", "made": "plus"}
TITLES = {
    "visit": N_("Service visit"),
    "follow_up": N_("Follow-up done"),
    "delivery": N_("Delivered"),
    "acceptance": N_("Accepted by the customer"),
    "made": N_("Card made"),
    "state": N_("State"),
    "serial": N_("Serial number"),
    "location": N_("Place"),
    "site_id": N_("Site"),
    "user_id": N_("User"),
    "customer_id": N_("Buyer"),
    "warranty_until": N_("Warranty until"),
}


def warranty_pill(t: Translator, until: dt.date | None) -> str | Pill:
    """Over, ending within two months, or good."""
    if until is None:
        return NOTHING
    days = (until - clock.today()).days
    if days < 0:
        return Pill(t("Ended"), "bad")
    return Pill(t.date(until), "warn" if days <= ENDING_DAYS else "ok")


def events_of(t: Translator, events: tuple[equipment_card.Event, ...]) -> list[Event]:
    """The history of a card."""
    return [_event(t, event) for event in events]


def _event(t: Translator, event: equipment_card.Event) -> Event:
    title = t(TITLES[event.kind])
    text = event.text
    if event.kind == "state":
        text = t(EQUIPMENT_STATES[text])
    elif event.kind == "visit" and event.minutes:
        spent = t.plural("%(count)s minute", "%(count)s minutes", event.minutes)
        text = f"{text} · {spent}"
    elif event.kind == "acceptance":
        begun = t("The warranty begins.")
        text = f"{begun} {text}".strip()
    elif event.kind not in ICONS and not text:
        text = NOTHING
    target = ("customer_order", event.order_id) if event.order_id else None
    icon = ICONS.get(event.kind, "pencil")
    return Event(day_text(t, event.on), icon, title, text, event.who, target, t.date(event.on))
