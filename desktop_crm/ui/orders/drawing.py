"""Papers drawn in the read lane or in the worker process; imported there, therefore without Qt."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_, translator

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class Paper(NamedTuple):
    """A PDF, and what it is called on screen and as a file (without its ending)."""

    content: bytes
    title: str
    about: str
    name: str


def draw_delivery(session: Session, delivery: uuid.UUID, priced: bool) -> Paper:
    """The note of a delivery."""
    from desktop_crm.reports import delivery_note_pdf
    from desktop_crm.services import delivery_notes

    note = delivery_notes.load(session, delivery)
    content = delivery_note_pdf.render(note, translator(note.language), priced=priced)
    return Paper(content, note.number, note.buyer.name, f"{note.number} {note.buyer.name}")


def draw_statement(session: Session, customer: uuid.UUID, since: dt.date, until: dt.date) -> Paper:
    """The statement of one customer."""
    from desktop_crm.reports import statement_pdf
    from desktop_crm.services import statements

    found = statements.of_customer(session, customer, since, until)
    buyer, code = found[0].buyer.name, found[0].code
    content = statement_pdf.render(found, translator)
    return Paper(content, until.isoformat(), buyer, " ".join(filter(None, (until.isoformat(), code, buyer))))


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
