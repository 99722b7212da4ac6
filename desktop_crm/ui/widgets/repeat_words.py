"""A repetition (RFC 5545) in words: every 3 months, until 2027-12-31."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from desktop_crm.core.i18n import N_, Translator

ONE: Mapping[str, str] = {
    "DAILY": N_("Every day"),
    "WEEKLY": N_("Every week"),
    "MONTHLY": N_("Every month"),
    "YEARLY": N_("Every year"),
}
MANY: Mapping[str, str] = {
    "DAILY": N_("Every %(count)s days"),
    "WEEKLY": N_("Every %(count)s weeks"),
    "MONTHLY": N_("Every %(count)s months"),
    "YEARLY": N_("Every %(count)s years"),
}


def parts_of(rule: str) -> tuple[str, int, dt.date | None]:
    """Unit, interval and last day of a rule; an empty unit for none and for one of another kind.

    Twelve months are a year: a rule for the end of February is kept as months.
    """
    named = dict(part.split("=", 1) for part in rule.split(";") if "=" in part)
    unit, interval = named.get("FREQ", ""), named.get("INTERVAL", "1")
    if unit not in ONE or not interval.isdigit() or not int(interval):
        return "", 1, None
    every = int(interval)
    if unit == "MONTHLY" and every % 12 == 0:
        unit, every = "YEARLY", every // 12
    return unit, every, _day(named.get("UNTIL", ""))


def repeat_words(t: Translator, rule: str) -> str:
    """What a rule says; empty without one."""
    if not rule:
        return ""
    unit, every, until = parts_of(rule)
    if not unit:
        return t("Repeats")
    said = t(ONE[unit]) if every == 1 else t(MANY[unit], count=t.number(every))
    return t("%(rhythm)s, until %(day)s", rhythm=said, day=t.date(until)) if until else said


def _day(typed: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(typed[:8])
    except ValueError:
        return None
