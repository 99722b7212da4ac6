"""Which orders wait for the customer's acceptance: the condition, and the derived table of those that meet it."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import BindParameter, ColumnElement, Table, and_, bindparam, delete, insert, or_, select
from sqlalchemy.orm import Session

from desktop_crm.models import Equipment, Instalment, Order, OrderLine, OrderToAccept, Product
from desktop_crm.models.equipment import EquipmentState
from desktop_crm.models.order import DeliveryState, InstalmentTrigger, OrderState
from desktop_crm.services.records import Ids, PerCustomer

TABLE = cast(Table, OrderToAccept.__table__)


def waits_for_acceptance() -> ColumnElement[bool]:
    """The condition under which the customer's signature is the next step of an order.

    It is delivered whole and not accepted, and acceptance starts something: its due date, an instalment, or the
    warranty of equipment. Goods handed over the counter and small repairs wait for nothing. One that is paid, and so
    closed, waits only while equipment of it does.
    """
    return and_(or_(Order.state == OrderState.OPEN, _has_idle_equipment()), _is_next())


def to_accept() -> ColumnElement[bool]:
    """The same for committed records, from the derived table: quick for a whole shop."""
    return Order.id.in_(select(OrderToAccept.order_id))


def refresh(session: Session, customer_ids: Ids) -> None:
    """Find the orders of some customers anew."""
    forget(session, customer_ids)
    _PUT(session, customer_ids)


def forget(session: Session, customer_ids: Ids) -> None:
    """Take the orders of some customers out."""
    session.connection().execute(_DROP, {"ids": list(customer_ids)})


def rebuild(session: Session) -> None:
    """Find them anew for the whole shop; after a change that touches no customer, such as of a product."""
    session.flush()
    session.execute(delete(TABLE))
    _PUT(session, None)


def _has_idle_equipment() -> ColumnElement[bool]:
    """Whether the warranty of a piece has not begun; for some orders, each is looked into."""
    return _IDLE.where(OrderLine.order_id == Order.id).exists()


def _is_next() -> ColumnElement[bool]:
    """The same but for the state."""
    starts_instalment = (
        select(Instalment.id)
        .where(Instalment.order_id == Order.id, Instalment.trigger == InstalmentTrigger.ACCEPTANCE)
        .exists()
    )
    starts_warranty = (
        select(OrderLine.id)
        .join(Product, Product.id == OrderLine.product_id)
        .where(OrderLine.order_id == Order.id, Product.makes_equipment)
        .exists()
    )
    return and_(
        Order.delivery_state == DeliveryState.FULL,
        Order.accepted_on.is_(None),
        or_(Order.due_on.is_(None), starts_instalment, starts_warranty),
    )


_IDLE = (
    select(OrderLine.order_id)
    .join(Equipment, Equipment.order_line_id == OrderLine.id)
    .where(Equipment.state == EquipmentState.DELIVERED)
)
# for the whole shop the few such pieces are looked up instead, not the orders of all years
_WAITING = select(Order.id, Order.customer_id).where(
    or_(Order.state == OrderState.OPEN, Order.id.in_(_IDLE)), _is_next()
)
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_DROP = delete(TABLE).where(TABLE.c.customer_id.in_(_IDS))
# the state is asked by what it is not, so that the planner goes through the customers' orders, not all open ones
_OF_SOME = select(Order.id, Order.customer_id).where(
    Order.customer_id.in_(_IDS),
    or_(Order.state.not_in((OrderState.CLOSED, OrderState.CANCELLED)), _has_idle_equipment()),
    _is_next(),
)
_PUT = PerCustomer(
    insert(TABLE).from_select(list(TABLE.c), _WAITING), insert(TABLE).from_select(list(TABLE.c), _OF_SOME)
)
