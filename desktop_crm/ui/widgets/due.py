"""When something is due, as people say it."""

from __future__ import annotations

import datetime as dt

from desktop_crm.core.dates import clock
from desktop_crm.core.i18n import Translator
from desktop_crm.ui.table_model import NOTHING, Pill

SAME_YEAR_DAYS = 300


def due_pill(t: Translator, day: dt.date | None, time: dt.time | None = None) -> str | Pill:
    """Overdue by days, today (with the time), tomorrow, or the date."""
    if day is None:
        return NOTHING
    days = (day - clock.today()).days
    if days < 0:
        return Pill(t.plural("%(count)s day late", "%(count)s days late", -days), "bad")
    if days == 0:
        today = t("Today")
        return Pill(f"{today} {time:%H:%M}" if time else today, "warn")
    text = t("Tomorrow") if days == 1 else t.date(day, "day" if days < SAME_YEAR_DAYS else "short")
    return Pill(f"{text} {time:%H:%M}" if time else text, "muted")


def date_tip(t: Translator, day: dt.date | None) -> str:
    """The real date, for the tooltip of a relative one."""
    return t.date(day) if day else ""
