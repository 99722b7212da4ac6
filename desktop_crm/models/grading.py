"""Grading: the scheme, its runs, who moved, and what each grade is offered."""

import datetime as dt
import uuid
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from desktop_crm.models.base import Record
from desktop_crm.models.types import Scaled

GRADES = ("A", "B", "C", "D")


class Criterion(StrEnum):
    """What a scheme may weigh; each gives a score of 1 to 5."""

    REVENUE = "revenue"
    FREQUENCY = "frequency"
    RECENCY = "recency"
    MARGIN = "margin"


class GradeLimits(StrEnum):
    """How ranks become grades: by share of customers, or by share of revenue."""

    CUSTOMERS = "customers"
    REVENUE = "revenue"


class GradingScheme(Record):
    """Criteria, weights and limits that give the grade; ``limit_a`` to ``limit_c`` are cumulative percentages."""

    __tablename__ = "grading_scheme"

    name: Mapped[str] = mapped_column(Text)
    period_months: Mapped[int] = mapped_column(default=12)
    limits_by: Mapped[str] = mapped_column(Text, default=GradeLimits.CUSTOMERS)
    limit_a: Mapped[Decimal] = mapped_column(Scaled, default=Decimal(5))
    limit_b: Mapped[Decimal] = mapped_column(Scaled, default=Decimal(20))
    limit_c: Mapped[Decimal] = mapped_column(Scaled, default=Decimal(50))
    is_active: Mapped[bool] = mapped_column(default=True)


class GradingCriterion(Record):
    """The weight of one criterion in a scheme."""

    __tablename__ = "grading_criterion"
    __table_args__ = (UniqueConstraint("scheme_id", "criterion"),)

    scheme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("grading_scheme.id"))
    criterion: Mapped[str] = mapped_column(Text)
    weight: Mapped[Decimal] = mapped_column(Scaled)


class GradingRun(Record):
    """One applied grading; ``scores_sha`` is a blob of every customer's figures and scores.

    ``pictures`` are what ``grading_pictures`` keeps; None in runs of the first layout.
    """

    __tablename__ = "grading_run"

    scheme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("grading_scheme.id"), index=True)
    as_of: Mapped[dt.date]
    period_start: Mapped[dt.date]
    parameters: Mapped[dict[str, Any]] = mapped_column(JSON)
    counts: Mapped[dict[str, Any]] = mapped_column(JSON)
    seconds: Mapped[Decimal] = mapped_column(Scaled, default=Decimal(0))
    scores_sha: Mapped[str] = mapped_column(ForeignKey("blob.sha256"))
    undone_at: Mapped[dt.datetime | None]
    pictures: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class GradeChange(Record):
    """A customer who moved in a run, and why."""

    __tablename__ = "grade_change"
    __table_args__ = (Index("ix_grade_change_customer_id", "customer_id", "created_at"),)

    run_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("grading_run.id"), index=True)
    customer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("customer.id"))
    old_grade: Mapped[str] = mapped_column(Text, default="")
    new_grade: Mapped[str] = mapped_column(Text)
    reasons: Mapped[dict[str, Any]] = mapped_column(JSON)


class ServiceLevel(Record):
    """What a grade is offered: proposals, what was agreed with a customer always wins."""

    __tablename__ = "service_level"

    grade: Mapped[str] = mapped_column(Text, unique=True)
    response_hours: Mapped[int | None]
    contact_days: Mapped[int | None]
    contact_kind: Mapped[str] = mapped_column(Text, default="")
    payment_terms: Mapped[str] = mapped_column(Text, default="")
    payment_days: Mapped[int | None]
    discount_percent: Mapped[Decimal] = mapped_column(Scaled, default=Decimal(0))
    extras: Mapped[str] = mapped_column(Text, default="")
