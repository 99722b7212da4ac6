"""The commands ``list`` and ``show``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from desktop_crm.cli import opening, terminal
from desktop_crm.cli.shop_files import FILE
from desktop_crm.cli.terminal import Column, day, money
from desktop_crm.core.dates import clock
from desktop_crm.core.i18n import N_, Translator
from desktop_crm.core.titles import EQUIPMENT_STATES, ORDER_STATES, QUOTATION_STATES

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class What(StrEnum):
    """What can be listed."""

    CUSTOMERS = "customers"
    QUOTATIONS = "quotations"
    ORDERS = "orders"
    FOLLOWUPS = "followups"
    EQUIPMENT = "equipment"


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows of a list: for JSON as objects, for a table as texts; ``total`` counts those beyond the limit too."""

    columns: tuple[Column, ...]
    cells: list[list[str]]
    objects: list[dict[str, Any]]
    total: int


LIST_HELP = N_("List customers, quotations, orders, follow-ups or equipment.")
LIST_EXAMPLES = """desktop-crm list shop.dcrm customers --search 宏益 --limit 10
desktop-crm list shop.dcrm orders --json"""
SHOW_HELP = N_("Show one quotation, order, customer or piece of equipment by its number, code, serial number or key.")
SHOW_EXAMPLE = "desktop-crm show shop.dcrm S2026-0007"

WHAT = typer.Argument(metavar="WHAT", help=N_("customers, quotations, orders, followups or equipment."))

NUMBER = typer.Argument(metavar="NUMBER-OR-ID", help=N_("Document number, customer code, serial or key."))


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("list", help=LIST_HELP, epilog=LIST_EXAMPLES)(list_)
    app.command("show", help=SHOW_HELP, epilog=SHOW_EXAMPLE)(show)


def list_(
    ctx: typer.Context,
    file: Path = FILE,
    what: What = WHAT,
    search: str = typer.Option("", metavar="TEXT", help=N_("Only those in which every word occurs.")),
    limit: int = typer.Option(50, min=1, metavar="N", help=N_("At most so many.")),
    as_json: bool = typer.Option(False, "--json", help=N_("For programs: everything known of each row.")),
) -> None:
    t: Translator = ctx.obj
    with opening.reading(file) as session:
        found = LISTS[what](session, t, search, limit)
    if as_json:
        terminal.show_json(found.objects)
        return
    titles = [Column(t(column.title), column.right) for column in found.columns]
    terminal.show(terminal.table(titles, found.cells))
    shown = len(found.cells)
    if found.total > shown:
        terminal.show([t("%(shown)s of %(total)s; --limit shows more.", shown=shown, total=found.total)])


def show(
    ctx: typer.Context,
    file: Path = FILE,
    number: str = NUMBER,
    as_json: bool = typer.Option(False, "--json", help=N_("For programs: everything known of it.")),
) -> None:
    from desktop_crm.cli import cards

    t: Translator = ctx.obj
    with opening.reading(file) as session:
        kind, key = cards.find(session, number)
        card = cards.load(session, kind, key)
        if as_json:
            terminal.show_json({"kind": kind, **card.plain})
        else:
            terminal.show(card.lines(t))


def _customers(session: Session, t: Translator, text: str, limit: int) -> Listing:
    from sqlalchemy import select

    from desktop_crm.core.settings import Trade
    from desktop_crm.models import Customer
    from desktop_crm.services import customer_list, settings

    home = settings.load(session, Trade).currency
    query = customer_list.CustomerQuery(text=text, language=t.lang)
    rows = customer_list.window(session, query, 0, limit)
    named = select(Customer.id, Customer.code).where(Customer.id.in_([row.id for row in rows]))
    codes = {row[0]: row[1] for row in session.execute(named)}
    columns = (
        Column(N_("Code")), Column(N_("Name")), Column(N_("Grade")), Column(N_("Phone")),
        Column(N_("Revenue, 12 months"), right=True), Column(N_("Next follow-up")),
    )  # fmt: skip
    cells = [
        [codes[row.id], row.name, row.grade, row.phone, money(row.revenue_12m, home), day(row.next_follow_up_on)]
        for row in rows
    ]
    objects = [{"code": codes[row.id], **_plain(row, home, "revenue_12m"), "currency": home} for row in rows]
    return Listing(columns, cells, objects, customer_list.count(session, query))


def _quotations(session: Session, t: Translator, text: str, limit: int) -> Listing:
    from desktop_crm.services import quotation_list

    query = quotation_list.QuotationQuery(text=text, language=t.lang)
    rows = quotation_list.window(session, query, 0, limit, clock.today())
    columns = (
        Column(N_("Number")), Column(N_("Revision"), right=True), Column(N_("State")), Column(N_("Date")),
        Column(N_("Valid until")), Column(N_("Total"), right=True), Column(N_("Currency")), Column(N_("Customer")),
        Column(N_("Project")),
    )  # fmt: skip
    cells = [
        [
            row.number, str(row.revision), t(QUOTATION_STATES[row.state]), day(row.quoted_on), day(row.valid_until),
            money(row.total, row.currency), row.currency, row.customer, row.project_name,
        ]
        for row in rows
    ]  # fmt: skip
    objects = [_plain(row, row.currency, "total") for row in rows]
    return Listing(columns, cells, objects, quotation_list.count(session, query))


def _orders(session: Session, t: Translator, text: str, limit: int) -> Listing:
    from desktop_crm.services import order_list

    query = order_list.OrderQuery(clock.today(), "all", text, language=t.lang)
    rows = order_list.window(session, query, 0, limit)
    columns = (
        Column(N_("Number")), Column(N_("State")), Column(N_("Date")), Column(N_("Total"), right=True),
        Column(N_("Balance"), right=True), Column(N_("Currency")), Column(N_("Due")), Column(N_("Customer")),
        Column(N_("Project")),
    )  # fmt: skip
    cells = [
        [
            row.number, t(ORDER_STATES[row.state]), day(row.ordered_on), money(row.total, row.currency),
            money(row.balance, row.currency), row.currency, day(row.due_on), row.customer, row.project_name,
        ]
        for row in rows
    ]  # fmt: skip
    objects = [_plain(row, row.currency, "total", "balance") for row in rows]
    return Listing(columns, cells, objects, order_list.count(session, query))


def _followups(session: Session, t: Translator, text: str, limit: int) -> Listing:
    from desktop_crm.services import followups

    query = followups.FollowUpQuery(clock.today())
    total = followups.count(session, query)
    words = text.casefold().split()
    rows = [
        row
        for row in followups.window(session, query, 0, total if words else limit)
        if all(word in f"{row.customer} {row.subject} {row.note}".casefold() for word in words)
    ]
    columns = (
        Column(N_("Due")), Column(N_("Grade")), Column(N_("Customer")), Column(N_("What")), Column(N_("Who")),
    )  # fmt: skip
    cells = [[day(row.due_on), row.grade, row.customer, row.subject, row.staff] for row in rows[:limit]]
    objects = [_plain(row) for row in rows[:limit]]
    return Listing(columns, cells, objects, len(rows) if words else total)


def _equipment(session: Session, t: Translator, text: str, limit: int) -> Listing:
    from desktop_crm.services import equipment_list

    rows = equipment_list.window(session, text, 0, limit)
    columns = (
        Column(N_("Serial number")), Column(N_("Equipment")), Column(N_("State")), Column(N_("Location")),
        Column(N_("Warranty until")), Column(N_("Customer")),
    )  # fmt: skip
    cells = [
        [row.serial, row.name, t(EQUIPMENT_STATES[row.state]), row.location, day(row.warranty_until), row.customer]
        for row in rows
    ]
    return Listing(columns, cells, [_plain(row) for row in rows], equipment_list.count(session, text))


LISTS: dict[What, Callable[[Session, Translator, str, int], Listing]] = {
    What.CUSTOMERS: _customers,
    What.QUOTATIONS: _quotations,
    What.ORDERS: _orders,
    What.FOLLOWUPS: _followups,
    What.EQUIPMENT: _equipment,
}


def _plain(row: Any, code: str = "", *amounts: str) -> dict[str, Any]:
    """A row as an object, its amounts in major units of ``code``."""
    return terminal.with_amounts(row, code, amounts)
