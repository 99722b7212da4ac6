"""The orders of an import with their lines, reckoned by the money engine."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import select

from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.core.limits import DECIMALS
from desktop_crm.core.money import LineInput, line_amount, to_minor
from desktop_crm.core.settings import Trade
from desktop_crm.models import Customer, Order, OrderLine
from desktop_crm.models.document import Priced, PricedLine
from desktop_crm.models.order import DeliveryState, OrderState
from desktop_crm.services import settings, terms
from desktop_crm.services.document_lines import DraftLine, reckon, store_line, store_totals
from desktop_crm.services.import_order_changes import COMPARED, plan_change
from desktop_crm.services.import_plan import Plan, known, number, taken
from desktop_crm.services.import_products import Sold
from desktop_crm.services.import_report import REFUSED
from desktop_crm.services.import_rows import Row
from desktop_crm.services.records import parts

HEAD = ("customer_id", "ordered_on", "promised_on", "customer_reference", "note", "state", "delivery_state")
SMALLEST = Decimal(1).scaleb(-DECIMALS)
ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Line:
    """A line to be, what it comes to before rounding, and where it stands in its file."""

    draft: DraftLine
    exact: Decimal
    row: int


def plan_orders(plan: Plan, sold: dict[str, Sold]) -> None:
    """Plan what the sections "orders" and "lines" say, and sum up the revenue."""
    lines, dropped = _lines(plan, sold)
    before = known(plan, Order, [getattr(Order, name) for name in (*HEAD, "paid", "number")])
    old_lines = _old_lines(plan, [row.id for row in before.values()]) if before else {}
    rows = [(file, row, key, plan.fields("orders", row, key)) for file, row, key in plan.rows("orders")]
    numbers = taken(plan.session, Order.number, (wanted["number"] for *_, key, wanted in rows if key not in before))
    revenue: Counter[str] = Counter()
    accepted: set[str] = set()
    due = _Due(plan)
    for file, row, key, wanted in rows:
        try:
            head = _head(plan, wanted, lines.get(key, []), dropped[key])
            if key not in before and wanted["number"] and wanted["number"] in numbers:
                raise UserError(N_("The number %(number)s is taken by another order."), number=wanted["number"])
            document, order_lines = _reckoned(plan, head, lines[key])
        except UserError as error:
            others = [line.row for line in lines.get(key, [])] if plan.mapping.table else ()
            plan.refuse("orders", file, row, error.message, rows=others, **error.params)
            continue
        plan.look_at(file, row)
        accepted.add(key)
        revenue[wanted["customer"]] += document.home_net
        plan.report.exact_revenue += sum((line.exact for line in lines[key]), Decimal(0))
        if not document.total:
            plan.note(file, row, N_("The order comes to nothing; it was kept."))
        if key in before:
            drafts = [line.draft for line in lines[key]]
            plan_change(plan, before[key], head, drafts, old_lines.get(before[key].id, []), document)
        else:
            numbers.add(wanted["number"])
            due_on = due.of(head) if head["state"] == OrderState.OPEN else None
            _create(plan, key, document, order_lines, wanted["number"], due_on)
    _count_lines(plan, lines, accepted)
    _sum_up(plan, revenue)


def _lines(plan: Plan, sold: dict[str, Sold]) -> tuple[dict[str, list[Line]], Counter[str]]:
    """The usable lines by order key, and how many of each order were refused."""
    found: dict[str, list[Line]] = defaultdict(list)
    dropped: Counter[str] = Counter()
    for file, row, key in plan.rows("lines"):
        wanted = plan.fields("lines", row, key)
        try:
            found[wanted["order"]].append(_line(plan, file, row, wanted, sold))
        except UserError as error:
            dropped[wanted["order"]] += 1
            plan.refuse("lines", file, row, error.message, **error.params)
    return found, dropped


def _line(plan: Plan, file: str, row: Row, wanted: dict[str, str], sold: dict[str, Sold]) -> Line:
    product = sold.get(wanted["product"])
    if product is None:
        raise UserError(N_("There is no product %(key)s in the source."), key=wanted["product"])
    quantity = number(wanted["quantity"], "quantity")
    if wanted.get("amount") and not _is_price_true(plan, wanted, quantity):
        return _from_amount(plan, file, row, quantity, number(wanted["amount"], "amount"), product)
    if not quantity:
        raise UserError(N_("The line has no quantity."), field="quantity")
    price = number(wanted["unit_price"], "unit_price")
    off = number(wanted.get("discount_fraction") or "0", "discount_percent") * 100
    off += number(wanted.get("discount_percent") or "0", "discount_percent")
    draft = _draft(product, quantity, price, off)
    line_amount(draft.to_input(), plan.mapping.currency)
    return Line(draft, quantity * price * (100 - off) / 100, row.line)


def _is_price_true(plan: Plan, wanted: dict[str, str], quantity: Decimal) -> bool:
    """Whether the unit price that stands beside an amount gives it; else the amount counts."""
    if not wanted.get("unit_price") or wanted.get("discount_percent"):
        return False
    price, code = number(wanted["unit_price"], "unit_price"), plan.mapping.currency
    same = line_amount(LineInput(quantity, price), code) == to_minor(number(wanted["amount"], "amount"), code)
    return bool(quantity) and same


def _from_amount(plan: Plan, file: str, row: Row, quantity: Decimal, amount: Decimal, product: Sold) -> Line:
    """A line known by what it came to: the price is that of one piece, unless rounding it would change the amount."""
    code = plan.mapping.currency
    minor = to_minor(amount, code)
    price = (amount / quantity).quantize(SMALLEST, ROUND_HALF_UP) if quantity else amount
    if not quantity or line_amount(LineInput(quantity, price), code) != minor:
        plan.note(
            file, row, N_("%(amount)s is no multiple of %(quantity)s; the line became one piece."),
            amount=str(amount), quantity=str(quantity),
        )  # fmt: skip
        quantity, price = ONE, amount
    return Line(_draft(product, quantity, price, Decimal(0)), amount, row.line)


def _draft(product: Sold, quantity: Decimal, price: Decimal, off: Decimal) -> DraftLine:
    return DraftLine(
        product.name,
        quantity,
        price,
        product_id=product.id,
        code=product.code,
        specification=product.specification,
        unit=product.unit,
        unit_cost=product.cost,
        discount_percent=off,
    )


def _head(plan: Plan, wanted: dict[str, str], lines: list[Line], dropped: int) -> dict[str, Any]:
    """The head of an order; raises UserError when it cannot be one."""
    customer = plan.ids["customers"].get(wanted["customer"])
    if dropped and lines and plan.mapping.table:
        raise UserError(N_("%(count)s of its lines cannot be used."), count=dropped)
    if customer is None:
        raise UserError(
            N_("There is no customer “%(key)s” in this shop.")
            if plan.mapping.table
            else N_("There is no customer %(key)s in the source."),
            key=wanted["customer"],
        )
    if not lines:
        raise UserError(
            N_("None of its %(count)s lines can be used.") if dropped else N_("The order has no lines."), count=dropped
        )
    done = bool(wanted.get("delivered_on"))
    if done:
        plan.day(wanted["delivered_on"], "delivered_on")
    promised = wanted.get("promised_on", "")
    return {
        "customer_id": customer,
        "ordered_on": plan.day(wanted["ordered_on"], "ordered_on"),
        "promised_on": plan.day(promised, "promised_on") if promised else None,
        "customer_reference": wanted.get("customer_reference", ""),
        "note": wanted.get("note", ""),
        "state": (OrderState.CLOSED if done else OrderState.OPEN).value,
        "delivery_state": (DeliveryState.FULL if done else DeliveryState.NONE).value,
    }


def _reckoned(plan: Plan, head: dict[str, Any], lines: list[Line]) -> tuple[SimpleNamespace, list[dict[str, Any]]]:
    """The order and its lines with every amount, as values of their columns."""
    document = SimpleNamespace(
        currency=plan.mapping.currency, rate=ONE, tax_mode=plan.mapping.tax_mode,
        tax_percent=Decimal(plan.mapping.tax_percent), discount_percent=Decimal(0), discount_amount=0, **head,
    )  # fmt: skip
    drafts = [line.draft for line in lines]
    totals = reckon(drafts, document)
    store_totals(cast(Priced, document), totals, plan.mapping.currency)
    found = []
    for position, draft in enumerate(drafts, start=1):
        line = SimpleNamespace(
            promised_on=head["promised_on"],
            delivered=draft.quantity if head["state"] == OrderState.CLOSED else Decimal(0),
        )
        store_line(cast(PricedLine, line), draft, position, totals)
        found.append(vars(line))
    return document, found


class _Due:
    """When orders of the source that are not settled fall due: by their customer's terms, like any other order."""

    def __init__(self, plan: Plan) -> None:
        self._session = plan.session
        self._trade = settings.load(plan.session, Trade)
        self._terms: dict[uuid.UUID, tuple[int, int | None]] = {}

    def of(self, head: dict[str, Any]) -> dt.date:
        """The day for an order with this head."""
        customer = head["customer_id"]
        if customer not in self._terms:
            self._terms[customer] = self._of_customer(customer)
        return terms.due_on(head["ordered_on"], *self._terms[customer])

    def _of_customer(self, customer: uuid.UUID) -> tuple[int, int | None]:
        """Days and closing day; with a customer that this import only makes nothing is agreed yet."""
        if self._session.get(Customer, customer) is None:
            return self._trade.payment_days, None
        found = terms.terms_of(self._session, customer, self._trade)
        return found.payment_days, found.closing_day


def _create(
    plan: Plan, key: str, document: SimpleNamespace, lines: list[dict[str, Any]], number: str, due_on: dt.date | None
) -> None:
    number = number or plan.number(Order.number, "order", document.ordered_on)
    order_id = plan.insert(Order, **vars(document), number=number, due_on=due_on)
    plan.remember(Order, key, order_id)
    for line in lines:
        plan.insert(OrderLine, order_id=order_id, **line)
    plan.report.counts["orders"].created += 1
    plan.report.counts["lines"].created += len(lines)
    plan.customers.add(document.customer_id)


def _old_lines(plan: Plan, ids: list[uuid.UUID]) -> dict[uuid.UUID, list[Any]]:
    """What was typed for the lines an earlier import made, by order."""
    found: dict[uuid.UUID, list[Any]] = defaultdict(list)
    query = select(OrderLine.order_id, *(getattr(OrderLine, name) for name in COMPARED))
    for part in parts(ids):
        chosen = query.where(OrderLine.order_id.in_(part)).order_by(OrderLine.order_id, OrderLine.position)
        for order_id, *typed in plan.session.execute(chosen):
            found[order_id].append(tuple(typed))
    return found


def _count_lines(plan: Plan, lines: dict[str, list[Line]], accepted: set[str]) -> None:
    """Lines of orders that are not there or were refused are refused with them."""
    for key, of_order in lines.items():
        if key not in accepted and plan.mapping.table:
            plan.report.counts["lines"].refused += len(of_order)
        elif key not in accepted:
            plan.report.counts["lines"].refused += len(of_order)
            plan.report.tell(
                REFUSED, plan.source.name, 0, N_("%(count)s lines belong to the order %(key)s, which was not taken."),
                rows=[line.row for line in of_order], count=len(of_order), key=key,
            )  # fmt: skip


def _sum_up(plan: Plan, revenue: Counter[str]) -> None:
    plan.report.revenue += sum(revenue.values())
    if plan.mapping.table:
        return
    plan.report.top = tuple((key, plan.names[key], minor) for key, minor in revenue.most_common(5))
    for key, name in plan.names.items():
        if key not in revenue:
            plan.note(*plan.places[key], N_("The customer “%(name)s” has no orders."), name=name)
