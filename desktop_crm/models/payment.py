"""Money received, cheques, and the records of invoices issued elsewhere."""

import datetime as dt
import uuid
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from desktop_crm.models.base import Record
from desktop_crm.models.types import Minor, Scaled


class PaymentMethod(StrEnum):
    """How the money came."""

    CASH = "cash"
    TRANSFER = "transfer"
    CHEQUE = "cheque"


class Payment(Record):
    """Money received from a customer; what is not allocated is a deposit (預收)."""

    __tablename__ = "payment"
    __table_args__ = (Index("ix_payment_customer_id", "customer_id", "received_on"),)

    number: Mapped[str] = mapped_column(Text, unique=True)
    customer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("customer.id"))
    received_on: Mapped[dt.date]
    method: Mapped[str] = mapped_column(Text, default=PaymentMethod.TRANSFER)
    currency: Mapped[str] = mapped_column(Text, default="TWD")
    rate: Mapped[Decimal] = mapped_column(Scaled, default=Decimal(1))
    amount: Mapped[int] = mapped_column(Minor)
    reference: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(Text, default="")
    cancelled_at: Mapped[dt.datetime | None]


class PaymentAllocation(Record):
    """The part of a payment that settles an order."""

    __tablename__ = "payment_allocation"

    payment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("payment.id"), index=True)
    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("customer_order.id"), index=True)
    instalment_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("instalment.id"), index=True)
    amount: Mapped[int] = mapped_column(Minor)


class ChequeState(StrEnum):
    """The life of a cheque."""

    RECEIVED = "received"
    DEPOSITED = "deposited"
    CLEARED = "cleared"
    BOUNCED = "bounced"


TRANSITIONS: dict[str, frozenset[str]] = {
    ChequeState.RECEIVED: frozenset({ChequeState.DEPOSITED, ChequeState.CLEARED, ChequeState.BOUNCED}),
    ChequeState.DEPOSITED: frozenset({ChequeState.CLEARED, ChequeState.BOUNCED}),
    ChequeState.CLEARED: frozenset(),
    ChequeState.BOUNCED: frozenset({ChequeState.DEPOSITED}),
}


class Cheque(Record):
    """A cheque received (應收票據), with its maturity (票期)."""

    __tablename__ = "cheque"
    __table_args__ = (Index("ix_cheque_state_maturity_on", "state", "maturity_on"),)

    payment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("payment.id"), unique=True)
    bank: Mapped[str] = mapped_column(Text, default="")
    account: Mapped[str] = mapped_column(Text, default="")
    number: Mapped[str] = mapped_column(Text)
    maturity_on: Mapped[dt.date]
    state: Mapped[str] = mapped_column(Text, default=ChequeState.RECEIVED)


class InvoiceKind(StrEnum):
    """What was issued elsewhere; an allowance (折讓) is negative and points at its invoice.

    三聯 (for firms), 二聯 (for persons), 電子; INVOICE where the form was not noted.
    """

    TRIPLICATE = "triplicate"
    DUPLICATE = "duplicate"
    ELECTRONIC = "electronic"
    INVOICE = "invoice"
    RECEIPT = "receipt"
    ALLOWANCE = "allowance"


class InvoiceRecord(Record):
    """The 統一發票 or receipt issued outside this program."""

    __tablename__ = "invoice_record"
    __table_args__ = (Index("ix_invoice_record_number", "number"),)

    number: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text, default=InvoiceKind.INVOICE)
    issued_on: Mapped[dt.date]
    customer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("customer.id"), index=True)
    order_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("customer_order.id"), index=True)
    allowance_of_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("invoice_record.id"), index=True)
    buyer_tax_number: Mapped[str] = mapped_column(Text, default="")
    net: Mapped[int] = mapped_column(Minor, default=0)
    tax: Mapped[int] = mapped_column(Minor, default=0)
    total: Mapped[int] = mapped_column(Minor, default=0)
    voided_on: Mapped[dt.date | None]
