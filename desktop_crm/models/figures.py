"""The derived tables; all can be rebuilt from the records and are compared by ``check``."""

import datetime as dt
import uuid

from sqlalchemy import Date, ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from desktop_crm.models.base import Base
from desktop_crm.models.types import Minor


class CustomerMonth(Base):
    """What a customer ordered in a month, in the home currency; ``month`` is its first day."""

    __tablename__ = "customer_month"
    __table_args__ = (Index("ix_customer_month_month", "month", "revenue", "orders"),)

    customer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("customer.id", ondelete="CASCADE"), primary_key=True)
    month: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    orders: Mapped[int] = mapped_column(default=0)
    revenue: Mapped[int] = mapped_column(Minor, default=0)
    margin: Mapped[int] = mapped_column(Minor, default=0)


class ShopMonth(Base):
    """The sums of ``CustomerMonth`` over all customers: the chart of two years would add up half a million rows."""

    __tablename__ = "shop_month"

    month: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    orders: Mapped[int] = mapped_column(default=0)
    revenue: Mapped[int] = mapped_column(Minor, default=0)


class OrderToAccept(Base):
    """The orders whose next step is the customer's signature; asking all delivered ones takes 0.3 s where 50,000 are.

    Which they are is said in ``services.waiting``.
    """

    __tablename__ = "order_to_accept"

    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("customer_order.id", ondelete="CASCADE"), primary_key=True)
    customer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("customer.id", ondelete="CASCADE"), index=True)


class Receivable(Base):
    """What is owed, a row per unpaid order or unpaid ``part`` of its payment plan, as ``receivables.open_items`` says.

    ``home_balance`` is in the home currency.
    """

    __tablename__ = "receivable"
    __table_args__ = (Index("ix_receivable_due_on", "due_on", "home_balance"),)

    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("customer_order.id", ondelete="CASCADE"), primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    customer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("customer.id", ondelete="CASCADE"), index=True)
    due_on: Mapped[dt.date | None] = mapped_column(Date)
    home_balance: Mapped[int] = mapped_column(Minor, default=0)


class CustomerFigures(Base):
    """One row per customer with every column a list sorts or filters by, as of a date.

    ``grade`` is "" while ungraded; ``quiet`` says no contact and no order for 90 days;
    keys are the stored sort keys of the name (stroke order, pinyin, plain).
    """

    __tablename__ = "customer_figures"

    customer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("customer.id", ondelete="CASCADE"), primary_key=True)
    as_of: Mapped[dt.date] = mapped_column(Date)
    archived: Mapped[bool] = mapped_column(default=False)
    owner_id: Mapped[uuid.UUID | None]
    stroke_key: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    pinyin_key: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    plain_key: Mapped[str] = mapped_column(Text, default="")
    customer_type: Mapped[str] = mapped_column(Text, default="")
    tax_number: Mapped[str] = mapped_column(Text, default="")
    phone: Mapped[str] = mapped_column(Text, default="")
    grade: Mapped[str] = mapped_column(Text, default="")
    previous_grade: Mapped[str] = mapped_column(Text, default="")
    stage: Mapped[str] = mapped_column(Text, default="")
    orders_12m: Mapped[int] = mapped_column(default=0)
    revenue_12m: Mapped[int] = mapped_column(Minor, default=0)
    margin_12m: Mapped[int] = mapped_column(Minor, default=0)
    revenue_before: Mapped[int] = mapped_column(Minor, default=0)
    orders_total: Mapped[int] = mapped_column(default=0)
    revenue_total: Mapped[int] = mapped_column(Minor, default=0)
    first_order_on: Mapped[dt.date | None] = mapped_column(Date)
    last_order_on: Mapped[dt.date | None] = mapped_column(Date)
    last_contact_on: Mapped[dt.date | None] = mapped_column(Date)
    next_follow_up_on: Mapped[dt.date | None] = mapped_column(Date)
    receivable: Mapped[int] = mapped_column(Minor, default=0)
    overdue: Mapped[int] = mapped_column(Minor, default=0)
    oldest_due_on: Mapped[dt.date | None] = mapped_column(Date)
    quiet: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        Index("ix_figures_stroke", "archived", "stroke_key", "customer_id"),
        Index("ix_figures_pinyin", "archived", "pinyin_key", "customer_id"),
        Index("ix_figures_plain", "archived", "plain_key", "customer_id"),
        Index("ix_figures_grade", "archived", "grade", "stroke_key", "customer_id"),
        Index("ix_figures_revenue", "archived", "revenue_12m", "customer_id"),
        Index("ix_figures_next", "archived", "next_follow_up_on", "customer_id"),
        Index("ix_figures_owner", "archived", "owner_id", "stroke_key", "customer_id"),
        # "archived" leads although few are: else the planner takes a whole index for the quick filters and reads every
        # row behind it (count of the quiet among 1,000,000: 35 ms, without it 561 ms)
        Index(
            "ix_figures_quiet",
            "archived",
            "stroke_key",
            "customer_id",
            sqlite_where=text("quiet = 1"),
        ),
        Index(
            "ix_figures_overdue",
            "archived",
            "stroke_key",
            "customer_id",
            "overdue",  # or the count would read the table: 300 ms instead of 2 at 1,000,000
            sqlite_where=text("overdue > 0"),
        ),
        # the oldest debts with the sum of all: 41 ms of the today tab without it, under 1 with it
        Index(
            "ix_figures_owing",
            "archived",
            "oldest_due_on",
            "customer_id",
            "overdue",
            sqlite_where=text("overdue > 0"),
        ),
        # all that tells who orders later than usual, of those who ordered often enough (lifecycle.RHYTHM_ORDERS)
        Index(
            "ix_figures_rhythm",
            "archived",
            "last_order_on",
            "first_order_on",
            "orders_total",
            "grade",
            "revenue_12m",
            "customer_id",
            sqlite_where=text("orders_total >= 4"),
        ),
    )
