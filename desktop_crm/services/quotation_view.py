"""Reading one quotation: what its editor shows, its sheet, its stored PDF, its revisions."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.core.settings import Trade
from desktop_crm.models import Customer, Order, Quotation, QuotationLine, QuotationRevision
from desktop_crm.models.quotation import TRANSITIONS, LineKind, QuotationState
from desktop_crm.models.snapshot import QuotationSnapshot
from desktop_crm.services import quotation_changes, quotation_snapshot, settings
from desktop_crm.services.document_lines import DraftLine, drafted, to_home
from desktop_crm.services.quotation_changes import Changes
from desktop_crm.services.quotation_header import DraftHeader, header_of
from desktop_crm.services.quotation_records import lines_of, revision_of
from desktop_crm.services.records import fetch
from desktop_crm.store import blobs


@dataclass(frozen=True, slots=True)
class LineView:
    """A stored line: what was typed and what it comes to."""

    id: uuid.UUID
    typed: DraftLine
    amount: int
    net: int
    tax: int
    gross: int


@dataclass(frozen=True, slots=True)
class RevisionView:
    """One revision in the list of them."""

    revision: int
    total: int
    currency: str
    quoted_on: dt.date | None
    valid_until: dt.date | None
    issued_at: dt.datetime | None
    sent_at: dt.datetime | None
    has_pdf: bool
    changes: Changes | None = None  # against the revision before


@dataclass(frozen=True, slots=True)
class QuotationView:
    """A revision of a quotation with everything its editor shows.

    Amounts in minor units of ``header.currency``, but ``home_cost`` and ``home_margin`` in the home currency
    (None if no line knows its cost). ``actions`` are the verbs of ``services.quotations`` that are possible now.
    """

    id: uuid.UUID
    number: str
    revision: int
    state: str
    is_draft: bool
    customer_id: uuid.UUID
    customer: str
    header: DraftHeader
    lines: tuple[LineView, ...]
    subtotal: int
    discount: int
    net: int
    tax: int
    total: int
    home_total: int
    home_cost: int | None
    home_margin: int | None
    issued_at: dt.datetime | None
    sent_at: dt.datetime | None
    lost_reason: str
    accepted_revision: int | None
    order_id: uuid.UUID | None
    order_number: str
    revisions: tuple[RevisionView, ...]
    actions: frozenset[str]

    @property
    def typed(self) -> list[DraftLine]:
        """The lines as typed, for an editor."""
        return [line.typed for line in self.lines]


def load(session: Session, quotation_id: uuid.UUID, revision: int | None = None) -> QuotationView:
    """A revision, unless named the accepted or else the latest one; raises UserError when there is none."""
    quotation = fetch(session, Quotation, quotation_id)
    shown = revision_of(session, quotation_id, revision or quotation.standing_revision)
    lines = lines_of(session, shown.id)
    revisions = _revisions(session, quotation_id)
    order = session.execute(
        select(Order.id, Order.number)
        .join(QuotationRevision, QuotationRevision.id == Order.revision_id)
        .where(QuotationRevision.quotation_id == quotation_id)
        .limit(1)
    ).first()
    return QuotationView(
        id=quotation_id,
        number=quotation.number or "",
        revision=shown.revision,
        state=quotation.state,
        is_draft=shown.issued_at is None,
        customer_id=quotation.customer_id,
        customer=fetch(session, Customer, quotation.customer_id).name,
        header=header_of(shown),
        lines=tuple(
            LineView(line.id, drafted(line, line.kind), line.amount, line.net, line.tax, line.gross) for line in lines
        ),
        subtotal=shown.subtotal,
        discount=shown.discount,
        net=shown.net,
        tax=shown.tax,
        total=shown.total,
        home_total=shown.home_total,
        home_cost=shown.home_cost,
        home_margin=_margin(session, shown, lines),
        issued_at=shown.issued_at,
        sent_at=shown.sent_at,
        lost_reason=quotation.lost_reason,
        accepted_revision=quotation.accepted_revision,
        order_id=order[0] if order else None,
        order_number=order[1] if order else "",
        revisions=revisions,
        actions=actions_of(quotation.state, revisions[-1].issued_at is None),
    )


def actions_of(state: str, has_draft: bool) -> frozenset[str]:
    """The verbs of ``services.quotations`` that are possible in a state, with or without a draft revision."""
    to = TRANSITIONS[state]
    s = QuotationState
    found = {"copy"}
    if has_draft:
        found |= {"save_draft", "delete_draft"}
        found |= {"issue"} if s.ISSUED in to or state == s.ISSUED else set()
    elif state not in (s.ACCEPTED, s.CANCELLED):
        found.add("new_revision")
    found |= {"mark_sent"} if state == s.ISSUED else set()
    found |= {"accept"} if s.ACCEPTED in to or state == s.EXPIRED else set()
    found |= {"decline"} if s.DECLINED in to else set()
    found |= {"cancel"} if s.CANCELLED in to else set()
    found |= {"reopen"} if state in (s.DECLINED, s.EXPIRED) else set()
    return frozenset(found)


def snapshot(
    session: Session, quotation_id: uuid.UUID, revision: int | None = None, *, is_copy: bool | None = None
) -> QuotationSnapshot:
    """What the sheet of a revision says: as frozen when issued, else gathered now and marked draft or copy."""
    quotation = fetch(session, Quotation, quotation_id)
    shown = revision_of(session, quotation_id, revision or quotation.standing_revision)
    kept = quotation_snapshot.thaw(session, shown.snapshot_sha) if shown.snapshot_sha else None
    sheet = kept or quotation_snapshot.gather(session, quotation, shown, lines_of(session, shown.id))
    return sheet if is_copy is None else replace(sheet, is_copy=is_copy)


def pdf(session: Session, quotation_id: uuid.UUID, revision: int | None = None) -> bytes | None:
    """The PDF kept when the revision was issued; None for drafts and for what was imported."""
    quotation = fetch(session, Quotation, quotation_id)
    shown = revision_of(session, quotation_id, revision or quotation.standing_revision)
    return blobs.load(session, shown.pdf_sha)


def find_number(session: Session, number: str) -> uuid.UUID | None:
    """The quotation with this number, in whatever case it was typed."""
    return session.scalar(select(Quotation.id).where(Quotation.number == number.strip().upper()))


def _revisions(session: Session, quotation_id: uuid.UUID) -> tuple[RevisionView, ...]:
    revision = QuotationRevision
    rows = session.execute(
        select(
            revision.revision,
            revision.total,
            revision.currency,
            revision.quoted_on,
            revision.valid_until,
            revision.issued_at,
            revision.sent_at,
            revision.pdf_sha,
        )
        .where(revision.quotation_id == quotation_id)
        .order_by(revision.revision)
    )
    changes = quotation_changes.of_revisions(session, quotation_id)
    return tuple(RevisionView(*row[:-1], has_pdf=row[-1] is not None, changes=changes.get(row[0])) for row in rows)


def _margin(session: Session, revision: QuotationRevision, lines: Sequence[QuotationLine]) -> int | None:
    """Net less cost of the items that know their cost, in the home currency."""
    if revision.home_cost is None:
        return None
    net = sum(line.net for line in lines if line.kind == LineKind.ITEM and line.unit_cost is not None)
    return to_home(net, revision, settings.load(session, Trade).currency) - revision.home_cost
