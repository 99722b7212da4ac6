"""Papers drawn in the read lane or in the worker process; imported there, therefore without Qt."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_, translator

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop_crm.services.mails import MailWords
    from desktop_crm.services.statements import Statement


class Paper(NamedTuple):
    """A PDF, what it is called on screen and as a file (without its ending), and the mail it goes out with."""

    content: bytes
    title: str
    about: str
    name: str
    mail: MailWords | None = None


def draw_confirmation(session: Session, order_id: uuid.UUID) -> Paper:
    """The confirmation of an order, in one language or two."""
    from desktop_crm.reports import order_confirmation_pdf
    from desktop_crm.services import mails, order_confirmations, order_view

    order, view = order_confirmations.load(session, order_id), order_view.load(session, order_id)
    t = translator(order.language)
    second = translator(order.second_language) if order.second_language else None
    places = {"order": order.customer_reference or order.number, "amount": t.price(order.total, order.currency)}
    words = mails.words(
        session, view.customer_id, "confirmation", order.number, order.language, view.contact_id, places
    )
    content = order_confirmation_pdf.render(order, t, second=second)
    return Paper(content, order.number, order.buyer.name, f"{order.number} {order.buyer.name}", words)


def draw_delivery(session: Session, delivery: uuid.UUID, priced: bool) -> Paper:
    """The note of a delivery."""
    from desktop_crm.reports import delivery_note_pdf
    from desktop_crm.services import delivery_notes, mails

    note = delivery_notes.load(session, delivery)
    places = {"order": note.customer_reference or note.order_number}
    words = mails.words(session, note.customer_id, "delivery_note", note.number, note.language, note.contact_id, places)
    content = delivery_note_pdf.render(note, translator(note.language), priced=priced)
    return Paper(content, note.number, note.buyer.name, f"{note.number} {note.buyer.name}", words)


def draw_statement(session: Session, customer: uuid.UUID, since: dt.date, until: dt.date) -> Paper:
    """The statement of one customer."""
    from desktop_crm.reports import statement_pdf
    from desktop_crm.services import statements

    found = statements.of_customer(session, customer, since, until)
    buyer, code = found[0].buyer.name, found[0].code
    content = statement_pdf.render(found, translator)
    name = " ".join(filter(None, (until.isoformat(), code, buyer)))
    return Paper(content, until.isoformat(), buyer, name, _statement_mail(session, found))


def _statement_mail(session: Session, found: Sequence[Statement]) -> MailWords:
    """The mail of a customer's statements; each currency has its own balance."""
    from desktop_crm.services import mails

    first = found[0]
    t = translator(first.language)
    period = f"{t.date(first.since)} – {t.date(first.until)}"
    amount = ", ".join(t.price(one.closing, one.currency) for one in found)
    places = {"period": period, "amount": amount}
    return mails.words(session, first.customer_id, "statement", period, first.language, places=places)


def draw_statements(
    shop: Path, since: dt.date, until: dt.date, closing_only: bool, progress: Callable[[int, int], object]
) -> tuple[bytes, int]:
    """For the worker: the statements of everybody who owes something, in one PDF, and how many they are."""
    from desktop_crm.reports import statement_pdf
    from desktop_crm.services import shops, statements

    opened = shops.open_shop(shop, writable=False)
    try:
        with opened.database.read() as session:
            found = statements.of_all(
                session, since, until, closing_only=closing_only, progress=lambda done, of: progress(done, 2 * of)
            )
    finally:
        opened.close()
    if not found:
        raise UserError(
            N_("Nobody owes anything on %(day)s."), N_("Choose another closing day."), field="until", day=until
        )
    count = len(found)
    return statement_pdf.render(found, translator, lambda done, of: progress(of + done, 2 * of)), count
