"""Why a customer has their grade, from the scores of the last run."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.core.i18n import N_, Translator
from desktop_crm.core.rounding import divide_half_up
from desktop_crm.models import CustomerFigures, GradingRun, Order
from desktop_crm.services import grading_blob, grading_log
from desktop_crm.services.figures import COUNTED
from desktop_crm.services.grading_reasons import BAD, GOOD, WARN, Reason
from desktop_crm.store import blobs


@dataclass(frozen=True, slots=True)
class Explanation:
    """Grade, the one before, the date it was graded, and the reasons; ``grade`` is "" for nobody graded yet."""

    grade: str
    previous: str
    as_of: dt.date | None
    reasons: tuple[Reason, ...]

    def title(self, t: Translator) -> str:
        """The question the reasons answer."""
        return t("Why %(grade)s?", grade=self.grade) if self.grade else t("No grade yet")

    def text(self, t: Translator) -> str:
        """The reasons and the grade before in one line."""
        comma, stop = ("，", "。") if t.lang.startswith("zh") else (", ", ". ")
        line = comma.join(reason.text(t) for reason in self.reasons) + stop
        if self.previous:
            line += t("Previous: %(grade)s", grade=self.previous)
        return line.strip()


def explain(session: Session, customer_id: uuid.UUID) -> Explanation:
    """Why a customer stands where they stand."""
    standing = session.execute(
        select(CustomerFigures.grade, CustomerFigures.previous_grade).where(CustomerFigures.customer_id == customer_id)
    ).first()
    run = grading_log.latest(session)
    if standing is None or not standing.grade or run is None:
        return Explanation("", "", None, (Reason(N_("The customer joins the next grading"), {}),))
    reasons = (*_trade(session, run, customer_id), *_payment(session, run, customer_id))
    return Explanation(standing.grade, standing.previous_grade, run.as_of, reasons)


def _trade(session: Session, run: GradingRun, customer_id: uuid.UUID) -> list[Reason]:
    content = blobs.load(session, run.scores_sha)
    assert content is not None  # a foreign key keeps it
    columns, _scores = grading_blob.unpack(content)
    place = grading_blob.place_of(columns, customer_id.bytes)
    if place is None:
        return [Reason(N_("Not part of the last grading"), {})]
    orders, revenue = int(columns.orders[place]), int(columns.revenue[place])
    if not orders:
        return [Reason(N_("No orders in the period"), {})]
    ahead = int((columns.revenue > revenue).sum())
    percent = -(-100 * (ahead + 1) // len(columns))
    found = [
        Reason(N_("Revenue rank in the top %(percent)s%%"), {"percent": percent}),
        Reason(N_("%(orders)s orders"), {"orders": orders}) if orders > 1 else Reason(N_("One order"), {}),
    ]
    if revenue > 0:
        found.append(
            Reason(N_("Margin %(percent)s%%"), {"percent": divide_half_up(100 * int(columns.margin[place]), revenue)})
        )
    return found


def _payment(session: Session, run: GradingRun, customer_id: uuid.UUID) -> list[Reason]:
    """How many days early or late paid orders of the period were paid on average; a day either way is on time."""
    query = select(Order.due_on, Order.paid_on).where(
        Order.customer_id == customer_id,
        COUNTED,
        Order.ordered_on >= run.period_start,
        Order.ordered_on <= run.as_of,
        Order.due_on.is_not(None),
        Order.paid_on.is_not(None),
    )
    late = [(paid - due).days for due, paid in session.execute(query) if due and paid]
    if not late:
        return []
    days = divide_half_up(sum(late), len(late))
    if abs(days) <= 1:
        return [Reason(N_("Pays on time"), {}, GOOD)]
    if days < 0:
        return [Reason(N_("Pays %(days)s days early on average"), {"days": -days}, GOOD)]
    return [Reason(N_("Pays %(days)s days late on average"), {"days": days}, BAD if days > 30 else WARN)]
