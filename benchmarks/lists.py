"""The customers list over 1,000,000 rows: first paint, jump to the middle, sorting; in a process of its own."""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from benchmarks import shops
from benchmarks.measuring import Line, answer, environment, median, times

BARS = {"first": 100.0, "middle": 80.0, "sort": 80.0}
TITLES = {"first": "first paint", "middle": "jump to the middle", "sort": "sort by an indexed column"}
MEMORY_BAR = 300.0
COUNT = "SELECT count(*) FROM customer_figures WHERE archived = 0"
PLAIN = (
    "SELECT c.id, f.grade, c.name, f.phone, f.revenue_12m FROM customer c LEFT JOIN customer_figures f"
    " ON f.customer_id = c.id WHERE f.archived = 0 ORDER BY f.stroke_key, c.id LIMIT 100 OFFSET ?"
)


def lines() -> list[Line]:
    """The slowest list of each kind, every other one in the details; then the memory."""
    path = shops.huge_list()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        found: dict[str, Any] = answer(["-m", "benchmarks.lists_process", str(path)], environment(Path(home)))
    top, middle = _plain(path, 0), _plain(path, shops.HUGE // 2)
    references = {"first": top, "middle": middle, "sort": top}
    measured = []
    for kind, bar in BARS.items():
        each: dict[str, list[float]] = found[kind]
        name, values = max(each.items(), key=lambda item: median(item[1]))
        measured.append(
            Line(
                f"List of 1,000,000: {TITLES[kind]}, median of the slowest ({name})",
                median(values),
                "ms",
                bar,
                references[kind],
                "count and one joined SELECT with OFFSET, unpainted",
                details={key: round(median(values), 1) for key, values in each.items()},
            )
        )
    return [*measured, Line("List of 1,000,000: peak memory", found["megabytes"], "MB", MEMORY_BAR)]


def _plain(path: Path, offset: int) -> float:
    """A count, and one window by a join, which reads all rows before it from both tables."""
    with closing(dbapi2.connect(str(path))) as raw:
        return median(times(lambda: (raw.execute(COUNT).fetchall(), raw.execute(PLAIN, (offset,)).fetchall()), 3))
