"""What is done with quotations: draft, save, issue, send, revise, accept, decline, cancel, copy.

Reading them is in ``quotation_view`` and ``quotation_list``. A draft has no number; issuing gives one and
freezes lines, words, date and PDF. Every issued revision can be accepted.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from desktop_crm.core.dates import add_working_days, check_day, clock
from desktop_crm.core.errors import NeedsConfirmation, UserError
from desktop_crm.core.i18n import N_, translator
from desktop_crm.core.permissions import Permission, needs
from desktop_crm.core.settings import Company, Trade
from desktop_crm.core.titles import STATES
from desktop_crm.models import FollowUp, Quotation, QuotationRevision
from desktop_crm.models.followup import FollowUpState
from desktop_crm.models.quotation import TRANSITIONS, LineKind, QuotationState
from desktop_crm.models.snapshot import QuotationSnapshot
from desktop_crm.services import numbering, orders, quotation_snapshot, settings
from desktop_crm.services.document_lines import DraftLine, drafted, require_complete, require_payable
from desktop_crm.services.quotation_header import DraftHeader, check_header, default_header, header_of
from desktop_crm.services.quotation_records import draft_of, issued_of, lines_of, revision_of, typed_lines, write_draft
from desktop_crm.services.records import fetch, move
from desktop_crm.services.terms import terms_of
from desktop_crm.store import blobs
from desktop_crm.store.journal import bulk_update

ENTITY = "quotation"
PDF = "application/pdf"
RUNNING = (QuotationState.ISSUED, QuotationState.SENT)
FOLLOW_UP = N_("Follow up quotation %(number)s")
Confirmed = Collection[str]


@needs(Permission.QUOTE)
def create_draft(session: Session, customer_id: uuid.UUID, staff_id: uuid.UUID | None = None) -> uuid.UUID:
    """A new draft with the customer's and the shop's defaults, by ``staff_id`` or else the customer's owner."""
    trade = settings.load(session, Trade)
    terms = terms_of(session, customer_id, trade)
    header = default_header(session, customer_id, terms, trade, clock.today())
    if staff_id is not None:
        header = replace(header, staff_id=staff_id)
    return _start(session, customer_id, header, [], trade)


@needs(Permission.QUOTE)
def save_draft(
    session: Session,
    quotation_id: uuid.UUID,
    header: DraftHeader,
    lines: Sequence[DraftLine],
    customer_id: uuid.UUID | None = None,
) -> uuid.UUID:
    """Write the draft revision as typed, however incomplete, and reckon its totals.

    Another ``customer_id`` is possible until the first issue. Raises UserError with field and row for a
    number beyond the limits, and for a revision that is issued already.
    """
    quotation, revision = draft_of(session, quotation_id)
    home = settings.load(session, Trade).currency
    check_header(header, home)
    if customer_id is not None and customer_id != quotation.customer_id:
        if quotation.number is not None:
            raise UserError(
                N_("This quotation went to another customer already."), N_("Copy it instead."), field="customer_id"
            )
        quotation.customer_id = customer_id
    write_draft(session, revision, header, lines, home)
    return quotation_id


@needs(Permission.QUOTE)
def delete_draft(session: Session, quotation_id: uuid.UUID) -> None:
    """Throw the draft revision away; a quotation that was never issued goes with it."""
    quotation, revision = draft_of(session, quotation_id)
    for line in lines_of(session, revision.id):
        session.delete(line)
    session.flush()
    session.delete(revision)
    session.flush()
    if quotation.number is None:
        session.delete(quotation)
    else:
        quotation.current_revision -= 1


@needs(Permission.QUOTE)
def new_revision(session: Session, quotation_id: uuid.UUID) -> int:
    """Copy the latest issued revision into a new draft and return its number; the old one stays as it is."""
    quotation = fetch(session, Quotation, quotation_id)
    if quotation.state in (QuotationState.DRAFT, QuotationState.ACCEPTED, QuotationState.CANCELLED):
        raise UserError(N_("This quotation gets no new revision."), N_("Change its draft, or copy the quotation."))
    latest = revision_of(session, quotation_id, quotation.current_revision)
    if latest.issued_at is None:
        raise UserError(N_("A new revision is being drafted already."), N_("Open and finish that one."))
    trade = settings.load(session, Trade)
    quotation.current_revision += 1
    draft = QuotationRevision(quotation_id=quotation_id, revision=quotation.current_revision)
    write_draft(session, draft, _renewed(latest, trade), typed_lines(session, latest.id), trade.currency)
    return quotation.current_revision


@needs(Permission.QUOTE)
def copy(session: Session, quotation_id: uuid.UUID, customer_id: uuid.UUID | None = None) -> uuid.UUID:
    """A new draft with the latest words and lines, for the same or another customer; it has no number."""
    quotation = fetch(session, Quotation, quotation_id)
    latest = revision_of(session, quotation_id, quotation.current_revision)
    trade = settings.load(session, Trade)
    header, to = _renewed(latest, trade), customer_id or quotation.customer_id
    if to != quotation.customer_id:
        terms = terms_of(session, to, trade)
        own = default_header(session, to, terms, trade, clock.today())
        header = replace(header, contact_id=own.contact_id, site_id=None, payment_terms=own.payment_terms)
    return _start(session, to, header, typed_lines(session, latest.id), trade)


@needs(Permission.QUOTE)
def issue(
    session: Session,
    quotation_id: uuid.UUID,
    render: Callable[[QuotationSnapshot], bytes],
    uncovered: Callable[[QuotationSnapshot], Collection[str]] | None = None,
    confirmed: Confirmed = (),
) -> uuid.UUID:
    """Give the number, freeze the draft with its PDF, plan the follow-up; returns the revision's key.

    ``uncovered`` names characters the PDF fonts lack. Raises UserError for an incomplete draft or letterhead,
    NeedsConfirmation("zero_price") before rows go out at no charge, ("uncovered") before characters are printed
    as a blank mark.
    """
    quotation, revision = draft_of(session, quotation_id)
    trade = settings.load(session, Trade)
    lines = lines_of(session, revision.id)
    _require_ready(session, revision, [drafted(line, line.kind) for line in lines], confirmed)
    if quotation.state != QuotationState.ISSUED:
        move(quotation, QuotationState.ISSUED, TRANSITIONS)
    revision.quoted_on = revision.quoted_on or clock.today()
    check_header(header_of(revision), trade.currency)
    if quotation.number is None:
        quotation.number = numbering.next_number(session, ENTITY, revision.quoted_on)
    snapshot = replace(quotation_snapshot.gather(session, quotation, revision, lines), is_draft=False)
    if uncovered is not None and "uncovered" not in confirmed and (missing := uncovered(snapshot)):
        raise NeedsConfirmation(
            "uncovered",
            N_("These characters cannot be printed: %(characters)s"),
            N_("They appear as 〓. Issue all the same?"),
            characters=" ".join(missing),
        )
    snapshot_sha = quotation_snapshot.freeze(session, snapshot)
    pdf_sha = blobs.keep(session, render(snapshot), PDF)
    revision.snapshot_sha, revision.pdf_sha, revision.issued_at = snapshot_sha, pdf_sha, clock.now()
    quotation.lost_reason = ""
    _plan_follow_up(session, quotation, revision, trade)
    return revision.id


@needs(Permission.QUOTE)
def mark_sent(session: Session, quotation_id: uuid.UUID) -> None:
    """Note that the latest issued revision went to the customer now."""
    quotation = fetch(session, Quotation, quotation_id)
    if quotation.state != QuotationState.ISSUED:
        raise UserError(N_("Only an issued quotation can be marked as sent."), N_("Issue or reopen it first."))
    move(quotation, QuotationState.SENT, TRANSITIONS)
    _latest(session, quotation).sent_at = clock.now()


@needs(Permission.QUOTE)
def decline(session: Session, quotation_id: uuid.UUID, reason: str = "") -> None:
    """Note that the customer said no, and why."""
    quotation = fetch(session, Quotation, quotation_id)
    move(quotation, QuotationState.DECLINED, TRANSITIONS)
    quotation.lost_reason = reason.strip()
    _finish_follow_ups(session, quotation)


@needs(Permission.QUOTE)
def cancel(session: Session, quotation_id: uuid.UUID) -> None:
    """Withdraw the offer; its number stays used."""
    quotation = fetch(session, Quotation, quotation_id)
    move(quotation, QuotationState.CANCELLED, TRANSITIONS)
    _finish_follow_ups(session, quotation)


@needs(Permission.QUOTE)
def reopen(session: Session, quotation_id: uuid.UUID, valid_until: dt.date) -> None:
    """Make a declined or lapsed offer valid again until ``valid_until``."""
    quotation = fetch(session, Quotation, quotation_id)
    if quotation.state not in (QuotationState.DECLINED, QuotationState.EXPIRED):
        raise UserError(N_("This quotation is neither declined nor lapsed."), N_("There is nothing to reopen."))
    revision = _latest(session, quotation)
    move(quotation, QuotationState.SENT if revision.sent_at else QuotationState.ISSUED, TRANSITIONS)
    if check_day(valid_until, "valid_until") < clock.today():
        raise UserError(N_("This day is past already."), N_("Choose a later day."), field="valid_until")
    revision.valid_until = valid_until
    quotation.lost_reason = ""


def expire_due(session: Session, today: dt.date | None = None) -> int:
    """Let offers lapse whose latest issued revision was valid until before ``today``; returns how many."""
    newest = (
        select(QuotationRevision.quotation_id, func.max(QuotationRevision.revision).label("revision"))
        .where(QuotationRevision.issued_at.is_not(None))
        .group_by(QuotationRevision.quotation_id)
        .subquery()
    )
    due = (
        select(Quotation.id)
        .join(newest, newest.c.quotation_id == Quotation.id)
        .join(
            QuotationRevision,
            and_(QuotationRevision.quotation_id == Quotation.id, QuotationRevision.revision == newest.c.revision),
        )
        .where(
            or_(*(Quotation.state == state for state in RUNNING)),
            QuotationRevision.valid_until < (today or clock.today()),
        )
    )
    return bulk_update(session, Quotation, session.scalars(due).all(), {"state": QuotationState.EXPIRED})


@needs(Permission.QUOTE)
def accept(
    session: Session,
    quotation_id: uuid.UUID,
    revision: int,
    on: dt.date,
    line_ids: Collection[uuid.UUID] | None = None,
    confirmed: Confirmed = (),
) -> uuid.UUID:
    """The customer says yes to an issued revision on a day; returns the key of the order made from it.

    Without ``line_ids`` the order has the items; with them exactly these lines, so that options can be chosen.
    Raises NeedsConfirmation("extend_and_accept") when the revision had lapsed by then.
    """
    quotation = fetch(session, Quotation, quotation_id)
    chosen = revision_of(session, quotation_id, revision)
    if chosen.issued_at is None:
        raise UserError(N_("Revision %(number)s is a draft."), N_("Issue it first."), number=revision)
    check_day(on, "on")
    if QuotationState.ACCEPTED in TRANSITIONS[quotation.state] or quotation.state == QuotationState.EXPIRED:
        _require_valid(quotation, chosen, on, confirmed)
    move(quotation, QuotationState.ACCEPTED, TRANSITIONS)
    quotation.accepted_revision = revision
    lines = [drafted(line) for line in lines_of(session, chosen.id) if _is_ordered(line.kind, line.id, line_ids)]
    _finish_follow_ups(session, quotation)
    return orders.create_from(session, quotation, chosen, lines, on)


def _start(
    session: Session, customer_id: uuid.UUID, header: DraftHeader, lines: Sequence[DraftLine], trade: Trade
) -> uuid.UUID:
    quotation = Quotation(customer_id=customer_id, state=QuotationState.DRAFT, current_revision=1)
    session.add(quotation)
    session.flush()
    write_draft(session, QuotationRevision(quotation_id=quotation.id, revision=1), header, lines, trade.currency)
    return quotation.id


def _renewed(revision: QuotationRevision, trade: Trade) -> DraftHeader:
    """The words of a revision with a fresh date and validity."""
    until = clock.today() + dt.timedelta(days=trade.valid_days)
    return replace(header_of(revision), quoted_on=None, valid_until=until)


def _require_ready(
    session: Session, revision: QuotationRevision, lines: Sequence[DraftLine], confirmed: Confirmed
) -> None:
    if not settings.load(session, Company).name.strip():
        raise UserError(
            N_("The letterhead has no company name yet."),
            N_("Fill in the company under Settings, then issue again."),
            field="company",
        )
    require_complete(lines)
    require_payable(revision.total)
    free = [str(row) for row, line in enumerate(lines, start=1) if line.is_priced and not line.unit_price]
    if free and "zero_price" not in confirmed:
        raise NeedsConfirmation(
            "zero_price",
            N_("Rows with the price 0: %(rows)s"),
            N_("The customer gets them at no charge. Issue all the same?"),
            rows=", ".join(free),
        )


def _require_valid(quotation: Quotation, revision: QuotationRevision, on: dt.date, confirmed: Confirmed) -> None:
    """See to it that the revision is valid on the day, extending it when that is confirmed."""
    lapsed = revision.valid_until is not None and revision.valid_until < on
    if lapsed and "extend_and_accept" not in confirmed:
        raise NeedsConfirmation(
            "extend_and_accept",
            N_("This offer was valid until %(day)s only."),
            N_("Extend it and accept?"),
            day=revision.valid_until,
        )
    if lapsed:
        revision.valid_until = on
    if quotation.state == QuotationState.EXPIRED:
        move(quotation, QuotationState.SENT if revision.sent_at else QuotationState.ISSUED, TRANSITIONS)


def _is_ordered(kind: str, line_id: uuid.UUID, chosen: Collection[uuid.UUID] | None) -> bool:
    if chosen is None:
        return kind == LineKind.ITEM
    return line_id in chosen and kind in (LineKind.ITEM, LineKind.OPTION, LineKind.ALTERNATIVE)


def _latest(session: Session, quotation: Quotation) -> QuotationRevision:
    revision = issued_of(session, quotation)
    if revision is None:
        raise UserError(N_("This quotation was not issued yet."), N_("Issue it first."))
    return revision


def _open_follow_ups(session: Session, quotation: Quotation) -> Sequence[FollowUp]:
    return session.scalars(
        select(FollowUp).where(
            FollowUp.customer_id == quotation.customer_id,
            FollowUp.state == FollowUpState.OPEN,
            FollowUp.about_entity == ENTITY,
            FollowUp.about_id == quotation.id,
        )
    ).all()


def _plan_follow_up(session: Session, quotation: Quotation, revision: QuotationRevision, trade: Trade) -> None:
    """One open follow-up per quotation, some working days after the latest issue."""
    due = add_working_days(clock.today(), trade.follow_up_days)
    planned = _open_follow_ups(session, quotation)
    follow_up = planned[0] if planned else FollowUp(customer_id=quotation.customer_id, zone=clock.zone)
    follow_up.subject = translator(trade.document_language)(FOLLOW_UP, number=quotation.number)
    follow_up.due_on, follow_up.staff_id, follow_up.contact_id = due, revision.staff_id, revision.contact_id
    follow_up.about_entity, follow_up.about_id = ENTITY, quotation.id
    session.add(follow_up)


def _finish_follow_ups(session: Session, quotation: Quotation) -> None:
    words = translator(settings.load(session, Trade).document_language)
    outcome = words(STATES[ENTITY][quotation.state])
    for follow_up in _open_follow_ups(session, quotation):
        follow_up.state, follow_up.done_at = FollowUpState.DONE, clock.now()
        follow_up.outcome = outcome
