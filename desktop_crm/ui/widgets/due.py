"""When something is due, as people say it."""

from __future__ import annotations

import datetime as dt

from desktop_crm.core.dates import clock
from desktop_crm.core.i18n import Translator
from desktop_crm.ui.table_model import NOTHING, Pill

NEAR_DAYS = 120  # a day of another year so near needs no year


def due_pill(t: Translator, day: dt.date | None, time: dt.time | None = None) -> str | Pill:
    """Overdue by days, today (with the time), tomorrow, or the date."""
    if day is None:
        return NOTHING
    days = (day - clock.today()).days
    if days < 0:
        return Pill(t.plural("%(count)s day late", "%(count)s days late", -days), "bad")
    if days == 0:
        text = t("Today")
        return Pill(f"{text} {time:%H:%M}" if time else text, "warn")
    text = t("Tomorrow") if days == 1 else day_text(t, day)
    return Pill(f"{text} {time:%H:%M}" if time and days < NEAR_DAYS else text, "muted")


def day_text(t: Translator, day: dt.date) -> str:
    """The day without its year where that is plain: in November 05/22 would read as half a year ago."""
    today = clock.today()
    return t.date(day, "day" if day.year == today.year or abs((day - today).days) < NEAR_DAYS else "short")


def date_tip(t: Translator, day: dt.date | None) -> str:
    """The real date, for the tooltip of a relative one."""
    return t.date(day) if day else ""
