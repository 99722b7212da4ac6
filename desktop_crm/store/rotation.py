"""The copies of a shop in a folder: where they lie, which there are, and which of them to keep."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from desktop_crm.core.dates import local_date
from desktop_crm.store import machine, shop_file

LAST, DAYS, WEEKS, MONTHS = 10, 14, 8, 12
STALE = 24 * 3600  # seconds after which a half-written copy is nobody's any more
_STAMP = "%Y%m%d-%H%M%S%z"  # in the shop's zone, with the offset: readable, and no hour of the clock change is lost
_NAME = re.compile(rf"-(\d{{8}}-\d{{6}})([+-]\d{{4}})?(?:-\d+)?{re.escape(shop_file.SUFFIX)}")
_UTC = "+0000"  # of names without an offset, as the first copies had


@dataclass(frozen=True, slots=True)
class Copy:
    """A finished copy: when it was made (UTC, from its name), where it lies, its bytes."""

    made: dt.datetime
    path: Path
    size: int


def folder_of(shop: Path, base: Path) -> Path:
    """The folder below ``base`` for the copies of one shop on this computer.

    Named after the file, and after computer and path, so that two shops of one name never mix.
    """
    whose = f"{machine.machine()}\n{shop.resolve()}"
    return base / f"{shop.stem}-{hashlib.sha256(whose.encode()).hexdigest()[:8]}"


def copies(folder: Path) -> list[Copy]:
    """The finished copies in ``folder``, newest first; other files are left out. Raises OSError when it is gone."""
    found = []
    for file in folder.iterdir():
        made = made_at(file)
        if made is not None:
            found.append(Copy(made, file, file.stat().st_size))
    return sorted(found, key=lambda copy: (copy.made, copy.path.name), reverse=True)


def stamp(moment: dt.datetime, zone: str) -> str:
    """The part of a copy's name that says when it was made, as the clock in ``zone`` shows it."""
    return moment.astimezone(ZoneInfo(zone)).strftime(_STAMP)


def made_at(file: Path) -> dt.datetime | None:
    """When a copy was made, from its name; None for what is no copy of ours."""
    match = _NAME.search(file.name)
    if match is None or match.end() != len(file.name):
        return None
    try:
        return dt.datetime.strptime(match[1] + (match[2] or _UTC), _STAMP).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None


def keep(made: Iterable[dt.datetime], now: dt.datetime) -> set[dt.datetime]:
    """Which of the copies ``made`` then to keep: the last 10, and the newest of 14 days, 8 weeks and 12 months.

    Days, weeks and months without a copy do not count, so that a pause of the shop costs nothing. A copy dated
    after ``now`` comes from a clock that was wrong: it is kept and takes no place from the others.
    """
    known = sorted(set(made), reverse=True)
    past = [moment for moment in known if moment <= now]
    kept = {moment for moment in known if moment > now} | set(past[:LAST])
    rules: tuple[tuple[int, Callable[[dt.date], object]], ...] = (
        (DAYS, lambda day: day),
        (WEEKS, lambda day: day.isocalendar()[:2]),
        (MONTHS, lambda day: (day.year, day.month)),
    )
    for count, period_of in rules:
        newest: dict[object, dt.datetime] = {}
        for moment in past:
            newest.setdefault(period_of(local_date(moment)), moment)
        kept.update(list(newest.values())[:count])
    return kept


def prune(folder: Path, now: dt.datetime) -> list[Path]:
    """Remove the copies nobody needs and what a killed backup left half-written; the files removed."""
    there = copies(folder)
    kept = keep([copy.made for copy in there], now)
    removed = [copy.path for copy in there if copy.made not in kept]
    removed += [part for part in folder.glob("*.part") if time.time() - part.stat().st_mtime > STALE]
    for file in removed:
        shop_file.remove(file)
    return removed
