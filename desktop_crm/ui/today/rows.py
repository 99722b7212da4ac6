"""The lines of each card, made from what the services read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop_crm.core.dates import clock
from desktop_crm.core.i18n import Translator
from desktop_crm.ui.table_model import Pill
from desktop_crm.ui.today.lines import Line
from desktop_crm.ui.widgets.due import date_tip, due_pill

if TYPE_CHECKING:
    from desktop_crm.services.followups import FollowUpRow
    from desktop_crm.services.late_customers import LateCustomer
    from desktop_crm.services.quotation_list import QuotationRow
    from desktop_crm.services.today import OverdueCustomer
    from desktop_crm.services.visits import VisitRow

NEAR = 3  # days left from which a quotation is marked


def visit(_t: Translator, row: FollowUpRow) -> Line:
    """A follow-up with a fixed time today."""
    return Line(
        ("follow_up", row.id),
        (row.customer_id, row.customer),
        row.customer,
        lead=f"{row.due_time:%H:%M}" if row.due_time else "",
        grade=row.grade,
        text=row.subject,
        note=row.staff,
        tip=row.note,
    )


def inspection(t: Translator, row: VisitRow) -> Line:
    """Equipment whose visit is today or overdue."""
    pill = due_pill(t, row.on)
    return Line(
        ("equipment", row.equipment_id),
        (row.customer_id, row.customer),
        row.customer,
        grade=row.grade,
        text=" · ".join(part for part in (row.equipment, row.place) if part),
        pill=pill if isinstance(pill, Pill) else None,
        tip="\n".join(part for part in (row.serial, row.plan, row.phone, date_tip(t, row.on)) if part),
    )


def call(t: Translator, row: FollowUpRow) -> Line:
    """Another follow-up: overdue, of today or of the next days."""
    pill = due_pill(t, row.due_on, row.due_time)
    shown = Pill(pill.text, "neutral" if pill.tone == "muted" else pill.tone) if isinstance(pill, Pill) else None
    tip = "\n".join(part for part in (row.subject, row.note, row.staff, date_tip(t, row.due_on)) if part)
    return Line(
        ("follow_up", row.id),
        (row.customer_id, row.customer),
        row.customer,
        grade=row.grade,
        text=row.subject,
        pill=shown,
        tip=tip,
    )


def owing(t: Translator, row: OverdueCustomer) -> Line:
    """A customer with overdue money; opens the oldest order."""
    planned = row.next_follow_up_on
    return Line(
        ("customer_order", row.order_id) if row.order_id else ("customer", row.id),
        (row.id, row.name),
        row.name,
        amount=t.money(row.overdue),
        pill=Pill(t.plural("%(count)s day late", "%(count)s days late", row.days), "bad"),
        note=t("Reminder %(day)s", day=t.date(planned, "day")) if planned and planned >= clock.today() else "",
    )


def late(t: Translator, row: LateCustomer) -> Line:
    """A customer who orders later than usual."""
    text = t(
        "Usually every %(rhythm)s days, now %(silence)s", rhythm=t.number(row.rhythm), silence=t.number(row.silence)
    )
    return Line(("customer", row.id), (row.id, row.name), row.name, grade=row.grade, text=text, tip=text)


def lapsing(t: Translator, row: QuotationRow) -> Line:
    """A quotation about to lapse."""
    left = row.days_left or 0
    said = t.plural("%(count)s day left", "%(count)s days left", left) if left else t("Last day")
    home = row.currency == t.home_currency
    return Line(
        ("quotation", row.id),
        (row.customer_id, row.customer),
        row.customer,
        lead=row.number,
        amount=t.money(row.total) if home else t.price(row.total, row.currency),
        pill=Pill(said, "warn" if left <= NEAR else "neutral"),
        tip="\n".join(part for part in (row.project_name, date_tip(t, row.valid_until)) if part),
    )
