"""What a shop has that a backup of it has not: records made since, numbers given since, places in the journal."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from desktop_crm.core.errors import EnvironmentFault
from desktop_crm.core.settings import Holder
from desktop_crm.store import faults, shop_file

TOLD = ("customer", "quotation", "customer_order", "delivery", "payment")  # the records that are counted
_ORIGIN = "SELECT id FROM device WHERE ordinal = 1"
_HOLDER = "SELECT coalesce((SELECT json_extract(value, '$.device') FROM setting WHERE key = ?), 1)"
_LAST = "SELECT max(sequence) FROM journal WHERE device = ?"


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a shop has come: the last number of every series, its computer and that one's last journal entry."""

    origin: bytes  # the key of the first computer, which is the same in a shop and its copies alone
    counters: dict[str, int]
    device: int
    sequence: int


def reached(path: Path) -> Reached | None:
    """How far the shop at ``path`` has come; None when there is none or it cannot be read."""
    try:
        shop_file.check_header(path)
        with closing(shop_file.connect_reading(path)) as connection:
            device = connection.execute(_HOLDER, (Holder.KEY,)).fetchone()[0]
            return Reached(
                connection.execute(_ORIGIN).fetchone()[0],
                dict(connection.execute("SELECT series, last FROM counter").fetchall()),
                device,
                connection.execute(_LAST, (device,)).fetchone()[0] or 0,
            )
    except (EnvironmentFault, dbapi2.Error, TypeError):  # TypeError: a row that every shop has is not there
        return None


def missing(shop: Path, copy: Path) -> dict[str, int] | None:
    """How many records of ``shop`` are not in a backup of it, by kind; nothing for the backup of another shop.

    None when the shop cannot be read. Raises EnvironmentFault for a backup that cannot be read.
    """
    now = reached(shop)
    if now is None:
        return None
    with faults.translated(), closing(shop_file.connect_reading(shop)) as connection:
        connection.execute("ATTACH ? AS copy", (shop_file.reading_uri(copy),))
        if connection.execute(_ORIGIN.replace("device", "copy.device")).fetchone() != (now.origin,):
            return {}
        counts = {table: _count(connection, table) for table in TOLD}
    return {table: count for table, count in counts.items() if count}


def _count(connection: Any, table: str) -> int:
    """Records of ``table`` whose key is not in the copy."""
    query = f"SELECT count(*) FROM main.{table} WHERE id NOT IN (SELECT id FROM copy.{table})"
    return int(connection.execute(query).fetchone()[0])
