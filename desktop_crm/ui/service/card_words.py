"""What a card of the board says: who and what in bold, and one line of the rest."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from desktop_crm.core.dates import clock, local_date
from desktop_crm.core.i18n import N_, Translator
from desktop_crm.ui.widgets.repeat_words import repeat_words

if TYPE_CHECKING:
    from desktop_crm.services.followup_board import BoardCard

DONE = "done"
INSPECTION = "inspection_plan"
ABOUT = {"quotation": N_("Quotation %(number)s"), "customer_order": N_("Order %(number)s")}


def title(card: BoardCard) -> str:
    """The customer, and what is to be done there."""
    return f"{card.customer} · {card.subject}".replace("\n", " ")


def line(t: Translator, card: BoardCard) -> str:
    """When, why, about what, how much, how often, who."""
    first_words = card.note.strip().partition("\n")[0]
    amount = t.price(card.amount, card.currency) if card.amount else ""
    visit = t("Inspection") if card.kind == INSPECTION else ""
    said = (_when(t, card), visit, first_words, _about(t, card), amount, repeat_words(t, card.rrule), card.staff)
    return " · ".join(part for part in said if part)


def has_line(card: BoardCard) -> bool:
    """Whether ``line`` says anything, without the cost of saying it."""
    dated = card.state == DONE or card.due_time or card.due_on != clock.today() or card.kind == INSPECTION
    return bool(dated or card.note.strip() or card.about or card.amount or card.rrule or card.staff)


def whole(t: Translator, card: BoardCard, *, private: bool) -> str:
    """All of it, for tooltips and screen readers; the grade only while no customer looks on."""
    grade = t("Grade %(grade)s", grade=card.grade) if card.grade and private else ""
    day = t.date(card.due_on)
    return "\n".join(part for part in (title(card), grade, day, line(t, card)) if part)


def _when(t: Translator, card: BoardCard) -> str:
    if card.state == DONE:
        return t.date(local_date(card.done_at), "day") if card.done_at else ""
    days = (card.due_on - clock.today()).days
    time = f"{card.due_time:%H:%M}" if card.due_time else ""
    if days < 0:
        return t.plural("%(count)s day late", "%(count)s days late", -days)
    return f"{_day(t, card.due_on, days)} {time}".strip() if days else time


def _day(t: Translator, day: dt.date, days: int) -> str:
    return t("Tomorrow") if days == 1 else t.date(day, "day" if days < 300 else "short")


def _about(t: Translator, card: BoardCard) -> str:
    if card.about_entity in ABOUT and card.about:
        return t(ABOUT[card.about_entity], number=card.about)
    return card.about
