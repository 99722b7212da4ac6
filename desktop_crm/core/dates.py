"""One clock for the whole program, working days and ROC years.

Instants that happened are aware UTC datetimes; what is planned is a local date in the shop's zone.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange

from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_

DEFAULT_ZONE = "Asia/Taipei"
ROC_EPOCH = 1911
CLOCK_TOLERANCE = dt.timedelta(hours=1)  # what a clock may stand back without a word
EARLIEST, LATEST = dt.date(1900, 1, 1), dt.date(2199, 12, 31)


class Clock:
    """Tells the time; a test or a demonstration may hold it still with ``freeze``.

    ``zone`` is that of the shop opened last: a day begins where the shop is, not where the laptop is.
    """

    def __init__(self) -> None:
        self.zone = DEFAULT_ZONE
        self._frozen: dt.datetime | None = None

    def freeze(self, moment: dt.datetime | None) -> None:
        """Hold the clock at an aware ``moment``, or let it run again with None."""
        if moment is not None and moment.tzinfo is None:
            raise ValueError("the clock needs an aware datetime")
        self._frozen = moment

    def now(self) -> dt.datetime:
        """The present instant, aware, in UTC."""
        return (self._frozen or dt.datetime.now(dt.UTC)).astimezone(dt.UTC)

    def today(self) -> dt.date:
        """The present date in the shop's zone."""
        return self.local(self.now()).date()

    def local(self, moment: dt.datetime) -> dt.datetime:
        """An aware ``moment`` as the clock on the shop's wall shows it."""
        from zoneinfo import ZoneInfo  # the window is painted before anybody asks for the day

        return moment.astimezone(ZoneInfo(self.zone))


clock = Clock()


def local_date(moment: dt.datetime) -> dt.date:
    """The date in the shop's zone at an aware ``moment``."""
    return clock.local(moment).date()


def add_working_days(day: dt.date, count: int) -> dt.date:
    """The date ``count`` working days (Monday to Friday) after ``day``."""
    while count:
        day += dt.timedelta(days=1)
        count -= day.weekday() < 5
    return day


def add_months(day: dt.date, count: int) -> dt.date:
    """``day`` moved by ``count`` months, held to the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def roc_year(day: dt.date) -> int:
    """The year of the Republic of China (民國): 2026 is 115."""
    return day.year - ROC_EPOCH


def check_day(day: dt.date, field: str) -> dt.date:
    """``day`` itself, or UserError when its year can only be a slip (before 1900, after 2199)."""
    if not EARLIEST <= day <= LATEST:
        raise UserError(
            N_("The year %(year)s cannot be meant."),
            N_("Type a year between 1900 and 2199."),
            field=field,
            year=day.year,
        )
    return day
