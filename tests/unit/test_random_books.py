"""Whatever shops do in whatever order: the derived tables, statements, payments and cards agree with the records."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Table, func, select

from desktop_crm.core.dates import clock
from desktop_crm.core.errors import NeedsConfirmation, UserError
from desktop_crm.models import (
    Cheque,
    Customer,
    Delivery,
    Equipment,
    InspectionPlan,
    Instalment,
    InvoiceRecord,
    Order,
    OrderToAccept,
    Payment,
    PaymentAllocation,
    Receivable,
    ShopMonth,
)
from desktop_crm.models.equipment import EquipmentState
from desktop_crm.models.order import DeliveryState, OrderState
from desktop_crm.services import (
    check,
    customers,
    deliveries,
    deposits,
    equipment,
    figures,
    history,
    inspections,
    instalments,
    invoices,
    merging,
    order_changes,
    order_view,
    orders,
    payments,
    products,
    receivables,
    statements,
)
from desktop_crm.services.customers import CustomerForm
from desktop_crm.services.invoices import InvoiceForm
from desktop_crm.services.orders import OrderHeader
from desktop_crm.services.payment_plan import PlanPart
from desktop_crm.services.payments import ChequeDetails
from desktop_crm.services.shops import Shop
from tests.unit.documents import item, read, write

DERIVED = (Receivable, OrderToAccept, ShopMonth)
ASKED = frozenset({"cards_stay", "many_cards", "over_invoiced", "invoice_number", "same_serial", "overpaid"})
PLANS: tuple[tuple[PlanPart, ...] | None, ...] = (
    None,
    (),
    (
        PlanPart("訂金", "order", Decimal(30)),
        PlanPart("出貨", "delivery", Decimal(40), days=10),
        PlanPart("驗收", "acceptance", Decimal(30)),
    ),
    (PlanPart("訂金", "order", Decimal(0), 100), PlanPart("尾款", "terms", Decimal(100))),
    (
        PlanPart("一", "date", Decimal("33.3333"), due_on=dt.date(2026, 9, 30)),
        PlanPart("二", "terms", Decimal("66.6667")),
    ),
)


class Office:
    """Does random things to orders, money and equipment of a shop; what the program refuses is left."""

    def __init__(self, shop: Shop, seed: int) -> None:
        self.shop = shop
        self.random = random.Random(seed)
        self.batches: list[uuid.UUID] = []
        self.done: Counter[str] = Counter()
        self.machine = write(
            shop, products.create, {"code": f"M{seed}", "name": "泵", "makes_equipment": True, "inspection_months": 6,
                                    "warranty_months": 12, "list_price": Decimal(500)},
        )  # fmt: skip

    def run(self, function: Callable[..., Any], *arguments: Any, **named: Any) -> None:
        try:
            outcome = self.shop.database.run(function, *arguments, **named)
        except (NeedsConfirmation, UserError):
            self.done["refused"] += 1
            return
        self.done[function.__name__] += 1
        self.batches.append(outcome.changed.batch_id)

    def some(self, column: Any) -> uuid.UUID | None:
        with self.shop.database.read() as session:
            keys = sorted(session.scalars(select(column)))
        return self.random.choice(keys) if keys else None

    def day(self) -> dt.date:
        return clock.today() - dt.timedelta(days=self.random.randrange(200))

    def step(self) -> None:
        named = [name for name in dir(self) if name.startswith("do_")]
        getattr(self, self.random.choice(named))()

    # -- customers and orders ------------------------------------------------------------------------

    def do_customer(self) -> None:
        day = self.random.choice([None, 5, 25])
        self.run(customers.create, CustomerForm({"name": "客戶", "closing_day": day, "agreed_payment_days": 30}))

    def do_order(self) -> None:
        customer = self.some(Customer.id)
        choose = self.random.choice
        lines = [
            item(
                "泵",
                choose(["1", "2", "2.5"]),
                choose(["333", "99.99", "1000"]),
                product_id=choose([None, self.machine]),
            )
            for _ in range(choose([1, 2]))
        ]
        money: dict[str, Any] = choose([{}, {}, {"currency": "USD", "rate": Decimal("31.7")}])
        if customer is not None:
            header = OrderHeader(ordered_on=self.day(), **money)
            self.run(orders.create, customer, lines, header, choose(PLANS))

    def do_merge(self) -> None:
        kept, gone = self.some(Customer.id), self.some(Customer.id)
        if kept and gone:
            self.run(merging.merge, kept, gone, ASKED)

    do_order_again = do_order

    def do_change(self) -> None:
        """Add a line, take one out, or change a quantity, a price or the discount."""
        if (order := self.some(Order.id)) is None:
            return
        choose = self.random.choice
        with self.shop.database.read() as session:
            lines = list(order_view.drafts(order_view.load(session, order)))
        place = self.random.randrange(len(lines))
        match choose(["add", "out", "quantity", "price", "nothing"]):
            case "add":
                lines.insert(place, item("閥", choose(["1", "3"]), "120", product_id=choose([None, self.machine])))
            case "out":
                lines.pop(place)
            case "quantity":
                lines[place] = replace(lines[place], quantity=Decimal(choose(["1", "2", "4.5"])))
            case "price":
                lines[place] = replace(lines[place], unit_price=Decimal(choose(["10", "333", "1500"])))
        values = choose([{}, {"discount_percent": Decimal(choose([0, 7]))}, {"tax_mode": "inclusive"}])
        plan = choose([None, None, choose(PLANS)])
        self.run(order_changes.change, order, lines, values, plan, choose([ASKED, ASKED, ()]))

    do_change_again = do_change

    def do_plan(self) -> None:
        if order := self.some(Order.id):
            self.run(instalments.set_plan, order, self.random.choice(PLANS) or ())

    def do_cancel(self) -> None:
        if order := self.some(Order.id):
            self.run(orders.cancel, order)

    def do_deliver(self) -> None:
        if order := self.some(Order.id):
            with self.shop.database.read() as session:
                lines = deliveries.lines_of(session, order)
            part = None if self.random.random() < 0.6 else {self.random.choice(lines).id: Decimal(1)}
            self.run(deliveries.deliver, order, self.day(), part)

    do_deliver_again = do_deliver

    def do_cancel_delivery(self) -> None:
        if delivery := self.some(Delivery.id):
            self.run(deliveries.cancel_delivery, delivery, ASKED)

    def do_accept(self) -> None:
        if order := self.some(Order.id):
            self.run(deliveries.accept, order, self.day())

    def do_cancel_acceptance(self) -> None:
        if order := self.some(Order.id):
            self.run(deliveries.cancel_acceptance, order, ASKED)

    # -- money -----------------------------------------------------------------------------------------

    def do_receive(self) -> None:
        if (customer := self.some(Customer.id)) is None:
            return
        choose = self.random.choice
        method = choose(["cash", "transfer", "cheque"])
        cheque = ChequeDetails("AB123", self.day()) if method == "cheque" else None
        money: dict[str, Any] = choose([{}, {}, {"currency": "USD", "rate": Decimal("32")}])
        amount = choose([100, 500, 1050, 99_999])
        spread: dict[uuid.UUID, int] | None = choose([None, None, {}])
        part = choose([None, self.some(Instalment.id)])
        self.run(payments.receive, customer, method, amount, self.day(), spread, cheque=cheque, part=part, **money)

    def do_receive_part(self) -> None:
        """Money for a part of a plan, whichever is open before it."""
        if (part := self.some(Instalment.id)) is None:
            return
        with self.shop.database.read() as session:
            planned = session.get_one(Instalment, part)
            order = session.get_one(Order, planned.order_id)
        owes = order.total - order.paid
        amount = min(self.random.choice([planned.amount, 50, 99_999]), owes)
        money: dict[str, Any] = {"currency": order.currency, "rate": order.rate, "part": part}
        self.run(payments.receive, order.customer_id, "cash", amount, self.day(), {order.id: amount}, **money)

    do_receive_again = do_receive

    def do_allocate(self) -> None:
        if payment := self.some(Payment.id):
            self.run(payments.allocate, payment)

    def do_use_deposits(self) -> None:
        if order := self.some(Order.id):
            self.run(deposits.use, order)

    def do_release(self) -> None:
        payment, order = self.some(Payment.id), self.some(PaymentAllocation.order_id)
        if payment and order:
            self.run(payments.release, payment, order)

    def do_cancel_payment(self) -> None:
        if payment := self.some(Payment.id):
            self.run(payments.cancel_payment, payment)

    def do_cheque(self) -> None:
        if payment := self.some(Cheque.payment_id):
            self.run(payments.set_cheque_state, payment, self.random.choice(["deposited", "cleared", "bounced"]))

    def do_invoice(self) -> None:
        if order := self.some(Order.id):
            form = InvoiceForm(f"AB{self.random.randrange(10**8):08}", "triplicate", self.day(), 100, 5)
            self.run(invoices.record, order, form, ASKED)

    def do_allow(self) -> None:
        if invoice := self.some(InvoiceRecord.id):
            form = InvoiceForm(
                f"Z{self.random.randrange(10**6)}", "allowance", self.day(), self.random.choice([40, 100]), 5
            )
            self.run(invoices.allow, invoice, form)

    def do_void(self) -> None:
        if invoice := self.some(InvoiceRecord.id):
            self.run(invoices.void, invoice, self.day())

    # -- equipment and undo ------------------------------------------------------------------------------

    def do_retire(self) -> None:
        if piece := self.some(Equipment.id):
            self.run(self.random.choice([equipment.retire, equipment.put_in_use]), piece)

    def do_visit(self) -> None:
        if plan := self.some(InspectionPlan.id):
            with self.shop.database.read() as session:
                piece = session.scalars(select(InspectionPlan.equipment_id).where(InspectionPlan.id == plan)).one()
            self.run(inspections.visit_done, piece, "保養", plan_id=plan, on=self.day())

    def do_plan_visit(self) -> None:
        if piece := self.some(Equipment.id):
            rule = self.random.choice(["", "FREQ=MONTHLY;INTERVAL=3"])
            self.run(inspections.plan, piece, self.day(), rule)

    def do_undo(self) -> None:
        if self.batches:
            self.run(history.undo, self.random.choice(self.batches[-12:]))

    do_undo_again = do_undo


def dump(shop: Shop) -> list[list[tuple[Any, ...]]]:
    """The derived tables as they stand."""
    with shop.database.read() as session:
        tables = [model.__table__ for model in DERIVED]
        return [
            sorted(map(tuple, session.execute(select(table))), key=repr) for table in tables if isinstance(table, Table)
        ]


def faults(shop: Shop) -> list[str]:
    """What nobody's books may say."""
    found = []
    with shop.database.read() as session:
        used: Counter[uuid.UUID] = Counter()
        for payment, amount in session.execute(select(PaymentAllocation.payment_id, PaymentAllocation.amount)):
            used[payment] += amount
        bounced = set(session.scalars(select(Cheque.payment_id).where(Cheque.state == "bounced")))
        for money in session.scalars(select(Payment)):
            if used[money.id] > (0 if money.cancelled_at or money.id in bounced else money.amount):
                found.append(f"{money.number} is used for {used[money.id]} of {money.amount}")
        for order in session.scalars(select(Order)):
            done = order.delivery_state == DeliveryState.FULL and order.paid >= order.total
            if order.state == OrderState.CANCELLED and (order.paid or order.delivery_state != DeliveryState.NONE):
                found.append(f"{order.number} is cancelled with {order.paid} paid, {order.delivery_state} delivered")
            elif order.state != OrderState.CANCELLED and done != (order.state == OrderState.CLOSED):
                found.append(f"{order.number} is {order.state}")
            if not 0 <= order.paid <= order.total or (order.paid < order.total and order.paid_on):
                found.append(f"{order.number} is paid {order.paid} of {order.total} on {order.paid_on}")
        allowed: Counter[uuid.UUID | None] = Counter()
        for invoice in session.scalars(select(InvoiceRecord).where(InvoiceRecord.voided_on.is_(None))):
            allowed[invoice.allowance_of_id] -= invoice.total
        for invoice in session.scalars(select(InvoiceRecord).where(InvoiceRecord.id.in_(filter(None, allowed)))):
            if allowed[invoice.id] > (0 if invoice.voided_on else invoice.total):
                found.append(f"{invoice.number} has {allowed[invoice.id]} allowed of {invoice.total}")
        retired = select(Equipment.id).where(Equipment.state == EquipmentState.RETIRED)
        visits = select(InspectionPlan.id).where(
            InspectionPlan.equipment_id.in_(retired), InspectionPlan.next_on.is_not(None)
        )
        found += [f"retired equipment is to be visited: {key}" for key in session.scalars(visits)]
    return found


def unbalanced(shop: Shop) -> list[str]:
    """Customers whose statement of today does not close with what they owe, or is missing from those of all."""
    found = []
    today = clock.today()
    with shop.database.read() as session:
        for back in (0, 15, 40):
            until = today - dt.timedelta(days=back)
            since = until - dt.timedelta(days=30)
            listed = {(one.customer_id, one.currency) for one in statements.of_all(session, since, until)}
            for customer in session.scalars(select(Customer.id)):
                for one in statements.of_customer(session, customer, since, until):
                    owed = sum(line.balance for line in one.open_lines)
                    if not one.closing == owed == sum(one.ageing):
                        found.append(f"{customer} {one.currency} closes with {one.closing}, open {owed}")
                    if bool(one.closing) != ((customer, one.currency) in listed):
                        found.append(
                            f"{customer} {one.currency} closes with {one.closing} on {until} but is not listed"
                        )
                    if back == 0:
                        items = receivables.open_items(session, [customer])
                        due = sum(
                            entry.balance
                            for entry in items
                            if entry.currency == one.currency and entry.ordered_on <= until
                        )
                        if due != one.closing:
                            found.append(f"{customer} owes {due}, the statement says {one.closing}")
        home = session.scalar(select(func.coalesce(func.sum(Receivable.home_balance), 0)))
        if home != receivables.aged(session, today).total:
            found.append("the ageing is not what is owed")
    return found


@pytest.mark.parametrize("seed", [6, 10, 101])
def test_books_agree_after_any_work(shop: Shop, clock_at: Callable[[str], dt.datetime], seed: int) -> None:
    clock_at("2026-11-21 09:00")
    write(shop, figures.rebuild)  # the shop is of the day the tests run
    office = Office(shop, seed)
    for _ in range(3):
        office.do_customer()
    for _ in range(4):
        for _ in range(25):
            office.step()
        assert faults(shop) == []
    assert unbalanced(shop) == []
    assert read(shop, check.run) == []
    before = dump(shop)
    write(shop, figures.rebuild)
    assert dump(shop) == before
