"""A full disk, numbers and dates that cannot be meant: a sentence each, nothing half done."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlcipher3 import dbapi2

from desktop_crm.core.dates import clock
from desktop_crm.core.errors import EnvironmentFault, UserError
from desktop_crm.models import Customer, JournalEntry
from desktop_crm.services import check, customers, followups, orders, payments
from desktop_crm.services.customers import CustomerForm
from desktop_crm.services.orders import OrderHeader
from desktop_crm.services.shops import Shop
from desktop_crm.store import faults
from tests.unit.documents import customer, item, read, write

UNLIMITED = 4294967294
NOTE = "一段很長的備註。" * 2000


@contextmanager
def full_disk(shop: Shop, spare: int = 3) -> Iterator[None]:
    """Let the file grow by ``spare`` pages only."""

    def limit(connection: Any, _record: Any, _proxy: Any) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + spare}")

    event.listen(shop.database.engine, "checkout", limit)
    yield
    event.remove(shop.database.engine, "checkout", limit)
    with shop.database.engine.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {UNLIMITED}")


@pytest.mark.parametrize("spare", [0, 1, 2, 5, 9])
def test_a_full_disk_keeps_what_was_saved_and_the_next_save_works(shop: Shop, spare: int) -> None:
    key = customer(shop)
    count = select(func.count()).select_from(JournalEntry)
    with shop.database.read() as session:
        before = session.scalar(count)
    with full_disk(shop, spare), pytest.raises(EnvironmentFault, match="The disk is full") as caught:
        write(shop, customers.update, key, CustomerForm({"name": "永昌", "note": NOTE}))
    assert "Everything saved before is safe" in caught.value.advice
    with shop.database.read() as session:
        assert session.execute(select(Customer.name, Customer.note)).one() == ("宏益建設有限公司", "")
        assert session.scalar(count) == before
        assert check.run(session) == []
    write(shop, customers.update, key, CustomerForm({"name": "永昌", "note": NOTE}))
    assert read(shop, customers.load, key).values["note"] == NOTE
    assert read(shop, check.run) == []


@pytest.mark.parametrize("code", sorted(faults.SENTENCES))
def test_every_fault_of_the_environment_has_a_sentence_and_advice(code: int) -> None:
    error = dbapi2.OperationalError("as the library says it")
    error.sqlite_errorcode = code | 3 << 8  # extended codes carry more in the upper bits
    fault = faults.fault_of(error)
    assert isinstance(fault, EnvironmentFault)
    assert str(fault)[0].isupper()
    assert str(fault).endswith(".")
    assert fault.advice.endswith(".")


@pytest.mark.parametrize("error", [ValueError("no"), dbapi2.OperationalError("no such table: customer")])
def test_a_defect_is_not_told_as_a_fault(error: Exception) -> None:
    if isinstance(error, dbapi2.Error):
        error.sqlite_errorcode = 1
    with pytest.raises(type(error)), faults.translated():
        raise error


# -- numbers ---------------------------------------------------------------------------------------

ODD_NUMBERS = [
    ("credit_limit", -1),
    ("credit_limit", 10**15),
    ("credit_limit", 10**30),
    ("credit_limit", Decimal("NaN")),
    ("credit_limit", float("nan")),
    ("agreed_payment_days", -1),
    ("agreed_payment_days", 10**20),
    ("agreed_response_hours", -1),
    ("agreed_contact_days", 0),
    ("closing_day", 0),
    ("closing_day", 32),
    ("agreed_discount_percent", Decimal("NaN")),
    ("agreed_discount_percent", Decimal("Infinity")),
    ("agreed_discount_percent", Decimal(-1)),
    ("agreed_discount_percent", Decimal("100.0001")),
    ("agreed_discount_percent", Decimal("0.00001")),
]


@pytest.mark.parametrize(("field", "value"), ODD_NUMBERS)
def test_an_odd_number_on_a_customer_is_refused_at_its_field(shop: Shop, field: str, value: object) -> None:
    with pytest.raises(UserError) as caught:
        customer(shop, **{field: value})
    assert caught.value.field in (field, "discount_percent")
    assert read(shop, check.run) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("credit_limit", 0),
        ("credit_limit", 10**15 - 1),
        ("agreed_payment_days", 0),
        ("closing_day", 31),
        ("agreed_discount_percent", Decimal("99.9999")),
        ("agreed_discount_percent", None),
        ("credit_limit", None),
    ],
)
def test_a_number_at_its_limit_is_kept(shop: Shop, field: str, value: object) -> None:
    assert read(shop, customers.load, customer(shop, **{field: value})).values[field] == value


@pytest.mark.parametrize("number", ["NaN", "sNaN", "Infinity", "1e9", "-1e9", "1e40", "0.00001"])
@pytest.mark.parametrize("field", ["quantity", "price"])
def test_an_odd_quantity_or_price_is_refused(shop: Shop, field: str, number: str) -> None:
    key = customer(shop)
    value = number.replace("1e9", "1e10") if field == "price" else number
    with pytest.raises(UserError):
        write(shop, orders.create, key, [item(**{field: value})])
    assert read(shop, check.run) == []


# -- dates -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("day", [dt.date.min, dt.date.max, dt.date(1899, 12, 31), dt.date(2200, 1, 1)])
def test_a_date_that_cannot_be_meant_is_refused_everywhere(shop: Shop, day: dt.date) -> None:
    key = customer(shop)
    order = write(shop, orders.create, key, [item()])
    today = clock.today()
    attempts: list[tuple[Any, ...]] = [
        (orders.create, key, [item()], OrderHeader(ordered_on=day)),
        (orders.create, key, [item()], OrderHeader(due_on=day)),
        (orders.create, key, [item(promised_on=day)]),
        (orders.update, order, {"due_on": day}),
        (payments.receive, key, "cash", 100, day),
        (payments.receive, key, "cheque", 100, today),
        (followups.plan, key, "回電", day),
    ]
    for function, *arguments in attempts:
        with pytest.raises(UserError):
            write(shop, function, *arguments)
    assert read(shop, check.run) == []


@pytest.mark.parametrize("amount", [0, -1, 10**15, 10**25])
def test_an_odd_payment_is_refused(shop: Shop, amount: int) -> None:
    with pytest.raises(UserError):
        write(shop, payments.receive, customer(shop), "cash", amount, clock.today())


def test_a_record_that_is_gone_is_told(shop: Shop) -> None:
    with pytest.raises(UserError, match="no longer there"):
        write(shop, customers.update, uuid.uuid4(), CustomerForm({"name": "永昌"}))
