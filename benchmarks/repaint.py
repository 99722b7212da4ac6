"""Repainting the customers list while the worker process imports, against the same with an idle worker."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks import shops
from benchmarks.measuring import Line, answer, environment, spread

BAR = 30.0


def lines() -> list[Line]:
    """The worst repaint of all."""
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
