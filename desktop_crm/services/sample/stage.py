"""What all parts of the generator share: the calendar of the shop, chance, keys and tables."""

from __future__ import annotations

import datetime as dt
import random

from desktop_crm.services.sample.bulk import Bulk, Keys
from desktop_crm.services.sample.plan import DAYS

BEFORE, AFTER = 40, 1600  # days around the three years that have a text
MORNING = 60 * 8  # minutes after midnight, local time
UTC_OFFSET = 8 * 60  # Taiwan has no summer time
SUNDAY = 6
_TIMES = [f" {minute // 60:02}:{minute % 60:02}:00.000000" for minute in range(24 * 60 - UTC_OFFSET)]
RICH = 20_000  # customers who get every detail; larger shops are thinner per customer


class Stage:
    """The state of a generation; day numbers count from 0 (three years ago) to DAYS (today)."""

    def __init__(self, bulk: Bulk, customers: int, seed: int, today: dt.date) -> None:
        self.bulk = bulk
        self.keys = Keys(seed)
        self.chance = random.Random(seed)
        self.today = today
        self.detail = min(1.0, RICH / customers)
        days = range(-BEFORE, DAYS + AFTER)
        self._texts = [self.date(day).isoformat() for day in days]
        self._workdays = [day + (self.date(day).weekday() == SUNDAY) for day in days]

    def date(self, day: int) -> dt.date:
        """The date of a day number."""
        return self.today + dt.timedelta(days=day - DAYS)

    def text(self, day: int) -> str:
        """The stored form of a day."""
        return self._texts[day + BEFORE]

    def stamp(self, day: int, minutes: int = MORNING) -> str:
        """The stored form of an instant, ``minutes`` after local midnight; today's are just after midnight."""
        if day >= DAYS:
            return f"{self.text(day - 1)} 16:00:{minutes % 60:02}.000000"
        return self._texts[day + BEFORE] + _TIMES[minutes - UTC_OFFSET]

    def begin(self, day: int) -> None:
        """Keys made from here on say that they are of ``day``."""
        moment = dt.datetime.combine(self.date(day), dt.time(), dt.UTC)
        self.keys.start(moment - dt.timedelta(hours=8) if day >= DAYS else moment)

    def workday(self, day: int) -> int:
        """``day``, or the Monday after a Sunday."""
        return self._workdays[day + BEFORE]
