"""What ``show`` prints: a quotation, an order, a customer or a piece of equipment."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desktop_crm.cli import terminal
from desktop_crm.cli.terminal import Column, day, money
from desktop_crm.cli.words import EVENTS, LINE_KINDS
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_, Translator
from desktop_crm.core.quantities import format_quantity
from desktop_crm.core.settings import Trade
from desktop_crm.core.titles import EQUIPMENT_STATES, ORDER_STATES, QUOTATION_STATES
from desktop_crm.models import Customer, Equipment, Order, Quotation
from desktop_crm.services import customer_card, equipment_list, order_view, quotation_view, settings

TOTALS = ("subtotal", "discount", "net", "tax", "total")
TITLES = {
    "subtotal": N_("Subtotal"),
    "discount": N_("Discount"),
    "net": N_("Total before tax"),
    "tax": N_("Tax"),
    "total": N_("Total"),
}
NUMBERS: tuple[tuple[str, type[Any], Any], ...] = (
    ("quotation", Quotation, Quotation.number),
    ("order", Order, Order.number),
    ("customer", Customer, Customer.code),
    ("equipment", Equipment, Equipment.serial),
)


@dataclass(frozen=True, slots=True)
class Card:
    """One record: ``plain`` for JSON, ``lines`` for the terminal."""

    plain: dict[str, Any]
    lines: Callable[[Translator], list[str]]


def find(session: Session, number: str) -> tuple[str, uuid.UUID]:
    """Kind and key of the record with this number, code, serial number or key; raises UserError when there is none."""
    typed = number.strip()
    try:
        key = uuid.UUID(typed)
    except ValueError:
        key = None
    for kind, model, column in NUMBERS:
        is_it = model.id == key if key else func.upper(column) == typed.upper()
        found = session.scalar(select(model.id).where(is_it).limit(1)) if typed else None
        if found:
            return kind, found
    raise UserError(
        N_("Nothing here has the number %(number)s."), N_("desktop-crm list shows what there is."), number=typed
    )


def load(session: Session, kind: str, key: uuid.UUID) -> Card:
    """The card of a record."""
    return LOADERS[kind](session, key)


def _quotation(session: Session, key: uuid.UUID) -> Card:
    view = quotation_view.load(session, key)
    code = view.header.currency
    plain = terminal.with_amounts(view, code, TOTALS)

    def lines(t: Translator) -> list[str]:
        head = [
            (t("Quotation"), f"{view.number or t('Draft')}  {t('Revision %(number)s', number=view.revision)}"),
            (t("State"), t(QUOTATION_STATES[view.state])),
            (t("Customer"), view.customer),
            (t("Project"), view.header.project_name),
            (t("Date"), day(view.header.quoted_on)),
            (t("Valid until"), day(view.header.valid_until)),
            (t("Order"), view.order_number),
        ]
        rows = [_cells(t, line.typed.kind, line.typed, line.amount, code) for line in view.lines]
        return [*terminal.pairs(head), "", *_line_table(t, rows), "", *_sums(t, view, code)]

    return Card(plain, lines)


def _order(session: Session, key: uuid.UUID) -> Card:
    view = order_view.load(session, key)
    code = view.currency
    plain = terminal.with_amounts(view, code, (*TOTALS, "paid"))

    def lines(t: Translator) -> list[str]:
        head = [
            (t("Order"), view.number),
            (t("State"), t(ORDER_STATES[view.state])),
            (t("Customer"), view.customer),
            (t("Project"), view.project_name),
            (t("Date"), day(view.ordered_on)),
            (t("Promised"), day(view.promised_on)),
            (t("Due"), day(view.due_on)),
            (t("Quotation"), view.quotation_number),
        ]
        rows = [_cells(t, "item", line, line.amount, code) for line in view.lines]
        owed = [(t("Paid"), view.paid), (t("Balance"), view.balance)]
        return [*terminal.pairs(head), "", *_line_table(t, rows), "", *_sums(t, view, code, owed)]

    return Card(plain, lines)


def _cells(t: Translator, kind: str, line: Any, amount: int, code: str) -> list[str]:
    """A line; headings and remarks have a name only."""
    if kind in ("section", "note"):
        return ["", line.name, "", "", "", ""]
    prefix = f"({t(LINE_KINDS[kind])}) " if kind in LINE_KINDS else ""
    price = format_quantity(line.unit_price)
    return [line.code, prefix + line.name, format_quantity(line.quantity), line.unit, price, money(amount, code)]


def _line_table(t: Translator, rows: list[list[str]]) -> list[str]:
    columns = [
        Column(t("Code")), Column(t("Item")), Column(t("Quantity"), right=True), Column(t("Unit")),
        Column(t("Unit price"), right=True), Column(t("Amount"), right=True),
    ]  # fmt: skip
    return terminal.table(columns, rows)


def _sums(t: Translator, view: Any, code: str, more: Sequence[tuple[str, int]] = ()) -> list[str]:
    shown = [(t(TITLES[name]), getattr(view, name)) for name in TOTALS if name == "total" or getattr(view, name)]
    return terminal.pairs(((title, f"{money(amount, code)} {code}") for title, amount in (*shown, *more)), right=True)


def _customer(session: Session, key: uuid.UUID) -> Card:
    card = customer_card.load(session, key)
    events = customer_card.timeline(session, key, 20)
    home = settings.load(session, Trade).currency
    amounts = ("revenue_12m", "revenue_before", "margin_12m", "receivable", "overdue")
    plain = {
        **terminal.with_amounts(card, home, amounts),
        "currency": home,
        "timeline": [
            terminal.with_amounts(event, event.currency, ("amount",) if event.currency else ()) for event in events
        ],
    }

    def lines(t: Translator) -> list[str]:
        head = [
            (t("Customer"), f"{card.code}  {card.name}"),
            (t("Grade"), card.grade),
            (t("Tax number"), card.tax_number),
            (t("Phone"), card.phone),
            (t("E-mail"), card.email),
            (t("Address"), card.address),
            (t("Revenue, 12 months"), f"{money(card.revenue_12m, home)} {home}"),
            (t("Owed"), f"{money(card.receivable, home)} {home}"),
            (t("Overdue"), f"{money(card.overdue, home)} {home}" if card.overdue else ""),
            (t("Note"), card.note),
        ]
        columns = [
            Column(t("Date")), Column(t("What")), Column(t("Number")), Column(t("Amount"), right=True), Column(""),
        ]  # fmt: skip
        rows = [
            [
                day(event.on), t(EVENTS.get(event.kind, event.kind)), event.title,
                money(event.amount, event.currency) if event.amount is not None else "", event.text,
            ]
            for event in events
        ]  # fmt: skip
        return [*terminal.pairs(head), "", *terminal.table(columns, rows)]

    return Card(plain, lines)


def _equipment(session: Session, key: uuid.UUID) -> Card:
    row = equipment_list.load(session, key)

    def lines(t: Translator) -> list[str]:
        return terminal.pairs(
            [
                (t("Equipment"), f"{row.name} {row.model}".strip()),
                (t("Serial number"), row.serial),
                (t("State"), t(EQUIPMENT_STATES[row.state])),
                (t("Customer"), row.customer),
                (t("Location"), row.location),
                (t("Warranty until"), day(row.warranty_until)),
            ]
        )

    return Card(terminal.with_amounts(row, "", ()), lines)


LOADERS: dict[str, Callable[[Session, uuid.UUID], Card]] = {
    "quotation": _quotation,
    "order": _order,
    "customer": _customer,
    "equipment": _equipment,
}
