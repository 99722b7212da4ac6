"""The scores of a run as one compact blob: a line of JSON, the keys, then the columns deflated together."""

from __future__ import annotations

import json
import zlib
from typing import Any

import numpy as np
import numpy.typing as npt

from desktop_crm.services.grading_scores import KEY_BYTES, Columns, Scores

MEDIA_TYPE = "application/x-desktop-crm-scores"
LAYOUT = 1
_TYPES = (
    ("orders", "<i4"),
    ("revenue", "<i8"),
    ("margin", "<i8"),
    ("last_day", "<i4"),
    ("totals", "<i4"),
    ("order", "<i4"),
    ("grades", "|u1"),
)


def pack(columns: Columns, scores: Scores) -> bytes:
    """Everything a later explanation or undo needs, about 25 bytes per customer."""
    head = json.dumps({"layout": LAYOUT, "customers": len(columns)}).encode() + b"\n"
    arrays: dict[str, npt.NDArray[Any]] = {
        "orders": columns.orders,
        "revenue": columns.revenue,
        "margin": columns.margin,
        "last_day": columns.last_day,
        "totals": scores.totals,
        "order": scores.order,
        "grades": scores.grades,
    }
    parts = [scores.criteria.astype("|u1").tobytes()]
    parts += [arrays[name].astype(kind).tobytes() for name, kind in _TYPES]
    return head + columns.ids + zlib.compress(b"".join(parts), 1)


def unpack(content: bytes) -> tuple[Columns, Scores]:
    """What ``pack`` was given. Raises ValueError for a layout of a newer program."""
    start = content.index(b"\n") + 1
    head = json.loads(content[:start])
    if head["layout"] != LAYOUT:
        raise ValueError(f"unknown layout of scores: {head['layout']}")
    count = head["customers"]
    ids = content[start : start + KEY_BYTES * count]
    raw = zlib.decompress(content[start + KEY_BYTES * count :])
    criteria = np.frombuffer(raw, "|u1", 4 * count).reshape(4, count)
    place = 4 * count
    stored: dict[str, npt.NDArray[Any]] = {}
    for name, kind in _TYPES:
        stored[name] = np.frombuffer(raw, kind, count, place)
        place += stored[name].nbytes
    wide = {name: array.astype(np.int64) for name, array in stored.items() if name != "grades"}
    columns = Columns(ids, wide["orders"], wide["revenue"], wide["margin"], wide["last_day"])
    return columns, Scores(criteria, wide["totals"], wide["order"], stored["grades"])


def place_of(columns: Columns, key: bytes) -> int | None:
    """Where a customer stands in the columns, None when they took no part."""
    found = columns.ids.find(key)
    while found >= 0 and found % KEY_BYTES:
        found = columns.ids.find(key, found + 1)
    return found // KEY_BYTES if found >= 0 else None
