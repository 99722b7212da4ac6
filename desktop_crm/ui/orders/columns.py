"""The columns of the orders list and where its rows come from."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Any

from desktop_crm.core.dates import clock
from desktop_crm.core.i18n import N_, Translator
from desktop_crm.ui.orders.words import payment_pill, short_day
from desktop_crm.ui.table_model import Column, ListQuery, Pill

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop_crm.services.order_list import OrderQuery, OrderRow


def _amount(t: Translator, value: tuple[int, str]) -> str:
    """An amount; one in another currency says which."""
    minor, code = value
    return t.money(minor) if code == t.home_currency else t.price(minor, code)


def _bare(t: Translator, value: tuple[int, str]) -> str:
    return t.money(*value)


def _amount_tip(t: Translator, value: tuple[int, str]) -> str:
    return t.price(*value)


def _delivered(t: Translator, value: tuple[int, int, bool]) -> str | Pill:
    delivered, lines, waits = value
    return t("To sign") if waits else f"{delivered}/{lines}"


def _payment(t: Translator, value: tuple[str, dt.date | None, int, bool]) -> Pill:
    return payment_pill(t, *value)


def _payment_tip(t: Translator, value: tuple[str, dt.date | None, int, bool]) -> str:
    return t("Due %(day)s", day=t.date(value[1])) if value[1] else ""


def _full_date(t: Translator, day: dt.date) -> str:
    return t.date(day)


COLUMNS = (
    Column("number", N_("Order no."), 106, "bold", sort_key="number"),
    Column("customer", N_("Customer"), 162, sort_key="customer", stretch=True),
    Column("project", N_("Project"), 112, "muted", stretch=True, rank=4),
    Column("date", N_("Date"), 60, sort_key="date", rank=2, show=short_day, tip=_full_date),
    Column("total", N_("Order total"), 110, "money", sort_key="total", rank=3, show=_amount),
    Column("delivered", N_("Delivered"), 68, rank=5, show=_delivered),
    Column("balance", N_("Still owed"), 88, "figure", sort_key="balance", rank=1, show=_bare, tip=_amount_tip),
    Column("payment", N_("Payment state"), 106, "pill", sort_key="due", show=_payment, tip=_payment_tip),
)


class OrderSource:
    """Windows of the list, for the read lane."""

    def __init__(self, language: str) -> None:
        self._language = language

    def count(self, session: Session, query: ListQuery) -> int:
        """How many orders."""
        from desktop_crm.services import order_list

        return order_list.count(session, self._query(query))

    def window(self, session: Session, query: ListQuery, offset: int, limit: int) -> list[tuple[Any, ...]]:
        """The rows of one window."""
        from desktop_crm.services import order_list

        return [_row(row) for row in order_list.window(session, self._query(query), offset, limit)]

    def position(self, session: Session, query: ListQuery, record: uuid.UUID) -> int | None:
        """Where an order stands in the list."""
        from desktop_crm.services import order_list

        return order_list.position(session, self._query(query), record)

    def _query(self, query: ListQuery) -> OrderQuery:
        from desktop_crm.services.order_list import OrderQuery

        return OrderQuery(
            today=clock.today(),
            filter=query.chip or "open",
            text=query.text,
            sort=query.sort,
            descending=query.descending,
            language=self._language,
            bucket=dict(query.extra).get("bucket", ""),
        )


def _row(row: OrderRow) -> tuple[Any, ...]:
    return (
        row.id,
        row.number,
        row.customer,
        row.project_name,
        row.ordered_on,
        (row.total, row.currency),
        (row.lines_delivered, row.lines, row.waits_for_acceptance),
        (row.balance, row.currency),
        (row.payment, row.due_on, row.days_overdue, row.delivery_state == "full"),
    )
