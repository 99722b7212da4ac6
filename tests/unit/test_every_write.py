"""Every service function that a person can write with, called once: it asks for its permission and is journaled.

A new one that names a permission must get an example here.
"""

from __future__ import annotations

import base64
import datetime as dt
import importlib
import inspect
import pkgutil
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import desktop_crm.services
from desktop_crm.core.errors import UserError
from desktop_crm.core.permissions import EVERYTHING, permission_of
from desktop_crm.models import Delivery, Device, JournalEntry
from desktop_crm.services import (
    company,
    consumables,
    contacts,
    customers,
    deliveries,
    deposits,
    devices,
    equipment,
    erasing,
    followups,
    grading,
    grading_runs,
    grading_scheme,
    history,
    import_files,
    import_guess,
    import_job,
    import_mapping,
    import_table,
    import_undo,
    imports,
    inspections,
    instalments,
    interactions,
    invoices,
    mails,
    merging,
    numbering,
    order_changes,
    orders,
    payments,
    price_lists,
    products,
    quotations,
    quote_templates,
    service_levels,
    sites,
    staff,
    trade,
)
from desktop_crm.services.customers import CustomerForm
from desktop_crm.services.invoices import InvoiceForm
from desktop_crm.services.payment_plan import PlanPart
from desktop_crm.services.quotation_prices import PricedFor
from desktop_crm.services.shops import Shop
from tests.unit.documents import TODAY, customer, draft, draw, issued, item, order, read, view, write

Call = tuple[Callable[..., Any], tuple[Any, ...], Mapping[str, Any]]
NORTHWIND = Path(__file__).resolve().parents[1] / "data" / "northwind"
PNG = base64.b64decode(  # one pixel
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
LATER = TODAY + dt.timedelta(days=30)


def call(function: Callable[..., Any], *args: Any, **named: Any) -> Call:
    """A service function with what it is given."""
    return function, args, named


class Given:
    """Records to write about, made when an example asks for them."""

    def __init__(self, shop: Shop, folder: Path) -> None:
        self.shop = shop
        self.folder = folder
        self.customer = customer(shop)

    def do(self, function: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """Run another write first."""
        return write(self.shop, function, *args, **named)

    def contact(self) -> uuid.UUID:
        return uuid.UUID(str(self.do(contacts.create, self.customer, {"name": "林先生"})))

    def site(self) -> uuid.UUID:
        return uuid.UUID(str(self.do(sites.create, self.customer, {"name": "B 棟"})))

    def follow_up(self) -> uuid.UUID:
        return uuid.UUID(str(self.do(followups.plan, self.customer, "回電", TODAY)))

    def order(self) -> uuid.UUID:
        return order(self.shop, self.customer, 1000)

    def delivered(self) -> uuid.UUID:
        key = self.order()
        self.do(deliveries.deliver, key, TODAY)
        return key

    def accepted(self) -> uuid.UUID:
        key = self.delivered()
        self.do(deliveries.accept, key, TODAY)
        return key

    def delivery(self) -> uuid.UUID:
        self.delivered()
        return self.first(Delivery)

    def paid(self, method: str = "cash", **named: Any) -> tuple[uuid.UUID, uuid.UUID]:
        """A payment and the order it went to."""
        key = self.order()
        return self.do(payments.receive, self.customer, method, 1000, TODAY, **named), key

    def cheque(self) -> uuid.UUID:
        return self.paid("cheque", cheque=payments.ChequeDetails("AB123", LATER))[0]

    def prepaid(self) -> uuid.UUID:
        """An order of somebody who has paid more than was owed before."""
        self.do(payments.receive, self.customer, "cash", 500, TODAY)
        return self.order()

    def machine(self) -> uuid.UUID:
        values = {"customer_id": self.customer, "name": "冷卻水塔", "consumables": "填料 2 包"}
        return uuid.UUID(str(self.do(equipment.create, values)))

    def plan(self) -> uuid.UUID:
        return uuid.UUID(str(self.do(inspections.plan, self.machine(), TODAY, "FREQ=MONTHLY")))

    def invoice(self) -> uuid.UUID:
        return uuid.UUID(str(self.do(invoices.record, self.order(), invoice_form(1000))))

    def interaction(self) -> uuid.UUID:
        return uuid.UUID(str(self.do(interactions.record, self.customer, "call", "談過水泵")))

    def template(self) -> str:
        return str(self.do(quote_templates.save, "年度保養", [item()], PricedFor()))

    def draft(self) -> uuid.UUID:
        return draft(self.shop, self.customer, [item()])

    def issued(self) -> uuid.UUID:
        return issued(self.shop, self.customer)

    def declined(self) -> uuid.UUID:
        key = self.issued()
        self.do(quotations.decline, key)
        return key

    def product(self) -> uuid.UUID:
        return uuid.UUID(str(self.do(products.create, {"code": "P1", "name": "水泵", "unit": "台"})))

    def price_list(self) -> uuid.UUID:
        return uuid.UUID(str(self.do(price_lists.create, {"name": "A 級"})))

    def price(self) -> tuple[uuid.UUID, uuid.UUID, Decimal, Decimal]:
        return self.price_list(), self.product(), Decimal(1), Decimal(900)

    def person(self) -> uuid.UUID:
        return uuid.UUID(str(self.do(staff.create, {"name": "李師傅"})))

    def table(self) -> import_job.Job:
        """A CSV of two customers with what is guessed about it."""
        path = self.folder / "customers.csv"
        path.write_text("客戶名稱,電話\n甲公司,02-2345-6789\n乙公司,04-2258-1180\n", encoding="utf-8")
        headings = ("客戶名稱", "電話")
        fields = import_guess.guess("customers", headings, [["甲公司", "02-2345-6789"]]).fields
        columns = {column: name for column, (name, _sure) in fields.items()}
        return import_job.Job(import_files.Choice(path, "utf-8", ",", header=1), "customers", headings, columns)

    def batch(self) -> uuid.UUID:
        """Something that can be undone."""
        return self.shop.database.run(contacts.create, self.customer, {"name": "林先生"}).changed.batch_id

    def imported(self) -> uuid.UUID:
        return self.shop.database.run(import_table.run, self.table()).changed.batch_id

    def first(self, model: type[Any]) -> uuid.UUID:
        with self.shop.database.read() as session:
            found: uuid.UUID = session.scalars(select(model.id)).one()
        return found


def invoice_form(net: int, number: str = "AB12345678") -> InvoiceForm:
    return InvoiceForm(number, "triplicate", TODAY, net, 0)


EXAMPLES: dict[str, Callable[[Given], Call]] = {
    "company.change": lambda g: call(company.change, {"fax": "04-2258-1181"}),
    "company.set_picture": lambda g: call(company.set_picture, "logo", PNG),
    "consumables.quote": lambda g: call(consumables.quote, g.machine()),
    "contacts.archive": lambda g: call(contacts.archive, g.contact()),
    "contacts.create": lambda g: call(contacts.create, g.customer, {"name": "林先生"}),
    "contacts.update": lambda g: call(contacts.update, g.contact(), {"name": "陳先生"}),
    "customers.archive": lambda g: call(customers.archive, g.customer),
    "customers.create": lambda g: call(customers.create, CustomerForm({"name": "永昌機電"})),
    "customers.restore": lambda g: shelved(g, customers.archive, customers.restore, g.customer),
    "customers.update": lambda g: call(customers.update, g.customer, CustomerForm({"name": "宏益營造"})),
    "deliveries.accept": lambda g: call(deliveries.accept, g.delivered(), TODAY),
    "deliveries.cancel_acceptance": lambda g: call(deliveries.cancel_acceptance, g.accepted()),
    "deliveries.cancel_delivery": lambda g: call(deliveries.cancel_delivery, g.delivery()),
    "deliveries.deliver": lambda g: call(deliveries.deliver, g.order(), TODAY),
    "deposits.use": lambda g: call(deposits.use, g.prepaid()),
    "devices.add_copy": lambda g: copied(g),
    "devices.move_here": lambda g: moved(g),
    "equipment.change_user": lambda g: call(equipment.change_user, g.machine(), customer(g.shop, "使用單位")),
    "equipment.create": lambda g: call(equipment.create, {"customer_id": g.customer, "name": "水塔"}),
    "equipment.install": lambda g: call(equipment.install, g.machine(), g.site(), "屋頂"),
    "equipment.put_in_use": lambda g: shelved(g, equipment.retire, equipment.put_in_use, g.machine()),
    "equipment.retire": lambda g: call(equipment.retire, g.machine()),
    "equipment.update": lambda g: call(equipment.update, g.machine(), {"location": "B1"}),
    "erasing.erase": lambda g: call(erasing.erase, g.customer),
    "erasing.make_nameless": lambda g: (g.contact(), call(erasing.make_nameless, g.customer))[1],
    "followups.cancel": lambda g: call(followups.cancel, g.follow_up()),
    "followups.finish": lambda g: call(followups.finish, g.follow_up(), "談過"),
    "followups.finish_and_plan": lambda g: call(followups.finish_and_plan, g.follow_up(), "談過", "拜訪", LATER),
    "followups.move_to": lambda g: call(followups.move_to, g.follow_up(), LATER),
    "followups.plan": lambda g: call(followups.plan, g.customer, "回電", LATER),
    "followups.postpone": lambda g: call(followups.postpone, g.follow_up(), LATER),
    "followups.reopen": lambda g: shelved(g, followups.finish, followups.reopen, g.follow_up()),
    "followups.update": lambda g: call(followups.update, g.follow_up(), {"note": "先看圖"}),
    "grading.apply": lambda g: call(grading.apply),
    "grading_runs.undo": lambda g: call(grading_runs.undo, g.do(grading.apply)),
    "grading_scheme.update_scheme": lambda g: call(grading_scheme.update_scheme, period_months=24),
    "history.undo": lambda g: call(history.undo, g.batch()),
    "import_table.run": lambda g: call(import_table.run, g.table()),
    "import_undo.revert": lambda g: call(import_undo.revert, g.imported()),
    "imports.run": lambda g: call(imports.run, NORTHWIND, import_mapping.load("northwind")),
    "inspections.end": lambda g: call(inspections.end, g.plan()),
    "inspections.move_visits": lambda g: call(inspections.move_visits, [g.plan()], LATER),
    "inspections.plan": lambda g: call(inspections.plan, g.machine(), LATER, "FREQ=MONTHLY"),
    "inspections.skip": lambda g: call(inspections.skip, g.plan()),
    "inspections.update": lambda g: call(inspections.update, g.plan(), {"name": "季保養"}),
    "inspections.visit_done": lambda g: call(inspections.visit_done, g.machine(), "正常"),
    "instalments.set_plan": lambda g: call(instalments.set_plan, g.order(), [PlanPart("訂金", percent=Decimal(100))]),
    "interactions.delete": lambda g: call(interactions.delete, g.interaction()),
    "interactions.record": lambda g: call(interactions.record, g.customer, "call", "談過水泵"),
    "interactions.update": lambda g: call(interactions.update, g.interaction(), {"summary": "談過閥門"}),
    "invoices.allow": lambda g: call(invoices.allow, g.invoice(), invoice_form(100, "A1")),
    "invoices.record": lambda g: call(invoices.record, g.order(), invoice_form(1000)),
    "invoices.void": lambda g: call(invoices.void, g.invoice()),
    "mails.change": lambda g: call(mails.change, {"subject_en": "Your quotation"}),
    "merging.merge": lambda g: call(merging.merge, g.customer, customer(g.shop, "宏益")),
    "numbering.carry_forward": lambda g: call(numbering.carry_forward, {"quotation:Q2026-{n:4}": 7}, 90),
    "order_changes.change": lambda g: call(order_changes.change, g.order(), [item(price=900)]),
    "orders.cancel": lambda g: call(orders.cancel, g.order()),
    "orders.create": lambda g: call(orders.create, g.customer, [item()]),
    "orders.update": lambda g: call(orders.update, g.order(), {"note": "先通知"}),
    "payments.cancel_payment": lambda g: call(payments.cancel_payment, g.paid()[0]),
    "payments.receive": lambda g: call(payments.receive, g.customer, "cash", 500, TODAY),
    "payments.release": lambda g: call(payments.release, *g.paid()),
    "payments.set_cheque_state": lambda g: call(payments.set_cheque_state, g.cheque(), "cleared"),
    "price_lists.archive": lambda g: call(price_lists.archive, g.price_list()),
    "price_lists.bring_back": lambda g: shelved(g, price_lists.archive, price_lists.bring_back, g.price_list()),
    "price_lists.create": lambda g: call(price_lists.create, {"name": "A 級"}),
    "price_lists.put_price": lambda g: call(price_lists.put_price, *g.price()),
    "price_lists.remove_price": lambda g: call(price_lists.remove_price, g.do(price_lists.put_price, *g.price())),
    "price_lists.update": lambda g: call(price_lists.update, g.price_list(), {"name": "B 級"}),
    "products.archive": lambda g: call(products.archive, g.product()),
    "products.create": lambda g: call(products.create, {"code": "P2", "name": "閥"}),
    "products.restore": lambda g: shelved(g, products.archive, products.restore, g.product()),
    "products.update": lambda g: call(products.update, g.product(), {"name": "大水泵"}),
    "quote_templates.delete": lambda g: call(quote_templates.delete, g.template()),
    "quote_templates.save": lambda g: call(quote_templates.save, "年度保養", [item()], PricedFor()),
    "quotations.accept": lambda g: call(quotations.accept, g.issued(), 1, TODAY),
    "quotations.cancel": lambda g: call(quotations.cancel, g.issued()),
    "quotations.copy": lambda g: call(quotations.copy, g.issued()),
    "quotations.create_draft": lambda g: call(quotations.create_draft, g.customer),
    "quotations.decline": lambda g: call(quotations.decline, g.issued(), "太貴"),
    "quotations.delete_draft": lambda g: call(quotations.delete_draft, g.draft()),
    "quotations.issue": lambda g: call(quotations.issue, g.draft(), draw),
    "quotations.mark_sent": lambda g: call(quotations.mark_sent, g.issued()),
    "quotations.new_revision": lambda g: call(quotations.new_revision, g.issued()),
    "quotations.reopen": lambda g: call(quotations.reopen, g.declined(), LATER),
    "quotations.save_draft": lambda g: saved(g, g.draft()),
    "service_levels.change": lambda g: levels(g),
    "sites.archive": lambda g: call(sites.archive, g.site()),
    "sites.create": lambda g: call(sites.create, g.customer, {"name": "B 棟"}),
    "sites.restore": lambda g: shelved(g, sites.archive, sites.restore, g.site()),
    "sites.update": lambda g: call(sites.update, g.site(), {"name": "C 棟"}),
    "staff.archive": lambda g: call(staff.archive, g.person()),
    "staff.bring_back": lambda g: shelved(g, staff.archive, staff.bring_back, g.person()),
    "staff.create": lambda g: call(staff.create, {"name": "李師傅"}),
    "staff.update": lambda g: call(staff.update, g.person(), {"title": "師傅"}),
    "trade.change": lambda g: call(trade.change, {"payment_days": 45}),
    "trade.change_units": lambda g: call(trade.change_units, [{"zh_TW": "箱", "en": "box"}]),
    "trade.change_numbering": lambda g: call(trade.change_numbering, {"quotation": "QT{year}-{n:4}"}),
}


def shelved(given: Given, away: Callable[..., Any], back: Callable[..., Any], key: uuid.UUID) -> Call:
    """Put away first what is then brought back."""
    given.do(away, key)
    return call(back, key)


def saved(given: Given, key: uuid.UUID) -> Call:
    """The same draft with a dearer line."""
    return call(quotations.save_draft, key, view(given.shop, key).header, [item(price=2000)])


def levels(given: Given) -> Call:
    """A grade is offered more discount."""
    offers = read(given.shop, service_levels.offers)
    return call(service_levels.change, {"A": replace(offers["A"], discount_percent=Decimal(7))})


def copied(given: Given) -> Call:
    """The second computer of the shop."""
    given.shop.database.device = 2
    return call(devices.add_copy)


def moved(given: Given) -> Call:
    """A file of another computer."""

    def elsewhere(session: Session) -> None:
        session.scalars(select(Device)).one().machine = "another"

    given.do(elsewhere)
    return call(devices.move_here)


@pytest.fixture
def given(shop: Shop, tmp_path: Path, clock_at: Callable[[str], dt.datetime]) -> Given:
    clock_at(f"{TODAY} 09:00")
    return Given(shop, tmp_path)


def entries(shop: Shop) -> list[tuple[uuid.UUID, str]]:
    """Batch and action of everything in the journal."""
    with shop.database.read() as session:
        return [(row[0], row[1]) for row in session.execute(select(JournalEntry.batch_id, JournalEntry.action))]


def test_every_function_that_names_a_permission_is_tried() -> None:
    named = {
        f"{module.__name__.rpartition('.')[2]}.{name}"
        for module in modules()
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and permission_of(function) is not None
    }
    assert named == set(EXAMPLES)


def modules() -> Iterator[ModuleType]:
    """Every module of the services."""
    for info in pkgutil.walk_packages(desktop_crm.services.__path__, "desktop_crm.services."):
        yield importlib.import_module(info.name)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_write_is_journaled_under_its_name(given: Given, name: str) -> None:
    function, args, named = EXAMPLES[name](given)
    outcome = given.shop.database.run(function, *args, **named)
    assert outcome.changed.action == name
    assert (outcome.changed.batch_id, name) in entries(given.shop)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_write_is_refused_without_its_permission(given: Given, name: str) -> None:
    function, args, named = EXAMPLES[name](given)
    needed = permission_of(function)
    assert needed is not None
    before = entries(given.shop)
    given.shop.database.permissions = EVERYTHING - {needed}
    with pytest.raises(UserError, match="You may not do this"):
        given.shop.database.run(function, *args, **named)
    assert entries(given.shop) == before
