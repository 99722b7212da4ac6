"""Quotations, their revisions and lines as mapped objects, and the guard that keeps issued ones frozen."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import event, inspect, select
from sqlalchemy.orm import Session, UOWTransaction

from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.models import Quotation, QuotationLine, QuotationRevision
from desktop_crm.services.document_lines import DraftLine, drafted, reckon, store_line, store_totals
from desktop_crm.services.quotation_header import DraftHeader, store_header
from desktop_crm.services.records import fetch

STILL_FREE = frozenset({"valid_until", "sent_at", "version", "updated_at"})


def revision_of(session: Session, quotation_id: uuid.UUID, number: int) -> QuotationRevision:
    """Revision ``number``; raises UserError when there is none."""
    found = session.scalars(
        select(QuotationRevision).where(
            QuotationRevision.quotation_id == quotation_id, QuotationRevision.revision == number
        )
    ).one_or_none()
    if found is None:
        raise UserError(N_("There is no revision %(number)s."), N_("Choose from the list."), number=number)
    return found


def draft_of(session: Session, quotation_id: uuid.UUID) -> tuple[Quotation, QuotationRevision]:
    """The quotation and its draft revision; raises UserError when its latest revision is issued."""
    quotation = fetch(session, Quotation, quotation_id)
    revision = revision_of(session, quotation_id, quotation.current_revision)
    if revision.issued_at is not None:
        raise frozen()
    return quotation, revision


def issued_of(session: Session, quotation: Quotation) -> QuotationRevision | None:
    """The latest issued revision, None while there is none."""
    return session.scalars(
        select(QuotationRevision)
        .where(QuotationRevision.quotation_id == quotation.id, QuotationRevision.issued_at.is_not(None))
        .order_by(QuotationRevision.revision.desc())
        .limit(1)
    ).first()


def lines_of(session: Session, revision_id: uuid.UUID) -> Sequence[QuotationLine]:
    """The lines of a revision in order."""
    return session.scalars(
        select(QuotationLine).where(QuotationLine.revision_id == revision_id).order_by(QuotationLine.position)
    ).all()


def write_draft(
    session: Session, revision: QuotationRevision, header: DraftHeader, lines: Sequence[DraftLine], home: str
) -> None:
    """Make ``revision`` say exactly this; rows are reused by place, so that only what changed is written."""
    totals = reckon(lines, header)
    store_header(revision, header)
    store_totals(revision, totals, home)
    if inspect(revision).persistent:
        existing = lines_of(session, revision.id)
    else:
        session.add(revision)
        session.flush()
        existing = []
    for position, line in enumerate(lines, start=1):
        row = existing[position - 1] if position <= len(existing) else QuotationLine(revision_id=revision.id)
        row.kind = line.kind
        store_line(row, line, position, totals)
        session.add(row)
    for row in existing[len(lines) :]:
        session.delete(row)


def typed_lines(session: Session, revision_id: uuid.UUID) -> list[DraftLine]:
    """The lines of a revision as they were typed."""
    return [drafted(line, line.kind) for line in lines_of(session, revision_id)]


def frozen() -> UserError:
    """The sentence for an attempt to change what was issued."""
    return UserError(
        N_("This revision is issued and cannot be changed."), N_("Make a new revision and change that one.")
    )


def keep_frozen(session: Session, _context: UOWTransaction, _instances: Any) -> None:
    """Before each flush: refuse changes to an issued revision and its lines, whoever makes them.

    Who brings in issued quotations from elsewhere sets ``issued_at`` after their lines.
    """
    for record in session.dirty:
        if isinstance(record, QuotationRevision) and _was_issued(record) and _changed(record) - STILL_FREE:
            raise frozen()
        if isinstance(record, QuotationLine) and _changed(record) and _is_issued(session, record):
            raise frozen()
    for record in session.deleted:
        if isinstance(record, QuotationRevision) and _was_issued(record):
            raise frozen()
        if isinstance(record, QuotationLine) and _is_issued(session, record):
            raise frozen()
    for record in session.new:
        if isinstance(record, QuotationLine) and _is_issued(session, record):
            raise frozen()


def _changed(record: Any) -> set[str]:
    state = inspect(record)
    return {item.key for item in state.mapper.column_attrs if state.attrs[item.key].history.has_changes()}


def _was_issued(revision: QuotationRevision) -> bool:
    """Whether the revision is issued in the file already, whatever is about to be written."""
    history = inspect(revision).attrs["issued_at"].history
    before = history.deleted[0] if history.deleted else revision.issued_at
    return before is not None and inspect(revision).persistent


def _is_issued(session: Session, line: QuotationLine) -> bool:
    """Whether the line belongs to a revision that was issued; one that is just being imported is not yet."""
    with session.no_autoflush:
        revision = session.get(QuotationRevision, line.revision_id)
    return revision is not None and _was_issued(revision)


event.listen(Session, "before_flush", keep_frozen)
