"""The start: until the frame is painted, until the first page is, and each tab the first time it is shown."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks import shops
from benchmarks.measuring import Line, answer, environment, median, spread

STARTS = 7
FRAME_BAR, PAGE_BAR, TAB_BAR = 1.5, 1.0, 150.0
STOCK = "stock QMainWindow of the same kinds of widgets"


def lines() -> list[Line]:
    """Stock and own window start in turns; the first start of each only compiles the bytecode."""
    shop = shops.sample_shop(shops.BIG)
    frames, pages, stock = [], [], []
    tabs: dict[str, list[float]] = {}
    views: dict[str, list[float]] = {}
    previews = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        env = environment(Path(place), Path(place) / "bytecode")
        shops.known_here(shop, Path(place))
        for turn in range(STARTS + 1):
            plain = answer(["-m", "benchmarks.stock_window", str(time.time())], env)
            found: dict[str, Any] = answer(["-m", "benchmarks.window_process", str(time.time()), str(shop)], env)
            if turn:
                stock.append(plain["frame"])
                frames.append(found["frame"])
                pages.append(found["page"])
                previews.append(found["preview"])
                for kind, into in (("tabs", tabs), ("views", views)):
                    for name, took in found[kind].items():
                        into.setdefault(name, []).append(took)
    started = [
        Line(
            "Window frame painted, from process start, median", median(frames), "ms", FRAME_BAR, median(stock), STOCK,
            relative=True, details={**spread(frames), "stock": spread(stock)},
        ),
        Line(
            "First page, 100,000 customers in the file, median", median(pages) / 1000, "s", PAGE_BAR,
            median(stock) / 1000, STOCK, details=spread(pages),
        ),
    ]  # fmt: skip
    shown = [
        Line(f"{what} {name} first shown, median", median(took), "ms", TAB_BAR, details=spread(took))
        for what, found in (("Tab", tabs), ("View", views))
        for name, took in found.items()
    ]
    late = Line(
        "Who would move known, from the key of the grading tab", median(previews), "ms", details=spread(previews)
    )
    return [*started, *shown, late]
