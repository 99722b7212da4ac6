"""Making the big sample shop: timed once, when its file is made."""

from __future__ import annotations

from benchmarks import shops
from benchmarks.measuring import Line


def lines() -> list[Line]:
    """The one line."""
    path = shops.sample_shop(shops.BIG)
    seconds, load = shops.made_in(shops.BIG)
    details = {"load_when_made": load, "megabytes": round(path.stat().st_size / 1e6)}
    return [
        Line(f"Sample shop, 100,000 customers, 1,000,000 orders (load {load:g})", seconds, "s", 180, details=details)
    ]
