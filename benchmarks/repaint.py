"""Repainting and typing while heavy work runs, against the same without any: the list alone, and the whole window."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks import shops
from benchmarks.measuring import Line, answer, environment, spread

BAR, WINDOW_BAR = 30.0, 50.0
EVENTS = {"key": "keys", "paint": "paintings", "rest": "turns of what came after a painting"}
WORK = {
    "backup": "a backup is made",
    "import": "an import runs",
    "grading": "a grading is worked out and applied",
    "workbook": "the workbook is written",
}


def lines() -> list[Line]:
    """The worst repaint of the list, and the worst key and painting in the window for each kind of work."""
    return [*_list(), *_window()]


def _window() -> list[Line]:
    """On a copy, which the import and the grading change."""
    origin = shops.sample_shop(shops.BIG)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home, shops.scratch(origin) as shop:
        shops.known_here(shop, Path(home))
        found = answer(["-m", "benchmarks.busy_process", str(shop)], environment(Path(home)))
    idle = found["idle"]
    return [
        Line(
            f"Longest of {len(found[kind][event]):,} {what} in the window while {said}",
            max(found[kind][event]),
            "ms",
            WINDOW_BAR,
            max(idle[event]),
            f"longest of {len(idle[event]):,} without",
            details={"busy": spread(found[kind][event]), "idle": spread(idle[event])},
        )
        for kind, said in WORK.items()
        for event, what in EVENTS.items()
    ]


def _list() -> list[Line]:
    shop = shops.sample_shop(shops.BIG)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        found = answer(["-m", "benchmarks.repaint_process", str(shop)], environment(Path(home)))
    busy, idle = found["busy"], found["idle"]
    return [
        Line(
            f"Worst of {len(busy):,} repaints of the customers list while the worker imports",
            max(busy),
            "ms",
            BAR,
            max(idle),
            f"worst of {len(idle):,} with an idle worker",
            details={"busy": spread(busy), "idle": spread(idle)},
        )
    ]
