"""The rules of repeating visits: RFC 5545 in local dates; an empty rule is a single visit."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from functools import lru_cache

from dateutil.rrule import DAILY, rrule, rrulestr

from desktop_crm.core.dates import LATEST, add_months
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_

SAFE_DAY = 28  # every month has it
LONGEST_RULE = 300


def every_months(months: int, day: int) -> str:
    """Every ``months`` on the ``day`` of the month, or on the last one of a month that is shorter.

    A bare FREQ=MONTHLY from the 31st would leave short months out (RFC 5545, 3.3.10).
    """
    rule = f"FREQ=MONTHLY;INTERVAL={months}"
    if day <= SAFE_DAY:
        return rule
    days = ",".join(str(one) for one in range(SAFE_DAY, day + 1))
    return f"{rule};BYMONTHDAY={days};BYSETPOS=-1"


def first_after(day: dt.date, months: int) -> tuple[str, dt.date]:
    """The rule of a visit every ``months`` counted from ``day``, and the first visit."""
    return every_months(months, day.day), add_months(day, months)


def months_of(rule: str) -> int | None:
    """The months between two visits of a rule made by ``every_months``, else None."""
    for part in rule.split(";"):
        name, _, value = part.partition("=")
        if name == "INTERVAL" and value.isdigit() and rule.startswith("FREQ=MONTHLY"):
            return int(value)
    return {"FREQ=MONTHLY": 1, "FREQ=YEARLY": 12}.get(rule)


def with_months(months: int | None, rule: str, start: dt.date) -> str:
    """The rule of a form: every ``months`` from ``start``, 0 for once, None to keep ``rule``."""
    if months is None:
        return rule
    return every_months(months, start.day) if months else ""


def next_from(rule: str, start: dt.date, day: dt.date) -> dt.date | None:
    """The first visit of a rule that starts on ``start`` on or after ``day``; None when there is none."""
    if not rule:
        return start if start >= day else None
    found = _parsed(rule, start).after(dt.datetime.combine(day, dt.time()), inc=True)
    return found.date() if found and found.date() <= LATEST else None


def next_after(rule: str, start: dt.date, day: dt.date) -> dt.date | None:
    """The first visit after ``day``."""
    return next_from(rule, start, day + dt.timedelta(days=1))


def last_before(rule: str, start: dt.date, day: dt.date) -> dt.date | None:
    """The last visit of a rule before ``day``; None when there is none."""
    if not rule:
        return None
    found = _parsed(rule, start).before(dt.datetime.combine(day, dt.time()))
    return found.date() if found else None


def check(rule: str, start: dt.date) -> str:
    """``rule`` itself; raises UserError for one that is not understood, repeats within a day or never comes."""
    try:
        if len(rule) <= LONGEST_RULE and _is_daily(rule, start) and next_from(rule, start, start) is not None:
            return rule
    except (ValueError, KeyError, TypeError, OverflowError):
        pass
    raise UserError(N_("The repetition is not understood."), N_("Choose it from the list."), field="rrule")


def _is_daily(rule: str, start: dt.date) -> bool:
    """Whether a rule names days, not hours or less."""
    return not rule or ((";" in rule or "=" in rule) and _parsed(rule, start)._freq <= DAILY)


@lru_cache(maxsize=256)
def _parsed(rule: str, start: dt.date) -> rrule:
    found = rrulestr(rule, dtstart=dt.datetime.combine(start, dt.time()))
    if not isinstance(found, rrule):
        raise ValueError(f"not a single rule: {rule}")
    return found


def month_span(month: dt.date) -> tuple[dt.date, dt.date]:
    """The first and the last day of the month of ``month``."""
    return month.replace(day=1), month.replace(day=monthrange(month.year, month.month)[1])
