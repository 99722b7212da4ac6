"""Saving an order of five lines in the big sample shop, against bare inserts with the same durability."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from itertools import cycle
from pathlib import Path

from sqlalchemy import select
from sqlcipher3 import dbapi2

from benchmarks import shops
from benchmarks.measuring import Line, median, spread, times
from desktop_crm.core.ids import new_key
from desktop_crm.models import CustomerFigures, Order, OrderLine, Product
from desktop_crm.services import orders
from desktop_crm.services.document_lines import DraftLine
from desktop_crm.services.shops import open_shop
from desktop_crm.store.database import PRAGMAS

COUNT, BAR = 100, 15.0
USUAL = (6, 14)  # orders of a customer; the mean is 10


def lines() -> list[Line]:
    """The one line."""
    with shops.scratch(shops.sample_shop(shops.BIG)) as path:
        ours = _ours(path)
        bare = _bare(path)
    return [
        Line(
            "Save an order of 5 lines, median",
            median(ours),
            "ms",
            BAR,
            median(bare),
            "bare INSERTs, COMMIT with FULL",
            details={**spread(ours), "bare": spread(bare)},
        )
    ]


def _ours(path: Path) -> list[float]:
    shop = open_shop(path)
    try:
        with shop.database.read() as session:
            figures = CustomerFigures
            usual = select(figures.customer_id).where(figures.orders_total.between(*USUAL), ~figures.archived)
            customers = cycle(session.scalars(usual.limit(COUNT)).all())
            goods = session.execute(select(Product.id, Product.code, Product.name, Product.unit).limit(5)).all()
        typed = [
            DraftLine(name, Decimal(2), Decimal(1280), product_id=key, code=code, unit=unit, unit_cost=Decimal(900))
            for key, code, name, unit in goods
        ]
        return times(lambda: shop.database.run(orders.create, next(customers), typed), COUNT, warm=10)
    finally:
        shop.close()


def _bare(path: Path) -> list[float]:
    """The same rows into the same tables, with nothing around them."""
    with closing(dbapi2.connect(str(path), isolation_level=None)) as raw:
        for pragma in PRAGMAS:
            raw.execute(f"PRAGMA {pragma}")
        order = _last(raw, Order.__tablename__)
        line = _last(raw, OrderLine.__tablename__)
        numbers = _numbers()

        def save() -> None:
            raw.execute("BEGIN IMMEDIATE")
            key = _insert(raw, Order.__tablename__, {**order, "number": next(numbers)})
            for position in range(1, 6):
                _insert(raw, OrderLine.__tablename__, {**line, "order_id": key, "position": position})
            raw.execute("COMMIT")

        return times(save, COUNT, warm=10)


def _numbers() -> Iterator[str]:
    while True:
        yield uuid.uuid4().hex


def _last(raw: dbapi2.Connection, table: str) -> dict[str, object]:
    found = raw.execute(f"SELECT * FROM {table} ORDER BY id DESC LIMIT 1")
    return dict(zip((column[0] for column in found.description), found.fetchone(), strict=True))


def _insert(raw: dbapi2.Connection, table: str, row: dict[str, object]) -> bytes:
    key = new_key()
    values = {**row, "id": key}
    places = ", ".join("?" * len(values))
    raw.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({places})", list(values.values()))
    return key
