"""Which records of the shop the rows of a table mean: by the key of an earlier import, code, tax number or name."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.models import Customer, ExternalKey, Order, Product, Staff
from desktop_crm.services.import_fields import CUSTOMERS, ORDERS, PRODUCTS
from desktop_crm.services.import_job import SYSTEM
from desktop_crm.services.import_products import Sold

ENTITIES = {CUSTOMERS: Customer.__tablename__, PRODUCTS: Product.__tablename__, ORDERS: Order.__tablename__}
Index = dict[str, set[uuid.UUID]]


def key_of(kind: str, row: dict[str, str]) -> str:
    """By what a row is known again: its code, its tax number, else its name with what tells namesakes apart."""
    if row["code"]:
        return f"code:{row['code']}"
    name = row.get("name", "").casefold()
    if kind == PRODUCTS:
        return f"name:{name}|{row.get('specification', '').casefold()}" if name else ""
    if row.get("tax_number"):
        return f"tax:{row['tax_number']}"
    reach = next((row[point] for point in ("mobile", "phone", "email") if row.get(point)), "")
    return f"name:{name}|{reach}" if name else ""


class Known:
    """The records that are there, read once: what a run makes itself is added as it goes."""

    def __init__(self, session: Session, kind: str) -> None:
        self.kind = kind
        self._claimed: set[uuid.UUID] = set()
        self._keys: dict[str, uuid.UUID] = {}
        self._former: dict[str, uuid.UUID] = {}  # customers by the key of an earlier import
        self._codes: dict[str, uuid.UUID] = {}
        self._taxes: Index = defaultdict(set)
        self._names: Index = defaultdict(set)
        self._products: dict[str, Sold] = {}
        self.staff: dict[str, uuid.UUID] = {}
        self._read_keys(session)
        if kind != PRODUCTS:
            self._read_customers(session)
        if kind != CUSTOMERS:
            self._read_products(session)
        if kind == CUSTOMERS:
            self.staff = {row.name: row.id for row in session.execute(select(Staff.name, Staff.id))}

    def matched(self, row: dict[str, str], key: str) -> uuid.UUID | None:
        """The record that a row of customers or products means; the same record is not given to two rows.

        The code a record has now counts before the one it had when it was imported.
        """
        keyed = (self._codes.get(row["code"]), self._keys.get(key))
        found = next((one for one in keyed if one and one not in self._claimed), None)
        if found is None and row.get("tax_number"):
            found = _only(self._taxes.get(row["tax_number"]))
        if found is None and not row["code"] and not row.get("tax_number"):
            found = _only(self._names.get(row.get("name", "").casefold()))
        if found is None or found in self._claimed:
            return None
        self._claimed.add(found)
        return found

    def remembers(self, key: str) -> bool:
        """Whether a record, perhaps of another code by now, has the key of an earlier import."""
        return key in self._keys

    def order(self, key: str) -> uuid.UUID | None:
        """The order an earlier import made of a key."""
        return self._keys.get(key)

    def customers(self, text: str) -> set[uuid.UUID]:
        """The customers that a cell of an order may mean: by code, tax number or name, of now or of their import."""
        if text in self._codes:
            return {self._codes[text]}
        found = self._taxes.get(text) or self._names.get(text.casefold())
        former = self._former.get(f"name:{text.casefold()}|") or self._former.get(f"code:{text}")
        return found or ({former} if former else set())

    def product(self, text: str) -> Sold | None:
        """The product that a cell of an order means: by code, or by a name no other has."""
        return self._products.get(text) or self._products.get(text.casefold())

    def add_customer(self, text: str, key: uuid.UUID) -> None:
        """A customer that this run makes."""
        self._names[text.casefold()] = {key}

    def forget_customer(self, text: str) -> None:
        """A customer that is not made after all."""
        self._names.pop(text.casefold(), None)

    def _read_keys(self, session: Session) -> None:
        self._keys = _keys_of(session, ENTITIES[self.kind])

    def _read_customers(self, session: Session) -> None:
        columns: list[Any] = [
            Customer.id, Customer.code, Customer.tax_number, Customer.name, Customer.short_name, Customer.merged_into_id
        ]  # fmt: skip
        stands_for: dict[uuid.UUID, uuid.UUID] = {}
        rows = sorted(session.execute(select(*columns)), key=lambda row: row.merged_into_id is not None)
        for key, code, tax, name, short, merged_into in rows:
            stands_for[key] = self._codes[code] = key if self.kind == CUSTOMERS else merged_into or key
            said = [(self._taxes, tax), (self._names, name.casefold()), (self._names, short.casefold())]
            for index, text in said:
                if text and not (merged_into and index.get(text)):  # those that stand for themselves count first
                    index[text].add(stands_for[key])
        if self.kind == ORDERS:
            former = _keys_of(session, ENTITIES[CUSTOMERS])
            self._former = {key: stands_for[one] for key, one in former.items() if one in stands_for}

    def _read_products(self, session: Session) -> None:
        columns: list[Any] = [
            Product.id, Product.code, Product.name, Product.specification, Product.unit, Product.cost
        ]  # fmt: skip
        named: dict[str, list[Sold]] = defaultdict(list)
        for key, code, name, specification, unit, cost in session.execute(select(*columns)):
            sold = Sold(key, code, name, specification, unit, cost)
            self._codes.setdefault(code, key) if self.kind == PRODUCTS else None
            self._names[name.casefold()].add(key) if self.kind == PRODUCTS else None
            self._products[code] = sold
            named[name.casefold()].append(sold)
        for name, several in named.items():
            if len(several) == 1:
                self._products.setdefault(name, several[0])


def _keys_of(session: Session, entity: str) -> dict[str, uuid.UUID]:
    query = select(ExternalKey.value, ExternalKey.record_id).where(
        ExternalKey.system == SYSTEM, ExternalKey.entity == entity
    )
    return {row.value: row.record_id for row in session.execute(query)}


def _only(found: Iterable[uuid.UUID] | None) -> uuid.UUID | None:
    several = list(found or ())
    return several[0] if len(several) == 1 else None
