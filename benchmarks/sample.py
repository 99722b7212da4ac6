"""Making the big sample shop: timed once, when its file is made."""

from __future__ import annotations

from benchmarks import shops
from benchmarks.measuring import Line

BAR = 180.0


def lines() -> list[Line]:
    """The one line."""
    path = shops.sample_shop(shops.BIG)
    seconds, load = shops.made_in(shops.BIG)
    details = {"load_when_made": load, "megabytes": round(path.stat().st_size / 1e6)}
    what = f"Sample shop, 100,000 customers, 1,000,000 orders, once (load {load:g})"
    return [Line(what, seconds, "s", BAR, details=details)]
