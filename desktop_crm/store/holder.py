"""Which computer a shop file belongs to, read before anything is opened for writing.

A file has one holder: the computer whose ordinal signs its journal and whose series stands in its numbers. The first
computer holds the file until a copy is taken to a laptop; that copy has a holder of its own.
"""

from __future__ import annotations

import datetime as dt
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from desktop_crm.core.settings import Holder
from desktop_crm.store import faults, shop_file

RECENT = 1000  # journal entries that are looked at for the latest moment
_HOLDER = (
    "SELECT ordinal, name, machine, series FROM device WHERE ordinal ="
    " coalesce((SELECT json_extract(value, '$.device') FROM setting WHERE key = ?), 1)"
)
_LAST = "SELECT max(happened_at) FROM (SELECT happened_at FROM journal WHERE device = ? ORDER BY sequence DESC LIMIT ?)"
_KNOWN = "SELECT ordinal, name FROM device ORDER BY ordinal"


@dataclass(frozen=True, slots=True)
class Held:
    """The computer a file belongs to: when something was last changed there; ``known`` are all that are in the file."""

    ordinal: int
    computer: str
    machine: str
    series: str
    last_change: dt.datetime | None
    known: tuple[tuple[int, str], ...]  # ordinal and name


def of(path: Path) -> Held:
    """The holder of a shop file that may be of an older layout; nothing is changed.

    Raises EnvironmentFault for a missing, empty, damaged, foreign or newer file.
    """
    shop_file.is_current(path)
    with faults.translated(), closing(shop_file.connect_reading(path)) as connection:
        ordinal, computer, machine, series = connection.execute(_HOLDER, (Holder.KEY,)).fetchone() or (1, "", "", "")
        last = connection.execute(_LAST, (ordinal, RECENT)).fetchone()[0]
        known = tuple(connection.execute(_KNOWN).fetchall())
    moment = dt.datetime.fromisoformat(last).replace(tzinfo=dt.UTC) if last else None
    return Held(ordinal, computer, machine, series, moment, known)
