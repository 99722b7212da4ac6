"""Weeks as CLDR says for the language: in zh_TW they begin with Sunday, in zh_CN and en with Monday."""

from __future__ import annotations

import datetime as dt

DAYS = 7


def first_weekday(lang: str) -> int:
    """With which day a week begins: 0 is Monday."""
    from babel import Locale

    return int(Locale.parse(lang).first_week_day)


def week_start(day: dt.date, lang: str) -> dt.date:
    """The first day of the week of ``day``."""
    return day - dt.timedelta(days=(day.weekday() - first_weekday(lang)) % DAYS)


def week_end(day: dt.date, lang: str) -> dt.date:
    """The last day of the week of ``day``."""
    return week_start(day, lang) + dt.timedelta(days=DAYS - 1)


def next_week(day: dt.date, lang: str) -> dt.date:
    """The Monday of the week after that of ``day``."""
    following = week_end(day, lang) + dt.timedelta(days=1)
    return following + dt.timedelta(days=-following.weekday() % DAYS)
