"""Quotations: offers with revisions, of which every issued one is frozen."""

import datetime as dt
import uuid
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, Index, Text, UniqueConstraint, func
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from desktop_crm.models.base import Record
from desktop_crm.models.document import Priced, PricedLine


class QuotationState(StrEnum):
    """Where an offer stands; ``expired`` is reached by the calendar and left by extending."""

    DRAFT = "draft"
    ISSUED = "issued"
    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


_S = QuotationState
TRANSITIONS: dict[str, frozenset[str]] = {
    _S.DRAFT: frozenset({_S.ISSUED}),
    _S.ISSUED: frozenset({_S.SENT, _S.ACCEPTED, _S.DECLINED, _S.EXPIRED, _S.CANCELLED}),
    _S.SENT: frozenset({_S.ISSUED, _S.ACCEPTED, _S.DECLINED, _S.EXPIRED, _S.CANCELLED}),
    _S.EXPIRED: frozenset({_S.ISSUED, _S.SENT, _S.DECLINED, _S.CANCELLED}),
    _S.DECLINED: frozenset({_S.ISSUED, _S.SENT}),
    _S.ACCEPTED: frozenset(),
    _S.CANCELLED: frozenset(),
}


class LineKind(StrEnum):
    """Only ``item`` lines count; options and alternatives are shown with their own totals."""

    SECTION = "section"
    ITEM = "item"
    OPTION = "option"
    ALTERNATIVE = "alternative"
    NOTE = "note"


class Quotation(Record):
    """The offer as a whole; its state is that of the latest issued revision, or draft."""

    __tablename__ = "quotation"
    __table_args__ = (
        Index("ix_quotation_state", "state", "updated_at", "id"),
        Index("ix_quotation_customer_id", "customer_id", "updated_at"),
    )

    number: Mapped[str | None] = mapped_column(Text, unique=True)
    customer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("customer.id"))
    state: Mapped[str] = mapped_column(Text, default=QuotationState.DRAFT)
    current_revision: Mapped[int] = mapped_column(default=1)
    accepted_revision: Mapped[int | None]
    lost_reason: Mapped[str] = mapped_column(Text, default="")

    @hybrid_property
    def standing_revision(self) -> int:
        """The revision that counts: the accepted one, else the latest."""
        return self.accepted_revision or self.current_revision

    @standing_revision.inplace.expression
    @classmethod
    def _standing_revision(cls) -> ColumnElement[int]:
        return func.coalesce(cls.accepted_revision, cls.current_revision)


class QuotationRevision(Priced, Record):
    """One version of the offer; once ``issued_at`` is set nothing of it changes but ``valid_until`` when extended."""

    __tablename__ = "quotation_revision"
    __table_args__ = (UniqueConstraint("quotation_id", "revision"),)

    quotation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("quotation.id"))
    revision: Mapped[int] = mapped_column(default=1)
    contact_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("contact.id"), index=True)
    site_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("site.id"), index=True)
    staff_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"), index=True)
    project_name: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(Text, default="zh_TW")
    second_language: Mapped[str] = mapped_column(Text, default="")
    show_roc_dates: Mapped[bool] = mapped_column(default=False)
    payment_terms: Mapped[str] = mapped_column(Text, default="")
    delivery_terms: Mapped[str] = mapped_column(Text, default="")
    warranty_terms: Mapped[str] = mapped_column(Text, default="")
    notes: Mapped[str] = mapped_column(Text, default="")
    internal_note: Mapped[str] = mapped_column(Text, default="")
    quoted_on: Mapped[dt.date | None]
    valid_until: Mapped[dt.date | None]
    issued_at: Mapped[dt.datetime | None]
    sent_at: Mapped[dt.datetime | None]
    snapshot_sha: Mapped[str | None] = mapped_column(ForeignKey("blob.sha256"))
    pdf_sha: Mapped[str | None] = mapped_column(ForeignKey("blob.sha256"))


class QuotationLine(PricedLine, Record):
    """A line of a revision."""

    __tablename__ = "quotation_line"
    __table_args__ = (Index("ix_quotation_line_revision_id", "revision_id", "position"),)

    revision_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("quotation_revision.id"))
    kind: Mapped[str] = mapped_column(Text, default=LineKind.ITEM)
