"""Planned visits in words: when the next one is, how often they come."""

from __future__ import annotations

import datetime as dt

from desktop_crm.core.dates import clock
from desktop_crm.core.i18n import N_, Translator
from desktop_crm.ui.table_model import NOTHING, Pill

SOON_DAYS = 30
SAME_YEAR_DAYS = 300
REPEATS = (
    (0, N_("Once")),
    (1, N_("Every month")),
    (2, N_("Every 2 months")),
    (3, N_("Every 3 months")),
    (4, N_("Every 4 months")),
    (6, N_("Every 6 months")),
    (12, N_("Every year")),
    (24, N_("Every 2 years")),
)


def visit_pill(t: Translator, day: dt.date | None) -> str | Pill:
    """Overdue, within a month, or later."""
    if day is None:
        return NOTHING
    days = (day - clock.today()).days
    text = t.date(day, "day" if abs(days) < SAME_YEAR_DAYS else "short")
    return Pill(text, "bad" if days < 0 else "warn" if days <= SOON_DAYS else "plain")


def rule_text(t: Translator, rule: str) -> str:
    """How often a plan comes: every 3 months."""
    from desktop_crm.services import inspection_rules

    months = inspection_rules.months_of(rule) if rule else 0
    known = dict(REPEATS)
    if months is None:
        return t("By an own rule")
    return t(known[months]) if months in known else t("Every %(count)s months", count=t.number(months))


def plan_text(t: Translator, name: str, rule: str) -> str:
    """What a plan is called: its own name, or how often it comes."""
    return name or (rule_text(t, rule) if rule else t("Service visit"))
