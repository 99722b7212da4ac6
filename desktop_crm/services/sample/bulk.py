"""Rows by the million into a shop file: prepared statements on the raw connection, indexes made afterwards.

Values are handed over as they are stored: keys as 16 bytes, days as ISO text, instants as UTC text,
prices and quantities x 10^4, amounts in minor units.
"""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Column, ColumnDefault
from sqlalchemy.dialects import sqlite

from desktop_crm.models import Base
from desktop_crm.store.database import Database

FULL = 20_000  # rows kept in memory before they are written
_DIALECT = sqlite.dialect()
_CONSTANTS = {"version": 1, "created_by_device": 1}
_ODD = 0x2545_F491_4F6C_DD1D  # any odd factor gives every count its own value modulo 2^62
_LOW = (1 << 62) - 1
_VARIANT = 1 << 63
_pack = struct.Struct(">QQ").pack


class Keys:
    """UUIDv7 keys that follow from a seed, the day and their order alone."""

    def __init__(self, seed: int) -> None:
        self._count = 0
        self._millis = 0
        self._salt = seed * 0x9E37_79B9_7F4A_7C15 & _LOW
        self._head = 0x7000 | (seed * 2_654_435_761 >> 7 & 0xFFF)

    def start(self, moment: dt.datetime) -> None:
        """The keys from here on say they were made at ``moment``, one millisecond after the other."""
        self._millis = max(self._millis, int(moment.timestamp() * 1000))

    def next(self) -> bytes:
        """A key greater than all before it."""
        count = self._count = self._count + 1
        millis = self._millis = self._millis + 1
        return _pack(millis << 16 | self._head, _VARIANT | count * _ODD + self._salt & _LOW)


class Bulk:
    """Buffers rows per table and writes them with ``executemany``."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw
        self._buffers: list[tuple[str, list[tuple[Any, ...]]]] = []

    def table(self, name: str, columns: str) -> list[tuple[Any, ...]]:
        """The buffer of a table: append tuples of ``columns`` (parted by blanks); the rest takes its default.

        ``updated_at`` is filled from ``created_at``.
        """
        buffer: list[tuple[Any, ...]] = []
        self._buffers.append((_statement(name, columns.split()), buffer))
        return buffer

    def pace(self) -> None:
        """Write what is buffered once it is much."""
        if sum(len(rows) for _, rows in self._buffers) >= FULL:
            self.flush()

    def flush(self) -> None:
        """Write what is buffered."""
        for statement, rows in self._buffers:
            if rows:
                self._raw.executemany(statement, rows)
                rows.clear()

    def sum_invoices(self) -> None:
        """Say on every order what of it is invoiced, once all invoices are written."""
        self.flush()
        self._raw.execute(
            "UPDATE customer_order SET invoiced = sums.total FROM (SELECT order_id, sum(total) AS total"
            " FROM invoice_record WHERE voided_on IS NULL GROUP BY order_id) AS sums"
            " WHERE customer_order.id = sums.order_id"
        )


def _statement(name: str, given: list[str]) -> str:
    """INSERT with numbered parameters for the given columns and literals for the defaults of the others."""
    table = Base.metadata.tables[name]
    places = {column: f"?{place}" for place, column in enumerate(given, start=1)}
    if "created_at" in places and "updated_at" in table.c and "updated_at" not in places:
        places["updated_at"] = places["created_at"]
    unknown = set(places) - set(table.c.keys())
    if unknown:
        raise KeyError(f"{name} has no {sorted(unknown)}")
    for column in table.c:
        if column.name not in places and (literal := _literal(column)) is not None:
            places[column.name] = literal
    return f'INSERT INTO "{name}" ({", ".join(places)}) VALUES ({", ".join(places.values())})'


def _literal(column: Column[Any]) -> str | None:
    """The stored default of a column as SQL, None for one that may stay NULL."""
    default = column.default
    if column.name in _CONSTANTS:
        return str(_CONSTANTS[column.name])
    if not isinstance(default, ColumnDefault) or not default.is_scalar:
        if column.nullable:
            return None
        raise KeyError(f"{column} needs a value")
    bind = column.type.dialect_impl(_DIALECT).bind_processor(_DIALECT)
    value = bind(default.arg) if bind else default.arg
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(int(value))


@contextmanager
def loading(database: Database) -> Iterator[Bulk]:
    """Write a fresh file without write-ahead log, foreign keys and secondary indexes, and bring all back.

    Only for a file nobody else has open and that is thrown away when this fails.
    """
    database.engine.dispose()
    with database.engine.connect() as connection:
        raw: Any = connection.connection.dbapi_connection
        _run(raw, "PRAGMA foreign_keys = OFF", "PRAGMA synchronous = OFF", "PRAGMA journal_mode = TRUNCATE")
        _run(
            raw,
            "PRAGMA cache_size = -131072",
            "PRAGMA query_only = OFF",
            "PRAGMA secure_delete = OFF",
            "PRAGMA threads = 2",
        )
        names = ", ".join(f"'{name}'" for name in Base.metadata.tables)
        indexes = raw.execute(
            f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({names})"
        ).fetchall()
        _run(raw, "BEGIN IMMEDIATE", *(f'DROP INDEX "{name}"' for name, _ in indexes))
        bulk = Bulk(raw)
        yield bulk
        bulk.flush()
        _run(raw, *(sql for _, sql in indexes), "COMMIT", "PRAGMA journal_mode = WAL")
        connection.detach()
    database.engine.dispose()


def _run(raw: Any, *statements: str) -> None:
    for statement in statements:
        raw.execute(statement)
