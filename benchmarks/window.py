"""The start: until the frame is painted, until the first page is, and each tab the first time it is shown."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks import shops
from benchmarks.measuring import Line, answer, environment, median, spread
from desktop_crm.store import holder

STARTS = 7
FRAME_BAR, PAGE_BAR, TAB_BAR = 1.5, 1.0, 150.0
STOCK = "stock QMainWindow of the same kinds of widgets"


def lines() -> list[Line]:
    """Stock and own window start in turns; the first start of each only compiles the bytecode."""
    shop = shops.sample_shop(shops.BIG)
    frames, pages, stock = [], [], []
    tabs: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        env = environment(Path(place), Path(place) / "bytecode")
        (Path(place) / "machine-id").write_text(holder.of(shop).machine)  # the computer the shop is known to
        for turn in range(STARTS + 1):
            plain = answer(["-m", "benchmarks.stock_window", str(time.time())], env)
            found: dict[str, Any] = answer(["-m", "benchmarks.window_process", str(time.time()), str(shop)], env)
            if turn:
                stock.append(plain["frame"])
                frames.append(found["frame"])
                pages.append(found["page"])
                for tab, took in found["tabs"].items():
                    tabs.setdefault(tab, []).append(took)
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
        Line(f"Tab {tab} first shown, median", median(took), "ms", TAB_BAR, details=spread(took))
        for tab, took in tabs.items()
    ]
    return started + shown
