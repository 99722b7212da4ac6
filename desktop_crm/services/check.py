"""The health of a shop file: pages, keys, totals, derived tables, search index, journal. Changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Table, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from desktop_crm.core.dates import clock
from desktop_crm.models import (
    CustomerFigures,
    CustomerMonth,
    InvoiceRecord,
    JournalEntry,
    Order,
    OrderLine,
    OrderToAccept,
    Payment,
    PaymentAllocation,
    QuotationLine,
    QuotationRevision,
    Receivable,
    ShopMonth,
)
from desktop_crm.models.quotation import LineKind
from desktop_crm.services import figures, numbering, receivables, revenue_months, search_documents, waiting
from desktop_crm.store import faults

MOST = 20  # findings of one kind that are listed


def run(session: Session) -> list[str]:
    """Every finding as an English sentence; an empty list means the file is sound.

    Of a file with damaged pages nothing else can be said.
    """
    if damage := list(_first(_pages(session))):
        return damage
    checks: tuple[Callable[[Session], Iterator[str]], ...] = (
        _keys,
        _totals,
        _paid,
        _invoiced,
        _figures,
        _months,
        _receivables,
        _waiting,
        _index,
        _journal,
    )
    return [finding for check in checks for finding in _first(check(session))]


def _first(findings: Iterator[str]) -> Iterator[str]:
    for place, finding in enumerate(findings):
        if place == MOST:
            yield "... and more of the same kind"
            return
        yield finding


def _pages(session: Session) -> Iterator[str]:
    if session.get_bind().dialect.name == "sqlite":
        try:
            lines = session.scalars(text("PRAGMA integrity_check(20)")).all()
        except DBAPIError as error:
            if faults.code_of(error) != faults.CORRUPT:
                raise
            lines = [str(error.orig)]
        yield from (f"integrity: {line}" for line in lines if line != "ok")


def _keys(session: Session) -> Iterator[str]:
    if session.get_bind().dialect.name == "sqlite":
        for row in session.execute(text("PRAGMA foreign_key_check")):
            yield f"foreign key: {row[0]} row {row[1]} points at a missing {row[2]}"


def _totals(session: Session) -> Iterator[str]:
    """Lines add up to their document: net and tax of the counted lines, net + tax = total."""
    kinds: tuple[tuple[str, Any, Any, Any], ...] = (
        ("quotation revision", QuotationRevision, QuotationLine.revision_id, QuotationLine.kind == LineKind.ITEM),
        ("order", Order, OrderLine.order_id, None),
    )
    for name, document, link, counted in kinds:
        line = link.class_
        sums = select(link.label("id"), func.sum(line.net).label("net"), func.sum(line.tax).label("tax"))
        if counted is not None:
            sums = sums.where(counted)
        lines = sums.group_by(link).subquery()
        query = (
            select(document.id, document.net, document.tax, document.total, lines.c.net, lines.c.tax)
            .join(lines, lines.c.id == document.id)
            .where(
                (document.net != lines.c.net)
                | (document.tax != lines.c.tax)
                | (document.net + document.tax != document.total)
            )
        )
        for row in session.execute(query):
            yield f"totals: {name} {row[0]} says {row[1]} + {row[2]} = {row[3]}, its lines {row[4]} + {row[5]}"


def _paid(session: Session) -> Iterator[str]:
    """What an order counts as paid is the sum of what live payments allocate to it."""
    live = (
        select(PaymentAllocation.order_id, func.sum(PaymentAllocation.amount).label("paid"))
        .join(Payment, Payment.id == PaymentAllocation.payment_id)
        .where(Payment.cancelled_at.is_(None))
        .group_by(PaymentAllocation.order_id)
        .subquery()
    )
    query = (
        select(Order.number, Order.paid, func.coalesce(live.c.paid, 0))
        .outerjoin(live, live.c.order_id == Order.id)
        .where(Order.paid != func.coalesce(live.c.paid, 0))
    )
    for number, paid, allocated in session.execute(query):
        yield f"payments: order {number} counts {paid} as paid, its payments allocate {allocated}"


def _invoiced(session: Session) -> Iterator[str]:
    """What an order counts as invoiced is the sum of its standing invoice records, allowances taken off."""
    standing = (
        select(InvoiceRecord.order_id, func.sum(InvoiceRecord.total).label("total"))
        .where(InvoiceRecord.voided_on.is_(None))
        .group_by(InvoiceRecord.order_id)
        .subquery()
    )
    noted = func.coalesce(standing.c.total, 0)
    query = select(Order.number, Order.invoiced, noted).outerjoin(standing, standing.c.order_id == Order.id)
    for number, counted, total in session.execute(query.where(Order.invoiced != noted)):
        yield f"invoices: order {number} counts {counted} as invoiced, its records come to {total}"


def _figures(session: Session) -> Iterator[str]:
    """Every customer has its figures, and they are what the records gave on the day they were last brought up to.

    A file that is only read may not have been opened today; customers saved since then are of a later day.
    """
    as_of = CustomerFigures.as_of
    day = figures.day_of(session) or clock.today()
    expected = {row["customer_id"]: row for row in figures.computed(session, None, day)}
    for later in session.scalars(select(as_of).where(as_of > day).distinct()).all():
        ids = session.scalars(select(CustomerFigures.customer_id).where(as_of == later)).all()
        for start in range(0, len(ids), figures.CHUNK):
            rows = figures.computed(session, ids[start : start + figures.CHUNK], later)
            expected |= {row["customer_id"]: row for row in rows}
    yield from _compared(session, CustomerFigures.__table__, ("customer_id",), expected, skip={"as_of"})


def _months(session: Session) -> Iterator[str]:
    expected = {(row["customer_id"], row["month"]): row for row in figures.computed_months(session, None)}
    yield from _compared(session, CustomerMonth.__table__, ("customer_id", "month"), expected)
    totals = {
        month: {"month": month, "orders": orders, "revenue": revenue}
        for month, (orders, revenue) in revenue_months.sums(session, None).items()
    }
    yield from _compared(session, ShopMonth.__table__, ("month",), totals)


def _receivables(session: Session) -> Iterator[str]:
    expected = {(row["order_id"], row["part"]): row for row in receivables.rows_of(session)}
    yield from _compared(session, Receivable.__table__, ("order_id", "part"), expected)


def _waiting(session: Session) -> Iterator[str]:
    expected = {
        key: {"order_id": key, "customer_id": customer}
        for key, customer in session.execute(select(Order.id, Order.customer_id).where(waiting.waits_for_acceptance()))
    }
    yield from _compared(session, OrderToAccept.__table__, ("order_id",), expected)


def _compared(
    session: Session,
    table: Any,
    keys: tuple[str, ...],
    expected: dict[Any, Any],
    skip: frozenset[str] | set[str] = frozenset(),
) -> Iterator[str]:
    assert isinstance(table, Table)
    names = [column.name for column in table.columns if column.name not in skip]
    seen = 0
    for row in session.execute(select(*(table.c[name] for name in names))):
        found = dict(zip(names, row, strict=True))
        key = found[keys[0]] if len(keys) == 1 else tuple(found[name] for name in keys)
        wanted = expected.get(key)
        seen += wanted is not None
        if wanted is None:
            yield f"{table.name}: {key} is left over"
        elif different := [name for name in names if found[name] != wanted[name]]:
            first = different[0]
            yield f"{table.name}: {key} has {first} {found[first]!r}, the records give {wanted[first]!r}"
    if seen < len(expected):
        yield f"{table.name}: {len(expected) - seen} rows are missing"


def _index(session: Session) -> Iterator[str]:
    yield from (f"search: {finding}" for finding in search_documents.findings(session))


def _journal(session: Session) -> Iterator[str]:
    """Sequence numbers of a device run without a gap, but for those that a note tells of, as after a restore."""
    skipped: Counter[int] = Counter()
    notes = select(JournalEntry.device, JournalEntry.changes).where(JournalEntry.action == numbering.CARRIED)
    for device, told in session.execute(notes):
        skipped[device] += told[numbering.SKIPPED]
    query = select(
        JournalEntry.device, func.count(), func.min(JournalEntry.sequence), func.max(JournalEntry.sequence)
    ).group_by(JournalEntry.device)
    for device, count, first, last in session.execute(query):
        if last - first + 1 != count + skipped[device]:
            yield f"journal: device {device} has {count} entries between {first} and {last}"
