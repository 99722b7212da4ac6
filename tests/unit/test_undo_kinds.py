"""What each kind of step of the service, money and template screens did is taken back and done again to the letter."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from desktop_crm.core.errors import UserError
from desktop_crm.models import Delivery, Equipment, InspectionPlan, InvoiceRecord
from desktop_crm.services import (
    check,
    deliveries,
    equipment,
    figures,
    history,
    inspections,
    instalments,
    invoices,
    orders,
    payments,
    products,
    quote_templates,
    sites,
)
from desktop_crm.services.invoices import InvoiceForm
from desktop_crm.services.orders import OrderHeader
from desktop_crm.services.payment_plan import PlanPart
from desktop_crm.services.quotation_prices import PricedFor
from desktop_crm.services.shops import Shop
from tests.unit.documents import TODAY, customer, item, read, write
from tests.unit.test_journal import dump

HALVES = (PlanPart("訂金", "order", Decimal(50)), PlanPart("驗收", "acceptance", Decimal(50)))
LATER = dt.date(2026, 12, 24)
Step = Callable[["World"], tuple[Any, ...]]


class World:
    """A delivered and accepted order that made two pieces, a site, money, an invoice and a template."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.buyer, self.user = customer(shop), customer(shop, "使用單位")
        self.site = write(shop, sites.create, self.buyer, {"name": "機房", "street": "文心路 1 號"})
        pump = {"code": "P1", "name": "泵", "makes_equipment": True, "inspection_months": 6, "warranty_months": 12}
        self.pump = write(shop, products.create, {**pump, "list_price": Decimal(500)})
        lines = [item(quantity=2, product_id=self.pump)]
        self.order = write(shop, orders.create, self.buyer, lines, OrderHeader(tax_mode="untaxed"), HALVES)
        self.delivery = write(shop, deliveries.deliver, self.order, TODAY)
        self.open = write(shop, orders.create, self.buyer, lines, OrderHeader(tax_mode="untaxed"), ())
        self.handed = write(shop, deliveries.deliver, self.open, TODAY)
        write(shop, deliveries.accept, self.order, TODAY)
        self.payment = write(shop, payments.receive, self.buyer, "cash", 700, TODAY, {self.order: 700})
        self.invoice = write(shop, invoices.record, self.order, InvoiceForm("AB12345678", "triplicate", TODAY, 100, 5))
        self.template = write(shop, quote_templates.save, "保養", [item()], PricedFor())

    @property
    def piece(self) -> uuid.UUID:
        return self.first(Equipment.id)

    @property
    def plan(self) -> uuid.UUID:
        return self.first(InspectionPlan.id)

    def first(self, column: Any) -> Any:
        with self.shop.database.read() as session:
            return min(session.scalars(select(column)))


STEPS: dict[str, Step] = {
    "site made": lambda w: (sites.create, w.buyer, {"name": "二廠"}),
    "site changed": lambda w: (sites.update, w.site, {"note": "後門", "street": ""}),
    "site archived": lambda w: (sites.archive, w.site),
    "piece made": lambda w: (equipment.create, {"customer_id": w.buyer, "name": "冷卻水塔", "site_id": w.site}),
    "piece changed": lambda w: (equipment.update, w.piece, {"serial": "SN 1", "warranty_until": LATER}),
    "piece installed": lambda w: (equipment.install, w.piece, w.site, "B1"),
    "piece given away": lambda w: (equipment.change_user, w.piece, w.user),
    "piece retired": lambda w: (equipment.retire, w.piece),
    "visits planned": lambda w: (inspections.plan, w.piece, LATER, "FREQ=MONTHLY"),
    "visits planned otherwise": lambda w: (inspections.update, w.plan, {"rrule": "FREQ=MONTHLY", "starts_on": LATER}),
    "visits ended": lambda w: (inspections.end, w.plan),
    "visit skipped": lambda w: (inspections.skip, w.plan),
    "visit moved": lambda w: (inspections.move_visits, [w.plan], LATER),
    "visit done": lambda w: (inspections.visit_done, w.piece, "正常"),
    "plan of payment": lambda w: (instalments.set_plan, w.order, (*HALVES[:1], PlanPart("餘", "terms", Decimal(50)))),
    "plan of payment dropped": lambda w: (instalments.set_plan, w.order, ()),
    "accepted": lambda w: (deliveries.accept, w.open, TODAY),
    "acceptance cancelled": lambda w: (deliveries.cancel_acceptance, w.order, {"cards_stay"}),
    "delivery with cards cancelled": lambda w: (deliveries.cancel_delivery, w.handed),
    "payment released": lambda w: (payments.release, w.payment, w.order),
    "payment cancelled": lambda w: (payments.cancel_payment, w.payment),
    "invoice void": lambda w: (invoices.void, w.invoice, TODAY),
    "template replaced": lambda w: (
        quote_templates.save, "保養", [item("新"), item("二")], PricedFor(), frozenset({"replace_template"}),
    ),
    "template made": lambda w: (quote_templates.save, "另一", [item()], PricedFor()),
    "template deleted": lambda w: (quote_templates.delete, w.template),
}  # fmt: skip


@pytest.mark.parametrize("name", STEPS)
def test_a_step_is_taken_back_and_done_again(shop: Shop, clock_at: Callable[[str], dt.datetime], name: str) -> None:
    clock_at("2026-11-21 09:00")
    write(shop, figures.rebuild)  # the shop is of the day the tests run
    world = World(shop)
    start = dump(shop)
    step = shop.database.run(*STEPS[name](world)).changed
    end = dump(shop)
    assert end != start
    undone = shop.database.run(history.undo, step.batch_id).changed
    assert dump(shop) == start
    assert read(shop, check.run) == []
    shop.database.run(history.undo, undone.batch_id)
    assert dump(shop) == end
    assert read(shop, check.run) == []


@pytest.mark.parametrize("model", [Delivery, InvoiceRecord])
def test_what_has_a_number_is_cancelled_not_undone(shop: Shop, model: Any) -> None:
    buyer = customer(shop)
    order = write(shop, orders.create, buyer, [item()])
    if model is Delivery:
        step = shop.database.run(deliveries.deliver, order, TODAY).changed
    else:
        form = InvoiceForm("AB12345678", "triplicate", TODAY, 100, 5)
        step = shop.database.run(invoices.record, order, form).changed
    with pytest.raises(UserError, match="cannot be undone"):
        write(shop, history.undo, step.batch_id)
